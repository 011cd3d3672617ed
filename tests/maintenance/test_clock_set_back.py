"""R12: a clock that is an hour ahead for a while, and set back, begins no window early for good and loses none."""

import asyncio
from collections.abc import AsyncIterator
from itertools import pairwise
from types import SimpleNamespace

import pytest
from sqlmodel import select

from healther.core import clock
from healther.core.clock import HOUR_MS, MINUTE_MS, now_ms
from healther.core.db import Database
from healther.history.ledger import known_spans
from healther.history.models import Span
from healther.maintenance.models import MaintenanceWindow
from healther.monitoring.maintenance_loop import MaintenanceLoop
from healther.monitoring.maintenance_turn import look_again, take_turns
from healther.watchers.models import ServiceWatcher, WatcherState
from tests.support.maintenance import add_window
from tests.support.waiting import until
from tests.support.watchers import add_watcher, state_of

NOW = 1_800_000_000_000


async def in_maintenance(db: Database, watcher: ServiceWatcher) -> bool:
    return (await state_of(db, watcher.id)).in_maintenance


async def test_a_window_that_the_clock_ahead_has_begun_ends_and_begins_again_when_it_is_time(db: Database) -> None:
    watcher = await add_watcher(db, NOW - HOUR_MS)
    await add_window(db, watcher, NOW + 30 * MINUTE_MS, HOUR_MS)
    await take_turns(db, NOW + HOUR_MS)
    assert await in_maintenance(db, watcher)
    await look_again(db, NOW + MINUTE_MS)
    said = []
    for minute in (1, 29, 30, 89, 90):
        await take_turns(db, NOW + minute * MINUTE_MS)
        said.append(await in_maintenance(db, watcher))
    assert said == [False, False, True, True, False]


@pytest.mark.parametrize("rrule", [None, "FREQ=WEEKLY"])
async def test_a_window_that_was_over_by_the_clock_ahead_comes_all_the_same(db: Database, rrule: str | None) -> None:
    watcher = await add_watcher(db, NOW - HOUR_MS)
    await add_window(db, watcher, NOW + 10 * MINUTE_MS, 20 * MINUTE_MS, rrule=rrule)
    await take_turns(db, NOW + HOUR_MS)
    assert not await in_maintenance(db, watcher)
    await look_again(db, NOW + MINUTE_MS)
    said = []
    for minute in (1, 10, 29, 30):
        await take_turns(db, NOW + minute * MINUTE_MS)
        said.append(await in_maintenance(db, watcher))
    assert said == [False, True, True, False]
    async with db.read() as session:
        spans = (await session.exec(select(Span).where(Span.watcher_id == watcher.id))).all()
        row = await session.get_one(WatcherState, watcher.id)
    ledger = known_spans(spans, row, NOW + HOUR_MS)
    assert all(one.end == other.start for one, other in pairwise(ledger))
    assert [each.end - each.start for each in ledger if each.state.label == "maintenance"] == [20 * MINUTE_MS]


@pytest.fixture
async def loop(db: Database) -> AsyncIterator[MaintenanceLoop]:
    loop = MaintenanceLoop(db)
    task = asyncio.create_task(loop.run())
    yield loop
    loop.stop()
    async with asyncio.timeout(10):
        await task


async def test_the_loop_notices_that_the_clock_was_set_back(
    db: Database, monkeypatch: pytest.MonkeyPatch, loop: MaintenanceLoop
) -> None:
    ahead_ms, real_ns = HOUR_MS, clock.time.time_ns
    monkeypatch.setattr(clock, "time", SimpleNamespace(time_ns=lambda: real_ns() + ahead_ms * 1_000_000))
    watcher = await add_watcher(db, now_ms() - 3 * HOUR_MS)
    window_id = await add_window(db, watcher, now_ms() - HOUR_MS - 5 * MINUTE_MS, HOUR_MS // 2)
    loop.wake()

    async def over() -> bool:
        async with db.read() as session:
            return (await session.get_one(MaintenanceWindow, window_id)).next_turn_at is None

    async def begun() -> bool:
        return await in_maintenance(db, watcher)

    await until(over, "it is over by the clock that is ahead")
    ahead_ms = 0
    loop.wake()
    await until(begun, "it has begun by the clock that is right")
