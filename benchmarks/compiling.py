"""What compiling costs: whole-process seconds and peak memory of `outreach compile FILE --json`, as a table.

    python -m benchmarks.compiling [FILE ...] [--runs 3]

Without files: the sample, and made-up articles of 80 and 400 kB in every format (the large ones are refused, as they
hold more words than a series takes: that is what a person waits for then). The best of the runs counts; nothing is asserted.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import subprocess
import sys
import tempfile
import time
import zipfile
from html import escape
from pathlib import Path

from benchmarks.rows import Row

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "outreach" / "samples" / "heroin_and_the_brain.txt"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org"


def sentences(size: int) -> list[list[str]]:
    """Sections of paragraphs of made-up prose, no two sentences alike, of about `size` bytes in all."""
    paragraphs: list[str] = []
    written = number = 0
    while written < size:
        said = []
        for _ in range(4):
            number += 1
            said.append(
                f"On day {number} the quiet room helped somebody sleep longer, and the {number + 2} people who sat there said "
                "that an evening without a screen had made the difference for them."
            )
        paragraphs.append(" ".join(said))
        written += len(paragraphs[-1]) + 2
    return [paragraphs[i : i + 3] for i in range(0, len(paragraphs), 3)]


def text(size: int) -> bytes:
    """A plain text of about `size` bytes."""
    parts = [f"What Helped in Week {n}\n\n" + "\n\n".join(section) for n, section in enumerate(sentences(size), 1)]
    return ("Rest and the Quiet Room\n\n" + "\n\n".join(parts) + "\n").encode()


def markdown(size: int) -> bytes:
    """The same in Markdown."""
    parts = [f"## What Helped in Week {n}\n\n" + "\n\n".join(section) for n, section in enumerate(sentences(size), 1)]
    return ("# Rest and the Quiet Room\n\n" + "\n\n".join(parts) + "\n").encode()


def page(size: int) -> bytes:
    """The same as a web page."""
    body = "".join(
        f"<h2>What Helped in Week {n}</h2>" + "".join(f"<p>{escape(p)}</p>" for p in section)
        for n, section in enumerate(sentences(size), 1)
    )
    head = "<!doctype html><html><head><title>Rest and the Quiet Room</title></head><body><article>"
    return f"{head}<h1>Rest and the Quiet Room</h1>{body}</article></body></html>".encode()


def word(size: int) -> bytes:
    """The same as a Word document."""

    def paragraph(words: str, style: str = "") -> str:
        look = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
        return f"<w:p>{look}<w:r><w:t>{escape(words)}</w:t></w:r></w:p>"

    body = paragraph("Rest and the Quiet Room", "T") + "".join(
        paragraph(f"What Helped in Week {n}", "H") + "".join(map(paragraph, section))
        for n, section in enumerate(sentences(size), 1)
    )
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="{i}"><w:name w:val="{name}"/></w:style>'
        for i, name in (("T", "Title"), ("H", "heading 1"))
    )
    relation = f"{_OFFICE}/officeDocument/2006/relationships"
    relations = f'<Relationships xmlns="{_OFFICE}/package/2006/relationships"><Relationship Id="r" Type="{relation}'
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_OFFICE}/package/2006/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": f'{relations}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/_rels/document.xml.rels": f'{relations}/styles" Target="styles.xml"/></Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{_WORD}"><w:body>{body}</w:body></w:document>',
        "word/styles.xml": f'<w:styles xmlns:w="{_WORD}">{styles}</w:styles>',
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def one(file: Path) -> tuple[float, float, float, str]:
    """Seconds on the clock, seconds of the processor, peak megabytes and the outcome of one whole process."""
    with tempfile.TemporaryFile() as said:
        start = time.perf_counter()
        child = subprocess.Popen(
            [sys.executable, "-m", "outreach.cli", "compile", str(file), "--json"],
            cwd=ROOT, stdout=said, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        printed = said.read()
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1000, _outcome(printed)


def _outcome(printed: bytes) -> str:
    try:
        told = json.loads(printed)
    except ValueError:
        return "no answer"
    if "error" in told:
        return f"refused: {told['error']}"
    return f"{len(told['emails'])} emails, {len(told['tips'])} texts"


def synthetic(folder: Path) -> list[Path]:
    """The made-up articles, written into a folder."""
    files = []
    for size in (80, 400):
        for ending, make in (("txt", text), ("html", page), ("md", markdown), ("docx", word)):
            file = folder / f"{size}_kB.{ending}"
            file.write_bytes(make(size * 1000 - 6_000))
            files.append(file)
    return files


def run(quick: bool) -> list[Row]:
    """The sample, and the large made-up article in every format, as rows of the common table."""
    with tempfile.TemporaryDirectory() as folder:
        files = [SAMPLE] if quick else [SAMPLE, *synthetic(Path(folder))[4:]]
        return [
            Row("compile an article", file.name, one(file)[0], "s", target=1.0 if file == SAMPLE else 20.0)
            for file in files
        ]


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        files = asked.files or [SAMPLE, *synthetic(Path(folder))]
        print(f"{'file':36} {'kB':>5} {'seconds':>8} {'processor':>10} {'peak MB':>8}  outcome")
        for file in files:
            best = min(one(file.resolve()) for _ in range(asked.runs))
            size = file.stat().st_size / 1000
            print(
                f"{file.name:36} {size:5.0f} {best[0]:8.2f} {best[1]:10.2f} {best[2]:8.0f}  {best[3][:80]}", flush=True
            )


if __name__ == "__main__":
    main()
