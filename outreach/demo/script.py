"""What happens in the demo's thirty days besides the schedule: what the people in the cast do, and what goes wrong."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from outreach.demo import visiting
from outreach.running.sandbox_client import SandboxClient
from outreach.running.system import System

# A Monday at 8 in the morning in Atlanta; the clocks go forward on the third Sunday of the run.
START = datetime(2027, 2, 22, 13, 0, tzinfo=UTC)
DAYS = 30

MARCUS, ROSA, HELEN, VICTOR, RUTH = "+14705550132", "+12145550134", "+17705550141", "+14045550142", "+12515550144"
ANN, JUNE = "+14045550131", "+13055550140"

NORA, THEO = "nora.quinn@example.org", "theo.lang@example.org"


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happens at a moment of the virtual clock. `act` returns a line for the person who watches."""

    after: timedelta
    act: Callable[[System], str]

    @property
    def at(self) -> datetime:
        return START + self.after


def _client(system: System) -> SandboxClient:
    assert system.client is not None
    return system.client


def _reply(number: str, body: str, say: str) -> Callable[[System], str]:
    def act(system: System) -> str:
        answer = _client(system).post("/sandbox/reply", {"from": number, "body": body})
        return f"{say} (webhook answered {answer['webhook']})"

    return act


def _one_click(address: str, who: str) -> Callable[[System], str]:
    def act(system: System) -> str:
        answer = _client(system).post("/sandbox/one-click", {"address": address})
        return f"{who} taps the mailbox's one-click unsubscribe (answered {answer['status']})"

    return act


def _complain(address: str, who: str) -> Callable[[System], str]:
    def act(system: System) -> str:
        _client(system).post("/sandbox/complain", {"address": address})
        return f"{who} marks an email as spam"

    return act


def _write_email(address: str, body: str, say: str) -> Callable[[System], str]:
    def act(system: System) -> str:
        answer = _client(system).post("/sandbox/mail", {"address": address, "body": body})
        return f"{say} (webhook answered {answer['webhook']})"

    return act


def _misbehave(say: str, **rule: object) -> Callable[[System], str]:
    def act(system: System) -> str:
        _client(system).post("/sandbox/misbehave", rule)
        return say

    return act


def _sign_up(first_name: str, address: str) -> Callable[[System], str]:
    def act(system: System) -> str:
        status = visiting.sign_up(system.url, first_name, address)
        return f"{first_name} signs up on the web page (answered {status})"

    return act


def _confirm(first_name: str, address: str) -> Callable[[System], str]:
    def act(system: System) -> str:
        status = visiting.confirm(_client(system).base, address)
        return f"{first_name} confirms from her inbox (answered {status})"

    return act


def happenings() -> list[Happening]:
    """The script, in order of time."""

    def day(days: int, hours: float = 0) -> timedelta:
        return timedelta(days=days, hours=hours)

    twice = _misbehave("SendGrid reports every event twice for a while", on="events", do="twice", count=6)
    busy = _misbehave("Twilio is busy and asks to wait", on="twilio", do="status", status=429, retry_after=120)
    cut = _misbehave("Twilio accepts a text and cuts the connection", on="twilio", do="cut_after_accept")
    cry = "hes not breathing and his lips are blue"
    return [
        Happening(day(1), _sign_up("Nora", NORA)),
        Happening(day(1, 0.5), _sign_up("Theo", THEO)),  # and never confirms
        Happening(day(1, 2), _confirm("Nora", NORA)),
        Happening(day(2, 11), _reply(MARCUS, "STOP", "Marcus answers a text with STOP")),
        Happening(day(4, 3), _reply(HELEN, "How do I know if he is ready to talk?", "Helen asks a question")),
        Happening(
            day(5, 12), _reply(ROSA, "por favor ya no me manden mensajes", "Rosa asks in Spanish, in a sentence")
        ),
        Happening(day(6), twice),
        Happening(day(8, 4), _one_click("priya.nair@example.org", "Priya")),
        Happening(day(9, 5), busy),
        Happening(day(10, 17), _reply(VICTOR, cry, "At 1 in the morning Victor cries for help")),
        Happening(day(11), _reply(JUNE, "don't stop, these help me", "June writes “don't stop”")),
        Happening(day(13, 20), cut),
        Happening(day(15, 3), _complain("omar.haddad@example.org", "Omar")),
        Happening(
            day(16),
            _write_email("walt.brennan@example.org", "Thank you. When is the next group?", "Walt answers an email"),
        ),
        Happening(day(18), _reply(MARCUS, "START", "Marcus answers START")),
        Happening(day(20, 3), _reply(ANN, "I can't stop drinking", "Ann writes “I can't stop drinking”")),
        Happening(
            day(23, 4),
            _write_email("tom.ellery@example.org", "please unsubscribe me", "Tom leaves by answering an email"),
        ),
        Happening(day(24), _reply(RUTH, "stop", "Ruth answers stop")),
    ]
