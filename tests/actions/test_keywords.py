"""What people ask for by text is done and told once: a part that ends, MORE, SLOW, PAUSE and TOPICS."""

from datetime import timedelta

import pytest

from outreach.actions import explaining, schedules
from outreach.actions.dispatching import Lane, send_batch
from outreach.models import Consent, ConsentEvent, Enrollment, Message, Subscriber, Suppression
from outreach.rules import reply_texts, sms
from tests import builders
from tests.actions.test_receiving_texts import ANN, answers, form, make_ann, newest, text
from tests.builders import NOW
from tests.parts import Sandbox

pytestmark = pytest.mark.usefixtures("stage")
BOTH_TOPICS = ("recovery-notes", "family-notes")


def states(person: Subscriber) -> dict[tuple[str, str], str]:
    found = Consent.objects.filter(subscriber=person).exclude(topic="*").values_list("channel", "topic", "state")
    return {(channel, topic): state for channel, topic, state in found}


def out(channel: str) -> bool:
    return Suppression.objects.filter(channel=channel, lifted_at=None, confirmed_at__isnull=False).exists()


def send(lane: Lane, moment: object) -> None:
    while send_batch(lane, lambda: moment).more:  # type: ignore[arg-type,return-value]
        pass


# --- a part ends ----------------------------------------------------------------------------------------------------


def test_no_more_emails_but_texts_are_fine_ends_the_emails_alone() -> None:
    """Said by text, meant for the other channel, and told once."""
    ann = make_ann()
    builders.make_campaign()
    answer = text("no more emails but texts are fine")
    assert answer is not None and "no more emails" in answer and "STOP" in answer
    assert out("email") and not out("sms")
    assert dict(Enrollment.objects.values_list("channel", "status")) == {"email": "exited", "sms": "active"}
    event = ConsentEvent.objects.get(action="revoked")
    assert (event.channel, event.topic, event.method, event.beside.said, event.provider_id) == (
        "email", "*", "sms_reply", "no more emails but texts are fine", newest().provider_id,
    )  # fmt: skip
    assert states(ann)["sms", "recovery-notes"] == "granted"
    assert answers() == ["part"] and not newest().needs_person


def test_a_topic_ends_on_both_channels_and_its_runs_with_it() -> None:
    """Stop the family notes: it names no channel, so none goes on with them; the others go on."""
    ann = make_ann(topics=BOTH_TOPICS)
    builders.make_campaign(builders.make_series(title="For families", topic="family-notes"), name="Families")
    builders.make_campaign()
    answer = text("please stop the family notes")
    assert answer is not None and "Notes for families and friends" in answer and "STOP" in answer
    assert states(ann) == {
        ("email", "family-notes"): "revoked", ("sms", "family-notes"): "revoked",
        ("email", "recovery-notes"): "granted", ("sms", "recovery-notes"): "granted",
    }  # fmt: skip
    assert not Suppression.objects.exists()
    ended = Enrollment.objects.filter(status="exited", exit_reason="opted_out")
    assert set(ended.values_list("campaign__series__topic", "channel")) == {
        ("family-notes", "email"),
        ("family-notes", "sms"),
    }
    assert Enrollment.objects.filter(status="active").count() == 2
    assert answers() == ["part"]


def test_a_topic_with_its_channel_ends_there_alone() -> None:
    ann = make_ann(topics=BOTH_TOPICS)
    text("stop the family texts")
    assert states(ann)["sms", "family-notes"] == "revoked"
    assert states(ann)["email", "family-notes"] == "granted"


def test_a_topic_ends_for_everyone_who_has_the_number() -> None:
    ann, ben = make_ann(topics=BOTH_TOPICS), make_ann(email="ben@example.org", topics=BOTH_TOPICS)
    text("no more family notes")
    assert {states(person)["sms", "family-notes"] for person in (ann, ben)} == {"revoked"}


