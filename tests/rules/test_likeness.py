"""Near-duplicates, also in other words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.rules.likeness import alike

PAIRS = [
    ("Call 911 right away if a person will not wake up.", "Call 911 at once if someone does not wake up.", True),
    ("Dim the lamps an hour before bedtime.", "Turn the lights down an hour before you go to bed.", True),
    ("Lock your pills away from children.", "Lock medicine away from kids.", True),
    ("Llame al 911 de inmediato.", "Llame al 911 enseguida.", True),
    ("Walk for ten minutes after lunch.", "Drink water with every meal.", False),
    ("Never mix sleeping pills and alcohol.", "Never drive when you are tired.", False),
    ("Call a friend when an urge comes.", "Call your doctor when a sore does not heal.", False),
]


@pytest.mark.parametrize(("a", "b", "same"), PAIRS, ids=[a[:24] for a, _, _ in PAIRS])
def test_texts_that_say_the_same_are_found(a: str, b: str, same: bool) -> None:
    assert alike(a, b) == same


@given(st.text(max_size=60), st.text(max_size=60))
def test_likeness_is_mutual_and_every_text_is_like_itself(a: str, b: str) -> None:
    assert alike(a, b) == alike(b, a)
    assert alike(a, a)
