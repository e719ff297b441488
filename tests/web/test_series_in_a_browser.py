"""A person edits a draft in a real browser: on a phone and at a desk, with a mouse, by keyboard, and without script."""

from typing import Any

import pytest

from outreach.actions import clock, drafting, editing
from outreach.models import Series
from tests import builders
from tests.web.browsing import IN_A_BROWSER, log_in

pytestmark = IN_A_BROWSER
SAMPLE = builders.ROOT / "outreach" / "samples" / "heroin_and_the_brain.txt"
OURS = "These are words of our own and nobody else's."
WIDTHS = [pytest.param(375, id="phone"), pytest.param(1280, id="desk")]


@pytest.fixture
def series(tab: Any) -> Series:
    """A draft of the sample article, with somebody logged in to look at it."""
    made = drafting.draft_series(
        SAMPLE.read_bytes(), SAMPLE.name, topic="recovery-notes", cadence="gentle", now=clock.now()
    )
    log_in(tab)
    return made


def check_page(tab: Any) -> None:
    """Nothing is wider than the window, one main heading, and every control has a name."""
    wide, here = tab.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide <= here, tab.url
    assert tab.locator("h1").count() == 1, tab.url
    nameless = tab.evaluate(
        """[...document.querySelectorAll('button, a, summary, iframe, input:not([type=hidden]), textarea, select')]
           .filter(e => !(e.labels?.length || e.textContent.trim() || e.title || e.ariaLabel))
           .map(e => e.outerHTML)"""
    )
    assert not nameless, tab.url
    twice = tab.evaluate(
        "[...document.querySelectorAll('[id]')].map(e => e.id).filter((id, i, all) => all.indexOf(id) !== i)"
    )
    assert not twice, tab.url


@pytest.mark.parametrize("width", WIDTHS)
def test_a_draft_is_edited_from_end_to_end(tab: Any, series: Series, width: int) -> None:
    tab.set_viewport_size({"width": width, "height": 812})
    here = f"/series/{series.slug}/"

    tab.goto(f"{here}emails/1/edit/")
    check_page(tab)
    sentence = tab.locator("#s2")
    sentence.locator("summary").click()
    sentence.locator("textarea").fill(OURS)
    check_page(tab)
    sentence.get_by_role("button", name="Save").click()
    tab.wait_for_url("**/emails/1/edit/#s2")
    assert OURS in tab.locator("#s2 summary").inner_text()
    assert tab.locator("#s2").is_visible()

    tab.goto(f"{here}article/")
    check_page(tab)
    line = tab.locator("#out ~ ul li", has_text="Person looking out of a window")
    line.get_by_role("button", name="Put it back", exact=True).click()
    tab.wait_for_url("**/article/#s*")
    assert "61 of 61 sentences placed" in tab.locator(".lead").inner_text()

    tab.goto(f"{here}texts/")
    check_page(tab)
    card = tab.locator("#text-1")
    card.locator("textarea").fill("Call one person you trust today.")
    card.get_by_text("Call one person you trust today.").first.wait_for()
    card.get_by_role("button", name="Save").click()
    tab.wait_for_url("**/texts/#t*")
    assert "worded by staff" in tab.locator("#text-1").inner_text()

    series.refresh_from_db()
    second = drafting.originals(series)[series.edits.get(kind="reword").sentence - 1]
    tab.goto(f"{here}newer/")
    check_page(tab)
    tab.fill("#text", SAMPLE.read_text(encoding="utf-8").replace(second, f"{second[:-1]} these days."))
    tab.get_by_role("button", name="Show the difference").click()
    tab.locator("ins", has_text="these days").first.wait_for()
    check_page(tab)
    tab.get_by_role("button", name="Take these changes into the draft").click()
    tab.get_by_role("heading", name="For you to decide").wait_for()
    check_page(tab)
    assert tab.get_by_role("button", name="Publish").is_disabled()
    tab.get_by_role("button", name="Keep ours").click()
    tab.wait_for_url("**/#changed")
    assert tab.get_by_role("heading", name="For you to decide").count() == 0
    assert tab.get_by_role("button", name="Publish these").is_enabled()


def test_the_count_follows_the_typing(tab: Any, series: Series) -> None:
    tab.goto(f"/series/{series.slug}/emails/1/edit/")
    tab.evaluate("window.stayed = true")
    tab.fill("#subject", "Short")
    tab.locator("#len-subject", has_text="5 characters").wait_for()
    tab.fill("#preheader_discreet", "Heroin again")
    tab.locator("#len-preheader_discreet", has_text="somebody else may read it").wait_for()
    assert tab.evaluate("window.stayed") and not series.edits.exists()


def test_a_sentence_is_struck_out_and_taken_back_by_keyboard_alone(tab: Any, series: Series) -> None:
    tab.goto(f"/series/{series.slug}/emails/1/edit/")
    tab.locator("#s2 summary").focus()
    tab.keyboard.press("Enter")
    for _ in range(3):  # the words, Save, Strike out
        tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.value") == "strike"
    tab.keyboard.press("Enter")
    tab.locator("#s2.struck").wait_for()
    tab.locator("#s2 button").press("Enter")
    tab.locator("#s2:not(.struck)").wait_for()
    assert not series.edits.exists()


def test_enter_in_a_subject_saves_and_takes_nothing_back(tab: Any, series: Series) -> None:
    editing.word_email(series, 1, "preheader", "Words of ours for the preview of it", now=clock.now())
    tab.goto(f"/series/{series.slug}/emails/1/edit/")
    tab.fill("#subject", "A subject that staff wrote themselves")
    tab.press("#subject", "Enter")
    tab.wait_for_url("**/#lines")
    assert set(series.edits.values_list("kind", flat=True)) == {"subject", "preheader"}


def test_without_script_all_of_it_works(tab: Any, series: Series) -> None:
    base = "/".join(tab.url.split("/")[:3])
    context = tab.context.browser.new_context(java_script_enabled=False, base_url=base)
    context.add_cookies(tab.context.cookies())
    plain = context.new_page()
    plain.goto(f"/series/{series.slug}/emails/1/edit/")
    plain.locator("#s2 summary").click()
    plain.locator("#s2 textarea").fill(OURS)
    plain.locator("#s2").get_by_role("button", name="Save").click()
    plain.wait_for_url("**/#s2")
    assert "33 characters; 30 to 60 show well." in plain.locator("#len-subject").inner_text()
    plain.goto(f"/series/{series.slug}/texts/")
    assert "1 part" in plain.locator("#cost-1").inner_text()
    context.close()
    assert series.edits.get().words == OURS


def test_the_previews_show_the_email_and_its_discreet_form(tab: Any, series: Series) -> None:
    tab.goto(f"/series/{series.slug}/emails/1/edit/")
    tab.locator(".frame.phone iframe").first.scroll_into_view_if_needed()
    tab.frame_locator(".frame.phone iframe >> nth=0").get_by_text("Heroin turns into morphine").wait_for()
    tab.get_by_text("For people who asked for discretion", exact=True).click()
    tab.frame_locator("iframe[title*=discreet]").get_by_text("A. Health Notes").first.wait_for()
