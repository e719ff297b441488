"""Which line is the title, and who speaks: title, organisation and byline of an article."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from outreach.rules.patterns import word_set
from outreach.rules.readers.lines import Line, key
from outreach.rules.readers.signs import could_head, is_full, is_picture_text, is_prose, style
from outreach.rules.readers.vocabulary import (
    BYLINE,
    COOKIES,
    DATED,
    MENU,
    NAME_AND_DATE,
    is_furniture,
    is_furniture_alone,
)  # fmt: skip

_COMMON = word_set(
    """
    a an and are as at be but by can do does for from get has have how if in into is it its more not of on or our so
    than that the their them they this to up us was we what when where which who why will with you your al como con
    cómo cuando de del el en es la las lo los más no o para por que qué se si sin su sus un una y
    """
)
_JOINERS = word_set("of and the for at & de la del y")
_MASTHEAD = 200  # dropped lines among which the organisation's name is looked for
_NEAR = 80  # lines before the text among which the title is looked for
_AT_US = re.compile(
    r"\b(?:[Aa]t|[Ee]n)\s+(?:el\s+|la\s+)?((?:[A-ZÀ-Þ][\w&.'’-]*\s?){1,5}?)"
    r"(?:,\s+(?:you\b|nuestr|nosotros|\w{2,}[aei]mos\b)|,?\s+(?:we|our)\b|(?<=\s)[a-zà-ÿ]{2,}[aei]mos\b)"
)
_RIGHTS = re.compile(r"(?:©|\(c\)|[Cc]opyright)\s*(?:©\s*)?(?:\d{4}(?:\s?[-–]\s?\d{4})?)?,?\s*([A-ZÀ-Þ][^.|·•,]{2,50})")
_HOUSE = re.compile(
    r"\b(?:Recovery|Bank|Clinic|Hospital|Center|Centre|Health|House|Care|Office|Services?|Therapy|Foundation|Institute|"
    r"Group|Association|Department|Treatment|Counseling|Coalition|Collective|Network|Society|Alliance|Wellness|Hospice|District|School|Ministries|Mission)$|"
    r"^(?:Clínica|Centro|Fundación|Red|Hogar|Instituto|Casa)\b"
)
# The end of an article may be all that names its house: "Call Pine Ridge Wellness at 828-555-0196".
_CALLED = re.compile(
    r"\b(?:[Cc]all|[Cc]ontact|[Rr]each|[Tt]ext|[Ll]lame a)\s+(?:the |la |el )?"
    r"(?P<name>[A-ZÀ-Þ][\w.’'-]+(?:\s+(?:of |the |for |and |& |de |la |del |los )*[A-ZÀ-Þ][\w.’'-]+){1,5})"
    r",?\s+(?:at|on|al)\s+(?=[\d(+])"
    r"|\b(?:at|with|from)\s+(?:the )?"
    r"(?P<there>[A-ZÀ-Þ][\w.’'-]+(?:\s+(?:of |the |for |and |& )*[A-ZÀ-Þ][\w.’'-]+){1,5}),?\s+(?=\(?\d{3}\)?[\s.-])"
)
_ACTS = re.compile(
    r"(?:^|(?<=[.!?] ))(?:The |El |La )?(?!Our |Your |My |This |Nuestr)"
    r"(?P<name>[A-ZÀ-Þ][\w.’'-]+(?: (?:of |the |for |and |& |de |la )*[A-ZÀ-Þ][\w.’'-]+){1,5}) "
    r"(?:has|holds|runs|offers|keeps|gives|sees|answers|helps|provides|serves|welcomes|is open|ofrece|atiende|tiene)\b",
    re.M,
)
_LINES = re.compile(r"\b(?:\w*line|Control|Poison|Crisis|Línea)\b", re.I)
_SAYS = re.compile(r"\b(?:in|to|with|your|my|at|after|during|how|what|why|when|is|are|en|con|su|tu|cómo|qué)\b", re.I)


def first_prose(lines: Sequence[Line]) -> int:
    """Index of the first line of the article's text: a full sentence that is no cookie notice and no short motto."""
    fallback = None
    for i, line in enumerate(lines):
        if line.kind == "heading" and line.sure:
            continue
        if not is_full(line.text) or COOKIES.search(line.text) or is_furniture(line.text) or BYLINE.match(line.text):
            continue
        if fallback is None:
            fallback = i
        if len(line.text.split()) >= 12 or _more_prose(lines, i):
            return i
    return fallback if fallback is not None else len(lines)


def _more_prose(lines: Sequence[Line], i: int) -> bool:
    return i + 1 < len(lines) and (is_full(lines[i + 1].text) or lines[i + 1].kind == "item")


