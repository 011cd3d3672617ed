"""Trying again: the wait grows, differs from one process to the next, and has a bound however long it goes on."""

from itertools import accumulate, islice, pairwise, repeat

from hypothesis import given
from hypothesis import strategies as st

from healther.core.backoff import Backoff, doubled


@given(st.floats(0.01, 10), st.floats(1, 100), st.integers(1, 2_000))
def test_a_wait_is_between_half_and_the_whole_of_what_doubles_up_to_the_bound(
    first_s: float, times: float, failures: int
) -> None:
    most_s = first_s * times
    backoff = Backoff(first_s, most_s)
    for number in range(failures):
        whole_s = min(most_s, first_s * 2 ** min(number, 40))
        assert whole_s / 2 <= backoff.failed() <= whole_s


def test_the_fourth_wait_is_longer_than_the_first_and_success_begins_anew() -> None:
    backoff = Backoff(0.5, 60.0)
    waits = [backoff.failed() for _ in range(8)]
    assert all(later > earlier for earlier, later in pairwise(islice(waits, 0, None, 2)))
    backoff.worked()
    assert backoff.failed() <= 0.5


def test_many_that_failed_at_once_do_not_come_back_at_once() -> None:
    waits = [Backoff().failed() for _ in range(100)]
    assert len(set(waits)) > 90
    assert max(waits) - min(waits) > 0.1


@given(st.integers(1, 10_000), st.integers(1, 1_000), st.integers(0, 10_000))
def test_what_is_written_down_doubles_up_to_the_bound_however_often(first: int, more: int, times: int) -> None:
    most = first * more
    waits = list(islice(accumulate(repeat(first), lambda wait, _: min(most, wait * 2)), min(times, 40) + 1))
    assert doubled(first, most, times) == waits[-1]
