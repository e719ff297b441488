"""What people wrote to us, and what needs a person."""

import uuid

from django.contrib.auth.models import User
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from outreach.models.campaigns import Batch
from outreach.models.people import Subscriber

CRISIS_CHANNELS = ("sms", "email", "web")
# What became of the automatic answer. given: our words went back with the provider's webhook; due: a call will bring them;
# sent: the provider has them surely; earlier: given within the hour; shown: on the page that was answered; failed: refused,
# or not to be found at the provider; none: there was no way. The last two are a person's to answer.
ANSWERS = ("given", "due", "sent", "earlier", "shown", "failed", "none")
PAGE_STATUSES = ("calling", "sent", "failed", "uncertain")


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


class InboundEmail(models.Model):
    """An email that a person sent us, or a note from their settings page, stored once, with what we took it to mean. Without
    what it quoted and attached.

    `mail_key`: sha256, the same when it is delivered again. `sender` is what the email says of itself and can be forged;
    `named_by` says how we know who it is: "token" (only our email to that person carried it), "sender", "quote" (of an
    email of ours to that person), "page" (a note: the link is theirs alone) or nothing.
    """

    mail_key = models.TextField(unique=True)
    address_key = models.BinaryField(null=True)
    sender = models.TextField(default="")
    subscriber = models.ForeignKey(Subscriber, null=True, on_delete=models.DO_NOTHING, related_name="inbound_emails")
    named_by = models.TextField(default="", blank=True)
    subject = models.TextField(default="", blank=True)
    body = models.TextField(default="", blank=True)
    intent = models.TextField()
    also = models.TextField(default="", blank=True)
    reply = models.TextField(default="", blank=True)  # the kind of answer given, never its words
    needs_person = models.BooleanField(default=False)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        db_table = "inbound_email"
        indexes = [
            models.Index(
                fields=["-at"], condition=Q(needs_person=True, closed_at__isnull=True), name="inbound_email_waiting"
            ),
            models.Index(fields=["address_key", "-at"], name="inbound_email_of_address"),
        ]

    def __str__(self) -> str:
        return f"inbound email {self.pk}"


class Incident(models.Model):
    """A crisis of one person, with everything they write while it is open. A timer runs until a person of the staff takes
    it on; only a person closes it.

    `due_at`: 15 minutes to take it on. `page_due_at`: when the next round of pages begins, None while nobody is to be
    paged. `round_open`: its calls are not all made. `level`: how many people of the on-call list were passed by. `held_ids`:
    whom this incident put on hold.
    """

    channel = models.TextField(default="sms")  # what it began on: sms, email or web
    inbound = models.ForeignKey(InboundText, null=True, on_delete=models.DO_NOTHING, related_name="incidents")
    subscriber = models.ForeignKey(Subscriber, null=True, on_delete=models.DO_NOTHING, related_name="incidents")
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    rounds = models.PositiveIntegerField(default=0)
    level = models.PositiveIntegerField(default=0)
    round_at = models.DateTimeField(null=True)
    round_open = models.BooleanField(default=False)
    page_due_at = models.DateTimeField(null=True)
    escalates_at = models.DateTimeField(null=True)
    held_ids = ArrayField(models.BigIntegerField(), default=list)

    class Meta:
        db_table = "incident"
        constraints = [
            models.CheckConstraint(name="incident_channel_known", condition=Q(channel__in=CRISIS_CHANNELS)),
            models.CheckConstraint(
                name="incident_closed_pages_nobody", condition=Q(closed_at__isnull=True) | Q(page_due_at__isnull=True)
            ),
        ]
        indexes = [models.Index(fields=["due_at"], condition=Q(closed_at__isnull=True), name="incident_open")]

    def __str__(self) -> str:
        return f"incident {self.pk}"


