"""The overview of 2,000 watchers with 90 days behind them: CPU of the server's process a call, cold and from then on.

One day in fifty has an outage; one watcher in fifty changed its state within the last day. CPU is this process's,
threads included: SQLite works inside it, PostgreSQL does not.
"""

import asyncio
import random
import statistics
import tempfile
import time
from pathlib import Path
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col, select

from benchmarks.seed import seed
from healther.core.clock import DAY_MS, HOUR_MS, MINUTE_MS, now_ms, to_utc
from healther.core.db import Database
from healther.history.hour import append, fold
from healther.history.models import Span
from healther.history.overview.past import DAYS, HOURS, Pasts
from healther.history.overview.service import overview
from healther.history.rollups import add_rollups
from healther.history.values import RollupValues
from healther.migrations.run import upgrade
from healther.probes.base import Phases
from healther.watchers.models import ServiceWatcher, WatcherState
from healther.watchers.states import State
from tests.support import servers

WATCHERS = 2_000
CHECKS_AN_HOUR = 60
REPEATS = 30
_AT_ONCE = 25


def run_both() -> list[dict[str, object]]:
    """On SQLite and on a PostgreSQL of its own."""
    with tempfile.TemporaryDirectory(prefix="healther-overview-") as home:
        on_sqlite = run(f"sqlite+aiosqlite:///{Path(home) / 'overview.db'}")
    with servers.postgres() as url:
        return [on_sqlite, run(url.replace("postgresql://", "postgresql+psycopg://", 1))]


def run(database_url: str) -> dict[str, object]:
    """Fills the empty database and asks; milliseconds."""
    asyncio.run(upgrade(database_url))
    urls = [f"https://service-{number}.example.com/health" for number in range(WATCHERS)]
    return asyncio.run(_run(database_url, seed(database_url, urls, every_s=60)))


async def _run(database_url: str, watchers: list[UUID]) -> dict[str, object]:
    db = Database(database_url)
    now = now_ms()
    await write_past(db, watchers, now)
    async with db.read() as session:
        workspace_id = (await session.exec(select(ServiceWatcher.workspace_id).limit(1))).one()
    pasts = Pasts()
    cpu, wall, size = [], [], 0
    for _ in range(REPEATS + 1):
        cpu_began, began = time.process_time(), time.perf_counter()
        async with db.read() as session:
            _, body = await overview(session, workspace_id, pasts, now_ms())
        cpu.append((time.process_time() - cpu_began) * 1000)
        wall.append((time.perf_counter() - began) * 1000)
        size = len(body)
    await db.close()
    return {
        "database": "sqlite" if db.is_sqlite else "postgresql",
        "watchers": WATCHERS,
        "first_call_cpu_ms": round(cpu[0], 1),
        "cpu_ms_p50": round(statistics.median(cpu[1:]), 1),
        "cpu_ms_best": round(min(cpu[1:]), 1),
        "wall_ms_p50": round(statistics.median(wall[1:]), 1),
        "answer_kb": round(size / 1000),
    }


async def write_past(db: Database, watchers: list[UUID], now: int) -> None:
    """90 days of rollups, the hour being counted, and spans, as the recorder leaves them."""
    dice = random.Random(1)
    hour, began = now - now % HOUR_MS, now - now % DAY_MS - (DAYS - 1) * DAY_MS
    counts: bytes | None = None
    for _ in range(CHECKS_AN_HOUR):
        counts = append(counts, State.HEALTHY, dice.lognormvariate(4, 0.3), Phases(1, 2, 8, 30, 1))
    for start in range(0, len(watchers), _AT_ONCE):
        some = watchers[start : start + _AT_ONCE]
        async with db.write_connection() as connection:
            await add_rollups(connection, [row for each in some for row in _rollups(each, dice, began, hour, counts)])
    changed = watchers[::50]
    hot, span = col(WatcherState.watcher_id), col(Span.watcher_id)
    present = {"state": State.HEALTHY, "since": began, "known_until": now + HOUR_MS, "accounted_until": hour,
               "hour": hour, "hour_counts": counts, "last_checked_at": now, "last_response_time_ms": 48.1}  # fmt: skip
    async with db.write() as session:
        await session.exec(update(ServiceWatcher).values(created_at=to_utc(began - DAY_MS)))
        await session.exec(update(WatcherState).values(**present))
        await session.exec(update(Span).values(state=State.HEALTHY, started_at=began))
        await session.exec(update(WatcherState).where(hot.in_(changed)).values(since=hour - 3 * HOUR_MS))
        await session.exec(update(Span).where(span.in_(changed)).values(ended_at=hour - 4 * HOUR_MS))
        for each in changed:
            session.add(
                Span(watcher_id=each, started_at=hour - 4 * HOUR_MS, ended_at=hour - 3 * HOUR_MS, state=State.DOWN)
            )
            session.add(Span(watcher_id=each, started_at=hour - 3 * HOUR_MS, state=State.HEALTHY))


def _rollups(
    watcher_id: UUID, dice: random.Random, began: int, hour: int, counts: bytes | None
) -> list[tuple[UUID, int, RollupValues]]:
    """Every day's time in the row of its first hour, and the last day's checks hour by hour."""
    rows = []
    for day in range(began, hour, DAY_MS):
        length = min(DAY_MS, hour - day)
        down = MINUTE_MS if dice.random() < 0.02 else 0
        rows.append((watcher_id, day, RollupValues(healthy_time_ms=length - down, down_time_ms=down)))
    return rows + [(watcher_id, hour - back * HOUR_MS, fold(counts)) for back in range(1, HOURS)]
