"""From a draft to what is sent: an email compiled once per step and filled per person, and the body of a text.

    compile_email(draft, …) -> CompiledEmail       once per step: MJML, inlined CSS, plain text; the slots are marks
    fill(compiled, values) -> FilledEmail          joins ready-made segments; microseconds per person
    compiled.substitutions(values)                 the same filling, done by the provider
    body_without_footer(draft, …) -> (text, html)  what `outreach compile` prints
    compile_confirmation(…) -> CompiledEmail       the email that asks to confirm a sign-up
    compile_text(body, …) -> str                   the brand, the words, and first the notices carriers ask for

Knows no model, no provider and no clock: the same draft gives the same bytes.
"""

from outreach.rendering.compiled import CompiledEmail, FilledEmail, fill, read_online
from outreach.rendering.confirmation import compile_confirmation
from outreach.rendering.emails import body_without_footer, compile_email
from outreach.rendering.greeting import greeting
from outreach.rendering.slots import SLOTS, SlotMissing
from outreach.rendering.texts import TextRefused, compile_text

__all__ = [
    "SLOTS",
    "CompiledEmail",
    "FilledEmail",
    "SlotMissing",
    "TextRefused",
    "body_without_footer",
    "compile_confirmation",
    "compile_email",
    "compile_text",
    "fill",
    "greeting",
    "read_online",
]
