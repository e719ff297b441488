"""What people of the cast do in a browser: they sign up on the public page, and press the link in their mailbox."""

import re
import time

import urllib3

from outreach.errors import Refused

SLOWLY = 2.1  # seconds
_MADE = re.compile(r'name="made" value="([^"]+)"')
_LINK = re.compile(r"https?://[^\s<>\"]+/c/[a-z0-9]+/")
_HTTP = urllib3.PoolManager(timeout=urllib3.Timeout(connect=5, read=30), retries=False)


def sign_up(site: str, first_name: str, address: str) -> int:
    """Asks for the emails on recovery, on the sign-up page. Returns the status of the answer."""
    page = _HTTP.request("GET", f"{site}/subscribe/")
    made = _MADE.search(page.data.decode())
    form = {
        "box": "email/recovery-notes", "first_name": first_name, "email": address, "zip": "30303", "adult": "1",
        "made": made[1] if made else "",
    }  # fmt: skip
    time.sleep(SLOWLY)  # a form that comes back at once was not filled in by a person, the page thinks
    return _post(f"{site}/subscribe/", form)


def confirm(mailbox: str, address: str) -> int:
    """Opens the person's first letter in the sandbox at `mailbox` and presses the link. Returns the status of the answer.

    Raises Refused when there is no such letter or no link in it.
    """
    letter = _HTTP.request("GET", f"{mailbox}/inbox/{address}/1?view=text")
    found = _LINK.search(letter.data.decode())
    if letter.status != 200 or found is None:
        raise Refused(f"{address} has no letter with a link to confirm (HTTP {letter.status}).")
    return _post(found[0], {})


def _post(url: str, form: dict[str, str]) -> int:
    return int(_HTTP.request("POST", url, fields=form, encode_multipart=False).status)
