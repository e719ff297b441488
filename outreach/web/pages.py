"""The Jinja2 environment of the web pages: strict, escaped, with the few names every page may use."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.messages import get_messages
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django_htmx.jinja import htmx_script
from jinja2 import Environment, StrictUndefined

from outreach.actions.explaining import say_reason
from outreach.actions.reading_incidents import ANSWERED


def environment(**options: Any) -> Environment:
    """What Django's Jinja2 backend calls to make its environment."""
    env = Environment(**{**options, "undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True})
    env.globals.update(
        static=static, url=reverse, htmx_script=htmx_script, get_messages=get_messages, answered=ANSWERED
    )
    env.filters.update(
        moment=moment, day=day, count=count, many=many, reason=say_reason, lasting=lasting, channel=channel
    )
    return env


def moment(at: datetime | None, zone: str) -> SafeString | str:
    """A moment on the clock of `zone`, with the zone's name, as an HTML time element: "Tue 24 Nov 2026, 10:00 EST"."""
    if at is None:
        return ""
    local = at.astimezone(ZoneInfo(zone))
    return format_html(
        '<time datetime="{}">{} {}, {} {}</time>',
        at.isoformat(timespec="seconds"),
        f"{local:%a} {local.day}",
        f"{local:%b %Y}",
        f"{local:%H:%M}",
        local.tzname(),
    )


def day(at: datetime, zone: str) -> str:
    """The date on the clock of `zone`: "Tuesday 24 November 2026"."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{local:%A} {local.day} {local:%B %Y}"


def count(number: int) -> str:
    """A number people can read: 1,204."""
    return f"{number:,}"


def many(number: int, one: str, more: str | None = None) -> str:
    """A number with its noun: "1 email", "1,204 emails"."""
    return f"{number:,} {one if number == 1 else more or one + 's'}"


def lasting(span: timedelta) -> str:
    """A span in words, rounded to what matters: "4 minutes", "2 hours", "3 days"; never negative."""
    minutes = max(0, int(abs(span).total_seconds() // 60))
    if minutes < 120:
        return many(minutes, "minute")
    if minutes < 48 * 60:
        return many(minutes // 60, "hour")
    return many(minutes // (24 * 60), "day")


def channel(name: str) -> str:
    """What people call a channel."""
    return {"email": "email", "sms": "text"}[name]
