"""The main staff pages in a real Chromium: axe on a phone and a desk."""

from collections.abc import Callable
from typing import Any

import pytest

from outreach.actions import clock
from tests import builders
from tests.browser.judging import assert_good
from tests.web.browsing import IN_A_BROWSER, log_in

pytestmark = [*IN_A_BROWSER, pytest.mark.xdist_group("staff pages")]
PAGES = (
    "/", "/series/", "/series/{slug}/", "/series/{slug}/article/", "/series/{slug}/emails/1/edit/", "/series/{slug}/texts/",
    "/new/series/", "/campaigns/", "/campaigns/{campaign}/", "/campaigns/{campaign}/stop/", "/new/campaign/", "/people/",
    "/people/{person}/", "/sign-up-form/", "/inbox/", "/inbox/{text}/", "/doubts/", "/catch-up/",
    "/incidents/{incident}/", "/people/{person}/erase/",
)  # fmt: skip


def test_the_login_is_good_for_everybody(new_tab: Callable[..., Any]) -> None:
    tab = new_tab()
    tab.goto("/login/")
    assert_good(tab)


def test_the_main_staff_pages_are_good_for_everybody(new_tab: Callable[..., Any]) -> None:
    """With something on them: a campaign that runs, a person, a crisis."""
    now = clock.now()
    person = builders.make_subscriber(now=now)
    campaign = builders.make_campaign(now=now)
    incident = builders.make_incident(person, at=now)
    known = {
        "slug": campaign.series.slug,
        "campaign": campaign.pk,
        "person": person.pk,
        "text": incident.inbound_id,
        "incident": incident.pk,
    }
    tab = new_tab()
    log_in(tab)
    wrong = []
    for path in PAGES:
        tab.goto(path.format(**known))
        try:
            assert_good(tab)
        except AssertionError as e:
            wrong.append(f"{path}: {e}")
    assert not wrong, "\n".join(wrong)
