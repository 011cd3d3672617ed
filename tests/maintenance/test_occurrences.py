"""When a window is: against an oracle that looks at every half hour of the wall clock, through changes of clocks."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from healther.core.clock import DAY_MS, HOUR_MS, MINUTE_MS, to_ms
from healther.maintenance.occurrences import Occurrence, Schedule, active, next_boundary, occurrences, upcoming, wall
from healther.maintenance.rule_parts import RuleError
from healther.maintenance.rules import check_rule

ZONES = ("Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC")
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
# Weeks around the changes of clocks of 2027, north and south.
BEGINNINGS = (datetime(2027, 3, 1), datetime(2027, 10, 18), datetime(2027, 3, 27), datetime(2027, 10, 29))  # noqa: DTZ001
SEEN = timedelta(days=45)


def instant(time: datetime, zone: ZoneInfo) -> int:
    """The first moment at which the wall clock shows this; where it never does, with the offset before the change."""
    naive_ms = to_ms(time.replace(tzinfo=ZoneInfo("UTC")))
    shown = [naive_ms + quarter * 15 * MINUTE_MS for quarter in range(-15 * 4, 15 * 4)]
    found = [each for each in shown if wall(each, zone) == time]
    if found:
        return found[0]
    before = to_ms((time - timedelta(hours=4)).replace(tzinfo=zone))
    return before + 4 * HOUR_MS


@st.composite
def rules(draw: st.DrawFn) -> tuple[str, int, set[str], set[int], int | None]:
    """A rule, its parts for the oracle: (text, hours of a step, days, hours, count)."""
    frequency, step = draw(st.sampled_from([("HOURLY", 1), ("DAILY", 24), ("WEEKLY", 168)]))
    interval = draw(st.integers(1, 5))
    parts = [f"FREQ={frequency}", f"INTERVAL={interval}"]
    days: set[str] = set()
    hours: set[int] = set()
    if frequency == "WEEKLY" or interval == 1:
        days = draw(st.sets(st.sampled_from(DAYS), max_size=3))
    if frequency != "HOURLY" or interval == 1:
        hours = draw(st.sets(st.integers(0, 23), max_size=3))
    if days:
        parts.append("BYDAY=" + ",".join(sorted(days)))
    if hours:
        parts.append("BYHOUR=" + ",".join(map(str, sorted(hours))))
    most = draw(st.none() | st.integers(1, 9))
    if most is not None:
        parts.append(f"COUNT={most}")
    return ";".join(parts), step * interval, days, hours, most


def expected(start: datetime, rule: tuple[str, int, set[str], set[int], int | None], until: datetime) -> list[datetime]:
    """Every time of the wall clock the rule means, by trying each."""
    _, step, days, hours, most = rule
    hourly, weekly = "HOURLY" in rule[0], "WEEKLY" in rule[0]
    found: list[datetime] = []
    week = start - timedelta(days=start.weekday(), hours=start.hour, minutes=start.minute)
    hours_seen = int((until - start.replace(hour=0)) / timedelta(hours=1)) + 1
    for time in (start.replace(hour=0) + timedelta(hours=number) for number in range(hours_seen)):
        if time < start:
            continue
        if hourly:
            fits = ((time - start) // timedelta(hours=1)) % step == 0
        elif weekly:
            fits = ((time - week) // timedelta(weeks=1)) % (step // 168) == 0
        else:
            fits = (time.date() - start.date()).days % (step // 24) == 0
        fits = fits and (not days or DAYS[time.weekday()] in days)
        fits = fits and (not hours or time.hour in hours)
        fits = fits and (hourly or bool(hours) or time.hour == start.hour)
        fits = fits and (not weekly or bool(days) or time.weekday() == start.weekday())
        if fits:
            found.append(time)
    return found[:most]


@settings(max_examples=60, deadline=None)
@given(
    rules(), st.sampled_from(BEGINNINGS), st.integers(0, 47), st.sampled_from(ZONES),
    st.integers(1, 40 * 60), st.integers(-DAY_MS, 40 * DAY_MS),
)  # fmt: skip
@example(("FREQ=HOURLY", 1, set(), set(), None), BEGINNINGS[3], 1, "Europe/Berlin", 20, 0)
@example(("FREQ=HOURLY", 1, set(), set(), None), BEGINNINGS[2], 1, "Australia/Lord_Howe", 20, 0)
@example(("FREQ=DAILY", 24, set(), set(), None), BEGINNINGS[2], 5, "Europe/Berlin", 90, 0)
def test_a_rule_is_what_trying_every_hour_of_the_wall_clock_finds(
    rule: tuple[str, int, set[str], set[int], int | None],
    begin: datetime,
    half_hours: int,
    name: str,
    minutes: int,
    offset_ms: int,
) -> None:
    zone = ZoneInfo(name)
    start = begin + timedelta(minutes=30 * half_hours)
    text = check_rule(rule[0], start, zone)
    starts_at = instant(start, zone)
    if wall(starts_at, zone) != start:
        return  # the first time itself is skipped: people give it as a moment, which there is not
    length = minutes * MINUTE_MS
    schedule = Schedule(starts_at, length, text, zone)
    starts = sorted({instant(time, zone) for time in expected(start, rule, start + SEEN)})
    at = starts_at + offset_ms
    horizon = starts_at + 43 * DAY_MS

    mine = []
    for each in occurrences(schedule, at):
        if each.start >= horizon:
            break
        mine.append(each.start)
    assert sorted(mine) == [each for each in starts if each + length > at and each < horizon]
    covering = [each for each in starts if each <= at < each + length]
    whole = Occurrence(covering[0], covering[-1] + length) if covering else None
    assert active(schedule, at) == whole
    edges = sorted(edge for each in starts for edge in (each, each + length) if edge > at)
    if edges and edges[0] < horizon:
        assert next_boundary(schedule, at) == edges[0]


def test_what_somebody_ended_is_over_and_a_rule_comes_again() -> None:
    zone = ZoneInfo("UTC")
    daily = Schedule(0, 4 * HOUR_MS, "FREQ=DAILY", zone, ended_at=DAY_MS + HOUR_MS)
    assert upcoming(daily, DAY_MS, 2) == [
        Occurrence(DAY_MS, DAY_MS + HOUR_MS),
        Occurrence(2 * DAY_MS, 2 * DAY_MS + 4 * HOUR_MS),
    ]
    endless = Schedule(5, None, None, zone)
    assert (active(endless, 10**15), next_boundary(endless, 4), next_boundary(endless, 5)) == (
        Occurrence(5, None),
        5,
        None,
    )
    ended = Schedule(5, None, None, zone, ended_at=9)
    assert (active(ended, 8), active(ended, 9), next_boundary(ended, 8)) == (Occurrence(5, 9), None, 9)


@pytest.mark.parametrize(
    "rule",
    [
        "", "FREQ=", "FREQ=DAILY;FREQ=DAILY", "FREQ=SECONDLY", "FREQ=MINUTELY;INTERVAL=90", "FREQ=DAILY;BYMINUTE=1,2",
        "FREQ=DAILY;COUNT=1001", "FREQ=DAILY;COUNT=2;UNTIL=20300101", "FREQ=HOURLY;INTERVAL=0", "FREQ=DAILY;BYHOUR=24",
        "FREQ=DAILY;BYMONTH=13", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=31",
        "FREQ=MONTHLY;BYDAY=1MO;BYMONTHDAY=20", "FREQ=DAILY;INTERVAL=7;BYDAY=MO", "FREQ=HOURLY;INTERVAL=2;BYHOUR=1",
        "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=6", "FREQ=MONTHLY;BYSETPOS=1", "FREQ=WEEKLY;BYDAY=1MO",
        "FREQ=YEARLY;BYEASTER=1",
        "FREQ=DAILY\nRRULE:FREQ=DAILY", "FREQ=DAILY;UNTIL=20200101", "FREQ=DAILY;UNTIL=soon",
        "FREQ=DAILY;BYHOUR=9" * 40,
        "FREQ=WEEKLY;BYDAY=SU;EXRULE=1", "DTSTART=20300101;FREQ=DAILY", "FREQ=DAILY;BYHOUR=\uff11",
    ],
)  # fmt: skip
def test_a_rule_that_is_none_or_would_cost_ages_is_refused(rule: str) -> None:
    with pytest.raises(RuleError):
        check_rule(rule, datetime(2027, 1, 1, 2, 30), ZoneInfo("Europe/Berlin"))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("rule", "first"),
    [
        ("freq=monthly;byday=1tu", "2027-01-05"),
        ("RRULE:FREQ=MONTHLY;BYDAY=-1FR", "2027-01-29"),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "2027-01-29"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "2027-01-31"),
        ("FREQ=MONTHLY;BYMONTHDAY=31;BYMONTH=3", "2027-03-31"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "2028-02-29"),
        ("FREQ=MONTHLY;BYDAY=5SU;BYMONTH=2", "2032-02-29"),
        ("FREQ=DAILY;UNTIL=20270102T013000Z", "2027-01-01"),
    ],
)
def test_rules_people_write_come_about_when_they_mean(rule: str, first: str) -> None:
    zone = ZoneInfo("Europe/Berlin")
    start = datetime(2027, 1, 1, 2, 30)  # noqa: DTZ001
    schedule = Schedule(instant(start, zone), HOUR_MS, check_rule(rule, start, zone), zone)
    found = upcoming(schedule, schedule.starts_at, 1)[0]
    assert f"{wall(found.start, zone):%Y-%m-%d %H:%M}" == f"{first} 02:30"
