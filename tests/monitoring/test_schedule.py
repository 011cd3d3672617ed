"""The loop: claims what is due and no more than there is room for, and goes on whatever the database or clock does."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest
from sqlalchemy.exc import OperationalError

from healther.core import clock, clock_steps
from healther.core.clock import DAY_MS, HOUR_MS, MINUTE_MS, now_ms
from healther.core.crypto import Sealer
from healther.core.db import Database
from healther.core.settings import Settings
from healther.history.service.uptime import uptime
from healther.monitoring import schedule
from healther.monitoring.model import Claim
from healther.monitoring.pipeline import Pipeline
from healther.monitoring.schedule import Scheduler
from healther.watchers.cadence import CadenceUnit
from healther.watchers.regions import served_since
from healther.watchers.secrets import SEALER_PURPOSE
from healther.watchers.states import State
from tests.support.checks import events_of
from tests.support.target import target
from tests.support.waiting import until
from tests.support.watchers import add_watcher, state_of

SECRET_KEY = "a-secret-only-for-tests-0123456789-abcdef"


@dataclass
class Desk:
    """A dispatcher that keeps what it is given, while it has room and is willing."""

    space: int = 1_000
    willing: bool = True
    taken: list[Claim] = field(default_factory=list)
    batches: int = 0
    asked: int = 0

    async def room(self) -> int:
        self.asked += 1
        return self.space - len(self.taken)

    async def dispatch(self, claims: Sequence[Claim]) -> bool:
        self.batches += 1
        if self.willing:
            self.taken += claims
        return self.willing

    async def was_asked(self) -> bool:
        return self.asked > 0


@asynccontextmanager
async def running(db: Database, desk: Desk) -> AsyncIterator[Scheduler]:
    scheduler = Scheduler(db, "default", desk)
    task = asyncio.create_task(scheduler.run())
    yield scheduler
    scheduler.stop()
    async with asyncio.timeout(10):
        await task


async def test_everything_due_is_dispatched_once_in_batches(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedule, "CLAIM_BATCH", 4)
    ids = {(await add_watcher(db, now_ms())).id for _ in range(10)}
    await add_watcher(db, now_ms(), due_at=now_ms() + 45_000)
    desk = Desk()

    async def all_taken() -> bool:
        return len(desk.taken) >= 10

    async with running(db, desk):
        await until(all_taken, "all are claimed")
    assert len(desk.taken) == 10
    assert {claim.watcher_id for claim in desk.taken} == ids
    assert desk.batches == 3


async def test_no_more_is_claimed_than_there_is_room_for(db: Database) -> None:
    for _ in range(5):
        await add_watcher(db, now_ms())
    desk = Desk(space=2)

    async def full() -> bool:
        return len(desk.taken) == 2

    async with running(db, desk) as scheduler:
        await until(full, "the room is taken")
        scheduler.wake()
        await until(full, "and not more than the room")
        desk.space = 5

        async def taken() -> bool:
            return len(desk.taken) == 5

        await until(taken, "the rest is claimed when there is room again")


async def test_what_cannot_be_dispatched_is_given_back(db: Database) -> None:
    watcher = await add_watcher(db, now_ms())
    desk = Desk(willing=False)

    async def tried() -> bool:
        return desk.batches > 0 and (await state_of(db, watcher.id)).lease_slot is None

    async with running(db, desk) as scheduler:
        await until(tried, "it was tried and given back")
        desk.willing = True
        scheduler.wake()

        async def taken() -> bool:
            return len(desk.taken) == 1

        await until(taken, "it is claimed again")


async def test_a_watcher_made_due_is_claimed_when_the_loop_is_woken(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedule, "TURN_S", 3_600.0)
    desk = Desk()
    async with running(db, desk) as scheduler:
        first = await add_watcher(db, now_ms())
        scheduler.wake()

        async def taken() -> bool:
            return [claim.watcher_id for claim in desk.taken] == [first.id]

        await until(taken, "it is claimed")


async def test_a_database_that_is_away_is_waited_for(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    db = Database(sqlite_url)
    await add_watcher(db, now_ms())
    desk = Desk()
    scheduler = Scheduler(db, "default", desk)
    due, failures = scheduler._claims.due, 0

    async def away_at_first(region: str, limit: int) -> list[Claim]:
        nonlocal failures
        failures += 1
        if failures < 4:
            raise OperationalError("SELECT", {}, OSError("gone"))
        return await due(region, limit)

    monkeypatch.setattr(scheduler._claims, "due", away_at_first)
    task = asyncio.create_task(scheduler.run())

    async def taken() -> bool:
        return len(desk.taken) == 1

    await until(taken, "it is claimed in the end")
    scheduler.stop()
    await task
    await db.close()


async def test_a_clock_that_was_set_back_before_the_start_delays_nobody(db: Database) -> None:
    """R12: what an hour that has not come yet had scheduled is due now."""
    watcher = await add_watcher(db, now_ms(), due_at=now_ms() + 2 * HOUR_MS)
    desk = Desk()

    async def taken() -> bool:
        return [claim.watcher_id for claim in desk.taken] == [watcher.id]

    async with running(db, desk):
        await until(taken, "it is claimed")


async def test_what_the_old_clock_recorded_after_it_was_set_back_is_found_and_made_due(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R12: a check under way at the step is recorded with a next slot an hour ahead, when all has been pulled back."""
    monkeypatch.setattr(clock_steps, "LOOK_EVERY_MS", 200)
    desk = Desk()

    async def taken() -> bool:
        return [claim.watcher_id for claim in desk.taken] == [watcher.id]

    async with running(db, desk):
        await until(desk.was_asked, "the first look was made")
        watcher = await add_watcher(db, now_ms(), due_at=now_ms() + HOUR_MS)
        await until(taken, "it is claimed")


