"""The names of messages: one per message, in the order of time, and back to their place in the batch."""

import random
import uuid
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.rules.keys import MOST, RANDOM_BITS, batch_key, message_key, namer, place_in_batch
from tests.builders import NOW


def new_batch_key(now: datetime) -> uuid.UUID:
    return batch_key(now, random.getrandbits(RANDOM_BITS))


@given(st.integers(1, MOST))
def test_a_key_names_its_place_in_the_batch(n: int) -> None:
    batch = new_batch_key(NOW)
    key = message_key(batch, n)
    assert key.hex == namer(batch)(n)
    assert place_in_batch(key.hex) == n
    assert (key.version, key.variant) == (7, uuid.RFC_4122)


def test_no_two_batches_of_one_moment_share_a_name() -> None:
    keys = {new_batch_key(NOW).hex[:-4] for _ in range(1000)}
    assert len(keys) == 1000


def test_later_batches_have_later_names() -> None:
    assert new_batch_key(NOW).int < new_batch_key(NOW + timedelta(milliseconds=1)).int


@pytest.mark.parametrize("n", [0, -1, MOST + 1])
def test_a_batch_names_no_more_than_it_can(n: int) -> None:
    with pytest.raises(ValueError, match="no message"):
        message_key(new_batch_key(NOW), n)
