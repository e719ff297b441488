"""Everything one running sandbox shares between its doors (the two APIs, the acting endpoints, the pages)."""

from __future__ import annotations

from dataclasses import dataclass, field

from aiohttp import web

from outreach.sandbox.clock import SandboxClock
from outreach.sandbox.courier import Courier
from outreach.sandbox.fates import Fates
from outreach.sandbox.keys import Keys, load_keys
from outreach.sandbox.misbehaviour import Misbehaviour
from outreach.sandbox.options import Options
from outreach.sandbox.witness import Witness


@dataclass(frozen=True, slots=True, kw_only=True)
class Sandbox:
    """The parts of one sandbox. `blocks` holds (person, scope) pairs stopped by the person; see phones.py."""

    options: Options
    keys: Keys
    clock: SandboxClock
    witness: Witness
    misbehaviour: Misbehaviour
    fates: Fates
    blocks: set[tuple[str, str]]
    courier: Courier
    erased: set[str] = field(default_factory=set)  # addresses and messages that a client asked to forget


SANDBOX: web.AppKey[Sandbox] = web.AppKey("sandbox", Sandbox)


def sandbox_of(request: web.Request) -> Sandbox:
    """The sandbox this request belongs to."""
    return request.app[SANDBOX]


def open_sandbox(options: Options) -> Sandbox:
    """Opens the directory and reads back what must outlive a restart: keys, blocks, SendGrid's own lists.

    Raises WitnessBusy when a sandbox already runs there.
    """
    options.directory.mkdir(parents=True, exist_ok=True)
    witness = Witness(options.directory)
    keys, clock, misbehaviour = load_keys(options), SandboxClock(), Misbehaviour()
    courier = Courier(options=options, keys=keys, clock=clock, witness=witness, misbehaviour=misbehaviour)
    return Sandbox(
        options=options,
        keys=keys,
        clock=clock,
        witness=witness,
        misbehaviour=misbehaviour,
        fates=_fates(witness),
        blocks=_blocks(witness),
        courier=courier,
    )


def _blocks(witness: Witness) -> set[tuple[str, str]]:
    blocks: set[tuple[str, str]] = set()
    for row in witness.read_now("SELECT person, scope, blocked FROM block ORDER BY no"):
        pair = (row["person"], row["scope"])
        if row["blocked"]:
            blocks.add(pair)
        else:
            blocks.discard(pair)
    return blocks


def _fates(witness: Witness) -> Fates:
    fates = Fates()
    sql = (
        "SELECT email.address, event.name FROM event JOIN email ON email.seq = event.about "
        "WHERE event.provider = 'sendgrid' AND event.name IN ('bounce', 'latebounce', 'spamreport') ORDER BY event.no"
    )
    for row in witness.read_now(sql):
        fates.remember(row["address"], row["name"])
    return fates
