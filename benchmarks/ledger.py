"""90 days of daily uptime for 100 watchers over ten million events, through the functions the API uses.

The history is written in bulk, but the way the pipeline leaves it: events, spans, hourly and daily rollups, hot rows. A
watcher has an outage of up to an hour every ten days on average; one that had some every day costs about twice as much.
"""

import asyncio
import random
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic_core import to_json
from sqlalchemy import insert, text, update
from sqlmodel import col, select

from benchmarks.seed import seed
from healther.core.clock import DAY_MS, HOUR_MS, MINUTE_MS, now_ms
from healther.core.db import Database
from healther.history.hour import append, fold
from healther.history.ledger import Segment, account
from healther.history.models import Span
from healther.history.partitions import partition_name
from healther.history.rollups import add_rollups
from healther.history.service.daily import daily_bars
from healther.history.service.ledgers import in_workspace
from healther.history.service.workspace_daily import workspace_daily
from healther.history.values import RollupValues
from healther.migrations.run import upgrade
from healther.probes.base import Phases
from healther.watchers.models import ServiceWatcher, WatcherState
from healther.watchers.states import State
from tests.support import servers

WATCHERS = 100
DAYS = 90
REPEATS = 40

_EVENTS_POSTGRES = """
INSERT INTO healthevent (watcher_id, slot, created_at, status, response_status, response_time_ms, dns_ms, connect_ms)
SELECT CAST(:watcher AS uuid), at, at + 2, 1, 200, 20 + at % 97, 0.5, 1.5
FROM generate_series(CAST(:start AS bigint), CAST(:end AS bigint), CAST(:every AS bigint)) AS at
"""
_EVENTS_SQLITE = """
WITH RECURSIVE slots (at) AS (SELECT :start UNION ALL SELECT at + :every FROM slots WHERE at + :every <= :end)
INSERT INTO healthevent (watcher_id, slot, created_at, status, response_status, response_time_ms, dns_ms, connect_ms)
SELECT :watcher, at, at + 2, 1, 200, 20 + at % 97, 0.5, 1.5 FROM slots
"""


def run_both(events: int) -> list[dict[str, object]]:
    """On SQLite and on a PostgreSQL of its own."""
    with tempfile.TemporaryDirectory(prefix="healther-ledger-") as home:
        on_sqlite = run(f"sqlite+aiosqlite:///{Path(home) / 'ledger.db'}", events)
    with servers.postgres() as url:
        return [on_sqlite, run(url.replace("postgresql://", "postgresql+psycopg://", 1), events)]


def run(database_url: str, events: int) -> dict[str, object]:
    """Fills the empty database with `events` events and asks; times are milliseconds of the wall clock."""
    asyncio.run(upgrade(database_url))
    watchers = seed(database_url, ["http://127.0.0.1:9/"] * WATCHERS, every_s=60)
    return asyncio.run(_run(database_url, watchers, events))


