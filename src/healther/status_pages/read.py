"""Reading a page: everything on it at one moment, in a fixed number of queries, however many watchers there are."""

import asyncio
from collections import defaultdict
from datetime import tzinfo
from functools import lru_cache
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.core.clock import DAY_MS, HOUR_MS
from healther.history.amendments.overlay import overlaid
from healther.history.amendments.reading import corrections_of, mark_of
from healther.history.days import last_days
from healther.history.hour import fold
from healther.history.ledger import time_per_state
from healther.history.models import RollupHourly, Span
from healther.history.service.daily import DailyBars, daily_bars
from healther.history.service.ledgers import segments_of
from healther.history.sketch import Sketch
from healther.status_pages.announced import announced_on
from healther.status_pages.service import DAYS, EVENT_DAYS, amended, overall, public_state, trouble
from healther.status_pages.snapshot import LATENCY_HOURS, Component, Event, Latency, Section, Snapshot
from healther.status_pages.source import Source, watchers_of
from healther.status_pages.told import told_in_full, told_of
from healther.watchers.models import WatcherState
from healther.watchers.regions import is_late

_MOVING = 2
"""Days whose figures may still move: results may come after midnight."""
_NO_LATENCY = Latency((None,) * LATENCY_HOURS, None)


async def read_snapshot(
    session: AsyncSession, source: Source, region: str, now_ms: int, known: DailyBars | None = None
) -> tuple[Snapshot, DailyBars]:
    """The page at `now_ms`, and the days it was made of: the `known` of the next time. `region` is this
    installation's own."""
    shown = {watcher.watcher_id: watcher for _, watchers in source.sections for watcher in watchers}
    these = col(WatcherState.watcher_id).in_(watchers_of(source.ref))
    bars = await _days(session, these, source.look.zone, now_ms, known)
    late = select(col(WatcherState.watcher_id)).where(these, is_late(region, now_ms)).limit(1)
    is_any_late = (await session.exec(late)).first() is not None  # type: ignore[call-overload]
    segments = await segments_of(session, bars.heads, these, now_ms, now_ms - DAY_MS)
    latencies = await _latencies(session, these, now_ms) if source.look.show_latency else {}
    told = await told_of(session, source.ref, shown, source.look.words, now_ms)
    announced = await announced_on(session, source.ref, shown, now_ms)
    corrected = await corrections_of(session, these, now_ms - EVENT_DAYS * DAY_MS) if bars.raw else {}
    found = await trouble(session, col(Span.watcher_id).in_(watchers_of(source.ref)), bars.heads, now_ms)

    def component(watcher_id: UUID, key: str, name: str) -> Component:
        head = bars.heads[watcher_id]
        state, since_ms = told.raised(watcher_id, *public_state(head, now_ms))
        return Component(
            key=key,
            lasting_key=str(watcher_id),
            name=name,
            state=state,
            since_ms=since_ms,
            bars=bars.bars[watcher_id],
            day_ms=time_per_state(
                overlaid(segments[watcher_id], corrected.get(watcher_id, ())), now_ms - DAY_MS, now_ms
            ),
            in_maintenance=head.in_maintenance,
            raw_bars=bars.raw.get(watcher_id),
            latency=latencies.get(watcher_id, _NO_LATENCY) if source.look.show_latency else None,
        )

    sections = tuple(
        Section(name, tuple(component(*watcher) for watcher in watchers if watcher.watcher_id in bars.heads))
        for name, watchers in source.sections
    )
    snapshot = Snapshot(
        look=source.look,
        at_ms=now_ms,
        state=overall(each.state for section in sections for each in section.components),
        dates=bars.dates,
        sections=sections,
        events=tuple(
            Event(shown[each.watcher_id].name, each.state, each.started_ms, each.ended_ms, each.reason)
            for each in amended(found, corrected, now_ms)
            if each.watcher_id in shown
        ),
        stories=await asyncio.to_thread(told_in_full, told) if told.stories else (),
        announced=announced,
        checks_late=is_any_late,
    )
    return snapshot, bars


async def _days(
    session: AsyncSession, these: ColumnElement[bool], zone: tzinfo, now_ms: int, known: DailyBars | None
) -> DailyBars:
    """All the days, or yesterday and today and what is known of those before, which are over."""
    mark = await mark_of(session, these)
    if known is not None and known.mark == mark and known.dates == last_days(now_ms, DAYS, zone):
        fresh = await daily_bars(session, these, days=_MOVING, zone=zone, now_ms=now_ms)
        if fresh.heads.keys() <= known.bars.keys():
            bars = {each: [*known.bars[each][:-_MOVING], *fresh.bars[each]] for each in fresh.heads}
            raw = {
                each: [*known.raw.get(each, known.bars[each])[:-_MOVING], *fresh.raw.get(each, fresh.bars[each])]
                for each in known.raw.keys() | fresh.raw.keys()
                if each in bars
            }
            return DailyBars(known.dates, bars, fresh.heads, raw, mark)
    return (await daily_bars(session, these, days=DAYS, zone=zone, now_ms=now_ms))._replace(mark=mark)


async def _latencies(session: AsyncSession, these: ColumnElement[bool], now_ms: int) -> dict[UUID, Latency]:
    """The last 24 hours, an hour a value: those that ended from the rollups, the present one from the hot rows."""
    connection = await session.connection()
    first = (now_ms // HOUR_MS - LATENCY_HOURS + 1) * HOUR_MS
    ended = await connection.execute(
        select(RollupHourly.watcher_id, RollupHourly.starts_at, RollupHourly.latency_sketch)  # type: ignore[call-overload]
        .join(WatcherState, col(WatcherState.watcher_id) == RollupHourly.watcher_id)
        .where(these, RollupHourly.starts_at >= first)
    )
    counting = await connection.execute(
        select(WatcherState.watcher_id, WatcherState.hour, WatcherState.hour_counts).where(  # type: ignore[call-overload]
            these, col(WatcherState.hour) >= first
        )
    )
    hours: defaultdict[UUID, dict[int, Sketch]] = defaultdict(dict)
    for watcher_id, at, stored in ended.all():
        hours[watcher_id][at] = _stored(stored)
    for watcher_id, at, counts in counting.all():
        fresh = fold(counts).sketch
        fresh.merge(hours[watcher_id].get(at, Sketch()))
        hours[watcher_id][at] = fresh
    return {watcher_id: _latency(sketches, first) for watcher_id, sketches in hours.items()}


@lru_cache(maxsize=8192)
def _stored(sketch: bytes) -> Sketch:
    # An hour that has ended does not change: most come back at the next rebuild as they were. Nobody writes to these.
    return Sketch.from_bytes(sketch)


def _latency(sketches: dict[int, Sketch], first_ms: int) -> Latency:
    hours = [sketches.get(first_ms + hour * HOUR_MS) for hour in range(LATENCY_HOURS)]
    together = Sketch()
    for sketch in hours:
        if sketch is not None:
            together.merge(sketch)
    return Latency(tuple(sketch.quantile(0.5) if sketch else None for sketch in hours), together.quantile(0.5))
