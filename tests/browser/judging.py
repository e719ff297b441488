"""What a page must be for everybody: no accessibility rule broken, nothing cut off, every stop of the keyboard visible."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe

# Every rule there is but the experimental ones, of every weight; the size of targets (WCAG 2.2 AA) is off unless asked for.
OPTIONS = {
    "resultTypes": ["violations"],
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice", "EN-301-549"],
    },
    "rules": {"target-size": {"enabled": True}},
}
WIDTHS = (375, 1280)
NARROWEST = 320  # WCAG 1.4.10: nothing scrolls sideways there

_SMALL_TARGETS = """() => [...document.querySelectorAll('a[href], button, input, select, textarea, summary')]
  .filter(e => e.type !== 'hidden' && e.tabIndex >= 0 && e.checkVisibility())
  .map(e => [e, (e.type === 'checkbox' && e.closest('label')) || e])
  .filter(([e, target]) => {
    const box = target.getBoundingClientRect()
    const inLine = getComputedStyle(e).display === 'inline' && e.parentElement.textContent.trim() !== e.textContent.trim()
    return !inLine && (box.height < 24 || box.width < 24)
  }).map(([e]) => e.outerHTML.slice(0, 120))"""
_FOCUSED = """() => {
  const e = document.activeElement, style = getComputedStyle(e)
  if (e === document.body || e.tagName === 'IFRAME') return null
  const own = style.outlineStyle === 'auto'  // the browser's own ring
  const seen = own || (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2)
  return [e.outerHTML.slice(0, 120), seen]
}"""


def assert_good(page: Any) -> None:
    """Judges the page as it stands, on a phone and on a desk."""
    page.evaluate(Axe().axe_script)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 812})
        broken = page.evaluate("options => axe.run(options)", OPTIONS)["violations"]
        assert not broken, "\n".join(
            f"{width} px: {one['id']} ({one['impact']}): {one['help']}: "
            + " | ".join(node["html"][:200] for node in one["nodes"])
            for one in broken
        )
    for width in (NARROWEST, *WIDTHS):
        page.set_viewport_size({"width": width, "height": 812})
        wide, here = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        assert wide <= here, f"{wide} px wide in a window of {here} px"
        small = page.evaluate(_SMALL_TARGETS)
        assert not small, f"{width} px: smaller than 24 px: {small}"
    page.set_viewport_size({"width": WIDTHS[0], "height": 812})
    assert page.locator("h1").count() == 1


def assert_every_stop_is_seen(page: Any) -> None:
    """Goes through the page by keyboard: the focus is visible wherever it stands, and it gets out at the end."""
    page.evaluate("document.activeElement.blur()")
    for _ in range(200):
        page.keyboard.press("Tab")
        found = page.evaluate(_FOCUSED)
        if found is None:  # past the last one, or there is none
            return
        stop, seen = found
        assert seen, f"nobody sees the focus on {stop}"
    raise AssertionError("the keyboard does not get out of the page")
