"""The ledger, read: which state a watcher was in at every millisecond, and what that makes of its uptime.

Pure functions on integers: no database, no clock. A Segment is a stretch [start, end) of one ledger state.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple, Protocol

from healther.core.clock import HOUR_MS
from healther.history.values import RollupValues
from healther.watchers.states import State

GAP_GRACE_MS = 30_000
"""So much later than expected the next result may come before people are told that nobody is watching. When it comes it
says whether a slot was missed, and the ledger is exact (monitoring/settle.py)."""

_WATCHED = (State.HEALTHY, State.DEGRADED, State.DOWN)


class Segment(NamedTuple):
    """A stretch of one ledger state: `start` included, `end` excluded, milliseconds since the epoch."""

    state: State
    start: int
    end: int


class SpanLike(Protocol):
    """A ledger row."""

    @property
    def started_at(self) -> int: ...
    @property
    def ended_at(self) -> int | None: ...
    @property
    def state(self) -> State: ...


class HotRow(Protocol):
    """What the ledger needs of a WatcherState row."""

    @property
    def state(self) -> State: ...
    @property
    def since(self) -> int: ...
    @property
    def known_until(self) -> int | None: ...


def ledger_state(state: State) -> State:
    """The state as the ledger knows it: PENDING and PAUSED are time nobody watched."""
    return State.UNKNOWN if state in (State.PENDING, State.PAUSED) else state


def gap_start(state: State, known_until: int | None, now_ms: int, grace_ms: int = GAP_GRACE_MS) -> int | None:
    """Since when nobody watched, if results stopped coming; None while the next one is not overdue.

    Only a watched state goes stale: unknown stays unknown, and maintenance was announced, not observed.
    """
    if state not in _WATCHED or known_until is None or now_ms <= known_until + grace_ms:
        return None
    return known_until


def shown_state(row: HotRow, now_ms: int) -> State:
    """The state to show people now: UNKNOWN instead of an old belief when results stopped coming."""
    return row.state if gap_start(row.state, row.known_until, now_ms) is None else State.UNKNOWN


def shown_since(row: HotRow, now_ms: int) -> int:
    """Since when `shown_state` has been so."""
    gap = gap_start(row.state, row.known_until, now_ms)
    return row.since if gap is None else max(gap, row.since)


def known_spans(spans: Iterable[SpanLike], row: HotRow, now_ms: int) -> list[Segment]:
    """A watcher's spans as segments up to now, in order and without overlap.

    The open span ends now; where results stopped coming, the time since is UNKNOWN. Whatever a stepped clock left
    behind (a span beginning before the one in front of it ended) is cut, never counted twice (R12).
    """
    segments: list[Segment] = []
    reached: int | None = None
    for span in sorted(spans, key=lambda each: each.started_at):
        for part in _ended(span, row, now_ms):
            start = part.start if reached is None else max(part.start, reached)
            if part.end > start:
                segments.append(Segment(part.state, start, part.end))
                reached = part.end
    return segments


def _ended(span: SpanLike, row: HotRow, now_ms: int) -> Iterator[Segment]:
    if span.ended_at is not None:
        yield Segment(span.state, span.started_at, span.ended_at)
        return
    gap = gap_start(span.state, row.known_until, now_ms)
    if gap is None:
        yield Segment(span.state, span.started_at, now_ms)
        return
    seen_until = max(gap, span.started_at)
    yield Segment(span.state, span.started_at, seen_until)
    yield Segment(State.UNKNOWN, seen_until, now_ms)


def clip(segments: Iterable[Segment], from_ms: int, to_ms: int) -> list[Segment]:
    """The parts of the segments inside [from_ms, to_ms); none for an empty or reversed window."""
    parts = (Segment(state, max(start, from_ms), min(end, to_ms)) for state, start, end in segments)
    return [part for part in parts if part.start < part.end]


class StateTimes(NamedTuple):
    """Milliseconds per ledger state; the five add up to the window they were counted over."""

    healthy_ms: int = 0
    degraded_ms: int = 0
    down_ms: int = 0
    unknown_ms: int = 0
    maintenance_ms: int = 0

    @property
    def total_ms(self) -> int:
        """The window's length."""
        return sum(self)

    @property
    def watched_ms(self) -> int:
        """What an uptime is about: neither unknown nor maintenance."""
        return self.healthy_ms + self.degraded_ms + self.down_ms

    @property
    def uptime_percent(self) -> float | None:
        """Uptime of what was watched; see `uptime_percent`."""
        return uptime_percent(self.healthy_ms, self.degraded_ms, self.down_ms)

    @property
    def worst(self) -> State:
        """The worst state with any time in it: down before degraded, unknown only when nothing else is there."""
        order = (State.DOWN, State.DEGRADED, State.HEALTHY, State.MAINTENANCE)
        return next((state for state in order if self[_TIME_INDEX[state]]), State.UNKNOWN)


