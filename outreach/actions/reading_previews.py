"""An email exactly as it would be sent, for an example person: its html, its plain text, and what a locked phone shows."""

from dataclasses import dataclass

from outreach import rendering
from outreach.actions import schedules
from outreach.models import Step
from outreach.rules.draft import email_from_dict
from outreach.rules.schedule_values import Organisation

EXAMPLE_NAME = "Ann"


@dataclass(frozen=True, slots=True)
class LockScreen:
    """What a locked phone shows of an email."""

    sender: str
    subject: str
    preheader: str


def email_preview(slug: str, number: int, *, discreet: bool = False) -> rendering.FilledEmail | None:
    """One email for an example person, its links leading nowhere; None when there is no such email."""
    step = Step.objects.select_related("series").filter(series__slug=slug, channel="email", number=number).first()
    return None if step is None else filled(step, discreet=discreet)


def filled(step: Step, *, discreet: bool = False) -> rendering.FilledEmail:
    """The email of a step for an example person."""
    organisation = schedules.current().organisation
    compiled = _compiled(step, organisation)
    values = {
        "greeting": rendering.greeting(EXAMPLE_NAME, step.series.language, discreet=discreet),
        "unsubscribe_url": "#",
        "preferences_url": "#",
        "read_online_url": "#",
        "preheader": compiled.preheader_discreet if discreet else compiled.preheader,
        "brand": organisation.neutral_name if discreet else organisation.name,
        "subject": compiled.subject_discreet if discreet else compiled.subject,
    }
    return rendering.fill(compiled, values)


def lock_screens(step: Step) -> tuple[LockScreen, LockScreen]:
    """What a locked phone shows of an email, to everyone and to people who asked for discretion."""
    sender = schedules.current().senders.email
    said = step.content
    return (
        LockScreen(sender.name, said["subject"], said["preheader"]),
        LockScreen(sender.discreet_name, said["subject_discreet"], said["preheader_discreet"]),
    )


def _compiled(step: Step, organisation: Organisation) -> rendering.CompiledEmail:
    if step.compiled is not None:
        return rendering.CompiledEmail.from_dict(step.compiled)
    return rendering.compile_email(
        email_from_dict(step.content),
        organisation=organisation,
        total=step.series.steps.filter(channel="email").count(),
        language=step.series.language,
    )
