"""The words we answer a text with. Every answer names who writes, fits two parts, and is reviewed by a person.

The signatures are used by actions/receiving/texts.py: crisis, stop_confirmed, start_confirmed, help_reply, pause_confirmed.
"""

from outreach.rules.schedule_values import Organisation


def crisis(organisation: Organisation, kind: str | None, language: str, *, stopped: bool) -> str:
    """The lifelines (protocols section 6.3); `stopped` also confirms an opt-out in the same message."""
    end = " You will get no more texts." if stopped else ""
    if kind == "overdose":
        return (
            f"{organisation.short_name}: Call 911 now. Give naloxone if you have it and stay with them. "
            f"In crisis: call or text 988, any hour. Our team has been alerted.{end}"
        )
    return (
        f"{organisation.short_name}: If there is danger to life, call 911 now. You can call or text 988, day or night, "
        f"free. Our team has been alerted.{end}"
    )


def stop_confirmed(organisation: Organisation, language: str) -> str:
    """The one confirmation of an opt-out."""
    return f"{organisation.short_name}: You will get no more texts from us. Reply START to come back."


def start_confirmed(organisation: Organisation, language: str) -> str:
    return f"{organisation.short_name}: You will get our texts again. HELP for help, STOP to stop."


def help_reply(organisation: Organisation, language: str) -> str:
    return (
        f"{organisation.short_name}: Call {organisation.phone} to reach a person. Msg&data rates may apply. STOP to stop. "
        "In danger: 911. Crisis: call/text 988."
    )


def pause_confirmed(organisation: Organisation, language: str) -> str:
    return f"{organisation.short_name}: No texts for two weeks. Then they go on. STOP ends them."