def choose(lines: Sequence[Line], known: Sequence[str]) -> tuple[str | None, int]:
    """The title and the index of the first line after it (0 when the title stands in no line).

    `known` are the titles the file itself tells, best first. Without one the lines before the text compete: the one
    whose words recur most in the text wins, picture texts and mottos lose.
    """
    start = first_prose(lines)
    for title in known:
        at = [i for i, line in enumerate(lines[: max(start, 1) + 1]) if key(line.text) == key(title)]
        if at:
            return title, at[-1] + 1
    if known:
        return known[0], 0
    counts = Counter(w for line in lines[start:] for w in set(key(line.text).split()))
    again = Counter(key(line.text) for line in lines)
    prose = "\n".join(line.text for line in lines[start:])
    best: tuple[float, int] | None = None
    for i, line in enumerate(lines[:start]):
        if i < start - _NEAR:
            continue
        if not _could_be_title(line.text) or _heads_like_others(line, i, start, lines):
            continue
        if _is_deck(lines, i, prose):
            continue
        score = _title_score(line, counts, again=again[key(line.text)]) + _place(lines, i, prose)
        if named_in(line.text, prose):
            score -= 4.0
        elif named_in(re.split(r"\s*(?::|\s[|–—-])\s", line.text)[0], prose):
            score -= 2.0  # "Alder House: people who listen"
        if best is None or score > best[0]:
            best = (score, i)
    if best is None:
        return None, 0
    return lines[best[1]].text, best[1] + 1


def _place(lines: Sequence[Line], i: int, prose: str) -> float:
    """A title stands right above its deck, its byline, its date or its picture."""
    following = lines[i + 1].text if i + 1 < len(lines) else ""
    if (
        BYLINE.match(following)
        or NAME_AND_DATE.match(following)
        or DATED.match(following)
        or _is_deck(lines, i + 1, prose)
    ):
        return 1.5
    return 1.0 if is_picture_text(following) else 0.0


def _is_deck(lines: Sequence[Line], i: int, prose: str) -> bool:
    """Many words in sentence case right below a short title in capitals: they tell what the article is about.

    The words of the line above must be of the text, by their stems: a section of the site is no title.
    """
    if not 0 < i < len(lines) or len(lines[i].text.split()) < 12 or style(lines[i].text) != "plain":
        return False
    above = lines[i - 1].text
    if len(above.split()) > 8 or style(above) == "plain" or not _could_be_title(above) or named_in(above, prose):
        return False
    stems = [w[:4] for w in key(above).split() if w not in _COMMON]
    return all(re.search(rf"\b{re.escape(stem)}", prose, re.I) for stem in stems)


def named_in(text: str, prose: str) -> bool:
    """Is the line somebody's name: capitalised within the sentences of the text too ("call Willow Run at …")?

    One word counts only inside a sentence, where nothing but its being a name gives it a capital.
    """
    words = text.split()
    if not 1 <= len(words) <= 6 or (style(text) == "plain" and len(words) > 1):
        return False
    inside = r"(?<=[a-z,;:–—] )" if len(words) == 1 else r"(?<!\w)"
    for match in re.finditer(rf"{inside}{re.escape(text)}(?!\w)", prose, re.I):
        if all(w[0].isupper() for w in re.findall(r"[^\W\d_]{4,}", match.group(0)) or [match.group(0)]):
            return True
    return False


def _name_in(line: str, prose: str) -> str | None:
    """The name in a masthead, as the text uses it: the whole line, or its leading words ("Fairmont Legal Aid" Society)."""
    words = re.sub(r",?\s+(?:Inc|LLC|Ltd)\b\.?$", "", line.strip()).split()
    for end in range(min(len(words), 6), 1 if len(words) > 1 else 0, -1):
        name = " ".join(words[:end]).rstrip(",|·•-–")
        big = sum(w[0].isupper() for w in words[:end])
        if end < len(words) and (big < 2 or big + len(_JOINERS.intersection(words[:end])) < end):
            continue
        if len(name) > 4 and not is_furniture(name) and not is_furniture_alone(name) and named_in(name, prose):
            return (
                re.sub(r"\b(?:Of|And|The|For|At)\b", lambda m: m[0].lower(), name.title()) if name.isupper() else name
            )
    return None


def _heads_like_others(line: Line, i: int, start: int, lines: Sequence[Line]) -> bool:
    """A marked heading right before the text, with others of its rank: the first section's, not the article's."""
    if line.kind != "heading" or not line.sure or i != start - 1:
        return False
    return any(x.kind == "heading" and x.sure and x.level == line.level for x in lines[start:])


def _could_be_title(text: str) -> bool:
    if is_furniture(text) or is_furniture_alone(text) or BYLINE.match(text) or NAME_AND_DATE.match(text):
        return False
    words = re.findall(r"[^\W\d_]+", text)
    return (
        1 <= len(words) <= 20 and len(text) <= 150 and not COOKIES.search(text) and not re.search(r"\d{3}.\d{4}$", text)
    )


