"""A crisis has every message of its person, from any channel; pages to the people on call; texts that staff write.

Open crises keep their text as their first message, and are paged from now on.
"""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

# Checked row by row: a table with checks left to the end of the transaction gets no index in it.
CARRY_OVER = """
SET CONSTRAINTS ALL IMMEDIATE;
UPDATE incident SET escalates_at = due_at,
    page_due_at = CASE WHEN acknowledged_at IS NULL AND closed_at IS NULL THEN opened_at END;
INSERT INTO crisis_message (incident_id, channel, address_key, inbound_id, words, reach, kind, language, answer, at, recorded_at)
SELECT DISTINCT ON (i.inbound_id) i.id, 'sms', t.address_key, i.inbound_id, '', '', '', 'en',
    CASE WHEN t.reply = 'crisis' THEN 'sent' ELSE 'earlier' END, t.at, now()
FROM incident i JOIN inbound_text t ON t.id = i.inbound_id ORDER BY i.inbound_id, i.id;
SET CONSTRAINTS ALL DEFERRED;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("outreach", "0009_a_lane_that_brings_nothing"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CrisisMessage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("channel", models.TextField()),
                ("address_key", models.BinaryField(null=True)),
                ("source_id", models.BigIntegerField(null=True)),
                ("words", models.TextField(blank=True, default="")),
                ("reach", models.TextField(blank=True, default="")),
                ("kind", models.TextField(blank=True, default="")),
                ("language", models.TextField(default="en")),
                ("answer", models.TextField(default="none")),
                ("answer_key", models.UUIDField(null=True)),
                ("at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "db_table": "crisis_message",
            },
        ),
        migrations.CreateModel(
            name="Page",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("round", models.PositiveIntegerField()),
                ("attempt", models.PositiveSmallIntegerField()),
                ("key", models.UUIDField(default=uuid.uuid4, unique=True)),
                ("person", models.TextField()),
                ("channel", models.TextField()),
                ("say", models.TextField()),
                ("status", models.TextField(default="calling")),
                ("reason", models.TextField(blank=True, default="")),
                ("provider", models.TextField(blank=True, default="")),
                ("at", models.DateTimeField()),
                ("called_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("delivered_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "page",
            },
        ),
        migrations.CreateModel(
            name="Reply",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(unique=True)),
                ("address_key", models.BinaryField()),
                ("channel", models.TextField(default="sms")),
                ("address", models.TextField()),
                ("body", models.TextField()),
                ("refused", models.TextField(blank=True, default="")),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "reply",
            },
        ),
        migrations.AddField(
            model_name="incident",
            name="channel",
            field=models.TextField(default="sms"),
        ),
        migrations.AddField(
            model_name="incident",
            name="escalates_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="incident",
            name="held_ids",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="incident",
            name="level",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="incident",
            name="page_due_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="incident",
            name="round_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="incident",
            name="round_open",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="incident",
            name="rounds",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name="incident",
            name="inbound",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="incidents",
                to="outreach.inboundtext",
            ),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.CheckConstraint(
                condition=models.Q(("channel__in", ("sms", "email", "web"))), name="incident_channel_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.CheckConstraint(
                condition=models.Q(("closed_at__isnull", True), ("page_due_at__isnull", True), _connector="OR"),
                name="incident_closed_pages_nobody",
            ),
        ),
        migrations.AddField(
            model_name="crisismessage",
            name="inbound",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="crisis_messages",
                to="outreach.inboundtext",
            ),
        ),
        migrations.AddField(
            model_name="crisismessage",
            name="incident",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.DO_NOTHING, related_name="said", to="outreach.incident"
            ),
        ),
        migrations.AddField(
            model_name="page",
            name="incident",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name="pages", to="outreach.incident"
            ),
        ),
        migrations.AddField(
            model_name="reply",
            name="author",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="reply",
            name="batch",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="outreach.batch"
            ),
        ),
        migrations.AddField(
            model_name="reply",
            name="subscriber",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="outreach.subscriber"
            ),
        ),
        migrations.AddIndex(
            model_name="crisismessage",
            index=models.Index(fields=["incident", "id"], name="crisis_message_of_incident"),
        ),
        migrations.AddIndex(
            model_name="crisismessage",
            index=models.Index(fields=["address_key", "-at"], name="crisis_message_of_address"),
        ),
        migrations.AddIndex(
            model_name="crisismessage",
            index=models.Index(
                condition=models.Q(("answer__in", ("given", "due"))), fields=["id"], name="crisis_message_in_doubt"
            ),
        ),
        migrations.AddConstraint(
            model_name="crisismessage",
            constraint=models.CheckConstraint(
                condition=models.Q(("channel__in", ("sms", "email", "web"))), name="crisis_message_channel_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="crisismessage",
            constraint=models.CheckConstraint(
                condition=models.Q(("answer__in", ("given", "due", "sent", "earlier", "shown", "failed", "none"))),
                name="crisis_message_answer_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="crisismessage",
            constraint=models.UniqueConstraint(
                condition=models.Q(("inbound__isnull", False)), fields=("inbound",), name="crisis_message_once_per_text"
            ),
        ),
        migrations.AddIndex(
            model_name="page",
            index=models.Index(condition=models.Q(("status", "calling")), fields=["id"], name="page_calling"),
        ),
        migrations.AddConstraint(
            model_name="page",
            constraint=models.UniqueConstraint(fields=("incident", "round", "attempt"), name="page_once_per_attempt"),
        ),
        migrations.AddConstraint(
            model_name="page",
            constraint=models.UniqueConstraint(
                condition=models.Q(("incident__isnull", True)),
                fields=("round", "attempt"),
                name="page_test_once_per_attempt",
            ),
        ),
        migrations.AddConstraint(
            model_name="page",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ("calling", "sent", "failed", "uncertain"))), name="page_status_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="page",
            constraint=models.CheckConstraint(
                condition=models.Q(("channel__in", ("sms", "email"))), name="page_channel_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="reply",
            constraint=models.CheckConstraint(
                condition=models.Q(("channel__in", ("sms", "email"))), name="reply_channel_known"
            ),
        ),
        migrations.AddIndex(
            model_name="reply",
            index=models.Index(fields=["address_key", "at"], name="reply_to_address"),
        ),
        migrations.RunSQL(CARRY_OVER, migrations.RunSQL.noop),
    ]
