"""Daily bars: what each of the last days was made of, for one watcher or many, in three queries."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, tzinfo
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Text, func, inspect
from sqlalchemy.types import NullType
from sqlmodel import cast, col, select, type_coerce
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.core.clock import DAY_MS
from healther.history.amendments.overlay import added
from healther.history.amendments.reading import corrected_differences
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


@dataclass(slots=True)
class RollupDays:
    """A watcher's days in the rollups: from `first` to `last`, starts of days, each day that is not among the others
    was healthy throughout. The others have their healthy, degraded, down and maintenance milliseconds.
    """

    first: int = 0
    last: int = -1
    others: dict[int, tuple[int, ...]] = field(default_factory=dict)

    def has_holes(self, perfect: int) -> bool:
        """Whether days are missing between first and last, given how many of them were healthy throughout."""
        between = sum(self.first < start < self.last for start in self.others)
        return (self.last - self.first) // DAY_MS + 1 != perfect + between


class DailyBars(NamedTuple):
    """The last days of some watchers; `bars[watcher]` has one StateTimes a date, today's up to now."""

    dates: list[date]
    bars: dict[UUID, list[StateTimes]]
    heads: dict[UUID, Head]
    raw: dict[UUID, list[StateTimes]] = {}  # noqa: RUF012 - a NamedTuple's default, never changed
    """What was recorded of those whose record people have corrected."""
    mark: tuple[int, ...] = ()
    """Of the corrections it was made with, for those who keep it (amendments.reading.mark_of)."""

    def uptime_percent(self, watcher_id: UUID, *, raw: bool = False) -> float | None:
        """A watcher's uptime over all the days; `raw`: without corrections."""
        bars = self.raw.get(watcher_id, self.bars[watcher_id]) if raw else self.bars[watcher_id]
        healthy, degraded, down = (sum(bar[index] for bar in bars) for index in range(3))
        return uptime_percent(healthy, degraded, down)


def percents(found: DailyBars, watcher_id: UUID) -> dict[str, Any]:
    """The fields of DailyPublic about all the days."""
    return {
        "uptime_percent": found.uptime_percent(watcher_id),
        "amended": watcher_id in found.raw,
        "raw_uptime_percent": found.uptime_percent(watcher_id, raw=True),
    }


def days_of(found: DailyBars, watcher_id: UUID) -> Iterator[tuple[date, StateTimes, StateTimes | None]]:
    """A watcher's days: the date, its times, and what was recorded where that was corrected."""
    bars = found.bars[watcher_id]
    raw: Sequence[StateTimes | None] = found.raw.get(watcher_id, [None] * len(bars))
    return zip(found.dates, bars, raw, strict=True)


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
        return await _corrected(session, DailyBars(dates, bars, heads), watcher_ids, edges, now_ms)
    rollups = await daily_rollups(session, watcher_ids, edges[0])
    tails = await segments_of(session, heads, watcher_ids, now_ms, None)
    bars = {
        watcher_id: _utc_bars(
            rollups.get(watcher_id.bytes) or rollups.get(str(watcher_id)) or RollupDays(),
            tails[watcher_id],
            head.accounted_until,
            edges,
        )
        for watcher_id, head in heads.items()
    }
    return await _corrected(session, DailyBars(dates, bars, heads), watcher_ids, edges, now_ms)


async def _corrected(
    session: AsyncSession, found: DailyBars, watcher_ids: ColumnElement[bool], edges: list[int], now_ms: int
) -> DailyBars:
    """The same with what people have corrected."""
    changed = await corrected_differences(session, found.heads, watcher_ids, edges, now_ms)
    raw = {watcher_id: found.bars[watcher_id] for watcher_id in changed}
    for watcher_id, each in changed.items():
        found.bars[watcher_id] = [added(*pair) for pair in zip(raw[watcher_id], each, strict=True)]
    return found._replace(raw=raw)


async def daily_rollups(
    session: AsyncSession, watcher_ids: ColumnElement[bool], since_ms: int
) -> dict[bytes | str, RollupDays]:
    """Days in the rollups per watcher, keyed by what the database has for an id.

    Most days are healthy throughout: they are counted, not fetched, and thousands of rows need no thousands of UUIDs.
    Both are what makes this quick.
    """
    connection = await session.connection()
    key = _ID_BYTES if connection.dialect.name == "sqlite" else _ID_TEXT
    start = _ROLLUP.starts_at
    within = (
        select(key)
        .join(WatcherState, col(WatcherState.watcher_id) == _ROLLUP.watcher_id)
        .where(watcher_ids, start >= since_ms)
    )
    perfect = within.where(_ROLLUP.healthy_time_ms == DAY_MS)
    others = within.where(_ROLLUP.healthy_time_ms != DAY_MS).add_columns(start, *_TIMES)
    counted = perfect.add_columns(func.count(), func.min(start), func.max(start)).group_by(_ROLLUP.watcher_id)
    counts: dict[bytes | str, int] = {}
    days: defaultdict[bytes | str, RollupDays] = defaultdict(RollupDays)
    for watcher_id, count, first, last in (await connection.execute(counted)).all():
        counts[watcher_id] = count
        days[watcher_id] = RollupDays(first, last)
    for watcher_id, at, *times in (await connection.execute(others)).all():
        days[watcher_id].others[at] = tuple(times)
    holed = [watcher_id for watcher_id, count in counts.items() if days[watcher_id].has_holes(count)]
    if holed:
        # Days without a row, such as a pause, lie between: these watchers' days are taken one by one.
        for watcher_id, at in (await connection.execute(perfect.add_columns(start).where(key.in_(holed)))).all():
            days[watcher_id].others[at] = (DAY_MS, 0, 0, 0)
            days[watcher_id].last = -1
    return days


def _utc_bars(days: RollupDays, tail: list[Segment], accounted_until: int, edges: list[int]) -> list[StateTimes]:
    """One watcher's days: what the rollups hold, and from `accounted_until` on what the ledger says."""
    # A clock stepped back leaves rollups ahead of now; the day goes as far as they do (R12).
    *starts, now_ms = edges
    end = min(starts[-1] + DAY_MS, max(now_ms, accounted_until))
    whole = bisect_right(starts, accounted_until - DAY_MS)
    first, last, others = days.first, days.last, days.others
    bars = [
        _PERFECT if first <= start <= last and start not in others else _whole_day(others.get(start))
        for start in starts[:whole]
    ]
    open_edges = [*starts[whole:], end]
    tails = time_per_window(tail, [max(edge, accounted_until) for edge in open_edges])
    for start, stop, seen in zip(starts[whole:], open_edges[1:], tails, strict=True):
        # A day that is not accounted to its end is among the others: it has no 24 hours of anything yet.
        healthy, degraded, down, maintenance = others.get(start, (0, 0, 0, 0))
        healthy, degraded = healthy + seen.healthy_ms, degraded + seen.degraded_ms
        down, maintenance = down + seen.down_ms, maintenance + seen.maintenance_ms
        unknown = stop - start - healthy - degraded - down - maintenance
        bars.append(StateTimes(healthy, degraded, down, unknown, maintenance))
    return bars


def _whole_day(counted: tuple[int, ...] | None) -> StateTimes:
    if counted is None:
        return _UNWATCHED
    healthy, degraded, down, maintenance = counted
    return StateTimes(healthy, degraded, down, DAY_MS - healthy - degraded - down - maintenance, maintenance)
