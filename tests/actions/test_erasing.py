"""Erasing a person, handing out what is held of them, and letting go of what was kept long enough."""

import json
import uuid
from datetime import datetime, timedelta

import pytest
from django.apps import apps
from django.db import models
from django.test import override_settings

from outreach.actions import (
    auditing,
    auditing_ledger,
    erasing,
    opting_out,
    reading_person,
    retaining,
    signing_up,
    telling_providers,
)
from outreach.actions.dispatching.unconfirmed import unconfirmed
from outreach.actions.importing import Attestation, import_csv
from outreach.actions.receiving import storing, texts
from outreach.actions.recording import note
from outreach.actions.suppressing import key_of
from outreach.errors import Refused
from outreach.models import (
    Activity,
    ConsentEvent,
    ConsentPersonal,
    CrisisMessage,
    DeliveryEvent,
    ErasureRequest,
    InboundText,
    Incident,
    Message,
    Reply,
    Subscriber,
    Suppression,
    WebhookReceipt,
)
from outreach.providers import forgetting
from outreach.providers.base import Inbound
from outreach.rules import ledger
from outreach.rules.mail import Mail
from tests import builders
from tests.builders import NOW
from tests.owner import by_owner
from tests.parts import KEY, SID, TOKEN, Sandbox

pytestmark = pytest.mark.usefixtures("stage")
EMAIL, PHONE = "nora.canary@example.org", "+14045550177"
CANARIES = (
    "nora",
    "canary",
    "4045550177",
    "404) 555-0177",
    "555-0177",
    "Quimby",
    "30399",
    "192.0.2.77",
    "the blue door",
)
WORDS = "Yes, please write to me."


def nora() -> Subscriber:
    """Somebody of whom something is held wherever something can be held."""
    signing_up.request(
        signing_up.SignUp(
            asked={("email", "recovery-notes"): WORDS, ("sms", "recovery-notes"): WORDS}, email=EMAIL, phone=PHONE,
            first_name="Nora", zip_code="30399", language="es",
        ),
        now=NOW, ip="192.0.2.77",
    )  # fmt: skip
    Subscriber.objects.update(
        last_name="Quimby", role="family", zone="America/Chicago", state="GA", discreet=True, tags=["the blue door"],
        held_reason="lives behind the blue door", held_at=NOW, paused_until=NOW, source="Nora's own form",
    )  # fmt: skip
    person = Subscriber.objects.get()
    for n, body in enumerate(("START", "Nora here, behind the blue door", "I want to die")):
        texts.take_in(Inbound(provider_id=f"SM{n:032}", from_number=PHONE, to_number="+14045550100",
                              body=body, at=NOW), NOW)  # fmt: skip
    storing.receive_mail(Mail(sender=EMAIL, subject="From Nora", text="Nora here, behind the blue door"), NOW)
    note("held", person, now=NOW, actor=None, detail="lives behind the blue door")
    note("closed", InboundText.objects.latest("pk"), now=NOW, actor=None, detail="Nora called")
    WebhookReceipt.objects.create(provider="sendgrid", kind="events", body=f'{{"email": "{EMAIL}"'.encode(),
                                  received_at=NOW, applied_at=NOW, problem="unread")  # fmt: skip
    WebhookReceipt.objects.create(provider="twilio", kind="status", body=b"To=%2B14045550177&x", received_at=NOW,
                                  applied_at=NOW, problem="unread")  # fmt: skip
    CrisisMessage.objects.create(incident=Incident.objects.get(), channel="email", address_key=person.email_key,
                                 words="Nora, at the blue door", reach=EMAIL, at=NOW)  # fmt: skip
    Reply.objects.create(key=uuid.uuid4(), address_key=person.phone_key, address=PHONE, subscriber=person,
                         body="Nora, we are at the blue door", at=NOW)  # fmt: skip
    for channel, key, said in (("email", person.email_key, ""), ("sms", person.phone_key, "SM" + "9" * 32)):
        Message.objects.create(
            kind="confirmation", subscriber=person, channel=channel, address_key=key, status="sent", provider_id=said,
            provider={"email": "sendgrid", "sms": "twilio"}[channel], claimed_at=NOW, sent_at=NOW,
        )  # fmt: skip
    return person


