"""What a text costs, at its boundaries and against a slow count, and what folding may do to it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.rules.sms import Measure, fits, fold, measure

PLAIN = (
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 \n\r!\"#%&'()*+,-./:;<=>?"
    "@$_£¥¤§¡¿èéùìòàÇØøÅåÆæßÉÄÖÑÜäöñüΔΦΓΛΩΠΨΣΘΞ"
)
ESCAPED = "\f^{}\\[~]|€"


def slow_measure(text: str) -> Measure:
    """Counts septet by septet, or UTF-16 unit by unit, laying every character into a part that has room for all of it."""
    if all(char in PLAIN or char in ESCAPED for char in text):
        widths, alone, joined, encoding = [1 if char in PLAIN else 2 for char in text], 160, 153, "GSM-7"
    else:
        widths = [len(char.encode("utf-16-le", "surrogatepass")) // 2 for char in text]
        alone, joined, encoding = 70, 67, "UCS-2"
    if sum(widths) <= alone:
        return Measure(encoding, sum(widths), 1)  # type: ignore[arg-type]
    parts: list[list[int]] = [[]]
    for width in widths:
        if sum(parts[-1]) + width > joined:
            parts.append([])
        parts[-1] += [1] * width
    return Measure(encoding, sum(widths), len(parts))  # type: ignore[arg-type]


texts = st.text(alphabet=st.sampled_from(PLAIN + ESCAPED * 4), max_size=500) | st.text(
    alphabet=st.sampled_from("aé€’“…—½1•ﬁ😀🇺á\u00a0\u200b\u200d\t["), max_size=260
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", Measure("GSM-7", 0, 1), id="empty counts one"),
        pytest.param("a" * 160, Measure("GSM-7", 160, 1), id="160"),
        pytest.param("a" * 161, Measure("GSM-7", 161, 2), id="161"),
        pytest.param("a" * 306, Measure("GSM-7", 306, 2), id="306"),
        pytest.param("a" * 307, Measure("GSM-7", 307, 3), id="307"),
        pytest.param("a" * 459, Measure("GSM-7", 459, 3), id="459"),
        pytest.param("a" * 460, Measure("GSM-7", 460, 4), id="460"),
        pytest.param("á" * 70, Measure("UCS-2", 70, 1), id="70"),
        pytest.param("á" * 71, Measure("UCS-2", 71, 2), id="71"),
        pytest.param("á" * 134, Measure("UCS-2", 134, 2), id="134"),
        pytest.param("á" * 135, Measure("UCS-2", 135, 3), id="135"),
        pytest.param("é" * 160, Measure("GSM-7", 160, 1), id="é is GSM-7"),
        pytest.param("€" * 80, Measure("GSM-7", 160, 1), id="80 escape pairs"),
        pytest.param("a" * 159 + "€", Measure("GSM-7", 161, 2), id="a pair over the first 160"),
        pytest.param("a" * 152 + "€" + "a" * 151, Measure("GSM-7", 305, 2), id="straddling pair leaves 152 behind"),
        pytest.param("a" * 152 + "€" + "a" * 152, Measure("GSM-7", 306, 3), id="306 with a straddling pair"),
        pytest.param("a" * 151 + "€" + "a" * 153, Measure("GSM-7", 306, 2), id="306 with a pair that fits"),
        pytest.param("😀" * 35, Measure("UCS-2", 70, 1), id="35 surrogate pairs"),
        pytest.param("á" * 66 + "😀" + "á" * 65, Measure("UCS-2", 133, 2), id="straddling surrogates leave 66 behind"),
        pytest.param("á" * 66 + "😀" + "á" * 66, Measure("UCS-2", 134, 3), id="134 with straddling surrogates"),
        pytest.param("€" * 69 + "á", Measure("UCS-2", 70, 1), id="an escape costs one unit in UCS-2"),
        pytest.param("`", Measure("UCS-2", 1, 1), id="backtick is not GSM-7"),
        pytest.param("ç", Measure("UCS-2", 1, 1), id="only the capital Ç is GSM-7"),
    ],
)
def test_a_text_costs_what_the_network_bills(text: str, expected: Measure) -> None:
    assert measure(text) == expected


# The vectors of Twilio's own calculator [calc]: tests/index.test.js of TwilioDevEd/message-segment-calculator.
DIGITS = "1234567890" * 40
OFFICIAL = [
    pytest.param(DIGITS[:160], "GSM-7", 1, id="GSM-7 in one segment"),
    pytest.param(DIGITS[:161], "GSM-7", 2, id="GSM-7 in two segments"),
    pytest.param(DIGITS[:307], "GSM-7", 3, id="GSM-7 in three segments"),
    pytest.param("😜" + DIGITS[1:69], "UCS-2", 1, id="UCS-2 message in one segment"),
    pytest.param("😜" + DIGITS[1:70], "UCS-2", 2, id="UCS-2 message in two segments"),
    pytest.param("😜" + DIGITS[1:134], "UCS-2", 3, id="UCS-2 message in three segments"),
    pytest.param("🇮🇹" + DIGITS[1:67], "UCS-2", 1, id="two bytes extended characters in one segments boundary"),
    pytest.param("🇮🇹" + DIGITS[1:68], "UCS-2", 2, id="extended characters in two segments boundary"),
    pytest.param("🏳️\u200d🌈" + DIGITS[1:65], "UCS-2", 1, id="four bytes extended characters in one segments boundary"),
    pytest.param("🏳️\u200d🌈" + DIGITS[1:66], "UCS-2", 2, id="four bytes extended characters in two segments boundary"),
    *(
        pytest.param(char + DIGITS[:158], "GSM-7", 1, id=f"one segment with escape character {char}")
        for char in "|^€{}[]~\\"
    ),
    *(
        pytest.param(char + DIGITS[:159], "GSM-7", 2, id=f"two segments with escape character {char}")
        for char in "|^€{}[]~\\"
    ),
    *(pytest.param(char * 70, "UCS-2", 1, id=f"one segment, 70 characters of {char}") for char in "ÁÚúçíÍóÓ"),
    *(pytest.param(char * 71, "UCS-2", 2, id=f"two segments, 71 characters of {char}") for char in "ÁÚúçíÍóÓ"),
    pytest.param("😀" + "]" * 68, "UCS-2", 1, id="UCS-2 with special GSM characters in one segment"),
    pytest.param("😀" + "]" * 69, "UCS-2", 2, id="UCS-2 with special GSM characters in two segments"),
    pytest.param("e\u0301\u0301\u0301" + "a" * 66, "UCS-2", 1, id="triple accents, one segment"),
    pytest.param("e\u0301\u0301\u0301" + "a" * 67, "UCS-2", 2, id="triple accents, two segments"),
]


@pytest.mark.parametrize(("text", "encoding", "parts"), OFFICIAL)
def test_twilios_own_vectors_come_out_the_same(text: str, encoding: str, parts: int) -> None:
    """Encoding and segments of every case of the official calculator's tests."""
    assert (measure(text).encoding, measure(text).parts) == (encoding, parts)


