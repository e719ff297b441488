"""What several benchmarks stand on: schedules in force, a published series, many people at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from benchmarks.parts import ROOT

if TYPE_CHECKING:
    from outreach.models import Campaign, Series

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
NOON = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)  # a Tuesday at noon in Chicago: texts may go everywhere
# Zip codes of several zones, so that places differ as they do in life.
ZIPS = ("30303", "30309", "35203", "60601", "73301", "80202", "85001", "90001", "97201", "10001", "33101", "37201")
TOPIC = "recovery-notes"
WORDING = "Yes, send me notes on recovery by email and text."


def put_schedules_in_force() -> None:
    """The shipped schedules."""
    from outreach.actions import schedules

    schedules.apply((ROOT / "schedules.yaml").read_text(encoding="utf-8"), now=NOW)


def series(emails: int = 6, texts: int = 24) -> Series:
    """A published series with nothing to read in it: what counts here is when, not what."""
    from outreach.models import Article, Series, Step

    article = Article.objects.create(
        title="Bench", organisation="Bench", source_name="bench.txt", source_hash="bench", source=b"", created_at=NOW
    )
    made = Series.objects.create(
        article=article, title="Bench", topic=TOPIC, cadence="gentle", created_at=NOW, slug="bench", coverage={},
        status="published",
    )  # fmt: skip
    for channel, count in (("email", emails), ("sms", texts)):
        Step.objects.bulk_create(
            Step(series=made, channel=channel, number=n, content={}, compiled={}) for n in range(1, count + 1)
        )
    return made


def campaign_for_everyone() -> Campaign:
    """A draft campaign of such a series."""
    from outreach.actions import campaigning

    return campaigning.create(series(), name="Bench", who=None, now=NOW)


def settle(*tables: str) -> None:
    """Brings tables (all, if none is named) and disk to rest, so that one measurement does not pay for the one before."""
    from outreach.actions.dispatching.rows import run

    for table in tables or ("",):
        run(f"VACUUM ANALYZE {table}")
    run("CHECKPOINT")


def people(count: int) -> None:
    """People with consent to emails and texts: numbers of every American area code, ZIP codes of a state for four in five.
    The ledger is left out: nothing that is measured on this crowd reads it."""
    from outreach.actions.dispatching.rows import run
    from outreach.rules.area_codes import STATE_OF_AREA

    areas = sorted(set(STATE_OF_AREA))
    run("SET session_replication_role = replica")  # no consent_event stands behind these consents
    run(
        """INSERT INTO subscriber (email, email_key, phone, phone_key, first_name, last_name, role, language, zip_code,
            discreet, tags, source, created_at)
        SELECT 'person' || n || '@example.org', sha256(('email' || n)::bytea),
            '+1' || (%(areas)s::text[])[1 + n %% %(many)s] || (200 + (n / %(many)s) %% 800)
                || lpad((n / (%(many)s * 800) * 7)::text, 4, '0'),
            sha256(('phone' || n)::bytea), 'First', 'Last', 'subscriber', 'en',
            CASE WHEN n %% 5 > 0 THEN (30000 + n * 7919 %% 900)::text END, false, '{}', 'bench', %(now)s
        FROM generate_series(1::bigint, %(count)s) n""",
        {"areas": areas, "many": len(areas), "now": NOW, "count": count},
    )
    for channel in ("email", "sms"):
        run(
            """INSERT INTO consent (subscriber_id, channel, topic, state, event_id, since)
            SELECT id, %s, %s, 'granted', id, %s FROM subscriber""",
            [channel, TOPIC, NOW],
        )
    run("SET session_replication_role = DEFAULT")
    settle("subscriber", "consent")


def apply_fast_schedules(**senders: object) -> None:
    """The shipped schedules with a sender that holds nothing back."""
    from outreach.actions import schedules

    text = (ROOT / "schedules.yaml").read_text(encoding="utf-8")
    for line, instead in {
        "per_second: 50 ": "per_second: 100000 ",
        "batch: 500 ": "batch: 1000 ",
        "parts_per_second: 3 ": "parts_per_second: 100000 ",
        "batch: 25 ": "batch: 50 ",
        "    parts_per_day: 2000 ": "    #",
    }.items():
        if line not in text:
            raise SystemExit(f"schedules.yaml no longer has “{line}”: change benchmarks/crowd.py")
        text = text.replace(line, instead)
    schedules.apply(text, now=NOON)


def make_series(now: datetime) -> Series:
    """The sample article, compiled and published."""
    from outreach.actions import publishing
    from outreach.models import Article, Series, Step
    from outreach.rules.compiler import compile_series
    from outreach.rules.draft import email_to_dict, tip_to_dict
    from outreach.rules.readers import read

    path = ROOT / "outreach" / "samples" / "heroin_and_the_brain.txt"
    source = path.read_bytes()
    draft = compile_series(read(source, path.name))
    article = Article.objects.create(
        title="Sample", organisation="", source_name=path.name, source_hash="bench", source=source, created_at=now
    )
    series = Series.objects.create(
        article=article, slug="bench", title="Sample", topic=TOPIC, cadence="gentle", created_at=now,
        coverage={"placed": 1, "total": 1, "dropped_lines": 0},
    )  # fmt: skip
    for email in draft.emails:
        Step.objects.create(series=series, channel="email", number=email.number, content=email_to_dict(email))
    for number, tip in enumerate(draft.tips, 1):
        content = tip_to_dict(tip)
        Step.objects.create(series=series, channel="sms", number=number, content=content, parts=tip.parts)
    series.content_hash = publishing.content_hash(series)
    series.save(update_fields=["content_hash"])
    publishing.publish(series, now=now)
    series.refresh_from_db()
    return series


def make_people(count: int, *, channel: str = "email", now: datetime) -> None:
    """`count` subscribers with consent to the topic on the channel."""
    from outreach.actions.dispatching.rows import run

    with_rows = {
        "email": "'person' || i || '@example.org', sha256(('e' || i)::bytea), NULL, NULL",
        "sms": "NULL, NULL, '+1404555' || lpad((i %% 10000)::text, 4, '0'), sha256(('p' || i)::bytea)",
    }[channel]
    zips = ",".join(ZIPS)
    run("SET session_replication_role = replica")  # the ledger's trigger would make the consent row by row
    run(
        f"""INSERT INTO subscriber (email, email_key, phone, phone_key, first_name, last_name, role, language, zip_code,
            discreet, tags, source, created_at)
        SELECT {with_rows}, 'Name' || chr(65 + i %% 26) || chr(97 + i / 26 %% 26), '', 'subscriber', 'en',
            (string_to_array('{zips}', ','))[1 + i %% {len(ZIPS)}], false, '{{}}', '', %s FROM generate_series(1, %s) i""",
        [now, count],
    )
    run(
        """INSERT INTO consent_event (subscriber_id, channel, topic, action, wording, wording_version, language, method,
            source, provider_id, at)
        SELECT id, %s, %s, 'granted', 'Yes', '', 'en', 'import', 'bench', '', %s FROM subscriber""",
        [channel, TOPIC, now],
    )
    run(
        """INSERT INTO consent (subscriber_id, channel, topic, state, event_id, since)
        SELECT subscriber_id, channel, topic, 'granted', id, at FROM consent_event"""
    )
    run("SET session_replication_role = DEFAULT")


def make_runs(series: Series, due: int, total: int, *, channel: str, now: datetime, campaigns: int = 4) -> None:
    """Runs of `total` people in `campaigns` campaigns, `due` of them due in the last hour, the others in a month. Those
    due are scattered over the whole table, as they are in life."""
    from outreach.actions import campaigning
    from outreach.actions.dispatching.rows import run
    from outreach.models import Campaign

    made = [
        campaigning.create(series, name=f"Campaign {n}", who=None, now=now).pk for n in range(campaigns)
    ]  # fmt: skip
    Campaign.objects.update(status="running", started_at=now)
    every = max(1, total // due)
    anchor = now - timedelta(days=2)
    run(
        """INSERT INTO enrollment (campaign_id, subscriber_id, channel, status, anchor, next_step, next_due_at, next_wanted_at,
            next_moved, exit_reason, created_at)
        SELECT %s + id / %s %% %s, id, %s, 'active', %s, 1, w.due, w.due, '', '', %s
        FROM subscriber, LATERAL (SELECT CASE WHEN id %% %s = 0 THEN %s - make_interval(secs => id %% 3600 / 60 * 60)
            ELSE %s + interval '30 days' END AS due) w""",
        [made[0], every, campaigns, channel, anchor, now, every, now, now],
    )
