"""The decision after a standstill, on its page and at the command line."""

import json
import os
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from outreach.actions import clock, reading_today
from outreach.models import CatchUp, Enrollment
from tests import builders
from tests.commands import outreach, refused
from tests.web.conftest import words


@pytest.fixture
def plan(applied: str) -> CatchUp:
    """Two people were due an email ten hours ago and one an hour ago; nothing went out for half a day."""
    now = clock.now()
    for _ in range(3):
        builders.make_subscriber(channels=("email",), now=now)
    builders.make_campaign(now=now, name="Autumn, everyone")
    Enrollment.objects.update(next_due_at=now - timedelta(hours=10))
    last = Enrollment.objects.latest("pk")
    Enrollment.objects.filter(pk=last.pk).update(next_due_at=now - timedelta(hours=1))
    return CatchUp.objects.create(channel="email", since=now - timedelta(hours=12), until=now, opened_at=now)


def test_today_says_what_waits_and_leads_to_the_decision(staff: Client, plan: CatchUp) -> None:
    assert "The emails stood still" in words(staff.get("/"))
    assert reading_today.due_today(clock.now(), "UTC") == (), "what waits for a decision is not shown as going out now"
    assert 'href="/catch-up/"' in staff.get("/attention/").content.decode()
    shown = " ".join(re.sub(r"<[^>]+>", " ", words(staff.get("/catch-up/"))).split())
    assert "3 emails, from" in shown and "Autumn, everyone 1 2 0" in shown
    assert "Spread the 1 email of “now”" in shown


def test_a_decision_on_the_page_is_taken_once(staff: Client, plan: CatchUp) -> None:
    assert "1 to 72 hours" in words(staff.post(f"/catch-up/{plan.pk}/", {"how": "spread", "hours": "x"}, follow=True))
    said = words(staff.post(f"/catch-up/{plan.pk}/", {"how": "spread", "hours": "5"}, follow=True))
    assert "It goes out over 5 hours" in said and "there was no standstill" in said
    plan.refresh_from_db()
    assert (plan.decision, plan.spread_hours, plan.decided_by is not None) == ("spread", 5, True)
    assert "decided already" in words(staff.post(f"/catch-up/{plan.pk}/", {"how": "rules"}, follow=True))
    assert "stood still" not in words(staff.get("/"))


def test_the_rules_may_decide(staff: Client, plan: CatchUp) -> None:
    assert "It goes on." in words(staff.post(f"/catch-up/{plan.pk}/", {"how": "rules"}, follow=True))
    assert CatchUp.objects.get().decision == "rules"


def test_the_command_shows_the_plan_and_decides(plan: CatchUp, tmp_path: Path) -> None:
    at = {name: os.environ[name] for name in ("DATABASE_URL", "OUTREACH_SECRET")}
    shown = json.loads(outreach(tmp_path, "catch-up", "--json", **at).stdout)
    assert shown["decided"] is False
    (one,) = shown["plans"]
    assert (one["channel"], one["now"], one["next_window"], one["dropped"]) == ("email", 1, 2, 0)
    assert "not both" in refused(outreach(tmp_path, "catch-up", "--confirm", "--spread", "3", **at))
    assert "1 to 72 hours" in refused(outreach(tmp_path, "catch-up", "--spread", "900", **at))
    done = outreach(tmp_path, "catch-up", "--spread", "3", **at)
    assert done.returncode == 0 and "It goes out over 3 hours" in done.stdout
    assert CatchUp.objects.get().done_at is not None
    assert "Nothing waits" in outreach(tmp_path, "catch-up", **at).stdout
