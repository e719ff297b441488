"""Erasures, and what providers still have to be asked to forget."""

from django.contrib.auth.models import User
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class ErasureRequest(models.Model):
    """A provider to be told to forget a person. `address` and `provider_ids` are what it has to be told; they go with its
    answer (`done_at`), and stay until then, since nobody could ask it any more."""

    subscriber_id = models.BigIntegerField()
    provider = models.TextField()
    address = models.TextField(default="", blank=True)
    provider_ids = ArrayField(models.TextField(), default=list, blank=True)
    requested_at = models.DateTimeField()
    requested_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "erasure_request"
        constraints = [
            models.CheckConstraint(
                name="erasure_request_done_holds_nothing",
                condition=Q(done_at__isnull=True) | Q(address="", provider_ids=[]),
            )
        ]
        indexes = [models.Index(fields=["next_try_at"], condition=Q(done_at__isnull=True), name="erasure_request_open")]

    def __str__(self) -> str:
        return f"erasure request {self.pk}"
