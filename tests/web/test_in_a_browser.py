"""What only a real browser shows: the login's token and origin, the live parts, blocked loads, narrow screens, the keyboard."""

import re
from datetime import timedelta
from typing import Any

from outreach.actions import clock, links
from outreach.models import CatchUp, Enrollment, Message, Suppression
from tests import builders
from tests.web.browsing import IN_A_BROWSER, log_in

pytestmark = IN_A_BROWSER


def test_a_person_logs_in_by_password_and_out_again(tab: Any) -> None:
    """A browser sends an Origin with the form; a referrer policy that hides it would lock everyone out."""
    builders.make_staff(password="a long enough password")
    tab.goto("/people/")
    tab.fill("#id_username", "dana")
    tab.fill("#id_password", "a long enough password")
    tab.press("#id_password", "Enter")
    tab.wait_for_url("**/people/")
    tab.click("text=Log out")
    tab.wait_for_url("**/login/")


def test_progress_moves_without_a_reload(tab: Any) -> None:
    from playwright.sync_api import expect

    person = builders.make_subscriber()
    campaign = builders.make_campaign(now=clock.now())
    log_in(tab)
    tab.goto(f"/campaigns/{campaign.pk}/")
    assert tab.locator(".numbers dd").first.inner_text() == "0"
    tab.evaluate("window.stayed = true")
    Message.objects.create(
        enrollment=Enrollment.objects.get(channel="email"), step_number=1, campaign=campaign, subscriber=person,
        channel="email", status="sent", claimed_at=clock.now(),
    )  # fmt: skip
    expect(tab.locator(".numbers dd").first).to_have_text("1", timeout=15_000)
    assert tab.evaluate("window.stayed")


def test_the_preview_frame_shows_the_email(tab: Any) -> None:
    series = builders.make_series(emails=1, texts=1)
    log_in(tab)
    tab.goto(f"/series/{series.slug}/")
    tab.locator("iframe").scroll_into_view_if_needed()
    tab.frame_locator("iframe").get_by_text("drink a glass of water").wait_for(timeout=10_000)


def test_the_unsubscribe_page_works_by_keyboard_alone(tab: Any) -> None:
    person = builders.make_subscriber()
    campaign = builders.make_campaign(started=False)
    url = links.unsubscribe_url(person.pk, campaign.pk)
    tab.goto(url[url.index("/u/") :])
    for _ in range(2):  # the language, then the button
        tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    tab.get_by_text("Done. The emails have ended.").wait_for()
    assert Suppression.objects.filter(lifted_at=None).count() == 1
    tab.get_by_role("button", name="Undo").press("Enter")
    tab.get_by_text("You stay with us").wait_for()
    assert not Suppression.objects.filter(lifted_at=None).exists()


def test_no_page_is_wider_than_a_phone(tab: Any) -> None:
    now = clock.now()
    person = builders.make_subscriber(email="a-rather-long-name.that-goes-on-and-on@department.example.org", now=now)
    campaign = builders.make_campaign(now=now)
    incident = builders.make_incident(person, at=now)
    prefs = links.preferences_url(person.pk)
    CatchUp.objects.create(channel="email", since=now, until=now + timedelta(days=1), opened_at=now)
    log_in(tab)
    for path in (
        "/", "/catch-up/",
        "/series/", f"/series/{campaign.series.slug}/", "/new/series/", "/campaigns/", f"/campaigns/{campaign.pk}/",
        f"/campaigns/{campaign.pk}/stop/", "/new/campaign/", "/people/", f"/people/{person.pk}/", "/inbox/",
        f"/inbox/{incident.inbound_id}/", f"/incidents/{incident.pk}/", prefs[prefs.index("/p/") :], "/links/", "/subscribe/",
    ):  # fmt: skip
        tab.goto(path)
        wide, here = tab.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        assert wide <= here, path
        assert tab.locator("h1").count() == 1, path


def test_the_timer_of_a_crisis_runs_and_it_is_taken_on_by_keyboard_alone(tab: Any) -> None:
    from playwright.sync_api import expect

    builders.make_incident(builders.make_subscriber(), at=clock.now())
    log_in(tab)
    tab.goto("/inbox/")
    timer = tab.locator("[data-until]")
    expect(timer).to_have_text(re.compile(r"^1[45]:\d\d left to take it on$"))
    shown = timer.inner_text()
    expect(timer).not_to_have_text(shown, timeout=5_000)
    tab.get_by_role("button", name="I take this on").press("Enter")
    tab.get_by_text("It is yours").wait_for()
    tab.get_by_label("Your words").press_sequentially("I am calling you now")
    assert tab.evaluate("document.activeElement.name") == "body"
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.textContent") == "Send this text"


def test_the_first_stop_of_the_keyboard_leads_to_the_content(tab: Any) -> None:
    log_in(tab)
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.textContent") == "Skip to the content"
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.id") == "main"
