"""The email that asks a person to confirm a sign-up: one button, discreet for everyone.

Nobody knows yet whose mailbox it is, so it bears the neutral name and says nothing of what the messages are about.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from outreach.rendering.compiled import CompiledEmail
from outreach.rendering.environment import render
from outreach.rendering.html_part import from_mjml
from outreach.rendering.slots import Part, mark, prefix_for, split
from outreach.rendering.text_part import wrap
from outreach.rendering.words import confirmation_words
from outreach.rules.schedule_values import Organisation

SLOTS: Final = ("greeting", "confirm_url", "subject")
_IN_TEXT: Final = frozenset(("greeting", "confirm_url"))


@lru_cache(maxsize=16)
def compile_confirmation(organisation: Organisation, language: str) -> CompiledEmail:
    """The email in a language ("en", "es"; another gets English), with marks for greeting, confirm_url and subject.

    Raises RuntimeError if a template has lost a slot: an email without its link must not be sent.
    """
    words = confirmation_words(language)
    brand = " ".join(organisation.neutral_name.split())
    address = [line.strip() for line in organisation.postal_address.splitlines() if line.strip()]
    prefix = prefix_for([brand, *address, words.subject, words.say, words.button, words.not_you])
    in_html = {slot: mark(prefix, "h", slot) for slot in SLOTS}
    in_text = {slot: mark(prefix, "t", slot) for slot in SLOTS}
    html = from_mjml(
        render("email/confirm.mjml.jinja", slot=in_html, words=words, brand=brand, address=address, dir="ltr")
    )
    text = render("email/confirm.txt.jinja", slot=in_text, words=words, brand=brand, address=address, wrap=wrap)
    if _slots(html, prefix, "h") != set(SLOTS) or _slots(text, prefix, "t") != _IN_TEXT:
        raise RuntimeError("the confirmation's templates have lost or invented a slot")
    return CompiledEmail(
        subject=words.subject,
        subject_discreet=words.subject,
        preheader=words.preheader,
        preheader_discreet=words.preheader,
        html=html,
        text=text.strip("\n") + "\n",
        slots=SLOTS,
        mark_prefix=prefix,
        language=words.language,
    )


def _slots(text: str, prefix: str, part: Part) -> set[str]:
    return {slot for _, slot in split(text, prefix, part)[1]}
