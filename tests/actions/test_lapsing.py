"""Numbers that pass on: what was agreed to by their old holder never reaches the new one."""

from datetime import datetime, timedelta

import pytest

from outreach.actions import campaigning, signing_up, simulating
from outreach.actions.importing import Attestation, import_csv
from outreach.actions.opting_out import opt_out
from outreach.actions.suppressing import key_of, suppress_key
from outreach.models import Consent, ConsentEvent, Enrollment, Message, Subscriber, Suppression
from outreach.rules import numbers
from tests import builders
from tests.actions.test_receiving_texts import text
from tests.builders import NOW

pytestmark = pytest.mark.usefixtures("stage")

PHONE = "+14045550161"
KEY = key_of("sms", PHONE)
LATER, MUCH_LATER = NOW + timedelta(days=30), NOW + timedelta(days=60)
WORDING = "Yes, send me texts."


def sms_state(person: Subscriber | int, topic: str = "recovery-notes") -> str | None:
    pk = person if isinstance(person, int) else person.pk
    return Consent.objects.filter(subscriber=pk, channel="sms", topic=topic).values_list("state", flat=True).first()


def suppressed() -> str | None:
    found = Suppression.objects.filter(channel="sms", address_key=KEY, lifted_at=None)
    return found.values_list("cause", flat=True).first()


def sign_up(**fields: object) -> None:
    form = {
        "asked": {("sms", "family-notes"): WORDING}, "email": None, "phone": PHONE, "first_name": "Bo", "zip_code": None,
        "language": "es", **fields,
    }  # fmt: skip
    signing_up.request(signing_up.SignUp(**form), now=LATER)  # type: ignore[arg-type]


@pytest.mark.parametrize("cause", numbers.DEAD)
def test_a_dead_number_that_comes_back_to_life_has_agreed_to_nothing(cause: str) -> None:
    """START lifts what the carrier had said about the number, and brings back nothing of its old holder's."""
    old = builders.make_subscriber(phone=PHONE)
    campaign = builders.make_campaign()
    suppress_key("sms", KEY, cause=cause, now=LATER)
    text("start again please", PHONE, now=MUCH_LATER)
    assert suppressed() is None
    assert sms_state(old) == "revoked"
    assert ConsentEvent.objects.filter(subscriber=old, method=numbers.LAPSED).count() == 1
    assert Enrollment.objects.get(subscriber=old, channel="sms").exit_reason == numbers.LAPSED
    assert Enrollment.objects.get(subscriber=old, channel="email").status == "active"
    assert campaigning.enroll(campaign, now=MUCH_LATER) == 0
    text("please stop texting me", PHONE, now=MUCH_LATER)
    text("start again please", PHONE, now=MUCH_LATER)
    assert sms_state(old) == "revoked"


def test_what_its_new_holder_asks_for_counts_when_the_phone_says_so() -> None:
    """The form makes a record of their own, without the old holder's name, language or place."""
    old = builders.make_subscriber(phone=PHONE)
    suppress_key("sms", KEY, cause="disconnected", now=NOW)
    sign_up()
    new = Subscriber.objects.latest("pk")
    assert (new.pk != old.pk, new.first_name, new.language, new.zip_code) == (True, "Bo", "es", None)
    text("start again please", PHONE, now=MUCH_LATER)
    assert (sms_state(new, "family-notes"), sms_state(old)) == ("granted", "revoked")
    sign_up(asked={("sms", "recovery-notes"): WORDING})
    assert Subscriber.objects.filter(phone_key=KEY).count() == 2
    assert sms_state(new) == "pending"


def test_an_opt_out_before_the_number_died_stays_one_for_whoever_has_it_next() -> None:
    old = builders.make_subscriber(phone=PHONE)
    opt_out("sms", KEY, method="sms_reply", source="inbound text", now=NOW)
    suppress_key("sms", KEY, cause="disconnected", now=LATER)
    text("start again please", PHONE, now=MUCH_LATER)
    assert (sms_state(old), suppressed()) == ("revoked", None)


@pytest.mark.parametrize(
    "words", ["wrong number", "You have the WRONG number!!", "Número equivocado, no me escriban más"]
)
def test_wrong_number_ends_it_for_every_record_and_for_good(words: str) -> None:
    """Two records have the number; its holder is neither. Should the holder ask for texts one day, what they
    had agreed to is not brought back."""
    one, two = builders.make_subscriber(phone=PHONE), builders.make_subscriber(phone=PHONE)
    text(words, PHONE)
    assert (sms_state(one), sms_state(two), suppressed()) == ("revoked", "revoked", "stop")
    text("start again please", PHONE, now=LATER)
    assert (sms_state(one), sms_state(two), suppressed()) == ("revoked", "revoked", None)
    sign_up()
    assert Subscriber.objects.filter(phone_key=KEY).count() == 3


