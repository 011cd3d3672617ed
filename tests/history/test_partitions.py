"""A partition a day on PostgreSQL, made ahead of time, so that retention drops days whole."""

import asyncio

from sqlalchemy import text

from healther.core.clock import DAY_MS
from healther.core.db import Database
from healther.history.partitions import DAYS_AHEAD, ensure_partitions, partition_name

# 2027-01-15T08:00:00Z
NOW_MS = 1_800_000_000_000
TODAY_MS = NOW_MS - NOW_MS % DAY_MS
INSERT = text(
    "INSERT INTO healthevent (watcher_id, slot, created_at, status) VALUES (gen_random_uuid(), :slot, :slot, 1)"
)


async def partitions_of(db: Database) -> set[str]:
    query = text("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'healthevent'::regclass")
    async with db.read_connection() as connection:
        return set((await connection.execute(query)).scalars())


async def rows_in(db: Database, table: str) -> int:
    async with db.read_connection() as connection:
        return int((await connection.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one())


async def add_event(db: Database, slot: int) -> None:
    async with db.write_connection() as connection:
        await connection.execute(INSERT, {"slot": slot})


def test_a_partition_is_named_after_its_day() -> None:
    assert partition_name(TODAY_MS) == "healthevent_20270115"


async def test_today_and_the_days_ahead_have_partitions_and_events_lie_in_them(postgres_url: str) -> None:
    db = Database(postgres_url)
    before = await partitions_of(db)
    await ensure_partitions(db, NOW_MS)
    expected = {partition_name(TODAY_MS + day * DAY_MS) for day in range(DAYS_AHEAD)}
    assert await partitions_of(db) - before == expected
    await ensure_partitions(db, NOW_MS)
    assert await partitions_of(db) - before == expected
    for slot in (TODAY_MS, NOW_MS, TODAY_MS + DAY_MS - 1, TODAY_MS + DAY_MS):
        await add_event(db, slot)
    assert await rows_in(db, partition_name(TODAY_MS)) == 3
    assert await rows_in(db, partition_name(TODAY_MS + DAY_MS)) == 1

    # What retention does: a whole day goes at once, and only that day.
    async with db.write_connection() as connection:
        await connection.execute(text(f"DROP TABLE {partition_name(TODAY_MS)}"))
    assert await rows_in(db, "healthevent") == 1
    await db.close()


async def test_many_processes_that_start_at_once_make_each_partition_once(postgres_url: str) -> None:
    db = Database(postgres_url)
    async with asyncio.timeout(20):
        await asyncio.gather(*(ensure_partitions(db, NOW_MS) for _ in range(8)))
    assert partition_name(TODAY_MS) in await partitions_of(db)
    await db.close()


async def test_events_that_came_before_their_partition_are_kept(postgres_url: str) -> None:
    """R12: a clock that jumped ahead wrote into a day nobody had prepared."""
    db = Database(postgres_url)
    tomorrow = TODAY_MS + DAY_MS
    await add_event(db, tomorrow + 5)
    await ensure_partitions(db, NOW_MS)
    made = await partitions_of(db)
    assert partition_name(TODAY_MS) in made
    assert partition_name(tomorrow) not in made
    assert await rows_in(db, "healthevent") == 1
    await add_event(db, tomorrow + 6)
    assert await rows_in(db, "healthevent") == 2
    await db.close()


async def test_sqlite_needs_none(sqlite_url: str) -> None:
    db = Database(sqlite_url)
    await ensure_partitions(db, NOW_MS)
    await db.close()
