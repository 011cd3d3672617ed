"""Who is on call: the pure core against a clock that is read minute by minute."""

from datetime import date, datetime, timedelta
from itertools import pairwise
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from healther.alerting.models import Rotation, RotationOverride
from healther.alerting.oncall.turns import OnCall, handover, on_call, shifts, turn_at
from healther.core.clock import DAY_MS, HOUR_MS, MINUTE_MS, to_ms, to_utc

ADA, BOB, EVE = (UUID(int=each) for each in (1, 2, 3))
ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]


def rotation(**columns: object) -> Rotation:
    fields: dict[str, object] = {
        "name": "r", "every": "week", "time_zone": "UTC", "handover_weekday": 0, "handover_minute": 540,
        "starts_on": "2026-03-02", "members": [str(each) for each in (ADA, BOB, EVE)],
    }  # fmt: skip
    return Rotation(**{**fields, **columns})


def override(user_id: UUID, starts_at: int, ends_at: int, number: int = 1) -> RotationOverride:
    return RotationOverride(
        id=UUID(int=100 + number), rotation_id=UUID(int=9), user_id=user_id, starts_at=starts_at, ends_at=ends_at
    )


def struck(day: date, minute: int, zone: ZoneInfo) -> int:
    """When a clock on the wall shows this, by looking at it every minute; where it skips that time, as if it had not.

    Epoch ms.
    """
    nominal = datetime(day.year, day.month, day.day) + timedelta(minutes=minute)  # noqa: DTZ001 - a wall clock
    at = to_ms(nominal.replace(tzinfo=ZoneInfo("UTC"))) - 15 * HOUR_MS
    before = at
    while True:
        shown = to_utc(at).astimezone(zone).replace(tzinfo=None)
        if shown == nominal:
            return at
        if shown > nominal:
            then = to_utc(before).astimezone(zone).replace(tzinfo=None)
            return before + (nominal - then) // timedelta(milliseconds=1)
        before, at = at, at + MINUTE_MS


# The nights in which clocks change are what is looked at most.
days = st.one_of(
    st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    st.sampled_from([date(2026, 3, 29), date(2026, 10, 25), date(2026, 3, 8), date(2026, 11, 1), date(2026, 4, 5)]),
)


@settings(deadline=None, max_examples=60)
@given(days, st.integers(0, 1439), st.sampled_from(ZONES), st.sampled_from(["day", "week"]), st.integers(0, 3))
def test_a_turn_begins_when_the_clock_on_the_wall_strikes(
    day: date, minute: int, zone: str, every: str, turn: int
) -> None:
    first = day - timedelta(days=turn * (1 if every == "day" else 7))
    made = rotation(
        every=every, time_zone=zone, handover_minute=minute, starts_on=str(first), handover_weekday=day.weekday()
    )
    begins = struck(day, minute, ZoneInfo(zone))
    assert handover(made, turn) == begins
    assert turn_at(made, begins) == turn
    assert turn_at(made, begins - 1) == (turn - 1 if turn else None)


@pytest.mark.parametrize(
    ("day", "expected"),
    # The clocks skip 02:30 in March and show it twice in October.
    [(date(2026, 3, 29), "2026-03-29T01:30Z"), (date(2026, 10, 25), "2026-10-25T00:30Z")],
)
def test_in_the_nights_in_which_clocks_change_it_is_handed_over_once(day: date, expected: str) -> None:
    made = rotation(every="day", time_zone="Europe/Berlin", handover_minute=150, starts_on="2026-03-01")
    changes, before = [], turn_at(made, to_ms(datetime(day.year, day.month, day.day, tzinfo=ZoneInfo("UTC"))) - 1)
    for minute in range(1440):
        at = to_ms(datetime(day.year, day.month, day.day, tzinfo=ZoneInfo("UTC"))) + minute * MINUTE_MS
        if turn_at(made, at) != before:
            before = turn_at(made, at)
            changes.append(f"{to_utc(at):%Y-%m-%dT%H:%MZ}")
    assert changes == [expected]