def everything_held() -> dict[str, str]:
    """Every table as text, as somebody with a copy of the database would search it. What is waiting for a provider apart."""
    tables = [m._meta.db_table for m in apps.get_models(include_auto_created=True) if m is not ErasureRequest]
    found = {}
    for table in tables:
        # what is stored as bytes is written out too: `\\x` begins it
        rows = by_owner(
            f"""SELECT t::text, (SELECT string_agg(encode(value::bytea, 'escape'), ' ') FROM jsonb_each_text(to_jsonb(t))
                WHERE starts_with(value, '\\x')) FROM {table} t"""
        )
        found[table] = " ".join(str(cell) for row in rows for cell in row).lower()
    return found


def where(canary: str) -> set[str]:
    return {table for table, held in everything_held().items() if canary.lower() in held}


def test_a_person_who_is_erased_is_nowhere_any_more() -> None:
    """Every row of every table is searched for everything that could name them."""
    person = nora()
    before = {table for canary in CANARIES for table in where(canary)}
    assert before >= {
        "subscriber", "inbound_text", "inbound_email", "consent_personal", "activity", "webhook_receipt", "crisis_message",
        "reply",
    }, before  # fmt: skip
    assert erasing.erase(person.pk, now=NOW, actor=builders.make_staff())
    assert {canary: where(canary) for canary in CANARIES if where(canary)} == {}
    person.refresh_from_db()
    assert (person.erased_at, person.email, person.phone_key, person.tags, person.name) == (
        NOW, None, None, [], f"Person {person.pk}",
    )  # fmt: skip
    assert Activity.objects.filter(verb="erased", object_id=person.pk).count() == 1


def test_the_chain_holds_when_what_stood_beside_it_is_gone() -> None:
    person = nora()
    auditing_ledger.head()
    events = list(ConsentEvent.objects.order_by("pk").values())
    erasing.erase(person.pk, now=NOW)
    assert list(ConsentEvent.objects.order_by("pk").values())[: len(events)] == events, "no event was touched"
    assert set(ConsentPersonal.objects.values_list("salt", "ip", "said", "address_given")) == {(None, None, "", "")}
    found = auditing.audit()
    assert found.held, [p.where for p in found.promises if not p.held]


def test_every_column_can_hold_nothing_of_a_person_or_is_blanked() -> None:
    """A new column fails here until somebody has said which of the two it is: in `erasing.PLACES`, or in this table."""
    # keyed hashes, opaque ids, our own words, codes, staff's names, articles and what staff set up
    nothing = {
        "activity": {"verb", "object_kind"},
        "alert": {"kind", "say"},
        "applied_schedules": None,
        "article": None,
        "auth_group": None,
        "auth_permission": None,
        "auth_user": None,
        "batch": {"key", "channel", "status", "worker", "address_keys", "subscriber_ids", "enrollment_ids"},
        "campaign": None,
        "catch_up": None,
        "clock_setting": None,
        "consent": {"channel", "topic", "state"},
        "consent_attestation": None,
        "consent_event": {
            "channel", "topic", "action", "wording", "wording_version", "language", "method", "source", "personal",
            "address_key", "provider_id",
            "ip", "said", "address_given",  # the letter box: always empty
        },
        "consent_link": None,
        "consent_seal": None,
        "crisis_message": {"channel", "address_key", "kind", "language", "answer", "answer_key"},
        "delivery_event": {"provider", "natural_key", "event_id", "message_key", "event", "code"},
        "django_content_type": None,
        "django_session": None,  # of staff, for twelve hours
        "enrollment": {"channel", "status", "next_moved", "exit_reason"},
        "erasure_request": None,  # until the provider has answered
        "form_count": None,  # keyed hashes that live a day
        "inbound_text": {"provider_id", "address_key", "opt_out_type", "intent", "also", "reply"},
        "incident": {"channel", "held_ids"},
        "inbound_email": {"mail_key", "address_key", "named_by", "intent", "also", "reply"},
        "lane_pause": None,
        "message": {"key", "kind", "channel", "address_key", "status", "reason", "provider", "provider_id", "moved", "zones"},
        "page": None,  # of who is on call; it names nobody
        "reply": {"channel", "key", "address_key", "refused"},
        "sender_pace": None,
        "series": None,
        "series_edit": None,
        "step": None,
        "suppression": {"channel", "address_key", "cause"},
        "watermark": None,
        "webhook_receipt": {"provider", "kind", "message_key", "problem"},
    }  # fmt: skip
    numbers = (models.IntegerField, models.BooleanField, models.DateField, models.ForeignKey, models.FloatField)
    places = " ".join(erasing.PLACES)
    unknown = []
    for model in apps.get_models():
        table = model._meta.db_table
        if nothing.get(table, ()) is None:
            continue
        for column in model._meta.concrete_fields:
            if isinstance(column, numbers) or column.attname in (nothing.get(table) or ()):
                continue
            if table not in places or f"{column.attname} = " not in places:
                unknown.append(f"{table}.{column.attname}")
    assert unknown == []