class CrisisMessage(models.Model):
    """One message of a crisis, and what became of our automatic answer to it. `address_key`: whom it came from.

    `words` and `reach` are kept only where the message has no row in `inbound_text`: what was written, and the address
    it came from. Erasing a person empties them. `source_id`: the row of the email or note it came by.
    """

    incident = models.ForeignKey(Incident, on_delete=models.DO_NOTHING, related_name="said")
    channel = models.TextField()
    address_key = models.BinaryField(null=True)
    inbound = models.ForeignKey(InboundText, null=True, on_delete=models.DO_NOTHING, related_name="crisis_messages")
    source_id = models.BigIntegerField(null=True)
    words = models.TextField(default="", blank=True)
    reach = models.TextField(default="", blank=True)
    kind = models.TextField(default="", blank=True)  # overdose, self_harm, violence, withdrawal
    language = models.TextField(default="en")
    answer = models.TextField(default="none")
    answer_key = models.UUIDField(null=True)  # of the message that answers
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "crisis_message"
        constraints = [
            models.CheckConstraint(name="crisis_message_channel_known", condition=Q(channel__in=CRISIS_CHANNELS)),
            models.CheckConstraint(name="crisis_message_answer_known", condition=Q(answer__in=ANSWERS)),
            models.UniqueConstraint(
                fields=["inbound"], condition=Q(inbound__isnull=False), name="crisis_message_once_per_text"
            ),
        ]
        indexes = [
            models.Index(fields=["incident", "id"], name="crisis_message_of_incident"),
            models.Index(fields=["address_key", "-at"], name="crisis_message_of_address"),
            models.Index(fields=["id"], condition=Q(answer__in=("given", "due")), name="crisis_message_in_doubt"),
        ]

    def __str__(self) -> str:
        return f"crisis message {self.pk}"

    @property
    def body(self) -> str:
        """What the person wrote."""
        return self.inbound.body if self.inbound else self.words

    @property
    def address(self) -> str:
        """The number or email address it came from, "" when a form did not say."""
        return self.inbound.phone if self.inbound else self.reach


class Page(models.Model):
    """One call for a person on call, recorded before it is made. Without an incident it is a test of the pager.

    It holds a label, never an address. `at` is the schedule's clock; `called_at` real time: whether its worker still
    lives is about a process.
    """

    incident = models.ForeignKey(Incident, null=True, on_delete=models.DO_NOTHING, related_name="pages")
    round = models.PositiveIntegerField()
    attempt = models.PositiveSmallIntegerField()
    key = models.UUIDField(unique=True, default=uuid.uuid4)
    person = models.TextField()
    channel = models.TextField()
    say = models.TextField()  # waiting, unanswered, test
    status = models.TextField(default="calling")
    reason = models.TextField(default="", blank=True)
    provider = models.TextField(default="", blank=True)
    at = models.DateTimeField()
    called_at = models.DateTimeField(db_default=Now())
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "page"
        constraints = [
            # a round calls one way once, whoever works it
            models.UniqueConstraint(fields=["incident", "round", "attempt"], name="page_once_per_attempt"),
            models.UniqueConstraint(
                fields=["round", "attempt"], condition=Q(incident__isnull=True), name="page_test_once_per_attempt"
            ),
            models.CheckConstraint(name="page_status_known", condition=Q(status__in=PAGE_STATUSES)),
            models.CheckConstraint(name="page_channel_known", condition=Q(channel__in=("sms", "email"))),
        ]
        indexes = [models.Index(fields=["id"], condition=Q(status="calling"), name="page_calling")]

    def __str__(self) -> str:
        return f"page {self.pk}"


class Reply(models.Model):
    """What a person of the staff, or the crisis path, writes to one address. `key` comes with the form, so that a form sent
    twice is one message. What became of it says the message of its batch. Erasing a person empties `address` and `body`."""

    key = models.UUIDField(unique=True)
    channel = models.TextField(default="sms")
    address_key = models.BinaryField()
    address = models.TextField()
    subscriber = models.ForeignKey(Subscriber, null=True, on_delete=models.DO_NOTHING, related_name="+")
    author = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    body = models.TextField()
    batch = models.ForeignKey(Batch, null=True, on_delete=models.DO_NOTHING, related_name="+")
    refused = models.TextField(default="", blank=True)  # why it was not even tried
    at = models.DateTimeField()

    class Meta:
        db_table = "reply"
        constraints = [models.CheckConstraint(name="reply_channel_known", condition=Q(channel__in=("sms", "email")))]
        indexes = [models.Index(fields=["address_key", "at"], name="reply_to_address")]

    def __str__(self) -> str:
        return f"reply {self.pk}"


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
