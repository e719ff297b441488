"""Nothing leaks: people, words and links are planted, everything that can happen to them happens, and everything that is
written down, given to the broker or stored by a provider beside the message itself is searched for them.

The pages and the worker are real processes with every log at DEBUG; the providers answer, refuse, lie and cut the line.
"""

import json
import re
import sqlite3
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import urllib3
from django.db import connections

from outreach.actions import clock, dispatching, links, preferring
from outreach.actions.dispatching.rows import run
from outreach.models import Batch, Consent, Message, Subscriber
from outreach.running import broker
from outreach.running.parts import Part, python, wait_until
from outreach.running.ports import free_port
from tests import builders
from tests.commands import outreach
from tests.flows import canaries
from tests.parts import KEY, SID, TOKEN, Sandbox, running_sandbox

pytestmark = [pytest.mark.timeout(300), pytest.mark.slow, pytest.mark.xdist_group("canaries")]
HTTP = urllib3.PoolManager(retries=False, timeout=urllib3.Timeout(connect=5, read=30))
SECRET = "a-secret-for-tests-only-not-for-any-real-centre"
NORA, *CAST = [canaries.person(n) for n in range(1, 9)]  # Nora signs up on the page; the others are imported
PEOPLE = (NORA, *CAST)
WITHIN = 40.0  # real seconds anything may take


