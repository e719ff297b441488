"""People and what they agreed to.

A consent event is evidence: rows are appended and never changed (a trigger refuses UPDATE, DELETE and TRUNCATE, and the
application's role has no right to them). Each is hashed into a chain (models/chain.py); what a person may have erased
stands beside it, in `ConsentPersonal`. `Consent` is the current state, kept by another trigger from the events alone, so
the two cannot drift apart. A suppression belongs to an address, not to a person: it outlives erasure as a keyed hash and
covers every record that holds the address.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

CHANNELS = ("email", "sms")
ROLES = ("subscriber", "family")
LANGUAGES = ("en", "es")
CONSENT_ACTIONS = ("requested", "granted", "revoked")
CONSENT_STATES = ("pending", "granted", "revoked")


class Subscriber(models.Model):
    """A person who gets emails, texts or both. A family member is never linked to a patient: no field could hold it."""

    email = models.TextField(null=True, blank=True)
    email_key = models.BinaryField(null=True, blank=True)
    phone = models.TextField(null=True, blank=True)
    phone_key = models.BinaryField(null=True, blank=True)
    first_name = models.TextField(default="", blank=True)
    last_name = models.TextField(default="", blank=True)
    role = models.TextField(default="subscriber")
    language = models.TextField(default="en")
    zone = models.TextField(null=True, blank=True)  # only what the person confirmed
    zip_code = models.TextField(null=True, blank=True)
    state = models.TextField(null=True, blank=True)
    discreet = models.BooleanField(default=False)
    tags = ArrayField(models.TextField(), default=list, blank=True)
    held_reason = models.TextField(null=True, blank=True)
    held_at = models.DateTimeField(null=True, blank=True)
    paused_until = models.DateTimeField(null=True, blank=True)
    source = models.TextField(default="", blank=True)
    created_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "subscriber"
        constraints = [
            models.UniqueConstraint(fields=["email"], name="subscriber_email_once"),
            models.CheckConstraint(name="subscriber_role_known", condition=Q(role__in=ROLES)),
            models.CheckConstraint(name="subscriber_language_known", condition=Q(language__in=LANGUAGES)),
            models.CheckConstraint(
                name="subscriber_email_has_key", condition=Q(email__isnull=True) | Q(email_key__isnull=False)
            ),
            models.CheckConstraint(
                name="subscriber_phone_has_key", condition=Q(phone__isnull=True) | Q(phone_key__isnull=False)
            ),
            # what places are told by: E.164, where +1 has ten digits more, and the five digits of a ZIP code
            models.CheckConstraint(
                name="subscriber_phone_is_e164", condition=Q(phone__regex=r"^\+(1[0-9]{10}|[2-9][0-9]{5,14})$")
            ),
            models.CheckConstraint(name="subscriber_zip_five_digits", condition=Q(zip_code__regex=r"^[0-9]{5}$")),
        ]
        indexes = [
            models.Index(fields=["email_key"], name="subscriber_email_key"),
            models.Index(fields=["phone_key"], name="subscriber_phone_key"),
        ]

    def __str__(self) -> str:
        return f"subscriber {self.pk}"

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or f"Person {self.pk}"

    def address(self, channel: str) -> str | None:
        """The address of the channel, or None."""
        return self.email if channel == "email" else self.phone


class ConsentAttestation(models.Model):
    """What staff state about a file of people before it is imported: that these people agreed, to which words, how and
    when, and who says so. One row per file and statement; append-only, as the events that name it."""

    topic = models.TextField()
    channels = ArrayField(models.TextField())
    wording = models.TextField()
    wording_version = models.TextField()
    collected = models.TextField()  # where and how: the paper form at the open house, the old list …
    collected_on = models.DateField()  # the last day on which one of these people agreed
    attested_by = models.TextField()  # the person of the centre who answers for it
    adults = models.BooleanField(null=True)  # whether all of them are known to be adults
    file_sha256 = models.BinaryField()
    actor = models.ForeignKey("auth.User", null=True, blank=True, on_delete=models.DO_NOTHING)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "consent_attestation"

    def __str__(self) -> str:
        return f"attestation {self.pk}"


class ConsentEvent(models.Model):
    """One act of consent or withdrawal: who, channel, topic, exact wording, how, when. `topic` `*` means every topic,
    and can only be a withdrawal.

    `ip`, `said` (the person's own words) and `address_given` (as it was typed) are a letter box: the database moves what is
    put there into `ConsentPersonal` and keeps a salted hash of it in `personal`. Read here, they are always empty. It also
    fills in `address_key`, the keyed hash of the address it is about, and `wording_version` where a writer left them out.
    """

    # without indexes of their own: an import writes each of them a million times (see Meta.indexes)
    subscriber = models.ForeignKey(
        Subscriber, on_delete=models.DO_NOTHING, related_name="consent_events", db_index=False
    )
    channel = models.TextField()
    topic = models.TextField()
    action = models.TextField()
    wording = models.TextField(default="")  # the words shown to the person
    wording_version = models.TextField(default="")  # see rules/ledger.py
    language = models.TextField(default="en")
    method = models.TextField()  # web_form, import, sms_reply, one_click, unsubscribe_page, spam_report, staff …
    source = models.TextField(default="")  # which form, file or campaign
    ip = models.GenericIPAddressField(null=True, blank=True)
    said = models.TextField(default="", db_default="", blank=True)
    address_given = models.TextField(default="", db_default="", blank=True)
    personal = models.BinaryField(null=True)  # the salted hash of what stands in ConsentPersonal
    address_key = models.BinaryField(null=True)
    provider_id = models.TextField(default="")  # MessageSid of the text, for a reply
    answers = models.BigIntegerField(null=True)  # the request that a confirmation answers (double opt-in)
    asked_at = models.DateTimeField(null=True)  # when the token of that confirmation was made
    adult = models.BooleanField(null=True)  # as the person, or the centre, stated it
    # without a foreign key: one is looked up for every row of an import; attestations are never removed
    attestation = models.ForeignKey(
        ConsentAttestation, null=True, on_delete=models.DO_NOTHING, db_index=False, db_constraint=False
    )
    actor = models.ForeignKey("auth.User", null=True, blank=True, on_delete=models.DO_NOTHING, db_index=False)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "consent_event"
        constraints = [
            models.CheckConstraint(name="consent_event_channel_known", condition=Q(channel__in=CHANNELS)),
            models.CheckConstraint(name="consent_event_action_known", condition=Q(action__in=CONSENT_ACTIONS)),
            models.CheckConstraint(
                name="consent_event_all_topics_only_revoked", condition=~Q(topic="*") | Q(action="revoked")
            ),
        ]
        indexes = [
            models.Index(fields=["subscriber", "id"], name="consent_event_of_person"),
            models.Index(fields=["actor"], condition=Q(actor__isnull=False), name="consent_event_of_actor"),
            # who left lately: asked for in every chunk of an import
            models.Index(fields=["recorded_at"], condition=Q(action="revoked"), name="consent_event_left"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.channel}/{self.topic}"


class ConsentPersonal(models.Model):
    """What a person may have erased of a consent event: their network address, their own words, the address as it was
    typed. Written by the trigger on `consent_event` alone. The event keeps the hash of `salt` and these; once they and the
    salt are gone, nobody can find out from the hash what they were, and the chain stays whole."""

    event = models.OneToOneField(
        ConsentEvent, primary_key=True, on_delete=models.DO_NOTHING, related_name="beside", db_constraint=False
    )
    salt = models.BinaryField(null=True)
    ip = models.GenericIPAddressField(null=True)
    said = models.TextField(default="", db_default="")
    address_given = models.TextField(default="", db_default="")
    erased_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "consent_personal"

    def __str__(self) -> str:
        return f"beside event {self.pk}"


class Consent(models.Model):
    """The current state per person, channel and topic. Written by the trigger on `consent_event` alone, from a row that
    has its own foreign key and can never be deleted: so it needs none."""

    subscriber = models.ForeignKey(
        Subscriber, on_delete=models.DO_NOTHING, related_name="consents", db_constraint=False, db_index=False
    )
    channel = models.TextField()
    topic = models.TextField()
    state = models.TextField()
    event = models.ForeignKey(ConsentEvent, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False)
    since = models.DateTimeField()

    class Meta:
        db_table = "consent"
        constraints = [
            models.UniqueConstraint(fields=["subscriber", "channel", "topic"], name="consent_once"),
            models.CheckConstraint(name="consent_state_known", condition=Q(state__in=CONSENT_STATES)),
        ]
        # who still has to confirm: asked for at every turn of the email lane
        indexes = [models.Index(fields=["channel", "since"], condition=Q(state="pending"), name="consent_pending")]

    def __str__(self) -> str:
        return f"{self.channel}/{self.topic}: {self.state}"


class Suppression(models.Model):
    """An address that gets nothing on a channel, whatever any consent says. Lifted rows stay as history."""

    channel = models.TextField()
    address_key = models.BinaryField()
    cause = models.TextField()  # opt_out, spam_report, hard_bounce, invalid_number, provider_stop …
    at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)  # told to the person: no call starts from then on
    lifted_at = models.DateTimeField(null=True, blank=True)
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "suppression"
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "address_key"], condition=Q(lifted_at__isnull=True), name="suppression_once"
            ),
            models.CheckConstraint(name="suppression_channel_known", condition=Q(channel__in=CHANNELS)),
        ]

    def __str__(self) -> str:
        return f"{self.channel}: {self.cause}"
