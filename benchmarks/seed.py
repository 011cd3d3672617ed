"""Fills a database with watchers in bulk, spread over their interval as they would be by themselves."""

import asyncio
from uuid import UUID

from sqlalchemy import insert

from healther.accounts.models import Workspace
from healther.core.clock import now_ms, to_utc
from healther.core.db import Database
from healther.core.ids import new_id
from healther.history.models import Span
from healther.watchers.cadence import next_slot, phase_ms
from healther.watchers.models import ServiceWatcher, WatcherState
from healther.watchers.states import State

_AT_ONCE = 5_000


def seed(database_url: str, urls: list[str], *, every_s: int, starts_in_s: int = 5) -> list[UUID]:
    """One watcher a URL, every `every_s` seconds, first due `starts_in_s` from now at the earliest."""
    return asyncio.run(_seed(database_url, urls, every_s, starts_in_s))


async def _seed(database_url: str, urls: list[str], every_s: int, starts_in_s: int) -> list[UUID]:
    db = Database(database_url)
    workspace_id, now, interval = new_id(), now_ms(), every_s * 1000
    ids = [new_id() for _ in urls]
    at = to_utc(now)
    async with db.write() as session:
        session.add(Workspace(id=workspace_id, name="Bench", slug="bench"))
    for start in range(0, len(urls), _AT_ONCE):
        some = list(zip(ids[start : start + _AT_ONCE], urls[start : start + _AT_ONCE], strict=True))
        async with db.write_connection() as connection:
            await connection.execute(
                insert(ServiceWatcher),
                [
                    {
                        "id": watcher_id, "workspace_id": workspace_id, "name": "bench", "kind": "http", "url": url,
                        "expected_status": "200", "every_value": every_s, "every_unit": "seconds", "options": {},
                        "region": "default", "failure_threshold": 2, "recovery_threshold": 1, "certificate_days": 0,
                        "timeout_ms": 10_000, "version": 1, "created_at": at, "updated_at": at,
                    }
                    for watcher_id, url in some
                ],
            )  # fmt: skip
            await connection.execute(
                insert(WatcherState),
                [
                    {
                        "watcher_id": watcher_id, "region": "default", "version": 1, "interval_ms": interval,
                        "phase_ms": (phase := phase_ms(watcher_id, interval)), "timeout_ms": 10_000, "fence": 0,
                        "missed_slots": 0, "state": State.PENDING, "since": now, "impaired_run": 0, "down_run": 0,
                        "accounted_until": now, "due_at": next_slot(now + starts_in_s * 1000, interval, phase),
                    }
                    for watcher_id, _ in some
                ],
            )  # fmt: skip
            await connection.execute(
                insert(Span),
                [{"watcher_id": watcher_id, "started_at": now, "state": State.UNKNOWN} for watcher_id, _ in some],
            )
    await db.close()
    return ids