async def _run(database_url: str, watchers: list[UUID], events: int) -> dict[str, object]:
    # Filling and vacuuming takes minutes, which no request may.
    db = Database(database_url, answer_timeout_s=None)
    now = now_ms()
    start = now - DAYS * DAY_MS
    began = time.perf_counter()
    await _make_partitions(db, start, now)
    for number, watcher_id in enumerate(watchers):
        await _write_history(db, watcher_id, random.Random(number), start, now, events // WATCHERS)
    await _settle_down(db)
    built_s = time.perf_counter() - began

    async with db.read() as session:
        workspace_id = (await session.exec(select(ServiceWatcher.workspace_id))).first()
        stored = (await session.exec(text("SELECT count(*) FROM healthevent"))).scalar_one()  # type: ignore[call-overload]
    assert workspace_id is not None
    these = col(WatcherState.watcher_id).in_(in_workspace(workspace_id))

    async def bars(zone: str) -> None:
        async with db.read() as session:
            found = await daily_bars(
                session, these, days=DAYS, zone=UTC if zone == "UTC" else ZoneInfo(zone), now_ms=now_ms()
            )
        assert len(found.bars) == WATCHERS

    async def page() -> None:
        async with db.read() as session:
            to_json(
                await workspace_daily(
                    session, workspace_id, days=DAYS, tz="UTC", cursor=None, limit=WATCHERS, now_ms=now_ms()
                )
            )

    utc = await _timed(lambda: bars("UTC"))
    berlin = await _timed(lambda: bars("Europe/Berlin"))
    answer = await _timed(page)
    await db.close()
    return {
        "database": "SQLite" if db.is_sqlite else "PostgreSQL",
        "events": stored,
        "watchers": WATCHERS,
        "days": DAYS,
        "bars_p50_ms": round(statistics.median(utc), 1),
        "bars_p95_ms": round(statistics.quantiles(utc, n=20)[-1], 1),
        "other_zone_p50_ms": round(statistics.median(berlin), 1),
        "api_answer_p50_ms": round(statistics.median(answer), 1),
        "built_in_s": round(built_s),
    }


async def _timed(ask: Callable[[], Awaitable[None]]) -> list[float]:
    await ask()
    took = []
    for _ in range(REPEATS):
        begin = time.perf_counter()
        await ask()
        took.append((time.perf_counter() - begin) * 1000)
    return took


async def _make_partitions(db: Database, start: int, now: int) -> None:
    if db.is_sqlite:
        return
    async with db.write_connection() as connection:
        for day in range(start - start % DAY_MS, now, DAY_MS):
            covers = f"FOR VALUES FROM ({day}) TO ({day + DAY_MS})"
            await connection.exec_driver_sql(f"CREATE TABLE {partition_name(day)} PARTITION OF healthevent {covers}")


async def _write_history(
    db: Database, watcher_id: UUID, dice: random.Random, start: int, now: int, events: int
) -> None:
    segments = _segments(dice, start, now)
    accounted_until = now - now % HOUR_MS
    every = DAYS * DAY_MS // events
    hours = account(segments, start, accounted_until)
    for _, values in hours:
        values.merge(_checks(dice, HOUR_MS // every))
    async with db.write_connection() as connection:
        own_id = watcher_id.bytes if db.is_sqlite else str(watcher_id)
        statement = text(_EVENTS_SQLITE if db.is_sqlite else _EVENTS_POSTGRES)
        await connection.execute(statement, {"watcher": own_id, "start": start, "end": now, "every": every})
        await connection.execute(
            text("DELETE FROM span WHERE watcher_id = :watcher"),
            {"watcher": watcher_id.bytes if db.is_sqlite else watcher_id},
        )
        await connection.execute(
            insert(Span),
            [
                {
                    "watcher_id": watcher_id,
                    "started_at": segment.start,
                    "ended_at": None if segment is segments[-1] else segment.end,
                    "state": segment.state,
                }
                for segment in segments
            ],
        )
        await add_rollups(connection, [(watcher_id, hour, values) for hour, values in hours])
        await connection.execute(
            update(WatcherState)
            .where(col(WatcherState.watcher_id) == watcher_id)
            .values(
                state=segments[-1].state,
                since=segments[-1].start,
                known_until=now + DAY_MS,
                accounted_until=accounted_until,
            )
        )


def _segments(dice: random.Random, start: int, now: int) -> list[Segment]:
    segments = []
    while start < now:
        outage = min(now, start + MINUTE_MS + int(dice.expovariate(1 / (10 * DAY_MS))))
        segments.append(Segment(State.HEALTHY, start, outage))
        start = min(now, outage + dice.randrange(MINUTE_MS, HOUR_MS))
        if outage < start:
            segments.append(Segment(State.DOWN, outage, start))
    return segments


def _checks(dice: random.Random, count: int) -> RollupValues:
    counts = None
    for _ in range(count):
        counts = append(counts, State.HEALTHY, dice.lognormvariate(3.5, 0.4), Phases(0.5, 1.5, 8.0, 12.0, 0.3))
    return fold(counts)


async def _settle_down(db: Database) -> None:
    """What the database does by itself in a day: statistics, and on PostgreSQL a vacuum."""
    autocommit = db.engine.execution_options(isolation_level="AUTOCOMMIT")
    async with autocommit.connect() as connection:
        await connection.exec_driver_sql("ANALYZE" if db.is_sqlite else "VACUUM ANALYZE")
