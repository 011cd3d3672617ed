"""Watchers made directly in the database, for tests of what lies under the API."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import insert
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts.models import Workspace
from healther.core.clock import to_utc
from healther.core.db import Database
from healther.core.ids import new_id
from healther.history.models import Span
from healther.watchers.cadence import CadenceUnit, interval_ms, next_slot, phase_ms
from healther.watchers.models import ServiceWatcher, WatcherState
from healther.watchers.states import State

_AT_ONCE = 5_000


async def add_workspace(session: AsyncSession, slug: str = "acme") -> Workspace:
    """A workspace without members."""
    workspace = Workspace(name=slug.title(), slug=slug)
    session.add(workspace)
    await session.flush()
    return workspace


async def add_watcher(
    db: Database,
    now_ms: int,
    *,
    url: str = "http://127.0.0.1:9/",
    every_value: int = 1,
    every_unit: CadenceUnit = CadenceUnit.MINUTES,
    due_at: int | None = None,
    **columns: object,
) -> ServiceWatcher:
    """A watcher created at `now_ms` and due at `due_at` (default: at once), in the workspace `acme`."""
    async with db.write() as session:
        workspace = (await session.exec(select(Workspace).where(col(Workspace.slug) == "acme"))).first()
        workspace = workspace or await add_workspace(session)
        watcher = ServiceWatcher(
            id=new_id(),
            workspace_id=workspace.id,
            name="a service",
            url=url,
            every_value=every_value,
            every_unit=every_unit,
            created_at=to_utc(now_ms),
            updated_at=to_utc(now_ms),
            **columns,
        )
        session.add(watcher)
        await session.flush()
        interval = interval_ms(every_value, every_unit)
        session.add(
            WatcherState(
                watcher_id=watcher.id,
                region=watcher.region,
                interval_ms=interval,
                phase_ms=phase_ms(watcher.id, interval),
                timeout_ms=watcher.timeout_ms,
                due_at=now_ms if due_at is None else due_at,
                since=now_ms,
                accounted_until=now_ms,
            )
        )
        session.add(Span(watcher_id=watcher.id, started_at=now_ms, state=State.UNKNOWN))
        return watcher


async def add_watchers(
    db: Database, workspace_id: UUID, urls: Sequence[str], now_ms: int, *, every_s: int, starts_in_s: int
) -> list[UUID]:
    """A watcher for each URL in few statements, due in its own slots from `starts_in_s` seconds on."""
    ids, at, interval = [new_id() for _ in urls], to_utc(now_ms), every_s * 1000
    for start in range(0, len(urls), _AT_ONCE):
        some = list(zip(ids[start : start + _AT_ONCE], urls[start : start + _AT_ONCE], strict=True))
        async with db.write_connection() as connection:
            await connection.execute(
                insert(ServiceWatcher),
                [
                    {
                        "id": watcher_id, "workspace_id": workspace_id, "name": "many", "kind": "http", "url": url,
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
                        "missed_slots": 0, "state": State.PENDING, "since": now_ms, "impaired_run": 0, "down_run": 0,
                        "accounted_until": now_ms, "due_at": next_slot(now_ms + starts_in_s * 1000, interval, phase),
                    }
                    for watcher_id, _ in some
                ],
            )  # fmt: skip
            await connection.execute(
                insert(Span),
                [{"watcher_id": watcher_id, "started_at": now_ms, "state": State.UNKNOWN} for watcher_id, _ in some],
            )
    return ids


async def state_of(db: Database, watcher_id: UUID) -> WatcherState:
    """The hot row."""
    async with db.read() as session:
        return await session.get_one(WatcherState, watcher_id)


async def all_checked_since(db: Database, watcher_ids: Sequence[UUID], since_ms: int) -> bool:
    """Whether a check of each of them began after `since_ms`."""
    query = select(func.count()).where(
        col(WatcherState.watcher_id).in_(watcher_ids), col(WatcherState.last_checked_at) > since_ms
    )
    async with db.read() as session:
        return (await session.exec(query)).one() == len(watcher_ids)


async def spans_of(db: Database, watcher_id: UUID) -> list[tuple[State, int, int | None]]:
    """The ledger as (state, start, end), oldest first."""
    async with db.read() as session:
        rows = await session.exec(select(Span).where(Span.watcher_id == watcher_id).order_by(col(Span.started_at)))
        return [(row.state, row.started_at, row.ended_at) for row in rows]
