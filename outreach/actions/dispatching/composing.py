"""From a claimed batch to the request values of the provider: the step's rendering, and each person's own words."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.conf import settings

from outreach import rendering
from outreach.actions import links
from outreach.actions.dispatching.claim import ClaimedBatch
from outreach.actions.dispatching.lane import Lane
from outreach.actions.dispatching.rows import Person
from outreach.models import Step
from outreach.providers.base import EmailBatch, EmailRecipient, TextBatch, TextMessage
from outreach.rules import planner


def _compiled(step: int) -> dict[str, Any]:
    return dict(Step.objects.values_list("compiled", flat=True).get(pk=step) or {})


@lru_cache(maxsize=256)
def _compiled_email(step: int) -> rendering.CompiledEmail:
    """Published steps never change, so each is read and prepared once per process."""
    return rendering.CompiledEmail.from_dict(_compiled(step))


@lru_cache(maxsize=256)
def _compiled_text(step: int) -> dict[str, str]:
    return _compiled(step)


def values_for(
    lane: Lane, step: int, compiled: rendering.CompiledEmail, person: Person, campaign: int
) -> dict[str, str]:
    """What fills the slots of an email for one person. A discreet person's name for us is the neutral one."""
    organisation = lane.schedules.organisation
    return {
        "greeting": rendering.greeting(person.first_name, person.language),
        "unsubscribe_url": links.unsubscribe_url(person.subscriber, campaign),
        "preferences_url": links.preferences_url(person.subscriber),
        "read_online_url": links.read_online_url(step, person.subscriber),
        "preheader": compiled.preheader_discreet if person.discreet else compiled.preheader,
        "brand": organisation.neutral_name if person.discreet else organisation.name,
        "subject": compiled.subject_discreet if person.discreet else compiled.subject,
    }


def compose_email(lane: Lane, batch: ClaimedBatch, going: Mapping[str, Person]) -> EmailBatch:
    """One provider call for everyone in the batch; `going` maps message keys to people."""
    compiled = _compiled_email(batch.step_id)
    sender = lane.schedules.senders.email
    recipients = []
    for key, person in going.items():
        values = values_for(lane, batch.step_id, compiled, person, batch.group.campaign)
        recipients.append(
            EmailRecipient(
                key=key,
                to=person.address or "",
                subject=values["subject"],
                from_name=sender.discreet_name if person.discreet else None,
                substitutions=compiled.substitutions(values),
                headers={
                    "List-Unsubscribe": f"<{values['unsubscribe_url']}>",
                    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
                },
            )
        )
    return EmailBatch(
        batch_key=batch.key.hex,
        from_name=sender.name,
        from_address=sender.address,
        reply_to=sender.reply_to,
        subject=compiled.subject,
        text=compiled.text,
        html=compiled.html,
        recipients=tuple(recipients),
    )


def compose_text(lane: Lane, batch: ClaimedBatch, going: Mapping[str, Person], now: datetime) -> TextBatch:
    """The texts of a batch. The first one a person ever gets says who writes, how often, and HELP and STOP."""
    compiled = _compiled_text(batch.step_id)
    sender = lane.schedules.senders.sms
    return TextBatch(
        batch_key=batch.key.hex,
        sender_number=sender.number,
        messaging_service=sender.messaging_service,
        messages=tuple(
            TextMessage(
                key=key,
                to=person.address or "",
                body=compiled[("discreet_" if person.discreet else "") + ("later" if person.had_before else "first")],
                status_callback=f"{settings.PUBLIC_URL}/hooks/twilio/status/{key}/",
                validity_seconds=planner.seconds_left("sms", person.place, now, lane.schedules.quiet_hours),
            )
            for key, person in going.items()
        ),
    )