def test_an_erased_address_stays_silent_for_ever() -> None:
    person = nora()
    erasing.erase(person.pk, now=NOW)
    assert set(Suppression.objects.filter(lifted_at=None).values_list("channel", "cause")) == {
        ("email", "unsubscribe"), ("sms", "stop"),
    }  # fmt: skip
    sheet = Attestation(topic="recovery-notes", wording=WORDS, source="an old list", attested_by="Dana")
    report = import_csv(f"email,phone\n{EMAIL.upper()},404.555.0177\n".encode(), sheet, now=NOW, dry_run=False)
    assert report.counts["blocked"] == 1 and Subscriber.objects.count() == 1
    signing_up.request(
        signing_up.SignUp(asked={("email", "recovery-notes"): WORDS}, email=EMAIL, phone=None, first_name="Nora",
                          zip_code=None, language="en"), now=NOW,
    )  # fmt: skip
    assert unconfirmed(NOW + timedelta(minutes=1), limit=10) == []


def test_nobody_is_erased_twice_and_nobody_who_is_not_there() -> None:
    person = nora()
    erasing.erase(person.pk, now=NOW)
    with pytest.raises(Refused, match="was erased on 2026-11-24"):
        erasing.erase(person.pk, now=NOW)
    with pytest.raises(Refused, match="There is no person 999"):
        erasing.erase(999, now=NOW)


def test_another_record_with_the_number_stays_and_is_out() -> None:
    person = nora()
    other = builders.make_subscriber(phone=PHONE)
    assert erasing.to_erase(person.pk).others == 1
    erasing.erase(person.pk, now=NOW)
    other.refresh_from_db()
    assert (other.phone, other.erased_at) == (PHONE, None)
    assert dict(other.consents.filter(topic="recovery-notes").values_list("channel", "state")) == {
        "email": "granted", "sms": "revoked",
    }  # fmt: skip


def test_an_import_that_was_judged_before_does_not_fill_an_erased_record_again() -> None:
    from tests.actions.test_importing_much import judged

    person = builders.make_subscriber(email=EMAIL, phone=PHONE, topics=["family-notes"])
    with judged(f"email,phone,first_name\n{EMAIL},{PHONE},Nora\n") as apply:
        erasing.erase(person.pk, now=NOW)
        apply()
    person.refresh_from_db()
    assert (person.email, person.first_name) == (None, "")
    assert not ConsentEvent.objects.filter(method="import").exists()


def test_the_providers_are_put_down_to_be_asked() -> None:
    person = nora()
    erasing.erase(person.pk, now=NOW, actor=builders.make_staff())
    asked = {request.provider: request for request in ErasureRequest.objects.all()}
    assert (asked["sendgrid"].address, asked["sendgrid"].provider_ids) == (EMAIL, [])
    assert (asked["twilio"].address, len(asked["twilio"].provider_ids)) == ("", 4), "three texts in and one out"