def _title_score(line: Line, counts: Counter[str], again: int) -> float:
    text = line.text
    content = [w for w in dict.fromkeys(key(text).split()) if w not in _COMMON]
    score = float(sum(1.5 if counts[w] >= 3 else 1.0 for w in content if _recurs(w, counts)))
    score = (
        min(score, 5.0)
        + (2.5 if line.strong or (line.kind == "heading" and line.sure) else 1.0 if line.kind == "heading" else 0.0)
        + (0.5 if style(text) == "title" else 0.0)
    )
    score += 0.5 if 3 <= len(text.split()) <= 14 else -0.3
    if text.rstrip().endswith(".") or (is_prose(text) and not text.rstrip().endswith(("?", "!"))):
        score -= 2.5 if style(text) == "title" else 4.5
    if is_picture_text(text):
        score -= 4.0
    if is_house(text) and not _SAYS.search(text):
        score -= 1.5
    if re.search(
        r"\b(?:is here to help|here for you|welcome to|since \d{4}|people who \w+$|trusted|leading)\b", text, re.I
    ):
        score -= 2.0
    return score - (0.5 if again > 2 else 0.0)


def is_house(text: str) -> bool:
    """Is the line the name of a house ("Riverton Community Clinic") rather than a title?"""
    return bool(_HOUSE.search(text.title() if text.isupper() else text)) and len(text.split()) <= 5


def _recurs(word: str, counts: Counter[str]) -> bool:
    """Does the word stand in the text, its plural and its -ing aside?"""
    stems = {word, word.removesuffix("s"), word + "s", word.removesuffix("ing"), word.removesuffix("ing") + "e"}
    return any(len(s) > 2 and counts[s] for s in stems)


def organisation(lines: Sequence[Line], told: str | None, dropped: Sequence[str]) -> str | None:
    """Who speaks: what the file says, else "At X, we …", else the name in the copyright line, else a masthead that recurs."""
    text = "\n".join(line.text for line in lines if line.kind != "heading")
    if told:
        return told.strip()
    at_us = Counter(
        m.group(1).strip() for m in _AT_US.finditer(text) if m.group(1).strip().lower() not in ("home", "work")
    )
    if at_us:
        return min(at_us, key=lambda name: (-at_us[name], name))
    for line in dropped[:_MASTHEAD]:
        name = _name_in(line, text) if len(line.split()) <= 8 else None
        if name:
            return name
    for line in dropped:
        rights = _RIGHTS.search(line)
        if rights:
            return re.sub(r"\s+(?:all rights|inc|llc).*$", "", rights.group(1).strip(), flags=re.I)
    for line in sorted(dropped, key=lambda line: bool(MENU.match(line.strip()))):  # a menu may open with the name
        named = re.sub(r"\s{2,}.*$|\s*[|·•*].*$|^(?:[Bb]y|[Pp]or) .*\b(?:at|from|of|de)\s+(?=[A-Z])", "", line.strip())
        is_name = 2 <= len(named.split()) <= 6 and could_head(named) and not is_prose(named) and style(named) != "plain"
        if is_name and _HOUSE.search(named.title()):
            return named.title() if named.isupper() else named
    return _called(text) or _acting(text)


def _called(text: str) -> str | None:
    """The house that the text asks to call by its name; two words without a house's word may be a person's name."""
    for match in reversed(list(_CALLED.finditer(text))):
        name = match["name"] or match["there"]
        if not _LINES.search(name) and (len(name.split()) > 2 or _HOUSE.search(name)):
            return name
    return None


def _acting(text: str) -> str | None:
    """The house that the text's own sentences tell about last ("Willow Bend Hospice holds open evenings")."""
    names = [m["name"] for m in _ACTS.finditer(text) if _HOUSE.search(m["name"])]
    return names[-1] if names else None


def byline(lines: Sequence[str], told: str | None) -> str | None:
    """The author's name, from the file or from a "By …" line."""
    if told:
        return told
    for text in lines:
        match = BYLINE.match(text.strip()) or NAME_AND_DATE.match(text.strip())
        if match:
            return match.group("name").strip()
    return None


def of_file(name: str) -> str | None:
    """The title a file's name tells, or None when it is a name for any file ("document 2")."""
    stem = re.sub(r"\.\w{1,8}$", "", name.replace("\\", "/").rsplit("/", 1)[-1])
    stem = re.sub(r"[_-]+", " ", stem).strip()
    any_file = r"(?i)(?:untitled|document|article|draft|file|download|index|pasted|messages?)?[\W\d]*"
    if len(key(stem)) < 4 or re.fullmatch(any_file, stem):
        return None
    return stem[:1].upper() + stem[1:]
