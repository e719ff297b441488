"""Articles for the tests of readers and compiler: our own words, fictional centres, 555-01xx numbers."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from outreach.rules.article import Article, ItemList, Section
from outreach.rules.readers import read

SAMPLE = Path(__file__).parents[2] / "outreach" / "samples" / "heroin_and_the_brain.txt"
SEED = Path("/work/shared/seed/heroin-and-the-brain.txt")

STAR_NOTES = """Hope Harbor Clinic | Home | Services | Contact

Sleep in Early Recovery
by Dana Whitfield, LPC
March 3, 2025 · 5 min read

Woman lying awake in a dark bedroom

Sleep is often the last thing to come back. Many people in the first months of recovery report trouble falling asleep.* \
The good news is that sleep can be trained, just like a muscle.

Why nights are hard

The brain is relearning its own rhythm. About 6 in 10 people in early recovery describe insomnia.†

What you can do tonight

Try a few of these:
- Keep the same wake-up time, even on weekends
- Put the phone in another room an hour before bed

Talk to your doctor if poor sleep lasts longer than a month. Call Hope Harbor at (404) 555-0188.

* Brower K. Insomnia and return to use. Sleep Reviews, 2003.
† Academy of Sleep. Position paper. https://sleep.example/paper

Share this:
Facebook  Twitter  Email
"""

LISTICLE = """Home » Blog » Families

5 Ways to Support a Loved One in Treatment

Written by Jordan Ellis | Updated June 2025

Table of Contents
1. Learn about the condition
2. Keep the door open
3. Set limits you can keep

When someone you love enters treatment, it is normal to feel relief, fear and anger all at once (1). You did not cause \
the condition and you cannot cure it.

1. Learn about the condition

Substance use disorder is a medical condition that changes the brain (2,3). Ask the care team which books they trust.

2. Keep the door open

Call at an agreed time. Say what you see, not what you fear.

3. Set limits you can keep

A limit is about your own behavior. Keep the limit even on hard days; a limit that moves is not a limit.

References

1. Example Medicine. Families and addiction. 2022.
2. Family Institute. Therapy Can Help. 2013.
3. National Institute on Drug Abuse. Treatment and Recovery. https://nida.nih.gov/x

Related Articles
How to Talk to a Teenager About Drugs
Copyright 2025 Lakeview Family Center. All Rights Reserved.
"""

WRAPPED = """                 VALLEY VIEW BEHAVIORAL HEALTH
                       Client Handout

UNDERSTANDING TRIGGERS

A trigger is anything that brings back the urge to use. It can be a
place, a smell, a song or a feeling. Knowing your triggers gives you
a head start.

I. OUTSIDE TRIGGERS

   Outside triggers are in the world around you. Common ones are:

   -  Driving past an old neighborhood on the way home from work
   -  Seeing a friend who still uses, even if the friend does not
      offer anything

   You can plan around most of them. For instance, take another road
   home, or stay in a place that keeps you in your treat-
   ment. Nobody can avoid every trigger, and nobody has to.

For questions call our front desk, 229-555-0116, Mon-Fri 8:00-5:00.

Rev. 04/2024                                                  Page 1
"""

SPANISH = """Menú
Inicio

La ansiedad en la recuperación

Mujer mirando por la ventana de su casa

Sentir ansiedad durante la recuperación es normal. Casi el 40 % de las personas en tratamiento también vive con un \
trastorno de ansiedad.1

¿Por qué aparece la ansiedad?

El cerebro busca el equilibrio. Esto puede causar palpitaciones, insomnio y miedo.

Qué puede hacer hoy

Respire despacio durante cinco minutos, con una mano sobre el abdomen. Evite el café por la tarde. Nuestro equipo puede \
ayudarle. Nunca deje un medicamento sin consultar a su médico.2 No está solo, y la recuperación es posible.

Llámenos

En Casa Norte, creemos que nadie debe enfrentar esto sin apoyo. Llame al 404-555-0177 para hablar con un consejero.

Referencias

