"""The largest and the most awkward file of every kind that a person could hand in: 400 kB of one thing.

python -m tests.fuzz.extremes [part of a name]     processor seconds, peak memory and outcome of each, each in a process
"""

from __future__ import annotations

import faulthandler
import io
import os
import resource
import sys
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from outreach.rules.article import ArticleRefused
from outreach.rules.compiler import compile_series
from outreach.rules.readers import read
from tests.rules.articles import word_file, word_paragraph

SIZE = 390_000  # just under the 400,000 characters a series takes
SECONDS, MEGABYTES = 20, 500
PROSE = "Rest helps the brain to mend after a hard year, and a quiet room makes it easier for everyone. " * 3


def again(piece: str, size: int) -> str:
    """The piece as often as it fits; "№" in it counts, so that no two are the same."""
    if "№" not in piece:
        return piece * (size // max(1, len(piece.encode())))
    return "".join(piece.replace("№", str(n)) for n in range(size // (len(piece.encode()) + 4)))


def many(piece: str, size: int = SIZE) -> bytes:
    """Prose, so that the file is an article, and the piece again and again on lines or not, as it brings."""
    return f"Rest and Repair\n\n{PROSE}\n\n{again(piece, size)}\n\n{PROSE}\n".encode()


def page(piece: str, size: int = SIZE, after: str = "") -> bytes:
    """The same in a web page."""
    body = again(piece, size)
    head = "<!doctype html><html><head><title>Rest and Repair</title></head><body><article><h1>Rest and Repair</h1>"
    return f"{head}<p>{PROSE}</p>{body}{after}<p>{PROSE}</p></article></body></html>".encode()


def marked(piece: str, size: int = SIZE) -> bytes:
    """The same in Markdown."""
    return f"# Rest and Repair\n\n{PROSE}\n\n{again(piece, size)}\n\n## The end\n\n{PROSE}\n".encode()


def packed(body: str, **parts: Any) -> bytes:
    """A Word file, compressed as Word does."""
    return word_file(body, pack=zipfile.ZIP_DEFLATED, **parts)


def bomb(size: int) -> bytes:
    """A Word file of a few kilobytes whose text unpacks to `size` bytes and says that it does."""
    return packed(word_paragraph(PROSE) + word_paragraph("a" * size))


def lying_bomb() -> bytes:
    """One whose directory says that its 300 MB are a thousand bytes."""
    squeezer = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = b"".join([squeezer.compress(b"<w:t>aaaaaaaa</w:t>" * 50_000) for _ in range(300)]) + squeezer.flush()
    data = bytearray(word_file(word_paragraph(PROSE)))
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as old, zipfile.ZipFile(out := io.BytesIO(), "w") as new:
        for name in old.namelist():
            if name != "word/document.xml":
                new.writestr(name, old.read(name))
        new.writestr("word/document.xml", b"X" * 64)
    plain = out.getvalue()
    at = plain.index(b"X" * 64)
    start = plain.rindex(b"PK\x03\x04", 0, at)
    grown = bytearray(plain[:at] + body + plain[at + 64 :])
    shift = len(body) - 64
    for head, method, sizes in ((start, 8, 18), (grown.index(b"PK\x01\x02", at + len(body)), 10, 20)):
        at_method = head if method == 8 else _entry(grown, b"word/document.xml", at + len(body))
        grown[at_method + method : at_method + method + 2] = (8).to_bytes(2, "little")
        grown[at_method + sizes : at_method + sizes + 8] = len(body).to_bytes(4, "little") + (1000).to_bytes(
            4, "little"
        )
    end = grown.rindex(b"PK\x05\x06")
    grown[end + 16 : end + 20] = (int.from_bytes(grown[end + 16 : end + 20], "little") + shift).to_bytes(4, "little")
    return bytes(grown)


def _entry(data: bytearray, name: bytes, start: int) -> int:
    at = start
    while True:
        at = data.index(b"PK\x01\x02", at)
        if data[at + 46 : at + 46 + len(name)] == name:
            return at
        at += 4


def _runs(n: int) -> str:
    run = '<w:r><w:t xml:space="preserve">word </w:t></w:r>'
    return "<w:p>" + run * n + "</w:p>"


def _notes(n: int) -> bytes:
    refs = "".join(f"<p>Sleep mends number {i} of us.<sup><a href='#n{i}'>{i}</a></sup></p>" for i in range(n))
    return page(
        refs,
        len(refs.encode()),
        after="<ol>" + "".join(f"<li id='n{i}'>Source {i}, 2019.</li>" for i in range(n)) + "</ol>",
    )


def _listed(n: int) -> bytes:
    body = "".join(f"Sleep mends number {i} of us all.[{i}]\n\n" for i in range(1, n))
    return (
        many(body, len(body))
        + ("References\n" + "".join(f"[{i}] Source number {i}, 2019.\n" for i in range(1, n))).encode()
    )


TEXT: dict[str, Callable[[], bytes]] = {
    "one paragraph": lambda: many("Sleep is the last thing to come back for № of us. "),
    "paragraphs": lambda: many("Sleep is the last thing to come back for № of us.\n\n"),
    "long words": lambda: many("abcdefghijklmnopqrstuvwxyz "),
    "long sentences": lambda: many("so " * 200 + "it is. "),
    "15,000 words": lambda: many("Sleep is the last thing to come back for № of us.\n\n", 65_000),
    "15,000 words in one paragraph": lambda: many("Sleep is the last thing to come back for № of us. ", 65_000),
    "headings": lambda: many("What Helps at Night №\n\n"),
    "headings with text": lambda: many(
        "What Helps at Night\n\nSleep is the last thing to come back for № of us.\n\n", 80_000
    ),
    "items": lambda: many("- Keep the same hour for № nights of the week.\n"),
    "short items": lambda: many("- a b\n"),
    "few items": lambda: many("- Keep the same hour for № nights of the week.\n", 70_000),
    "numbers": lambda: many("1. Keep the hour\n"),
    "deep items": lambda: "\n".join(
        [PROSE, *(f"{'  ' * n}- Step {n} is a small one." for n in range(600)), PROSE]
    ).encode(),
    "markers": lambda: many("[1] "),
    "markers in use": lambda: _listed(2000),
    "markers in one paragraph": lambda: many("Sleep mends.[1] ", 100_000) + b"References\n[1] Sleep Society, 2019.\n",
    "one-word paragraphs": lambda: many("Slept№.\n\n", 130_000),
    "digits": lambda: many("1,1-"),
    "glued digits": lambda: many("a.1 "),
    "brackets": lambda: many("("),
    "squares": lambda: many("["),
    "quotes": lambda: many('"'),
    "curly quotes": lambda: many("“"),
    "dots": lambda: many("."),
    "dots apart": lambda: many(". "),
    "colons": lambda: many(":"),
    "dashes": lambda: many("-"),
    "bars": lambda: many("a | "),
    "spaces": lambda: many(" "),
    "tabs": lambda: many("\t"),
    "breaks": lambda: many("\n"),
    "blank lines": lambda: many(" \n"),
    "addresses": lambda: many("a@"),
    "addresses with dots": lambda: many("a.a@a."),
    "hosts": lambda: many("www."),
    "links": lambda: many("https://"),
    "phones": lambda: many("404-555-0188 "),
    "phone pieces": lambda: many("+1 1 1 1 "),
    "capitals": lambda: many("A. "),
    "initials": lambda: many("A."),
    "combining": lambda: many("e\u0301"),
    "emoji": lambda: many("👨‍👩‍👧"),
    "chinese": lambda: many("睡眠很重要。"),
    "arabic": lambda: many("النوم مهم. "),
    "superscripts": lambda: many("¹"),
    "percents": lambda: many("1%"),
    "mojibake": lambda: many("â€™"),
    "one word": lambda: many("a"),
    "crumbs": lambda: many("A > "),
    "hyphens": lambda: many("ab-"),
    "thousands": lambda: many("1,000"),
    "wrapped": lambda: many("Sleep is the last thing to come back for most people who\n"),
    "stars": lambda: many("a* "),
    "by": lambda: many("By A B\n"),
    "commas": lambda: many("if a, "),
    "the same": lambda: many("the study by "),
    "question": lambda: many("Why?\n"),
    "if": lambda: many("At Ab "),
    "accents": lambda: many("é№\n"),
    "comments": lambda: b"<!-- a -->" * 39_000 + many("x", 10),
    "front lines": lambda: b"---\n" + many("a: b\n"),
}
HTML: dict[str, Callable[[], bytes]] = {
    "boxes": lambda: page("<div></div>"),
    "boxes with words": lambda: page("<div>Sleep mends № of us all.</div>"),
    "deep boxes": lambda: page("<div>", 150_000),
    "deep boxes closed": lambda: page("<div>" * 30_000, 1, "</div>" * 30_000),
    "deep lists": lambda: page("<ul><li>", 100_000),
    "deep spans": lambda: page("<b>"),
    "deep tables": lambda: page("<table><tr><td>", 200_000),
    "deep quotes": lambda: page("<blockquote>"),
    "open paragraphs": lambda: page("<p>"),
    "open links": lambda: page("<a href=x>"),
    "attributes": lambda: page("<p " + " ".join(f"a{n}=1" for n in range(40_000)) + ">", 1),
    "same attribute": lambda: page("<p " + "a=1 " * 90_000 + ">", 1),
    "one attribute": lambda: page(f"<p title='{'x' * SIZE}'>", 1),
    "one class": lambda: page(f"<p class='{'ab-cd ' * 60_000}'>", 1),
    "one style": lambda: page(f"<p style='{'a: b;' * 70_000}'>", 1),
    "one id": lambda: page(f"<p id='{'aB-' * 130_000}'>", 1),
    "breaks": lambda: page("<br>"),
    "spans": lambda: page("<span>a </span>"),
    "bold": lambda: page("<b>a</b> "),
    "one paragraph of bold": lambda: page("<p>" + "<b>a</b> " * 43_000 + "</p>", 1),
    "links": lambda: page("<a href='https://example.org'>a</a> "),
    "headings": lambda: page("<h2>Help №</h2>"),
    "firsts": lambda: page("<h1>Help</h1>"),
    "items": lambda: page("<li>Keep the hour</li>"),
    "list": lambda: page("<ul>" + again("<li>Keep the hour № times</li>", SIZE) + "</ul>", 1),
    "many paragraphs in an item": lambda: page("<ul><li>" + "<p>One.</p>" * 30_000, 1),
    "rows": lambda: page("<table>" + "<tr><td>a</td><td>b</td></tr>" * 13_000 + "</table>", 1),
    "tables": lambda: page("<table><tr><td>a</table>"),
    "entities": lambda: page("&amp;"),
    "numbered entities": lambda: page("&#x41;"),
    "comments": lambda: page("<!-- a -->"),
    "signs": lambda: page("<"),
    "opened comments": lambda: page("<!--"),
    "scripts": lambda: page("<script></script>"),
    "metas": lambda: page("<meta name=a content=b>"),
    "notes": lambda: _notes(3000),
    "notes to nothing": lambda: page("<sup><a href='#n1'>1</a></sup>"),
    "title": lambda: page(f"<title>{'a | ' * 90_000}</title>", 1),
    "long title": lambda: page("", 1).replace(b"Rest and Repair</title>", b"a - " * 90_000 + b"</title>"),
    "anchors": lambda: page("<a name=a></a>"),
    "paragraphs": lambda: page("<p>Sleep is the last thing to come back for № of us.</p>"),
    "4 MB": lambda: page("<div><p></p></div>", 3_900_000),
    "4 MB of script": lambda: page("<script>" + "x" * 3_900_000 + "</script>", 1),
    "hidden": lambda: page("<p hidden>a</p>"),
    "forms": lambda: page("<select><option>"),
    "declarations": lambda: page("<!DOCTYPE html>"),
    "questions": lambda: page("<?xml ?>"),
    "sections": lambda: page("<section class=share>"),
    "4 MB of rows": lambda: page("<table>" + "<tr><td></td><td></td></tr>" * 140_000 + "</table>", 1),
    "pictures": lambda: page("<img src=a alt=b>"),
}
MARKDOWN: dict[str, Callable[[], bytes]] = {
    "quotes": lambda: marked(">"),
    "bold in one paragraph": lambda: marked("**a№** b ", 90_000),
    "quotes apart": lambda: marked("> "),
    "quote lines": lambda: marked("> a\n"),
    "squares": lambda: marked("["),
    "closed squares": lambda: marked("[]"),
    "pictures": lambda: marked("!["),
    "links": lambda: marked("[a](b)"),
    "half links": lambda: marked("[a]("),
    "stars": lambda: marked("*"),
    "stars and words": lambda: marked("*a **b "),
    "lines under": lambda: marked("_a_"),
    "ticks": lambda: marked("`"),
    "ticks apart": lambda: marked("` `` ``` "),
    "signs": lambda: marked("<"),
    "tags": lambda: marked("<a>"),
    "ampersands": lambda: marked("&"),
    "backslashes": lambda: marked("\\"),
    "rows": lambda: marked("| a | b |\n|---|---|\n" + "| a | b |\n" * 38_000, 1),
    "columns": lambda: marked("|" * 100_000 + "\n" + "-|" * 100_000 + "\n", 1),
    "deep items": lambda: (
        "# Rest\n\n"
        + PROSE
        + "\n\n"
        + "\n".join(f"{'  ' * n}- Step {n} is small." for n in range(600))
        + f"\n\n## End\n\n{PROSE}"
    ).encode(),
    "items on a line": lambda: marked("- "),
    "headings": lambda: marked("## Help\n"),
    "definitions": lambda: marked("[a]: b\n"),
    "fences": lambda: marked("```\n"),
    "notes": lambda: marked("[^1]"),
    "note texts": lambda: marked("".join(f"Sleep mends.[^{n}]\n\n[^{n}]: Source {n}\n\n" for n in range(9000)), 1),
    "boxes": lambda: marked("<div>\n\n"),
    "addresses": lambda: marked("<https://a.b>"),
    "rules": lambda: marked("---\n"),
    "html blocks": lambda: marked("<div>\n"),
    "strikes": lambda: marked("~~a"),
    "entities": lambda: marked("&amp;"),
    "open comments": lambda: marked("<!-- "),
    "declarations": lambda: marked("<!A "),
    "front matter": lambda: b"---\n" + b"a: b\n" * 78_000 + b"---\n\n" + PROSE.encode(),
    "open front matter": lambda: b"---\n" + b"a: b\n" * 78_000 + PROSE.encode(),
    "paragraphs": lambda: marked("Sleep is the last thing to come back for № of us.\n\n"),
    "emphasis": lambda: marked("a**b"),
    "bad links": lambda: marked("[a](<b"),
    "cdata": lambda: marked("<![CDATA["),
}
WORD: dict[str, Callable[[], bytes]] = {
    "runs": lambda: packed(_runs(100_000)),
    "fewer runs": lambda: packed(_runs(14_000)),
    "many runs": lambda: packed(_runs(45_000)),
    "paragraphs": lambda: packed(again(word_paragraph("Sleep is the last thing to come back for № of us."), 900_000)),
    "empty paragraphs": lambda: packed(word_paragraph(PROSE) + "<w:p/>" * 140_000),
    "deep tables": lambda: packed(
        word_paragraph(PROSE) + "<w:tbl><w:tr><w:tc>" * 3_000 + word_paragraph("a") + "</w:tc></w:tr></w:tbl>" * 3_000
    ),
    "deep boxes": lambda: packed(
        word_paragraph(PROSE) + "<w:sdt><w:sdtContent>" * 20_000 + "</w:sdtContent></w:sdt>" * 20_000
    ),
    "rows": lambda: packed(
        word_paragraph(PROSE) + "<w:tbl>" + f"<w:tr>{'<w:tc><w:p/></w:tc>' * 5}</w:tr>" * 8_000 + "</w:tbl>"
    ),
    "notes": lambda: packed(
        "".join(word_paragraph("Sleep mends all of us in time.", note=n) for n in range(1, 2500)),
        notes={n: f"Source {n}, 2019." for n in range(1, 2500)},
    ),
    "headings": lambda: packed(
        word_paragraph(PROSE) + word_paragraph("Help", style="H") * 12_000, styles={"H": "heading 1"}
    ),
    "styles": lambda: packed(word_paragraph(PROSE), styles={f"S{n}": f"Style {n}" for n in range(40_000)}),
    "one text": lambda: packed(word_paragraph(PROSE + "a b " * 97_000)),
    "bomb of 8 MB": lambda: bomb(8_000_000),
    "bomb of 11.9 MB": lambda: bomb(11_900_000),
    "bomb of 200 MB": lambda: bomb(200_000_000),
    "lying bomb": lying_bomb,
    "other names": lambda: packed(word_paragraph(PROSE) + "<x/>" * 900_000),
    "many files": lambda: _crowd(30_000),
    "attributes": lambda: packed(
        word_paragraph(PROSE) + "<w:p " + " ".join(f'a{n}="1"' for n in range(100_000)) + "/>"
    ),
    "unprefixed": lambda: packed(
        word_paragraph(PROSE)
        + "<p xmlns='http://schemas.openxmlformats.org/wordprocessingml/2006/main'>"
        + "<r><t>a </t></r>" * 400_000
        + "</p>"
    ),
    "notes apart": lambda: packed(
        word_paragraph(PROSE, note=1), notes={1: "a"}, extra={"word/comments.xml": b"<w:comments/>" + b" " * 11_000_000}
    ),
}


def _crowd(count: int) -> bytes:
    return packed(word_paragraph(PROSE), extra={f"word/media/{n}.xml": b"<a/>" for n in range(count)})


EXTREMES: dict[str, Callable[[], bytes]] = {
    f"{name}.{ending}": make
    for ending, table in (("txt", TEXT), ("html", HTML), ("md", MARKDOWN), ("docx", WORD))
    for name, make in table.items()
}


def measured(name: str) -> tuple[float, float, str]:
    """Seconds of processor time, peak megabytes beyond what this process holds already, and the outcome of one extreme, in a
    process of its own."""
    here, there = os.pipe()
    data = EXTREMES[name]()
    held = int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 1_000_000
    child = os.fork()
    if child == 0:
        os.write(there, _outcome(data, name).encode()[:300])
        os._exit(0)
    os.close(there)
    said = b""
    while piece := os.read(here, 1000):
        said += piece
    os.close(here)
    _, status, usage = os.wait4(child, 0)
    outcome = said.decode("utf-8", "replace") if status == 0 else f"died with {status}"
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1.024 / 1000 - held, outcome


def _outcome(data: bytes, name: str) -> str:
    resource.setrlimit(resource.RLIMIT_AS, (3_000_000_000, 3_000_000_000))
    faulthandler.dump_traceback_later(6 * SECONDS, exit=True)
    try:
        draft = compile_series(read(data, name))
        outcome = f"{len(draft.emails)} emails, {draft.coverage.total} sentences"
    except ArticleRefused as refused:
        outcome = f"refused: {refused.say}"
    except Exception as error:  # noqa: BLE001 - shown in the table
        outcome = f"FAILED: {type(error).__name__} {str(error)[:80]}"
    return outcome


def main() -> int:
    """Prints the table; 1 when something was too slow, too large or failed."""
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    bad = 0
    for name in EXTREMES:
        if wanted in name:
            seconds, megabytes, outcome = measured(name)
            wrong = seconds > SECONDS or megabytes > MEGABYTES or outcome.startswith(("FAILED", "died"))
            bad += wrong
            print(
                f"{'!' if wrong else ' '} {seconds:7.2f} s {megabytes:6.0f} MB  {name:42} {outcome[:100]}", flush=True
            )
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
