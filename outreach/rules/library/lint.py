"""What staff should look at in a library: the lint of every series, and what only ready messages bring along."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from outreach.rules.draft import Block, EmailDraft, ListItem, Problem, SeriesDraft
from outreach.rules.figures import has_figure, named_source
from outreach.rules.library import marks
from outreach.rules.library.messages import Library, Message
from outreach.rules.lint import lint_messages
from outreach.rules.lint_wording import problem
from outreach.rules.subjects import shorten


def with_problems(draft: SeriesDraft, library: Library) -> SeriesDraft:
    """The draft with its problems: emails, texts, then the file's own; the same order on every run."""
    # How long a ready message is was its author's choice; there is no number of parts to ask for.
    found = [p for p in lint_messages(draft) if p.code != "short-part"]
    for email, message in zip(draft.emails, library.of("email"), strict=True):
        found.extend(_email(email, message))
    for number, (tip, message) in enumerate(zip(draft.tips, library.of("sms"), strict=True), 1):
        found.extend(_marks(tip.text, f"text {number}", message))
        found.extend(_notices(tip.text, f"text {number}", message))
    found.extend(_sender(draft))
    if draft.coverage.placed != draft.coverage.total:
        found.append(problem("error", "coverage", "series", draft.coverage.say + "; read the file again."))
    return replace(draft, problems=(*found, *library.notes))


def _email(email: EmailDraft, message: Message) -> Iterator[Problem]:
    where = f"email {email.number}"
    yield from _marks(email.subject, f"{where}, subject", message)
    yield from _marks(email.preheader if message.row.preheader else "", f"{where}, preheader", message)
    whole = "\n".join(text for block in email.blocks if not block.slot for text in _spoken(block))
    yield from _marks(whole, where, message)
    yield from _notices(whole, where, message)
    for sentence in message.sentences:
        if message.row.credit is None and has_figure(sentence.text) and named_source(sentence.text) is None:
            say = (
                f"“{shorten(sentence.text, 70)}” states a figure without a source of its own; "
                f"name it in the column source of line {message.row.line}, or take the figure out."
            )
            yield problem("warning", "unsourced-number", f"{where}, sentence {sentence.id}", say)


def _spoken(block: Block) -> Iterator[str]:
    yield block.text
    stack: list[ListItem] = list(block.items)
    while stack:
        item = stack.pop(0)
        yield "".join(run.text for run in item.runs)
        stack[:0] = item.children


def _marks(text: str, where: str, message: Message) -> Iterator[Problem]:
    line = message.row.line
    for found in marks.merge_fields(text):
        say = (
            f"“{shorten(found, 60)}” is for another system to fill and would arrive as it stands; "
            f"write line {line} of the file so that it needs no such mark (emails greet by name by themselves)."
        )
        yield problem("error", "merge-field", where, say)
    for found in marks.tags(text):
        say = (
            f"“{shorten(found, 60)}” would arrive as it stands; take it out of line {line} of the file, "
            "or write an email whole in HTML, from <p> to </p>."
        )
        yield problem("error", "markup", where, say)


def _notices(text: str, where: str, message: Message) -> Iterator[Problem]:
    for found in marks.notices(text):
        say = f"“{shorten(found, 60)}” is said by itself where it must be; take it out of line {message.row.line} of the file."
        yield problem("warning", "own-footer", where, say)


def _sender(draft: SeriesDraft) -> Iterator[Problem]:
    texts = [tip.text for tip in draft.tips]
    name = marks.sender_prefix(texts, [tip.source or "" for tip in draft.tips])
    if name is None:
        return
    having = [str(n) for n, text in enumerate(texts, 1) if marks.opens_with(text, name)]
    say = f"“{name}:” names a sender; the centre's own name is put before every text, so take this one out of the file."
    yield problem("warning", "own-footer", f"text{'s' * (len(having) > 1)} {', '.join(having)}", say)
