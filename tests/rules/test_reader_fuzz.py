"""Broken inputs of every format: refused in a sentence or read, never a crash, never long."""

import io
import random
import time
import zipfile

import pytest

from outreach.rules.article import ArticleRefused
from outreach.rules.compiler import compile_series
from outreach.rules.readers import read
from tests.rules.articles import BLOG_PAGE, LISTICLE, MARKDOWN, SAMPLE, SPANISH, WRAPPED, word_file, word_paragraph

SEEDS = {
    "txt": [SAMPLE.read_bytes(), LISTICLE.encode(), WRAPPED.encode(), SPANISH.encode("cp1252")],
    "html": [BLOG_PAGE.encode()],
    "md": [MARKDOWN.encode()],
    "docx": [
        word_file(word_paragraph("A Title", style="T") + word_paragraph("Rest helps the brain to heal at night. " * 4, note=1),
                  notes={1: "A note."}, styles={"T": "Title"})
    ],
}  # fmt: skip
SPICE = [
    text.encode()
    for text in (
        "\x00", "[1]", "<p", "</div>", "&#x110000;", "{{", "1. ", "¹", "\r", "\n\n\n", "```", "| a | b |\n|", "]]>", "<!--",
        "> > >", "- - -", "\u202e", "👨‍👩‍👧", "References\n",
    )
] + [b"\xff\xfe"]  # fmt: skip


def mutated(data: bytes, dice: random.Random) -> bytes:
    out = bytearray(data)
    for _ in range(dice.randint(1, 12)):
        at = dice.randrange(len(out) + 1)
        match dice.randrange(5):
            case 0:
                del out[at : at + dice.randint(1, 400)]
            case 1:
                out[at:at] = dice.choice(SPICE)
            case 2:
                piece = bytes(out[at : at + dice.randint(1, 300)])
                out[at:at] = piece * dice.randint(1, 3)
            case 3 if out:
                out[min(at, len(out) - 1)] = dice.randrange(256)
            case _:
                out[at : at + 1] = dice.choice(SPICE)
    return bytes(out)


@pytest.mark.parametrize("ext", SEEDS)
@pytest.mark.parametrize("seed", range(25))
def test_mutated_files_are_read_or_refused(ext: str, seed: int) -> None:
    dice = random.Random(f"{ext}-{seed}")
    data = mutated(dice.choice(SEEDS[ext]), dice)
    start = time.perf_counter()
    try:
        article = read(data, f"x.{ext}")
        draft = compile_series(article)
        assert [i for e in draft.emails for i in e.sources] == [s.id for s in article.sentences()]
    except ArticleRefused as refused:
        assert refused.say.endswith(".")
    assert time.perf_counter() - start < 5


@pytest.mark.parametrize("seed", range(15))
def test_word_files_with_mutated_insides_are_read_or_refused(seed: int) -> None:
    """Mutating a zip mostly breaks the zip; here the XML inside is what breaks."""
    dice = random.Random(seed)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(SEEDS["docx"][0])) as old, zipfile.ZipFile(out, "w") as new:
        hit = dice.choice(old.namelist())
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, mutated(data, dice) if name == hit else data)
    try:
        compile_series(read(out.getvalue(), "x.docx"))
    except ArticleRefused as refused:
        assert refused.say.endswith(".")


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
    start = time.perf_counter()
    try:
        compile_series(read(data, "x.txt"))
    except ArticleRefused:
        pass
    assert time.perf_counter() - start < 15


def test_an_article_of_ordinary_length_takes_less_than_a_second() -> None:
    compile_series(read(SAMPLE.read_bytes(), "x.txt"))
    start = time.perf_counter()
    compile_series(read(SAMPLE.read_bytes(), "x.txt"))
    assert time.perf_counter() - start < 1
