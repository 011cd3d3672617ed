"""D1, D3: the ledger says maintenance from a window's beginning to its end, and else what it would have said anyway.

The oracle is a twin: a watcher with the same checks, pauses and late turns, which no window covers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from healther.core.clock import DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, to_utc
from healther.core.db import Database
from healther.history import lifecycle
from healther.history.ledger import Segment, known_spans, time_per_state
from healther.history.models import RollupHourly, Span
from healther.history.service.uptime import uptime
from healther.maintenance.models import MaintenanceCover, MaintenanceWindow
from healther.monitoring.claim import store_for
from healther.monitoring.judge import Thresholds
from healther.monitoring.maintenance_turn import CATCH_UP_MS, take_turns
from healther.monitoring.record import record
from healther.watchers.models import ServiceWatcher, WatcherState
from healther.watchers.states import State
from tests.support.maintenance import add_window
from tests.support.results import claim_many, result_of
from tests.support.watchers import add_watcher, spans_of, state_of

START_MS = 1_800_000_000_000 - 1_800_000_000_000 % DAY_MS + 47 * MINUTE_MS
TWICE = Thresholds(failure=2, recovery=2)
H, D, U, M = State.HEALTHY, State.DOWN, State.UNKNOWN, State.MAINTENANCE


async def check(db: Database, ids: Sequence[UUID], now: int, status: State, limits: Thresholds) -> None:
    """Both twins in one transaction, on the same slots."""
    results = [result_of(claim, now, status, limits) for claim in await claim_many(db, ids, now)]
    for result in results:
        object.__setattr__(result.plan, "phase_ms", 0)
    assert (await record(db, store_for(db), results, now)).refused == 0


async def set_paused(db: Database, ids: Sequence[UUID], now: int, paused: bool) -> None:
    async with db.write() as session:
        for watcher_id in ids:
            watcher = await session.get_one(ServiceWatcher, watcher_id)
            row = await lifecycle.lock_hot_row(session, watcher_id)
            if paused and watcher.paused_at is None:
                watcher.paused_at = to_utc(now)
                await lifecycle.pause(session, row, now)
            elif not paused and watcher.paused_at is not None:
                watcher.paused_at = None
                lifecycle.resume(row, now)
            session.add_all([watcher, row])


async def ledger_of(db: Database, watcher_id: UUID, now: int) -> list[Segment]:
    async with db.read() as session:
        spans = (await session.exec(select(Span).where(Span.watcher_id == watcher_id))).all()
        row = await session.get_one(WatcherState, watcher_id)
    return known_spans(spans, row, now)


def state_at(ledger: Sequence[Segment], at: int) -> State:
    return next((state for state, start, end in ledger if start <= at < end), State.UNKNOWN)


@dataclass(frozen=True)
class Step:
    wait_ms: int
    kind: str
    status: State
    turn: bool


steps = st.lists(
    st.builds(
        Step,
        st.one_of(st.integers(1, 20_000), st.integers(1, 3 * HOUR_MS)),
        st.sampled_from(["check"] * 8 + ["pause", "resume"]),
        st.sampled_from([H, H, D, D, State.DEGRADED, U]),
        st.booleans(),
    ),
    min_size=1,
    max_size=14,
)
windows = st.lists(
    st.tuples(st.integers(1, 8 * HOUR_MS), st.one_of(st.integers(1, 15_000), st.integers(1, 4 * HOUR_MS))),
    min_size=1,
    max_size=3,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps, windows)
@example(
    [Step(10_000, "check", H, True), Step(10_000, "check", D, True), Step(9_000, "check", D, True)], [(25_000, 60_000)]
)
async def test_maintenance_lies_over_what_the_ledger_says_anyway(
    db: Database, steps: list[Step], windows: list[tuple[int, int]]
) -> None:
    covered, twin = await add_watcher(db, START_MS), await add_watcher(db, START_MS)
    ids = [covered.id, twin.id]
    async with db.write() as session:
        for row in await lifecycle.lock_hot_rows(session, ids):
            row.phase_ms = 0
            session.add(row)
    for after, length in windows:
        await add_window(db, covered, START_MS + after, length)
    now = START_MS
    await check(db, ids, now, H, TWICE)
    for step in steps:
        now += step.wait_ms
        if step.turn or step.kind != "check":
            await take_turns(db, now)
        if step.kind == "check":
            await check(db, ids, now, step.status, TWICE)
        else:
            await set_paused(db, ids, now, step.kind == "pause")
    now += MINUTE_MS
    await take_turns(db, now)
    await check(db, ids, now, H, TWICE)

    mine, anyway = await ledger_of(db, covered.id, now), await ledger_of(db, twin.id, now)
    edges = {START_MS, now, *(each.start for each in [*mine, *anyway])}
    edges |= {START_MS + edge for after, length in windows for edge in (after, after + length)}
    for at in sorted(edge for edge in edges if edge < now):
        inside = any(START_MS + after <= at < START_MS + after + length for after, length in windows)
        assert state_at(mine, at) == (M if inside else state_at(anyway, at)), at - START_MS
    rows = [await state_of(db, each) for each in ids]
    assert (rows[0].state, rows[0].since) == (rows[1].state, rows[1].since), "beliefs are what they are"
    await _adds_up(db, covered.id, mine, now)


async def _adds_up(db: Database, watcher_id: UUID, ledger: list[Segment], now: int) -> None:
    async with db.read() as session:
        row = await session.get_one(WatcherState, watcher_id)
        found = await uptime(session, watcher_id, from_ms=START_MS - DAY_MS, to_ms=now, now_ms=now)
        assert found.times == time_per_state(ledger, START_MS - DAY_MS, now)
        assert found.times.total_ms == now - START_MS + DAY_MS
        hours = (await session.exec(select(RollupHourly).where(RollupHourly.watcher_id == watcher_id))).all()
    for state in (H, State.DEGRADED, D, M):
        counted = sum(getattr(hour, f"{state.label}_time_ms") for hour in hours)
        assert counted == getattr(time_per_state(ledger, START_MS, row.accounted_until), f"{state.label}_ms")
        assert all(getattr(hour, f"{state.label}_time_ms") >= 0 for hour in hours)


async def test_a_late_turn_dates_maintenance_exactly_and_takes_back_what_was_counted(db: Database) -> None:
    watcher = await add_watcher(db, START_MS)
    begin, end = START_MS + 10 * MINUTE_MS + 1, START_MS + 20 * MINUTE_MS + 2
    await add_window(db, watcher, begin, end - begin)
    for minute in range(0, 121):
        await check(db, [watcher.id], START_MS + minute * MINUTE_MS, H, TWICE)
    assert (await state_of(db, watcher.id)).accounted_until > end
    now = START_MS + 121 * MINUTE_MS
    assert await take_turns(db, now) == 2
    assert await spans_of(db, watcher.id) == [(H, START_MS, begin), (M, begin, end), (H, end, None)]
    await _adds_up(db, watcher.id, await ledger_of(db, watcher.id, now), now)
    assert await take_turns(db, now) == 0


async def test_what_went_down_before_a_window_and_is_confirmed_in_it_is_down_until_the_window(db: Database) -> None:
    watcher = await add_watcher(db, START_MS)
    await check(db, [watcher.id], START_MS, H, TWICE)
    failed, begin = START_MS + 20_000, START_MS + 25_000
    await add_window(db, watcher, begin, HOUR_MS)
    await check(db, [watcher.id], failed, D, TWICE)
    await take_turns(db, begin)
    await check(db, [watcher.id], failed + 10_000, D, TWICE)
    assert await spans_of(db, watcher.id) == [(H, START_MS, failed), (D, failed, begin), (M, begin, None)]
    row = await state_of(db, watcher.id)
    assert (row.state, row.since, row.in_maintenance) == (D, failed, True)


async def test_an_open_window_covers_until_it_is_ended_and_what_is_down_is_down_then(db: Database) -> None:
    watcher = await add_watcher(db, START_MS)
    window_id = await add_window(db, watcher, START_MS, None)
    await check(db, [watcher.id], START_MS, H, TWICE)
    await take_turns(db, START_MS + 5)
    for at in (20_000, 30_000):
        await check(db, [watcher.id], START_MS + at, D, TWICE)
    end = START_MS + 40_000
    async with db.write() as session:
        window = await session.get_one(MaintenanceWindow, window_id)
        assert (window.running_since, window.running_until, window.next_turn_at) == (START_MS, None, None)
        window.ended_at = window.next_turn_at = end
        window.version += 1
    assert await take_turns(db, end + SECOND_MS) == 1
    assert await spans_of(db, watcher.id) == [(M, START_MS, end), (D, end, None)]
    async with db.read() as session:
        assert (await session.exec(select(MaintenanceCover))).all() == []


async def test_a_window_from_before_a_long_absence_is_entered_for_the_last_day_only(db: Database) -> None:
    watcher = await add_watcher(db, START_MS)
    await check(db, [watcher.id], START_MS, H, TWICE)
    await add_window(db, watcher, START_MS + HOUR_MS, 10 * DAY_MS)
    back = START_MS + 5 * DAY_MS
    await take_turns(db, back)
    await check(db, [watcher.id], back, H, TWICE)
    known_until = (await spans_of(db, watcher.id))[0][2]
    assert known_until is not None
    assert await spans_of(db, watcher.id) == [
        (H, START_MS, known_until),
        (U, known_until, back - CATCH_UP_MS),
        (M, back - CATCH_UP_MS, None),
    ]


async def test_many_watchers_enter_together_and_a_second_turn_finds_nothing(db: Database) -> None:
    watchers = [await add_watcher(db, START_MS) for _ in range(3)]
    window_id = await add_window(db, watchers[0], START_MS + 1_000, MINUTE_MS, all_watchers=True)
    assert await take_turns(db, START_MS + 1_500) == 3
    assert await take_turns(db, START_MS + 1_600) == 0
    late = await add_watcher(db, START_MS + 2_000)
    async with db.write() as session:
        window = await session.get_one(MaintenanceWindow, window_id)
        window.next_turn_at = START_MS + 2_000
        window.version += 1
    assert await take_turns(db, START_MS + 2_100) == 1
    assert await spans_of(db, late.id) == [(M, START_MS + 2_000, None)]
    async with db.read() as session:
        covers = (await session.exec(select(MaintenanceCover).order_by(col(MaintenanceCover.since)))).all()
    assert [(each.since, each.until) for each in covers] == [
        *[(START_MS + 1_000, START_MS + 1_000 + MINUTE_MS)] * 3,
        (START_MS + 2_000, START_MS + 1_000 + MINUTE_MS),
    ]


async def test_hours_in_which_nothing_changed_but_maintenance_are_counted_as_they_were(db: Database) -> None:
    watcher = await add_watcher(db, START_MS)
    begin, end = START_MS + 80 * MINUTE_MS + 7, START_MS + 200 * MINUTE_MS + 9
    await add_window(db, watcher, begin, end - begin)
    for minute in range(0, 261):
        now = START_MS + minute * MINUTE_MS
        if minute % 40 == 1:
            await take_turns(db, now)
        await check(db, [watcher.id], now, H, TWICE)
    assert await spans_of(db, watcher.id) == [(H, START_MS, begin), (M, begin, end), (H, end, None)]
    await _adds_up(db, watcher.id, await ledger_of(db, watcher.id, now), now)


async def test_an_end_that_is_told_late_leaves_what_changed_since_where_it_changed(db: Database) -> None:
    watcher = await add_watcher(db, START_MS)
    await add_window(db, watcher, START_MS + 20_000, 20_000)
    await check(db, [watcher.id], START_MS, H, TWICE)
    await take_turns(db, START_MS + 21_000)
    for at in (50_000, 60_000, 70_000, 80_000):
        await check(db, [watcher.id], START_MS + at, D if at < 70_000 else H, TWICE)
    await take_turns(db, START_MS + 81_000)
    assert await spans_of(db, watcher.id) == [
        (H, START_MS, START_MS + 20_000),
        (M, START_MS + 20_000, START_MS + 40_000),
        (H, START_MS + 40_000, START_MS + 50_000),
        (D, START_MS + 50_000, START_MS + 70_000),
        (H, START_MS + 70_000, None),
    ]
