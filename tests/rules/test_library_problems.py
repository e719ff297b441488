"""What is wrong with a table of ready messages: told with its place and its cure, or refused in one sentence."""

import pytest

from outreach.rules.lint import CODES
from tests.rules.libraries import CREDIT, codes, emails, read, refused, table, texts

WALK = "Walk for ten minutes after lunch."
REST = "Rest when your body asks you to."


# --- problems that only ready messages have ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("Hi {{name}}, walk today.", "{{name}}"),
        ("Hi {{ contact.first_name }}, walk today.", "{{ contact.first_name }}"),
        ("Hi {first_name}, walk today.", "{first_name}"),
        ("Hi ${name}, walk today.", "${name}"),
        ("Hi [First Name], walk today.", "[First Name]"),
        ("Hi [NAME], walk today.", "[NAME]"),
        ("Call [insert clinic phone] today.", "[insert clinic phone]"),
        ("Hola [su nombre], camine hoy.", "[su nombre]"),
        ("Hi *|FNAME|*, walk today.", "*|FNAME|*"),
        ("Hi <NAME>, walk today.", "<NAME>"),
        ("Hi <first name>, walk today.", "<first name>"),
        ("Hi <<Name>>, walk today.", "<<Name>>"),
        ("Hi %%name%%, walk today.", "%%name%%"),
        ("{% if quit %}Walk today.{% endif %}", "{% if quit %}"),
    ],
)
@pytest.mark.parametrize("channel", [texts, emails])
def test_a_mark_for_another_system_to_fill_is_an_error(channel: object, text: str, mark: str) -> None:
    draft = read(channel(text))  # type: ignore[operator]
    said = [p.say for p in draft.problems if p.code == "merge-field"]
    assert said and all("line 2" in say for say in said)
    assert any(f"“{mark}”" in say for say in said)
    assert ("error", "merge-field") in codes(draft)


def test_a_mark_in_a_subject_is_found_too() -> None:
    told = table(("subject", "text", "source"), ("{{name}}, this is a day for you", REST, CREDIT))
    assert [p.where for p in read(told).problems if p.code == "merge-field"] == ["email 1, subject"]


@pytest.mark.parametrize(
    "text",
    [
        "Walk [it helps] at 100% of your pace, {sic} 5 < 6 > 4.".replace("{sic} ", ""),
        "Read [1] and write to <ann@example.org> or <https://example.org/help>.",
        "I <3 a quiet morning; a 50% off day is fine.",
        "Read [the name of the page](https://example.org/x) today.",
    ],
)
def test_brackets_and_signs_of_plain_speech_are_no_marks(text: str) -> None:
    assert not {c for _, c in codes(read(emails(text)))} & {"merge-field", "markup"}


def test_a_tag_in_a_text_is_an_error() -> None:
    assert ("error", "markup") in codes(read(texts("Walk <b>today</b>, and rest.")))


@pytest.mark.parametrize(
    "text",
    [
        "Walk today. Reply STOP to opt out",
        "Walk today. Text STOP to end.",
        "Walk today. STOP=quit",
        "Walk today. Msg&data rates may apply.",
        "Walk today. Message and data rates may apply",
        "Walk today. Reply HELP for help.",
        "Walk today. To unsubscribe, visit our page.",
        "Camine hoy. Responda ALTO para cancelar.",
        "Camine hoy. Pueden aplicarse tarifas de mensajes y datos.",
    ],
)
def test_a_notice_that_is_ours_to_give_is_a_warning(text: str) -> None:
    assert ("warning", "own-footer") in codes(read(texts(text)))


@pytest.mark.parametrize(
    "text",
    ["Stop, and breathe in slowly.", "Text a friend to ask for help.", "STOP is a good word to say aloud.",
     "Text HOME to 741741 when it is too much, or call 988."],
)  # fmt: skip
def test_speaking_of_stopping_is_no_notice(text: str) -> None:
    assert ("warning", "own-footer") not in codes(read(texts(text)))


@pytest.mark.parametrize(
    ("messages", "where"),
    [
        pytest.param(
            ["QuietTXT: Walk now.", "QuietTXT: Rest now.", "QuietTXT: Eat well."], "texts 1, 2, 3", id="three"
        ),
        pytest.param(["Harbor House: Walk now.", "Rest now."], "text 1", id="the name in the credit"),
        pytest.param(["QuietTXT: Walk now.", "Rest now."], None, id="once"),
        pytest.param(["Tip: Walk now.", "Tip: Rest now.", "Tip: Eat well."], None, id="no name"),
        pytest.param(["Day 1: Walk now.", "Day 2: Rest now.", "Day 3: Eat well."], None, id="days"),
    ],
)
def test_a_sender_named_in_the_texts_is_a_warning(messages: list[str], where: str | None) -> None:
    found = [p.where for p in read(texts(*messages)).problems if p.code == "own-footer"]
    assert found == ([where] if where else [])


def test_a_repeated_message_is_left_out_and_noted_with_both_lines() -> None:
    draft = read(texts("You’re not alone.", REST, "you're  not alone."))
    assert [t.text for t in draft.tips] == ["You're not alone.", REST]
    (note,) = [p for p in draft.problems if p.code == "same-message"]
    assert note.where == "line 4" and "line 2" in note.say


