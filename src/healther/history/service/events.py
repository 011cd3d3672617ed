"""Lists of what happened to a watcher: its health events and its changes of state, newest first."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Row, Select, and_, literal_column, or_, select
from sqlmodel import col
from sqlmodel import select as select_model
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.core.clock import MINUTE_MS
from healther.core.pagination import decode_cursor, encode_cursor
from healther.history.models import StateChange, healthevent
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
) -> tuple[Sequence[Row[tuple[object, ...]]], str | None]:
    """One page of a watcher's events, newest first, and the next page's cursor."""
    query = events_between(watcher_id, wanted.from_ms, wanted.to_ms).order_by(events.slot.desc()).limit(limit + 1)
    if wanted.statuses:
        query = query.where(events.status.in_(wanted.statuses))
        if State.HEALTHY not in wanted.statuses:
            # As it stands in the partial index: this is what lets the database use it.
            query = query.where(literal_column(f"status <> {int(State.HEALTHY)}"))
    if cursor is not None:
        query = query.where(events.slot < decode_cursor(cursor, (int,))[0])
    rows = (await session.execute(query)).all()
    page = rows[:limit]
    return page, encode_cursor(page[-1].slot) if len(rows) > limit else None


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
) -> tuple[Sequence[StateChange], str | None]:
    """One page of a watcher's changes of state, newest first, and the next page's cursor."""
    query = select_model(StateChange).where(StateChange.watcher_id == watcher_id)
    if cursor is not None:
        at, slot = decode_cursor(cursor, (int, int))
        earlier = and_(col(StateChange.at) == at, col(StateChange.slot) < slot)
        query = query.where(or_(col(StateChange.at) < at, earlier))
    query = query.order_by(col(StateChange.at).desc(), col(StateChange.slot).desc()).limit(limit + 1)
    rows = (await session.exec(query)).all()
    page = rows[:limit]
    return page, encode_cursor(page[-1].at, page[-1].slot) if len(rows) > limit else None
