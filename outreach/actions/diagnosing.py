"""The doctor: whether this installation can send, receive and keep its promises, and what to mend."""

import os
import socket
import uuid
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

import urllib3
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from outreach.actions import connecting, pausing, schedules, trying_pager
from outreach.errors import Refused
from outreach.models import Alert, Message
from outreach.providers.base import ListUnavailable
from outreach.rules.schedule_fields import telling


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at. `say` is what was found and, when not `ok`, how to mend it."""

    name: str
    ok: bool
    say: str


def diagnose(now: datetime) -> list[Check]:
    """Every check, in the order in which one would mend things."""
    return [
        _database(), _evidence(), _secret(), _schedules(), _broker(), _public_url(), _webhooks(), _discretion(), _email(),
        *_feed(), _emails_to_us(), _dns(), _texts(), _pager(now), *_lanes(now), _open(),
    ]  # fmt: skip


def _database() -> Check:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    version = connection.cursor().connection.info.server_version // 10000
    if missing:
        return Check("database", False, f"{len(missing)} migrations are not applied: run `outreach migrate`.")
    return Check("database", True, f"PostgreSQL {version}, up to date")


def _evidence() -> Check:
    """Whether the role we are connected as may change what the consent ledger holds."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT rolsuper OR pg_has_role(tableowner, 'MEMBER') OR has_table_privilege('consent_event',
                'UPDATE, DELETE, TRUNCATE, TRIGGER') OR has_table_privilege('suppression', 'DELETE, TRUNCATE, TRIGGER')
            FROM pg_roles, pg_tables WHERE rolname = current_user AND tablename = 'consent_event'"""
        )
        ((may,),) = cursor.fetchall()
    if may:
        return Check("evidence", False, "the application's role owns the consent ledger and could switch off its guards: give "
                     "the owner's address in DATABASE_OWNER_URL and a role of its own in DATABASE_URL, then run "
                     "`outreach migrate`.")  # fmt: skip
    return Check("evidence", True, "the application's role may add to the consent ledger and change nothing in it")


def _secret() -> Check:
    if (
        settings.SECRET_KEY.encode() == settings.ADDRESS_SECRET
        and not settings.SANDBOX_URL
        and not settings.EMBEDDED_DATABASE
    ):
        return Check("secret", False, "OUTREACH_ADDRESS_SECRET is not set of its own: changing OUTREACH_SECRET one day would "
                     "void every suppression. Set it to what OUTREACH_SECRET is now, and never change it.")  # fmt: skip
    if settings.INSECURE_SECRET or len(settings.SECRET_KEY) < 32:
        return Check("secret", False, "OUTREACH_SECRET is missing or shorter than 32 characters: set a random one.")
    return Check("secret", True, f"set; links verify with {len(settings.TOKEN_KEYS)} key(s)")


def _schedules() -> Check:
    try:
        in_force = schedules.current()
    except Refused as e:
        return Check("schedules", False, str(e))
    return Check("schedules", True, f"{len(in_force.cadences)} cadences, {len(in_force.topics)} topics in force")


def _discretion() -> Check:
    """What the addresses themselves tell; nothing stops for it, and only the centre can mend it."""
    try:
        sender = schedules.current().senders.email
    except Refused as e:
        return Check("discretion", False, str(e))
    seen = {"PUBLIC_URL": urlsplit(settings.PUBLIC_URL).hostname or "", "senders.email.address": sender.address,
            "senders.email.reply_to": sender.reply_to}  # fmt: skip
    told = [f"{name} (“{word}”)" for name, where in seen.items() if (word := telling(where))]
    if told:
        return Check("discretion", True, f"a link or a sender's address tells what it is about: {', '.join(told)}. Discreet "
                     "people see it too: a neutral host name and mailbox would not.")  # fmt: skip
    return Check("discretion", True, "names, hosts and mailboxes tell nothing")


def _broker() -> Check:
    if settings.REDIS_URL:
        import redis

        try:
            redis.Redis.from_url(settings.REDIS_URL, socket_timeout=3, socket_connect_timeout=3).ping()
        except redis.RedisError as e:
            return Check(
                "broker", False, f"Redis does not answer ({type(e).__name__}): check REDIS_URL. Due work waits."
            )
        return Check("broker", True, "Redis answers")
    folder = settings.BROKER_FOLDER
    writable = os.access(folder if folder.exists() else folder.parent, os.W_OK)
    free = os.statvfs(folder if folder.exists() else folder.parent)
    room = free.f_bavail * free.f_frsize
    if not writable or room < 2**20:
        return Check("broker", False, f"{folder} cannot be written or is full: free space there or set REDIS_URL.")
    return Check("broker", True, f"folder {folder}, {room // 2**20} MB free (one machine only; set REDIS_URL for more)")


def _public_url() -> Check:
    parts = urlsplit(settings.PUBLIC_URL)
    if settings.SANDBOX_URL:
        return Check("public address", True, f"{settings.PUBLIC_URL}, with the sandbox")
    if parts.scheme != "https" or not parts.hostname or "_" in parts.hostname:
        return Check("public address", False, "PUBLIC_URL must be https and its host must hold no underscore, so that "
                     "providers and mailboxes can call back.")  # fmt: skip
    return Check("public address", True, settings.PUBLIC_URL)


def _webhooks() -> Check:
    """Asks our own public address for a webhook, as a provider would; a GET must be answered with 405."""
    address = f"{settings.PUBLIC_URL}/hooks/twilio/inbound/"
    try:
        status = urllib3.request("GET", address, timeout=5.0, retries=False).status
    except urllib3.exceptions.HTTPError as e:
        return Check("webhooks", False, f"{address} does not answer ({type(e).__name__}): are the pages running there?")
    if status != 405:
        return Check("webhooks", False, f"{address} answers {status} and not 405: does PUBLIC_URL lead to these pages?")
    return Check("webhooks", True, "the public address leads to them")


def _dns() -> Check:
    """The DNS records mailboxes want to see; they are named, not looked up, since providers show their own values."""
    try:
        domain = schedules.current().senders.email.address.rpartition("@")[2]
    except Refused as e:
        return Check("DNS", False, str(e))
    return Check("DNS", True, f"wanted for {domain}: SPF (TXT), DKIM (the CNAMEs SendGrid shows), and TXT _dmarc.{domain} "
                 "with at least v=DMARC1; p=none (not looked up here)")  # fmt: skip


def _email() -> Check:
    if settings.EMAIL_PROVIDER == "smtp":
        where = f"{settings.SMTP_HOST}:{settings.SMTP_PORT}"
        try:
            with socket.create_connection((settings.SMTP_HOST, settings.SMTP_PORT), timeout=5):
                return Check("email", True, f"SMTP answers at {where}")
        except OSError as e:
            return Check(
                "email", False, f"no SMTP server at {where} ({e.strerror or type(e).__name__}): check SMTP_HOST."
            )
    if not settings.SENDGRID_API_KEY:
        return Check("email", False, "SENDGRID_API_KEY is missing: create a key with the Mail Send permission.")
    if not settings.SENDGRID_WEBHOOK_KEYS:
        return Check("email", False, "SENDGRID_WEBHOOK_KEYS is missing: switch on the signed event webhook, post to "
                     f"{settings.PUBLIC_URL}/hooks/sendgrid/events/, and copy its public key.")  # fmt: skip
    return Check("email", True, "SendGrid, with signed events")


def _emails_to_us() -> Check:
    domain = settings.INBOUND_MAIL_DOMAIN
    if not domain:
        return Check(
            "emails to us",
            True,
            "not set (INBOUND_MAIL_DOMAIN): people leave by the links, replies go to reply_to",
        )
    if (
        not settings.SENDGRID_WEBHOOK_KEYS
        and not settings.INBOUND_MAIL_PASSWORD
        and settings.EMAIL_PROVIDER == "sendgrid"
    ):
        return Check("emails to us", False, f"mail for {domain} has no way in: sign the parse webhook and put its key into "
                     "SENDGRID_WEBHOOK_KEYS, or set INBOUND_MAIL_PASSWORD.")  # fmt: skip
    return Check(
        "emails to us",
        True,
        f"at {domain}, by SendGrid's Inbound Parse or `outreach mailbox`",
    )


def _feed() -> list[Check]:
    """Whether SendGrid's Email Activity feed answers. It is an add-on: nothing is wrong without it."""
    lists = connecting.email_lists()
    if lists is None:
        return []
    try:
        lists.list_batch(uuid.uuid4().hex)
    except ListUnavailable as e:
        say = f"{e} Without it, doubtful emails are settled by SendGrid's own reports alone, or by staff."
        return [Check("email activity", True, say)]
    return [Check("email activity", True, "the feed answers: doubtful emails are settled from it")]


