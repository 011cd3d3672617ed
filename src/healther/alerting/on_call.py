"""Who is on call in a rotation at a moment. Pure; handed over at a local time, DST-safe."""

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from healther.alerting.models import Rotation, RotationOverride
from healther.core.clock import to_utc

DAYS = {"day": 1, "week": 7}


def on_call(rotation: Rotation, overrides: Iterable[RotationOverride], at_ms: int) -> UUID | None:
    """The user whose turn it is; the latest override that covers the moment wins. None before the first turn."""
    covering = [each for each in overrides if each.starts_at <= at_ms < each.ends_at]
    if covering:
        return max(covering, key=lambda each: each.id).user_id
    turn = turn_at(rotation, at_ms)
    if turn is None or not rotation.members:
        return None
    return UUID(rotation.members[turn % len(rotation.members)])


def turn_at(rotation: Rotation, at_ms: int) -> int | None:
    """How many turns have been handed over by then, the first is 0; None before it begins."""
    local = to_utc(at_ms).astimezone(ZoneInfo(rotation.time_zone)).replace(tzinfo=None)
    begun = local - timedelta(minutes=rotation.handover_minute)
    days = (begun.date() - first_day(rotation)).days
    return None if days < 0 else days // DAYS[rotation.every]


def first_day(rotation: Rotation) -> date:
    """The local day of the first hand-over."""
    day = date.fromisoformat(rotation.starts_on)
    if rotation.every == "week":
        day += timedelta(days=(rotation.handover_weekday - day.weekday()) % 7)
    return day
