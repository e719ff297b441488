"""What must hold of every series, whatever the input was. Each check says in its message what broke."""

from __future__ import annotations

import html
import io
import json
import re
import unicodedata
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

import ftfy
import lxml.html
import pypdf

from outreach import rendering
from outreach.rules.article import Article, ArticleRefused
from outreach.rules.compiler import compile_series
from outreach.rules.contacts import PHONE
from outreach.rules.contract import contract
from outreach.rules.draft import Block, EmailDraft, ListItem, Run, SeriesDraft, draft_from_dict, draft_to_dict
from outreach.rules.readers import read
from outreach.rules.schedule_values import Organisation

CENTRE = Organisation(
    name="Hope Bridge Recovery", short_name="Hope Bridge", postal_address="PO Box 555\nAtlanta, GA 30303",
    phone="+17705550143", email="care@example.org", website="https://example.org", neutral_name="A. Health Notes",
)  # fmt: skip
_KEYS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "22233344455566677778889999")
VALUES = {
    "greeting": "Hi Ann,", "unsubscribe_url": "https://outreach.example.org/u/AAAA/", "brand": CENTRE.name,
    "preferences_url": "https://outreach.example.org/p/BBBB/", "read_online_url": "https://outreach.example.org/r/CCCC/",
}  # fmt: skip


def outcome(data: bytes, name: str) -> str:
    """ "refused" or "compiled", every check passed; raises AssertionError, or whatever the product raised."""
    return judged(data, made_of(data, name))


def made_of(data: bytes, name: str) -> tuple[Article, SeriesDraft] | ArticleRefused:
    """What the product makes of a file: this is what the clock is for, not the checks below."""
    try:
        article = read(data, name)
        return article, compile_series(article)
    except ArticleRefused as refused:
        return refused


def judged(data: bytes, made: tuple[Article, SeriesDraft] | ArticleRefused) -> str:
    """ "refused" or "compiled", every check passed; raises AssertionError."""
    if isinstance(made, ArticleRefused):
        is_one_sentence(made.say)
        return "refused"
    article, draft = made
    places_every_sentence_once(article, draft)
    rendered = [renders_safely(email, len(draft.emails)) for email in draft.emails]
    sends_every_tip(draft)
    prints_as_json(draft, rendered)
    invents_nothing(draft, as_written(data))
    return "compiled"


def as_written(data: bytes) -> str:
    """The text of a file in every way it may be meant: each decoding, with its tags and without; a Word file's XML."""
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            data = b"\n".join(archive.read(name) for name in archive.namelist() if name.endswith((".xml", ".rels")))
    if b"%PDF" in data[:1000]:
        data += b"\n" + b"\n".join(_unpacked(data[m.start() :]) for m in re.finditer(rb"x[\x01\x9c\xda]", data))
        data += _shown(data).encode("utf-8", "replace")
    read_as = [
        data.decode(code, "replace")
        for code in ("utf-8", "cp1252", *(["utf-16", "utf-16-be"] if b"\0" in data else []))
    ]
    read_as += [ftfy.fix_text(text) for text in read_as[:2]]  # it mends what was never broken, now and then
    return "\n".join(f"{text}\n{re.sub(r'<[^>]*>', '', text)}" for text in read_as)


def _shown(data: bytes) -> str:
    """The text of a PDF as its library reads it, and the strings in it in their order."""
    strings = b"".join(re.findall(rb"\((.*?)(?<!\\)\)", data, re.S)).decode("cp1252", "replace")
    try:
        return strings + "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages)
    except Exception:  # noqa: BLE001 - broken on purpose
        return strings


