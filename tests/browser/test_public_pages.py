"""Every state of every public page in a real Chromium: axe on a phone and a desk, in both languages; and without scripts."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import override_settings

from outreach.models import Consent, ConsentEvent, Suppression
from tests.browser import places
from tests.browser.judging import assert_every_stop_is_seen, assert_good
from tests.web.browsing import IN_A_BROWSER

pytestmark = [*IN_A_BROWSER, pytest.mark.xdist_group("public pages")]
NewTab = Callable[..., Any]


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("way", places.WAYS, ids=places.name_of)
def test_a_public_page_is_good_for_everybody(new_tab: NewTab, way: places.Way, language: str) -> None:
    """axe, no sideways scrolling, targets of 24 px and more, a visible focus, the right language, nothing from elsewhere."""
    tab = new_tab()
    with override_settings(ROOT_URLCONF="tests.browser.faulty"):
        way(tab, language)
        if way is not places.read_online:  # the part has the language of its article
            assert tab.locator("html").get_attribute("lang") == language
        assert_good(tab)
        if language == "en":  # where the keyboard stops does not depend on the words
            assert_every_stop_is_seen(tab)


@pytest.mark.parametrize("language", ["en", "es"])
def test_everything_public_works_without_scripts(new_tab: NewTab, language: str) -> None:
    """Signing up with a mistake first, confirming, choosing, leaving and undoing, with scripts switched off."""
    tab = new_tab(java_script_enabled=False)
    places.subscribe(tab, language)
    places.fill_in(tab)
    tab.uncheck("#adult")
    tab.click("#send")
    assert tab.locator("#adult-say").count() == 1 and tab.locator("#email").input_value() == places.EMAIL
    tab.check("#adult")
    tab.wait_for_timeout(2_100)  # the form's own stamp: here nobody can set it back
    tab.click("#send")
    assert tab.locator("h1#said").count() == 1
    asked = ConsentEvent.objects.get(channel="email")
    from outreach.actions import links

    tab.goto(places.path_of(links.confirm_url(asked.subscriber_id, asked.pk)))
    tab.click("main button")
    assert Consent.objects.get(channel="email").state == "granted"
    tab.goto(places.path_of(links.preferences_url(asked.subscriber_id)))
    tab.check("input[value='email/family-notes']")
    tab.click("button[value=save]")
    assert Consent.objects.filter(channel="email", state="granted").count() == 2
    tab.click("button[value=leave_emails]")
    assert Suppression.objects.get().channel == "email"
    tab.click("button[value=undo]")
    assert not Suppression.objects.filter(lifted_at=None).exists()


def test_after_a_mistake_the_focus_stands_on_what_is_wrong(new_tab: NewTab) -> None:
    tab = new_tab()
    places.subscribe_wrong(tab, "en")
    assert tab.evaluate("document.activeElement.id") == "said"
    tab.get_by_role("link", name="This is not a whole email address").click()
    assert tab.evaluate("document.activeElement.id") == "email"
    assert tab.locator("#email").input_value() == "nora@"
    assert tab.locator("input[value='sms/recovery-notes']").is_checked()


def test_leaving_takes_one_tap_on_a_phone(new_tab: NewTab) -> None:
    """The button of the unsubscribe page is in sight without scrolling, and one tap is all."""
    tab = new_tab(has_touch=True, is_mobile=True)
    places.unsubscribe(tab, "es")
    button = tab.locator("main button")
    box = button.bounding_box()
    assert box["y"] + box["height"] < 812 and box["height"] >= 44
    button.tap()
    tab.wait_for_selector("[name=undo]", state="attached")
    assert Suppression.objects.get().channel == "email"


def test_the_other_language_of_the_page_that_ended_the_emails_says_so_too(new_tab: NewTab) -> None:
    """A link would ask again whether to stop, and leave a person in doubt."""
    tab = new_tab()
    places.unsubscribed(tab, "en")
    tab.get_by_role("button", name="Español").click()
    tab.get_by_text("Listo. Los correos terminaron.").wait_for()
    assert Suppression.objects.count() == 1


def test_the_form_works_in_a_frame_on_a_site_that_is_named_and_in_no_other(
    new_tab: NewTab, site: str, chrome: Any
) -> None:
    """A page of another host shows the form; Chromium itself refuses it to a site that schedules.yaml does not name."""
    shown = f'<!doctype html><title>Centre</title><iframe src="{site}/subscribe/embed/" title="Form" height="1400"></iframe>'
    context = chrome.new_context(viewport={"width": 375, "height": 812})
    for host in ("https://www.alana.example.org", "https://evil.example.org"):
        context.route(f"{host}/**", lambda route: route.fulfill(body=shown, content_type="text/html"))
        page = context.new_page()
        page.goto(f"{host}/notes")
        frame = page.frame_locator("iframe")
        if host.endswith("evil.example.org"):
            page.wait_for_timeout(300)
            assert frame.locator("#send").count() == 0
            continue
        frame.locator("#email").fill("nora@")
        frame.locator("#send").click()
        frame.locator("#said").wait_for()
        assert frame.locator("#email").input_value() == "nora@"
        assert context.cookies() == []
    context.close()
