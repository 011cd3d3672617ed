"""Quiet hours of a channel: when its messages wait. Pure; wall-clock times in a time zone, DST-safe."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import Field, StringConstraints

from healther.accounts.schemas import TimeZone
from healther.core.clock import DAY_MS, to_ms, to_utc
from healther.core.text import Wire

MOST_QUIET_HOURS = 20
# Hours that leave no gap would hold a message for ever; after this it leaves all the same.
LONGEST_QUIET_MS = 7 * DAY_MS


class Weekday(StrEnum):
    """A day of the week."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


WEEK = tuple(Weekday)
WallTime = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


class QuietHours(Wire):
    """A stretch of the week in which a channel's messages wait. One that ends before it starts ends the next day."""

    days: list[Weekday] = Field(
        default_factory=lambda: list(WEEK), min_length=1, max_length=7, description="The days on which it starts."
    )
    starts: WallTime = Field(description="Wall-clock time.", examples=["22:00"])
    ends: WallTime = Field(description="Wall-clock time; the same as `starts` = a whole day.", examples=["07:00"])
    time_zone: TimeZone = Field(default="UTC", description="An IANA time zone.", examples=["Europe/Berlin"])


def quiet_until(stored: Sequence[dict[str, Any]], now_ms: int) -> int | None:
    """When the quiet in which `now_ms` lies is over, epoch ms; None while messages may leave."""
    hours = [QuietHours.model_validate(each) for each in stored]
    at = now_ms
    while at - now_ms < LONGEST_QUIET_MS:
        ends = [end for each in hours if (end := _end_around(each, at)) is not None]
        if not ends:
            break
        at = max(ends)
    return min(at, now_ms + LONGEST_QUIET_MS) if at > now_ms else None


def _end_around(hours: QuietHours, at_ms: int) -> int | None:
    """The end of the stretch that holds `at_ms`, if one does."""
    zone = ZoneInfo(hours.time_zone)
    today = to_utc(at_ms).astimezone(zone).date()
    starts, ends = time.fromisoformat(hours.starts), time.fromisoformat(hours.ends)
    for day in (today - timedelta(days=1), today):
        if WEEK[day.weekday()] not in hours.days:
            continue
        last = day if ends > starts else day + timedelta(days=1)
        # A time that the clocks show twice: quiet from the first until the second. One that they skip: from after it.
        start = to_ms(datetime.combine(day, starts, zone))
        end_of_quiet = datetime.combine(last, ends, zone)
        end = max(to_ms(end_of_quiet), to_ms(end_of_quiet.replace(fold=1)))
        if start <= at_ms < end:
            return end
    return None
