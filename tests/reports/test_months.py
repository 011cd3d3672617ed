"""Months as people of a time zone count them, clock changes included."""

from datetime import UTC, date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healther.core.clock import DAY_MS, HOUR_MS, MINUTE_MS, to_ms, to_utc
from healther.core.errors import InvalidProblem
from healther.reports.months import Month, days_in_utc, edges_so_far

ZONES = [
    "UTC", "Europe/Berlin", "America/New_York", "America/St_Johns", "Asia/Kathmandu", "Africa/Cairo", "America/Havana",
    "Australia/Lord_Howe", "America/Santiago", "Asia/Beirut", "Pacific/Chatham", "Africa/Casablanca", "Asia/Tehran",
]  # fmt: skip


def first_moment(day: date, zone: ZoneInfo) -> int:
    """The oracle: the first quarter of an hour that clocks there call that day, or a later one."""
    at = to_ms(datetime(day.year, day.month, day.day, tzinfo=UTC)) - 16 * HOUR_MS
    while to_utc(at).astimezone(zone).date() < day:
        at += 15 * MINUTE_MS
    return at


@given(st.integers(2000, 2036), st.integers(1, 12), st.sampled_from(ZONES))
def test_a_month_begins_and_ends_where_clocks_say_so(year: int, number: int, name: str) -> None:
    zone, month = ZoneInfo(name), Month(year, number)
    edges = month.edges(zone)
    after = date(year + number // 12, number % 12 + 1, 1)
    assert edges[0] == first_moment(date(year, number, 1), zone)
    assert edges[-1] == first_moment(after, zone)
    assert len(edges) == len(month.dates()) + 1
    assert all(abs(end - start - DAY_MS) <= HOUR_MS for start, end in pairwise(edges))
    assert month.edges(zone)[-1] == Month(after.year, after.month).edges(zone)[0]


@pytest.mark.parametrize(
    ("month", "zone", "hours"),
    [
        ("2026-03", "Europe/Berlin", 743),
        ("2026-10", "Europe/Berlin", 745),
        ("2026-04", "Europe/Berlin", 720),
        ("2026-10", "Australia/Lord_Howe", 743.5),
        ("2028-02", "UTC", 696),
    ],
)
def test_a_month_is_as_long_as_the_zone_makes_it(month: str, zone: str, hours: float) -> None:
    edges = Month.of(month).edges(ZoneInfo(zone))
    assert (edges[-1] - edges[0]) / HOUR_MS == hours
    assert str(Month.of(month)) == month


def test_of_the_month_under_way_there_is_what_is_over_and_of_later_ones_nothing() -> None:
    now = to_ms(datetime(2026, 3, 3, 12, tzinfo=UTC))
    edges = edges_so_far(Month(2026, 3), UTC, now)
    assert [(edge - edges[0]) / DAY_MS for edge in edges] == [0, 1, 2, 2.5]
    assert len(edges_so_far(Month(2026, 2), UTC, now)) == 29
    with pytest.raises(InvalidProblem, match="not begun"):
        edges_so_far(Month(2026, 4), UTC, now)
    assert days_in_utc(Month(2026, 12)) == tuple(Month(2026, 12).edges(UTC)[i] for i in (0, -1))
