"""What corrections make of the ledger. Pure functions on segments."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from healther.history.ledger import Segment, StateTimes, clip, time_per_state
from healther.watchers.states import State

_NOTHING = StateTimes()


class Correction(NamedTuple):
    """`state` from `start` (included) to `end` (excluded), epoch ms, whatever was recorded."""

    state: State
    start: int
    end: int


def flattened(corrections: Iterable[Correction]) -> list[Segment]:
    """Corrections in the order they were made, as stretches that do not overlap: later ones lie over earlier ones."""
    painted: list[Segment] = []
    for state, start, end in corrections:
        painted = [*_outside(painted, start, end), Segment(state, start, end)]
    return sorted(painted, key=lambda each: each.start)


def overlaid(segments: Iterable[Segment], corrected: Sequence[Segment]) -> list[Segment]:
    """The ledger with the flattened corrections over it, in order and without overlap."""
    outside = list(segments)
    for _, start, end in corrected:
        outside = _outside(outside, start, end)
    return sorted([*outside, *corrected], key=lambda each: each.start)


def differences(segments: Sequence[Segment], corrected: Sequence[Segment], edges: Sequence[int]) -> list[StateTimes]:
    """For each window between two edges what the corrections change; each adds up to nothing.

    Of the ledger only what lies in the corrections is looked at: segments from the first to the last of them will do.
    """
    return [_difference(segments, corrected, start, end) for start, end in pairwise(edges)]


def added(times: StateTimes, difference: StateTimes) -> StateTimes:
    """The times of a window after its corrections."""
    return StateTimes(*(sum(pair) for pair in zip(times, difference, strict=True)))


def _difference(segments: Sequence[Segment], corrected: Sequence[Segment], start: int, end: int) -> StateTimes:
    found = _NOTHING
    for part in clip(corrected, start, end):
        raw = time_per_state(segments, part.start, part.end)
        said = time_per_state([part], part.start, part.end)
        found = StateTimes(*(was + now - before for was, now, before in zip(found, said, raw, strict=True)))
    return found


def _outside(segments: Iterable[Segment], start: int, end: int) -> list[Segment]:
    """What of the segments lies outside [start, end)."""
    parts: list[Segment] = []
    for state, begin, stop in segments:
        parts += [
            Segment(state, *part) for part in ((begin, min(stop, start)), (max(begin, end), stop)) if part[0] < part[1]
        ]
    return parts
