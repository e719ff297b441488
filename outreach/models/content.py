"""Articles, the series made from them, and the schedule that staff applied."""

from django.contrib.auth.models import User
from django.db import models
from django.db.models import Q

from outreach.models.people import CHANNELS
from outreach.rules import lifecycle


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
    """What an article became: numbered emails and texts. Published content never changes; an edit makes a new series."""

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
    dropped = models.JSONField(default=list)
    problems = models.JSONField(default=list)
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