def _texts() -> Check:
    if not settings.TWILIO_ACCOUNT_SID or not settings.TWILIO_AUTH_TOKENS:
        return Check("texts", False, "TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKENS are needed: copy them from the console, "
                     f"and let inbound texts post to {settings.PUBLIC_URL}/hooks/twilio/inbound/.")  # fmt: skip
    return Check("texts", True, "Twilio, with signed webhooks")


def _pager(now: datetime) -> Check:
    try:
        tested = trying_pager.last_test()
    except Refused as e:
        return Check("pager", False, str(e))
    if not tested.ways:
        return Check("pager", False, "nobody is on call: write `on_call:` in schedules.yaml, or a crisis pages no one.")
    if tested.at is None:
        return Check("pager", False, "never tried: run `outreach page --test` (the workers do so every evening).")
    if tested.failed or tested.broken_off or tested.stale(now):
        why = ", ".join(f"{p.person} by {p.channel}" for p in tested.failed) or "it did not reach everybody"
        why = (
            f"the test of {tested.at:%Y-%m-%d %H:%M} UTC failed: {why}"
            if not tested.stale(now)
            else "no test for a day"
        )
        return Check("pager", False, f"{why}. Mend it and run `outreach page --test`.")
    return Check("pager", True, f"{tested.ways} ways to the people on call, tried {tested.at:%Y-%m-%d %H:%M} UTC")


def _lanes(now: datetime) -> list[Check]:
    return [Check(f"{one.channel} lane", False, _say_waiting(one)) for one in pausing.waiting(now)]


def _say_waiting(one: pausing.Waiting) -> str:
    if one.until_resumed:
        return f"stopped for {one.reason.replace('_', ' ')}: look at what went out, then `outreach lanes --resume {one.channel}`"
    return f"waits until {one.until:%Y-%m-%d %H:%M} UTC: {one.reason.replace('_', ' ')}"


def _open() -> Check:
    uncertain = Message.objects.filter(status="uncertain").count()
    alerts = Alert.objects.filter(closed_at=None).count()
    say = f"{uncertain} uncertain message{'s' * (uncertain != 1)}, {alerts} open alert{'s' * (alerts != 1)}"
    return Check("open questions", True, say)
