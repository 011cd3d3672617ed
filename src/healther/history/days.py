"""Calendar days of a time zone as instants: the windows behind daily bars. Pure."""

from datetime import date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from healther.core.clock import SECOND_MS, to_ms
from healther.core.errors import InvalidProblem
from healther.core.zones import zone_of


def parse_zone(name: str) -> ZoneInfo:
    """The IANA time zone; raises InvalidProblem for a name that is none."""
    try:
        return zone_of(name)
    except ValueError as error:
        raise InvalidProblem.field("query.tz", str(error)) from error


def last_days(now_ms: int, days: int, zone: tzinfo) -> list[date]:
    """The last `days` calendar days there, today included, oldest first."""
    today = datetime.fromtimestamp(now_ms / SECOND_MS, zone).date()
    return [today - timedelta(days=back) for back in range(days - 1, -1, -1)]


def day_edges(dates: list[date], zone: tzinfo, now_ms: int) -> list[int]:
    """The start of each day in epoch ms, then `now_ms`, where the last one ends so far.

    Days are as long as the zone makes them: 23 or 25 hours when clocks change; where midnight is skipped, the day
    starts at the change.
    """
    starts = [to_ms(datetime(day.year, day.month, day.day, tzinfo=zone)) for day in dates]
    return [*starts, max(now_ms, starts[-1])]