async def test_checks_go_on_and_uptime_adds_up_while_the_clock_is_stepped_by_an_hour_and_back(
    db: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R12, with the whole pipeline and a real target."""
    offset_ms = 0
    real_ns = clock.time.time_ns
    monkeypatch.setattr(clock, "time", SimpleNamespace(time_ns=lambda: real_ns() + offset_ms * 1_000_000))
    settings = Settings(
        database_url=database_url, secret_key=SECRET_KEY, allow_networks="127.0.0.0/8", reference_targets=""
    )
    with target() as served:
        started_at = now_ms()
        watcher = await add_watcher(
            db, started_at, url=served.url(), every_value=1, every_unit=CadenceUnit.MINUTES, timeout_ms=2_000
        )
        pipeline = Pipeline(settings, db, Sealer(SECRET_KEY, SEALER_PURPOSE))
        await pipeline.start()
        # Past the next slot, an hour on, past a slot, an hour back, and on through the hour that comes again.
        for count, step_ms in enumerate((0, MINUTE_MS, HOUR_MS, MINUTE_MS, -HOUR_MS, MINUTE_MS, MINUTE_MS), 1):
            offset_ms += step_ms
            await until(lambda wanted=count: _checked(db, watcher.id, wanted), f"check {count} was made", 15)
            async with db.read() as session:
                now = now_ms()
                found = await uptime(session, watcher.id, from_ms=started_at - DAY_MS, to_ms=now, now_ms=now)
            assert found.times.total_ms == found.to_ms - found.from_ms
            assert min(found.times) >= 0
            assert found.times.down_ms == 0
            assert found.times.uptime_percent in (None, 100.0)
        await pipeline.stop()
    events = await events_of(db, watcher.id)
    assert {event.status for event in events} == {State.HEALTHY}
    assert [event.created_at for event in events] == sorted(event.created_at for event in events)


async def _checked(db: Database, watcher_id: object, count: int) -> bool:
    return len(await events_of(db, watcher_id)) >= count


async def test_a_scheduler_at_work_says_that_its_region_is_served(db: Database) -> None:
    before = now_ms()

    async def is_said() -> bool:
        async with db.read() as session:
            return await served_since(session, before) == {"default"}

    async with running(db, Desk()):
        await until(is_said, "it is said")