def test_a_stop_of_ones_own_is_taken_back_by_a_start_as_ever() -> None:
    ann = builders.make_subscriber(phone=PHONE)
    text("please stop texting me", PHONE)
    text("start again please", PHONE, now=LATER)
    assert sms_state(ann) == "granted"
    sign_up()
    assert Subscriber.objects.filter(phone_key=KEY).count() == 1


def imported(channels: tuple[str, ...]) -> None:
    sheet = Attestation(
        topic="recovery-notes", wording=WORDING, source="paper 2026", attested_by="Dana", channels=channels
    )
    import_csv(f"email,phone\nann@example.org,{PHONE}\n".encode(), sheet, now=LATER, dry_run=False)


@pytest.mark.parametrize("channels", [("email",), ("email", "sms")])
def test_a_number_that_moves_to_a_record_needs_consent_of_its_own(channels: tuple[str, ...]) -> None:
    """The consent was for the number before, and no file takes back what ended: the phone itself has to say so."""
    ann = builders.make_subscriber(email="ann@example.org", phone="+14045550162")
    imported(channels)
    ann.refresh_from_db()
    assert (ann.phone, sms_state(ann)) == (PHONE, "revoked")
    assert ConsentEvent.objects.filter(subscriber=ann, method=numbers.CHANGED).count() == 1
    assert Consent.objects.get(subscriber=ann, channel="email", topic="recovery-notes").state == "granted"


def test_a_file_with_the_same_number_takes_nothing_along() -> None:
    ann = builders.make_subscriber(email="ann@example.org", phone=PHONE)
    imported(("email",))
    assert sms_state(ann) == "granted"
    assert not ConsentEvent.objects.filter(method=numbers.CHANGED).exists()


def test_an_import_with_another_number_brings_no_opt_out_back() -> None:
    ann = builders.make_subscriber(email="ann@example.org", phone="+14045550162")
    opt_out("sms", key_of("sms", "+14045550162"), method="sms_reply", source="inbound text", now=NOW)
    imported(("email", "sms"))
    assert sms_state(ann) == "revoked"


YEARS_LATER = NOW + timedelta(days=700)


def joins(now: datetime = YEARS_LATER) -> bool:
    """Whether the number joins a series that starts then; simulating says the same."""
    series = builders.make_series(emails=0, now=now)
    foretold = simulating.simulate(series, now=now).people.get("sms", 0)
    campaign = builders.make_campaign(series, started=False, now=now)
    opened = campaigning.start(campaign, now=now)
    assert opened == foretold
    return bool(opened)


def text_went_out(days_ago: int, **fields: object) -> None:
    Message.objects.create(
        kind="step", enrollment_id=77, step_number=1, channel="sms", address_key=KEY, status="sent",
        claimed_at=YEARS_LATER - timedelta(days=days_ago), **fields,
    )  # fmt: skip


def test_a_consent_too_old_for_a_number_we_did_not_write_to_joins_no_series() -> None:
    builders.make_subscriber(phone=PHONE)
    assert not joins()


@pytest.mark.parametrize(
    ("days_ago", "fields", "may"),
    [(100, {}, True), (547, {}, True), (549, {}, False), (100, {"failed_at": YEARS_LATER}, False)],
    ids=["a text went there lately", "just within eighteen months", "just beyond", "a text that failed proves nothing"],
)
def test_a_text_since_then_keeps_a_consent_fresh(days_ago: int, fields: dict[str, datetime], may: bool) -> None:
    builders.make_subscriber(phone=PHONE)
    text_went_out(days_ago, **fields)
    assert joins() is may


def test_an_old_consent_to_emails_stays_one() -> None:
    """An address does not pass on as numbers do."""
    builders.make_subscriber(phone=None, channels=("email",))
    assert campaigning.start(builders.make_campaign(started=False, now=YEARS_LATER), now=YEARS_LATER) == 1


@pytest.mark.parametrize("word", ["START", "YES"])
def test_the_phones_own_word_makes_an_old_consent_new(word: str) -> None:
    ann = builders.make_subscriber(phone=PHONE)
    text(word, PHONE, now=YEARS_LATER)
    newest = ConsentEvent.objects.filter(subscriber=ann, channel="sms").latest("pk")
    assert (newest.action, newest.method, newest.at) == ("granted", "sms_reply", YEARS_LATER)
    assert joins(YEARS_LATER + timedelta(days=1))


def test_a_word_adds_nothing_to_a_consent_that_is_fresh() -> None:
    ann = builders.make_subscriber(phone=PHONE)
    text("YES", PHONE, now=LATER)
    assert ConsentEvent.objects.filter(subscriber=ann, channel="sms").count() == 1


def test_a_file_does_not_make_an_old_consent_new() -> None:
    builders.make_subscriber(email="ann@example.org", phone=PHONE, now=NOW - timedelta(days=700))
    imported(("email", "sms"))
    assert ConsentEvent.objects.filter(channel="sms").count() == 1