def test_both_providers_are_asked_until_they_have_answered(sandbox: Sandbox) -> None:
    """The sandbox says what it was asked to forget; what it had to be told is gone afterwards."""
    sent = sandbox.client.post("/sandbox/reply", {"from": PHONE, "to": "+14045550100", "body": "Hello"})["sid"]
    person = nora()
    InboundText.objects.filter(provider_id="SM" + "0" * 32).update(provider_id=sent)
    erasing.erase(person.pk, now=NOW)
    base = sandbox.client.base
    there = {
        "SENDGRID_BASE_URL": base, "TWILIO_BASE_URL": base, "TWILIO_ACCOUNT_SID": SID, "TWILIO_AUTH_TOKENS": [TOKEN],
    }  # fmt: skip
    with override_settings(SENDGRID_API_KEY="wrong", **there):
        assert telling_providers.tell_providers(NOW) == 1, "Twilio; SendGrid refuses the key"
    waiting = ErasureRequest.objects.get(done_at=None)
    assert (waiting.provider, waiting.address, waiting.tries) == ("sendgrid", EMAIL, 1)
    with override_settings(SENDGRID_API_KEY=KEY, **there):
        assert telling_providers.tell_providers(NOW + timedelta(minutes=1)) == 0, "not yet"
        assert telling_providers.tell_providers(NOW + timedelta(minutes=6)) == 1
        assert telling_providers.tell_providers(NOW + timedelta(days=9)) == 0
    assert set(sandbox.client.get("/sandbox/erased.json")) == {EMAIL, sent}
    assert {(one.address, tuple(one.provider_ids)) for one in ErasureRequest.objects.all()} == {("", ())}


