"""Incidents as the database has them, and what moves them besides checks."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import col, select

from healther.core.db import Database
from healther.history import lifecycle
from healther.incidents import automatic
from healther.incidents.automatic import Left, leave
from healther.incidents.models import EntryKind, Incident, IncidentEntry, IncidentMember
from healther.watchers.models import Flapping, ServiceWatcher
from healther.watchers.states import State
from tests.support.watchers import state_of


async def incidents(db: Database) -> Sequence[Incident]:
    """All of them, the oldest first."""
    async with db.read() as session:
        return (await session.exec(select(Incident).order_by(col(Incident.id)))).all()


async def members(db: Database) -> Sequence[IncidentMember]:
    """Who is or was in any, in the order they joined."""
    async with db.read() as session:
        return (await session.exec(select(IncidentMember).order_by(col(IncidentMember.joined_at)))).all()


async def told(db: Database, incident_id: UUID) -> list[tuple[EntryKind, int]]:
    """The timeline's kinds and times, oldest first."""
    query = select(IncidentEntry).where(IncidentEntry.incident_id == incident_id)
    async with db.read() as session:
        rows = (await session.exec(query.order_by(col(IncidentEntry.at), col(IncidentEntry.id)))).all()
    return [(EntryKind(row.kind), row.at) for row in rows]


async def pause(db: Database, watcher_id: UUID, now: int) -> None:
    """What the API does."""
    async with db.write() as session:
        rows = await lifecycle.lock_hot_rows(session, [watcher_id])
        await lifecycle.pause_many(session, rows, now)
        await leave(session, [watcher_id], Left.PAUSED, now)


async def resume(db: Database, watcher_id: UUID, now: int) -> None:
    """What the API does."""
    async with db.write() as session:
        row = await lifecycle.lock_hot_row(session, watcher_id)
        lifecycle.resume(row, now)
        session.add(row)


async def set_flapping(db: Database, watcher_id: UUID, now: int, *, on: bool) -> None:
    """What the planner does: it notes it, and when it is over lets the healthy ones leave."""
    healthy = (await state_of(db, watcher_id)).state == State.HEALTHY
    async with db.write() as session:
        await session.exec(delete(Flapping).where(col(Flapping.watcher_id) == watcher_id))
        if on:
            session.add(Flapping(watcher_id=watcher_id, since=now))
        elif healthy:
            await automatic.settle(session, [watcher_id], now)


async def remove(db: Database, watcher_id: UUID, now: int) -> None:
    """What the API does on deleting one."""
    async with db.write() as session:
        await lifecycle.lock_hot_rows(session, [watcher_id])
        await leave(session, [watcher_id], Left.DELETED, now)
        await session.delete(await session.get_one(ServiceWatcher, watcher_id))
