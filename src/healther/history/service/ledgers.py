"""Reading the ledger of watchers: the hot rows, and the spans where they are needed. A query each, however many."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, func, literal
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from healther.history.ledger import Segment, known_spans
from healther.history.models import Span
from healther.watchers.models import ServiceWatcher, WatcherState
from healther.watchers.states import State


class Head(NamedTuple):
    """The end of a watcher's ledger, from its hot row."""

    watcher_id: UUID
    state: State
    since: int
    known_until: int | None
    accounted_until: int
    in_maintenance: bool = False
    ledger_moved_at: int | None = None


class SpanRow(NamedTuple):
    """A ledger row."""

    state: State
    started_at: int
    ended_at: int | None


async def heads_of(session: AsyncSession, watcher_ids: ColumnElement[bool]) -> dict[UUID, Head]:
    """The heads of the watchers for which the condition on `WatcherState.watcher_id` holds."""
    connection = await session.connection()
    rows = await connection.execute(
        select(  # type: ignore[call-overload]
            WatcherState.watcher_id,
            WatcherState.state,
            WatcherState.since,
            WatcherState.known_until,
            WatcherState.accounted_until,
            WatcherState.in_maintenance,
            WatcherState.ledger_moved_at,
        ).where(watcher_ids)
    )
    return {row[0]: Head(*row) for row in rows.all()}


def in_workspace(workspace_id: UUID) -> SelectOfScalar[UUID]:
    """The ids of a workspace's watchers, for `IN`."""
    return select(ServiceWatcher.id).where(ServiceWatcher.workspace_id == workspace_id)


async def segments_of(
    session: AsyncSession,
    heads: dict[UUID, Head],
    watcher_ids: ColumnElement[bool],
    now_ms: int,
    since_ms: int | ColumnElement[int] | None,
    until_ms: int | None = None,
) -> dict[UUID, list[Segment]]:
    """Each watcher's ledger up to now (or `until_ms`) from `since_ms` on; None = from where its rollups end.

    `since_ms` may be an expression on WatcherState.

    Begins with the whole span that covers the beginning. One query, by index: two seeks a watcher.
    """
    since = col(WatcherState.accounted_until) if since_ms is None else since_ms
    beginning = literal(since) if isinstance(since, int) else since
    before = Span.__table__.alias("before")  # type: ignore[attr-defined]
    covering = (
        select(func.max(before.c.started_at))
        .where(before.c.watcher_id == WatcherState.watcher_id, before.c.started_at <= beginning)
        .scalar_subquery()
    )
    # Materialized: or PostgreSQL looks for the beginning once a span instead of once a watcher.
    begin = (
        select(WatcherState.watcher_id, func.coalesce(covering, beginning).label("at"))
        .where(watcher_ids)
        .cte("begin")
        .prefix_with("MATERIALIZED")
    )
    connection = await session.connection()
    wanted = (
        select(Span.watcher_id, Span.state, Span.started_at, Span.ended_at)
        .join(begin, begin.c.watcher_id == Span.watcher_id)
        .where(Span.started_at >= begin.c.at)
    )
    rows = await connection.execute(wanted if until_ms is None else wanted.where(Span.started_at < until_ms))
    return _segments(heads, ((watcher_id, SpanRow(*span)) for watcher_id, *span in rows.all()), now_ms)


def _segments(heads: dict[UUID, Head], rows: Iterable[tuple[UUID, SpanRow]], now_ms: int) -> dict[UUID, list[Segment]]:
    spans: dict[UUID, list[SpanRow]] = defaultdict(list)
    for watcher_id, span in rows:
        spans[watcher_id].append(span)
    return {watcher_id: known_spans(spans[watcher_id], head, now_ms) for watcher_id, head in heads.items()}
