"""Does a sentence stand alone? Our own cases, good and bad."""

import pytest

from outreach.rules.standalone import leaning, opens_with_pointer

ORGANISATION = "Hope Harbor"

STANDS = [
    "Keep naloxone at home and show your family where it is.",
    "It is never too late to ask for help.",
    "It takes time to feel well again.",
    "Those who sleep well heal faster.",
    "This week, tell one friend how you are.",
    "Someone who cares will listen when they can.",
    "At Hope Harbor, we answer every call.",
    "If a friend stops breathing, call 911 and stay with them.",
    "Recovery gets easier when people know they are not alone.",
    "Cold air makes it easier to fall asleep.",
    "Many parents say “I did not know” before they come to us at Hope Harbor.",
    "Both methadone and buprenorphine calm cravings.",
    "Heroin slows the breath.",
    "It is never too late to start again.",
    "It is not your fault.",
    "Ask your family what they need from you this week.",
    "Eat one meal a day at the same table with the phones off.",
    "Make it a habit to walk after lunch.",
    "Small changes at the table add up within weeks.",
    "Strengthen the link between sleep and your bed.",
    "The pressure should stay below 130/80.",
]

LEANS = [
    ("This is why rest matters so much.", "points back"),
    ("They often come back at night.", "points back"),
    ("However, most people get better.", "points back"),
    ("For example, a walk after lunch helps.", "points back"),
    ("After that, the days get longer again.", "points back"),
    ("Wait an hour after any of those before you eat.", "points at something outside"),
    ("Many people live with these struggles.", "points at something outside"),
    ("Ask them before you leave the room.", "nothing to stand for"),
    ("Store it high above the sink.", "nothing to stand for"),
    ("We offer a quiet room for visits.", "without a name"),
    ("Our nurses have looked at many homes.", "without a name"),
    ("My doctor told the truth about pills.", "speaks as"),
    ("The following foods help you sleep.", "points at the page"),
    ("Read more in this article about sleep.", "points at the page"),
    ("Sleep, food and walks:", "no end mark"),
    ("and then rest until noon comes.", "starts in the middle"),
    ("You can sleep again, too.", "points back"),
    ("Stay on the line even so.", "points back"),
    ("Whole grains do so more slowly.", "do what"),
    ("Make it a game for the kids.", "nothing to stand for"),
    ("It is not worth the risk.", "points back"),
    ("Rest well.", "too short"),
    ("She said “rest is best and left the room.", "do not pair"),
    ("Sleep helps the brain.[2]", "marker"),
    ("Sleep helps the brain and then…", "breaks off"),
]


@pytest.mark.parametrize("text", STANDS)
def test_sentences_that_stand_alone(text: str) -> None:
    assert leaning(text, ORGANISATION) == ()


@pytest.mark.parametrize(("text", "reason"), LEANS, ids=[t[:28] for t, _ in LEANS])
def test_sentences_that_lean_on_others(text: str, reason: str) -> None:
    assert any(reason in r for r in leaning(text, ORGANISATION)), leaning(text, ORGANISATION)


@pytest.mark.parametrize(
    ("text", "leans"),
    [
        ("Esto puede causar miedo en la noche.", True),
        ("Además, conviene caminar todos los días.", True),
        ("Nuestro equipo atiende de lunes a viernes.", True),
        ("Creemos que nadie debe estar solo en casa.", True),
        ("La mayoría de ellos las encontró en un cajón.", True),
        ("Pueden durar varios meses.", True),
        ("De noche puede tener el efecto contrario.", True),
        ("Son comunes y pasan pronto.", True),
        ("Escríbalo en un cuaderno.", True),
        ("Guárdelas bajo llave.", True),
        ("Quédese con él hasta el final.", True),
        ("Muchas personas recaen en esos días.", True),
        ("Dicho ejemplo pesa más que las palabras.", True),
        ("Pruebe lo siguiente esta noche.", True),
        ("El descanso ayuda también.", True),
        ("Ofrecemos grupos por la tarde.", True),
        ("Después de una pausa, el cuerpo tolera menos.", False),
        ("Puede encender una vela por la tarde.", False),
        ("Camine esta semana con un amigo.", False),
        ("Escuche sin interrumpir.", False),
        ("Lea la etiqueta cada vez y guárdela.", False),
        ("Cierre los ojos y respire por la nariz.", False),
        ("Los hermanos mayores también necesitan tiempo.", False),
        ("Camine al aire libre todos los días.", False),
        ("La recuperación es posible a cualquier edad.", False),
        ("Nunca deje un medicamento sin consultar a su médico.", False),
    ],
)
def test_spanish_sentences(text: str, leans: bool) -> None:
    assert bool(leaning(text, None, "es")) == leans


def test_heroin_is_not_the_pronoun_he() -> None:
    assert not opens_with_pointer("Heroin changes the brain.")
    assert not opens_with_pointer("Thecla walks.")
