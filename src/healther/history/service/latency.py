"""Latency over time: quantiles and phase means per step, from rollups or, for short steps, from the events."""

from collections import defaultdict
from collections.abc import AsyncIterator
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import inspect, select
from sqlmodel import col
from sqlmodel import select as select_model
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.core.clock import DAY_MS, HOUR_MS
from healther.core.errors import InvalidProblem
from healther.history.hour import append, fold
from healther.history.models import RollupDaily, RollupHourly
from healther.history.service.events import events_between
from healther.history.sketch import Sketch
from healther.history.steps import Step
from healther.history.values import NUMBERS, RollupValues
from healther.probes.base import Phases
from healther.watchers.models import WatcherState

MAX_POINTS = 1_500
MAX_EVENT_WINDOW_MS = 2 * DAY_MS
_DEFAULT_POINTS = 200


class Latency(NamedTuple):
    """The window that was answered, which begins and ends with a step, and the values of each step in it."""

    from_ms: int
    to_ms: int
    step: Step
    points: list[tuple[int, RollupValues]]


def fitting_step(from_ms: int, to_ms: int) -> Step:
    """The shortest step that gives a chart of a few hundred points at most."""
    length = to_ms - from_ms
    fits = (step for step in Step if length <= step.ms * _DEFAULT_POINTS)
    return next((step for step in fits if step.ms >= HOUR_MS or length <= MAX_EVENT_WINDOW_MS), Step.DAY)


async def latency(
    session: AsyncSession, watcher_id: UUID, *, from_ms: int, to_ms: int, step: Step | None, now_ms: int
) -> Latency:
    """Latency in [from, to), widened to whole steps, one point a step; a `to` after now is now.

    Steps of an hour and more come from rollups and the hour being counted. Raises InvalidProblem for an empty window
    and for more points, or more events, than one answer holds.
    """
    to_ms = min(to_ms, now_ms)
    if from_ms >= to_ms:
        raise InvalidProblem.field("query.from", "must be before `to` and before now")
    step = step or fitting_step(from_ms, to_ms)
    if step.ms < HOUR_MS and to_ms - from_ms > MAX_EVENT_WINDOW_MS:
        raise InvalidProblem.field("query.step", f"{step} is for windows of 48 hours at most; take {Step.HOUR}")
    if (to_ms - from_ms) // step.ms > MAX_POINTS:
        detail = f"makes more than {MAX_POINTS} points; take a longer step or a shorter window"
        raise InvalidProblem.field("query.step", detail)
    from_ms -= from_ms % step.ms
    to_ms += -to_ms % step.ms
    found: defaultdict[int, RollupValues] = defaultdict(RollupValues)
    parts = _of_events if step.ms < HOUR_MS else _of_rollups
    async for at, values in parts(session, watcher_id, from_ms, to_ms, step):
        found[at - at % step.ms].merge(values)
    return Latency(from_ms, to_ms, step, [(at, found[at]) for at in range(from_ms, to_ms, step.ms)])


async def _of_events(
    session: AsyncSession, watcher_id: UUID, from_ms: int, to_ms: int, step: Step
) -> AsyncIterator[tuple[int, RollupValues]]:
    # Counted by the code that counts the hour, so that the same checks give the same figures at every step (D4).
    counts: dict[int, bytes] = {}
    connection = await session.connection()
    for event in (await connection.execute(events_between(watcher_id, from_ms, to_ms))).all():
        at = event.created_at - event.created_at % step.ms
        phases = Phases(event.dns_ms, event.connect_ms, event.tls_ms, event.first_byte_ms, event.transfer_ms)
        counts[at] = append(counts.get(at), event.status, event.response_time_ms, phases)
    for at, counted in counts.items():
        yield at, fold(counted)


async def _of_rollups(
    session: AsyncSession, watcher_id: UUID, from_ms: int, to_ms: int, step: Step
) -> AsyncIterator[tuple[int, RollupValues]]:
    table = inspect(RollupDaily if step.ms >= DAY_MS else RollupHourly).columns
    names = ("starts_at", "latency_sketch", *NUMBERS)
    query = select(*(table[name] for name in names)).where(
        table.watcher_id == watcher_id, table.starts_at >= from_ms, table.starts_at < to_ms
    )
    connection = await session.connection()
    for starts_at, sketch, *numbers in (await connection.execute(query)).all():
        yield starts_at, RollupValues(**dict(zip(NUMBERS, numbers, strict=True)), sketch=Sketch.from_bytes(sketch))
    counting = select_model(WatcherState.hour, WatcherState.hour_counts).where(
        WatcherState.watcher_id == watcher_id, col(WatcherState.hour) >= from_ms, col(WatcherState.hour) < to_ms
    )
    for hour, counts in (await session.exec(counting)).all():
        if hour is not None:
            yield hour, fold(counts)
