"""R6, S1: whatever a hand left in one watcher's rows costs that watcher, and no other is checked a second later."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from sqlalchemy import text

from healther.core.clock import MINUTE_MS, now_ms
from healther.core.crypto import Sealer
from healther.core.db import Database
from healther.core.settings import Settings
from healther.monitoring import claim as claim_module
from healther.monitoring import plans as plans_module
from healther.monitoring.claim import PUT_OFF_MS, Claims
from healther.monitoring.model import Claim
from healther.monitoring.pipeline import Pipeline
from healther.monitoring.plans import Misconfigured, PlanCache
from healther.monitoring.store import LEASE_GRACE_MS
from healther.watchers.cadence import MAX_TIMEOUT_MS
from healther.watchers.models import ServiceWatcher
from healther.watchers.secrets import SEALER_PURPOSE
from healther.watchers.states import State
from tests.support.checks import events_of
from tests.support.target import target
from tests.support.waiting import until
from tests.support.watchers import add_watcher, state_of

SECRET_KEY = "a-secret-only-for-tests-0123456789-abcdef"
SEALER = Sealer(SECRET_KEY, SEALER_PURPOSE)
HUGE = 2**62


async def by_hand(db: Database, table: str, watcher: ServiceWatcher, columns: dict[str, Any]) -> None:
    """What somebody with a client of the database may do."""
    key = "id" if table == "servicewatcher" else "watcher_id"
    sets = ", ".join(f"{name} = :{name}" for name in columns)
    given = {**columns, "key": watcher.id.bytes if db.is_sqlite else watcher.id}
    async with db.write_connection() as connection:
        result = await connection.execute(text(f"UPDATE {table} SET {sets} WHERE {key} = :key"), given)
    assert result.rowcount == 1


@asynccontextmanager
async def pipeline_on(db: Database, database_url: str, *, loops: bool) -> AsyncIterator[Pipeline]:
    """The pipeline of `healther up`; without its schedule, that of a worker which is given its batches."""
    settings = Settings(
        database_url=database_url, secret_key=SECRET_KEY, allow_networks="127.0.0.0/8", reference_targets=""
    )
    pipeline = Pipeline(settings, db, SEALER)
    await pipeline.start()
    if not loops:
        pipeline._scheduler.stop()
    yield pipeline
    assert not pipeline.failed
    await pipeline.stop()


NONSENSE = [
    ("servicewatcher", {"every_value": 5, "every_unit": "seconds"}),
    ("servicewatcher", {"every_unit": "fortnights"}),
    ("servicewatcher", {"url": "http://["}),
    ("servicewatcher", {"options": '"x"'}),
    ("servicewatcher", {"timeout_ms": 60_000}),
    ("watcherstate", {"interval_ms": 0}),
    ("watcherstate", {"timeout_ms": 0}),
]


@pytest.mark.parametrize("loops", [True, False], ids=["embedded", "fleet"])
@pytest.mark.parametrize(("table", "columns"), NONSENSE)
async def test_a_neighbour_is_checked_while_a_nonsense_row_is_due_and_that_one_says_what_is_wrong(
    db: Database, database_url: str, table: str, columns: dict[str, Any], loops: bool
) -> None:
    with target() as served:
        nonsense = await add_watcher(db, now_ms(), url=served.url("/nonsense"))
        await by_hand(db, table, nonsense, columns)
        neighbour = await add_watcher(db, now_ms(), url=served.url("/neighbour"))

        async def both_are_checked() -> bool:
            return bool(await events_of(db, neighbour.id) and await events_of(db, nonsense.id))

        async with pipeline_on(db, database_url, loops=loops) as pipeline:
            if not loops:
                claims = await pipeline.claims.due("default", 10)
                assert await pipeline.accept([(each.watcher_id, each.fence) for each in claims]) == 2
            await until(both_are_checked, "both are checked", 15)
    assert [event.status for event in await events_of(db, neighbour.id)] == [State.HEALTHY]
    told = (await events_of(db, nonsense.id))[0]
    if columns == {"interval_ms": 0}:
        assert told.status == State.HEALTHY
    else:
        assert (told.status, told.reason) == (State.UNKNOWN, "misconfigured")
        assert next(iter(columns)).removeprefix("every_") in told.message


@pytest.mark.parametrize(
    "columns",
    [
        {"interval_ms": 0},
        {"interval_ms": -60_000},
        {"interval_ms": HUGE},
        {"timeout_ms": 0},
        {"timeout_ms": -10_000},
        {"timeout_ms": 2**31 - 1},
        {"phase_ms": -HUGE},
        {"phase_ms": HUGE, "interval_ms": 0},
    ],
)
async def test_a_hot_row_out_of_bounds_is_claimed_as_if_it_were_within(db: Database, columns: dict[str, int]) -> None:
    started = now_ms()
    odd, even = await add_watcher(db, started - 5 * MINUTE_MS), await add_watcher(db, started)
    await by_hand(db, "watcherstate", odd, columns)
    claims = {each.watcher_id: each for each in await Claims(db).due("default", 10)}
    assert claims.keys() == {odd.id, even.id}
    claim, row = claims[odd.id], await state_of(db, odd.id)
    assert started - MINUTE_MS <= claim.slot <= now_ms()
    assert claim.lease_until <= now_ms() + MAX_TIMEOUT_MS + LEASE_GRACE_MS
    assert row.missed_slots in (4, 5)
    assert await Claims(db).pull_back("default") == 0


@pytest.mark.parametrize("columns", [{"last_slot": 2**63 - 1}, {"fence": 2**63 - 1}, {"due_at": -(2**63)}])
async def test_a_hot_row_that_cannot_be_claimed_is_put_off_and_loud_and_the_others_are_claimed(
    postgres_url: str, columns: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL counts no further than its integers go; SQLite goes on in fractions."""
    said: list[dict[str, Any]] = []
    monkeypatch.setattr(claim_module.log, "exception", lambda _event, **facts: said.append(facts))
    db = Database(postgres_url)
    watchers = [await add_watcher(db, now_ms()) for _ in range(5)]
    broken = watchers.pop(2)
    await by_hand(db, "watcherstate", broken, columns)
    before = now_ms()
    claimed = [each.watcher_id for each in await Claims(db).due("default", 10)]
    assert sorted(claimed) == sorted(each.id for each in watchers)
    assert said == [{"watcher": str(broken.id), "for_ms": PUT_OFF_MS}]
    assert before + PUT_OFF_MS <= (await state_of(db, broken.id)).due_at <= now_ms() + PUT_OFF_MS
    assert await Claims(db).due("default", 10) == []
    await db.close()


