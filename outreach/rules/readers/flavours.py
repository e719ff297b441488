"""What site generators and note apps add to Markdown: front matter, short codes, call-outs, wiki links, comments.

Each mark is taken out or turned into plain Markdown before the text is parsed. Only marks that no writer types by
chance are touched, and never within fenced code; `{{ name }}` in running text stays the author's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_LONG = 300  # characters: a longer line is text and no mark
_TITLE = "\0"  # opens the line that holds the title of a box, on its way to `_titles_run_in`
_FENCE = re.compile(r"^\s*(```+|~~~+)")
_TOML = re.compile(r"\A\s*\+\+\+[ \t]*\n(.*?)\n\+\+\+[ \t]*(?:\n|\Z)", re.S)
_FIELD = re.compile(r"^(?P<name>[A-Za-z][\w-]*)\s*=\s*(?P<quote>[\"'])(?P<value>.*)(?P=quote)\s*$")
_BLOCK_COMMENT = re.compile(
    r"\{%-?\s*comment\s*-?%\}.{0,600}?\{%-?\s*endcomment\s*-?%\}"
    # A comment between "%%" within one line, or between lines that hold nothing else: two of them in a text are no pair.
    r"|(?<![\w%])%%(?![ \t]*\d)[^\n]{0,600}?%%(?![\w%])|^[ \t]*%%[ \t]*\n.{0,2000}?\n[ \t]*%%[ \t]*$",
    re.S | re.M,
)
_SHORT_CODE = re.compile(r"\{\{[<%].{0,400}?[%>]\}\}")
_LIQUID_LINE = re.compile(r"^\s*(?:\{%-?[^%]*-?%\}\s*)+$")
_ATTRIBUTES_LINE = re.compile(r"^\s*(?:>\s*)?\{:[^}]*\}\s*$")
_ATTRIBUTES = re.compile(r"(?<![ \t])[ \t]*\{:?[#.][^{}\n]*\}[ \t]*$")
_MODULE = re.compile(
    r"^(?:import\s.+\sfrom\s+['\"][^'\"]+['\"]|import\s+['\"][^'\"]+['\"]|export\s+(?:const|default)\b.*);?\s*$"
)
_COMPONENT = re.compile(r"^\s*</?[A-Z][a-z]\w*(?:\s[^<>]*)?/?>\s*$")
_CONTENTS = re.compile(r"^\s*(?:[*-]\s+)?(?:\[\[?_?TOC_?\]\]?|\[\[toc\]\]|@\[toc\]|TOC)\s*$", re.I)
_FENCED_BOX = re.compile(r"^\s*:::+\s*(?:\{?[.\w-]+\}?)?\s*(?:\[(?P<a>[^\]]+)\]|(?P<b>\S.*?))?\s*:*\s*$")
_BOX = re.compile(r"^(?:!!!|\?\?\?\+?)\s+[\w-]+(?:\s+[\w-]+)*(?:\s+\"(?P<title>[^\"]*)\")?\s*$")
_CALL_OUT = re.compile(r"^\s*>\s*\[!(?P<kind>\w+)\][+-]?\s*(?P<title>.*)$")
_EMBED = re.compile(r"!\[\[[^\]\n]*\]\]")
_WIKI = re.compile(
    r"\[\[(?!\^|_?toc)(?P<target>(?=[^\]|\n]{0,200}[^\W\d])[^\]|\n]{1,200})(?:\|(?P<text>[^\]\n]+))?\]\](?!\()", re.I
)
_HIGHLIGHT = re.compile(r"(?<![=\w])==(?=\S)([^=\n]+?)(?<=\S)==(?![=\w])")
_TAGS = re.compile(r"^\s*(?:#[^\W\d_][\w/-]*[\s,]*)+$")
_TIGHT_HEADING = re.compile(r"^(#{2,6})(?=[^\s#])")


def toml_front_matter(text: str) -> tuple[dict[str, str], str]:
    """The quoted `name = "value"` fields between `+++` lines at the top, lower case names, and the text below them."""
    match = _TOML.match(text)
    if not match:
        return {}, text
    fields = (_FIELD.match(line.strip()) for line in match.group(1).split("\n"))
    return {f["name"].lower(): f["value"] for f in fields if f}, text[match.end() :]


def plain(text: str) -> str:
    """The text with the marks of site generators and note apps gone, or as the plain Markdown that says the same."""
    return "\n".join(_titles_run_in(_lines(_BLOCK_COMMENT.sub("", text).split("\n"))))


def _lines(lines: list[str]) -> Iterator[str]:
    fence = ""
    box = call_out = False
    for line in lines:
        mark = _FENCE.match(line)
        if mark and (not fence or mark[1].startswith(fence)):
            fence = "" if fence else mark[1][:3]
            yield line
            continue
        if fence:
            yield line
            continue
        box = box and (not line.strip() or line.startswith(("    ", "\t")))
        opened = _BOX.match(line) if len(line) <= _LONG else None
        quoted = _CALL_OUT.match(line)
        if opened:
            box = True
            yield _TITLE + opened["title"] if opened["title"] else ""
        elif quoted:
            call_out = True
            yield _TITLE + quoted["title"].strip() if quoted["title"].strip() else ""
        elif call_out and re.match(r"\s*>", line):
            yield _line(re.sub(r"^\s*>\s?", "", line))
        else:
            yield ("\n" if call_out else "") + _line(re.sub(r"^(?: {4}|\t)", "", line) if box else line)
            call_out = False


def _titles_run_in(lines: Iterator[str]) -> Iterator[str]:
    """The title of a box opens its first sentence ("Good to know: …"): as a heading it would outgrow the box."""
    title = ""
    for line in lines:
        if line.startswith(_TITLE):
            title = line.removeprefix(_TITLE).rstrip(":")
            yield ""
        elif title and line.strip():
            mark = "" if title.endswith((".", "?", "!")) else ":"
            apart = re.match(r"\s*(?:(?:[-*+#>|]|\d+[.)])\s|```|~~~)", line)
            yield f"**{title}{mark}**" + (f"\n\n{line}" if apart else f" {line.lstrip()}")
            title = ""
        else:
            yield line


def _line(line: str) -> str:
    """One line without its marks; a line that was nothing but a mark is empty."""
    if len(line) <= _LONG and any(
        p.match(line) for p in (_LIQUID_LINE, _ATTRIBUTES_LINE, _MODULE, _COMPONENT, _CONTENTS, _TAGS)
    ):
        return ""
    fenced = _FENCED_BOX.match(line) if len(line) <= _LONG else None
    if fenced:
        title = fenced["a"] or fenced["b"]
        return _TITLE + title if title else ""
    line = _EMBED.sub("", _SHORT_CODE.sub("", _ATTRIBUTES.sub("", line)))
    line = _WIKI.sub(lambda m: m["text"] or re.sub(r"#.*$", "", m["target"]) or m["target"].lstrip("#"), line)
    return _TIGHT_HEADING.sub(r"\1 ", _HIGHLIGHT.sub(r"\1", line))