_TIME_INDEX = {State.HEALTHY: 0, State.DEGRADED: 1, State.DOWN: 2, State.UNKNOWN: 3, State.MAINTENANCE: 4}


def add_times(times: Iterable[StateTimes]) -> StateTimes:
    """The times of several windows together."""
    return StateTimes(*map(sum, zip(StateTimes(), *times, strict=True)))


def time_per_state(segments: Iterable[Segment], from_ms: int, to_ms: int) -> StateTimes:
    """How long each state lasted in the window; what no segment covers is unknown, so the five add up exactly.

    `segments` must not overlap (`known_spans` makes sure). An empty or reversed window is all zeros.
    """
    times = [0] * len(_TIME_INDEX)
    for state, start, end in clip(segments, from_ms, to_ms):
        times[_TIME_INDEX[state]] += end - start
    times[_TIME_INDEX[State.UNKNOWN]] += max(0, to_ms - from_ms) - sum(times)
    return StateTimes(*times)


def time_per_window(segments: Sequence[Segment], edges: Sequence[int]) -> list[StateTimes]:
    """`time_per_state` for each window between two neighbouring edges, in one pass; edges and segments in order."""
    windows: list[StateTimes] = []
    first = 0
    for start, end in pairwise(edges):
        while first < len(segments) and segments[first].end <= start:
            first += 1
        last = first
        while last < len(segments) and segments[last].start < end:
            last += 1
        only = segments[first] if last == first + 1 else None
        if only is not None and only.start <= start and end <= only.end:
            windows.append(_throughout(only.state, end - start))
        else:
            windows.append(time_per_state(segments[first:last], start, end))
    return windows


@lru_cache(maxsize=256)
def _throughout(state: State, length_ms: int) -> StateTimes:
    """A window of one state: most days are, and nearly all of them have 24 hours."""
    return time_per_state((Segment(state, 0, length_ms),), 0, length_ms)


def uptime_percent(healthy_ms: int, degraded_ms: int, down_ms: int) -> float | None:
    """Up time over watched time in percent, floored to 3 decimals; None when nothing is known.

    Maintenance and unknown time are not in it. Integer arithmetic: 100.0 means not one millisecond down.
    """
    known = healthy_ms + degraded_ms + down_ms
    return (healthy_ms + degraded_ms) * 100_000 // known / 1000 if known > 0 else None


def account(segments: Sequence[Segment], from_ms: int, until_ms: int) -> list[tuple[int, RollupValues]]:
    """The time in [from_ms, until_ms) per UTC hour, as rollups to add: (start of the hour, values), in order.

    Every hour's times add up to the part of it inside the window. Hours of nothing but unknown are left out: what
    rollups do not hold is unknown anyway, and after a long outage nobody writes thousands of empty hours (R13).
    """
    hours: dict[int, RollupValues] = {}
    for state, begin, end in clip(segments, from_ms, until_ms):
        while state is not State.UNKNOWN and begin < end:
            hour = begin - begin % HOUR_MS
            if hour not in hours:
                inside = min(hour + HOUR_MS, until_ms) - max(hour, from_ms)
                hours[hour] = RollupValues(unknown_time_ms=inside)
            part = min(end, hour + HOUR_MS) - begin
            hours[hour].unknown_time_ms -= part
            hours[hour].add_time(state, part)
            begin += part
    return list(hours.items())
