"""How often: `every_value` and `every_unit`, and the slots they make."""

from enum import StrEnum
from hashlib import blake2b
from uuid import UUID

from healther.core.clock import DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS

MIN_INTERVAL_MS = 10 * SECOND_MS
MAX_INTERVAL_MS = 52 * 7 * DAY_MS
MIN_TIMEOUT_MS, MAX_TIMEOUT_MS = 100, 60 * SECOND_MS
FALLBACK_INTERVAL_MS = 1 * MINUTE_MS
"""Of a row that says nothing sensible: nobody but a hand in the database makes one."""


class CadenceUnit(StrEnum):
    """The units people choose from."""

    SECONDS = "seconds"
    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    WEEKS = "weeks"


_UNIT_MS = {
    CadenceUnit.SECONDS: SECOND_MS,
    CadenceUnit.MINUTES: MINUTE_MS,
    CadenceUnit.HOURS: HOUR_MS,
    CadenceUnit.DAYS: DAY_MS,
    CadenceUnit.WEEKS: 7 * DAY_MS,
}


def interval_ms(every_value: int, every_unit: CadenceUnit) -> int:
    """Milliseconds from slot to slot; raises ValueError naming the field, the bounds and what it got."""
    unit_ms = _UNIT_MS[every_unit]
    lowest = -(-MIN_INTERVAL_MS // unit_ms)
    highest = MAX_INTERVAL_MS // unit_ms
    if not lowest <= every_value <= highest:
        raise ValueError(f"every_value must be between {lowest} and {highest} {every_unit} (got {every_value})")
    return every_value * unit_ms


def is_interval(value: object) -> bool:
    """Whether it is one that `interval_ms` may have given."""
    return isinstance(value, int) and MIN_INTERVAL_MS <= value <= MAX_INTERVAL_MS


def phase_ms(watcher_id: UUID, interval: int) -> int:
    """The watcher's own offset in its interval: spreads load, and stays the same over restarts."""
    return int.from_bytes(blake2b(watcher_id.bytes, digest_size=8).digest(), "big") % interval


def slot_at_or_before(at_ms: int, interval: int, phase: int) -> int:
    """The latest slot that is not after `at_ms`; slots are `phase + k * interval`."""
    return phase + (at_ms - phase) // interval * interval


def next_slot(after_ms: int, interval: int, phase: int) -> int:
    """The first slot after `after_ms`."""
    return slot_at_or_before(after_ms, interval, phase) + interval
