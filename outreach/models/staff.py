"""Who did what, and the clock."""

from django.contrib.auth.models import User
from django.db import models
from django.db.models import Q


class Activity(models.Model):
    """The staff's own ledger: who did what to what, when."""

    actor = models.ForeignKey(User, null=True, on_delete=models.SET_NULL)
    verb = models.TextField()
    object_kind = models.TextField()
    object_id = models.BigIntegerField(null=True)
    detail = models.TextField(default="", blank=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "activity"
        indexes = [models.Index(fields=["object_kind", "object_id"], name="activity_of_object")]

    def __str__(self) -> str:
        return f"{self.verb} {self.object_kind}"


class ClockSetting(models.Model):
    """The instant that doors pass on as `now` when the clock is virtual. One row; absent means real time."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    now = models.DateTimeField()

    class Meta:
        db_table = "clock_setting"
        constraints = [models.CheckConstraint(name="clock_setting_single", condition=Q(id=1))]

    def __str__(self) -> str:
        return self.now.isoformat()
