"""Campaigns, a person's run through them, and the batches in which messages go out."""

from django.contrib.auth.models import User
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from outreach.models.content import Series
from outreach.models.people import CHANNELS, Subscriber
from outreach.rules import lifecycle


class Campaign(models.Model):
    """A published series going to an audience."""

    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="campaigns")
    name = models.TextField()
    status = models.TextField(default="draft")
    audience = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "campaign"
        constraints = [
            models.CheckConstraint(name="campaign_status_known", condition=Q(status__in=lifecycle.statuses("campaign")))
        ]

    def __str__(self) -> str:
        return self.name


class Enrollment(models.Model):
    """A person's run through one channel of a campaign. It keeps a cursor only; the rest of the future is computed."""

    campaign = models.ForeignKey(Campaign, on_delete=models.DO_NOTHING, related_name="enrollments", db_index=False)
    subscriber = models.ForeignKey(Subscriber, on_delete=models.DO_NOTHING, related_name="enrollments", db_index=False)
    channel = models.TextField()
    status = models.TextField(default="active")
    anchor = models.DateTimeField()  # day 0; who asked for fewer gets another, from which the longer gaps are counted
    slowed = models.PositiveSmallIntegerField(db_default=1)  # how many times as long the gaps are
    next_step = models.PositiveSmallIntegerField(default=1)
    next_due_at = models.DateTimeField(null=True, blank=True)
    next_wanted_at = models.DateTimeField(null=True, blank=True)  # before quiet hours or a cap moved it
    next_moved = models.TextField(default="", blank=True)  # why it was moved
    exit_reason = models.TextField(default="", blank=True)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "enrollment"
        constraints = [
            models.UniqueConstraint(fields=["subscriber", "campaign", "channel"], name="enrollment_once"),
            models.CheckConstraint(
                name="enrollment_status_known", condition=Q(status__in=lifecycle.statuses("enrollment"))
            ),
            models.CheckConstraint(name="enrollment_channel_known", condition=Q(channel__in=CHANNELS)),
            models.CheckConstraint(name="enrollment_slowed_known", condition=Q(slowed__in=(1, 2, 4))),
            models.CheckConstraint(
                name="enrollment_active_is_due", condition=~Q(status="active") | Q(next_due_at__isnull=False)
            ),
        ]
        indexes = [
            # which (campaign, step) has work now, and its rows in order of age; every move of a cursor writes all indexes
            # of the row, so there are no more than these
            models.Index(
                fields=["channel", "campaign", "next_step", "next_due_at"],
                condition=Q(status="active"),
                name="enrollment_due_by_step",
            ),
        ]

    def __str__(self) -> str:
        return f"enrollment {self.pk}"


class Batch(models.Model):
    """The recorded intent to make one provider call, and whom it is for: the arrays hold the same people in the same
    order, by enrollment, until the batch is over. The n-th one's message has the n-th key (see rules/keys.py).

    `moment` is the schedule's clock at the claim. `claimed_at`, `lease_until`, `calling_at` and `ended_at` are real time:
    a lease is about a process, not about the schedule.
    """

    key = models.UUIDField(unique=True)
    channel = models.TextField()
    campaign = models.ForeignKey(Campaign, null=True, on_delete=models.DO_NOTHING)  # none: confirmations, step 0
    step_number = models.PositiveSmallIntegerField()
    status = models.TextField(default="claimed")
    enrollment_ids = ArrayField(models.BigIntegerField(), default=list)
    subscriber_ids = ArrayField(models.BigIntegerField())
    address_keys = ArrayField(models.BinaryField(null=True), default=list)
    worker = models.TextField(default="")
    moment = models.DateTimeField()
    claimed_at = models.DateTimeField(db_default=Now())
    lease_until = models.DateTimeField()
    calling_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "batch"
        constraints = [
            models.CheckConstraint(name="batch_status_known", condition=Q(status__in=lifecycle.statuses("batch"))),
            models.CheckConstraint(
                name="batch_called_before_settled", condition=~Q(status="settled") | Q(calling_at__isnull=False)
            ),
            models.CheckConstraint(name="batch_lease_after_claim", condition=Q(lease_until__gt=F("claimed_at"))),
        ]
        indexes = [
            models.Index(fields=["lease_until"], condition=Q(status__in=("claimed", "calling")), name="batch_open")
        ]

    def __str__(self) -> str:
        return f"batch {self.pk}"
