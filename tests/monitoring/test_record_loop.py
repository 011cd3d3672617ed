"""The recorder: owns results until they are written, however long the database is away."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

import pytest
from sqlalchemy.exc import OperationalError

from healther.core.clock import now_ms
from healther.core.db import Database
from healther.core.ids import new_id
from healther.monitoring import record_loop
from healther.monitoring.claim import store_for
from healther.monitoring.judge import Thresholds
from healther.monitoring.model import Claim, Plan, Result
from healther.monitoring.record import Recorded, record
from healther.monitoring.record_loop import BATCH, RecordLoop
from healther.monitoring.store import HotStore
from healther.probes.base import Observation, Phases, ProbeContext
from tests.support.checks import events_of
from tests.support.waiting import until
from tests.support.watchers import add_watcher


class NeverRun:
    async def run(self, context: ProbeContext) -> Observation:
        raise AssertionError("results come from the test")


def result(claim: Claim) -> Result:
    plan = Plan(1, NeverRun(), Thresholds(), 60_000, 0, 10_000, None, 14, "t")
    return Result(claim, plan, claim.slot, Observation(Phases(), 1.0, 200))


async def claims_of(db: Database, count: int) -> list[Claim]:
    for _ in range(count):
        await add_watcher(db, now_ms())
    async with db.write_connection() as connection:
        return await store_for(db).claim(connection, "default", now_ms(), count)


class Rig:
    """A recorder that runs, and what it reported."""

    def __init__(self, db: Database, *, max_in_flight: int = 1000) -> None:
        self.reported: list[int] = []
        self.loop = RecordLoop(
            db, store_for(db), lambda count, _recorded: self.reported.append(count), max_in_flight=max_in_flight
        )
        self.task = asyncio.create_task(self.loop.run())

    async def all_reported(self, count: int) -> bool:
        return sum(self.reported) == count

    async def stop(self) -> None:
        self.loop.stop()
        async with asyncio.timeout(10):
            await self.task


async def count_events(db: Database, watcher_ids: Sequence[UUID]) -> int:
    return sum([len(await events_of(db, watcher_id)) for watcher_id in watcher_ids])


async def test_results_that_come_while_the_database_is_away_are_written_once_when_it_is_back(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R11, R15."""
    monkeypatch.setattr(record_loop, "_RETRY_FIRST_S", 0.01)
    away, tries = True, 0

    async def failing(db: Database, store: HotStore, results: Sequence[Result], at_ms: int) -> Recorded:
        nonlocal tries
        tries += 1
        if away:
            raise OperationalError("COPY", {}, OSError("gone"))
        return await record(db, store, results, at_ms)

    monkeypatch.setattr(record_loop, "record", failing)
    claims = await claims_of(db, 12)
    rig = Rig(db)
    for claim in claims[:6]:
        rig.loop.add(result(claim))

    async def tried() -> bool:
        return tries >= 3

    await until(tried, "it was tried again")
    for claim in claims[6:]:
        rig.loop.add(result(claim))
    assert rig.reported == []
    away = False
    await until(lambda: rig.all_reported(12), "all are written")
    await rig.stop()
    assert await count_events(db, [claim.watcher_id for claim in claims]) == 12


