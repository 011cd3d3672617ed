"""What is over and cannot change any more: a watcher's counted days and hours, kept between calls.

A rollup is final up to where its watcher's hot row has got: `accounted_until` for the days' times, `hour` for the
hours' latencies. As long as these stand still a Past is exact; when they move on, only what is new is read.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from uuid import UUID

from healther.core.clock import DAY_MS, HOUR_MS
from healther.history.service.daily import RollupDays
from healther.history.sketch import LAST_BUCKET, value_of

DAYS = 90
HOURS = 24
MOST_WATCHERS = 50_000

Key = bytes | str
"""An id as the driver gives it: what is looked up for thousands of rows is not made into UUIDs first."""
Times = tuple[int, ...]
"""Healthy, degraded, down, maintenance milliseconds."""

_PERFECT: Times = (DAY_MS, 0, 0, 0)
_NOTHING: Times = (0, 0, 0, 0)


def letter(healthy: int, degraded: int, down: int, maintenance: int) -> str:
    """A day as a letter: its worst state that counts; `u` when nothing is known."""
    return "x" if down else "d" if degraded else "h" if healthy else "m" if maintenance else "u"


def median_json(bucket: int | None) -> str:
    """A median latency in milliseconds as JSON."""
    return "null" if bucket is None else _MEDIANS[bucket]


_MEDIANS = tuple(repr(round(value_of(bucket), 3)) for bucket in range(LAST_BUCKET + 1))


@dataclass(slots=True)
class Past:
    """A watcher's 90 days up to `accounted_until` and its latencies before `hour`."""

    id_text: str
    accounted_until: int
    hour: int | None
    ledger_moved_at: int | None
    """When maintenance last began or ended: that may have changed what was counted before."""
    today: int
    """Start of the last of the days, epoch ms."""
    days: list[Times] = field(default_factory=lambda: [_NOTHING] * DAYS)
    letters: str = "u" * DAYS
    sums: tuple[int, int, int] = (0, 0, 0)
    """Healthy, degraded and down milliseconds of all days."""
    medians: dict[int, int] = field(default_factory=dict)
    """The bucket of the median latency by hour."""
    counts: bytes | None = None
    counted_median: int | None = None
    """What the hour that is being counted has so far, and the bucket of its median: they change with a check only."""
    this_hour: int = 0
    medians_json: str = ""
    """Of the 23 hours before `this_hour`, each with a comma behind it."""
    said: tuple[object, ...] = ()
    said_json: str = ""
    """What people say of it (name, address, tags ...), and the same as JSON."""

    def add_days(self, found: RollupDays, since: int) -> None:
        """Takes over what the daily rollups hold from `since` (the start of a day) on."""
        first, last, others = found.first, found.last, found.others
        for index in range(max(0, DAYS - 1 - (self.today - since) // DAY_MS), DAYS):
            start = self.today - (DAYS - 1 - index) * DAY_MS
            other = others.get(start)
            self.days[index] = other or (_PERFECT if first <= start <= last else _NOTHING)
        self._sum_up()

    def is_ahead(self, today: int, this_hour: int) -> bool:
        """Whether a clock that has been set back since has moved it on: what it let go of is read anew (R12)."""
        return self.today > today or self.this_hour > this_hour

    def move_to(self, today: int) -> None:
        """The days that have begun since come in at the end, empty, and as many go at the start."""
        days = min(DAYS, (today - self.today) // DAY_MS)
        if days > 0:
            self.days = self.days[days:] + [_NOTHING] * days
            self.today = today
            self._sum_up()

    def at_hour(self, this_hour: int) -> str:
        """The medians of the 23 hours before, as JSON without brackets."""
        if self.this_hour != this_hour:
            first = this_hour - (HOURS - 1) * HOUR_MS
            self.medians = {hour: median for hour, median in self.medians.items() if hour >= first}
            self.this_hour = this_hour
            hours = range(first, this_hour, HOUR_MS)
            self.medians_json = "".join(f"{median_json(self.medians.get(hour))}," for hour in hours)
        return self.medians_json

    def _sum_up(self) -> None:
        self.letters = "".join("h" if times is _PERFECT else letter(*times) for times in self.days)
        self.sums = (
            sum(times[0] for times in self.days),
            sum(times[1] for times in self.days),
            sum(times[2] for times in self.days),
        )


class Pasts:
    """The pasts of the workspaces asked for last; those asked for longest ago are forgotten first."""

    def __init__(self, most_watchers: int = MOST_WATCHERS) -> None:
        self._most_watchers = most_watchers
        self._kept: OrderedDict[UUID, dict[Key, Past]] = OrderedDict()

    def of(self, workspace_id: UUID) -> dict[Key, Past]:
        """What is known of a workspace; to be read only."""
        return self._kept.get(workspace_id, {})

    def keep(self, workspace_id: UUID, pasts: dict[Key, Past]) -> None:
        """Replaces what is known of a workspace: watchers that are gone go with it."""
        self._kept[workspace_id] = pasts
        self._kept.move_to_end(workspace_id)
        while len(self._kept) > 1 and sum(map(len, self._kept.values())) > self._most_watchers:
            self._kept.popitem(last=False)
