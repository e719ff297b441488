"""What people wrote to us, and what needs a person."""

from django.contrib.auth.models import User
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from outreach.models.people import Subscriber


class InboundText(models.Model):
    """A text that someone sent us, stored once by the provider's id, with what we took it to mean."""

    provider_id = models.TextField(unique=True)
    address_key = models.BinaryField()
    phone = models.TextField()
    subscriber = models.ForeignKey(Subscriber, null=True, on_delete=models.DO_NOTHING, related_name="inbound_texts")
    body = models.TextField()
    opt_out_type = models.TextField(default="", blank=True)
    intent = models.TextField()
    also = models.TextField(default="", blank=True)
    reply = models.TextField(default="", blank=True)  # the kind of answer given, never its words
    needs_person = models.BooleanField(default=False)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL)

    class Meta:
        db_table = "inbound_text"
        indexes = [
            models.Index(
                fields=["-at"], condition=Q(needs_person=True, closed_at__isnull=True), name="inbound_text_waiting"
            ),
            models.Index(fields=["address_key", "-at"], name="inbound_text_of_address"),
        ]

    def __str__(self) -> str:
        return f"inbound text {self.pk}"


class Incident(models.Model):
    """A crisis message. A timer runs until a person acknowledges it; only a person closes it."""

    inbound = models.ForeignKey(InboundText, on_delete=models.DO_NOTHING, related_name="incidents")
    subscriber = models.ForeignKey(Subscriber, null=True, on_delete=models.DO_NOTHING, related_name="incidents")
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()  # 15 minutes to acknowledge
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        db_table = "incident"
        indexes = [models.Index(fields=["due_at"], condition=Q(closed_at__isnull=True), name="incident_open")]

    def __str__(self) -> str:
        return f"incident {self.pk}"


class Alert(models.Model):
    """Something about the system itself that a person should look at. One open alert per kind."""

    kind = models.TextField()
    say = models.TextField()
    times = models.PositiveIntegerField(default=1)
    at = models.DateTimeField()
    last_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL)

    class Meta:
        db_table = "alert"
        constraints = [
            models.UniqueConstraint(fields=["kind"], condition=Q(closed_at__isnull=True), name="alert_open_once")
        ]

    def __str__(self) -> str:
        return self.kind
