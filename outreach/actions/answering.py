"""The automatic answer to a crisis: whether one is due, and whether it got through.

In a text it goes back with the provider's webhook, the fastest way there is; a status callback reports on it. But when
Twilio refuses it (the number has stopped us at Twilio: error 21610), no message comes into being and nobody calls back.
"""

import uuid
from datetime import datetime
from typing import Final

from django.db.models import Q
from django.db.models.functions import Lower, Trim

from outreach.actions.incidents import CRISIS_WINDOW
from outreach.models import CrisisMessage, InboundText, Suppression
from outreach.providers.base import Inbound

# A single word on a number's default list; whatever the case of the letters. protocols.md 2.6 [tw-stop].
TWILIO_STOPS: Final = frozenset({"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"})
TWILIO_STARTS: Final = frozenset({"start", "yes", "unstop"})
_ANSWERS: Final = uuid.UUID("8d8d8a4e-31f5-4d1c-9a5c-6f3e0c1f9b07")  # a name space: of no meaning, must only be ours


def key_of_answer(provider_id: str) -> uuid.UUID:
    """The key of the message that answers a text: always the same one, so that the door that answers knows it too."""
    return uuid.uuid5(_ANSWERS, provider_id)


def planned(inbound: Inbound, address_key: bytes, now: datetime, *, reachable: bool, in_webhook: bool) -> str:
    """What will become of the answer to a crisis text, as far as is known when it comes in: one of models/inbox.ANSWERS.

    `in_webhook`: the provider waits for it now. Else the text was found late, and a call brings the answer while it still
    makes sense.
    """
    if not reachable:
        return "none"
    if answered_lately("sms", address_key, now):
        return "earlier"
    if inbound.opt_out_type == "STOP" or stopped_at_provider(address_key):
        return "none"
    if in_webhook:
        return "given"
    return "due" if now - (inbound.at or now) < CRISIS_WINDOW else "none"


def answered_lately(channel: str, address_key: bytes, now: datetime) -> bool:
    """Whether an answer went to this address within the window, and nothing says that it failed."""
    return CrisisMessage.objects.filter(
        channel=channel, address_key=address_key, answer__in=("given", "sent", "shown"), at__gt=now - CRISIS_WINDOW
    ).exists()


def stopped_at_provider(address_key: bytes) -> bool:
    """Whether Twilio itself refuses texts to this number: it has told us so, or the last of the words it acts on was a stop."""
    if Suppression.objects.filter(
        channel="sms", address_key=address_key, lifted_at=None, cause="provider_stop"
    ).exists():
        return True
    said = InboundText.objects.filter(address_key=address_key).annotate(word=Lower(Trim("body")))
    acted_on = said.filter(Q(opt_out_type__in=("STOP", "START")) | Q(word__in=TWILIO_STOPS | TWILIO_STARTS))
    last = acted_on.order_by("-at", "-pk").first()
    return last is not None and (last.opt_out_type == "STOP" or (not last.opt_out_type and last.word in TWILIO_STOPS))
