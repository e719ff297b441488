"""Broken and hostile inputs of every format: refused in a sentence, or compiled so that every promise holds.

Here some hundreds of inputs run; `make fuzz N=10000` runs as many as wanted, with limits on time and memory.
"""

import time

import pytest

from outreach.rules.article import ArticleRefused
from outreach.rules.compiler import compile_series
from outreach.rules.readers import read
from tests.fuzz.extremes import EXTREMES, MEGABYTES, SECONDS, measured
from tests.fuzz.inputs import made
from tests.fuzz.invariants import outcome
from tests.fuzz.seeds import seeds
from tests.rules.articles import SAMPLE

CHUNK = 10
SLOW = 10  # seconds of processor time for one input; `make fuzz` holds five on the clock


@pytest.mark.parametrize("chunk", range(20))
def test_mutated_files_are_refused_or_compiled_soundly(chunk: int) -> None:
    for number in range(chunk * CHUNK, (chunk + 1) * CHUNK):
        name, data = made(number)
        start = time.process_time()
        assert outcome(data, name) in ("refused", "compiled"), number
        assert time.process_time() - start < SLOW, number


@pytest.mark.parametrize("ending", seeds())
def test_the_seeds_themselves_compile(ending: str) -> None:
    for data in seeds()[ending]:
        assert outcome(data, f"article.{ending}") == "compiled"


@pytest.mark.parametrize(
    "name",
    [
        "deep items.txt", "digits.txt", "hosts.txt", "breaks.txt", "phones.txt", "comments.txt", "markers in one paragraph.txt",
        "long title.html", "squares.md", "bold in one paragraph.md", "empty paragraphs.docx", "lying bomb.docx",
    ],
)  # fmt: skip
def test_the_worst_files_take_bounded_time_and_memory(name: str) -> None:
    seconds, megabytes, said = measured(name)
    assert not said.startswith(("FAILED", "died")), said
    assert seconds < 2 * SECONDS, said
    assert megabytes < MEGABYTES, said


def test_the_extremes_cover_every_format() -> None:
    assert {name.rpartition(".")[2] for name in EXTREMES} == {"txt", "html", "md", "docx"}


@pytest.mark.parametrize(
    "data",
    [
        b"a" * 390_000,
        b"word\n" * 70_000,
        b"1. a b c\n" * 40_000,
        b"[1] " * 90_000,
        b"\n" * 390_000 + b"x y z " * 30,
        b"A > " * 90_000,
    ],
    ids=["one word", "short lines", "numbers", "markers", "blank lines", "crumbs"],
)
def test_degenerate_large_texts_take_bounded_time(data: bytes) -> None:
    start = time.process_time()
    try:
        compile_series(read(data, "x.txt"))
    except ArticleRefused:
        pass
    assert time.process_time() - start < 15


def test_an_article_of_ordinary_length_takes_less_than_a_second() -> None:
    compile_series(read(SAMPLE.read_bytes(), "x.txt"))
    start = time.process_time()
    compile_series(read(SAMPLE.read_bytes(), "x.txt"))
    assert time.process_time() - start < 1


@pytest.mark.parametrize("charset", ["punycode", "idna", "undefined", "unicode_escape", "utf-7", "zlib", "no-such"])
def test_a_page_may_name_any_character_set(charset: str) -> None:
    body = "<p>" + "Rest helps the brain to mend after a hard year. " * 4 + "\\ud800 caf\xe9</p>"
    page = f"<html><head><meta charset={charset}></head><body>{body}</body></html>".encode("latin-1")
    assert outcome(page, "x.html") in ("compiled", "refused")


def test_no_half_character_and_no_noncharacter_gets_through() -> None:
    text = "Rest helps\ufffe the brain\uffff to mend\ufdd0 after a hard year. " * 5
    article = read(text.encode(), "x.txt")
    assert next(article.sentences()).text == "Rest helps the brain to mend after a hard year."


def test_a_heading_that_is_only_a_marker_leaves_no_empty_heading() -> None:
    prose = "<p>Rest helps the brain to mend after a hard year.<sup>[1]</sup> A quiet room makes it easier for everyone.</p>"
    page = f"<h1>Rest</h1>{prose}<h2>[1]</h2>{prose.replace('hard', 'long')}<h2>Sources</h2><p>[1] Sleep Society, 2019.</p>"
    assert [s.heading for s in read(page.encode(), "x.html").sections] == [None]
