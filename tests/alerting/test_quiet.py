"""Quiet hours follow the clock on the wall, against an oracle that counts every minute."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from healther.alerting.quiet import LONGEST_QUIET_MS, WEEK, quiet_until
from healther.core.clock import MINUTE_MS, to_ms

MONDAY_MS = to_ms(datetime(2026, 3, 2, tzinfo=ZoneInfo("UTC")))
DAY_MINUTES = 24 * 60
WEEK_MINUTES = 7 * DAY_MINUTES

wall = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.integers(0, 59))
hours = st.fixed_dictionaries(
    {
        "days": st.lists(st.sampled_from([str(day) for day in WEEK]), min_size=1, unique=True),
        "starts": wall,
        "ends": wall,
    }
)


@settings(deadline=None)
@given(st.lists(hours, max_size=3), st.integers(0, WEEK_MINUTES - 1))
def test_quiet_hours_end_at_the_first_minute_that_is_in_none(stored: list[dict[str, object]], minute: int) -> None:
    quiet = {each for hours_ in stored for each in _minutes_of(hours_)}
    end = minute
    while end % WEEK_MINUTES in quiet and end - minute < WEEK_MINUTES:
        end += 1
    found = quiet_until([{**each, "time_zone": "UTC"} for each in stored], MONDAY_MS + minute * MINUTE_MS)
    if end - minute == WEEK_MINUTES:
        assert found == MONDAY_MS + minute * MINUTE_MS + LONGEST_QUIET_MS, "always quiet is not for ever"
    else:
        assert found == (None if end == minute else MONDAY_MS + end * MINUTE_MS)


def _minutes_of(hours_: dict[str, object]) -> Iterator[int]:
    """Every minute of the week in which it is quiet."""
    starts, ends = (_minutes(str(hours_[name])) for name in ("starts", "ends"))
    days = hours_["days"]
    assert isinstance(days, list)
    for day in days:
        first = WEEK.index(day) * DAY_MINUTES + starts
        yield from ((first + each) % WEEK_MINUTES for each in range((ends - starts) % DAY_MINUTES or DAY_MINUTES))


def _minutes(text: str) -> int:
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)


@pytest.mark.parametrize(
    ("now", "starts", "ends", "until"),
    [
        # Clocks go from 02:00 to 03:00 in Berlin on 29 March 2026, and from 03:00 back to 02:00 on 25 October.
        ("2026-03-28T23:00+01:00", "22:00", "07:00", "2026-03-29T07:00+02:00"),
        ("2026-10-24T23:00+02:00", "22:00", "07:00", "2026-10-25T07:00+01:00"),
        ("2026-03-29T00:30+01:00", "00:00", "02:30", "2026-03-29T03:30+02:00"),
        ("2026-10-25T02:10+02:00", "00:00", "02:30", "2026-10-25T02:30+01:00"),
        ("2026-10-25T02:45+01:00", "00:00", "02:30", None),
    ],
)
def test_quiet_hours_follow_the_clock_on_the_wall(now: str, starts: str, ends: str, until: str | None) -> None:
    stored = {"starts": starts, "ends": ends, "time_zone": "Europe/Berlin"}
    found = quiet_until([stored], to_ms(datetime.fromisoformat(now)))
    assert found == (None if until is None else to_ms(datetime.fromisoformat(until)))
