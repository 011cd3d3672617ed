"""The one clock: wall time as UTC milliseconds, read once per operation and passed down as `now_ms`.

Durations never come from here: they are measured with `time.perf_counter` or `time.monotonic`.
"""

import time
from datetime import UTC, datetime

SECOND_MS = 1_000
MINUTE_MS = 60 * SECOND_MS
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS
# Less than this, clocks of several machines may differ; by more, a clock was set (R12).
CLOCK_STEP_MS = 5 * SECOND_MS


def now_ms() -> int:
    """The present, in milliseconds since 1970-01-01T00:00:00Z."""
    return time.time_ns() // 1_000_000


def has_passed(wait_ms: int, since_ms: int, now_ms: int) -> bool:
    """Whether so long has passed since then, or the clock has been set back since: then that lies ahead (R12)."""
    return not 0 <= now_ms - since_ms < wait_ms


def to_utc(at_ms: int) -> datetime:
    """An aware UTC datetime for `at_ms`, exact to the millisecond."""
    seconds, millis = divmod(at_ms, SECOND_MS)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=millis * 1000)


def to_ms(at: datetime) -> int:
    """Milliseconds since the epoch for an aware datetime; raises ValueError for a naive one."""
    if at.tzinfo is None:
        raise ValueError("a datetime needs a time zone, e.g. 2026-01-31T12:00:00Z")
    delta = at - datetime(1970, 1, 1, tzinfo=UTC)
    return (delta.days * 86_400 + delta.seconds) * SECOND_MS + delta.microseconds // 1000


def lasting(ms: int, space: str = " ") -> str:
    """A length of time in its two largest units: `40 s`, `2 min 5 s`, `1 h`; the same in every language spoken here."""
    parts: list[str] = []
    for name, size in (("d", DAY_MS), ("h", HOUR_MS), ("min", MINUTE_MS), ("s", SECOND_MS)):
        count, ms = divmod(ms, size)
        if count:
            parts.append(f"{count}{space}{name}")
        elif parts:
            break
    return " ".join(parts[:2]) or f"<{space}1{space}s"
