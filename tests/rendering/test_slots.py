"""What is filled per person, and that nothing is sent with a hole in it."""

import json
import shutil
from collections.abc import Iterator
from html import escape
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import UndefinedError

from outreach import rendering
from outreach.rendering import SLOTS, CompiledEmail, SlotMissing, environment
from tests.rendering.letters import HOPE_BRIDGE, OUR_HOST, compiled, draft, one_of_each, paragraph, see, values

EMAIL = compiled(draft(*one_of_each("Sleep & rest"), lifelines=True))


def replaced(email: CompiledEmail, person: dict[str, str]) -> tuple[str, str]:
    """(text, html) as a provider makes them: every mark replaced literally, one after the other."""
    text, html = email.text, email.html
    for mark, value in email.substitutions(person).items():
        text, html = text.replace(mark, value), html.replace(mark, value)
    return text, html


@pytest.mark.parametrize("name", SLOTS)
def test_a_missing_slot_stops_the_email(name: str) -> None:
    person = values(EMAIL)
    del person[name]
    for fill in (EMAIL.substitutions, lambda v: rendering.fill(EMAIL, v)):
        with pytest.raises(SlotMissing) as stopped:
            fill(person)
        assert stopped.value.name == name


def test_an_unknown_slot_stops_the_email() -> None:
    with pytest.raises(SlotMissing) as stopped:
        rendering.fill(EMAIL, values(EMAIL, last_name="Bell"))
    assert stopped.value.name == "last_name"


@pytest.mark.parametrize("name", sorted(set(SLOTS) - {"greeting", "preheader"}))
def test_an_empty_link_brand_or_subject_stops_the_email(name: str) -> None:
    with pytest.raises(SlotMissing) as stopped:
        EMAIL.substitutions(values(EMAIL, **{name: ""}))
    assert stopped.value.name == name


def test_without_a_greeting_no_empty_line_is_left() -> None:
    email = compiled(draft(paragraph("Sleep helps.")))
    assert rendering.fill(email, values(email)).text.startswith("Hi Ann,\n\nSleep helps.\n")
    assert rendering.fill(email, values(email, greeting="")).text.startswith("Sleep helps.\n")


def test_no_mark_is_left_after_filling() -> None:
    filled = rendering.fill(EMAIL, values(EMAIL))
    assert EMAIL.mark_prefix in EMAIL.html and EMAIL.mark_prefix in EMAIL.text
    assert EMAIL.mark_prefix not in filled.html + filled.text + filled.subject


def test_html_values_are_escaped_and_text_values_are_not() -> None:
    filled = rendering.fill(EMAIL, values(EMAIL, greeting='Hi <Ann> & "Bob",', brand="R&D 'House'"))
    assert 'Hi <Ann> & "Bob",' in filled.text and "R&D 'House'" in filled.text
    assert "Hi &lt;Ann&gt; &amp; &quot;Bob&quot;," in filled.html and "<Ann>" not in filled.html
    assert "R&amp;D &#x27;House&#x27;" in filled.html


PERSON = st.fixed_dictionaries(
    {name: st.text(min_size=0 if name in ("greeting", "preheader") else 1, max_size=40) for name in SLOTS}
)


@settings(max_examples=150, deadline=None)
@given(PERSON)
def test_a_provider_that_replaces_marks_sends_the_same_bytes_as_our_own_fill(person: dict[str, str]) -> None:
    filled = rendering.fill(EMAIL, person)
    assert replaced(EMAIL, person) == (filled.text, filled.html)
    assert filled.subject == person["subject"]


@settings(max_examples=100, deadline=None)
@given(PERSON, st.sets(st.sampled_from(SLOTS)))
def test_what_is_filled_for_everyone_first_makes_no_difference(person: dict[str, str], same: set[str]) -> None:
    shared = EMAIL.with_values({name: person[name] for name in same})
    own = {name: value for name, value in person.items() if name not in same}
    filled = rendering.fill(EMAIL, person)
    assert replaced(shared, own) == (filled.text, filled.html)


def test_marks_in_values_do_not_part_the_two_ways_of_filling() -> None:
    person = values(EMAIL, greeting=EMAIL.text[:400], brand=f"-{EMAIL.mark_prefix}t:greeting-{EMAIL.mark_prefix}")
    filled = rendering.fill(EMAIL, person)
    assert replaced(EMAIL, person) == (filled.text, filled.html)


def test_substitutions_fit_the_providers_limit() -> None:
    """SendGrid takes 10,000 bytes of substitutions per person; ours stay far below with long links and names."""
    person = values(
        EMAIL, **{f"{n}_url": f"{OUR_HOST}/{'x' * 150}/" for n in ("unsubscribe", "preferences", "read_online")}
    )
    given_out = EMAIL.substitutions(person)
    assert sum(len(mark.encode()) + len(value.encode()) for mark, value in given_out.items()) < 4_000
    assert all(isinstance(value, str) for value in given_out.values())


def test_links_with_one_mark_fill_both_parts_as_two_marks_do() -> None:
    """A provider that replaces the marks of the shorter form sends the same text and the same html."""
    person = values(EMAIL, greeting="Hi O'Neil & <Ann>,")
    links = ("unsubscribe_url", "preferences_url", "read_online_url")
    shorter, marks = EMAIL.with_one_mark(links)
    words = dict(zip(marks, (person[link] for link in links), strict=True))
    words |= shorter.some_substitutions({slot: value for slot, value in person.items() if slot not in links})
    text, html = shorter.text, shorter.html
    for mark, value in words.items():
        text, html = text.replace(mark, value), html.replace(mark, value)
    filled = rendering.fill(EMAIL, person)
    assert (text, html) == (filled.text, filled.html) and len(words) < len(EMAIL.substitutions(person))


