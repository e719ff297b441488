"""Under which name we answer: the neutral one where anybody with the number asked for discretion."""

from outreach.actions import schedules
from outreach.models import Subscriber
from outreach.rules.schedule_values import Organisation


def who_answers(phone_key: bytes) -> Organisation:
    """The organisation as its answers to this number name it.

    A discreet person knows our texts by the neutral name; whoever else holds the number learns nothing from it.
    """
    organisation = schedules.current().organisation
    if Subscriber.objects.filter(phone_key=phone_key, discreet=True, erased_at=None).exists():
        return organisation.as_neutral()
    return organisation
