"""Libraries of ready messages for the tests: our own words, fictional sources."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import pytest

from outreach.rules.article import ArticleRefused
from outreach.rules.draft import EmailDraft, ListItem, SeriesDraft
from outreach.rules.library import read_library

CREDIT = "Harbor House message library, 2024, CC BY 4.0"

MIXED = f"""order,channel,subject,message,kind,source,url
2,,,Drink a glass of water when the urge comes. It passes in minutes.,,"{CREDIT}",https://example.org/library
1,sms,,"Call one friend today, even for a minute.",action,"{CREDIT}",https://example.org/library
3,email,A short walk can turn a whole day,"Good morning.

Two ideas for today:

- Walk around the block
- Sit in the sun for ten minutes

Both are **free**, and [a friend](https://example.org/friends) may come along.",,"{CREDIT}",https://example.org/library
"""


def table(*rows: Sequence[str], delimiter: str = ",") -> str:
    """A table as a spreadsheet writes it; the first row names the columns."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue()


def texts(*messages: str) -> str:
    """A table of texts with a source each."""
    return table(("text", "source"), *((message, CREDIT) for message in messages))


def emails(*bodies: str) -> str:
    """A table of emails with a subject and a source each."""
    subjects = (f"A quiet minute for you, number {n}" for n in range(1, len(bodies) + 1))
    rows = ((subject, body, CREDIT) for subject, body in zip(subjects, bodies, strict=True))
    return table(("subject", "text", "source"), *rows)


def read(text: str, attribution: str | None = None, name: str = "harbor_messages.csv") -> SeriesDraft:
    """The draft of a table."""
    return read_library(text.encode(), name, attribution)


def refused(text: str | bytes, attribution: str | None = None) -> str:
    """What staff are told about a table that is refused."""
    data = text if isinstance(text, bytes) else text.encode()
    with pytest.raises(ArticleRefused) as e:
        read_library(data, "harbor_messages.csv", attribution)
    assert "\n" not in e.value.say and e.value.say.endswith((".", "?"))
    return e.value.say


def body(email: EmailDraft) -> str:
    """Everything an email says that is not ours, a block a line."""

    def item(i: ListItem) -> str:
        return " ".join(("".join(r.text for r in i.runs), *map(item, i.children)))

    blocks = [b for b in email.blocks if not b.slot]
    return "\n".join(" ".join((b.text, *map(item, b.items), b.by or "")).strip() for b in blocks)


def codes(draft: SeriesDraft) -> set[tuple[str, str]]:
    """The problems of a draft, by severity and code."""
    return {(p.severity, p.code) for p in draft.problems}
