"""Lists of what happened to a watcher: its health events and its changes of state, newest first."""

from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Row, Select, and_, literal_column, or_, select
from sqlmodel import col
from sqlmodel import select as select_model
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.core.clock import MINUTE_MS, to_utc
from healther.core.pagination import Cursors, Page, page_of
from healther.history.models import StateChange, healthevent
from healther.history.schemas import ChangePublic, EventPublic
from healther.watchers.states import State

MAX_LATENESS_MS = 15 * MINUTE_MS
"""How far a check may begin from its slot, generously: events are indexed by slot, people ask by time."""

events = healthevent.c


class EventFilter(NamedTuple):
    """Which events: of these statuses (empty = all), begun in [from, to)."""

    statuses: frozenset[State] = frozenset()
    from_ms: int | None = None
    to_ms: int | None = None


async def list_events(
    session: AsyncSession, watcher_id: UUID, wanted: EventFilter, *, cursor: str | None, limit: int
) -> Page[EventPublic]:
    """One page of a watcher's events, newest first."""
    cursors = Cursors("events", watcher_id)
    query = events_between(watcher_id, wanted.from_ms, wanted.to_ms).order_by(events.slot.desc()).limit(limit + 1)
    if wanted.statuses:
        query = query.where(events.status.in_(wanted.statuses))
        if State.HEALTHY not in wanted.statuses:
            # As it stands in the partial index: this is what lets the database use it.
            query = query.where(literal_column(f"status <> {int(State.HEALTHY)}"))
    if cursor is not None:
        query = query.where(events.slot < cursors.decode(cursor, (int,))[0])
    connection = await session.connection()
    rows = (await connection.execute(query)).all()
    return page_of(rows, limit, public_event, lambda row: cursors.encode(row.slot))


def public_event(row: Row[Any]) -> EventPublic:
    """A row of healthevent as people see it."""
    return EventPublic(
        **{**row._mapping, "slot": to_utc(row.slot), "created_at": to_utc(row.created_at), "status": row.status.label}
    )


def public_change(change: StateChange) -> ChangePublic:
    """A change of state as people see it."""
    return ChangePublic(
        id=change.id,
        from_state=change.from_state.label,
        to_state=change.to_state.label,
        at=to_utc(change.at),
        detected_at=to_utc(change.detected_at),
        reason=change.reason,
        message=change.message,
        address=change.address,
        certificate_sha256=change.certificate,
        http_version=change.http_version,
        tls_version=change.tls_version,
        tls_cipher=change.tls_cipher,
    )


def events_between(watcher_id: UUID, from_ms: int | None, to_ms: int | None) -> Select[tuple[object, ...]]:
    """All events of a watcher whose check began in [from, to); null = open."""
    query = select(healthevent).where(events.watcher_id == watcher_id)
    if from_ms is not None:
        query = query.where(events.slot >= from_ms - MAX_LATENESS_MS, events.created_at >= from_ms)
    if to_ms is not None:
        query = query.where(events.slot < to_ms + MAX_LATENESS_MS, events.created_at < to_ms)
    return query


async def list_changes(
    session: AsyncSession, watcher_id: UUID, *, cursor: str | None, limit: int
) -> Page[ChangePublic]:
    """One page of a watcher's changes of state, newest first."""
    cursors = Cursors("changes", watcher_id)
    query = select_model(StateChange).where(StateChange.watcher_id == watcher_id)
    if cursor is not None:
        at, slot = cursors.decode(cursor, (int, int))
        earlier = and_(col(StateChange.at) == at, col(StateChange.slot) < slot)
        query = query.where(or_(col(StateChange.at) < at, earlier))
    query = query.order_by(col(StateChange.at).desc(), col(StateChange.slot).desc()).limit(limit + 1)
    rows = (await session.exec(query)).all()
    return page_of(rows, limit, public_change, lambda row: cursors.encode(row.at, row.slot))
