"""What tests in a real browser share: whether there is one, and the way in."""

import os
from typing import Any

import pytest

from outreach.actions import staffing
from tests import builders, tools

CHROMIUM = tools.chromium()
IN_A_BROWSER = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not CHROMIUM and not os.environ.get("CI"), reason="no Chromium here: set CHROMIUM to its path to run these"
    ),
]


def log_in(tab: Any) -> None:
    tab.goto(staffing.make_login_link(builders.make_staff()))
    tab.click("text=Log in")
    tab.wait_for_url("**/")
