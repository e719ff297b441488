"""Articles, the series made from them, and the schedule that staff applied."""

from typing import get_args

from django.contrib.auth.models import User
from django.db import models
from django.db.models import Q

from outreach.models.people import CHANNELS
from outreach.rules import lifecycle
from outreach.rules.edits import EditKind
from outreach.rules.library import is_library


class AppliedSchedules(models.Model):
    """One applied version of schedules.yaml; the newest row is in force."""

    text = models.TextField()
    digest = models.TextField()
    applied_at = models.DateTimeField()
    applied_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL)

    class Meta:
        db_table = "applied_schedules"

    def __str__(self) -> str:
        return f"schedules {self.pk}"


class Article(models.Model):
    """An article as it was handed in."""

    title = models.TextField()
    organisation = models.TextField(default="")
    source_name = models.TextField()
    source_hash = models.TextField()
    source = models.BinaryField()
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL)

    class Meta:
        db_table = "article"

    def __str__(self) -> str:
        return self.title


class Series(models.Model):
    """What an article became: numbered emails and texts. A draft may be edited; published content never changes, and a
    later version of it is a new series that names the one it `replaces`.

    `originals` are the author's sentences by id (the first has id 1), each with the citations it carries: edits, the
    comparison of versions and the audit go by them, whatever a later compiler would read.
    """

    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="series")
    slug = models.SlugField(unique=True, max_length=120)
    title = models.TextField()
    topic = models.TextField()
    cadence = models.TextField()
    language = models.TextField(default="en")
    status = models.TextField(default="draft")
    compiler_version = models.TextField(default="")
    content_hash = models.TextField(default="")
    coverage = models.JSONField(default=dict)
    originals = models.JSONField(default=list)
    dropped = models.JSONField(default=list)
    rejected = models.JSONField(default=list)  # sentences that became no text, each with the reasons
    problems = models.JSONField(default=list)
    wanted_emails = models.PositiveSmallIntegerField(
        null=True, blank=True
    )  # as staff asked; None leaves it to the rules
    replaces = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="replaced_by")
    structure_confirmed_at = models.DateTimeField(null=True, blank=True)
    structure_confirmed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "series"
        verbose_name_plural = "series"
        constraints = [
            models.CheckConstraint(name="series_status_known", condition=Q(status__in=lifecycle.statuses("series")))
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def ready_messages(self) -> bool:
        """Whether it was made of a library of ready messages and not of an article."""
        return is_library(bytes(self.article.source), self.article.source_name)


class SeriesEdit(models.Model):
    """What a person changed in a draft, kept beside it and applied at each compilation (rules/edits.py)."""

    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="edits")
    kind = models.TextField()
    sentence = models.PositiveIntegerField(default=0)  # 0: a restored line, or a sentence that is gone
    was = models.TextField(default="", blank=True)
    words = models.TextField(default="", blank=True)
    conflict = models.TextField(default="", blank=True)
    author_now = models.TextField(default="", blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        db_table = "series_edit"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["series", "kind", "sentence"], condition=Q(sentence__gt=0), name="series_edit_once"
            ),
            models.CheckConstraint(name="series_edit_kind_known", condition=Q(kind__in=get_args(EditKind))),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.sentence}"


class Step(models.Model):
    """One email or one text of a series. `content` is the draft, `compiled` the rendering with slots for the person."""

    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="steps")
    channel = models.TextField()
    number = models.PositiveSmallIntegerField()  # from 1, within the channel
    content = models.JSONField()
    compiled = models.JSONField(null=True, blank=True)
    parts = models.PositiveSmallIntegerField(default=0)  # SMS parts of the longest form; 0 for an email

    class Meta:
        db_table = "step"
        ordering = ["channel", "number"]
        constraints = [
            models.UniqueConstraint(fields=["series", "channel", "number"], name="step_once"),
            models.CheckConstraint(name="step_channel_known", condition=Q(channel__in=CHANNELS)),
            models.CheckConstraint(name="step_number_from_one", condition=Q(number__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.number}"