def test_the_same_part_twice_changes_nothing_more() -> None:
    make_ann(topics=BOTH_TOPICS)
    posted = form("stop the family notes")
    from outreach.actions.receiving import storing

    assert storing.receive_text(posted, NOW)
    assert storing.receive_text(posted, NOW + timedelta(minutes=1)) is None
    assert ConsentEvent.objects.filter(action="revoked").count() == 2
    assert answers() == ["part"]


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        pytest.param("stop the family notes", {}, id="a topic they do not get"),
        pytest.param("stop emailing me", {"email": None, "channels": ["sms"]}, id="emails they do not get"),
    ],
)
def test_a_part_that_somebody_does_not_get_means_their_texts(body: str, fields: dict[str, object]) -> None:
    """In doubt between stopping and going on it stops, and a person looks."""
    make_ann(**fields)
    assert text(body) == reply_texts.stop_confirmed(schedules.current().organisation, "en")
    assert out("sms") and newest().needs_person


def test_texts_about_a_topic_they_get_by_email_alone_means_their_texts() -> None:
    ann = make_ann()
    ConsentEvent.objects.create(
        subscriber=ann, channel="email", topic="family-notes", action="granted", wording="Yes, send me emails.",
        language="en", method="web_form", source="test", at=NOW,
    )  # fmt: skip
    text("stop the family notes texts")
    assert out("sms") and not out("email") and newest().needs_person


def test_everything_ends_on_both_channels_with_one_confirmation() -> None:
    make_ann()
    answer = text("unsubscribe me from everything")
    assert answer is not None and "no more texts and no more emails" in answer
    assert out("sms") and out("email") and answers() == ["part"]


def test_a_discreet_person_reads_no_topic_and_no_name_in_the_answer() -> None:
    """Whoever holds the phone learns nothing."""
    make_ann(topics=BOTH_TOPICS, discreet=True)
    organisation = schedules.current().organisation
    for body in ("stop the family notes", "TOPICS", "PAUSE", "please stop texting me"):
        answer = text(body)
        assert answer is not None and answer.startswith(f"{organisation.neutral_name}: ")
        assert "famil" not in answer and "ALANA" not in answer


def test_a_crisis_with_a_stop_within_the_hour_is_still_confirmed() -> None:
    """The crisis words came already; that the texts end is new."""
    make_ann()
    assert text("I want to die")
    answer = text("stop texting me I want to die", now=NOW + timedelta(minutes=5))
    assert answer == reply_texts.stop_confirmed(schedules.current().organisation, "en")
    assert out("sms") and answers() == ["crisis", "stop"]


@pytest.mark.parametrize("kind", ["toll_free", "short_code"])
def test_a_word_that_this_kind_of_number_leaves_to_us_is_confirmed_by_us(kind: str) -> None:
    """A toll-free network answers STOP alone, a short code nothing."""
    shipped = (builders.ROOT / "schedules.yaml").read_text(encoding="utf-8")
    schedules.apply(shipped.replace("kind: 10dlc ", f"kind: {kind} "), now=NOW + timedelta(minutes=1))
    make_ann()
    assert text("CANCEL") is not None
    assert (text("STOP") is None) == (kind == "toll_free")


# --- MORE, SLOW, PAUSE, TOPICS --------------------------------------------------------------------------------------


def test_more_brings_the_next_text_at_the_next_allowed_moment(sandbox: Sandbox) -> None:
    """Asked for at 10 in the morning two days before it was due: it goes out now, once, and the rest stays as planned."""
    ann = make_ann()
    builders.make_campaign()
    planned = explaining.upcoming(ann, NOW)
    assert text("MORE") == reply_texts.more_coming(schedules.current().organisation, "en", coming=True)
    send(sandbox.lane("sms"), NOW)
    assert Message.objects.filter(kind="step", channel="sms", status="sent").count() == 1
    run = Enrollment.objects.get(channel="sms")
    assert (run.next_step, run.next_due_at) == (2, next(u.at for u in planned if (u.channel, u.step) == ("sms", 2)))
    assert answers() == ["more"]


def test_more_twice_a_day_waits_for_the_daily_limit(sandbox: Sandbox) -> None:
    """Caps and hours hold for a text that was asked for, too."""
    make_ann()
    builders.make_campaign()
    lane = sandbox.lane("sms")
    for minutes in (0, 10):
        text("MORE", now=NOW + timedelta(minutes=minutes))
        send(lane, NOW + timedelta(minutes=minutes))
    assert Message.objects.filter(kind="step", channel="sms", status="sent").count() == 1
    due = Enrollment.objects.get(channel="sms").next_due_at
    assert due is not None and NOW + timedelta(hours=23) < due < NOW + timedelta(hours=26)