def test_a_provider_that_does_not_answer_is_asked_once_in_a_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever waits for it a thousand times keeps the clockwork from paging."""
    asked: list[str] = []

    def hangs(_method: str, url: str, *_: object) -> int:
        asked.append(url)
        return 0

    monkeypatch.setattr(forgetting, "_call", hangs)
    for person in range(3):
        ErasureRequest.objects.create(
            subscriber_id=person, provider="twilio", provider_ids=["SM1", "SM2"], requested_at=NOW, next_try_at=NOW
        )
    assert telling_providers.tell_providers(NOW) == 0
    assert len(asked) == 1
    assert list(ErasureRequest.objects.values_list("provider_ids", flat=True)) == [["SM1", "SM2"]] * 3


# --- handing out ---------------------------------------------------------------------------------------------------------


def test_what_is_held_is_handed_out_whole_and_its_proof_can_be_checked_without_us() -> None:
    person = nora()
    auditing_ledger.head()
    held = json.loads(json.dumps(reading_person.everything(person.pk), default=str))
    assert (held["person"]["email"], held["person"]["last_name"], held["person"]["zip_code"]) == (
        EMAIL,
        "Quimby",
        "30399",
    )
    assert [one["body"] for one in held["texts_received"]] == [
        "START",
        "Nora here, behind the blue door",
        "I want to die",
    ]
    assert len(held["messages"]) >= 2 and len(held["incidents"]) == 1
    assert held["answers_by_staff"][0]["body"] == "Nora, we are at the blue door"
    assert {one["words"] for one in held["crisis_messages"]} == {"", "Nora, at the blue door"}
    assert {one["action"] for one in held["ledger"]} == {"requested", "granted"}
    for one, raw in zip(held["ledger"], ConsentEvent.objects.order_by("pk").values(), strict=True):
        proof = one["proof"]
        assert proof["unchanged"] and proof["digest"] == ledger.event_digest(raw).hex()
        assert proof["seal"]["number"] == 1
        if one["beside"]:
            beside = one["beside"]
            kept = ledger.personal_hash(
                bytes.fromhex(beside["salt"]), beside["address"], beside["words"], beside["given"]
            )
            assert kept.hex() == one["personal"]


def test_what_is_held_of_an_erased_person_names_nobody() -> None:
    person = nora()
    erasing.erase(person.pk, now=NOW)
    held = json.dumps(reading_person.everything(person.pk), default=str).lower()
    assert [canary for canary in CANARIES if canary.lower() in held] == []


# --- letting go ----------------------------------------------------------------------------------------------------------


def turn(now: datetime) -> dict[str, int]:
    return retaining.let_go(now)


def test_nothing_young_is_let_go_and_the_day_is_done() -> None:
    nora()
    assert turn(NOW + timedelta(days=100)) == {"texts": 0, "reports": 0, "people": 0}
    assert turn(NOW + timedelta(days=100, hours=1)) == {}, "once a day is enough"


def test_words_and_reports_that_are_old_go_and_what_still_needs_a_person_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    person = builders.make_subscriber(phone=PHONE)
    old, closed = builders.make_text(person), builders.make_text(person, "Thank you")
    InboundText.objects.filter(pk=closed.pk).update(closed_at=NOW)
    for n in range(5):
        DeliveryEvent.objects.create(provider="twilio", natural_key=str(n), event="sent", at=NOW, applied_at=NOW)
    waiting = DeliveryEvent.objects.create(provider="twilio", natural_key="w", event="sent", at=NOW,
                                           message_key="00000000-0000-0000-0000-000000000001")  # fmt: skip
    monkeypatch.setattr(retaining, "AT_ONCE", 3)
    later = NOW + timedelta(days=731)
    assert turn(later) == {"texts": 1, "reports": 3, "people": 0}
    assert turn(later) == {"texts": 0, "reports": 2, "people": 0}
    assert turn(later) == {"texts": 0, "reports": 0, "people": 0}
    assert dict(InboundText.objects.values_list("pk", "body")) == {old.pk: "Can somebody call me?", closed.pk: ""}
    assert list(DeliveryEvent.objects.all()) == [waiting]


def test_what_is_left_of_an_old_webhook_goes_and_one_that_was_not_applied_or_read_stays() -> None:
    def receipt(**fields: object) -> int:
        made = WebhookReceipt.objects.create(provider="twilio", kind="status", received_at=NOW, **fields)
        return made.pk

    receipt(applied_at=NOW)
    waiting, unread = receipt(body=b"x"), receipt(body=b"x", applied_at=NOW, problem="ValueError")
    assert turn(NOW + timedelta(days=181))["reports"] == 1
    assert set(WebhookReceipt.objects.values_list("pk", flat=True)) == {waiting, unread}


def test_old_answers_and_closed_crises_let_their_words_and_addresses_go() -> None:
    """A picture without a word holds a number too; a crisis that is open stays as it is."""
    person = nora()
    InboundText.objects.filter(subscriber=person).update(body="", closed_at=NOW)
    later = NOW + timedelta(days=731)
    turn(later)
    assert not InboundText.objects.exclude(phone="").exists()
    assert not Reply.objects.exclude(address="", body="").exists()
    assert CrisisMessage.objects.exclude(words="").exists()
    Incident.objects.update(closed_at=NOW, page_due_at=None)
    turn(later)
    assert not CrisisMessage.objects.exclude(words="", reach="").exists()


@pytest.mark.parametrize(
    ("left", "years", "gone"),
    [
        pytest.param(True, 7, True, id="left long ago"),
        pytest.param(True, 5, False, id="left, and the proof is still needed"),
        pytest.param(False, 30, False, id="still agrees"),
    ],
)
def test_only_who_left_long_ago_is_erased_by_the_clock(left: bool, years: int, gone: bool) -> None:
    person = builders.make_subscriber(email=EMAIL, phone=PHONE)
    if left:
        for channel, key in (("email", person.email_key), ("sms", person.phone_key)):
            opting_out.opt_out(channel, bytes(key or b""), method="staff", source="test", now=NOW)
    assert turn(NOW + timedelta(days=365 * years + 10))["people"] == int(gone)
    person.refresh_from_db()
    assert (person.erased_at is not None) == gone
    assert Suppression.objects.count() == (2 if left else 0), "silence is for ever"
    assert key_of("sms", PHONE) == key_of("sms", "(404) 555-0177")
