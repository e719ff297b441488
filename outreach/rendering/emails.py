"""One email of a series, compiled: both parts, with slot marks where a person's own words will stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, get_args

from outreach.rendering import text_part
from outreach.rendering.compiled import CompiledEmail
from outreach.rendering.environment import clean, render
from outreach.rendering.html_part import html_of
from outreach.rendering.slots import SLOTS, TEXT_SLOTS, marks, prefix_for, split
from outreach.rendering.words import footer_words
from outreach.rules.draft import Block, BlockKind, EmailDraft, email_to_dict
from outreach.rules.schedule_values import Organisation


def compile_email(
    email: EmailDraft,
    *,
    organisation: Organisation,
    total: int,
    language: str | None = None,
) -> CompiledEmail:
    """The email as everyone gets it, html and plain text, with marks in the slots.

    total is the number of emails in the series; language (a code such as "es") is the draft's own unless given. Raises
    ValueError for a block of unknown kind, and RuntimeError if a template has lost a part that must be sent.
    """
    language = language or email.language
    prefix = prefix_for(_words([email_to_dict(email), _all_of(organisation)]))
    footer = {
        "about": footer_words(language).about(email.number, total),
        "postal_address": [line for line in organisation.postal_address.splitlines() if line.strip()],
    }
    html = _html(email, language, marks(prefix, "h"), footer)
    text = _text(email, language, marks(prefix, "t"), footer)
    _check_slots(html, text, prefix)
    return CompiledEmail(
        subject=_line(email.subject),
        subject_discreet=_line(email.subject_discreet),
        preheader=_line(email.preheader),
        preheader_discreet=_line(email.preheader_discreet),
        html=html,
        text=text,
        slots=SLOTS,
        mark_prefix=prefix,
        language=language,
    )


def body_without_footer(
    email: EmailDraft,
    *,
    organisation: Organisation,
    language: str | None = None,
) -> tuple[str, str]:
    """(text, html) without the legal footer and without a greeting, for whoever wants to read the email itself.

    The text is the body alone, the html the whole document with its lifelines: they stand under the body, and are ours
    and not the article's. No slot mark is in either.
    """
    language = language or email.language
    shown = {"brand": organisation.name, "subject": email.subject, "preheader": email.preheader}
    values = dict.fromkeys(SLOTS, "") | shown
    return _text(replace(email, lifelines=False), language, values, None), _html(email, language, values, None)


def _html(email: EmailDraft, language: str, slot: Mapping[str, str], footer: Mapping[str, Any] | None) -> str:
    frame = {"slot": slot, "footer": footer, "words": footer_words(language), "lifelines": email.lifelines}
    return html_of(frame, _known(email.blocks), language)


def _text(email: EmailDraft, language: str, slot: Mapping[str, str], footer: Mapping[str, Any] | None) -> str:
    blocks = _known(email.blocks)
    first = 1 if blocks and blocks[0].kind == "part" else 0
    text = render(
        "email/email.txt.jinja",
        slot=slot,
        opening=text_part.body(blocks[:first]),
        body=text_part.body(blocks[first:]),
        wrap=text_part.wrap,
        words=footer_words(language),
        lifelines=email.lifelines,
        footer=footer,
    )
    return text.strip("\n") + "\n"


def _known(blocks: Sequence[Block]) -> Sequence[Block]:
    # A draft read back from storage is not checked against the kinds; a block nobody draws would be text lost.
    for block in blocks:
        if block.kind not in get_args(BlockKind):
            raise ValueError(f"there is no block of kind “{block.kind}”")
    return blocks


def _check_slots(html: str, text: str, prefix: str) -> None:
    """Every slot stands in its part, so no edit of a template can send mail without its unsubscribe link."""
    in_html = {slot for _, slot in split(html, prefix, "h")[1]}
    in_text = {slot for _, slot in split(text, prefix, "t")[1]}
    if in_html != set(SLOTS) or in_text != TEXT_SLOTS:
        lost = sorted((set(SLOTS) ^ in_html) | (TEXT_SLOTS ^ in_text))
        raise RuntimeError(f"the email templates have lost or invented a slot: {', '.join(lost)}")


def _line(text: str) -> str:
    """One line, as a header and a preview need it."""
    return " ".join(clean(text).split())


def _all_of(organisation: Organisation) -> list[str | None]:
    return [organisation.name, organisation.neutral_name, organisation.postal_address]


def _words(data: Any) -> Iterator[str]:
    """All the strings in plain data, in order, so that what stands side by side in the email does so here."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for value in data.values():
            yield from _words(value)
    elif isinstance(data, list | tuple):
        for value in data:
            yield from _words(value)
