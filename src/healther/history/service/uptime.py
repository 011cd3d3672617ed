"""Uptime of one watcher over any window: rollups for its whole days, the ledger for the rest. Exact to the ms."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.core.clock import DAY_MS
from healther.core.errors import InvalidProblem
from healther.history.amendments.overlay import added
from healther.history.amendments.reading import corrected_differences
from healther.history.ledger import StateTimes, add_times, time_per_state
from healther.history.models import RollupDaily
from healther.history.service.ledgers import Head, heads_of, segments_of
from healther.watchers.models import WatcherState


class Uptime(NamedTuple):
    """The window that was counted, and what it was made of."""

    from_ms: int
    to_ms: int
    times: StateTimes
    raw: StateTimes | None = None
    """What was recorded, where people have corrected it."""


async def uptime(session: AsyncSession, watcher_id: UUID, *, from_ms: int, to_ms: int, now_ms: int) -> Uptime:
    """The five states' times in [from, to) as corrected; a `to` after now is now. Before the watcher it is unknown.

    Raises InvalidProblem for a window that is empty or has not begun.
    """
    to_ms = min(to_ms, now_ms)
    if from_ms >= to_ms:
        raise InvalidProblem.field("query.from", "must be before `to` and before now")
    only = col(WatcherState.watcher_id) == watcher_id
    heads = await heads_of(session, only)
    head = heads[watcher_id]
    raw = await _recorded(session, head, only, from_ms, to_ms, now_ms)
    corrected = await corrected_differences(session, heads, only, (from_ms, to_ms), now_ms)
    if watcher_id not in corrected:
        return Uptime(from_ms, to_ms, raw)
    return Uptime(from_ms, to_ms, added(raw, corrected[watcher_id][0]), raw)


async def _recorded(
    session: AsyncSession, head: Head, only: ColumnElement[bool], from_ms: int, to_ms: int, now_ms: int
) -> StateTimes:
    watcher_id, heads = head.watcher_id, {head.watcher_id: head}
    first_day = from_ms + -from_ms % DAY_MS
    last_day = min(to_ms, head.accounted_until) // DAY_MS * DAY_MS
    if first_day >= last_day:
        segments = await segments_of(session, heads, only, now_ms, from_ms)
        return time_per_state(segments[watcher_id], from_ms, to_ms)
    edge = await segments_of(session, heads, only, now_ms, from_ms, first_day)
    rest = await segments_of(session, heads, only, now_ms, last_day)
    return add_times(
        (
            time_per_state(edge[watcher_id], from_ms, first_day),
            await _whole_days(session, head, first_day, last_day),
            time_per_state(rest[watcher_id], last_day, to_ms),
        )
    )


async def _whole_days(session: AsyncSession, head: Head, from_ms: int, to_ms: int) -> StateTimes:
    sums = await session.exec(
        select(
            func.coalesce(func.sum(RollupDaily.healthy_time_ms), 0),
            func.coalesce(func.sum(RollupDaily.degraded_time_ms), 0),
            func.coalesce(func.sum(RollupDaily.down_time_ms), 0),
            func.coalesce(func.sum(RollupDaily.maintenance_time_ms), 0),
        ).where(
            RollupDaily.watcher_id == head.watcher_id, RollupDaily.starts_at >= from_ms, RollupDaily.starts_at < to_ms
        )
    )
    # PostgreSQL sums BIGINT as NUMERIC.
    healthy, degraded, down, maintenance = map(int, sums.one())
    unknown = to_ms - from_ms - healthy - degraded - down - maintenance
    return StateTimes(healthy, degraded, down, unknown, maintenance)
