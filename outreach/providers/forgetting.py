"""Asking providers to forget a person: SendGrid by an erasure job for the address, Twilio by deleting each message.

SendGrid takes up to 5,000 addresses in one job and does it within 30 days; what rode along in custom arguments it cannot
erase, which is why nothing but opaque ids ever did. Twilio deletes a message and its body at once, once it has reached its
end (protocols.md section 5).
"""

import json
from collections.abc import Sequence
from urllib.parse import quote

import urllib3

WITHIN = urllib3.Timeout(connect=5.0, read=20.0)


def sendgrid_forgets(base_url: str, key: str, address: str) -> bool:
    """Whether SendGrid has taken the job. False: ask again later."""
    status = _call(
        "POST", f"{base_url}/v3/recipients/erasejob", {"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
        json.dumps({"email_addresses": [address]}).encode(),
    )  # fmt: skip
    return status in (200, 202)


def twilio_forgets(base_url: str, account: str, token: str, messages: Sequence[str]) -> list[str]:
    """Deletes messages by their ids. Returns those that are still there: ask again later. A provider that does not answer is
    asked no further: each question might take as long."""
    headers = urllib3.make_headers(basic_auth=f"{account}:{token}")
    left: list[str] = []
    for place, message in enumerate(messages):
        url = f"{base_url}/2010-04-01/Accounts/{account}/Messages/{quote(message, safe='')}.json"
        status = _call("DELETE", url, headers)
        if status == 0:
            return [*left, *messages[place:]]
        if status not in (200, 204, 404):
            left.append(message)
    return left


def _call(method: str, url: str, headers: dict[str, str], body: bytes | None = None) -> int:
    """The status of the answer; 0 when there was none."""
    try:
        return urllib3.request(method, url, headers=headers, body=body, timeout=WITHIN, retries=False).status
    except urllib3.exceptions.HTTPError:
        return 0
