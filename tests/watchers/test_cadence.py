"""Cadences and their slots."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healther.watchers.cadence import (
    MAX_INTERVAL_MS,
    MIN_INTERVAL_MS,
    CadenceUnit,
    interval_ms,
    next_slot,
    phase_ms,
    slot_at_or_before,
)

SECONDS_IN = {"seconds": 1, "minutes": 60, "hours": 3_600, "days": 86_400, "weeks": 604_800}
INTERVALS = st.integers(MIN_INTERVAL_MS, MAX_INTERVAL_MS)


@given(st.integers(-(10**6), 10**9), st.sampled_from(CadenceUnit))
def test_an_interval_is_within_its_bounds_or_the_value_is_refused(value: int, unit: CadenceUnit) -> None:
    unit_ms = SECONDS_IN[unit] * 1000
    if MIN_INTERVAL_MS <= value * unit_ms <= MAX_INTERVAL_MS:
        assert interval_ms(value, unit) == value * unit_ms
    else:
        with pytest.raises(ValueError, match=rf"every_value must be between \d+ and \d+ {unit} \(got {value}\)"):
            interval_ms(value, unit)


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [(10, "seconds", 10_000), (1, "minutes", 60_000), (1, "hours", 3_600_000), (52, "weeks", MAX_INTERVAL_MS)],
)
def test_units_mean_what_they_say(value: int, unit: str, expected: int) -> None:
    assert interval_ms(value, CadenceUnit(unit)) == expected


@given(st.integers(0, 2**45), INTERVALS)
def test_slots_are_one_interval_apart_and_surround_the_time(at: int, interval: int) -> None:
    phase = phase_ms(uuid4(), interval)
    assert 0 <= phase < interval
    slot = slot_at_or_before(at, interval, phase)
    assert slot <= at < next_slot(at, interval, phase) == slot + interval
    assert (slot - phase) % interval == 0


def test_phases_spread_over_the_interval() -> None:
    phases = [phase_ms(uuid4(), 60_000) for _ in range(4_000)]
    buckets = [sum(1 for phase in phases if phase // 6_000 == bucket) for bucket in range(10)]
    assert min(buckets) > 250