@dataclass
class Running:
    """The parts, and what is seen of them."""

    url: str
    folder: Path
    sandbox: Sandbox
    environment: dict[str, str]
    parts: list[Part] = field(default_factory=list)
    hints: dict[str, bytes] = field(default_factory=dict)
    said: list[tuple[str, bytes]] = field(default_factory=list)  # answers to faults, and what commands wrote to stderr

    def post(self, path: str, form: dict[str, str] | list[tuple[str, str]], **headers: str) -> urllib3.BaseHTTPResponse:
        url = path if path.startswith("http") else self.url + path
        return HTTP.request("POST", url, fields=form, encode_multipart=False, headers=headers)

    def command(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        done = outreach(self.folder, *arguments, **self.environment)
        self.said.append((f"stderr of outreach {arguments[0]}", done.stderr.encode()))
        return done

    def text(self, person: canaries.Person, body: str) -> None:
        """A person writes a text, and its webhook is delivered."""
        self.sandbox.client.post("/sandbox/reply", {"from": person.phone, "body": body})

    def let_pass(self, span: timedelta) -> None:
        now = clock.now() + span
        self.sandbox.client.post("/sandbox/clock", {"now": now.isoformat()})
        clock.set_virtual(now)

    def work(self, done: Callable[[], bool]) -> None:
        """Gives the clockwork's hints until `done`, as the beat does."""
        until = time.monotonic() + WITHIN
        while not done():
            for task in ("tick", "sweep", "reconcile", "poll_inbound"):
                broker.give(task)
            assert time.monotonic() < until, "the workers did not get there"
            time.sleep(0.25)
        self.sandbox.client.wait_idle()

    def watch_broker(self, stop: threading.Event) -> None:
        """Reads every message of the broker folder that it catches before a worker does."""
        messages = self.folder / "broker" / "messages"
        while not stop.is_set():
            for path in messages.glob("*.msg"):
                if path.name not in self.hints:
                    try:
                        self.hints[path.name] = path.read_bytes()
                    except OSError:
                        continue  # a worker has it
            stop.wait(0.001)


@pytest.fixture
def running(database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    """Pages, worker and sandbox as processes of their own, on the virtual clock of a Tuesday morning."""
    from django.conf import settings

    url = f"http://127.0.0.1:{free_port(0)}"
    with tempfile.TemporaryDirectory(prefix="outreach-canaries-") as home, running_sandbox(url) as sandbox:
        key = sandbox.client.get("/sandbox/keys.json")["sendgrid"]["event_public_key"]
        environment = {
            "DATABASE_URL": database, "OUTREACH_HOME": home, "OUTREACH_SECRET": SECRET, "OUTREACH_LOG": "DEBUG",
            "OUTREACH_VIRTUAL_CLOCK": "yes", "OUTREACH_LEASE_SECONDS": "2", "PUBLIC_URL": url, "SENDGRID_API_KEY": KEY,
            "SENDGRID_BASE_URL": sandbox.client.base, "SENDGRID_WEBHOOK_KEYS": key, "TWILIO_ACCOUNT_SID": SID,
            "TWILIO_BASE_URL": sandbox.client.base, "TWILIO_AUTH_TOKENS": TOKEN, "REDIS_URL": "",
        }  # fmt: skip
        for name, value in {
            "PUBLIC_URL": url, "VIRTUAL_CLOCK": True, "BROKER_FOLDER": Path(home) / "broker", "REDIS_URL": "",
        }.items():  # fmt: skip
            monkeypatch.setattr(settings, name, value)
        broker._giver.cache_clear()
        builders.apply_schedules()
        run("INSERT INTO clock_setting VALUES (1, %s)", [builders.NOW])
        sandbox.client.post("/sandbox/clock", {"now": builders.NOW.isoformat()})
        system = Running(url, Path(home), sandbox, environment)
        web = Part("web", python("-m", "outreach.cli", "web", "--port", url.rpartition(":")[2]), environment,
                   Path(home) / "web.log")  # fmt: skip
        worker = Part("worker", python("-m", "celery", "-A", "workers.app", "worker", "--pool", "threads", "--concurrency",
                      "4", "--queues", "control,lane.email,lane.sms", "--loglevel", "DEBUG", "--without-gossip",
                      "--without-mingle", "--without-heartbeat"), environment, Path(home) / "worker.log")  # fmt: skip
        system.parts = [web, worker]
        stop = threading.Event()
        watcher = threading.Thread(target=system.watch_broker, args=[stop], daemon=True)
        try:
            for part in system.parts:
                part.start()
            wait_until(lambda: _answers(url), web, WITHIN, "answer")
            watcher.start()
            yield system
        finally:
            stop.set()
            for part in reversed(system.parts):
                part.stop()
            broker._giver.cache_clear()


def _answers(url: str) -> bool:
    try:
        return HTTP.request("GET", f"{url}/login/").status < 500
    except urllib3.exceptions.HTTPError:
        return False


def sign_up(system: Running) -> None:
    """On the page, first with a mistake; then the link in the mailbox, the preferences, and START from the phone."""
    page = HTTP.request("GET", f"{system.url}/subscribe/").data.decode()
    made = re.search(r'name="made" value="([^"]+)"', page)
    assert made
    form = [
        ("box", "email/recovery-notes"), ("box", "sms/recovery-notes"), ("first_name", canaries.NAMES[0]),
        ("email", NORA.email), ("phone", NORA.national), ("zip", "30303"), ("adult", "1"), ("made", made[1]),
    ]  # fmt: skip
    assert system.post("/subscribe/", [(n, v + "@@" if n == "email" else v) for n, v in form]).status == 422
    time.sleep(2.1)  # the form's own stamp
    assert system.post("/subscribe/", form).status == 200
    system.work(lambda: Message.objects.filter(kind="confirmation", status="sent").exists())
    letter = system.sandbox.page(f"/inbox/{NORA.email}/1?view=text")
    link = re.search(r"https?://[^\s<]+/c/[a-z0-9]+/", letter)
    assert link
    assert HTTP.request("GET", link[0]).status == 200 and system.post(link[0], {}).status == 200
    system.text(NORA, "START")
    assert set(Consent.objects.values_list("state", flat=True)) == {"granted"}
    mine = Subscriber.objects.get(email=NORA.email)
    seen = str(preferring.newest_event(mine.pk))
    boxes = [("box", "email/recovery-notes"), ("box", "sms/recovery-notes"), ("seen", seen), ("act", "save")]
    assert system.post(links.preferences_url(mine.pk), [*boxes, ("zip", "30303"), ("zone", "")]).status == 200


def import_people(system: Running) -> None:
    """By the command: once with rows that are wrong, then whole."""
    lines = ["email,phone,first_name,last_name,zip,tags"]
    lines += [f"{one.email},{one.phone},{canaries.NAMES[0]},{canaries.NAMES[1]},30303," for one in CAST]
    file = system.folder / "people.csv"
    consent = ["--topic", "recovery-notes", "--wording", "Yes, please write to me.", "--source", "paper, autumn"]
    bad = [f"{NORA.email}@@,{CAST[0].phone}99,{canaries.NAMES[0]},{canaries.NAMES[1]},ABC,", '"torn']
    file.write_text("\n".join([*lines, *bad]), encoding="utf-8")
    assert system.command("subscribers", "import", file, *consent).returncode == 2
    file.write_text("\n".join(lines), encoding="utf-8")
    assert system.command("subscribers", "import", file, *consent).returncode == 0
    file.unlink()


# What the providers do on each day of an email, and what becomes of it.
DAYS = {
    0: [{"do": "status", "status": 429, "retry_after": 1}],
    7: [{"do": "status", "status": 500}],
    14: [{"do": "cut_before_accept"}],
    21: [{"do": "cut_after_accept"}, {"do": "delay", "delay_ms": 500}],
    28: [{"do": "status", "status": 400}],
}


def send_everything(system: Running) -> None:
    """Emails and texts to everybody, while the providers refuse, lie, are busy, cut the line, and report bounces."""
    campaign = builders.make_campaign(builders.make_series(emails=len(DAYS), texts=2, now=clock.now()), now=clock.now())
    assert campaign.status == "running"
    for address, fate in ((CAST[0].email, "bounce"), (CAST[1].email, "blocked"), (CAST[2].email, "dropped")):
        system.sandbox.client.post("/sandbox/bounce-next", {"address": address, "kind": fate})
    for day, rules in DAYS.items():
        for rule in rules:
            system.sandbox.misbehave(on="sendgrid", count=1, **rule)
        send_what_is_due(system, builders.NOW + timedelta(days=day, hours=1))
        if day == 0:
            for do in ("garbage", "cut_after_accept", "cut_before_accept", "status"):
                system.sandbox.misbehave(on="twilio", do=do, count=1)
            system.sandbox.client.post("/sandbox/fate", {"to": CAST[5].phone, "fate": "undelivered:30005", "count": 1})
            send_what_is_due(system, builders.NOW + timedelta(days=2, hours=8))  # Thursday evening: the text is due


def send_what_is_due(system: Running, moment: datetime) -> None:
    """Lets the workers send all that is due at a moment. The virtual clock goes on a little at every look, so that what
    waits for a busy provider comes to its turn."""
    system.let_pass(moment - clock.now())
    before = Message.objects.count()

    def nothing_is_left() -> bool:
        system.let_pass(timedelta(seconds=20))
        waiting = dispatching.due_lanes(clock.now()) or Batch.objects.filter(status__in=("claimed", "calling")).exists()
        return not waiting and Message.objects.count() > before

    system.work(nothing_is_left)


def answer_and_leave(system: Running) -> None:
    """People write: to a person, in a crisis, STOP; press one-click; complain; a provider refuses the stopped number."""
    system.text(CAST[3], f"Could somebody call me? {canaries.WORDS}")
    system.text(CAST[4], f"I want to die. {canaries.WORDS}")
    system.text(CAST[5], f"stop, I am moving. {canaries.WORDS}")
    system.text(CAST[6], "STOP")
    system.text(canaries.person(40), f"Who is this? {canaries.WORDS}")  # nobody we know
    for act, one in (("one-click", CAST[3]), ("complain", CAST[4])):
        system.sandbox.client.post(f"/sandbox/{act}", {"address": one.email})
    mine = Subscriber.objects.get(email=NORA.email)
    assert system.post(links.unsubscribe_url(mine.pk, 1), {}).status == 200
    # what is not theirs to say: a post without a signature, and one that is no form at all
    forged = {"From": NORA.phone, "Body": canaries.WORDS, "MessageSid": "SM" + "0" * 32}
    assert system.post("/hooks/twilio/inbound/", forged).status in (400, 401, 403)
    assert system.post("/hooks/sendgrid/events/", {"email": NORA.email}).status in (400, 401, 403)


# Refusals of the database, whose words quote the row that was to be written.
REFUSALS = {
    "subscriber": "email NOT LIKE 'wren6%'",
    "consent_event": "method <> 'preferences_page' OR wording NOT LIKE 'Stop%'",
    "inbound_text": "body NOT LIKE '%Is anybody there%'",
}


def break_everything(system: Running) -> None:
    """Faults of our own, whose words quote what was being written: in a page, a webhook, a task and a command."""
    logged = system.parts[1].log
    with connections["owner"].cursor() as cursor:
        for table, refusal in REFUSALS.items():
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT broken CHECK ({refusal}) NOT VALID")
    try:
        break_pages(system)
        system.text(CAST[0], f"Is anybody there? {canaries.WORDS}")
        system.work(lambda: "could not be taken in" in logged.read_text(errors="replace"))
        file = system.folder / "more.csv"
        file.write_text(f"email,first_name\nwren61@{canaries.HOST},{canaries.NAMES[0]}\n", encoding="utf-8")
        consent = ["--topic", "recovery-notes", "--wording", "Yes, please write to me.", "--source", "paper"]
        done = system.command("subscribers", "import", file, *consent)
        assert done.returncode == 70 and "A fault in Outreach itself" in done.stderr
        with connections["owner"].cursor() as cursor:
            cursor.execute("ALTER TABLE batch RENAME TO away")
        system.work(lambda: "sweep failed: " in logged.read_text(errors="replace"))
    finally:
        with connections["owner"].cursor() as cursor:
            cursor.execute("ALTER TABLE IF EXISTS away RENAME TO batch")
            for table in REFUSALS:
                cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT broken")


def break_pages(system: Running) -> None:
    page = HTTP.request("GET", f"{system.url}/subscribe/").data.decode()
    made = re.search(r'name="made" value="([^"]+)"', page)
    assert made
    time.sleep(2.1)  # the form's own stamp
    form = {"box": "email/recovery-notes", "first_name": canaries.NAMES[1], "email": f"wren60@{canaries.HOST}",
            "adult": "1", "made": made[1]}  # fmt: skip
    mine = Subscriber.objects.get(email=CAST[0].email)
    for path, sent in (("/subscribe/", form), (links.preferences_url(mine.pk), {"act": "leave"})):
        answer = system.post(path, sent)
        assert answer.status == 500
        system.said.append(("the page of a fault", answer.data))


def minted() -> list[str]:
    """The tokens of every link these people were sent."""
    urls = []
    for person in Subscriber.objects.values_list("pk", flat=True):
        urls += [links.preferences_url(person), links.unsubscribe_url(person, 1)]
        urls += [links.read_online_url(step, person) for (step,) in run("SELECT id FROM step WHERE channel = 'email'")]
    urls += [links.confirm_url(person, event) for person, event in run("SELECT subscriber_id, id FROM consent_event")]
    return sorted({url.rstrip("/").rpartition("/")[2] for url in urls})


def stored_beside_the_message(folder: Path) -> list[tuple[str, bytes]]:
    """What a provider keeps that is neither the message nor its address: arguments, categories, names, callback URLs.

    The bodies with their substitutions hold a person's words and links, and `to` their address; List-Unsubscribe is a link.
    """
    kept: list[tuple[str, bytes]] = []
    with sqlite3.connect(f"file:{folder / 'witness.sqlite3'}?mode=ro", uri=True) as witness:
        for content, personal in witness.execute(
            "SELECT r.content, e.personal FROM email e JOIN request r ON r.no = request_no"
        ):
            mail, person = json.loads(content), json.loads(personal)
            for name in ("content", "personalizations"):
                mail.pop(name, None)
            person.pop("substitutions", None)
            person.pop("to", None)
            headers = {**mail.get("headers", {}), **person.get("headers", {})}
            for every in (mail, person):
                every["headers"] = {n: v for n, v in headers.items() if n.lower() != "list-unsubscribe"}
            kept.append(("an email's arguments", json.dumps([mail, person]).encode()))
        for row in witness.execute("SELECT key, callback, service, sender FROM text WHERE kind = 'accepted'"):
            kept.append(("a text's arguments", json.dumps(row).encode()))
        for (target,) in witness.execute("SELECT DISTINCT target FROM posting WHERE target LIKE '%/hooks/%'"):
            kept.append(("a callback's URL", target.encode()))
    return kept


def test_nothing_that_is_written_down_names_a_person(running: Running) -> None:
    """Logs of pages, worker, commands and database; pages of faults; hints; what providers keep: none holds a canary."""
    sign_up(running)
    import_people(running)
    send_everything(running)
    answer_and_leave(running)
    break_everything(running)
    for part in running.parts:
        part.stop()
    for task in ("tick", "sweep", "reconcile", "poll_inbound"):
        broker.give(task)
    left = {path.name: path.read_bytes() for path in (running.folder / "broker" / "messages").glob("*.msg")}
    hints = [("a hint", message) for message in {**running.hints, **left}.values()]
    logs = [(f"the log of the {part.name}", part.log.read_bytes()) for part in running.parts]
    with connections["owner"].cursor() as cursor:
        cursor.execute("SHOW data_directory")
        database_log = Path(cursor.fetchone()[0]) / "log"
    if database_log.exists():
        logs.append(("the database's log", database_log.read_bytes()))
    kept = stored_beside_the_message(running.sandbox.part.log.parent)
    # enough happened for silence to mean something
    assert b" INFO waitress " in logs[0][1] and b" DEBUG " in logs[1][1]
    assert b"outreach.web.faults" in logs[0][1] and b"sweep failed: " in logs[1][1]
    assert any(b"workers.tasks.tick" in message for _, message in hints)
    assert {name for name, _ in kept} == {"an email's arguments", "a text's arguments", "a callback's URL"}
    assert Message.objects.filter(status="sent").count() > 8
    tokens, people = minted(), [*PEOPLE, canaries.person(40)]
    found = [
        hit
        for where, text in [*logs, *hints, *running.said, *kept]
        for hit in canaries.search(where, text, people, tokens)
    ]
    assert not found, "\n".join(map(str, found[:20]))


@pytest.mark.parametrize(
    ("log", "what"),
    [
        (f"refused {NORA.email}", "an address"),
        (f"GET /?to=wren1%40{canaries.HOST}", "an address"),
        (f"body {NORA.email.encode().hex()}", "an address"),
        ("basic d3JlbjFAcXVldHphbHBvc3QuZXhhbXBsZS5vcmc=", "an address"),
        (f"To={NORA.phone}", "a number"),
        (f"To=%2B{NORA.phone[1:]}", "a number"),
        (f"call {NORA.national}", "a number"),
        ("DETAIL: Key (first_name)=(quetzalina)", "the name Quetzalina"),
        (f'LINE 1: VALUES ("{canaries.WORDS}")', "a message's words"),
        ("GET /u/0123456789abcdef0123/ 200", "a token"),
    ],
)
def test_the_search_sees_a_canary_in_any_dress(log: str, what: str) -> None:
    """A search that finds nothing proves nothing unless it can."""
    assert what in {hit.what for hit in canaries.search("log", log.encode(), PEOPLE, ["0123456789abcdef0123"])}


def test_the_search_does_not_cry_at_what_is_no_canary() -> None:
    assert not canaries.search("log", b"batch 4045550 settled, 1404 of 555, message 7f40455501219a", PEOPLE, ["abc123"])
