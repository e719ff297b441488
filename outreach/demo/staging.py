"""Staging the demo: schedules, staff, the series made from the sample article, the cast, the campaign."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection, connections

from outreach.actions import campaigning, drafting, importing, migrating, opting_out, publishing, schedules, staffing
from outreach.actions.suppressing import key_of
from outreach.errors import Refused
from outreach.models import Campaign, ClockSetting, Series

SAMPLES = Path(__file__).resolve().parent.parent / "samples"
WORDING = "Yes, send me Notes on recovery by email and text. I can stop at any time by replying STOP or with one tap."
SLUG = "heroin-and-the-brain"


@dataclass(frozen=True, slots=True)
class Stage:
    """What the demo plays on."""

    series: Series
    campaign: Campaign
    people: int
    runs: int
    author: User


def make_room() -> bool:
    """Empties a database that holds an earlier demo; True if it did. One that holds anything else is left alone:
    raises Refused."""
    kept = {"django_content_type", "auth_permission"}
    tables = [m._meta.db_table for m in apps.get_models(include_auto_created=True) if m._meta.db_table not in kept]
    replaced = ClockSetting.objects.exists()
    if not replaced:
        used = [m for m in apps.get_models() if m._meta.db_table not in kept and m._default_manager.exists()]
        if used:
            raise Refused(
                f"The demo needs an empty database, and this one holds {used[0]._meta.verbose_name_plural}. Point "
                "DATABASE_URL to an empty one, or leave it unset to use the embedded one."
            )
    names = ", ".join(connection.ops.quote_name(t) for t in tables)
    evidence = ("consent_event", "consent_link", "consent_seal", "consent_attestation", "consent_personal")
    with connections[migrating.OWNER].cursor() as cursor:
        # the ledger refuses TRUNCATE, as it should; a demo's own ledger may go with the demo, at its owner's hand
        for table in evidence:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(f"TRUNCATE {names} RESTART IDENTITY CASCADE")
        for table in evidence:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    return replaced


def stage(start: datetime) -> Stage:
    """Everything before the first message, by the same actions staff use."""
    ClockSetting.objects.create(id=1, now=start)
    schedules.apply(settings.SCHEDULES_FILE.read_text(encoding="utf-8"), now=start)
    author = staffing.add_staff("dana", first_name="Dana", last_name="Whitfield", now=start)
    approver = staffing.add_staff("sam", first_name="Sam", last_name="Okafor", now=start)
    plan = next(p for p in schedules.current().series if p.slug == SLUG)
    article = settings.BASE_DIR / plan.article
    series = drafting.draft_series(
        article.read_bytes(), article.name, topic=plan.topic, cadence=plan.cadence, now=start, actor=author, slug=SLUG
    )
    publishing.submit(series, now=start, actor=author)
    publishing.publish(series, now=start, actor=approver)
    series.refresh_from_db()
    report = importing.import_csv(
        (SAMPLES / "cast.csv").read_bytes(),
        importing.Attestation(topic=plan.topic, wording=WORDING, source="cast.csv, the demo's own people"),
        now=start,
        dry_run=False,
        actor=author,
    )
    if not report.applied:
        raise Refused(f"The demo's cast has rows that cannot be used: {report.rows[0].say}")
    for channel, address in (("email", "opted.out@example.org"), ("sms", "+14045550146")):
        opting_out.opt_out(channel, key_of(channel, address), method="staff", source="before the demo", now=start)
    campaign = campaigning.create(series, name="Heroin and the Brain, spring", who=None, now=start, actor=author)
    runs = campaigning.start(campaign, now=start, actor=author)
    return Stage(series, campaign, report.counts["new"], runs, author)