@given(texts)
@settings(max_examples=120, deadline=None)
def test_the_measure_equals_a_count_by_hand(text: str) -> None:
    assert measure(text) == slow_measure(text)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("“You’re not alone”", '"You\'re not alone"'),
        ("Call now – today — please", "Call now - today - please"),
        ("One day…", "One day..."),
        ("• breathe\u00a0slowly", "- breathe slowly"),
        ("1½ hours, ½ a day", "1 1/2 hours, 1/2 a day"),
        ("of\ufb01ce\u200b\ufeff", "office"),
        ("«hola» ‘x’ `y´", "\"hola\" 'x' 'y'"),
        ("a\tb\u2028c", "a b\nc"),
        ("ＳＴＯＰ　２", "STOP 2"),
        ("cafe\u0301 man\u0303ana", "café mañana"),
        ("〝so〞 ❝so❞ ❛it❜ ʻis", '"so" "so" \'it\' \'is'),
        ("a∕b ∣ c∗d ❨e❩ ‼", "a/b | c*d (e) !!"),
        ("a\x00\x07b\x7f", "ab"),
        ("café, mañana, canción 😀👩\u200d👧", "café, mañana, canción 😀👩\u200d👧"),
    ],
    ids=[
        "quotes",
        "dashes",
        "ellipsis",
        "bullet and nbsp",
        "fractions",
        "ligature",
        "guillemets",
        "spaces",
        "full width",
        "accents apart",
        "odd quotes",
        "look-alikes",
        "controls",
        "kept",
    ],
)
def test_typography_becomes_plain_and_accents_and_emoji_stay(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_a_fold_that_would_cost_a_part_keeps_the_ellipsis() -> None:
    """70 UCS-2 units with an emoji are one part; three dots instead of one would make them two."""
    text = "á" * 67 + "😀…"
    assert measure(text).parts == 1
    assert fold(text) == text


@given(texts)
@settings(max_examples=120, deadline=None)
def test_folding_never_costs_a_part_and_is_done_once(text: str) -> None:
    folded = fold(text)
    assert measure(folded).parts <= measure(text).parts
    assert fold(folded) == folded


@pytest.mark.parametrize(("length", "parts", "fit"), [(306, 2, True), (307, 2, False), (160, 1, True), (161, 1, False)])
def test_a_text_fits_up_to_its_last_septet(length: int, parts: int, fit: bool) -> None:
    assert fits("a" * length, parts) is fit
