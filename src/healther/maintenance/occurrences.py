"""When a maintenance window is: its occurrences as stretches of time, and its next boundary. Pure.

A time on the wall clock that the zone skips is read with the offset before the change, one that comes twice is the
first (RFC 5545, 3.3.5); how long an occurrence lasts is real time, whatever clocks do meanwhile. Occurrences may
overlap: together they are one stretch.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from itertools import islice
from typing import NamedTuple

from healther.core.clock import DAY_MS, SECOND_MS, to_ms, to_utc
from healther.maintenance.rules import wall_times

MAX_RECURRING_MS = 7 * DAY_MS
"""An occurrence of a rule lasts at most so long: what matters now began at most so long ago."""
# Wall clocks differ from UTC by less than this, and from themselves by less when they change.
_SLACK = timedelta(hours=26)


class Occurrence(NamedTuple):
    """[start, end) in epoch ms; `end` None = until somebody ends it."""

    start: int
    end: int | None

    def covers(self, at_ms: int) -> bool:
        """Whether it is going on."""
        return self.start <= at_ms and (self.end is None or at_ms < self.end)


@dataclass(frozen=True, slots=True)
class Schedule:
    """What a window's row says about time. `ended_at`: what was going on then ended there; a rule goes on after it."""

    starts_at: int
    duration_ms: int | None
    rrule: str | None
    zone: tzinfo
    ended_at: int | None = None


def occurrences(schedule: Schedule, after_ms: int) -> Iterator[Occurrence]:
    """Those that end behind `after_ms`, by their start; of a rule without an end there is always a next one."""
    for start in _starts(schedule, after_ms):
        end = None if schedule.duration_ms is None else start + schedule.duration_ms
        if schedule.ended_at is not None and start <= schedule.ended_at:
            end = schedule.ended_at if end is None else min(end, schedule.ended_at)
        if (end is None or end > after_ms) and end != start:
            yield Occurrence(start, end)


def active(schedule: Schedule, at_ms: int) -> Occurrence | None:
    """What goes on at a moment: from the first to the last of the occurrences that cover it; None = nothing."""
    covering = []
    for occurrence in occurrences(schedule, at_ms):
        if occurrence.start > at_ms:
            break
        covering.append(occurrence)
    if not covering:
        return None
    ends = [occurrence.end for occurrence in covering]
    return Occurrence(covering[0].start, None if None in ends else max(end for end in ends if end is not None))


def next_boundary(schedule: Schedule, after_ms: int) -> int | None:
    """The first moment behind `after_ms` at which an occurrence begins or ends; None = never."""
    found: int | None = None
    for start, end in occurrences(schedule, after_ms):
        ahead = [moment for moment in (start, end, found) if moment is not None and moment > after_ms]
        found = min(ahead, default=None)
        if start > after_ms:
            break
    return found


def upcoming(schedule: Schedule, now_ms: int, most: int) -> list[Occurrence]:
    """The next occurrences, those going on included."""
    return list(islice(occurrences(schedule, now_ms), most))


def _starts(schedule: Schedule, after_ms: int) -> Iterator[int]:
    if schedule.rrule is None:
        yield schedule.starts_at
        return
    zone, first = schedule.zone, wall(schedule.starts_at, schedule.zone)
    earliest = after_ms - (schedule.duration_ms or 0)
    after = max(first, wall(max(0, earliest), zone) - _SLACK)
    before: int | None = None
    for time in wall_times(schedule.rrule, first, after, zone):
        start = to_ms(time.replace(tzinfo=zone))
        # Where clocks go back or forth two times of a rule may be one moment, or change places.
        if start >= earliest and start != before:
            yield start
        before = start


def wall(at_ms: int, zone: tzinfo) -> datetime:
    """What a wall clock in the zone shows, to the second."""
    return to_utc(at_ms - at_ms % SECOND_MS).astimezone(zone).replace(tzinfo=None)
