"""What both provider APIs share at the door: bounded bodies, and misbehaving on the way in and out."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from aiohttp import web

from outreach.sandbox.misbehaviour import Rule
from outreach.sandbox.options import BODY_LIMIT

GARBAGE = b"<html><head><title>502 Bad Gateway</title></head><body>\x00\xff\xfe{{{"


class Cut(Exception):
    """The connection was cut on purpose: nobody is there to answer."""


async def body_of(request: web.Request) -> bytes | None:
    """The whole body, or None when it is larger than 30 MB (unpacked)."""
    if (request.content_length or 0) > BODY_LIMIT:
        return None
    try:
        return await request.read()
    except web.HTTPRequestEntityTooLarge:
        return None


def answering(rules: Sequence[Rule]) -> Rule | None:
    """The one rule that decides the answer; delays are not answers."""
    return next((rule for rule in rules if rule.do != "delay"), None)


async def delay(rules: Sequence[Rule]) -> None:
    """Wait as long as the delay rules say, before anything is taken."""
    milliseconds = sum(rule.delay_ms for rule in rules if rule.do == "delay")
    if milliseconds:
        await asyncio.sleep(milliseconds / 1000)


def cut(request: web.Request) -> Cut:
    """Abort the TCP connection (the peer sees a reset); raise what this returns."""
    if request.transport is not None:
        request.transport.abort()
    return Cut()