async def test_a_transaction_that_was_written_but_not_answered_is_not_written_twice(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R15: the answer to COMMIT was lost; trying again finds the claims spent."""
    monkeypatch.setattr(record_loop, "_RETRY_FIRST_S", 0.01)
    answered: list[Recorded] = []

    async def losing_the_first_answer(db: Database, store: HotStore, results: Sequence[Result], at_ms: int) -> Recorded:
        answered.append(await record(db, store, results, at_ms))
        if len(answered) == 1:
            raise ConnectionResetError("the line went")
        return answered[-1]

    monkeypatch.setattr(record_loop, "record", losing_the_first_answer)
    claims = await claims_of(db, 3)
    rig = Rig(db)
    for claim in claims:
        rig.loop.add(result(claim))
    await until(lambda: rig.all_reported(3), "all are reported")
    await rig.stop()
    assert [each.refused for each in answered] == [0, 3]
    assert await count_events(db, [claim.watcher_id for claim in claims]) == 3


async def test_a_result_nobody_foresaw_costs_itself_and_not_the_others(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(record_loop.log, "exception", lambda event, **_: said.append(event))
    claims = await claims_of(db, 4)
    rig = Rig(db)
    poisoned = result(claims[1])
    poisoned.observation.response_status = 10**30
    for each in (result(claims[0]), poisoned, result(claims[2]), result(claims[3])):
        rig.loop.add(each)
    await until(lambda: rig.all_reported(4), "every one is dealt with")
    await rig.stop()
    assert said == ["a result cannot be recorded and is lost"]
    assert [len(await events_of(db, claim.watcher_id)) for claim in claims] == [1, 0, 1, 1]


async def test_stopping_writes_what_is_left(db: Database) -> None:
    claims = await claims_of(db, 3)
    rig = Rig(db)
    for claim in claims:
        rig.loop.add(result(claim))
    await rig.stop()
    assert sum(rig.reported) == 3
    assert await count_events(db, [claim.watcher_id for claim in claims]) == 3


async def test_many_results_are_written_in_bounded_batches(sqlite_url: str) -> None:
    db = Database(sqlite_url)
    rig = Rig(db)
    for _ in range(BATCH + 10):
        rig.loop.add(result(Claim(new_id(), now_ms(), 1, 1, now_ms())))
    await until(lambda: rig.all_reported(BATCH + 10), "all are dealt with")
    await rig.stop()
    assert rig.reported == [BATCH, 10]
    await db.close()


@pytest.mark.parametrize("fills", [True, False])
async def test_results_that_wait_for_more_are_written_once_half_of_the_engine_is_full_or_at_the_end(
    db: Database, monkeypatch: pytest.MonkeyPatch, fills: bool
) -> None:
    monkeypatch.setattr(record_loop, "BUSY_FLUSH_AFTER_S", 3600)
    claims = await claims_of(db, record_loop.BUSY_RESULTS + 2)
    rig = Rig(db, max_in_flight=2 * (len(claims) if fills else 1000))
    for claim in claims:
        rig.loop.add(result(claim))
    if fills:
        await until(lambda: rig.all_reported(len(claims)), "half of what may be in flight is written")
    await rig.stop()
    assert rig.reported == [len(claims)]


async def test_results_that_come_during_a_transaction_gather_for_the_next_instead_of_making_a_small_one(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Recorded at once, they made 25 transactions a second of 40 checks each, where 3 of 400 cost a sixth less."""
    goes_on = asyncio.Event()
    under_way: list[int] = []

    async def held_up(db: Database, store: HotStore, results: Sequence[Result], at_ms: int) -> Recorded:
        under_way.append(len(results))
        await goes_on.wait()
        return await record(db, store, results, at_ms)

    monkeypatch.setattr(record_loop, "record", held_up)
    monkeypatch.setattr(record_loop, "BUSY_FLUSH_AFTER_S", 3600)
    few = record_loop.BUSY_RESULTS
    claims = await claims_of(db, 1 + 2 * few)
    rig = Rig(db, max_in_flight=2 * 2 * few)
    rig.loop.add(result(claims[0]))

    async def is_under_way() -> bool:
        return under_way == [1]

    await until(is_under_way, "the first is being written")
    for claim in claims[1 : 1 + few]:
        rig.loop.add(result(claim))
    goes_on.set()
    await until(lambda: rig.all_reported(1), "the first is written")
    for claim in claims[1 + few :]:
        rig.loop.add(result(claim))
    await until(lambda: rig.all_reported(len(claims)), "all are written")
    await rig.stop()
    assert rig.reported == [1, 2 * few]
