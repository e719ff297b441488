"""The staff's inbox: a crisis on top, taken on, answered and closed by people; a text written once; a hold in one click."""

import re
import uuid
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client

from outreach.actions import clock, holding, incidents, opting_out
from outreach.models import Activity, InboundEmail, InboundText, Incident, Message, Page, Reply, Subscriber
from tests import builders
from tests.parts import Sandbox, pointed_at, running_sandbox
from tests.web.conftest import words


@pytest.fixture(scope="module")
def _sandbox() -> Iterator[Sandbox]:
    with running_sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def provider(_sandbox: Sandbox, applied: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """A Twilio that takes what staff write."""
    with pointed_at(_sandbox, monkeypatch):
        yield _sandbox
    _sandbox.behave()


_numbers = iter(range(100, 200))


def make_crisis(body: str = "I can't go on", **fields: object) -> Incident:
    person = builders.make_subscriber(phone=f"+1770555{next(_numbers):04d}", **fields)
    return builders.make_incident(person, body, at=clock.now() - timedelta(minutes=2))


def form_of(page: str) -> dict[str, str]:
    """The hidden fields of the answer form."""
    return dict(re.findall(r'name="(key)" value="([^"]+)"', page))


def answer(staff: Client, text: int, body: str, **fields: str) -> str:
    page = words(staff.get(f"/inbox/{text}/"))
    return words(staff.post(f"/inbox/{text}/reply/", {**form_of(page), "body": body, **fields}, follow=True))


def got(provider: Sandbox, number: str) -> list[str]:
    return [line["body"] for line in provider.accepted() if line["to"] == number]


# --- the answer -----------------------------------------------------------------------------------------------------


def test_an_answer_goes_out_is_shown_with_its_author_and_takes_the_crisis_on(staff: Client, provider: Sandbox) -> None:
    incident = make_crisis()
    shown = answer(staff, incident.inbound_id, "This is Dana. I am calling you now.")
    assert "Sent." in shown and "This is Dana" in shown and "Dana · " in shown
    assert got(provider, incident.inbound.phone) == ["This is Dana. I am calling you now."]
    incident.refresh_from_db()
    assert incident.acknowledged_by is not None and incident.page_due_at is None
    assert list(Activity.objects.filter(verb="replied").values_list("detail", flat=True)) == ["sent"]


def test_a_form_pressed_twice_is_one_text(staff: Client, provider: Sandbox) -> None:
    incident = make_crisis()
    fields = {**form_of(words(staff.get(f"/inbox/{incident.inbound_id}/"))), "body": "Are you there?"}
    for _ in range(2):
        staff.post(f"/inbox/{incident.inbound_id}/reply/", fields)
    assert got(provider, incident.inbound.phone) == ["Are you there?"]
    assert Activity.objects.filter(verb="replied").count() == 1


def test_who_opted_out_meanwhile_gets_nothing_and_the_page_says_how_else(staff: Client, provider: Sandbox) -> None:
    incident = make_crisis(email="luz@example.org")
    page = words(staff.get(f"/inbox/{incident.inbound_id}/"))
    key = bytes(incident.inbound.address_key)
    opting_out.opt_out("sms", key, method="sms_reply", source="test", now=clock.now())
    shown = words(staff.post(f"/inbox/{incident.inbound_id}/reply/", {**form_of(page), "body": "Hello"}, follow=True))
    assert "the person has opted out of texts" in shown
    assert "nobody can text it from here" in shown and "mailto:luz@example.org" in shown
    assert f"tel:{incident.inbound.phone}" in shown and 'name="body"' not in shown
    assert got(provider, incident.inbound.phone) == []
    incident.refresh_from_db()
    assert incident.acknowledged_at is None, "nobody was reached"


def test_words_of_a_text_that_could_not_leave_are_kept_on_the_page(staff: Client, provider: Sandbox) -> None:
    incident = make_crisis()
    provider.misbehave(on="twilio", do="status", status=429)
    before = form_of(words(staff.get(f"/inbox/{incident.inbound_id}/")))
    shown = words(staff.post(f"/inbox/{incident.inbound_id}/reply/", {**before, "body": "Hold on, I am here"}))
    assert "could not be reached" in shown and ">Hold on, I am here</textarea>" in shown
    assert form_of(shown) != before, "the next try is another text"


@pytest.mark.parametrize(
    ("fields", "say"),
    [
        pytest.param({"key": str(uuid.UUID(int=7)), "body": "  "}, "Write a few words first", id="no words"),
        pytest.param({"key": str(uuid.UUID(int=7)), "body": "x" * 481}, "480 fit", id="too long"),
        pytest.param({"key": "nonsense", "body": "kept words"}, "kept words</textarea>", id="no key"),
        pytest.param({"body": "kept words"}, "kept words</textarea>", id="key missing"),
    ],
)
def test_a_form_that_cannot_be_used_says_why_and_keeps_the_words(
    staff: Client, provider: Sandbox, fields: dict[str, str], say: str
) -> None:
    incident = make_crisis()
    answered = staff.post(f"/inbox/{incident.inbound_id}/reply/", fields)
    assert answered.status_code == 400 and say in words(answered)
    assert not Reply.objects.exists()


def test_a_number_nobody_knows_is_answered_too(staff: Client, provider: Sandbox) -> None:
    text = InboundText.objects.create(
        provider_id="SM-x", address_key=builders.key_of("sms", "+17705550199"), phone="+17705550199", body="Who is this?",
        intent="person", needs_person=True, at=clock.now(),
    )  # fmt: skip
    assert "Sent." in answer(staff, text.pk, "This is ALANA Recovery.")
    assert got(provider, "+17705550199") == ["This is ALANA Recovery."]


# --- the crisis -----------------------------------------------------------------------------------------------------


def test_the_inbox_has_who_waits_longest_untaken_on_top(staff: Client, provider: Sandbox) -> None:
    taken, waiting = make_crisis(first_name="Ann"), make_crisis(first_name="Ben")
    staff.post(f"/incidents/{taken.pk}/acknowledge/")
    shown = words(staff.get("/inbox/"))
    assert shown.index("Ben") < shown.index("Ann") and "taken on by Dana" in shown
    assert f'id="take-{waiting.pk}"' in shown and f'id="take-{taken.pk}"' not in shown


def test_texts_and_emails_stand_together_who_waits_longest_first(staff: Client) -> None:
    now = clock.now()
    for minutes, name in ((30, "Ann"), (10, "Cal")):
        builders.make_text(builders.make_subscriber(first_name=name), at=now - timedelta(minutes=minutes))
    for minutes, name in ((40, "Ada"), (20, "Ben")):
        InboundEmail.objects.create(
            mail_key=name, subscriber=builders.make_subscriber(first_name=name), body="Hello", intent="person",
            needs_person=True, at=now - timedelta(minutes=minutes),
        )  # fmt: skip
    shown = words(staff.get("/inbox/"))
    assert [name for _, name in sorted((shown.index(name), name) for name in ("Ann", "Ben", "Cal", "Ada"))] == [
        "Ada", "Ann", "Ben", "Cal",
    ]  # fmt: skip


def test_the_timer_says_the_minutes_without_a_script_and_what_one_needs_to_run(staff: Client) -> None:
    incident = make_crisis()
    shown = words(staff.get("/inbox/"))
    assert "12 minutes left to take it on" in shown
    assert f'data-until="{incident.due_at.isoformat()}"' in shown


def test_a_crisis_page_shows_language_answer_pages_and_escalation(staff: Client) -> None:
    opened = incidents.open_incident(
        channel="email", address_key=b"m" * 32, now=clock.now(), words="Ya no quiero vivir", reach="luz@example.org",
        language="es", kind="self_harm", answer="none",
    )  # fmt: skip
    for n, (who, status) in enumerate([("First on call", "failed"), ("Second on call", "sent")]):
        Page.objects.create(
            incident_id=opened.incident, round=1, attempt=n + 1, person=who, channel="sms", say="waiting", at=clock.now(),
            status=status, reason="30003" if status == "failed" else "",
        )  # fmt: skip
    Incident.objects.update(level=1)
    shown = words(staff.get(f"/incidents/{opened.incident}/"))
    for said in ("Ya no quiero vivir", "Spanish", "could not be answered automatically", "mailto:luz@example.org",
                 "First on call", "error 30003", "Only a person closes"):  # fmt: skip
        assert said in shown
    card = words(staff.get("/inbox/"))
    assert "Escalated: 2 pages" in card and "writes Spanish" in card and "by email" in card
    assert re.search(r'class="badge">1<', card), "it counts as one that waits"
    said = words(staff.post(f"/incidents/{opened.incident}/acknowledge/", follow=True))
    assert "It is yours" in said and "Close: the person is safe" in said


def test_closing_a_crisis_lets_messages_go_on(staff: Client) -> None:
    incident = make_crisis()
    assert Subscriber.objects.get().held_reason == incidents.HOLD
    assert "messages go on" in words(staff.get(f"/incidents/{incident.pk}/"))
    staff.post(f"/incidents/{incident.pk}/close/")
    assert Subscriber.objects.get().held_reason is None
    assert list(Activity.objects.filter(object_kind="subscriber").order_by("pk").values_list("verb", flat=True)) == [
        "held", "unheld",
    ]  # fmt: skip


def test_a_crisis_is_closed_and_everything_kept_on_hold_when_staff_say_so(staff: Client) -> None:
    incident = make_crisis()
    said = words(staff.post(f"/incidents/{incident.pk}/close/", {"keep_hold": "1"}, follow=True))
    assert "Everything stays on hold" in said
    assert Subscriber.objects.get().held_reason == "Crisis"


def test_a_hold_with_the_staffs_own_reason_outlives_the_crisis(staff: Client) -> None:
    incident = make_crisis()
    person = incident.subscriber
    staff.post(f"/people/{person.pk}/hold/", {"reason": "grief", "back": f"/incidents/{incident.pk}/"})
    staff.post(f"/incidents/{incident.pk}/close/")
    assert Subscriber.objects.get().held_reason == "Grief"


def test_one_crisis_closed_does_not_lift_the_hold_that_another_needs(staff: Client) -> None:
    incident = make_crisis()
    person = incident.subscriber
    other = Incident.objects.create(
        channel="web", subscriber=person, opened_at=clock.now(), due_at=clock.now(), held_ids=[]
    )
    staff.post(f"/incidents/{incident.pk}/close/")
    assert Subscriber.objects.get().held_reason == incidents.HOLD
    assert other.closed_at is None


def test_closing_a_closed_crisis_changes_nothing(staff: Client) -> None:
    incident = make_crisis()
    staff.post(f"/incidents/{incident.pk}/close/")
    first = Incident.objects.get().closed_at
    staff.post(f"/incidents/{incident.pk}/close/")
    assert Incident.objects.get().closed_at == first
    assert "This crisis is closed" in words(staff.post(f"/incidents/{incident.pk}/acknowledge/", follow=True))


# --- holds ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("reason", "kept"), holding.REASONS.items())
def test_a_hold_is_one_click_from_the_conversation_and_covers_everyone_with_the_number(
    staff: Client, reason: str, kept: str
) -> None:
    ann = builders.make_subscriber(phone="+17705550177")
    builders.make_subscriber(phone="+17705550177", email="ben@example.org")
    text = builders.make_text(ann, "My father died")
    assert f'value="{reason}"' in words(staff.get(f"/inbox/{text.pk}/"))
    said = words(staff.post(f"/inbox/{text.pk}/hold/", {"reason": reason}, follow=True))
    assert "Everything is on hold" in said and f"on hold: {kept}" in said
    assert set(Subscriber.objects.values_list("held_reason", flat=True)) == {kept}


def test_a_hold_from_the_page_of_a_crisis_comes_back_to_it_and_never_leads_elsewhere(staff: Client) -> None:
    incident = make_crisis()
    path = f"/people/{incident.subscriber_id}/hold/"
    assert (
        staff.post(path, {"reason": "grief", "back": f"/incidents/{incident.pk}/"}).url == f"/incidents/{incident.pk}/"
    )
    for elsewhere in ("https://evil.example.org/", "//evil.example.org/", ""):
        assert staff.post(path, {"unhold": "1", "back": elsewhere}).url == f"/people/{incident.subscriber_id}/"


def test_what_a_crisis_holds_goes_on_by_closing_it_and_not_from_the_page_of_the_person(staff: Client) -> None:
    incident = make_crisis()
    path = f"/people/{incident.subscriber_id}/"
    shown = words(staff.get(path))
    assert "A crisis is open" in shown and f"/incidents/{incident.pk}/" in shown and "Let messages go on" not in shown
    assert "Close the crisis" in words(staff.post(f"{path}hold/", {"unhold": "1"}, follow=True))
    assert Subscriber.objects.get().held_reason
    staff.post(f"/incidents/{incident.pk}/close/", {"keep_hold": "1"})
    assert "Let messages go on" in words(staff.get(path))
    staff.post(f"{path}hold/", {"unhold": "1"})
    assert Subscriber.objects.get().held_reason is None


def test_an_answer_to_a_person_on_hold_goes_out(staff: Client, provider: Sandbox) -> None:
    incident = make_crisis()
    assert Subscriber.objects.get().held_reason
    assert "Sent." in answer(staff, incident.inbound_id, "I am here.")
    assert Message.objects.get(kind="reply").status == "sent"


@pytest.mark.parametrize(
    "path", ["/inbox/1/reply/", "/inbox/1/hold/", "/incidents/1/acknowledge/", "/incidents/1/close/", "/people/1/hold/"]
)
def test_a_link_changes_nothing(staff: Client, path: str) -> None:
    make_crisis()
    assert staff.get(path).status_code == 405


def test_a_stranger_sees_and_does_nothing(web: Client) -> None:
    incident = make_crisis()
    for path in (f"/incidents/{incident.pk}/", f"/inbox/{incident.inbound_id}/"):
        answered = web.get(path)
        assert answered.status_code == 302 and answered.url.startswith("/login/")
