"""Health events on PostgreSQL lie in a partition a day, made ahead of time, so that retention can drop days whole."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime

import psycopg.errors
import structlog
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection

from healther.core.clock import DAY_MS, SECOND_MS
from healther.core.db import Database

log = structlog.get_logger()

DAYS_AHEAD = 7
_A_DAY = re.compile(r"healthevent_\d{8}")
# Processes that start together ask for the same partitions; the lock makes them take turns.
_ADVISORY_LOCK = 0x4845_5054
# A backup that is being read holds all partitions; whoever waits for it holds up every check. There is time: a week.
LOCK_TIMEOUT = text("SET LOCAL lock_timeout = '500ms'")


def partition_name(day_ms: int) -> str:
    """The partition of the UTC day that starts at `day_ms`."""
    return f"healthevent_{datetime.fromtimestamp(day_ms / SECOND_MS, UTC):%Y%m%d}"


async def ensure_partitions(db: Database, now_ms: int) -> None:
    """Makes the partitions of today and the days ahead where they are missing; nothing to do on SQLite."""
    if db.is_sqlite:
        return
    async with db.read_connection() as connection:
        if not await missing_partitions(connection, now_ms):
            return
    try:
        async with db.write_connection() as connection:
            await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
            await connection.execute(LOCK_TIMEOUT)
            await make_partitions(connection, (await missing_partitions(connection, now_ms)).values())
    except OperationalError as error:
        if not is_locked_out(error):
            raise
        log.warning("partitions are made later: somebody reads all of them, a backup perhaps")


def is_locked_out(error: OperationalError) -> bool:
    """Whether a statement gave up because somebody else holds what it needs alone."""
    return isinstance(error.orig, psycopg.errors.LockNotAvailable)


async def make_partitions(connection: AsyncConnection, days: Iterable[int]) -> None:
    """Makes the partitions of the UTC days that start at these, where they are missing; in the caller's transaction."""
    present = await _present(connection)
    for day_ms in days:
        name = partition_name(day_ms)
        if name not in present:
            await _create(connection, name, day_ms)


async def missing_partitions(connection: AsyncConnection, now_ms: int) -> dict[str, int]:
    """Partitions of today and the days ahead that are not there (PostgreSQL): name -> start of the day, in order."""
    today = now_ms - now_ms % DAY_MS
    wanted = {partition_name(day): day for day in range(today, today + DAYS_AHEAD * DAY_MS, DAY_MS)}
    present = await _present(connection)
    return {name: day_ms for name, day_ms in wanted.items() if name not in present}


async def _present(connection: AsyncConnection) -> set[str]:
    query = text("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'healthevent'::regclass")
    return set((await connection.execute(query)).scalars())


async def partitions_before(connection: AsyncConnection, before_ms: int) -> list[str]:
    """The partitions of days that ended by `before_ms`, oldest first (PostgreSQL)."""
    newest_kept = partition_name(before_ms)
    return sorted(name for name in await _present(connection) if _A_DAY.fullmatch(name) and name < newest_kept)


async def _create(connection: AsyncConnection, name: str, day_ms: int) -> None:
    try:
        async with connection.begin_nested():
            await connection.exec_driver_sql(
                f"CREATE TABLE {name} PARTITION OF healthevent FOR VALUES FROM ({day_ms}) TO ({day_ms + DAY_MS})"
            )
    except IntegrityError:
        # Events of that day came before its partition (a clock that jumped): they and the rest of it stay in _other.
        log.warning("a day's events stay in the default partition", partition=name)
