"""The hour being counted: what is folded is what was appended."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from healther.history.hour import FULL_BYTES, append, fold
from healther.history.sketch import Sketch, bucket_of
from healther.history.values import PHASES, RollupValues
from healther.probes.base import Phases
from healther.watchers.states import EVENT_STATUSES, State

Check = tuple[State, float | None, Phases]

maybe_ms = st.none() | st.floats(0, 60_000)
checks = st.lists(
    st.tuples(st.sampled_from(EVENT_STATUSES), maybe_ms, st.builds(Phases, *[maybe_ms] * 5)),
    max_size=25,
)


def appended(checks: list[Check]) -> bytes | None:
    counts = None
    for status, response_time_ms, phases in checks:
        counts = append(counts, status, response_time_ms, phases)
    return counts


@given(checks)
def test_folding_gives_the_sum_of_the_checks(checks: list[Check]) -> None:
    folded = fold(appended(checks))
    for status in EVENT_STATUSES:
        assert getattr(folded, f"{status.label}_checks") == sum(check[0] is status for check in checks)
    measured = [check for check in checks if check[0] in (State.HEALTHY, State.DEGRADED) and check[1] is not None]
    assert folded.sketch.counts == Sketch(bucket_of(ms) for _, ms, _ in measured if ms is not None).counts
    for phase in PHASES:
        had = [ms for _, _, phases in measured if (ms := getattr(phases, f"{phase}_ms")) is not None]
        assert getattr(folded, f"{phase}_checks") == len(had)
        assert getattr(folded, f"{phase}_sum_ms") == pytest.approx(math.fsum(had))
        expected = math.fsum(had) / len(had) if had else None
        assert folded.phase_means()[phase] == (pytest.approx(expected) if had else None)


@settings(max_examples=40)
@given(checks, checks)
def test_folding_an_hour_in_two_parts_gives_the_same(first: list[Check], second: list[Check]) -> None:
    parts = fold(appended(first))
    parts.merge(fold(appended(second)))
    whole = fold(appended(first + second))
    assert parts.sketch.counts == whole.sketch.counts
    assert parts.checks == whole.checks == len(first) + len(second)
    assert parts.connect_sum_ms == pytest.approx(whole.connect_sum_ms)


def test_an_hour_without_checks_is_empty() -> None:
    assert fold(None).checks == 0
    assert fold(b"").sketch.count == 0


def test_a_failed_check_counts_but_is_no_latency() -> None:
    folded = fold(append(None, State.DOWN, 9.0, Phases(dns_ms=1.0, connect_ms=2.0)))
    assert (folded.down_checks, folded.sketch.count, folded.dns_checks) == (1, 0, 0)


def test_the_row_grows_by_two_bytes_a_check() -> None:
    one = append(None, State.HEALTHY, 5.0, Phases())
    assert len(append(one, State.HEALTHY, 5.0, Phases())) == len(one) + 2
    assert len(append(one, State.DOWN, None, Phases())) == len(one)
    assert len(appended([(State.HEALTHY, 5.0, Phases())] * 360) or b"") < FULL_BYTES


def test_a_state_that_is_no_status_is_refused() -> None:
    with pytest.raises(KeyError):
        append(None, State.PAUSED, None, Phases())


def test_merging_adds_every_column() -> None:
    one = fold(append(None, State.HEALTHY, 5.0, Phases(1, 2, 3, 4, 5)))
    one.add_time(State.MAINTENANCE, 7)
    total = RollupValues()
    total.merge(one)
    total.merge(one)
    assert (total.healthy_checks, total.tls_sum_ms, total.maintenance_time_ms, total.sketch.count) == (2, 6.0, 14, 2)
