"""The share of spam complaints: an alarm at 0.1 %, a stop at 0.3 %, and what counts in a small list."""

import pytest

from outreach.rules import complaints


@pytest.mark.parametrize(
    ("delivered", "complained", "verdict"),
    [
        pytest.param(1000, 0, None, id="nobody complained"),
        pytest.param(1000, 1, "alarm", id="exactly one in a thousand"),
        pytest.param(1001, 1, None, id="just below one in a thousand"),
        pytest.param(1000, 2, "alarm", id="between the two"),
        pytest.param(1000, 3, "stop", id="exactly three in a thousand"),
        pytest.param(1001, 3, "alarm", id="just below three in a thousand"),
        pytest.param(999_999, 2999, "alarm", id="just below three in a thousand of a million"),
        pytest.param(1_000_000, 3000, "stop", id="exactly three in a thousand of a million"),
        pytest.param(1_000_000, 1000, "alarm", id="exactly one in a thousand of a million"),
        pytest.param(1_000_000, 999, None, id="just below one in a thousand of a million"),
        pytest.param(20, 1, None, id="one of twenty is one person"),
        pytest.param(999, 1, None, id="one of 999 is one person"),
        pytest.param(20, 2, "alarm", id="two of twenty"),
        pytest.param(20, 3, "stop", id="three of twenty"),
        pytest.param(0, 3, "stop", id="complaints about what nobody reported as delivered"),
        pytest.param(0, 0, None, id="nothing at all"),
    ],
)
def test_the_verdict_at_the_edges(delivered: int, complained: int, verdict: str | None) -> None:
    """0.1 % and 0.3 % are reached, not passed."""
    assert complaints.judge(delivered, complained) == verdict


@pytest.mark.parametrize("complained", [1, 2, 3, 999, 3000])
def test_who_counts_as_far_as_needed_gets_the_verdict_of_who_counts_all(complained: int) -> None:
    """Counting is bounded: from `enough` delivered emails on there is no alarm whatever the rest."""
    enough = complaints.enough(complained)
    assert complaints.judge(max(enough, complaints.LEAST_DELIVERED), complained) is None
    assert complaints.judge(100 * enough, complained) is None
    assert enough <= 1000 * complained + 1
