"""Bad input at the command line: one clear error that names the place and the cure, exit 2, nothing half done."""

import json
from pathlib import Path

import pytest

from tests.commands import ROOT, outreach, refused

GOOD = "email,first_name,zip\nann@example.org,Ann,30303\n"


@pytest.mark.parametrize(
    ("name", "data", "say"),
    [
        ("empty.txt", b"", "empty"),
        ("binary.txt", bytes(range(256)) * 40, "text"),
        ("zip.txt", b"PK\x03\x04" + b"\0" * 500, ""),
        ("short.txt", b"Only four words here.", "words"),
        ("broken.docx", b"PK\x03\x04nonsense", ""),
        ("broken.pdf", b"%PDF-1.7\n1 0 obj\n<<", "The PDF is damaged"),
    ],
)
def test_an_article_that_cannot_be_read(home: Path, tmp_path: Path, name: str, data: bytes, say: str) -> None:
    file = tmp_path / name
    file.write_bytes(data)
    error = refused(outreach(home, "compile", file))
    assert len(error.strip().splitlines()) == 1
    assert say in error
    as_json = outreach(home, "compile", file, "--json")
    assert as_json.returncode == 2
    assert set(json.loads(as_json.stdout)) == {"error"}


def test_a_library_of_messages_goes_through_the_same_commands(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "harbor.csv"
    file.write_text("text,kind\nWalk for ten minutes.,\nRest well tonight.,joke\n")
    error = refused(outreach(home, "compile", file, "--attribution", "Harbor House, CC BY 4.0"))
    assert "line 3: kind “joke” is not action, warning, hope or fact" in error and len(error.strip().splitlines()) == 1
    file.write_text("text\nWalk for ten minutes.\nRest well tonight.\n")
    assert "Nothing says where these messages come from" in refused(outreach(home, "lint", file))
    credited = ("--attribution", "Harbor House, CC BY 4.0", "--json")
    draft = json.loads(outreach(home, "compile", file, *credited).stdout)
    assert [tip["text"] for tip in draft["tips"]] == ["Walk for ten minutes.", "Rest well tonight."]
    assert outreach(home, "lint", file, *credited).returncode == 0
    done = outreach(home, "publish", file, "--topic", "recovery-notes", "--cadence", "gentle", *credited)
    assert (json.loads(done.stdout)["emails"], json.loads(done.stdout)["texts"]) == (0, 2)


@pytest.mark.parametrize("command", ["compile", "lint"])
def test_a_file_that_is_not_there(home: Path, command: str) -> None:
    assert "/nowhere/article.txt" in refused(outreach(home, command, "/nowhere/article.txt"))


@pytest.mark.parametrize(
    ("address", "say"),
    [
        ("http://localhost/article.html", "private network"),
        ("http://127.0.0.1/article.html", "private network"),
        ("https://example.org:8443/article.html", "port 8443"),
        ("ftp://example.org/article.txt", "https://"),
    ],
)
@pytest.mark.parametrize("command", ["compile", "lint", "publish"])
def test_a_web_address_that_must_not_be_asked(home: Path, command: str, address: str, say: str) -> None:
    more = ("--topic", "recovery-notes", "--cadence", "gentle") if command == "publish" else ()
    error = refused(outreach(home, command, address, *more))
    assert len(error.strip().splitlines()) == 1 and say in error


def test_a_web_address_that_is_refused_is_one_json_error(home: Path) -> None:
    done = outreach(home, "compile", "http://169.254.169.254/latest/?token=secret", "--json")
    assert done.returncode == 2 and "secret" not in done.stdout
    assert set(json.loads(done.stdout)) == {"error"}


def test_a_broken_schedules_file_lists_every_mistake_with_its_line(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "schedules.yaml"
    text = (ROOT / "schedules.yaml").read_text(encoding="utf-8")
    mistakes = (("at: 10:00", "at: 25:00"), ("cadence: gentle", "cadence: gentel"), ("kind: 10dlc", "kind: pigeon"))
    for good, bad in mistakes:
        text = text.replace(good, bad, 1)
    file.write_text(text, encoding="utf-8")
    error = refused(outreach(home, "schedules", "check", file))
    for _, bad in mistakes:
        line = next(n for n, row in enumerate(text.splitlines(), 1) if bad in row)
        assert f"line {line}," in error, error
    applied = outreach(home, "schedules", "apply", file)
    assert "nothing was changed" in refused(applied)


def test_an_unknown_time_zone(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("email,zone\nann@example.org,America/New_York\nben@example.org,Europe/Atlantis\n")
    done = outreach(home, "subscribers", "import", file, *ATTESTED)
    assert done.returncode == 2
    assert "line 3: invalid" in done.stdout
    assert "Europe/Atlantis" in done.stdout
    assert "Nothing was changed" in done.stdout
    assert "ann@example.org" not in outreach(home, "subscribers", "export").stdout


ATTESTED = ("--topic", "recovery-notes", "--wording", "Yes, please write to me.", "--source", "sign-up sheet, June")


@pytest.mark.parametrize(
    ("text", "say"),
    [
        ("emial,first_name\nann@example.org,Ann\n", "Did you mean “email”?"),
        ("first_name\nAnn\n", "at least one of email and phone"),
        ("email,email\na@example.org,b@example.org\n", "twice"),
        ('email\n"ann@example.org\n', "Line"),
        ("email\nann\0@example.org\n", "binary"),
    ],
)
def test_a_csv_whose_head_or_quotes_are_wrong(home: Path, tmp_path: Path, text: str, say: str) -> None:
    file = tmp_path / "people.csv"
    file.write_text(text)
    assert say in refused(outreach(home, "subscribers", "import", file, *ATTESTED))


def test_bad_rows_stop_the_whole_file_and_are_each_named(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text(GOOD + "not an address,Ben,30303\n,Cal,30303\ndee@example.org,Dee,3030\n")
    done = outreach(home, "subscribers", "import", file, *ATTESTED, "--json")
    assert done.returncode == 2
    report = json.loads(done.stdout)
    assert report["applied"] is False
    assert [row["line"] for row in report["rows"]] == [3, 4, 5]
    assert "ann@example.org" not in outreach(home, "subscribers", "export").stdout


@pytest.mark.parametrize(
    ("name", "value", "say"),
    [
        ("EMAIL_PROVIDER", "pigeon", "EMAIL_PROVIDER must be sendgrid or smtp"),
        ("SMTP_PORT", "many", "SMTP_PORT must be a number"),
        ("TWILIO_IN_FLIGHT", "inf", "TWILIO_IN_FLIGHT must be a number above zero"),
        ("OUTREACH_LEASE_SECONDS", "nan", "OUTREACH_LEASE_SECONDS must be a number above zero"),
        ("OUTREACH_LEASE_SECONDS", "0", "OUTREACH_LEASE_SECONDS must be a number above zero"),
        ("OUTREACH_LOG", "loud", "OUTREACH_LOG must be debug"),
        ("OUTREACH_DEBUG", "perhaps", "OUTREACH_DEBUG must be yes or no"),
        ("OUTREACH_SECRET_FILE", "/nowhere/secret", "OUTREACH_SECRET_FILE"),
        ("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none", "DATABASE_URL"),
        ("DATABASE_URL", "not an address", "DATABASE_URL"),
    ],
)
def test_a_setting_that_cannot_be_used(home: Path, name: str, value: str, say: str) -> None:
    assert say in refused(outreach(home, "audit", **{name: value}))


@pytest.mark.parametrize("lanes", ["lane.emial", "", "lane.email, lane.sms"])
def test_a_lane_that_is_none(home: Path, lanes: str) -> None:
    """A worker on a queue that nobody fills would look well and send nothing."""
    assert "There is no lane" in refused(outreach(home, "worker", "--lanes", lanes))


@pytest.mark.parametrize("command", ["up", "web"])
def test_a_port_that_is_none(home: Path, command: str) -> None:
    assert "'--port'" in refused(outreach(home, command, "--port", "99999999"))


def test_a_series_that_is_not_there(home: Path) -> None:
    assert "No series is called “nothing”" in refused(outreach(home, "simulate", "nothing"))


def test_a_segment_that_cannot_be_read(home: Path) -> None:
    assert "--segment is not JSON" in refused(outreach(home, "enroll", "nothing", "--segment", "{role: family}"))


def test_a_pdf_is_published_only_when_somebody_compared_its_structure(home: Path, tmp_path: Path) -> None:
    from tests.rules.pdf_files import SLEEP, pdf_file, set_pages

    file = tmp_path / "sleep.pdf"
    file.write_bytes(pdf_file(set_pages(SLEEP)))
    asked = ("publish", file, "--topic", "recovery-notes", "--cadence", "gentle", "--slug", "from-pdf", "--json")
    assert "does not tell its structure" in json.loads(outreach(home, *asked).stdout)["error"]
    done = outreach(home, *asked, "--structure-confirmed", "--emails", "1")
    told = json.loads(done.stdout)
    assert (told["series"], told["emails"]) == ("from-pdf", 1), "the refused try left nothing behind"
