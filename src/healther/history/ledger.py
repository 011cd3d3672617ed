"""The ledger, read: which state a watcher was in at every millisecond, and what that makes of its uptime.

Pure functions on integers: no database, no clock. A Segment is a stretch [start, end) of one ledger state.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from healther.core.clock import HOUR_MS
from healther.history.values import RollupValues
from healther.watchers.states import State

GAP_GRACE_MS = 30_000
"""So much later than expected a result may come before the time since then counts as unwatched."""

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


def gap_start(state: State, known_until: int | None, now_ms: int) -> int | None:
    """Since when nobody watched, if results stopped coming; None while the next one is not overdue.

    Only a watched state goes stale: unknown stays unknown, and maintenance was announced, not observed.
    """
    if state not in _WATCHED or known_until is None or now_ms <= known_until + GAP_GRACE_MS:
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


@dataclass(slots=True)
class StateTimes:
    """Milliseconds per ledger state; the five add up to the window they were counted over."""

    healthy_ms: int = 0
    degraded_ms: int = 0
    down_ms: int = 0
    unknown_ms: int = 0
    maintenance_ms: int = 0

    @property
    def total_ms(self) -> int:
        """The window's length."""
        return self.healthy_ms + self.degraded_ms + self.down_ms + self.unknown_ms + self.maintenance_ms

    def add(self, state: State, ms: int) -> None:
        """Adds time in a ledger state."""
        name = _TIME_FIELDS[state]
        setattr(self, name, getattr(self, name) + ms)

    def __add__(self, other: "StateTimes") -> "StateTimes":
        return StateTimes(*(getattr(self, name) + getattr(other, name) for name in _TIME_FIELDS.values()))

    @property
    def uptime_percent(self) -> float | None:
        """Uptime of what was watched; see `uptime_percent`."""
        return uptime_percent(self.healthy_ms, self.degraded_ms, self.down_ms)

    @property
    def worst(self) -> State:
        """The worst state with any time in it: down before degraded, unknown only when nothing else is there."""
        order = (State.DOWN, State.DEGRADED, State.HEALTHY, State.MAINTENANCE)
        return next((state for state in order if getattr(self, _TIME_FIELDS[state])), State.UNKNOWN)


_TIME_FIELDS = {
    State.HEALTHY: "healthy_ms",
    State.DEGRADED: "degraded_ms",
    State.DOWN: "down_ms",
    State.UNKNOWN: "unknown_ms",
    State.MAINTENANCE: "maintenance_ms",
}


def time_per_state(segments: Iterable[Segment], from_ms: int, to_ms: int) -> StateTimes:
    """How long each state lasted in the window; what no segment covers is unknown, so the five add up exactly.

    `segments` must not overlap (`known_spans` makes sure). An empty or reversed window is all zeros.
    """
    times = StateTimes()
    covered = 0
    for state, start, end in clip(segments, from_ms, to_ms):
        times.add(state, end - start)
        covered += end - start
    times.unknown_ms += max(0, to_ms - from_ms) - covered
    return times


def uptime_percent(healthy_ms: int, degraded_ms: int, down_ms: int) -> float | None:
    """Up time over watched time in percent, floored to 3 decimals; None when nothing is known.

    Maintenance and unknown time are not in it. Integer arithmetic: 100.0 means not one millisecond down.
    """
    known = healthy_ms + degraded_ms + down_ms
    return (healthy_ms + degraded_ms) * 100_000 // known / 1000 if known > 0 else None


def account(segments: Sequence[Segment], from_ms: int, until_ms: int) -> list[tuple[int, RollupValues]]:
    """The time in [from_ms, until_ms) per UTC hour, as rollups to add: (start of the hour, values), in order.

    Every hour's times add up to the part of it inside the window; what no segment covers is unknown.
    """
    hours: dict[int, RollupValues] = {}
    start = from_ms
    while start < until_ms:
        hour = start - start % HOUR_MS
        end = min(hour + HOUR_MS, until_ms)
        hours[hour] = RollupValues(unknown_time_ms=end - start)
        start = end
    for state, begin, end in clip(segments, from_ms, until_ms):
        while begin < end:
            hour = begin - begin % HOUR_MS
            part = min(end, hour + HOUR_MS) - begin
            hours[hour].unknown_time_ms -= part
            hours[hour].add_time(state, part)
            begin += part
    return list(hours.items())
