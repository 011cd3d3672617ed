"""A clock that is years ahead for a minute has nothing forgotten; one that is right, everything that is due."""

import asyncio

import pytest

from healther.core.clock import DAY_MS, HOUR_MS, MINUTE_MS
from healther.core.db import Database
from healther.history.partitions import ensure_partitions
from healther.history.retention import loop, steady
from healther.history.retention.loop import RetentionLoop
from healther.history.retention.steady import SteadyClock, has_witness
from tests.support.history import random_past, write_past
from tests.support.waiting import until
from tests.support.watchers import add_watcher

NOW = 1_800_000_000_000
AHEAD = NOW + 3 * 365 * DAY_MS


async def past(db: Database, until_ms: int) -> None:
    """Ten days of checks up to a moment."""
    start = until_ms - 10 * DAY_MS
    watcher = await add_watcher(db, start)
    for day in range(-1, 12, 7):
        await ensure_partitions(db, start + day * DAY_MS)
    await write_past(db, watcher.id, random_past(1, start, until_ms, checks=200))


async def test_what_was_recorded_days_ago_says_that_the_clock_is_right(db: Database) -> None:
    await past(db, NOW)
    assert await has_witness(db, NOW)
    assert not await has_witness(db, AHEAD)


async def test_checks_made_by_the_wrong_clock_are_no_witness(db: Database) -> None:
    await past(db, NOW)
    watcher = await add_watcher(db, AHEAD)
    await ensure_partitions(db, AHEAD)
    await write_past(db, watcher.id, random_past(1, AHEAD, AHEAD + HOUR_MS, checks=20))
    assert not await has_witness(db, AHEAD + HOUR_MS)


async def test_a_turn_by_a_clock_that_is_years_ahead_is_refused_until_it_is_right(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await past(db, NOW)
    clock, said, turns = AHEAD, [], []
    monkeypatch.setattr(loop, "now_ms", lambda: clock)
    monkeypatch.setattr(loop, "_FIRST_AFTER_S", 0.0)
    monkeypatch.setattr(loop, "EVERY_S", 0.01)
    monkeypatch.setattr(loop.log, "warning", said.append)

    async def turn(_db: Database, at_ms: int, _stopping: asyncio.Event) -> None:
        turns.append(at_ms)

    async def refused() -> bool:
        return len(said) > 1

    async def taken() -> bool:
        return bool(turns)

    retention = RetentionLoop(db, turn)
    running = asyncio.create_task(retention.run())
    await until(refused, "it was refused twice")
    assert turns == []
    clock = NOW
    await until(taken, "a turn is taken")
    assert turns[0] == NOW
    retention.stop()
    await running


def test_a_clock_that_ran_evenly_for_a_day_is_believed_without_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    ticks, wall = 1_000.0, NOW
    monkeypatch.setattr(steady.time, "monotonic", lambda: ticks)
    monkeypatch.setattr(steady, "now_ms", lambda: wall)
    clock = SteadyClock()
    assert not clock.has_run_a_day(NOW + MINUTE_MS)
    ticks += 86_400
    assert clock.has_run_a_day(NOW + DAY_MS)
    assert not clock.has_run_a_day(AHEAD)
    ticks += 3_600
    assert not clock.has_run_a_day(AHEAD + HOUR_MS)
