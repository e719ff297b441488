"""Every host that an HTML page, an email or a style sheet names, and how: something it loads, or a link to follow."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit

LOADS = {
    "src",
    "srcset",
    "poster",
    "data",
    "background",
    "manifest",
    "xlink:href",
    "ping",
    "archive",
    "codebase",
    "profile",
}
LINKS = {"href", "action", "formaction", "cite", "longdesc"}
LOADED_BY_HREF = {"link", "image", "use", "base"}  # elements whose href is fetched, or says where everything else is
_CSS = re.compile(r"""(?:url\(\s*|@import\s+)["']?([^"')\s;]+)""", re.I)
_ADDRESS = re.compile(r"""(?:https?:)?//[^\s"'<>)]+""", re.I)
# names of vocabularies, which nobody fetches
VOCABULARIES = ("http://www.w3.org/",)


@dataclass
class Hosts(HTMLParser):
    """Collects what a document names. `loads` and `links` hold (host, where)."""

    loads: set[tuple[str, str]] = field(default_factory=set)
    links: set[tuple[str, str]] = field(default_factory=set)
    _in: str = ""

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in = tag
        for name, value in attrs:
            if not value or name.startswith("xmlns"):
                continue
            where = f"<{tag} {name}>"
            if name == "srcdoc":
                inner = of_html(value)
                self.loads |= inner.loads
                self.links |= inner.links
            elif name == "style":
                self._css(value, where)
            elif name == "srcset":
                for part in value.split(","):
                    self._note(self.loads, part.split()[0] if part.split() else "", where)
            elif name in LOADS or (name == "href" and tag in LOADED_BY_HREF):
                self._note(self.loads, value, where)
            elif name in LINKS:
                self._note(self.links, value, where)
            elif not value.startswith(VOCABULARIES):  # content, data-…, hx-… and whatever else may hold an address
                for found in _ADDRESS.findall(value):
                    self._note(self.loads, found, where)

    def handle_data(self, data: str) -> None:
        if self._in == "style":
            self._css(data, "<style>")
        elif self._in == "script":
            for found in _ADDRESS.findall(data):
                self._note(self.loads, found, "<script>")

    def handle_endtag(self, tag: str) -> None:
        self._in = ""

    def handle_comment(self, data: str) -> None:
        """A conditional comment is HTML for Outlook."""
        if "[if" in data and (found := re.search(r"\]>(.*)<!\[endif\]", data, re.S)):
            inner = of_html(found[1])
            self.loads |= inner.loads
            self.links |= inner.links

    def css(self, text: str, where: str) -> None:
        self._css(text, where)

    def _css(self, text: str, where: str) -> None:
        for found in _CSS.findall(text):
            self._note(self.loads, found, where)

    def _note(self, to: set[tuple[str, str]], address: str, where: str) -> None:
        parts = urlsplit(address.strip())
        if parts.scheme in ("http", "https", "ftp", "ws", "wss", "") and parts.hostname:
            to.add((parts.hostname, where))
        elif parts.scheme == "mailto":
            to.add((parts.path.rpartition("@")[2], where))


def of_html(html: str) -> Hosts:
    found = Hosts()
    found.feed(html)
    found.close()
    return found


def of_css(css: str) -> Hosts:
    found = Hosts()
    found.css(css, "style sheet")
    return found


def of_text(text: str) -> set[str]:
    """The hosts of the addresses in plain text."""
    return {urlsplit(found).hostname or "" for found in _ADDRESS.findall(text)}
