"""A calendar month of a time zone as instants. Pure."""

from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import NamedTuple, Self

from healther.core.clock import to_ms
from healther.core.errors import InvalidProblem
from healther.history.days import day_edges

PATTERN = r"^(19[7-9]\d|2\d{3})-(0[1-9]|1[0-2])$"


class Month(NamedTuple):
    """A month of the calendar."""

    year: int
    month: int

    @classmethod
    def of(cls, text: str) -> Self:
        """From `2026-03`, which has matched PATTERN."""
        year, month = text.split("-")
        return cls(int(year), int(month))

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"

    def dates(self) -> list[date]:
        """Its days."""
        first = date(self.year, self.month, 1)
        return [first + timedelta(days=day) for day in range((_next(self) - first).days)]

    def edges(self, zone: tzinfo) -> list[int]:
        """The start of each day there in epoch ms, then the start of the next month: days and month are as long as the
        zone makes them, an hour shorter or longer when clocks change.
        """
        return [*day_edges(self.dates(), zone, 0)[:-1], _start(_next(self), zone)]


def edges_so_far(month: Month, zone: tzinfo, now_ms: int) -> list[int]:
    """The month's edges; of the one that is under way, up to now. Raises InvalidProblem for a later one."""
    edges = month.edges(zone)
    if edges[0] >= now_ms:
        raise InvalidProblem.field("path.month", f"has not begun yet in {zone}")
    return edges if edges[-1] <= now_ms else [edge for edge in edges if edge < now_ms] + [now_ms]


def days_in_utc(month: Month) -> tuple[int, int]:
    """The month in UTC, [from, to) in epoch ms: whose days the daily rollups know."""
    first = date(month.year, month.month, 1)
    return _start(first, UTC), _start(_next(month), UTC)


def _next(month: Month) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _start(day: date, zone: tzinfo) -> int:
    return to_ms(datetime(day.year, day.month, day.day, tzinfo=zone))