async def test_a_row_that_cannot_even_be_read_costs_itself_and_is_loud(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(plans_module.log, "exception", lambda _event, **facts: said.append(facts["watcher"]))
    watchers = [await add_watcher(db, now_ms()) for _ in range(4)]
    broken = watchers[1]
    await by_hand(db, "servicewatcher", broken, {"created_at": HUGE})
    cache = PlanCache(db, SEALER)
    claims = [Claim(each.id, now_ms(), 1, 1, now_ms() + MINUTE_MS) for each in watchers]
    plans = await cache.get_many(claims)
    assert [isinstance(plans[each.id].probe, Misconfigured) for each in watchers] == [False, True, False, False]
    assert said == [str(broken.id)]
    assert (await cache.get_many(claims))[broken.id] is plans[broken.id]


@pytest.mark.parametrize(
    "columns",
    [
        {"state": 99},
        {"last_known": -7},
        {"hour_counts": b"\x00\xff bytes", "hour": now_ms() // 3_600_000 * 3_600_000},
        {"impaired_run": 2**31 - 1, "impaired_since": None, "down_run": -5},
        {"last_reason": "sunspots"},
        {"accounted_until": -(2**43), "since": -(2**43), "state": 1},
        {"known_until": -HUGE},
    ],
)
async def test_a_hot_row_that_cannot_be_written_on_costs_itself(
    db: Database, database_url: str, columns: dict[str, Any]
) -> None:
    with target() as served:
        broken = await add_watcher(db, now_ms(), url=served.url("/broken"))
        await by_hand(db, "watcherstate", broken, columns)
        watchers = [await add_watcher(db, now_ms(), url=served.url(f"/{number}")) for number in range(4)]

        async def others_are_checked() -> bool:
            return all([await events_of(db, each.id) for each in watchers])

        async with pipeline_on(db, database_url, loops=True):
            await until(others_are_checked, "the others are checked", 15)
