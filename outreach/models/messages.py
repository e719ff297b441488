"""What was sent, what became of it, and what providers told us."""

import uuid

from django.contrib.auth.models import User
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from outreach.models.campaigns import Batch, Campaign, Enrollment
from outreach.models.content import Step
from outreach.models.people import CHANNELS, Subscriber
from outreach.rules import lifecycle

KINDS = ("step", "confirmation", "reply", "test")


class Message(models.Model):
    """One outcome of one due step, or one message outside a series (confirmation, reply, test).

    Written once, with its outcome, when its batch settles: until then the batch itself is the record of the intent. Only
    a doubt (`uncertain`) is settled later, and the `…_at` columns are facts, set once, in any order. `key` is the only
    name of a message that a provider ever sees.

    The references are checked by the audit, not by the database: a foreign key is looked up for every row written, and
    five of them cost more than all the rest of a send.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True)
    kind = models.TextField(default="step")
    enrollment = models.ForeignKey(
        Enrollment, null=True, on_delete=models.DO_NOTHING, related_name="messages", db_constraint=False, db_index=False
    )
    step_number = models.PositiveSmallIntegerField(null=True)
    step = models.ForeignKey(Step, null=True, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False)
    campaign = models.ForeignKey(
        Campaign, null=True, on_delete=models.DO_NOTHING, related_name="messages", db_constraint=False, db_index=False
    )
    subscriber = models.ForeignKey(
        Subscriber, null=True, on_delete=models.DO_NOTHING, related_name="messages", db_constraint=False, db_index=False
    )
    batch = models.ForeignKey(
        Batch, null=True, on_delete=models.DO_NOTHING, related_name="messages", db_constraint=False, db_index=False
    )
    channel = models.TextField()
    address_key = models.BinaryField(null=True)
    status = models.TextField()
    reason = models.TextField(default="", blank=True)  # code of a skip, a failure or a doubt
    provider = models.TextField(default="", blank=True)
    provider_id = models.TextField(default="", blank=True)
    parts = models.PositiveSmallIntegerField(default=0)
    wanted_at = models.DateTimeField(null=True)  # what the cadence asked for
    moved = models.TextField(default="", blank=True)  # why it did not start then
    zones = models.TextField(default="", blank=True)  # where the person may be, as decided on
    claimed_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)  # the moment of the fence: the call started right after
    settled_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    bounced_at = models.DateTimeField(null=True)
    complained_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "message"
        constraints = [
            # once: a step has one message that counts; an attempt that surely was not taken is `returned`
            models.UniqueConstraint(
                fields=["enrollment", "step_number"], condition=~Q(status="returned"), name="message_once_per_step"
            ),
            # two records with one number still get a step once; an email address belongs to one record alone
            models.UniqueConstraint(
                fields=["address_key", "campaign", "step_number"],
                condition=Q(kind="step", channel="sms", status__in=("sent", "uncertain")),
                name="message_once_per_number",
            ),
            models.CheckConstraint(name="message_status_known", condition=Q(status__in=lifecycle.statuses("message"))),
            models.CheckConstraint(name="message_kind_known", condition=Q(kind__in=KINDS)),
            models.CheckConstraint(name="message_channel_known", condition=Q(channel__in=CHANNELS)),
            models.CheckConstraint(
                name="message_step_has_enrollment",
                condition=~Q(kind="step") | Q(enrollment__isnull=False, step_number__isnull=False),
            ),
            models.CheckConstraint(
                name="message_skip_says_why", condition=~Q(status__in=("skipped", "failed")) | ~Q(reason="")
            ),
        ]
        # Every message is written into every index that has it: an email is in six.
        indexes = [
            models.Index(fields=["subscriber", "-claimed_at"], name="message_of_person"),
            # rows come in the order of time: a few kilobytes find "today"
            BrinIndex(fields=["claimed_at"], name="message_by_time"),
            models.Index(fields=["id"], condition=Q(status="uncertain"), name="message_open"),
            models.Index(fields=["campaign", "channel", "step_number"], name="message_of_campaign"),
            # the cap on texts counts what went to a number, whoever's record holds it
            models.Index(
                fields=["address_key", "claimed_at"], condition=Q(kind="step", channel="sms"), name="message_to_number"
            ),
            models.Index(
                fields=["provider_id"], condition=~Q(provider_id="") & Q(channel="sms"), name="message_provider_id"
            ),
            # the few that were marked as spam
            models.Index(fields=["claimed_at"], condition=Q(complained_at__isnull=False), name="message_complained"),
            # confirmations and replies by address: few, and not of a campaign
            models.Index(fields=["address_key", "claimed_at"], condition=~Q(kind="step"), name="message_of_no_series"),
        ]

    def __str__(self) -> str:
        return f"message {self.pk}"


class WebhookReceipt(models.Model):
    """A verified webhook, stored before anything is done with it. The body goes once it has been applied, and
    the row with the reports of its time (rules: `retention`)."""

    provider = models.TextField()
    kind = models.TextField()  # events, status, inbound
    body = models.BinaryField(null=True)
    message_key = models.UUIDField(null=True)
    received_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    applied_at = models.DateTimeField(null=True)
    problem = models.TextField(default="", blank=True)

    class Meta:
        db_table = "webhook_receipt"
        indexes = [
            models.Index(fields=["id"], condition=Q(applied_at__isnull=True), name="webhook_receipt_open"),
            # what could not be read, until it is let go
            models.Index(
                fields=["applied_at"],
                condition=Q(applied_at__isnull=False, body__isnull=False),
                name="webhook_receipt_unread",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.kind} {self.pk}"


class DeliveryEvent(models.Model):
    """One thing a provider said about one message, kept once however often it was told."""

    provider = models.TextField()
    natural_key = models.TextField()
    event_id = models.TextField(null=True)
    message_key = models.UUIDField(null=True)
    event = models.TextField()
    code = models.TextField(default="", blank=True)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    applied_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "delivery_event"
        constraints = [models.UniqueConstraint(fields=["provider", "natural_key"], name="delivery_event_once")]
        indexes = [
            models.Index(fields=["message_key"], name="delivery_event_of_message"),
            # what came before its message, and waits for it
            models.Index(
                fields=["recorded_at"],
                condition=Q(applied_at__isnull=True, message_key__isnull=False),
                name="delivery_event_early",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.event}"


class Watermark(models.Model):
    """Up to when something was looked through to its end, without a gap; or until when it need not be looked at again."""

    name = models.TextField(primary_key=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "watermark"

    def __str__(self) -> str:
        return f"{self.name}: {self.at}"


class SenderPace(models.Model):
    """What a sender used lately, shared by every worker; see rules/pacing.py. Without its row every token is free.

    `tokens[i]` may be used again from `free_from[i]` on, unix seconds of the database's clock: a pace is a promise to
    the provider, in real time. `last`: the latest start given. `spent`: tokens used on `day`. `fruitless`: messages since
    the last one that was taken.
    """

    channel = models.TextField(primary_key=True)
    free_from = ArrayField(models.FloatField(), default=list)
    tokens = ArrayField(models.FloatField(), default=list)
    last = models.FloatField(default=0)
    day = models.DateField(null=True)
    spent = models.FloatField(default=0)
    fruitless = models.IntegerField(db_default=0)

    class Meta:
        db_table = "sender_pace"

    def __str__(self) -> str:
        return self.channel


class CatchUp(models.Model):
    """A standstill of a lane and what to do about it. Until `done_at`, nothing that was due at or before `until` is
    claimed: it waits for a person's decision, or for the one taken in their place a day later.

    `decision`: "" while nobody has decided; "rules" lets each step's own rule for being late decide; "spread" sends what
    is to be sent over `spread_hours`; "default" is "rules" that nobody asked for.
    """

    channel = models.TextField()
    since = models.DateTimeField()  # the last moment at which the lane was known to send
    until = models.DateTimeField()
    opened_at = models.DateTimeField()
    decision = models.TextField(default="", blank=True)
    spread_hours = models.PositiveSmallIntegerField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "catch_up"
        constraints = [
            models.UniqueConstraint(fields=["channel"], condition=Q(done_at__isnull=True), name="catch_up_open_once"),
            models.CheckConstraint(name="catch_up_channel_known", condition=Q(channel__in=CHANNELS)),
            models.CheckConstraint(
                name="catch_up_decision_known", condition=Q(decision__in=("", "rules", "spread", "default"))
            ),
            models.CheckConstraint(
                name="catch_up_done_is_decided", condition=Q(done_at__isnull=True) | Q(decided_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"catch-up {self.pk}"


class LanePause(models.Model):
    """A lane that must wait: a provider asked for it (429), or refused us as a whole (bad key)."""

    channel = models.TextField(primary_key=True)
    until = models.DateTimeField()
    reason = models.TextField()

    class Meta:
        db_table = "lane_pause"

    def __str__(self) -> str:
        return f"{self.channel} until {self.until}"
