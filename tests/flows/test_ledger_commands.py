"""The consent ledger at the command line: an import with its attestation, the head, one person's export, an erasure."""

import json
from pathlib import Path

import psycopg
import pytest

from outreach import embedded
from tests.commands import outreach, refused

SHEET = (
    "--topic",
    "recovery-notes",
    "--wording",
    "Yes, please write to me.",
    "--source",
    "the paper form at the open house",
)


pytestmark = [pytest.mark.timeout(600), pytest.mark.slow]


@pytest.fixture(scope="module")
def ann(home: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Ann, imported once for the whole file."""
    file = tmp_path_factory.mktemp("lists") / "people.csv"
    file.write_text("email,phone,first_name\nann@example.org,(404) 555-0142,Ann\n")
    done = outreach(home, "subscribers", "import", file, *SHEET, "--attested-by", "Dana Whitfield", "--collected-on",
                    "2025-11-14", "--adults")  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return "ann@example.org"


def owner(home: Path, statement: str) -> None:
    with psycopg.connect(embedded.start_database(home), autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute(statement)  # type: ignore[arg-type]


def test_who_imports_says_who_answers_for_it_and_it_is_handed_out_with_the_proof(home: Path, ann: str) -> None:
    head = outreach(home, "ledger", "head").stdout.strip()
    held = json.loads(outreach(home, "subscribers", "show", ann).stdout)
    granted = held["ledger"][0]
    assert granted["attestation"]["attested_by"] == "Dana Whitfield"
    assert (granted["attestation"]["collected_on"], granted["adult"]) == ("2025-11-14", True)
    assert granted["attestation"]["collected"] == "the paper form at the open house"
    assert len(granted["attestation"]["file_sha256"]) == 64
    assert granted["proof"]["unchanged"] is True and len(head) == 64
    assert outreach(home, "ledger", "head", "--since", head).stdout.startswith("Still in the chain, as seal ")


def test_a_day_to_come_and_a_head_that_is_none_are_refused(home: Path, tmp_path: Path, ann: str) -> None:
    file = tmp_path / "more.csv"
    file.write_text("email\nben@example.org\n")
    assert "that day is still to come" in refused(
        outreach(home, "subscribers", "import", file, *SHEET, "--collected-on", "2199-01-01")
    )
    assert "64 digits" in refused(outreach(home, "audit", "--since", "yesterday"))


def test_the_audit_names_what_somebody_with_all_rights_changed(home: Path, ann: str) -> None:
    before = json.loads(outreach(home, "audit", "--json").stdout)
    assert before["held"] and len(before["ledger_head"]) == 64
    owner(
        home, "UPDATE consent_event SET wording = 'Yes to everything.' WHERE id = (SELECT min(id) FROM consent_event)"
    )
    done = outreach(home, "audit", "--since", before["ledger_head"])
    assert done.returncode == 1
    assert "evidence: event 1 was changed (link 1.1)" in done.stdout
    owner(home, "UPDATE consent_event SET wording = 'Yes, please write to me.' WHERE wording = 'Yes to everything.'")
    lost = outreach(home, "audit", "--since", "ab" * 32)
    assert lost.returncode == 1 and "evidence: the ledger does not hold the head" in lost.stdout
    assert "was changed (link" not in lost.stdout, "what is as it was again is found right again"


def test_the_commands_work_as_a_role_that_cannot_change_evidence(home: Path, ann: str) -> None:
    checks = json.loads(outreach(home, "doctor", "--json").stdout)
    assert next(c for c in checks if c["name"] == "evidence")["ok"]
    given = {"DATABASE_URL": embedded.start_database(home), "OUTREACH_SECRET": "x" * 40}
    checks = json.loads(outreach(home, "doctor", "--json", **given).stdout)
    alone = next(c for c in checks if c["name"] == "evidence")
    assert not alone["ok"] and "DATABASE_OWNER_URL" in alone["say"]


def test_a_person_is_erased_after_one_question(home: Path, ann: str) -> None:
    done = outreach(home, "subscribers", "erase", ann, "--yes")
    assert done.returncode == 0 and "is erased" in done.stdout, done.stdout + done.stderr
    again = outreach(home, "subscribers", "show", ann)
    assert again.returncode == 2, "nobody has that address any more"
    assert outreach(home, "audit").returncode == 0
