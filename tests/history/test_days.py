"""Days as people of a time zone count them, clock changes included."""

from datetime import UTC, date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healther.core.clock import DAY_MS, HOUR_MS, to_ms
from healther.core.errors import InvalidProblem
from healther.history.days import day_edges, last_days, parse_zone


def lengths(zone: str, today: str, days: int) -> list[float]:
    """Hours of the days before `today`, seen at its noon there."""
    now = to_ms(datetime.fromisoformat(f"{today}T12:00").replace(tzinfo=ZoneInfo(zone)))
    edges = day_edges(last_days(now, days, ZoneInfo(zone)), ZoneInfo(zone), now)
    return [(after - before) / HOUR_MS for before, after in pairwise(edges)]


@pytest.mark.parametrize(
    ("zone", "today", "expected"),
    [
        ("UTC", "2026-03-30", [24, 24, 12]),
        ("Europe/Berlin", "2026-03-30", [24, 23, 12]),
        ("Europe/Berlin", "2026-10-26", [24, 25, 12]),
        ("Australia/Lord_Howe", "2026-10-05", [24, 23.5, 12]),
        # Midnight itself is skipped: the day begins at one o'clock.
        ("America/Santiago", "2026-09-07", [24, 23, 12]),
        # A whole day was skipped, when Samoa changed sides of the date line.
        ("Pacific/Apia", "2011-12-31", [24, 0, 12]),
    ],
)
def test_days_are_as_long_as_the_zone_makes_them(zone: str, today: str, expected: list[float]) -> None:
    assert lengths(zone, today, 3) == expected


@given(
    st.integers(to_ms(datetime(2000, 1, 1, tzinfo=UTC)), to_ms(datetime(2037, 1, 1, tzinfo=UTC))),
    st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Africa/Cairo", "America/Havana"]),
    st.integers(1, 400),
)
def test_days_touch_end_now_and_last_about_a_day(now: int, zone: str, days: int) -> None:
    dates = last_days(now, days, ZoneInfo(zone))
    edges = day_edges(dates, ZoneInfo(zone), now)
    assert len(dates) == days == len(edges) - 1
    assert edges[-1] == now
    assert all(abs(after - before - DAY_MS) <= HOUR_MS for before, after in pairwise(edges[:-1]))
    assert 0 <= now - edges[-2] <= DAY_MS + HOUR_MS


def test_the_last_days_end_today() -> None:
    almost_midnight = to_ms(datetime(2026, 1, 31, 23, 30, tzinfo=UTC))
    assert last_days(almost_midnight, 2, UTC) == [date(2026, 1, 30), date(2026, 1, 31)]
    assert last_days(almost_midnight, 1, ZoneInfo("Europe/Berlin")) == [date(2026, 2, 1)]


@pytest.mark.parametrize(
    "name", ["Mars/Olympus", "../../etc/passwd", "Europe", "", "/etc/localtime", "a\x00b", "é" * 64]
)
def test_what_is_no_zone_is_refused(name: str) -> None:
    with pytest.raises(InvalidProblem, match="time zone"):
        parse_zone(name)
