"""Reference markers in running text: which digits and signs are lifted, and which are the author's own."""

import pytest

from outreach.rules.readers import markers
from outreach.rules.readers.lines import Line, Span

NAMES = [*(str(n) for n in range(1, 13)), "*", "**", "†", "‡", "§", "a", "b", "i", "ii", "iv", "cdc", "who-2020"]

# What the article says | what is left of it | the sources named.
LIFTED = """
It weakens control.1 | It weakens control. | 1
It weakens control.12 Then it heals. | It weakens control. Then it heals. | 12
Deaths fell in 2022.1 | Deaths fell in 2022. | 1
Deaths fell in 2022.1 Nobody knew why. | Deaths fell in 2022. Nobody knew why. | 1
It rose to 40%.2 | It rose to 40%. | 2
It rose by 40%2 | It rose by 40% | 2
It helps.1,2 | It helps. | 1 2
It helps.1, 2 | It helps. | 1 2
It helps.1–3 | It helps. | 1 2 3
It helps.1-3 | It helps. | 1 2 3
It helps.1,3–5 | It helps. | 1 3 4 5
It helps[1]. | It helps. | 1
It helps [1]. | It helps. | 1
It helps.[1] | It helps. | 1
It helps. [1] | It helps. | 1
It helps [1, 3]. | It helps. | 1 3
It helps [1,3]. | It helps. | 1 3
It helps [1; 3]. | It helps. | 1 3
It helps [1–3]. | It helps. | 1 2 3
It helps [1-3]. | It helps. | 1 2 3
It helps [1], [3]. | It helps. | 1 3
It helps [1],[3]. | It helps. | 1 3
It helps [1][3]. | It helps. | 1 3
It helps.[1], [3] | It helps. | 1 3
It helps [1]–[3]. | It helps. | 1 2 3
It helps [1] and rests. | It helps and rests. | 1
It helps [^1]. | It helps. | 1
It helps.[^cdc] | It helps. | cdc
It helps.[^who-2020] | It helps. | who-2020
It helps.¹ | It helps. | 1
It helps.¹² | It helps. | 12
It helps.¹,² | It helps. | 1 2
It helps.¹˒² | It helps. | 1 2
It helps.¹⁻³ | It helps. | 1 2 3
It helps.¹–³ | It helps. | 1 2 3
It helps ¹ and rests. | It helps and rests. | 1
It helps.^1 | It helps. | 1
It helps.^1^ | It helps. | 1
It helps.^1,2^ | It helps. | 1 2
It helps.^[1] | It helps. | 1
It helps.^(1) | It helps. | 1
It helps. (1) | It helps. | 1
It helps (1). | It helps. | 1
It helps (1, 2). | It helps. | 1 2
It helps (1–3). | It helps. | 1 2 3
It helps (1), and it lasts. | It helps, and it lasts. | 1
“It helps.”1 | “It helps.” | 1
“It helps”1 and lasts. | “It helps” and lasts. | 1
"It helps."1 | "It helps." | 1
«Ayuda».1 | «Ayuda». | 1
(It helps.)1 | (It helps.) | 1
It helps (a lot).1 | It helps (a lot). | 1
It helps (a lot)1 and lasts. | It helps (a lot) and lasts. | 1
It helps:1 | It helps: | 1
It helps,1 and it lasts. | It helps, and it lasts. | 1
It helps;1 it lasts. | It helps; it lasts. | 1
Does it help?1 | Does it help? | 1
It helps!1 | It helps! | 1
It helps…1 | It helps… | 1
Sleep1 and food2 help. | Sleep and food help. | 1 2
It affects the brain1. | It affects the brain. | 1
It helps.* | It helps. | *
It helps.** | It helps. | **
It helps* and lasts. | It helps and lasts. | *
It helps.† | It helps. | †
It helps.‡ | It helps. | ‡
It helps.§ | It helps. | §
It helps.[a] | It helps. | a
It helps [b]. | It helps. | b
It helps.[ii] | It helps. | ii
It helps.[iv] | It helps. | iv
It comes in phase 1.1 | It comes in phase 1. | 1
It is COVID-19.3 | It is COVID-19. | 3
It was COVID-19.3 Then it passed. | It was COVID-19. Then it passed. | 3
Take vitamin B12.4 | Take vitamin B12. | 4
It was H1N1.5 | It was H1N1. | 5
Take 5 mg.2 | Take 5 mg. | 2
Take 5 mg.2 Then wait. | Take 5 mg. Then wait. | 2
It is below 130/80.1 | It is below 130/80. | 1
It starts at 6 p.m.1 | It starts at 6 p.m. | 1
It is legal in the U.S.1 | It is legal in the U.S. | 1
It cost $5.1 billion.2 | It cost $5.1 billion. | 2
About 1 in 5 drink.3 | About 1 in 5 drink. | 3
It holds for ages 12–17.1 | It holds for ages 12–17. | 1
"""

KEPT = """
The dose was 2.1 mg.
It rose 2.1%.
It rose from 1.1 to 1.2.
About 1,1 million saw it.
About 1,200 people saw it.
It cost $5.1 billion.
It cost $3.50.
Version 2.1 is out.
Version 2.1.3 is out.
We meet at 6:10.
We meet at 6:10 a.m.
It is 98.6 degrees.
It is below 130/80.
Take vitamin B1 daily.
Take vitamin B12 daily.
Eat omega 3 fats.
Omega-3 helps.
It was COVID-19.
It was COVID19.
It was H1N1.
It is type 2 diabetes.
Step 4 is hard.
Do step4 now.
Phase 1 is over.
Phase 1: rest.
In Phase 2, work.
See No. 1 on the list.
See no.1 on the list.
See p.4 for more.
See Fig.2 for more.
See vol.3 for more.
Call 770-555-0101.
Call 770.555.0101.
Call (770) 555-0101.
Call 988.
Text 741741.
It is 12 x 10.
Rooms 1, 2 and 3 are open.
Open 1–3 p.m.
It is 5 m² large.
It is 10 km² large.
Read John 3:12 today.
Read Psalm 4.1 today.
Use MP3 files.
A 5-4-3-2-1 count helps.
It is 9 a.m.-5 p.m.
It happened on 9/11.
He (12) came along.
He is number (1) in class.
She has (2) kids.
Take one of these [sic] now.
Ask [your doctor] first.
It was 50/50.
We need $5 * 3.
It works 24/7.
The score was 3:2.
It is 1.5 hours away.
The pH is 7.4.
.5 mg is enough.
Use 0.5 mg.
Take 5 mg.
Use H2O.
A1C is a blood test.
CD4 counts rise.
Hepatitis B1 is no name.
"""


def rows(table: str) -> list[str]:
    return [line for line in table.strip().splitlines() if line.strip()]


def lifted(text: str) -> tuple[str, list[str]]:
    line = markers.lift(Line(kind="text", spans=(Span(text),)), NAMES)
    return line.text, [s.ref for s in line.spans if s.ref is not None]


@pytest.mark.parametrize("row", rows(LIFTED))
def test_markers_are_lifted_and_name_their_sources(row: str) -> None:
    said, left, named = (part.strip() for part in row.split(" | "))
    assert lifted(said) == (left, named.split())


@pytest.mark.parametrize("text", rows(KEPT))
def test_digits_and_signs_of_the_author_stay(text: str) -> None:
    assert lifted(text) == (text, [])