def test_more_at_night_comes_in_the_morning(sandbox: Sandbox) -> None:
    make_ann()
    builders.make_campaign()
    night = NOW + timedelta(hours=16)  # 2 in the morning
    assert text("more please", now=night)
    send(sandbox.lane("sms"), night)
    assert not Message.objects.filter(kind="step", channel="sms").exists()
    assert Enrollment.objects.get(channel="sms").next_due_at == NOW + timedelta(hours=23)  # 9 o'clock


def test_more_without_a_series_says_so() -> None:
    make_ann()
    answer = text("MORE")
    assert answer is not None and "No further text" in answer


def test_slow_doubles_the_gaps_of_the_texts_alone(sandbox: Sandbox) -> None:
    """The gentle cadence writes on days 2, 5, 9: with the first sent on day 2, the next come on days 8 and 16."""
    ann = make_ann()
    builders.make_campaign(builders.make_series(texts=3))
    first = NOW + timedelta(days=2, hours=7, minutes=30)
    lane = sandbox.lane("sms")
    send(lane, first)
    assert text("SLOW", now=first + timedelta(hours=1)) == reply_texts.slowed(
        schedules.current().organisation, "en", coming=True
    )
    told = [u.at for u in explaining.upcoming(ann, first + timedelta(hours=2)) if u.channel == "sms"]
    assert told == [first + timedelta(days=6), first + timedelta(days=14)]
    send(lane, told[0])
    assert Enrollment.objects.get(channel="sms").next_due_at == told[1], "the sender plans what was said"
    assert Enrollment.objects.get(channel="email").slowed == 1


def test_slow_before_the_first_text_doubles_its_wait() -> None:
    ann = make_ann()
    builders.make_campaign()
    text("slower please")
    told = [u.at for u in explaining.upcoming(ann, NOW) if u.channel == "sms"]
    start = NOW + timedelta(hours=7, minutes=30)
    assert told == [start + timedelta(days=4), start + timedelta(days=10)]


def test_slow_ends_at_a_quarter_of_the_pace() -> None:
    make_ann()
    builders.make_campaign()
    assert [bool(text("SLOW", now=NOW + timedelta(minutes=n))) for n in range(3)] == [True] * 3
    assert Enrollment.objects.get(channel="sms").slowed == 4


def test_start_ends_a_pause() -> None:
    ann = make_ann()
    text("PAUSE")
    text("resume", now=NOW + timedelta(days=1))
    ann.refresh_from_db()
    assert ann.paused_until is None


@pytest.mark.parametrize(
    ("body", "language", "label"),
    [("TOPICS", "en", "Notes on recovery"), ("temas", "es", "Notas sobre la recuperacion")],
)
def test_topics_lists_them_and_says_how_to_choose(body: str, language: str, label: str) -> None:
    make_ann()
    answer = text(body)
    assert answer is not None and label in answer and "STOP" in answer
    assert (sms.measure(answer).encoding, sms.measure(answer).parts <= 2) == ("GSM-7", True)
    assert answers() == ["topics"]


@pytest.mark.parametrize("body", ["MORE", "SLOW", "PAUSE"])
def test_a_keyword_of_a_stranger_is_answered_like_anybodys_and_read_by_a_person(body: str) -> None:
    """An answer that only known numbers get would tell who is known."""
    answer = text(body, "+14045550188")
    assert newest().needs_person
    builders.make_subscriber(phone="+14045550177")
    assert text(body, "+14045550177") == answer


def test_yes_lifts_no_stop_that_nobody_asked_about() -> None:
    """Twilio takes YES for START; for us it answers a question we asked."""
    make_ann()
    text("please stop texting me")
    text("YES", OptOutType="START")
    assert out("sms")
    assert Consent.objects.get(channel="sms", topic="recovery-notes").state == "revoked"


def test_a_stop_is_kept_where_no_schedules_are_in_force(database: str) -> None:
    """Words to answer with are missing then; the opt-out is not."""
    from outreach.errors import Refused
    from outreach.models import AppliedSchedules

    AppliedSchedules.objects.all().delete()
    with pytest.raises(Refused):
        text("please stop texting me", ANN)
    assert out("sms")
