"""A real Chromium for a module of tests, and tabs in it that watch what a page asks for and complains about."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.tools import chromium
from tests.web.conftest import applied, site

__all__ = ["applied", "chrome", "new_tab", "site"]


# A site of the internet shows our form in a frame here, and Chromium guards what is on this machine from such sites.
ARGUMENTS = ["--no-sandbox", "--disable-features=LocalNetworkAccessChecks,BlockInsecurePrivateNetworkRequests"]


@dataclass
class Watch:
    """What a tab did that it should not: requests to other hosts, console errors, refused loads, script faults."""

    site: str
    seen: list[str] = field(default_factory=list)

    def attach(self, page: Any) -> None:
        page.on("console", lambda m: self.seen.append(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda e: self.seen.append(str(e)))
        # what a page still asked for when it was left is broken off, as it should be
        page.on(
            "requestfailed", lambda r: None if "ERR_ABORTED" in str(r.failure) else self.seen.append(f"failed: {r.url}")
        )
        page.on(
            "request", lambda r: None if r.url.startswith((self.site, "data:", "about:")) else self.seen.append(r.url)
        )

    def assert_calm(self) -> None:
        # an answer of 4xx or 5xx to a page is what some of these tests ask for; Chromium notes it in the console
        assert [
            said for said in self.seen if not said.startswith("Failed to load resource: the server responded")
        ] == []


@pytest.fixture(scope="module")
def chrome() -> Iterator[Any]:
    """One Chromium for all tests of a module."""
    from playwright.sync_api import sync_playwright

    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright runs a loop in this thread; the ORM is fine with it
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        yield browser
        browser.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def new_tab(chrome: Any, site: str) -> Iterator[Callable[..., Any]]:
    """Opens tabs that know the site, each in a context of its own; at the end none of them may have complained."""
    contexts: list[Any] = []
    watch = Watch(site)

    def open_tab(**options: Any) -> Any:
        context = chrome.new_context(base_url=site, viewport={"width": 375, "height": 812}, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        watch.attach(page)
        return page

    yield open_tab
    for context in contexts:
        context.close()
    watch.assert_calm()
