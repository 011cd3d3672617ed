"""Fills a database with watchers that have ninety days behind them, for the public page."""

import asyncio
import random
from uuid import UUID

from sqlalchemy import insert, update
from sqlmodel import col

from benchmarks.seed import seed
from healther.accounts.models import Workspace
from healther.core.clock import DAY_MS, HOUR_MS, now_ms
from healther.core.db import Database
from healther.history.models import RollupDaily, RollupHourly, Span
from healther.history.sketch import Sketch, bucket_of
from healther.watchers.models import ServiceWatcher, WatcherState
from healther.watchers.states import State

DAYS = 90
_WORDS = ("Shop", "Checkout", "Search", "Payments", "Mail", "API", "Login", "Files", "Reports", "Images")


def seed_page(database_url: str, watchers: int, *, slug: str = "bench") -> list[UUID]:
    """A public workspace of watchers with 90 days of history: most days good, one in twelve with some trouble."""
    ids = seed(database_url, ["http://127.0.0.1:9/"] * watchers, every_s=60, starts_in_s=DAY_MS // 1000)
    asyncio.run(_live_through(database_url, ids, slug))
    return ids


async def _live_through(database_url: str, ids: list[UUID], slug: str) -> None:
    db = Database(database_url)
    dice, now = random.Random(7), now_ms()
    today = now - now % DAY_MS
    hour = now - now % HOUR_MS
    days = [today - back * DAY_MS for back in range(1, DAYS)]
    spans, daily, hourly = [], [], []
    for watcher_id in ids:
        trouble = {day: dice.randrange(60_000, 3 * HOUR_MS) for day in days if dice.random() < 1 / 12}
        spans += _spans(watcher_id, trouble, days[-1])
        daily += [_day(watcher_id, day, trouble.get(day, 0)) for day in days]
        hourly += [_hour(watcher_id, hour - back * HOUR_MS, dice) for back in range(1, 24)]
    async with db.write_connection() as connection:
        await connection.execute(update(Workspace).values(is_public=True, slug=slug, name="Acme"))
        await connection.execute(Span.__table__.delete())
        await connection.execute(insert(Span), spans)
        await connection.execute(insert(RollupDaily), daily)
        await connection.execute(insert(RollupHourly), hourly)
        for number, watcher_id in enumerate(ids):
            name = f"{_WORDS[number % len(_WORDS)]} {number // len(_WORDS) + 1}"
            await connection.execute(
                update(ServiceWatcher).where(col(ServiceWatcher.id) == watcher_id).values(name=name)
            )
        await connection.execute(
            update(WatcherState).values(
                state=State.HEALTHY, since=days[-1], known_until=now + DAY_MS, accounted_until=today
            )
        )
    await db.close()


def _spans(watcher_id: UUID, trouble: dict[int, int], first_ms: int) -> list[dict[str, object]]:
    edges = [(first_ms, State.HEALTHY)]
    for day, length in sorted(trouble.items()):
        edges += [(day + HOUR_MS, State.DOWN), (day + HOUR_MS + length, State.HEALTHY)]
    ends: list[int | None] = [start for start, _ in edges[1:]]
    return [
        {"watcher_id": watcher_id, "started_at": start, "ended_at": end, "state": state}
        for (start, state), end in zip(edges, [*ends, None], strict=True)
    ]


def _day(watcher_id: UUID, day: int, down_ms: int) -> dict[str, object]:
    return {
        "watcher_id": watcher_id,
        "starts_at": day,
        "healthy_time_ms": DAY_MS - down_ms,
        "down_time_ms": down_ms,
        "latency_sketch": b"",
    }


def _hour(watcher_id: UUID, hour: int, dice: random.Random) -> dict[str, object]:
    middle = dice.uniform(40, 400)
    sketch = Sketch(bucket_of(dice.lognormvariate(0, 0.3) * middle) for _ in range(60))
    return {"watcher_id": watcher_id, "starts_at": hour, "latency_sketch": sketch.to_bytes()}