@pytest.mark.parametrize(
    ("value", "plain"),
    [("https://o.example.org/u/5f/", True), ("https://o.example.org/?a=1&b=2", False), ('"', False), ("", False)],
)
def test_only_what_html_does_not_escape_may_share_a_mark(value: str, plain: bool) -> None:
    assert EMAIL.is_plain(value) is plain
    assert not EMAIL.is_plain(f"x{EMAIL.mark_prefix}h:brand-")


def test_other_words_have_other_marks() -> None:
    """So nobody can know the marks of an email without knowing all its words."""
    assert len({compiled(draft(paragraph(text))).mark_prefix for text in ("Rest.", "Rest!", "Sleep.")}) == 3


def test_no_mark_is_part_of_another() -> None:
    marks = list(EMAIL.substitutions(values(EMAIL)))
    assert not [(a, b) for a in marks for b in marks if a != b and a in b]


def test_a_discreet_person_sees_the_neutral_name_and_subject_wherever_ours_would_show() -> None:
    email = compiled(draft(lifelines=True))
    person = values(
        email,
        brand=HOPE_BRIDGE.neutral_name,
        subject=email.subject_discreet,
        preheader=email.preheader_discreet,
    )
    filled = rendering.fill(email, person)
    everything = filled.subject + filled.text + filled.html
    assert HOPE_BRIDGE.name not in everything and HOPE_BRIDGE.short_name not in everything
    assert email.subject not in everything and email.preheader not in everything
    assert see(filled.html).words.count(HOPE_BRIDGE.neutral_name) == 2
    assert filled.text.count(HOPE_BRIDGE.neutral_name) == 1
    assert "PO Box 555" in filled.text and "PO Box 555" in filled.html


def test_a_compiled_email_comes_back_from_storage_as_it_was() -> None:
    stored = json.dumps(EMAIL.to_dict())
    again = CompiledEmail.from_dict(json.loads(stored))
    assert again == EMAIL
    assert rendering.fill(again, values(EMAIL)) == rendering.fill(EMAIL, values(EMAIL))


def test_a_rendering_changed_in_storage_is_refused() -> None:
    stored = EMAIL.to_dict()
    stored["html"] = stored["html"].replace("988", "989")
    with pytest.raises(ValueError, match="changed after it was made"):
        CompiledEmail.from_dict(stored)


def test_the_same_draft_gives_the_same_bytes_and_another_word_another_hash() -> None:
    assert compiled(draft()) == compiled(draft())
    assert compiled(draft()).content_hash != compiled(draft(subject="Sleep and the brain.")).content_hash


def test_read_online_shows_the_whole_email_and_greets_nobody() -> None:
    page = rendering.read_online(EMAIL, values(EMAIL))
    assert "Hi Ann," not in page and EMAIL.mark_prefix not in page
    assert "Sleep &amp; rest" in page and f"{OUR_HOST}/u/AAAA/" in page


def test_a_name_the_template_does_not_get_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        environment.render("sms/later.txt.jinja", name="Hope Bridge")


@pytest.fixture
def own_templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the templates that a test may edit, in use until its end."""
    copy = tmp_path / "templates"
    shutil.copytree(environment.TEMPLATES / "email", copy / "email")
    monkeypatch.setattr(environment, "TEMPLATES", copy)
    environment.environment.cache_clear()
    yield copy
    environment.environment.cache_clear()


@pytest.mark.parametrize("file", ["email.mjml.jinja", "email.txt.jinja"])
def test_a_template_that_loses_the_unsubscribe_link_compiles_no_email(own_templates: Path, file: str) -> None:
    template = own_templates / "email" / file
    template.write_text(template.read_text().replace("{{ slot.unsubscribe_url }}", "https://example.org/"))
    with pytest.raises(RuntimeError, match="unsubscribe_url"):
        compiled(draft())


@pytest.mark.parametrize(
    ("name", "language", "hello"),
    [
        ("Ann", "en", "Hi Ann,"),
        ("  Mary   Lou ", "en", "Hi Mary Lou,"),
        ("José", "es", "Hola, José:"),
        ("José", "es-MX", "Hola, José:"),
        ("D’Arcy", "fr", "Hi D’Arcy,"),
        ("J. R.", "en", "Hi J. R.,"),
        ("Anne-Marie", "en", "Hi Anne-Marie,"),
        ("अनिता", "en", "Hi अनिता,"),
        ("", "en", ""),
        ("   ", "en", ""),
        ("win money at evil.example", "en", ""),
        ("https://evil.example", "en", ""),
        ("Ann <b>", "en", ""),
        ("Ann\u202eevil", "en", ""),
        ("555-0143", "en", ""),
        ("A" * 41, "en", ""),
        ("-o8:h:greeting-", "en", ""),
    ],
)
def test_greeting_names_a_person_or_nobody(name: str, language: str, hello: str) -> None:
    assert rendering.greeting(name, language) == hello


@pytest.mark.parametrize(
    ("name", "opening"), [("Ann", "Hi Ann, this is"), ("", "This is"), ("win at evil.example", "This is")]
)
def test_a_discreet_greeting_fills_what_a_glance_shows(name: str, opening: str) -> None:
    """With a name and without one: 90 characters and more, in both languages, on lines no program needs to break."""
    said = rendering.greeting(name, "en", discreet=True)
    assert said.startswith(opening)
    for language in ("en", "es", "ar"):
        said = rendering.greeting(name, language, discreet=True)
        assert len(" ".join(said.split())) >= 90
        assert all(len(line) < 79 for line in said.split("\n"))


def test_escaping_is_the_one_a_browser_undoes() -> None:
    assert see(escape("a<b>&\"'")).words == "a<b>&\"'"
