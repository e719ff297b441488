"""What `outreach compile FILE --json` prints: the draft with each email's rendered text and HTML, or one error."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from outreach.rules.article import ArticleRefused
from outreach.rules.draft import EmailDraft, SeriesDraft


def contract(draft: SeriesDraft, rendered: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """The draft as the contract's plain data. `rendered` holds (text, html) per email, both without the legal footer.

    Raises ValueError when their number is not that of the emails.
    """
    return {
        "title": draft.title,
        "organisation": draft.organisation,
        "emails": [_email(email, text, html) for email, (text, html) in zip(draft.emails, rendered, strict=True)],
        "tips": [
            {
                "text": tip.text, "source": tip.source, "kind": tip.kind, "encoding": tip.encoding, "parts": tip.parts,
                "sentences": list(tip.sentences),
            }
            for tip in draft.tips
        ],
        "dropped": [{"line": d.line, "reason": d.reason} for d in draft.dropped],
        "problems": [{"severity": p.severity, "code": p.code, "where": p.where, "say": p.say} for p in draft.problems],
    }  # fmt: skip


def refused(error: ArticleRefused) -> dict[str, Any]:
    """The contract for a file that was refused: one sentence, no emails, no tips."""
    return {"error": error.say}


def _email(email: EmailDraft, text: str, html: str) -> dict[str, Any]:
    cta = None
    if email.cta is not None:
        cta = {"kind": email.cta.kind, "value": email.cta.value, "label": email.cta.label}
    return {
        "number": email.number, "subject": email.subject, "subject_discreet": email.subject_discreet,
        "preheader": email.preheader, "text": text, "html": html,
        "citations": [
            *({"ref": str(c.ref), "text": c.text, "url": c.url} for c in email.citations),
            *({"ref": "", "text": name, "url": None} for name in email.named),
        ],
        "cta": cta, "sources": list(email.sources),
    }  # fmt: skip