def _unpacked(stream: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(stream, 10_000_000)
    except zlib.error:
        return b""


def is_one_sentence(say: str) -> None:
    """A refusal is one line for staff that ends with a full stop and can be printed."""
    assert say.endswith(".") and "\n" not in say and len(say) < 400, f"not a sentence: {say!r}"
    say.encode("utf-8")


def places_every_sentence_once(article: Article, draft: SeriesDraft) -> None:
    """Sentence ids run through the emails in order, and the words stand there, once, in that order."""
    ids = [i for email in draft.emails for i in email.sources]
    assert ids == [s.id for s in article.sentences()] == list(range(1, len(ids) + 1)), "sentence ids"
    assert (draft.coverage.placed, draft.coverage.total) == (len(ids), len(ids)), "coverage"
    whole = "\n".join(
        text for email in draft.emails for block in email.blocks if not block.slot for text in texts(block)
    )
    at = 0
    for sentence in article.sentences():
        assert sentence.text.strip(), "an empty sentence"
        found = whole.find(sentence.text, at)
        assert found >= 0, f"not in its place: {sentence.text[:80]!r}"
        at = found + len(sentence.text)
    for email in draft.emails:
        assert all(text.strip() for block in email.blocks for text in texts(block)), "an empty block"


def texts(block: Block) -> Iterator[str]:
    """The texts of a block and of its items in order, without reference markers."""
    if block.runs:
        yield "".join(run.text for run in block.runs if run.ref is None)
    stack = list(reversed(block.items))
    while stack:
        item = stack.pop()
        yield "".join(run.text for run in item.runs if run.ref is None)
        stack.extend(reversed(item.children))


def renders_safely(email: EmailDraft, total: int) -> tuple[str, str]:
    """Both parts of the email as `compile` prints them, after the checks on them and on the form that is sent."""
    text, page = rendering.body_without_footer(email, organisation=CENTRE)
    has_only_the_templates_tags(email, page)
    says_the_words(email, page, text)
    compiled = rendering.compile_email(email, organisation=CENTRE, total=total)
    values = VALUES | {"preheader": email.preheader, "subject": email.subject}
    filled = rendering.fill(compiled, values)
    sent = {"h": compiled.html, "t": compiled.text}
    for mark, value in compiled.substitutions(values).items():
        sent = {part: body.replace(mark, value) for part, body in sent.items()}
    assert (sent["h"], sent["t"]) == (filled.html, filled.text), "the provider's filling differs from ours"
    says_the_words(email, filled.html, filled.text)
    assert "\n" not in compiled.subject and compiled.subject.strip(), "subject"
    return text, page


def has_only_the_templates_tags(email: EmailDraft, page: str) -> None:
    """The author's words change no tag and no attribute: with every text replaced by "x" the page has the same ones."""
    _, plain = rendering.body_without_footer(_bare(email), organisation=CENTRE)
    assert _tags(page) == _tags(plain), f"tags: {(_tags(page) - _tags(plain)) + (_tags(plain) - _tags(page))}"
    for element in lxml.html.document_fromstring(page.encode("utf-8")).iter():
        if not isinstance(element.tag, str):
            continue
        assert element.tag not in ("script", "iframe", "object", "embed", "form", "img", "base", "link"), element.tag
        for name, value in element.attrib.items():
            assert not name.startswith("on"), name
            if name == "style":  # in a title, which only shows words, the author may write what he likes
                assert not re.search(r"url\(|expression|javascript", value, re.I), value
            if name in ("href", "src", "action"):
                assert re.match(r"(?:https?|mailto|tel|sms):", value), f"link to {value!r}"


def _tags(page: str) -> Counter[tuple[str, ...]]:
    tree = lxml.html.document_fromstring(page.encode("utf-8"))
    return Counter((e.tag, *sorted(e.attrib)) for e in tree.iter() if isinstance(e.tag, str))


def _bare(email: EmailDraft) -> EmailDraft:
    blocks = tuple(
        replace(b, runs=_x(b.runs), items=tuple(map(_bare_item, b.items)), by="x" if b.by else b.by)
        for b in email.blocks
    )
    return replace(email, blocks=blocks, subject="x", preheader="x")


def _bare_item(item: ListItem) -> ListItem:
    return replace(item, runs=_x(item.runs), children=tuple(map(_bare_item, item.children)))


def _x(runs: Sequence[Run]) -> tuple[Run, ...]:
    return tuple(replace(run, text="x") for run in runs)


def says_the_words(email: EmailDraft, page: str, text: str) -> None:
    """Every text of the draft stands in the visible words of the HTML and in the plain text, in order."""
    body = lxml.html.document_fromstring(page.encode("utf-8")).find("body")
    seen, plain = flat("".join(body.itertext())), flat(text)
    at = there = 0
    for block in email.blocks:
        for said in _said(block):
            found = seen.find(said, at)
            assert found >= 0, f"not in the HTML: {said[:80]!r}"
            at = found + len(said)
            if block.kind != "cta" or not block.said:
                found = plain.find(said, there)
                assert found >= 0, f"not in the text: {said[:80]!r}"
                there = found + len(said)


def _said(block: Block) -> Iterator[str]:
    yield flat("".join(run.text for run in block.runs))
    stack = list(reversed(block.items))
    while stack:
        item = stack.pop()
        yield flat("".join(run.text for run in item.runs))
        stack.extend(reversed(item.children))


def flat(text: str) -> str:
    """The text without white space: wrapping and tags may put some in, or take some away."""
    return re.sub(r"\s+", "", text)


def sends_every_tip(draft: SeriesDraft) -> None:
    """Every tip can be sent as a text, first or later, and holds the words that were chosen."""
    for tip in draft.tips:
        assert tip.text.strip() and tip.parts <= 2, f"tip of {tip.parts} parts"
        sent = rendering.compile_text(tip.text, organisation=CENTRE, first=False, language=draft.language)
        assert tip.text.strip() in sent, f"tip changed on its way: {tip.text!r} {sent!r}"


def prints_as_json(draft: SeriesDraft, rendered: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """The contract is JSON in valid UTF-8, and the stored draft comes back the same."""
    printed = contract(draft, rendered)
    assert json.loads(json.dumps(printed, ensure_ascii=False).encode("utf-8")) == printed, "contract"
    stored = json.dumps(draft_to_dict(draft), ensure_ascii=False).encode("utf-8")
    assert b"\\u0000" not in stored, "PostgreSQL takes no NUL"
    assert draft_from_dict(json.loads(stored)) == draft, "the draft does not come back whole"
    return printed


def invents_nothing(draft: SeriesDraft, source: str) -> None:
    """No number, phone or link that the source does not hold. `source` is the file's text, markup and all."""
    known = "\n".join((source, html.unescape(source), html.unescape(unquote(html.unescape(source)))))
    digits = re.sub(r"\D", "", known + unicodedata.normalize("NFKC", known))
    keyed = re.sub(r"\D", "", known.upper().translate(_KEYS))  # 1-800-FLOWERS
    said = [text for email in draft.emails for block in email.blocks if not block.slot for text in texts(block)]
    said += [tip.text for tip in draft.tips] + [c.text for email in draft.emails for c in email.citations]
    said += [
        re.sub(r"\(?\b(?:part|parte) \d+ (?:of|de) \d+\)?", "", f"{e.subject}\n{e.preheader}") for e in draft.emails
    ]
    said += [f"{e.cta.value} {e.cta.label}" for e in draft.emails if e.cta]
    for text in said:
        for number in re.findall(r"\d+", text):
            assert number in digits, f"number {number} in {text[:80]!r}"
        for phone in PHONE.finditer(text):
            assert re.sub(r"\D", "", phone.group(0)) in digits, f"phone {phone.group(0)}"
    letters = re.sub(r"[\W_]+", "", known).casefold()
    for url in _links(draft):
        if "xn--" in url and not known.isascii():
            continue  # a name in another script, written as the network wants it
        scheme, _, target = url.partition(":")
        wanted = re.sub(r"[\W_]+", "", html.unescape(unquote(target))).casefold()
        wanted = wanted.removeprefix("1") if scheme == "tel" and len(wanted) == 11 else wanted
        assert wanted in (digits + keyed if scheme == "tel" and wanted.isdigit() else letters), f"link {url!r}"


def _links(draft: SeriesDraft) -> Iterator[str]:
    for email in draft.emails:
        for citation in email.citations:
            if citation.url:
                yield citation.url
        for block in email.blocks:
            if block.url:
                yield block.url
            stack = list(block.items)
            runs = list(block.runs)
            while stack:
                item = stack.pop()
                runs.extend(item.runs)
                stack.extend(item.children)
            yield from (run.url for run in runs if run.url)
