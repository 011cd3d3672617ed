"""Writing a corrected ledger: the spans of some watchers from some moment on, replaced. Callers hold the hot rows."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import bindparam, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col

from healther.history.ledger import Segment
from healther.history.models import Span
from healther.history.repaint import FOREVER_MS, Since, believed
from healther.watchers.models import WatcherState
from healther.watchers.states import State

_AT_ONCE = 500


async def spans_from(
    connection: AsyncConnection, watcher_ids: Sequence[UUID], since_ms: int
) -> dict[UUID, list[Segment]]:
    """The ledgers from the span on that covers `since_ms`, oldest first, as written; the open one ends FOREVER_MS."""
    before = Span.__table__.alias("before")  # type: ignore[attr-defined]
    covering = (
        select(func.max(before.c.started_at))
        .where(before.c.watcher_id == WatcherState.watcher_id, before.c.started_at <= since_ms)
        .scalar_subquery()
    )
    found: dict[UUID, list[Segment]] = {watcher_id: [] for watcher_id in watcher_ids}
    for start in range(0, len(watcher_ids), _AT_ONCE):
        # Materialized: or PostgreSQL looks for the beginning once a span instead of once a watcher.
        begin = (
            select(col(WatcherState.watcher_id), func.coalesce(covering, since_ms).label("at"))
            .where(col(WatcherState.watcher_id).in_(watcher_ids[start : start + _AT_ONCE]))
            .cte("begin")
            .prefix_with("MATERIALIZED")
        )
        query = (
            select(Span.watcher_id, Span.state, Span.started_at, Span.ended_at)  # type: ignore[call-overload]
            .join(begin, begin.c.watcher_id == Span.watcher_id)
            .where(Span.started_at >= begin.c.at)
            .order_by(Span.watcher_id, Span.started_at)
        )
        for watcher_id, state, started_at, ended_at in (await connection.execute(query)).all():
            end = FOREVER_MS if ended_at is None else ended_at
            found[watcher_id].append(Segment(State(state), started_at, end))
    return found


async def replace_spans(connection: AsyncConnection, ledgers: Mapping[UUID, Sequence[Segment]]) -> None:
    """The ledger of each watcher, from the beginning of the first of these segments on, is these segments."""
    if not ledgers:
        return
    gone = delete(Span).where(
        col(Span.watcher_id) == bindparam("watcher"), col(Span.started_at) >= bindparam("beginning")
    )
    firsts = [{"watcher": watcher_id, "beginning": parts[0].start} for watcher_id, parts in ledgers.items()]
    await connection.execute(gone, firsts)
    rows = [
        {
            "watcher_id": watcher_id,
            "started_at": part.start,
            "ended_at": None if part.end >= FOREVER_MS else part.end,
            "state": part.state,
        }
        for watcher_id, parts in ledgers.items()
        for part in parts
    ]
    await connection.execute(insert(Span), rows)


async def believe(connection: AsyncConnection, beliefs: Mapping[UUID, Sequence[Since]]) -> None:
    """Enters beliefs that begin before the last time maintenance began or ended: what is maintenance stays it."""
    if not beliefs:
        return
    earliest = min(since.at for each in beliefs.values() for since in each)
    ledgers = await spans_from(connection, list(beliefs), earliest)
    await replace_spans(
        connection,
        {watcher_id: believed(ledgers[watcher_id], since) for watcher_id, since in beliefs.items()},
    )
