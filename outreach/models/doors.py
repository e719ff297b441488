"""How often a public form was sent: counts under keyed hashes that live a day, and nothing else about anybody."""

from django.db import models


class FormCount(models.Model):
    """How often forms came under one `key` since `since`; see actions/limiting.py for what a key is."""

    key = models.BinaryField()
    since = models.DateTimeField()
    count = models.IntegerField()

    class Meta:
        db_table = "form_count"
        constraints = [models.UniqueConstraint(fields=["key", "since"], name="form_count_once")]
        indexes = [models.Index(fields=["since"], name="form_count_since")]

    def __str__(self) -> str:
        return f"{self.count} since {self.since}"
