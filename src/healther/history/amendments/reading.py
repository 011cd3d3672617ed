"""Which watchers' records were corrected, and what that makes of their windows. One query where there is nothing."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.history.amendments.overlay import Correction, differences, flattened
from healther.history.ledger import Segment, StateTimes
from healther.history.models import Amendment
from healther.history.service.ledgers import Head, segments_of
from healther.watchers.models import WatcherState
from healther.watchers.states import State

Corrected = dict[UUID, list[Segment]]
"""By watcher, its corrections flattened; those without any are missing."""

Mark = tuple[int, ...]


async def corrections_of(session: AsyncSession, watcher_ids: ColumnElement[bool], since_ms: int) -> Corrected:
    """What was corrected behind `since_ms`; the condition is on WatcherState."""
    query = (
        select(Amendment.watcher_id, Amendment.state, Amendment.starts_at, Amendment.ends_at)
        .join(WatcherState, col(WatcherState.watcher_id) == Amendment.watcher_id)
        .where(watcher_ids, col(Amendment.withdrawn_at).is_(None), Amendment.ends_at > since_ms)
        .order_by(col(Amendment.created_at), col(Amendment.id))
    )
    found: dict[UUID, list[Correction]] = {}
    for watcher_id, state, starts_at, ends_at in (await session.exec(query)).all():
        found.setdefault(watcher_id, []).append(Correction(State(state), starts_at, ends_at))
    return {watcher_id: flattened(theirs) for watcher_id, theirs in found.items()}


async def corrected_differences(
    session: AsyncSession,
    heads: dict[UUID, Head],
    watcher_ids: ColumnElement[bool],
    edges: Sequence[int],
    now_ms: int,
) -> dict[UUID, list[StateTimes]]:
    """What corrections change in each window between two edges, for the watchers that have any in them."""
    found = {
        watcher_id: [part for part in theirs if part.start < edges[-1]]
        for watcher_id, theirs in (await corrections_of(session, watcher_ids, edges[0])).items()
    }
    theirs = {watcher_id: parts for watcher_id, parts in found.items() if parts and watcher_id in heads}
    if not theirs:
        return {}
    first = min(parts[0].start for parts in theirs.values())
    last = max(parts[-1].end for parts in theirs.values())
    these = col(WatcherState.watcher_id).in_(theirs)
    some = {watcher_id: heads[watcher_id] for watcher_id in theirs}
    ledgers = await segments_of(session, some, these, now_ms, max(first, edges[0]), last)
    return {watcher_id: differences(ledgers[watcher_id], parts, edges) for watcher_id, parts in theirs.items()}


async def mark_of(session: AsyncSession, watcher_ids: ColumnElement[bool]) -> Mark:
    """Differs as soon as a correction was made or withdrawn; the condition is on WatcherState."""
    query = (
        select(func.count(), func.count(Amendment.withdrawn_at), func.coalesce(func.max(Amendment.created_at), 0))  # type: ignore[arg-type]
        .select_from(Amendment)
        .join(WatcherState, col(WatcherState.watcher_id) == Amendment.watcher_id)
        .where(watcher_ids)
    )
    return tuple((await session.exec(query)).one())
