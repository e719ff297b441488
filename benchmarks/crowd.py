"""What several benchmarks stand on: schedules in force, a published series, many people at once."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from benchmarks.parts import ROOT

if TYPE_CHECKING:
    from outreach.models import Campaign, Series

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
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
    """Brings tables and disk to rest, so that one measurement does not pay for the one before."""
    from outreach.actions.dispatching.rows import run

    for table in tables:
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