def test_a_column_that_is_not_read_and_a_second_title_are_noted() -> None:
    head = ("text", "source", "title", "colour", "chanel", "")
    draft = read(table(head, (WALK, CREDIT, "Calm", "red", "", ""), (REST, CREDIT, "Storm", "", "sms", "")))
    assert draft.title == "Calm"
    assert [(p.code, p.where) for p in draft.problems if p.severity == "note" and p.code != "lock-screen"] == [
        ("unknown-column", "line 1, column 4"),
        ("unknown-column", "line 1, column 5"),
        ("several-titles", "line 3"),
    ]
    assert any("did you mean “channel”?" in p.say for p in draft.problems)


def test_every_code_of_a_library_is_explained() -> None:
    draft = read(texts("Hi {{name}} <b>x</b> STOP=end", "a", "a"))
    assert {p.code for p in draft.problems} <= set(CODES) and len(draft.problems) > 3


# --- what is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "say"),
    [
        pytest.param({"text": ""}, "line 2: no words in the text", id="no text"),
        pytest.param({"text": " … "}, "line 2: no words in the text", id="no words"),
        pytest.param({"channel": "fax"}, "line 2: channel “fax” is not sms or email", id="channel"),
        pytest.param({"channel": "email"}, "line 2: an email without a subject", id="no subject"),
        pytest.param({"channel": "sms", "subject": "Rest"}, "line 2: a text has no subject", id="text with a subject"),
        pytest.param({"preheader": "Rest"}, "line 2: a text has no preheader", id="text with a preheader"),
        pytest.param({"kind": "joke"}, "line 2: kind “joke” is not action, warning, hope or fact", id="kind"),
        pytest.param({"order": "first"}, "line 2: order “first” is not a number", id="order"),
        pytest.param({"day": "-3"}, "line 2: day “-3” is not a number", id="day"),
        pytest.param({"language": "fr"}, "line 2: language “fr” is not en or es", id="language"),
        pytest.param({"url": "javascript:x()"}, "line 2: url “javascript:x()” is not a whole address", id="url"),
        pytest.param({"source": "", "licence": "CC0"}, "line 2: a licence without a source", id="licence alone"),
        pytest.param({"source": "", "url": "https://example.org"}, "line 2: a url without a source", id="url alone"),
        pytest.param({"text": "Rest \ufffd well"}, "line 2: text holds a character that could not be read", id="broken"),
        pytest.param({"subject": "Rest", "text": "<p>Rest <s>never</s> well</p>"},
                     "line 2: its HTML holds words outside its text", id="struck words"),
        pytest.param({"subject": "Rest", "text": "<p></p><p></p>"}, "line 2: no words in its HTML", id="empty HTML"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_used_is_named_with_its_cure_and_nothing_is_imported(
    row: dict[str, str], say: str
) -> None:
    whole = {"text": WALK, "source": CREDIT} | row
    head = sorted(set(whole) | {"text", "source"})
    good = [{"text": REST, "source": CREDIT}.get(name, "") for name in head]
    said = refused(table(head, [whole[name] for name in head], good))
    assert "Nothing was imported" in said and say in said


def test_every_fault_is_told_up_to_a_limit_with_the_line_its_row_begins_in() -> None:
    good = ("Walk,\ntoday.", CREDIT, "")
    said = refused(table(("text", "source", "kind"), good, ("", CREDIT, "joke"), *[(".", CREDIT, "")] * 30))
    assert "line 4: no words in the text, so fill it or delete the row; line 4: kind “joke”" in said
    assert "line 22: " in said and "line 23: " not in said and said.endswith("and 12 more.")


@pytest.mark.parametrize(
    ("text", "say"),
    [
        pytest.param("", "empty", id="empty"),
        pytest.param("text,source\n", "no message follows", id="a head alone"),
        pytest.param("colour,source\nred,x\n", "one of them “text”", id="no text"),
        pytest.param("mesage,source\nWalk,x\n", "Did you mean “message” by “mesage”?", id="misspelt"),
        pytest.param("text,message\na,b\n", "names the column “text” twice", id="twice"),
        pytest.param('text,source\n"Walk,x\n', "Line 2 is not CSV", id="an open quote"),
        pytest.param("text\nWalk, and rest\n", "line 2: 2 cells where line 1 names 1 columns, so put quotes", id="cells"),
        pytest.param(b"PK\x03\x04abc", "This is a workbook", id="workbook"),
        pytest.param(bytes(range(256)) * 40, "not text", id="binary"),
        pytest.param(b"text\n" + b"a" * 2_000_001, "larger than 2 MB", id="too large"),
        pytest.param(b"text\n" + b"a " * 900_000, "more than 1,600,000 characters", id="too many characters"),
        pytest.param(texts(*(f"Walk {n} minutes." for n in range(201))), "201 texts and a series takes at most 200",
                     id="too many texts"),
        pytest.param(emails(*(f"Walk {n} minutes." for n in range(61))), "61 emails and a series takes at most 60",
                     id="too many emails"),
        pytest.param("text,language,source\na,en,x\nb,es,x\nc,en,x\n", "(“en” in lines 2, 4; “es” in line 3)", id="languages"),
        pytest.param("text\nWalk.\nRest.\n", "Nothing says where these messages come from", id="no source at all"),
        pytest.param("text,source\nWalk.,x\nRest.,\n", "line 3: no source", id="a row without a source"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_library_is_refused_in_one_sentence(text: str | bytes, say: str) -> None:
    assert say in refused(text)


def test_an_attribution_that_is_a_treatise_is_refused() -> None:
    assert "301 characters" in refused("text\nWalk.\n", "x" * 301)


def test_as_many_texts_as_a_series_takes_are_taken() -> None:
    assert len(read(texts(*(f"Walk {n} minutes." for n in range(200)))).tips) == 200
