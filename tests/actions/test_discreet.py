"""Discretion from end to end: everything the providers received for a discreet person, and that no text tells who is known.

The series is the shipped sample, about heroin: its words are as telling as words get.
"""

import json
import re
import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.test import override_settings

from outreach.actions import campaigning, diagnosing, drafting, publishing
from outreach.actions.dispatching import next_due, send_batch
from outreach.actions.dispatching.rows import run
from outreach.models import Message, Subscriber
from outreach.sandbox.letters import Letter, letter
from tests import builders
from tests.actions.test_receiving_texts import text
from tests.actions.test_spine import at
from tests.builders import NOW
from tests.parts import Sandbox
from tests.rendering.letters import see

pytestmark = pytest.mark.usefixtures("stage")

SAMPLE = builders.ROOT / "outreach" / "samples" / "heroin_and_the_brain.txt"
NEUTRAL = "A. Health Notes"
TELLING = re.compile(
    r"recover|addict|sober|sobri|rehab|detox|substance|drug|alcohol|opioid|heroin|overdos|treatment|naloxone|withdraw"
    r"|relapse|crav|clinic|brain|alana|narco|droga|adicci|recuper|sobredos",
    re.IGNORECASE,
)
OPAQUE = re.compile(r"[0-9a-f]{32}|[0-9a-f-]{36}")
DISCREET, USUAL = ("ann@example.org", "+14045550151"), ("ben@example.org", "+14045550152")
SPANISH = "cleo@example.org"


@pytest.fixture(autouse=True)
def _one_clock_for_both(sandbox: Sandbox) -> Iterator[None]:
    sandbox.client.post("/sandbox/clock", {"now": NOW.isoformat()})
    yield


@pytest.fixture
def sent(sandbox: Sandbox) -> Sandbox:
    """The whole series went to a discreet person, to one without a name who reads Spanish, and to somebody else."""
    builders.make_subscriber(email=DISCREET[0], phone=DISCREET[1], discreet=True)
    builders.make_subscriber(email=SPANISH, phone=None, discreet=True, first_name="", language="es")
    builders.make_subscriber(email=USUAL[0], phone=USUAL[1])
    series = drafting.draft_series(
        SAMPLE.read_bytes(), SAMPLE.name, topic="recovery-notes", cadence="gentle", now=NOW, actor=builders.make_staff()
    )
    publishing.publish(series, now=NOW)
    series.refresh_from_db()
    campaigning.start(campaigning.create(series, name="Heroin, everyone", who=None, now=NOW), now=NOW)
    while (moment := next_due()) is not None:
        sandbox.client.post("/sandbox/clock", {"now": moment.isoformat()})
        for channel in ("email", "sms"):
            while (turn := send_batch(sandbox.lane(channel), at(moment))).more:
                if turn.wait:
                    run("DELETE FROM sender_pace")
    return sandbox


def rows(sandbox: Sandbox, query: str) -> list[sqlite3.Row]:
    """Of the sandbox's own log, what this test brought about: other tests' people are in it too."""
    log = sqlite3.connect(f"file:{sandbox.part.log.parent / 'witness.sqlite3'}?mode=ro", uri=True)
    log.row_factory = sqlite3.Row
    ours = {key.hex for (key,) in run("SELECT key FROM message")}
    try:
        return [row for row in log.execute(query) if row["key"] in ours]
    finally:
        log.close()


def letters(sandbox: Sandbox, address: str) -> list[tuple[Letter, dict[str, Any], dict[str, Any]]]:
    """Every email to an address: as it arrived, and the JSON the provider was given, for all and for the person."""
    found = []
    for row in rows(sandbox, "SELECT e.*, r.content, r.request_id FROM email e JOIN request r ON r.no = e.request_no"):
        if row["address"] == address and row["kind"] == "accepted":
            arrived = letter(
                content=row["content"], personal=row["personal"], address=address, at=row["at"],
                request_id=row["request_id"], seq=row["seq"],
            )  # fmt: skip
            found.append((arrived, json.loads(row["content"]), json.loads(row["personal"])))
    return found


def no_email_tells_at_a_glance(sent: Sandbox, address: str) -> None:
    """Sender, subject, title, preheader and the first 90 visible characters of either part."""
    arrived = [one for one, _, _ in letters(sent, address)]
    assert len(arrived) >= 4
    for one in arrived:
        assert one.text is not None and one.html is not None
        shown = see(one.html)
        body = re.sub(r"^.*?(?=" + re.escape(NEUTRAL) + ")", "", shown.words, flags=re.DOTALL)
        preheader = shown.words[: shown.words.index(NEUTRAL)]
        for glance in (one.sender_name, one.subject, preheader, body[:90], " ".join(one.text.split())[:90]):
            assert glance and not TELLING.search(glance), glance
        assert one.sender_name == NEUTRAL
    assert any(TELLING.search(one.text or "") for one in arrived), "the letters themselves are about it"


def somebody_else_sees_who_writes_and_what_about(sent: Sandbox) -> None:
    """The test above would be worth nothing if nothing were ever telling."""
    first = letters(sent, USUAL[0])[0][0]
    assert first.sender_name == "ALANA Recovery"
    assert TELLING.search(" ".join((first.text or "").split())[:90] + first.subject)