spans = st.lists(
    st.tuples(st.sampled_from([ADA, BOB, EVE]), st.integers(0, 20 * 24), st.integers(1, 72)), max_size=6
)  # fmt: skip


@settings(deadline=None, max_examples=40)
@given(st.sampled_from(["day", "week"]), spans, st.sets(st.sampled_from([ADA, BOB, EVE])), st.integers(0, 30 * 24))
def test_the_schedule_says_at_any_time_who_is_on_call_and_has_no_gaps(
    every: str, others: list[tuple[UUID, int, int]], present: set[UUID], start_hour: int
) -> None:
    made = rotation(every=every, time_zone="Europe/Berlin", starts_on="2026-03-20")
    base = to_ms(datetime(2026, 3, 16, tzinfo=ZoneInfo("UTC")))
    overrides = [
        override(who, base + start * HOUR_MS, base + (start + length) * HOUR_MS, number)
        for number, (who, start, length) in enumerate(others)
    ]
    begin, end = base + start_hour * HOUR_MS, base + (start_hour + 21 * 24) * HOUR_MS
    found = shifts(made, overrides, present, begin, end)
    assert (found[0].starts_at, found[-1].ends_at) == (begin, end)
    assert all(before.ends_at == after.starts_at for before, after in pairwise(found))
    place = 0
    for at in range(begin, end, 2 * HOUR_MS):
        while found[place].ends_at <= at:
            place += 1
        assert found[place].on_call == on_call(made, overrides, present, at)


def test_whoever_left_is_skipped_and_it_is_said() -> None:
    monday = to_ms(datetime(2026, 3, 2, 9, tzinfo=ZoneInfo("UTC")))
    made = rotation()
    everybody = {ADA, BOB, EVE}
    weeks = [monday + week * 7 * DAY_MS for week in range(4)]
    assert [on_call(made, [], everybody, at).user_id for at in weeks] == [ADA, BOB, EVE, ADA]
    assert [on_call(made, [], {ADA, EVE}, at) for at in weeks[:3]] == [
        OnCall(ADA), OnCall(EVE, None, (BOB,)), OnCall(EVE),
    ]  # fmt: skip
    assert on_call(made, [], set(), monday) == OnCall(None, None, (ADA, BOB, EVE))
    assert on_call(made, [], everybody, monday - 1) == OnCall(None)


def test_the_override_made_last_wins_and_one_of_somebody_who_left_counts_for_nothing() -> None:
    monday = to_ms(datetime(2026, 3, 2, 9, tzinfo=ZoneInfo("UTC")))
    first = override(BOB, monday, monday + 4 * HOUR_MS, 1)
    second = override(EVE, monday + HOUR_MS, monday + 2 * HOUR_MS, 2)

    def who(at: int, *present: UUID) -> OnCall:
        return on_call(rotation(), [second, first], present, at)

    assert who(monday, ADA, BOB, EVE) == OnCall(BOB, first.id)
    assert who(monday + HOUR_MS, ADA, BOB, EVE) == OnCall(EVE, second.id)
    assert who(monday + HOUR_MS, ADA, BOB) == OnCall(BOB, first.id, (EVE,))
    assert who(monday + 2 * HOUR_MS, ADA, BOB, EVE) == OnCall(BOB, first.id)
    assert who(monday + 4 * HOUR_MS, ADA, BOB, EVE) == OnCall(ADA)


def test_the_first_turn_begins_on_the_first_day_whatever_day_of_the_week_it_is() -> None:
    made = rotation(starts_on="2026-03-04")
    wednesday = to_ms(datetime(2026, 3, 4, 9, tzinfo=ZoneInfo("UTC")))
    next_monday = to_ms(datetime(2026, 3, 9, 9, tzinfo=ZoneInfo("UTC")))
    assert [turn_at(made, at) for at in (wednesday - 1, wednesday, next_monday - 1, next_monday)] == [None, 0, 0, 1]
