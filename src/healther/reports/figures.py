"""The figures of services in a month: the ledger, corrected and as recorded, and the daily rollups' response times."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import inspect, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.history.amendments.overlay import overlaid
from healther.history.amendments.reading import corrections_of
from healther.history.hour import fold
from healther.history.ledger import Segment, StateTimes, add_times, clip, time_per_window
from healther.history.models import RollupDaily
from healther.history.overview.past import letter
from healther.history.service.ledgers import heads_of, segments_of
from healther.history.sketch import Sketch
from healther.watchers.models import WatcherState
from healther.watchers.states import State

# So many watchers at a time: what is held in memory, and how long a snapshot is asked one question.
AT_ONCE = 200

_DAY = inspect(RollupDaily).columns
_CHECKS = _DAY.healthy_checks + _DAY.degraded_checks + _DAY.down_checks + _DAY.unknown_checks


class Outages(NamedTuple):
    """How many stretches of down there were, and how long the longest lasted."""

    stretches: int = 0
    longest_ms: int = 0


class Figures(NamedTuple):
    """What a service was in a month. `raw` is what was recorded, where people have corrected it; `days` has a letter a
    day (history.overview.past.letter). Checks and response times are of the days in UTC.
    """

    times: StateTimes
    raw: StateTimes | None
    outages: Outages
    days: str
    checks: int
    p50_ms: float | None
    p95_ms: float | None


class Latencies(NamedTuple):
    """How many checks there were, and the sketches of those that found the service working."""

    checks: int
    sketches: list[bytes | Sketch]


async def figures_of(
    session: AsyncSession, watcher_ids: Sequence[UUID], edges: Sequence[int], utc: tuple[int, int], now_ms: int
) -> dict[UUID, Figures]:
    """The figures of each watcher over the days between `edges`; `utc` is the same month in UTC. Four queries each
    AT_ONCE watchers; what is reckoned from them is reckoned in a thread, for checks may run beside this.
    """
    found: dict[UUID, Figures] = {}
    for start in range(0, len(watcher_ids), AT_ONCE):
        some = watcher_ids[start : start + AT_ONCE]
        these = col(WatcherState.watcher_id).in_(some)
        heads = await heads_of(session, these)
        ledgers = await segments_of(session, heads, these, now_ms, edges[0], edges[-1])
        corrections = await corrections_of(session, these, edges[0])
        latencies = await _latencies(session, some, utc)
        found |= await asyncio.to_thread(_reckoned, ledgers, corrections, latencies, edges)
    return found


def outages_of(segments: Iterable[Segment]) -> Outages:
    """Stretches of down in segments that are in order; those that touch are one."""
    count = longest = begun = 0
    reached: int | None = None
    for state, start, end in segments:
        if state is not State.DOWN:
            continue
        if start != reached:
            count, begun = count + 1, start
        reached = end
        longest = max(longest, end - begun)
    return Outages(count, longest)


def _reckoned(
    ledgers: dict[UUID, list[Segment]],
    corrections: dict[UUID, list[Segment]],
    latencies: dict[UUID, Latencies],
    edges: Sequence[int],
) -> dict[UUID, Figures]:
    return {
        watcher_id: _figures(segments, corrections.get(watcher_id, ()), latencies[watcher_id], edges)
        for watcher_id, segments in ledgers.items()
    }


def _figures(
    recorded: Sequence[Segment], corrected: Sequence[Segment], latency: Latencies, edges: Sequence[int]
) -> Figures:
    inside = clip(corrected, edges[0], edges[-1])
    segments = overlaid(recorded, inside) if inside else list(recorded)
    days = time_per_window(segments, edges)
    times = add_times(days)
    raw = add_times(time_per_window(recorded, edges)) if inside else times
    sketch = Sketch()
    for each in latency.sketches:
        sketch.merge(Sketch.from_bytes(each) if isinstance(each, bytes) else each)
    p50, p95 = sketch.quantiles((0.50, 0.95))
    return Figures(
        times=times,
        raw=raw if raw != times else None,
        outages=outages_of(clip(segments, edges[0], edges[-1])),
        days="".join(letter(day.healthy_ms, day.degraded_ms, day.down_ms, day.maintenance_ms) for day in days),
        checks=latency.checks,
        p50_ms=p50,
        p95_ms=p95,
    )


async def _latencies(session: AsyncSession, watcher_ids: Sequence[UUID], utc: tuple[int, int]) -> dict[UUID, Latencies]:
    """Of whole days from the rollups, and of the hour that is being counted."""
    from_ms, to_ms = utc
    connection = await session.connection()
    days = await connection.execute(
        select(_DAY.watcher_id, _CHECKS, _DAY.latency_sketch).where(
            _DAY.watcher_id.in_(watcher_ids), _DAY.starts_at >= from_ms, _DAY.starts_at < to_ms
        )
    )
    found: defaultdict[UUID, Latencies] = defaultdict(lambda: Latencies(0, []))
    for watcher_id, checks, sketch in days.all():
        before = found[watcher_id]
        found[watcher_id] = Latencies(before.checks + checks, [*before.sketches, sketch])
    for watcher_id, counts in await _counting(session, watcher_ids, utc):
        counted, before = fold(counts), found[watcher_id]
        found[watcher_id] = Latencies(before.checks + counted.checks, [*before.sketches, counted.sketch])
    return found


async def _counting(
    session: AsyncSession, watcher_ids: Sequence[UUID], utc: tuple[int, int]
) -> list[tuple[UUID, bytes | None]]:
    columns = inspect(WatcherState).columns
    connection = await session.connection()
    query = select(columns.watcher_id, columns.hour_counts).where(
        columns.watcher_id.in_(watcher_ids), columns.hour >= utc[0], columns.hour < utc[1]
    )
    return [(watcher_id, counts) for watcher_id, counts in (await connection.execute(query)).all()]