def our_links_and_headers_are_opaque(sent: Sandbox) -> None:
    for one, _, personal in letters(sent, DISCREET[0]):
        ours = re.findall(r"http://127\.0\.0\.1:8000[^\s\"'<>)]*", f"{one.text} {one.html} {one.headers}")
        assert ours
        for url in ours:
            path = url.removeprefix("http://127.0.0.1:8000")
            assert re.fullmatch(r"/[uprc]/[A-Za-z0-9_=-]+/", path), path
        for name, value in (personal.get("headers") or {}).items():
            value = re.sub(r"/[A-Za-z0-9_=-]{20,}/", "/", value).replace(one.sender_address.rpartition("@")[2], "")
            assert name.startswith("List-") and not TELLING.search(value)


def a_provider_stores_opaque_ids_alone(sent: Sandbox) -> None:
    """Categories and arguments cannot be taken back from SendGrid, for anybody; Twilio sees the path of a callback."""
    for address in (DISCREET[0], USUAL[0]):
        for _, common, personal in letters(sent, address):
            for part in (common, personal):
                assert not part.get("categories")
                assert all(OPAQUE.fullmatch(value) for value in (part.get("custom_args") or {}).values())
            assert not common.get("headers") and not personal.get("name")
            assert set(personal["custom_args"]) == {"outreach_id", "outreach_batch"}
    for row in rows(sent, "SELECT * FROM text WHERE direction LIKE 'out%'"):
        path = row["callback"].partition("/hooks/")[2]
        assert re.fullmatch(r"twilio/status/[0-9a-f]{32}/", path) or re.fullmatch(r"twilio/status/[0-9a-f-]{36}/", path)


def no_text_tells(sent: Sandbox) -> None:
    """A text whose words tell has no discreet form: it is left out, with its record."""
    bodies = [row["body"] for row in rows(sent, "SELECT * FROM text") if row["person"] == DISCREET[1]]
    assert bodies and all(body.startswith(NEUTRAL) for body in bodies[:1])
    assert not [body for body in bodies if TELLING.search(body)]
    ann = Subscriber.objects.get(email=DISCREET[0])
    left_out = set(Message.objects.filter(subscriber=ann, channel="sms").exclude(status="sent").values_list("reason"))
    assert left_out <= {("not_discreet",)}
    usual = [row["body"] for row in rows(sent, "SELECT * FROM text") if row["person"] == USUAL[1]]
    assert len(usual) == len(bodies) + Message.objects.filter(subscriber=ann, reason="not_discreet").count()


def test_nothing_the_providers_received_for_a_discreet_person_tells(sent: Sandbox) -> None:
    """Every email and every text of the whole series, as the sandbox wrote them down."""
    no_email_tells_at_a_glance(sent, DISCREET[0])
    no_email_tells_at_a_glance(sent, SPANISH)
    assert "esta es la nota" in (letters(sent, SPANISH)[0][0].text or "").lower()
    somebody_else_sees_who_writes_and_what_about(sent)
    our_links_and_headers_are_opaque(sent)
    a_provider_stores_opaque_ids_alone(sent)
    no_text_tells(sent)


WORDS = [
    "HELP ME PLEASE, what is this", "help!", "please stop texting me", "no more texts please",
    "por favor no me manden más mensajes",
    "PAUSE", "I want to die", "he is not breathing", "quiero morir", "start again please", "hello?", "MORE", "wrong number",
    "is my son in your program?", "do you know Ann?",
]  # fmt: skip


@pytest.mark.parametrize("words", WORDS)
def test_an_answer_is_the_same_whether_the_number_is_known_or_not(words: str) -> None:
    """Whoever holds the phone learns nothing about who is in the records."""
    builders.make_subscriber(phone=USUAL[1])
    family = builders.make_subscriber(phone="+14045550153", role="family", topics=("family-notes",))
    assert family.role == "family"
    unknown = text(words, "+14045550159")
    assert text(words, USUAL[1]) == text(words, "+14045550153") == unknown
    assert unknown is None or not re.search(r"\b(?:patient|client|member|record|file|Ann)\b", unknown)


@pytest.mark.parametrize("words", [w for w in WORDS if "son" not in w and "Ann" not in w])
def test_a_discreet_person_is_answered_under_the_neutral_name(words: str) -> None:
    builders.make_subscriber(phone=DISCREET[1], discreet=True)
    answer = text(words, DISCREET[1])
    if answer is not None:
        assert answer.startswith(f"{NEUTRAL}: ") and "ALANA" not in answer


def test_a_shared_number_is_discreet_when_one_of_its_people_is() -> None:
    builders.make_subscriber(phone=DISCREET[1])
    builders.make_subscriber(phone=DISCREET[1], discreet=True)
    answer = text("please stop texting me", DISCREET[1])
    assert answer is not None and answer.startswith(NEUTRAL)


def test_no_field_links_one_person_to_another() -> None:
    """A family member is not the patient: no table names two people, and no field is about kinship or treatment."""
    for model in apps.get_app_config("outreach").get_models():
        people = [f.name for f in model._meta.get_fields() if getattr(f, "related_model", None) is Subscriber
                  and not f.auto_created]  # fmt: skip
        assert len(people) <= 1, (model, people)
        assert model is not Subscriber or people == []
        for field in model._meta.get_fields():
            assert not re.search(r"patient|relative|relation|kin\b|sponsor|parent|spouse|guardian|diagnos", field.name)


@pytest.mark.parametrize(
    ("url", "says"),
    [("https://notes.example.org", "tell nothing"), ("https://hope-recovery.example.org", "PUBLIC_URL (“recover”)")],
)
def test_the_doctor_says_when_an_address_tells_what_it_is_about(url: str, says: str) -> None:
    with override_settings(PUBLIC_URL=url):
        found = {check.name: check for check in diagnosing.diagnose(NOW)}["discretion"]
    assert found.ok and says in found.say
