"""The drafts, the organisation and the eye of the tests in this room."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

from outreach import rendering
from outreach.rendering import CompiledEmail
from outreach.rules.draft import Block, EmailDraft, ListItem, Run
from outreach.rules.schedule_values import Organisation

HOPE_BRIDGE = Organisation(
    name="Hope Bridge Recovery",
    short_name="Hope Bridge",
    postal_address="PO Box 555\nAtlanta, GA 30303",
    phone="+17705550143",
    email="care@example.org",
    website="https://example.org",
    neutral_name="A. Health Notes",
)
OUR_HOST = "https://outreach.example.org"


def runs(text: str) -> tuple[Run, ...]:
    """One plain run."""
    return (Run(text),)


def paragraph(text: str) -> Block:
    """A paragraph of the author's."""
    return Block(kind="paragraph", runs=runs(text))


def draft(
    *blocks: Block, lifelines: bool = False, language: str = "en", subject: str = "Sleep and the brain"
) -> EmailDraft:
    """Email 2 of a series with these blocks."""
    return EmailDraft(
        number=2,
        subject=subject,
        subject_discreet="Part 2 of your series",
        preheader="What rest does for memory.",
        preheader_discreet="The next part is here.",
        blocks=blocks or (paragraph("Sleep helps the brain to mend."),),
        lifelines=lifelines,
        language=language,
    )


def one_of_each(text: str, link: str | None = None) -> tuple[Block, ...]:
    """Every kind of block, with this text in every place that holds one."""
    run = (Run(text, url=link),)
    items = (ListItem(run, children=(ListItem(run),)),)
    return (
        Block(kind="part", runs=run, slot=True),
        Block(kind="recap", runs=run, slot=True),
        Block(kind="hook", runs=run, slot=True),
        Block(kind="heading", runs=run),
        Block(kind="paragraph", runs=(Run(text, strong=True, em=True), Run("[1]", ref=1))),
        Block(kind="list", items=items),
        Block(kind="list", items=items, ordered=True, start=3),
        Block(kind="quote", runs=run, by=text),
        Block(kind="cta", runs=run, url="https://example.org/", slot=True),
        Block(kind="bridge", runs=run, slot=True),
        Block(kind="sources", runs=run, slot=True, items=(ListItem(run),)),
    )


TIMES_IN_ONE_OF_EACH = 15


def compiled(email: EmailDraft, *, total: int = 4) -> CompiledEmail:
    """The email compiled for Hope Bridge."""
    return rendering.compile_email(email, organisation=HOPE_BRIDGE, total=total)


def bare(email: EmailDraft) -> tuple[str, str]:
    """(text, html) of the email without the legal footer."""
    return rendering.body_without_footer(email, organisation=HOPE_BRIDGE)


def values(email: CompiledEmail, **changed: str) -> dict[str, str]:
    """A value for every slot."""
    return {
        "greeting": "Hi Ann,",
        "unsubscribe_url": f"{OUR_HOST}/u/AAAA/",
        "preferences_url": f"{OUR_HOST}/p/BBBB/",
        "read_online_url": f"{OUR_HOST}/r/CCCC/",
        "preheader": email.preheader,
        "brand": HOPE_BRIDGE.name,
        "subject": email.subject,
        **changed,
    }


@dataclass
class Seen:
    """What a reader of an html document gets: tags and attributes that count, and the words in order."""

    tags: list[str] = field(default_factory=list)
    attributes: list[tuple[str, str, str]] = field(default_factory=list)
    words: str = ""

    @property
    def links(self) -> list[str]:
        return [value for _, name, value in self.attributes if name == "href"]


class _Eye(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.seen = Seen()
        self.unread = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.tags.append(tag)
        self.seen.attributes += [(tag, name, value or "") for name, value in attrs]
        self.unread += tag in ("style", "title")
        if tag in ("p", "div", "li", "h1", "h2", "h3", "blockquote", "td", "br"):
            self.seen.words += " "

    def handle_endtag(self, tag: str) -> None:
        self.unread -= tag in ("style", "title")

    def handle_data(self, data: str) -> None:
        if not self.unread:
            self.seen.words += data


def see(html: str) -> Seen:
    """The document as a browser's parser understands it, white space as one blank."""
    eye = _Eye()
    eye.feed(html)
    eye.close()
    eye.seen.words = flat(eye.seen.words)
    return eye.seen


def flat(text: str) -> str:
    """The text with all white space as one blank."""
    return " ".join(text.split())
