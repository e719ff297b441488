"""What only a real browser shows: the login's token and origin, the live parts, blocked loads, narrow screens, the keyboard."""

import os
import shutil
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections
from waitress.server import create_server

from outreach.actions import clock, links, staffing
from outreach.models import Enrollment, Message, Suppression
from tests import builders

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not CHROMIUM and not os.environ.get("CI"), reason="no Chromium here: set CHROMIUM to its path to run these"
    ),
]


@pytest.fixture
def site(applied: str) -> Iterator[str]:
    """The program behind a real web server."""
    from outreach.wsgi import application

    def served(environ: dict[str, Any], start: Any) -> Any:
        try:
            return application(environ, start)
        finally:
            connections.close_all()  # threads of the server must not hold the test's database

    server = create_server(served, host="127.0.0.1", port=0, threads=2)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    thread.join(timeout=5)


@pytest.fixture
def tab(site: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A browser tab that knows the site, and fails the test for anything the page was denied or tripped over."""
    from playwright.sync_api import sync_playwright

    monkeypatch.setenv(
        "DJANGO_ALLOW_ASYNC_UNSAFE", "1"
    )  # Playwright runs a loop in this thread; the ORM is fine with it
    complaints: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(base_url=site, viewport={"width": 375, "height": 812})
        page.on("console", lambda m: complaints.append(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda e: complaints.append(str(e)))
        page.on(
            "request", lambda r: complaints.append(r.url) if not r.url.startswith((site, "data:", "about:")) else None
        )
        yield page
        browser.close()
    assert not complaints


def log_in(tab: Any) -> None:
    tab.goto(staffing.make_login_link(builders.make_staff()))
    tab.click("text=Log in")
    tab.wait_for_url("**/")


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
    log_in(tab)
    for path in (
        "/", "/series/", f"/series/{campaign.series.slug}/", "/new/series/", "/campaigns/", f"/campaigns/{campaign.pk}/",
        f"/campaigns/{campaign.pk}/stop/", "/new/campaign/", "/people/", f"/people/{person.pk}/", "/inbox/",
        f"/inbox/{incident.inbound_id}/", prefs[prefs.index("/p/") :], "/links/", "/subscribe/",
    ):  # fmt: skip
        tab.goto(path)
        wide, here = tab.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        assert wide <= here, path
        assert tab.locator("h1").count() == 1, path


def test_the_first_stop_of_the_keyboard_leads_to_the_content(tab: Any) -> None:
    log_in(tab)
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.textContent") == "Skip to the content"
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.id") == "main"
