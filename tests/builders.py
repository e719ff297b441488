"""Rows for tests, with keyword defaults and fictional people. Every builder leaves what the program itself would leave."""

from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User

from outreach.actions import campaigning, incidents, publishing, schedules
from outreach.actions.suppressing import key_of
from outreach.models import Article, Campaign, ConsentEvent, InboundText, Incident, Series, Step, Subscriber
from outreach.rules import sms
from outreach.rules.draft import Block, EmailDraft, Run, Tip, email_to_dict, tip_to_dict

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)  # a Tuesday, 10:00 in Atlanta
ATLANTA_ZIP = "30303"
ROOT = Path(__file__).resolve().parents[1]
_numbers = count(1)
UNSET: Any = object()


def apply_schedules(now: datetime = NOW) -> None:
    """Puts the shipped schedules.yaml in force."""
    schedules.apply((ROOT / "schedules.yaml").read_text(encoding="utf-8"), now=now)


def make_staff(name: str = "dana", *, is_staff: bool = True, password: str | None = None) -> User:
    """Someone on the staff."""
    return User.objects.create_user(name, password=password, is_staff=is_staff, first_name=name.title())


def make_subscriber(
    *,
    email: str | None = UNSET,
    phone: str | None = UNSET,
    topics: Iterable[str] = ("recovery-notes",),
    channels: Iterable[str] = ("email", "sms"),
    zip_code: str | None = ATLANTA_ZIP,
    now: datetime = NOW,
    **fields: Any,
) -> Subscriber:
    """A person with consent to `topics` on `channels`; unless given, an address and a number nobody else has."""
    number = next(_numbers)
    email = f"person{number}@example.org" if email is UNSET else email
    phone = f"+1404555{number % 99 + 101:04d}" if phone is UNSET else phone  # 0100 is our own sending number
    person = Subscriber.objects.create(
        email=email,
        email_key=key_of("email", email) if email else None,
        phone=phone,
        phone_key=key_of("sms", phone) if phone else None,
        zip_code=zip_code,
        created_at=now,
        **{"first_name": "Ann", "last_name": f"Example {number}", **fields},
    )
    for channel in channels:
        for topic in topics:
            consent(person, channel, topic, now=now)
    return person


def consent(
    person: Subscriber, channel: str, topic: str = "recovery-notes", action: str = "granted", *, now: datetime = NOW
) -> ConsentEvent:
    """One entry of a person's consent ledger."""
    return ConsentEvent.objects.create(
        subscriber=person, channel=channel, topic=topic, action=action, method="staff", source="test",
        wording="Yes, please write to me.", at=now,
    )  # fmt: skip


def make_series(
    *,
    title: str = "Small steps",
    emails: int = 2,
    texts: int = 2,
    topic: str = "recovery-notes",
    cadence: str = "gentle",
    published: bool = True,
    now: datetime = NOW,
    **fields: Any,
) -> Series:
    """A series of short emails and texts, drafted or published; the schedules must be applied."""
    number = next(_numbers)
    source = "\n\n".join([title, *(_said(n) for n in range(1, emails + 1))]).encode()
    article = Article.objects.create(
        title=title, organisation="ALANA Recovery", source_name="small_steps.txt", source_hash=str(number), source=source,
        created_at=now,
    )  # fmt: skip
    slug = f"series-{number}"
    coverage = {"placed": emails, "total": emails, "dropped_lines": 0}
    series = Series.objects.create(
        article=article, title=title, topic=topic, cadence=cadence, created_at=now,
        **{"slug": slug, "coverage": coverage, **fields},
    )  # fmt: skip
    for n in range(1, emails + 1):
        Step.objects.create(series=series, channel="email", number=n, content=email_to_dict(email_draft(n)))
    for n in range(1, texts + 1):
        tip = tip_draft(n, f"{n} of {number}")  # words of its own: the sandbox of a session has seen others
        Step.objects.create(series=series, channel="sms", number=n, content=tip_to_dict(tip), parts=tip.parts)
    series.content_hash = publishing.content_hash(series)
    series.save(update_fields=["content_hash"])
    if published:
        publishing.publish(series, now=now)
        series.refresh_from_db()
    return series


def _said(number: int) -> str:
    return (
        f"Small step number {number}: drink a glass of water before the first coffee, and sit down by the window while "
        "you drink it slowly."
    )


def email_draft(number: int = 1) -> EmailDraft:
    """A short email."""
    said = _said(number)
    return EmailDraft(
        number=number,
        subject=f"Small step {number}",
        subject_discreet=f"Your note {number}",
        preheader="One small thing for today",
        preheader_discreet="For today",
        blocks=(Block(kind="paragraph", runs=(Run(said),), sources=(number,)),),
        sources=(number,),
        words=len(said.split()),
    )


def tip_draft(number: int = 1, name: str = "") -> Tip:
    """A short text."""
    said = f"Step {name or number}: call one person you trust today."
    measure = sms.measure(said)
    return Tip(
        text=said, kind="action", source="Small steps", cited=False, sentences=(number,), encoding=measure.encoding,
        parts=measure.parts,
    )  # fmt: skip


def make_campaign(
    series: Series | None = None, *, name: str = "Autumn, everyone", started: bool = True, now: datetime = NOW
) -> Campaign:
    """A campaign for everyone, started (and so with a run for everybody in its audience) or a draft."""
    campaign = campaigning.create(series or make_series(now=now), name=name, who=None, now=now)
    if started:
        campaigning.start(campaign, now=now)
        campaign.refresh_from_db()
    return campaign


def make_text(
    person: Subscriber, body: str = "Can somebody call me?", *, intent: str = "person", at: datetime = NOW
) -> InboundText:
    """A text a person wrote to us, waiting for staff."""
    assert person.phone and person.phone_key
    return InboundText.objects.create(
        provider_id=f"SM{next(_numbers):032x}", address_key=person.phone_key, phone=person.phone, subscriber=person,
        body=body, intent=intent, needs_person=True, at=at,
    )  # fmt: skip


def make_incident(person: Subscriber, body: str = "I can't go on", *, at: datetime = NOW) -> Incident:
    """An open crisis."""
    text = make_text(person, body, intent="crisis", at=at)
    opened = incidents.open_incident(
        channel="sms", address_key=person.phone_key, subscriber=person, inbound=text, kind="self_harm", now=at,
        answer="sent",
    )  # fmt: skip
    return Incident.objects.get(pk=opened.incident)
