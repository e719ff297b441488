"""The chain over the consent ledger: what makes a changed, removed, added or moved event show.

Every statement that appends consent events also appends one link: the digest of each of its events and the hash of the
link before. Links stand in lanes, so that writers never wait for each other: a transaction takes the first lane that no
other holds, and one that writes alone is always in lane 1. A seal ties the heads of all lanes together, and to the seal
before; its hash, kept elsewhere, proves later that nothing before it was touched. The database writes all of this itself;
rules/ledger.py says what is hashed.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now


class ConsentLink(models.Model):
    """What one statement appended. `firsts` and `lasts`: the ranges of its events' ids; `digests`: 32 bytes for each event,
    in the order of their ids; `previous`: the hash of the link before it in the lane, 32 zero bytes for the first."""

    lane = models.SmallIntegerField()
    number = models.BigIntegerField()
    firsts = ArrayField(models.BigIntegerField())
    lasts = ArrayField(models.BigIntegerField())
    events = models.IntegerField()
    digests = models.BinaryField()
    previous = models.BinaryField()
    hash = models.BinaryField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "consent_link"
        constraints = [models.UniqueConstraint(fields=["lane", "number"], name="consent_link_once")]

    def __str__(self) -> str:
        return f"link {self.lane}.{self.number}"


class ConsentSeal(models.Model):
    """The heads of all lanes at one moment, as `lane:number:hash` with commas between, and the hash of the seal before."""

    number = models.BigIntegerField(primary_key=True)
    heads = models.TextField()
    previous = models.BinaryField()
    hash = models.BinaryField(unique=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "consent_seal"

    def __str__(self) -> str:
        return f"seal {self.number}"
