"""The command line of the sandbox: `python -m outreach.sandbox --dir D --webhook-base http://127.0.0.1:8000`."""

from __future__ import annotations

import argparse
import asyncio
import logging
import re
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from aiohttp import web

from outreach.sandbox.app import make_app
from outreach.sandbox.options import Options
from outreach.sandbox.state import open_sandbox
from outreach.sandbox.text_refusals import e164
from outreach.sandbox.witness import WitnessBusy

_GRACE_SECONDS: Final = 2.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM or Ctrl-C; 0 on a clean end, 2 when it could not start."""
    options = read_arguments(arguments)
    logging.basicConfig(level=logging.WARNING, format="sandbox: %(message)s")
    try:
        asyncio.run(serve(options))
    except WitnessBusy as error:
        print(f"{error}; stop it first, or give another --dir", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"the sandbox cannot start: {error}; try --port 0 or another --dir", file=sys.stderr)
        return 2
    return 0


async def serve(options: Options) -> None:
    """Listen, write the port to `port` in the directory, and stay until told to end."""
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    runner = web.AppRunner(make_app(open_sandbox(options)), access_log=None, shutdown_timeout=_GRACE_SECONDS)
    await runner.setup()
    port_file = options.directory / "port"
    try:
        site = web.TCPSite(runner, options.host, options.port, backlog=1024)
        await site.start()
        port = runner.addresses[0][1]
        fresh = port_file.with_suffix(".new")
        fresh.write_text(f"{port}\n")
        fresh.replace(port_file)
        print(f"Sandbox on http://{options.host}:{port}", flush=True)
        await ended.wait()
    finally:
        port_file.unlink(missing_ok=True)
        await runner.cleanup()


def read_arguments(arguments: Sequence[str] | None) -> Options:
    """Options from the command line; ends the program with 2 and one line when they cannot be used."""
    parser = argparse.ArgumentParser(prog="python -m outreach.sandbox", description=__doc__)
    parser.add_argument("--dir", type=Path, required=True, help="where keys and the witness log are kept")
    parser.add_argument("--port", type=int, default=8025, help="0 picks a free one; it is written to DIR/port")
    parser.add_argument("--host", default="127.0.0.1", help="listen elsewhere only inside a closed network")
    parser.add_argument(
        "--webhook-base", type=_base, help="where the program's webhooks are, like http://127.0.0.1:8000"
    )
    parser.add_argument("--sendgrid-key", help="accept this API key instead of the kept one")
    parser.add_argument("--twilio-sid", help="account SID instead of the kept one")
    parser.add_argument("--twilio-token", help="auth token instead of the kept one")
    parser.add_argument("--number", action="append", default=[], type=_number, help="a sender number of the account")
    parser.add_argument("--messaging-service", type=_service, help="the account's service: all its numbers are in it")
    parser.add_argument(
        "--verified-domain", action="append", default=[], help="allow From addresses of this domain only"
    )
    parser.add_argument("--event-batch-ms", type=float, default=100.0, help="how long email events gather (100)")
    parser.add_argument("--retry-ms", type=float, default=500.0, help="first pause before an event POST is repeated")
    parser.add_argument("--retry-for", type=float, default=86_400.0, help="seconds until repeating ends (24 h)")
    given = parser.parse_args(arguments)
    return Options(
        directory=given.dir,
        host=given.host,
        port=given.port,
        webhook_base=given.webhook_base,
        sendgrid_key=given.sendgrid_key,
        twilio_sid=given.twilio_sid,
        twilio_token=given.twilio_token,
        numbers=tuple(given.number),
        messaging_service=given.messaging_service,
        verified_domains=tuple(domain.lower() for domain in given.verified_domain),
        event_batch_seconds=max(0.0, given.event_batch_ms / 1000),
        retry_seconds=max(0.01, given.retry_ms / 1000),
        retry_for_seconds=given.retry_for,
    )


def _base(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise argparse.ArgumentTypeError("give a whole address, like http://127.0.0.1:8000")
    return text


def _number(text: str) -> str:
    number = e164(text)
    if number is None:
        raise argparse.ArgumentTypeError(f"{text} is not a valid number; write it like +14045550100")
    return number


def _service(text: str) -> str:
    if not re.fullmatch(r"MG[0-9a-f]{32}", text):
        raise argparse.ArgumentTypeError("a service is MG and 32 hexadecimal digits")
    return text
