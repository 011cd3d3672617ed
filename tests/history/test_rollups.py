"""D4: rollups are sums, however and by whomever they are added."""

import asyncio
import random
from collections.abc import Sequence
from uuid import UUID

import pytest
from sqlmodel import select

from healther.core.clock import DAY_MS, HOUR_MS
from healther.core.db import Database
from healther.history.hour import append, fold
from healther.history.models import RollupDaily, RollupHourly
from healther.history.rollups import add_rollups
from healther.history.sketch import Sketch
from healther.history.values import NUMBERS, RollupValues
from healther.probes.base import Phases
from healther.watchers.states import State
from tests.support.watchers import add_watcher

DAY = 1_800_000_000_000 // DAY_MS * DAY_MS

Added = list[tuple[UUID, int, RollupValues]]


def random_values(dice: random.Random) -> RollupValues:
    counts = None
    for _ in range(dice.randrange(1, 30)):
        # Halves are sums of powers of two: exact, so equality needs no tolerance.
        phases = Phases(dice.randrange(99) / 2, dice.randrange(99) / 2, None, 0.5, None)
        counts = append(
            counts, dice.choice((State.HEALTHY, State.DOWN, State.DEGRADED)), dice.uniform(0.1, 9e4), phases
        )
    values = fold(counts)
    values.add_time(State.DOWN, dice.randrange(HOUR_MS))
    return values


def expected(added: Added, step: int) -> dict[tuple[UUID, int], tuple[object, ...]]:
    sums: dict[tuple[UUID, int], RollupValues] = {}
    for watcher_id, hour, values in added:
        sums.setdefault((watcher_id, hour - hour % step), RollupValues()).merge(values)
    return {key: comparable(values, values.sketch) for key, values in sums.items()}


def comparable(row: object, sketch: Sketch) -> tuple[object, ...]:
    return (*(getattr(row, name) for name in NUMBERS), sorted(sketch.counts.items()))


async def stored(db: Database, table: type[RollupHourly | RollupDaily]) -> dict[tuple[UUID, int], tuple[object, ...]]:
    async with db.read() as session:
        rows = (await session.exec(select(table))).all()
    return {(row.watcher_id, row.starts_at): comparable(row, Sketch.from_bytes(row.latency_sketch)) for row in rows}


async def add(db: Database, rows: Sequence[tuple[UUID, int, RollupValues]]) -> None:
    async with db.write_connection() as connection:
        await add_rollups(connection, rows)


async def two_watchers(db: Database) -> list[UUID]:
    return sorted([(await add_watcher(db, DAY)).id, (await add_watcher(db, DAY)).id])


@pytest.mark.parametrize("seed", range(2))
async def test_rows_hold_the_sum_of_everything_added(db: Database, seed: int) -> None:
    dice = random.Random(seed)
    watchers = await two_watchers(db)
    hours = [DAY - HOUR_MS, DAY, DAY + 23 * HOUR_MS, DAY + DAY_MS]
    added = [(dice.choice(watchers), dice.choice(hours), random_values(dice)) for _ in range(60)]
    rest = list(added)
    while rest:
        size = dice.randrange(1, 12)
        await add(db, rest[:size])
        rest = rest[size:]
    assert await stored(db, RollupHourly) == expected(added, HOUR_MS)
    assert await stored(db, RollupDaily) == expected(added, DAY_MS)


async def test_the_last_hour_of_a_day_and_the_first_of_the_next_are_two_days(db: Database) -> None:
    watcher = (await add_watcher(db, DAY)).id
    await add(db, [(watcher, DAY - HOUR_MS, RollupValues(down_checks=1)), (watcher, DAY, RollupValues(down_checks=2))])
    assert {key[1] for key in await stored(db, RollupDaily)} == {DAY - DAY_MS, DAY}


async def test_adding_nothing_touches_nothing(db: Database) -> None:
    await add(db, [])
    assert await stored(db, RollupHourly) == {}


async def test_what_is_rolled_back_was_never_added(db: Database) -> None:
    watcher = (await add_watcher(db, DAY)).id
    row = (watcher, DAY, RollupValues(healthy_checks=1))
    async with db.engine.connect() as connection:
        await add_rollups(connection, [row])
        await connection.rollback()
    await add(db, [row])
    assert (await stored(db, RollupDaily))[watcher, DAY][0] == 1


async def test_recorders_side_by_side_lose_nothing_and_do_not_deadlock(db: Database) -> None:
    dice = random.Random(7)
    watchers = await two_watchers(db)
    batches = [[(w, DAY + h * HOUR_MS, random_values(dice)) for w in watchers for h in range(3)] for _ in range(12)]
    for batch in batches:
        dice.shuffle(batch)
    await asyncio.gather(*(add(db, batch) for batch in batches))
    added = [row for batch in batches for row in batch]
    assert await stored(db, RollupHourly) == expected(added, HOUR_MS)
    assert await stored(db, RollupDaily) == expected(added, DAY_MS)
