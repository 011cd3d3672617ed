"""Lengths of time in words."""

import pytest

from healther.core.clock import lasting


@pytest.mark.parametrize(
    ("ms", "words"),
    [
        (999, "< 1 s"), (1_000, "1 s"), (90_000, "1 min 30 s"), (600_000, "10 min"), (7_200_000, "2 h"),
        (7_201_000, "2 h"), (90_061_000, "1 d 1 h"), (0, "< 1 s"),
    ],
)  # fmt: skip
def test_a_length_of_time_is_told_in_its_two_largest_units(ms: int, words: str) -> None:
    assert lasting(ms) == words
    assert lasting(ms, "\u00a0").replace("\u00a0", " ") == words
