"""Waits in words."""

import pytest

from healther.core.clock import spelled


@pytest.mark.parametrize(
    ("ms", "words"),
    [(1_000, "1 second"), (90_000, "90 seconds"), (600_000, "10 minutes"), (7_200_000, "2 hours"), (0, "0 seconds")],
)
def test_a_wait_is_spelled_in_the_largest_unit_that_fits(ms: int, words: str) -> None:
    assert spelled(ms) == words
