"""Indexes whose columns another one begins with, and those nobody asks by: an import wrote each of them a million times.

Each step is a transaction of its own and none keeps sending or an opt-out waiting, so it can be run on a live system; one
that was interrupted is run again.
"""

import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models

# by the names that Django gave them
GONE = {
    "consent_event": {
        "consent_event_subscriber_id_8b253a5f": "subscriber_id",
        "consent_event_actor_id_efe53bfc": "actor_id",
    },
    "consent": {"consent_subscriber_id_68fdfd47": "subscriber_id", "consent_event_id_f58b5c8c": "event_id"},
}


def _key(to: str, **more: object) -> models.ForeignKey:
    return models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, to=to, **more)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [
        ("outreach", "0018_places_told_by_digits"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        ValidateConstraint("subscriber", "subscriber_phone_is_e164"),
        ValidateConstraint("subscriber", "subscriber_zip_five_digits"),
        # the indexes alone: an AlterField would drop the foreign keys with them, and check the whole ledger anew
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    f"DROP INDEX CONCURRENTLY IF EXISTS {name}",
                    f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {name} ON {table} ({column})",
                )
                for table, indexes in GONE.items()
                for name, column in indexes.items()
            ],
            state_operations=[
                migrations.AlterField("consent", "event", _key("outreach.consentevent", db_constraint=False)),
                migrations.AlterField(
                    "consent", "subscriber", _key("outreach.subscriber", db_constraint=False, related_name="consents")
                ),
                migrations.AlterField("consentevent", "actor", _key(settings.AUTH_USER_MODEL, blank=True, null=True)),
                migrations.AlterField(
                    "consentevent", "subscriber", _key("outreach.subscriber", related_name="consent_events")
                ),
            ],
        ),
        AddIndexConcurrently(
            "consentevent",
            models.Index(fields=["actor"], condition=models.Q(actor__isnull=False), name="consent_event_of_actor"),
        ),
    ]
