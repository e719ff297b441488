"""How often the sign-up form may be sent, from one network and for one address; and how often one person may write.

Counts only, under a keyed hash that holds the day: nobody reads a network or an address out of it, what is counted today
cannot be linked to tomorrow, and after a day it is gone. Leaving is never limited; this is for asking to come in.
"""

import hmac
import ipaddress
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import connection

from outreach.models import FormCount

PER_NETWORK: Final = 20  # sign-ups an hour: a waiting room or a household shares one address
# A private address is a proxy that was not named (OUTREACH_TRUSTED_PROXY) and stands for everybody.
PER_PROXY: Final = 300
PER_ADDRESS: Final = 5  # sign-ups a day
PER_PERSON: Final = 20  # notes a day; one that cries for help or says goodbye is not counted
KEPT: Final = timedelta(days=1)
_IPV6_NETWORK: Final = 64  # bits: one household or phone has all of it
_INSIDE: Final = tuple(
    map(
        ipaddress.ip_network,
        [
            "127.0.0.0/8",
            "10.0.0.0/8",
            "172.16.0.0/12",
            "192.168.0.0/16",
            "169.254.0.0/16",
            "::1/128",
            "fc00::/7",
            "fe80::/10",
        ],
    )
)


def network_may(ip: str | None, now: datetime) -> bool:
    """Counts one sign-up from the network of `ip`; False when there were too many in this hour."""
    network, most = _network(ip)
    return _counted("network", network, now.replace(minute=0, second=0, microsecond=0), now) <= most


def address_may(address: str, now: datetime) -> bool:
    """Counts one sign-up for an address or number in its normal form; False when there were too many today.

    Known and unknown addresses count alike. The caller shows the same page either way: a page that says “too often” would
    tell whoever enters somebody else's address that it had been entered before.
    """
    return _counted_today("address", address, now) <= PER_ADDRESS


def note_may(subscriber: int, now: datetime) -> bool:
    """Counts one note that a person writes on their settings page; False when there were too many today."""
    return _counted_today("note", str(subscriber), now) <= PER_PERSON


def forget(now: datetime) -> int:
    """Deletes counts older than a day. Returns how many."""
    return FormCount.objects.filter(since__lt=now - KEPT).delete()[0]


def _network(ip: str | None) -> tuple[str, int]:
    try:
        address = ipaddress.ip_address((ip or "").partition("%")[0])
    except ValueError:
        return "unknown", PER_PROXY
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    if any(address in inside for inside in _INSIDE):
        return str(address), PER_PROXY
    if address.version == 4:
        return str(address), PER_NETWORK
    return str(ipaddress.ip_network((address, _IPV6_NETWORK), strict=False)), PER_NETWORK


def _counted_today(kind: str, value: str, now: datetime) -> int:
    return _counted(kind, value, now.replace(hour=0, minute=0, second=0, microsecond=0), now)


def _counted(kind: str, value: str, since: datetime, now: datetime) -> int:
    """The count of this key in this hour or day, with the one at hand."""
    key = hmac.digest(settings.ADDRESS_SECRET, f"form\0{now:%Y-%m-%d}\0{kind}\0{value}".encode(), "sha256")
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO form_count AS f (key, since, count) VALUES (%s, %s, 1)
            ON CONFLICT (key, since) DO UPDATE SET count = least(f.count + 1, 1000000) RETURNING count""",
            [key, since],
        )
        return int(cursor.fetchone()[0])
