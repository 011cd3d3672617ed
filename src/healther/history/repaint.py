"""The ledger, corrected: what a belief dated back, or maintenance, makes of stretches that are written already.

Pure functions on segments that touch, oldest first, the last one open (its end is later than every clock). What was
asked to begin before the first of them begins with it.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from healther.history.ledger import Segment, account
from healther.history.values import NUMBERS, RollupValues
from healther.watchers.states import State

FOREVER_MS = 2**62
"""Where the open span ends when it is read as a segment: later than every clock."""


class Since(NamedTuple):
    """A ledger state from a moment on, epoch ms."""

    at: int
    state: State


def believed(segments: Sequence[Segment], since: Sequence[Since]) -> list[Segment]:
    """From each moment on its state, but where the ledger says maintenance; in the order of time."""
    painted = list(segments)
    for at, state in since:
        painted = [
            Segment(part.state if part.start < at or part.state is State.MAINTENANCE else state, part.start, part.end)
            for part in _cut(painted, [at])
        ]
    return _merged(painted)


def covered(segments: Sequence[Segment], at: int) -> list[Segment]:
    """From a moment on maintenance, whatever is believed."""
    return _merged(
        Segment(part.state if part.start < at else State.MAINTENANCE, part.start, part.end)
        for part in _cut(segments, [at])
    )


def uncovered(segments: Sequence[Segment], at: int, since: Sequence[Since]) -> list[Segment]:
    """From a moment on what was believed; `since` is in the order of time, its first entry counts from `at` on."""
    edges = [max(at, each.at) for each in since]
    states = [each.state for each in since]

    def state_of(part: Segment) -> State:
        if part.start < at:
            return part.state
        return next(state for edge, state in zip(edges[::-1], states[::-1], strict=True) if edge <= part.start)

    edges[0] = at
    return _merged(Segment(state_of(part), part.start, part.end) for part in _cut(segments, [at, *edges]))


def difference(before: Sequence[Segment], after: Sequence[Segment], until_ms: int) -> list[tuple[int, RollupValues]]:
    """What to add to the rollups, which hold `before` up to `until_ms`, so that they hold `after`."""
    from_ms = before[0].start
    found = account(after, from_ms, until_ms)
    for hour, values in account(before, from_ms, until_ms):
        less = RollupValues()
        for name in NUMBERS:
            setattr(less, name, -getattr(values, name))
        found.append((hour, less))
    return found


def _cut(segments: Iterable[Segment], edges: Sequence[int]) -> list[Segment]:
    """The same stretches, with an end at each of these moments."""
    parts: list[Segment] = []
    for state, start, end in segments:
        inside = sorted({edge for edge in edges if start < edge < end})
        parts += [Segment(state, *stretch) for stretch in pairwise([start, *inside, end])]
    return parts


def _merged(segments: Iterable[Segment]) -> list[Segment]:
    merged: list[Segment] = []
    for part in segments:
        if merged and merged[-1].state is part.state and merged[-1].end == part.start:
            merged[-1] = Segment(part.state, merged[-1].start, part.end)
        else:
            merged.append(part)
    return merged
