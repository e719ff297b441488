"""Campaigns: their moves, who is in them and who is left out, and the moment of the first step."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from outreach.actions import campaigning, opting_out, schedules, suppressing
from outreach.actions.placing import place_of
from outreach.errors import Refused
from outreach.models import Activity, Campaign, Enrollment, Series, Subscriber
from outreach.rules import planner
from tests import builders
from tests.builders import NOW

pytestmark = pytest.mark.usefixtures("stage")


def start(campaign: Campaign) -> None:
    campaigning.start(campaign, now=NOW)


def pause(campaign: Campaign) -> None:
    campaigning.pause(campaign, now=NOW)


def resume(campaign: Campaign) -> None:
    campaigning.resume(campaign, now=NOW)


def stop(campaign: Campaign) -> None:
    campaigning.stop(campaign, now=NOW)


ACTS: dict[str, Callable[[Campaign], None]] = {"start": start, "pause": pause, "resume": resume, "stop": stop}
LEGAL = {
    ("draft", "start"): "running",
    ("draft", "stop"): "stopped",
    ("running", "pause"): "paused",
    ("running", "stop"): "stopped",
    ("paused", "resume"): "running",
    ("paused", "stop"): "stopped",
}


@pytest.mark.parametrize("status", ["draft", "running", "paused", "stopped", "finished"])
@pytest.mark.parametrize("act", list(ACTS))
def test_a_campaign_makes_its_legal_moves_and_no_other(status: str, act: str) -> None:
    builders.make_subscriber()
    campaign = builders.make_campaign(started=False)
    Campaign.objects.filter(pk=campaign.pk).update(status=status)
    before = Campaign.objects.values().get(pk=campaign.pk)
    if becomes := LEGAL.get((status, act)):
        ACTS[act](campaign)
        campaign.refresh_from_db()
        assert campaign.status == becomes
        return
    with pytest.raises(Refused, match=f"is {status} and cannot become"):
        ACTS[act](campaign)
    assert Campaign.objects.values().get(pk=campaign.pk) == before
    assert not Enrollment.objects.exists()


def test_every_act_is_noted_with_who_did_it() -> None:
    dana = builders.make_staff()
    campaign = campaigning.create(builders.make_series(), name="Spring", who=None, now=NOW, actor=dana)
    campaigning.start(campaign, now=NOW, actor=dana)
    campaigning.pause(campaign, now=NOW, actor=dana)
    campaigning.resume(campaign, now=NOW, actor=dana)
    campaigning.stop(campaign, now=NOW, actor=dana)
    noted = Activity.objects.filter(object_kind="campaign", object_id=campaign.pk, actor=dana).order_by("pk")
    assert list(noted.values_list("verb", flat=True)) == ["created", "started", "paused", "resumed", "stopped"]


@pytest.mark.parametrize("status", ["draft", "review", "archived"])
def test_only_a_published_series_gets_a_campaign(status: str) -> None:
    series = builders.make_series()
    Series.objects.filter(pk=series.pk).update(status=status)
    series.refresh_from_db()
    with pytest.raises(Refused, match=f"is {status}: publish it first"):
        campaigning.create(series, name="Spring", who=None, now=NOW)


def test_an_audience_that_cannot_be_read_is_refused_at_once() -> None:
    series = builders.make_series()
    with pytest.raises(Refused, match="rolle"):
        campaigning.create(series, name="Spring", who={"rolle": "family"}, now=NOW)
    assert not Campaign.objects.exists()


def test_starting_opens_a_run_per_person_and_channel() -> None:
    people = [builders.make_subscriber() for _ in range(3)]
    campaign = builders.make_campaign(started=False)
    assert campaigning.start(campaign, now=NOW) == 6
    campaign.refresh_from_db()
    assert campaign.started_at == NOW
    runs = set(Enrollment.objects.values_list("subscriber_id", "channel", "status", "next_step", "anchor"))
    assert runs == {(p.pk, c, "active", 1, NOW) for p in people for c in ("email", "sms")}


def test_enrolling_again_adds_who_is_new_and_changes_nobody() -> None:
    builders.make_subscriber()
    campaign = builders.make_campaign()
    before = list(Enrollment.objects.order_by("pk").values())
    assert campaigning.enroll(campaign, now=NOW + timedelta(days=3)) == 0
    assert list(Enrollment.objects.order_by("pk").values()) == before
    builders.make_subscriber()
    assert campaigning.enroll(campaign, now=NOW + timedelta(days=3)) == 2
    assert set(Enrollment.objects.order_by("pk").values_list("anchor", flat=True)[2:]) == {NOW + timedelta(days=3)}


def test_who_left_a_campaign_is_not_enrolled_again() -> None:
    ann = builders.make_subscriber()
    campaign = builders.make_campaign()
    key = bytes(ann.email_key or b"")
    opting_out.opt_out("email", key, method="one_click", source="test", now=NOW)
    opting_out.opt_in("email", key, method="undo", source="test", now=NOW)
    assert campaigning.enroll(campaign, now=NOW) == 0
    assert Enrollment.objects.get(channel="email").status == "exited"


@pytest.mark.parametrize("status", ["draft", "stopped", "finished"])
def test_nobody_is_added_to_a_campaign_that_does_not_run(status: str) -> None:
    builders.make_subscriber()
    campaign = builders.make_campaign(started=False)
    Campaign.objects.filter(pk=campaign.pk).update(status=status)
    with pytest.raises(Refused, match="nobody can be added"):
        campaigning.enroll(campaign, now=NOW)
    assert not Enrollment.objects.exists()


def test_a_cadence_the_schedules_no_longer_have_is_refused_and_nothing_starts() -> None:
    builders.make_subscriber()
    campaign = builders.make_campaign(started=False)
    Series.objects.update(cadence="hurried")
    campaign = Campaign.objects.get(pk=campaign.pk)
    with pytest.raises(Refused, match="hurried"):
        campaigning.start(campaign, now=NOW)
    campaign.refresh_from_db()
    assert (campaign.status, campaign.started_at) == ("draft", None)


# --- who is left out ------------------------------------------------------------------------------------------------


def suppressed_by(channel: str) -> Callable[[Subscriber], None]:
    def suppress(person: Subscriber) -> None:
        key = person.email_key if channel == "email" else person.phone_key
        suppressing.suppress_key(channel, bytes(key or b""), cause="bounce", now=NOW)

    return suppress


def revoke(person: Subscriber) -> None:
    builders.consent(person, "sms", "*", "revoked")


def erase(person: Subscriber) -> None:
    Subscriber.objects.filter(pk=person.pk).update(erased_at=NOW)


def nothing(person: Subscriber) -> None:
    pass


@pytest.mark.parametrize(
    ("fields", "then", "channels"),
    [
        pytest.param({}, nothing, {"email", "sms"}, id="nothing against it"),
        pytest.param({"channels": ["email"]}, nothing, {"email"}, id="no consent to texts"),
        pytest.param({"channels": []}, nothing, set(), id="no consent"),
        pytest.param({"topics": ["family-notes"]}, nothing, set(), id="consent to another topic"),
        pytest.param({}, revoke, {"email"}, id="withdrawn"),
        pytest.param({"email": None}, nothing, {"sms"}, id="no email address"),
        pytest.param({"phone": None}, nothing, {"email"}, id="no number"),
        pytest.param({}, suppressed_by("email"), {"sms"}, id="email bounced"),
        pytest.param({}, suppressed_by("sms"), {"email"}, id="number dead"),
        pytest.param({}, erase, set(), id="erased"),
        pytest.param({"held_reason": "grief", "held_at": NOW}, nothing, {"email", "sms"}, id="held: keeps a place"),
        pytest.param({"paused_until": NOW + timedelta(days=9)}, nothing, {"email", "sms"}, id="pausing: keeps a place"),
        pytest.param({"zone": "Mars/Olympus"}, nothing, {"email", "sms"}, id="a zone that is gone"),
        pytest.param({"zip_code": None, "phone": "+18005550142"}, nothing, {"email", "sms"}, id="place unknown"),
    ],
)
def test_a_run_is_opened_for_whoever_may_be_written_to_and_nobody_else(
    fields: dict[str, Any], then: Callable[[Subscriber], None], channels: set[str]
) -> None:
    ann = builders.make_subscriber(**fields)
    then(ann)
    other = builders.make_subscriber()
    builders.make_campaign()
    assert set(Enrollment.objects.filter(subscriber=ann).values_list("channel", flat=True)) == channels
    assert Enrollment.objects.filter(subscriber=other).count() == 2


def test_an_unconfirmed_sign_up_is_left_out() -> None:
    ann = builders.make_subscriber(channels=[])
    builders.consent(ann, "email", action="requested")
    builders.make_campaign()
    assert not Enrollment.objects.exists()


def test_a_topic_signed_up_for_after_leaving_everything_counts() -> None:
    ann = builders.make_subscriber(channels=["email"])
    builders.consent(ann, "email", "*", "revoked")
    builders.consent(ann, "email", action="granted")
    builders.make_campaign()
    assert Enrollment.objects.get().channel == "email"


def test_a_text_to_a_place_nobody_knows_waits_in_the_plan() -> None:
    builders.make_subscriber(zip_code=None, phone="+18005550142")
    builders.make_campaign()
    assert Enrollment.objects.get(channel="sms").next_moved == "place_unknown"
    assert Enrollment.objects.get(channel="email").next_moved == ""


@pytest.mark.parametrize(
    ("who", "names"),
    [
        pytest.param(None, {"Ann", "Ben", "Cy"}, id="everyone"),
        pytest.param({"role": "family"}, {"Ben"}, id="families"),
        pytest.param({"not": {"tag": "alumni"}}, {"Ann", "Ben"}, id="all but the alumni"),
        pytest.param({"any": [{"role": "family"}, {"tag": "alumni"}]}, {"Ben", "Cy"}, id="either"),
        pytest.param({"tag": "100%' OR TRUE --"}, set(), id="a hostile word"),
    ],
)
def test_the_audience_says_who(who: dict[str, Any] | None, names: set[str]) -> None:
    builders.make_subscriber(first_name="Ann")
    builders.make_subscriber(first_name="Ben", role="family")
    builders.make_subscriber(first_name="Cy", tags=["alumni"])
    builders.make_subscriber(first_name="Dee", tags=["100%' OR TRUE --"], channels=[])
    campaign = campaigning.create(builders.make_series(), name="Spring", who=who, now=NOW)
    campaigning.start(campaign, now=NOW)
    assert set(Enrollment.objects.values_list("subscriber__first_name", flat=True)) == names


def test_a_series_without_texts_opens_no_runs_for_texts() -> None:
    builders.make_subscriber()
    builders.make_campaign(builders.make_series(emails=2, texts=0))
    assert Enrollment.objects.get().channel == "email"


def test_a_cadence_without_texts_opens_no_runs_for_texts() -> None:
    builders.make_subscriber()
    builders.make_campaign(builders.make_series(cadence="steady"))
    assert Enrollment.objects.get().channel == "email"


def test_everyone_of_a_crowd_gets_the_moment_of_their_own_place() -> None:
    """People are planned by groups; each must get what planning for that person alone gives."""
    facts: list[dict[str, Any]] = [
        {"zip_code": zip_code, "phone": phone, "zone": zone, "state": state}
        for zip_code in ("30303", "98101", "09012", "99999", None)  # Atlanta, Seattle, an army post, no such, none
        for phone in (
            "+14045550142", "+12085550142", "+12082345678", "+18505550142", "+18502345678", "+18005550142",
            "+442079460142", "+61291234567", None,
        )
        for zone, state in ((None, None), ("America/Denver", None), (None, "FL"), ("Mars/Olympus", "WA"))
    ]  # fmt: skip
    people = [builders.make_subscriber(**fact) for fact in facts]
    campaign = builders.make_campaign()
    alone = builders.make_campaign(builders.make_series(), started=False)
    Campaign.objects.filter(pk=alone.pk).update(status="running")
    for person in people:
        campaigning.enroll(alone, now=NOW, only=person.pk)
    columns = ("subscriber_id", "channel", "anchor", "next_due_at", "next_wanted_at", "next_moved")
    together, singly = (sorted(Enrollment.objects.filter(campaign=c).values_list(*columns)) for c in (campaign, alone))
    assert len(together) == len(facts) + sum(fact["phone"] is not None for fact in facts)
    assert together == singly
    assert len({row[3] for row in together}) > 3
    track = schedules.current().cadences["gentle"].sms
    assert track is not None
    for person in people:
        where = place_of(phone=person.phone, zip_code=person.zip_code, zone=person.zone, state=person.state)
        (planned,) = planner.plan(track, 1, 0, NOW, where, schedules.current().quiet_hours, not_before=NOW)
        assert list(
            Enrollment.objects.filter(campaign=campaign, subscriber=person, channel="sms").values_list(
                "next_due_at", flat=True
            )
        ) == ([planned.at] if person.phone else [])


def test_a_crowd_costs_as_many_statements_as_one_person() -> None:
    builders.make_subscriber()
    campaign = builders.make_campaign(started=False)
    Campaign.objects.filter(pk=campaign.pk).update(status="running")
    with CaptureQueriesContext(connection) as for_one:
        assert campaigning.enroll(campaign, now=NOW) == 2
    for zip_code in ("30303", "98101", "60601", "80202"):
        for _ in range(5):
            builders.make_subscriber(zip_code=zip_code)
    with CaptureQueriesContext(connection) as for_many:
        assert campaigning.enroll(campaign, now=NOW) == 40
    assert len(for_many) == len(for_one)


# --- ends -----------------------------------------------------------------------------------------------------------


def test_stopping_ends_every_run_for_good() -> None:
    builders.make_subscriber()
    builders.make_subscriber()
    campaign = builders.make_campaign()
    Enrollment.objects.filter(pk=Enrollment.objects.earliest("pk").pk).update(status="finished", ended_at=NOW)
    later = NOW + timedelta(days=1)
    assert campaigning.stop(campaign, now=later) == 3
    ended = Enrollment.objects.filter(status="exited", exit_reason="campaign_stopped", ended_at=later)
    assert ended.count() == 3
    campaign.refresh_from_db()
    assert (campaign.status, campaign.ended_at) == ("stopped", later)


def test_a_pause_keeps_everybodys_place() -> None:
    builders.make_subscriber()
    campaign = builders.make_campaign()
    before = list(Enrollment.objects.order_by("pk").values())
    campaigning.pause(campaign, now=NOW)
    campaigning.resume(campaign, now=NOW + timedelta(days=5))
    assert list(Enrollment.objects.order_by("pk").values()) == before


@pytest.mark.parametrize(
    ("runs", "status", "finished"),
    [
        pytest.param(("finished", "exited"), "running", 1, id="all runs are over"),
        pytest.param(("finished", "active"), "running", 0, id="one goes on"),
        pytest.param(("finished", "exited"), "paused", 0, id="a paused campaign waits"),
        pytest.param(("finished", "exited"), "stopped", 0, id="a stopped one is over already"),
    ],
)
def test_a_campaign_is_finished_when_every_run_is_over(runs: tuple[str, str], status: str, finished: int) -> None:
    builders.make_subscriber()
    campaign = builders.make_campaign()
    for channel, run_status in zip(("email", "sms"), runs, strict=True):
        Enrollment.objects.filter(channel=channel).update(status=run_status)
    Campaign.objects.filter(pk=campaign.pk).update(status=status)
    later = NOW + timedelta(days=60)
    assert campaigning.finish_done(later) == finished
    assert campaigning.finish_done(later) == 0
    campaign.refresh_from_db()
    assert campaign.status == ("finished" if finished else status)
    assert campaign.ended_at == (later if finished else None)


# --- when -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start_at", "place", "email", "text"),
    [
        pytest.param("2026-11-24T15:00+00:00", {}, "2026-11-24T10:00-05:00", "2026-11-26T17:30-05:00", id="Atlanta"),
        pytest.param("2026-11-24T15:00+00:00", {"zone": "America/Los_Angeles"}, "2026-11-24T10:00-08:00",
                     "2026-11-26T17:30-08:00", id="Los Angeles, three hours later"),
        pytest.param("2026-11-24T16:00+00:00", {}, "2026-11-24T11:00-05:00", "2026-11-26T17:30-05:00",
                     id="the day had begun"),
        pytest.param("2026-11-25T03:30+00:00", {}, "2026-11-25T07:00-05:00", "2026-11-26T17:30-05:00",
                     id="late in the evening: the next morning"),
        pytest.param("2026-10-31T13:00+00:00", {}, "2026-10-31T10:00-04:00", "2026-11-02T17:30-05:00",
                     id="over the night the clocks go back"),
        pytest.param("2027-03-13T14:00+00:00", {}, "2027-03-13T10:00-05:00", "2027-03-15T17:30-04:00",
                     id="over the night they go forward"),
        pytest.param("2026-10-31T13:00+00:00", {"zone": "America/Phoenix"}, "2026-10-31T10:00-07:00",
                     "2026-11-02T17:30-07:00", id="Arizona, where they stay"),
    ],
)  # fmt: skip
def test_the_first_step_is_due_by_the_persons_own_clock(
    start_at: str, place: dict[str, str], email: str, text: str
) -> None:
    builders.make_subscriber(**place)  # type: ignore[arg-type]
    builders.make_campaign(now=datetime.fromisoformat(start_at))
    due = dict(Enrollment.objects.values_list("channel", "next_due_at"))
    assert due == {"email": datetime.fromisoformat(email), "sms": datetime.fromisoformat(text)}
    assert all(moment.tzinfo is UTC for moment in due.values())


def test_why_a_first_step_was_moved_stands_beside_it() -> None:
    builders.make_subscriber()
    builders.make_campaign(now=datetime.fromisoformat("2026-11-25T03:30+00:00"))
    email = Enrollment.objects.get(channel="email")
    assert email.next_wanted_at == datetime.fromisoformat("2026-11-24T10:00-05:00")
    assert email.next_moved == "after_start"


def test_the_schedules_in_force_at_the_start_count() -> None:
    builders.make_subscriber()
    campaign = builders.make_campaign(started=False)
    text = (builders.ROOT / "schedules.yaml").read_text(encoding="utf-8")
    schedules.apply(text.replace("at: 17:30", "at: 18:15"), now=NOW)
    campaigning.start(campaign, now=NOW)
    due = Enrollment.objects.get(channel="sms").next_due_at
    assert due == datetime.fromisoformat("2026-11-26T18:15-05:00")
