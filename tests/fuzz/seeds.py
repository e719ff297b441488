"""Sound articles of every format for the mutations to start from."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from tests.rules.articles import (
    BLOG_PAGE,
    LISTICLE,
    MARKDOWN,
    SAMPLE,
    SPANISH,
    STAR_NOTES,
    WRAPPED,
    word_file,
    word_paragraph,
)
from tests.rules.pdf_files import SLEEP, pdf_file, set_pages

KIT = Path("/work/shared/article-kit/articles")  # development articles, where they exist

RIGHT_TO_LEFT = """النوم والتعافي

النوم هو آخر ما يعود إلى طبيعته في معظم الحالات. كثير من الناس يجدون صعوبة في النوم خلال الأشهر الأولى من التعافي.

ما الذي يساعد

استيقظ في الوقت نفسه كل يوم، حتى في عطلة نهاية الأسبوع. ضع الهاتف في غرفة أخرى قبل النوم بساعة.

اتصل بنا على الرقم (404) 555-0188 أو اكتب إلى care@example.org.
"""

TEMPLATES = """Cards for Your Wallet

Write {{ name }} on the first line and {% raw %}your clinic{% endraw %} on the second. A card that says %s or %(dose)s is \
a card nobody filled in. Ask for ${ROOM} at the desk, and never throw away <<DATE>> or *|FNAME|* by mistake.

What the card holds

- Your name, as -name- would have it
- The number 912-555-0161, which is open at night
- 100% of your medicines & their times, <b>in bold</b>

Carry the card with you every day. Show it to the nurse before anything else is done. Keep a second one at home.
"""


def _page_with_everything() -> str:
    rows = "".join(f"<tr><td>Day {n}</td><td>{n * 5} minutes of rest</td></tr>" for n in range(1, 5))
    return f"""<!doctype html><html lang="en"><head><title>Rest and Repair | Hope Harbor</title>
<meta property="og:site_name" content="Hope Harbor"></head><body><nav><a href="/">Home</a> <a href="/blog">Blog</a></nav>
<article><h1>Rest and Repair</h1><p>Rest helps the brain to mend after a hard year.<sup><a href="#n1">1</a></sup> It takes
time &amp; patience, and <a href="https://example.org/rest?a=1&amp;b=2">a quiet room</a> makes it easier for everyone.</p>
<h2>What to do tonight</h2><p>Try these three things before you go to bed:</p><ul><li>Dim the lights an hour before bed.
<ul><li>Lamps do better than ceilings.</li></ul></li><li><p>Keep the same hour every night.</p><p>Even on weekends.</p></li>
<li>Write down what keeps you awake.</li></ul><blockquote><p>The nights came back before I noticed.</p><footer>Avery, nurse
</footer></blockquote><h2>How long it takes</h2><table>{rows}</table><ol start="3"><li>Sleep first.</li><li>Then walk.</li></ol>
<p>Call us at <a href="tel:+14045550188">(404) 555-0188</a> any day of the week. Nobody has to do this alone.</p></article>
<ol class="notes"><li id="n1">Sleep Society. Rest and the brain. 2019. <a href="#r1">↩</a></li></ol><footer>© Hope Harbor
</footer><script>evil()</script></body></html>"""


def _word_document() -> bytes:
    body = (
        word_paragraph("Steady on Your Feet", style="T")
        + word_paragraph(
            "Most falls happen at home, in rooms that people know well. A few changes make them safer.", note=1
        )
        + word_paragraph("Light and floors", style="H")
        + word_paragraph("Put a lamp where you can reach it from the bed. Roll up loose rugs and store them away.")
        + word_paragraph("Ask for help", style="H", bold=True)
        + word_paragraph("Talk to your nurse when you feel dizzy. Call the clinic at 912-555-0161 for a visit.", note=2)
    )
    notes = {1: "Center for Safety. Falls at home. 2021.", 2: "https://example.org/falls"}
    return word_file(body, notes=notes, styles={"T": "Title", "H": "heading 1"})


@cache
def seeds() -> dict[str, tuple[bytes, ...]]:
    """The seeds by the ending of their file name."""
    word = word_file(
        word_paragraph("A Title", style="T") + word_paragraph("Rest helps the brain to heal at night. " * 4)
    )
    found = {
        "txt": [
            SAMPLE.read_bytes(), LISTICLE.encode(), WRAPPED.encode(), SPANISH.encode("cp1252"), STAR_NOTES.encode("utf-16"),
            RIGHT_TO_LEFT.encode(), TEMPLATES.encode(),
        ],
        "html": [BLOG_PAGE.encode(), _page_with_everything().encode()],
        "md": [MARKDOWN.encode(), TEMPLATES.encode()],
        "docx": [_word_document(), word],
        "pdf": [pdf_file(set_pages(SLEEP, foot="Page #")), pdf_file(set_pages(SLEEP, rows=20), flate=True)],
    }  # fmt: skip
    for file in sorted(KIT.glob("d*")) if KIT.exists() else []:
        if file.suffix[1:] in found:
            found[file.suffix[1:]].append(file.read_bytes())
    return {ending: tuple(data) for ending, data in found.items()}