1. Instituto de Salud Mental. Trastornos de ansiedad, 2023.
2. Administración de Salud. Guía para pacientes.
"""

BLOG_PAGE = """<!DOCTYPE html><html lang="en"><head><title>What Is Naloxone? | Bright Path Center</title>
<meta property="og:site_name" content="Bright Path Center"><script>track("EVIL")</script></head>
<body><header><nav><ul><li><a href="/">Home</a></li><li><a href="/about">About</a></li></ul></nav></header>
<main><article><h1>What Is Naloxone?</h1>
<section class="article-byline"><a href="/sam">Sam Ortiz</a><time>Jan 12, 2025</time></section>
<figure><img alt="A hand holding a spray" src="x.jpg"><figcaption>Photo: Somebody</figcaption></figure>
<section><p>Naloxone is a medicine that reverses an opioid overdose for a short time.<a href="#fn:1"><sup>1</sup></a> Anyone
can carry it, and it does no harm to a person who has not taken opioids.</p>
<h2 id="how">How it works</h2><p>Opioids slow the breath until it stops. It wears off after 30 to 90 minutes,<a
href="#fn:2"><sup>2</sup></a> so the person needs medical care even when they <em>seem</em> fine.</p>
<h2>How to use the spray</h2><p>Follow these steps:</p><ol><li><p>Lay the person on their back.</p></li>
<li><p>Put the nozzle into one nostril.</p><p>Use the whole dose.</p><ul><li>Hold it steady.</li></ul></li></ol>
<blockquote><p>I keep one in the car and one at home.</p><footer>— Lee, a father</footer></blockquote>
<h2>Where to get it</h2><p>Bright Path gives kits away every Friday. <a href="https://brightpath.example/kits">Find a
kit</a>, <a href="javascript:alert(1)">not this</a>, or call <a href="tel:+14785550119">478-555-0119</a>.</p>
<div class="footnotes"><ol><li id="fn:1">Institute of Drugs. <a href="https://drugs.example/n">Naloxone Facts</a>.
<a href="#fnref:1">↩</a></li><li id="fn:2"><p>Disease Center. Lifesaving Naloxone. <a href="#fnref:2">↩</a></p></li></ol></div>
</section></article><aside>Comments are closed.</aside>
<aside class="read-more"><h2>Read more</h2><p>Myths travel fast and facts walk slowly behind them for years.</p></aside></main>
<footer>Powered by Something</footer></body></html>"""

MARKDOWN = """---
title: "Starting Medication"
author: Juniper Health Office
lang: en
---

<!-- never shown -->

Medication is the most effective treatment we know of.[^1] It lowers the risk of death by about half.[^1][^two]

Weeks one and two
-----------------

1. You meet a nurse and talk about what you use and when.
2. You wait until mild withdrawal starts.
   - Your nurse will tell you how to score it.

> Most people feel better within the first day.
>
> -- Nurse Avery

## Side effects

Common ones are constipation, sweating and sleepiness. Use `{{ dose }}` cards, 100% of them, with <<DATE>> and ${ROOM}.
Visit <https://juniper.example/start> or call **912-555-0161**.

<script>evil()</script>

[^1]: Academy of Sciences. *Medications Save Lives.* 2019.
[^two]: Larochelle et al. After an overdose.
    Annals, 2018.
"""

_NAMESPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELS = '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'


def word_paragraph(text: str, *, style: str = "", bold: bool = False, note: int | None = None) -> str:
    """One paragraph of a Word document, with a footnote behind its text when `note` is given."""
    look = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    strong = "<w:rPr><w:b/></w:rPr>" if bold else ""
    mark = f'<w:r><w:footnoteReference w:id="{note}"/></w:r>' if note is not None else ""
    return f'<w:p>{look}<w:r>{strong}<w:t xml:space="preserve">{text}</w:t></w:r>{mark}</w:p>'


def word_file(
    body: str, *, notes: dict[int, str] | None = None, styles: dict[str, str] | None = None,
    extra: dict[str, bytes] | None = None, pack: int = zipfile.ZIP_STORED,
) -> bytes:  # fmt: skip
    """A Word document as bytes; `styles` maps style ids to the names Word gives them, `extra` holds further parts."""
    out = io.BytesIO()
    named = "".join(
        f'<w:style w:type="paragraph" w:styleId="{i}"><w:name w:val="{n}"/></w:style>'
        for i, n in (styles or {}).items()
    )
    footnotes = "".join(f'<w:footnote w:id="{i}">{word_paragraph(t)}</w:footnote>' for i, t in (notes or {}).items())
    with zipfile.ZipFile(out, "w", pack) as archive:
        for name, data in (extra or {}).items():
            archive.writestr(name, data)
        archive.writestr("[Content_Types].xml", _TYPES)
        archive.writestr(
            "_rels/.rels",
            f'{_RELS}<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>',
        )
        archive.writestr("word/document.xml", f"<w:document {_NAMESPACE}><w:body>{body}</w:body></w:document>")
        archive.writestr(
            "word/_rels/document.xml.rels",
            f'{_RELS}<Relationship Id="rId1" Type="{_OFFICE}/styles" Target="styles.xml"/>'
            f'<Relationship Id="rId2" Type="{_OFFICE}/footnotes" Target="footnotes.xml"/></Relationships>',
        )
        archive.writestr("word/styles.xml", f"<w:styles {_NAMESPACE}>{named}</w:styles>")
        archive.writestr("word/footnotes.xml", f"<w:footnotes {_NAMESPACE}>{footnotes}</w:footnotes>")
    return out.getvalue()


def read_text(text: str, name: str = "article.txt") -> Article:
    """The article in a text."""
    return read(text.encode("utf-8"), name)


def headings(article: Article) -> list[str]:
    """Its headings in order."""
    return [s.heading for s in article.sections if s.heading is not None]


def texts(article: Article) -> list[str]:
    """Its sentences in order."""
    return [s.text for s in article.sentences()]


def cited(article: Article) -> dict[str, tuple[str, ...]]:
    """Every sentence with a reference, and what it names."""
    return {s.text: tuple(r.ref for r in s.refs) for s in article.sentences() if s.refs}


def lists(article: Article) -> list[ItemList]:
    """Its lists in order."""
    return [b for s in article.sections for b in s.blocks if isinstance(b, ItemList)]


def section(article: Article, heading: str) -> Section:
    """The section under a heading."""
    return next(s for s in article.sections if s.heading == heading)
