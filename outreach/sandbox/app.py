"""The aiohttp application: both providers, the acting endpoints and the pages on one port."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from typing import Final
from urllib.parse import urlsplit

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from outreach.sandbox import acting, activity, pages, sendgrid, twilio
from outreach.sandbox.acting import WishRefused
from outreach.sandbox.answers import Cut
from outreach.sandbox.options import BODY_LIMIT
from outreach.sandbox.state import SANDBOX, Sandbox, sandbox_of

_log = logging.getLogger(__name__)
_LOCAL: Final = frozenset(("127.0.0.1", "localhost", "::1"))


def make_app(sandbox: Sandbox) -> web.Application:
    """The application around an open sandbox; closing it closes the sandbox."""
    app = web.Application(client_max_size=BODY_LIMIT, middlewares=[_guard])
    app[SANDBOX] = sandbox
    for room in (sendgrid, activity, twilio, acting, pages):
        app.add_routes(room.routes())
    app.cleanup_ctx.append(_running)
    return app


async def _running(app: web.Application) -> AsyncIterator[None]:
    sandbox = app[SANDBOX]
    await sandbox.courier.start()
    yield
    await sandbox.courier.stop()
    await sandbox.witness.close()


@web.middleware
async def _guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Keeps foreign pages out, and gives the sandbox's own refusals their shape.

    The sandbox has no login: it listens on this machine alone. A web page open in the same browser could still post
    to it, or reach it under a name of its own (DNS rebinding); Origin and Host tell those apart.
    """
    if _foreign(request):
        return web.json_response({"error": "this sandbox only answers pages and programs of this machine"}, status=403)
    try:
        return await handler(request)
    except WishRefused as error:
        return web.json_response({"error": error.say}, status=error.status)
    except Cut:
        return web.Response(status=500)  # nobody is there to read it
    except web.HTTPRequestEntityTooLarge:
        return web.json_response({"error": "a body has at most 30 MB"}, status=413)


def _foreign(request: web.Request) -> bool:
    local_only = sandbox_of(request).options.host in _LOCAL
    if local_only and (urlsplit(f"//{request.host}").hostname or "") not in _LOCAL:
        return True
    origin = request.headers.get(hdrs.ORIGIN)
    if request.method in ("GET", "HEAD") or origin is None:
        return False
    return urlsplit(origin).netloc != request.host
