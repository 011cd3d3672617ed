"""Clocks on the wall: quiet hours and who is on call, against oracles that count every minute and day."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from healther.alerting.models import Rotation, RotationOverride
from healther.alerting.on_call import on_call
from healther.alerting.quiet import LONGEST_QUIET_MS, WEEK, quiet_until
from healther.core.clock import DAY_MS, HOUR_MS, MINUTE_MS, to_ms, to_utc

NAMESPACE = UUID(int=7)
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


ADA, BOB, EVE = (uuid5(NAMESPACE, name) for name in ("ada", "bob", "eve"))


@settings(deadline=None)
@given(
    st.sampled_from(["day", "week"]), st.sampled_from(["UTC", "Europe/Berlin", "Pacific/Auckland"]),
    st.integers(0, 6), st.integers(0, 24 * 60 - 1), st.integers(0, 365 * 24), st.integers(1, 3),
)  # fmt: skip
def test_who_is_on_call_is_whose_turn_it_is_by_the_local_clock(
    every: str, zone: str, weekday: int, minute: int, hour: int, size: int
) -> None:
    rotation = Rotation(
        name="r", every=every, time_zone=zone, handover_weekday=weekday, handover_minute=minute, starts_on="2026-01-15",
        members=[str(each) for each in (ADA, BOB, EVE)[:size]],
    )  # fmt: skip
    at_ms = MONDAY_MS + hour * HOUR_MS
    local = to_utc(at_ms).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    day, turn = date(2026, 1, 15), -1
    while datetime(day.year, day.month, day.day) + timedelta(minutes=minute) <= local:  # noqa: DTZ001 - a wall clock
        turn += every == "day" or day.weekday() == weekday
        day += timedelta(days=1)
    assert on_call(rotation, [], at_ms) == (ADA, BOB, EVE)[turn % size]
    override = RotationOverride(rotation_id=rotation.id, user_id=EVE, starts_at=at_ms, ends_at=at_ms + DAY_MS)
    assert on_call(rotation, [override], at_ms) == EVE
    assert on_call(rotation, [override], at_ms + DAY_MS) == on_call(rotation, [], at_ms + DAY_MS)


def test_nobody_is_on_call_before_the_first_turn_or_in_an_empty_rotation() -> None:
    def rotation(*members: UUID) -> Rotation:
        return Rotation(name="r", every="week", starts_on="2026-03-03", members=[str(each) for each in members])

    cases: Sequence[tuple[Rotation, int, UUID | None]] = [
        (rotation(ADA), MONDAY_MS, None),
        (rotation(), MONDAY_MS + 30 * DAY_MS, None),
        (rotation(ADA), MONDAY_MS + 7 * DAY_MS + 9 * HOUR_MS, ADA),
    ]
    for each, at, expected in cases:
        assert on_call(each, [], at) == expected
