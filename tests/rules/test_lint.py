"""Problems with a code, a place and a cure."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from outreach.rules.compiler import compile_series
from outreach.rules.draft import Block, CitationRef, EmailDraft, Problem, Run
from outreach.rules.lint import lint, lint_email, lint_text
from outreach.rules.lint_wording import CODES, problem
from outreach.rules.readability import grade, spanish_ease, spanish_syllables, syllables
from outreach.rules.words import is_private, speaks_of_crisis, stigma_in
from tests.rules.articles import SAMPLE, read_text

LINT_PAGE = Path(__file__).parents[2] / "docs" / "lint.md"
PLAIN = "The brain likes its rest. Go to bed at the same hour each night."
HARD = (
    "Rehabilitation facilitates comprehensive psychological stabilization notwithstanding neurological impairment. " * 4
)
FILLER = "The brain is an organ that likes its rest. Food and company are part of the care it gets every day at home."


def problems(*blocks: str) -> tuple[Problem, ...]:
    return compile_series(read_text("\n\n".join(["The Brain at Rest", FILLER, *blocks]))).problems


def found(code: str, *blocks: str) -> Problem | None:
    return next((p for p in problems(*blocks) if p.code == code), None)


# Each code: what brings it up in a compiled article (severity, blocks), and what is near to it and does not.
ARTICLES = [
    ("missing-citation", "error", ["Rest helps people a lot.[7] It does."], ["Rest helps.[1]", "Sources", "[1] A. Book. 2020."]),
    ("unsourced-number", "warning", ["About 80% of people sleep badly in spring."], ["Rest for 30 minutes after lunch."]),
    ("unused-source", "note", ["Rest helps.[1]", "Sources", "[1] A. Book. 2020.\n[2] Another Book. 2021."], ["Rest helps."]),
    ("stigma", "warning", ["An addict needs care like everybody else does."], ["Alcoholics Anonymous meets on Monday."]),
    ("shame", "warning", ["It is your own fault when sleep stays away."], ["It is not your fault when sleep stays away."]),
    ("urgency", "warning", ["Act now, before it is too late for your sleep."], ["It is never too late to sleep well."]),
    ("promise", "warning", ["Good sleep is guaranteed after a month with us."], ["Nobody can guarantee a good night."]),
    ("dosing", "warning", ["Take two tablets of magnesium at night."], ["Take a walk at night."]),
    ("referral-reward", "error", ["Refer a friend and get a gift card."], ["A doctor may refer a friend to a clinic."]),
    ("shortener", "error", ["See https://bit.ly/abc for all the foods."], ["See https://example.org/abc for all."]),
    ("crisis-lifelines", "note", ["An overdose can happen to anyone."], ["If you think of suicide, call 988 or 911."]),
    ("lock-screen", "note", ["Alcohol and Your Brain", "Alcohol harms the brain over time."], ["Rest and Food", "Rest helps."]),
    ("no-call", "note", ["Rest is a skill."], ["Rest is a skill. Call Hope Harbor at 770-555-0101."]),
    ("few-texts", "note", ["They are hard. " * 90], ["Rest is a skill."]),
    ("we-unnamed", "note", ["We think that rest is a skill."], ["Rest is a skill."]),
]  # fmt: skip


@pytest.mark.parametrize(("code", "severity", "blocks"), [a[:3] for a in ARTICLES], ids=[a[0] for a in ARTICLES])
def test_each_problem_of_an_article_has_its_code(code: str, severity: str, blocks: list[str]) -> None:
    problem = found(code, *blocks)
    assert problem is not None and problem.severity == severity
    assert problem.where and len(problem.say) > 20 and problem.say.endswith(".")


@pytest.mark.parametrize(("code", "blocks"), [(a[0], a[3]) for a in ARTICLES], ids=[a[0] for a in ARTICLES])
def test_what_is_only_near_to_a_problem_is_none(code: str, blocks: list[str]) -> None:
    assert found(code, *blocks) is None


def email(text: str = PLAIN, **other: object) -> EmailDraft:
    values: dict[str, object] = {
        "number": 1, "subject": "Rest and the brain in the first month", "subject_discreet": "Part 1 of 2 of your reading series",
        "preheader": "Food and company are part of the care it gets.", "words": 200,
        "preheader_discreet": "A few minutes to read, whenever it suits you.",
        "blocks": (Block(kind="paragraph", runs=(Run(text),)),),
    }  # fmt: skip
    return EmailDraft(**{**values, **other})  # type: ignore[arg-type]


MARKED = (Block(kind="paragraph", runs=(Run("Rest helps 80% of people."), Run("[1]", ref=1))),)
FRAMED = (
    Block(kind="bridge", slot=True, runs=(Run("Next time: more on rest and food."),)),
    Block(kind="paragraph", runs=(Run(PLAIN),)),
)
LINKED = (Block(kind="paragraph", runs=(Run("Read more", url="https://bit.ly/abc"),)),)
SPANISH_HARD = (
    "La rehabilitación neuropsicológica multidisciplinaria proporciona oportunidades extraordinarias para la reestructuración "
    "de las capacidades funcionales, la estabilización emocional y la reincorporación sociolaboral de las personas afectadas "
    "por enfermedades neurodegenerativas, independientemente de las circunstancias socioeconómicas individuales."
)
EMAILS = [
    ("missing-citation", "error", email(blocks=MARKED)),
    ("missing-citation", "error", email("Rest helps in many ways.[3]")),
    ("unsourced-number", "warning", email("Rest helps 80% of people.")),
    ("unused-source", "note", email(citations=(CitationRef(1, "A. Book. 2020."),))),
    ("stigma", "warning", email(subject="A recovering addict and the brain")),
    ("crisis-lifelines", "error", email("An overdose can happen to anyone.")),
    ("crisis-lifelines", "note", email("An overdose can happen to anyone.", lifelines=True)),
    ("lock-screen", "error", email(subject_discreet="Part 2 of your rehab series for you")),
    ("lock-screen", "note", email("Alcohol and the brain.")),
    ("lock-screen", "note", email(blocks=(Block(kind="paragraph", runs=(Run("Read on", url="https://example.org/heroin-rehab"),)),))),
    ("shortener", "error", email(blocks=LINKED)),
    ("long-part", "warning", email(words=331)),
    ("short-part", "note", email(words=80)),
    ("own-words", "note", email(blocks=FRAMED)),
    ("subject-length", "warning", email(subject="Rest")),
    ("subject-wording", "error", email(subject="Re: rest and the brain in the first month")),
    ("subject-wording", "warning", email(subject="REST AND THE BRAIN IN THE FIRST MONTH")),
    ("subject-wording", "warning", email(subject="Rest and the brain in the first month!!")),
    ("preheader-length", "note", email(preheader="Rest well.")),
    ("preheader-repeats", "warning", email(preheader="Rest and the brain in the first month of the year.")),
    ("reading-grade", "warning", email(HARD)),
    ("reading-grade", "warning", email(SPANISH_HARD, language="es")),
]  # fmt: skip


@pytest.mark.parametrize(("code", "severity", "draft"), EMAILS, ids=[f"{i}-{e[0]}" for i, e in enumerate(EMAILS)])
def test_each_problem_of_an_edited_email_has_its_code(code: str, severity: str, draft: EmailDraft) -> None:
    problem = next(p for p in lint_email(draft, 2) if p.code == code)
    assert problem.severity == severity
    assert problem.where.startswith("email 1") and problem.say.endswith(".")


def test_a_plain_email_has_no_problem() -> None:
    assert lint_email(email(), 2) == ()
    cited = email(blocks=MARKED, citations=(CitationRef(1, "A. Book. 2020."),))
    assert lint_email(cited, 2) == ()
    assert lint_email(email("Descanse cada día después de comer. " * 8, language="es"), 2) == ()


def test_two_emails_with_one_subject_are_told() -> None:
    draft = compile_series(read_text("\n\n".join(["The Brain at Rest", FILLER])))
    twins = replace(draft, emails=(email(), email(number=2)))
    problem = next(p for p in lint(twins, read_text(FILLER * 3)) if p.code == "subject-twice")
    assert problem.where == "email 2, subject"


def test_a_sentence_in_no_email_is_told() -> None:
    article = read_text("\n\n".join(["The Brain at Rest", FILLER]))
    draft = compile_series(article)
    lost = replace(draft, coverage=replace(draft.coverage, placed=draft.coverage.placed - 1))
    assert any(p.code == "coverage" and p.severity == "error" for p in lint(lost, article))


def test_text_behind_the_sources_is_told() -> None:
    article = read_text("\n\n".join(["The Brain at Rest", FILLER]))
    for warning, severity in (("text-after-sources", "note"), ("text-after-sources-dropped", "warning")):
        told = lint(compile_series(article), replace(article, warnings=(warning,)))
        assert any(p.code == "text-after-sources" and p.severity == severity for p in told)


TEXTS = [
    ("empty-text", "error", " … "),
    ("long-text", "error", "Rest well and often, my friend. " * 12),
    ("crisis-tip", "error", "An overdose can happen to anyone."),
    ("text-leans", "warning", "They help a lot in the evening."),
    ("unsourced-number", "warning", "About 80% of people sleep badly."),
    ("shortener", "error", "Read bit.ly/abc before the meeting."),
    ("text-link", "note", "Read example.org/sleep before the meeting."),
    ("carrier-words", "warning", "Put the vape away at night and rest."),
    ("carrier-words", "note", "Keep naloxone at home for the family."),
    (
        "long-sentence",
        "note",
        "Rest when you can, eat when you can, and walk when you can, all through the first long month.",
    ),
    (
        "text-encoding",
        "note",
        "Rest in the evening \U0001f319 and read a dull book in a soft chair for a while before bed.",
    ),
    ("lock-screen", "note", "Drug use is hard on the body and sleep."),
    ("dosing", "warning", "Take two pills before you go to bed."),
    ("stigma", "warning", "Every addict can sleep well again."),
    ("promise", "warning", "Our program cures addiction in a month."),
]


@pytest.mark.parametrize(("code", "severity", "text"), TEXTS, ids=[f"{i}-{t[0]}" for i, t in enumerate(TEXTS)])
def test_each_problem_of_a_text_has_its_code(code: str, severity: str, text: str) -> None:
    assert (code, severity) in {(p.code, p.severity) for p in lint_text(text)}


def test_a_plain_text_has_no_problem() -> None:
    assert lint_text("Put the phone in the kitchen at night.") == ()
    assert lint_text("About 80% of people sleep better after a walk. (Sleep Institute.)") == ()
    assert lint_text("Respire hondo y camine un poco cada día.", language="es") == ()


def test_accents_are_never_advised_away() -> None:
    text = "Camine veinte minutos cada mañana y después descanse un rato en un sillón junto a la ventana."
    problem = next(p for p in lint_text(text, language="es") if p.code == "text-encoding")
    assert "Keep the accents" in problem.say


def test_every_code_has_its_case_and_stands_in_the_published_table() -> None:
    elsewhere = {"subject-twice", "coverage", "text-after-sources", "confirm-structure", "edit-conflict"}
    cases = {c[0] for c in (*ARTICLES, *EMAILS, *TEXTS)} | elsewhere
    # those of test_library_problems.py
    libraries = {"merge-field", "markup", "own-footer", "unknown-column", "same-message", "several-titles"}
    assert cases | libraries == set(CODES)
    rows = re.findall(r"^\| `([\w-]+)` \| (.+?) \| (.+?) \| (.+?) \|$", LINT_PAGE.read_text(encoding="utf-8"), re.M)
    assert {code: meaning for code, meaning, _, _ in rows} == CODES
    assert len(rows) == len(CODES)


def test_a_code_that_nobody_explained_cannot_appear() -> None:
    with pytest.raises(KeyError):
        problem("note", "new-code", "email 1", "Something.")
    assert {p.code for p in compile_series(read_text(SAMPLE.read_text(encoding="utf-8"))).problems} <= set(CODES)


def test_a_source_at_the_end_of_the_paragraph_makes_an_unsourced_figure_a_note() -> None:
    problem = found(
        "unsourced-number",
        "About 80% of people sleep badly. Most of them sleep well later.[1]",
        "Sources",
        "[1] A. Book. 2020.",
    )
    assert problem is not None and problem.severity == "note"


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Keep naloxone at home.", set()),
        ("X" * 400 + " is a very long text that nobody reads.", {"long-text"}),
        ("An overdose can happen to anyone.", {"crisis-tip"}),
        ("After an overdose, call 911 and stay.", set()),
        ("They help a lot in the evening.", {"text-leans"}),
        ("Read bit.ly/abc before the meeting.", {"shortener"}),
        ("Read https://bit.ly/abc before the meeting.", {"shortener"}),
    ],
)
def test_a_text_written_by_a_person_is_checked_alike(text: str, codes: set[str]) -> None:
    assert {p.code for p in lint_text(text) if p.severity != "note"} == codes


@pytest.mark.parametrize(
    "text",
    [
        "a recovering addict", "drug abuse", "alcoholics", "heroin user", "getting clean", "a dirty test",
        "she relapsed", "MAT works",
        "he committed suicide", "tough love", "convicts", "in denial", "addicted babies", "clean needles",
        "un drogadicto", "abuso de drogas", "the town drunk", "a patient is clean", "six months clean", "she had a slip",
        "resistant to treatment", "treatment failure", "bebé adicto", "lleva un año limpio.", "cometió suicidio",
        "tocar fondo", "los presos", "terapia de sustitución", "intento fallido",
    ],
)  # fmt: skip
def test_stigmatising_words_are_found_with_what_to_say_instead(text: str) -> None:
    assert stigma_in(text) and all(instead for _, instead in stigma_in(text))


@pytest.mark.parametrize(
    "text",
    [
        "Alcoholics Anonymous meets on Monday.",
        "the National Institute on Drug Abuse",
        "the Substance Abuse and Mental Health Services Administration",
        "a person with alcohol use disorder",
        "Clean the house and wash your hands.",
        "Keep the kitchen clean and dry.",
        "She sat on a mat by the door.",
        "See https://example.org/addicts for more.",
        "the Journal of Substance Abuse Treatment",
        "Alcohólicos Anónimos se reúne los lunes.",
        "Slips and falls happen on wet floors.",
        "Write it on a slip of paper.",
        "Never drive drunk.",
        "The wound is clean.",
        "una bebida alcohólica",
    ],
)
def test_proper_names_and_plain_words_are_left_alone(text: str) -> None:
    assert stigma_in(text) == []


def test_private_words_and_crisis_words() -> None:
    assert is_private("Heroin and the Brain") and is_private("La ansiedad") and is_private("Opioids")
    assert is_private("L’alcool et vous") and is_private("Dependência") and is_private("Sucht")
    assert not is_private("Part 2 of 4 of your reading series")
    assert not is_private("Drink a glass of water at noon.") and is_private("Drink less")
    assert not is_private("Eating well on a budget") and is_private("Eating disorders")
    assert (
        speaks_of_crisis("wish you had died")
        and speaks_of_crisis("ganas de morir")
        and speaks_of_crisis("hurt yourself")
    )
    assert (
        speaks_of_crisis("ending your life")
        and speaks_of_crisis("una sobredosis")
        and not speaks_of_crisis("a long life")
    )


def test_the_reading_grade_of_plain_and_hard_words() -> None:
    plain = ["The cat sat on the mat and the dog sat on the rug." for _ in range(4)]
    hard = [
        "Rehabilitation facilitates comprehensive psychological stabilization notwithstanding neurological impairment."
        * 1
    ] * 4
    assert grade(plain) is not None and (grade(plain) or 0) < 3
    assert (grade(hard) or 0) > 15
    assert grade(["Too short."]) is None


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("cat", 1),
        ("water", 2),
        ("make", 1),
        ("table", 2),
        ("walked", 1),
        ("wanted", 2),
        ("recovery", 4),
        ("the", 1),
        ("houses", 2),
        ("people", 2),
    ],
)
def test_syllables(word: str, count: int) -> None:
    assert syllables(word) == count


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("casa", 2),
        ("día", 2),
        ("bueno", 2),
        ("guerra", 2),
        ("recuperación", 5),
        ("caos", 2),
        ("y", 1),
        ("ciudad", 2),
        ("oír", 2),
    ],
)
def test_spanish_syllables(word: str, count: int) -> None:
    assert spanish_syllables(word) == count


def test_the_ease_of_plain_and_hard_spanish() -> None:
    plain = ["El gato come pan en la casa de mi tía y luego duerme." for _ in range(4)]
    assert (spanish_ease(plain) or 0) > 70
    assert (spanish_ease([SPANISH_HARD]) or 0) < 20
    assert spanish_ease(["Muy corto."]) is None
