"""Daily bars: what each of the last days was made of, for one watcher or many, in three queries."""

from bisect import bisect_right
from collections.abc import Collection
from datetime import date, tzinfo
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Text, func, inspect
from sqlalchemy.types import NullType
from sqlmodel import cast, col, select, type_coerce
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.core.clock import DAY_MS
from healther.history.days import day_edges, last_days
from healther.history.ledger import Segment, StateTimes, time_per_window, uptime_percent
from healther.history.models import RollupDaily
from healther.history.service.ledgers import Head, heads_of, segments_of
from healther.watchers.models import WatcherState

_ROLLUP = inspect(RollupDaily).columns
_TIMES = (
    _ROLLUP.healthy_time_ms,
    _ROLLUP.degraded_time_ms,
    _ROLLUP.down_time_ms,
    _ROLLUP.maintenance_time_ms,
)
_ID_BYTES = type_coerce(_ROLLUP.watcher_id, NullType())
_ID_TEXT = cast(_ROLLUP.watcher_id, Text)
_PERFECT = StateTimes(healthy_ms=DAY_MS)
_UNWATCHED = StateTimes(unknown_ms=DAY_MS)


class _Days(NamedTuple):
    """A watcher's days in the rollups: the numbers (days since the epoch) of those that were healthy throughout, and
    the healthy, degraded, down and maintenance milliseconds of the others by start.
    """

    perfect: Collection[str]
    others: dict[int, tuple[int, ...]]


class DailyBars(NamedTuple):
    """The last days of some watchers; `bars[watcher]` has one StateTimes a date, today's up to now."""

    dates: list[date]
    bars: dict[UUID, list[StateTimes]]
    heads: dict[UUID, Head]

    def uptime_percent(self, watcher_id: UUID) -> float | None:
        """A watcher's uptime over all the days."""
        bars = self.bars[watcher_id]
        healthy, degraded, down = (sum(bar[index] for bar in bars) for index in range(3))
        return uptime_percent(healthy, degraded, down)


async def daily_bars(
    session: AsyncSession, watcher_ids: ColumnElement[bool], *, days: int, zone: tzinfo, now_ms: int
) -> DailyBars:
    """The last `days` days, today included, of the watchers for which the condition on WatcherState holds.

    Days of UTC come from the daily rollups and the ledger's end behind them; those of other zones, whose days rollups
    do not know, from the ledger alone. Both count the same milliseconds.
    """
    dates = last_days(now_ms, days, zone)
    edges = day_edges(dates, zone, now_ms)
    heads = await heads_of(session, watcher_ids)
    if str(zone) not in ("UTC", "Etc/UTC"):
        segments = await segments_of(session, heads, watcher_ids, now_ms, edges[0])
        bars = {watcher_id: time_per_window(segments[watcher_id], edges) for watcher_id in heads}
        return DailyBars(dates, bars, heads)
    rollups = await _daily_rollups(session, watcher_ids, edges[0])
    tails = await segments_of(session, heads, watcher_ids, now_ms, None)
    bars = {
        watcher_id: _utc_bars(
            rollups.get(watcher_id.bytes) or rollups.get(str(watcher_id)) or _Days((), {}),
            tails[watcher_id],
            head.accounted_until,
            edges,
        )
        for watcher_id, head in heads.items()
    }
    return DailyBars(dates, bars, heads)


async def _daily_rollups(
    session: AsyncSession, watcher_ids: ColumnElement[bool], since_ms: int
) -> dict[bytes | str, _Days]:
    """Days in the rollups per watcher, keyed by what the database has for an id.

    Most days are healthy throughout: they come as one string a watcher instead of a row a day, and thousands of rows
    need no thousands of UUIDs. Both are what makes this quick.
    """
    connection = await session.connection()
    key = _ID_BYTES if connection.dialect.name == "sqlite" else _ID_TEXT
    within = (
        select(key)
        .join(WatcherState, col(WatcherState.watcher_id) == _ROLLUP.watcher_id)
        .where(watcher_ids, _ROLLUP.starts_at >= since_ms)
    )
    numbers = func.aggregate_strings(cast(_ROLLUP.starts_at // DAY_MS, Text), ",")
    perfect = await connection.execute(
        within.add_columns(numbers).where(_ROLLUP.healthy_time_ms == DAY_MS).group_by(_ROLLUP.watcher_id)
    )
    others = await connection.execute(
        within.add_columns(_ROLLUP.starts_at, *_TIMES).where(_ROLLUP.healthy_time_ms != DAY_MS)
    )
    days = {watcher_id: _Days(frozenset(text.split(",")), {}) for watcher_id, text in perfect.all()}
    for watcher_id, start, *counted in others.all():
        if watcher_id not in days:
            days[watcher_id] = _Days((), {})
        days[watcher_id].others[start] = tuple(counted)
    return days


def _utc_bars(days: _Days, tail: list[Segment], accounted_until: int, edges: list[int]) -> list[StateTimes]:
    """One watcher's days: what the rollups hold, and from `accounted_until` on what the ledger says."""
    # A clock stepped back leaves rollups ahead of now; the day goes as far as they do (R12).
    *starts, now_ms = edges
    end = min(starts[-1] + DAY_MS, max(now_ms, accounted_until))
    whole = bisect_right(starts, accounted_until - DAY_MS)
    first = starts[0] // DAY_MS
    bars = [
        _PERFECT if number in days.perfect else _whole_day(days.others.get(start))
        for start, number in zip(starts[:whole], _day_numbers(first, whole), strict=True)
    ]
    open_edges = [*starts[whole:], end]
    tails = time_per_window(tail, [max(edge, accounted_until) for edge in open_edges])
    for start, stop, seen in zip(starts[whole:], open_edges[1:], tails, strict=True):
        # A day that is not accounted to its end is among the others: it has no 24 hours of anything yet.
        healthy, degraded, down, maintenance = days.others.get(start, (0, 0, 0, 0))
        healthy, degraded = healthy + seen.healthy_ms, degraded + seen.degraded_ms
        down, maintenance = down + seen.down_ms, maintenance + seen.maintenance_ms
        unknown = stop - start - healthy - degraded - down - maintenance
        bars.append(StateTimes(healthy, degraded, down, unknown, maintenance))
    return bars


@lru_cache(maxsize=64)
def _day_numbers(first: int, count: int) -> tuple[str, ...]:
    """Days since the epoch, as the database writes them: the same for every watcher."""
    return tuple(str(number) for number in range(first, first + count))


def _whole_day(counted: tuple[int, ...] | None) -> StateTimes:
    if counted is None:
        return _UNWATCHED
    healthy, degraded, down, maintenance = counted
    return StateTimes(healthy, degraded, down, DAY_MS - healthy - degraded - down - maintenance, maintenance)
