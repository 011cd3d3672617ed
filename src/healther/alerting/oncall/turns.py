"""Who is on call in a rotation, and when that changes. Pure; handed over at a local time, DST-safe; epoch ms.

A time on the wall clock that the zone skips is read with the offset before the change, one that comes twice is the
first (RFC 5545, 3.3.5), as in maintenance windows.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from healther.alerting.models import Rotation, RotationOverride
from healther.core.clock import to_ms, to_utc

DAYS = {"day": 1, "week": 7}


class OnCall(NamedTuple):
    """Whoever is on call; None = nobody.

    `skipped`: those whose turn it would be, but who left the workspace: the next one in the list stands in.
    """

    user_id: UUID | None
    override_id: UUID | None = None
    skipped: tuple[UUID, ...] = ()


class Shift(NamedTuple):
    """Somebody, or nobody, is on call during [starts_at, ends_at)."""

    starts_at: int
    ends_at: int
    on_call: OnCall


def on_call(rotation: Rotation, overrides: Sequence[RotationOverride], present: Collection[UUID], at_ms: int) -> OnCall:
    """Whose turn it is; of the overrides that cover the moment the latest made wins. `present`: who is a member."""
    covering = [each for each in overrides if each.starts_at <= at_ms < each.ends_at]
    away: list[UUID] = []
    for override in sorted(covering, key=lambda each: each.id, reverse=True):
        if override.user_id in present:
            return OnCall(override.user_id, override.id, tuple(away))
        away.append(override.user_id)
    turn = turn_at(rotation, at_ms)
    if turn is None:
        return OnCall(None, None, tuple(away))
    members = [UUID(each) for each in rotation.members]
    for place in range(turn, turn + len(members)):
        user_id = members[place % len(members)]
        if user_id in present:
            return OnCall(user_id, None, tuple(dict.fromkeys(away)))
        away.append(user_id)
    return OnCall(None, None, tuple(dict.fromkeys(away)))


def turn_at(rotation: Rotation, at_ms: int) -> int | None:
    """Which turn it is, the first is 0; None before the rotation begins."""
    today = to_utc(at_ms).astimezone(ZoneInfo(rotation.time_zone)).date()
    turn = (today - _first_day(rotation)).days // DAYS[rotation.every] + 1
    while turn >= 0 and handover(rotation, turn) > at_ms:
        turn -= 1
    return turn if turn >= 0 else None


def handover(rotation: Rotation, turn: int) -> int:
    """When a turn begins. The first one begins on the rotation's first day, whatever day of the week that is."""
    first = _first_day(rotation) + timedelta(days=turn * DAYS[rotation.every])
    day = max(first, date.fromisoformat(rotation.starts_on))
    at = time(*divmod(rotation.handover_minute, 60))
    return to_ms(datetime.combine(day, at, ZoneInfo(rotation.time_zone)))


def shifts(
    rotation: Rotation,
    overrides: Sequence[RotationOverride],
    present: Collection[UUID],
    from_ms: int,
    to_ms: int,
) -> list[Shift]:
    """Who is on call when, from one moment to another, without gaps; a hand-over always begins a new shift."""
    edges = {from_ms, *_handovers(rotation, from_ms, to_ms)}
    edges |= {edge for each in overrides for edge in (each.starts_at, each.ends_at) if from_ms < edge < to_ms}
    found: list[tuple[Shift, int | None]] = []
    for start in sorted(edges):
        now = on_call(rotation, overrides, present, start)
        turn = turn_at(rotation, start) if now.override_id is None else None
        if found and found[-1][0].on_call == now and found[-1][1] == turn:
            continue
        if found:
            found[-1] = (found[-1][0]._replace(ends_at=start), found[-1][1])
        found.append((Shift(start, to_ms, now), turn))
    return [shift for shift, _ in found]


def _handovers(rotation: Rotation, from_ms: int, to_ms: int) -> Iterator[int]:
    now = turn_at(rotation, from_ms)
    turn = 0 if now is None else now + 1
    while (at := handover(rotation, turn)) < to_ms:
        if at > from_ms:
            yield at
        turn += 1


def _first_day(rotation: Rotation) -> date:
    """The local day on which the first turn would begin if it were a whole one."""
    day = date.fromisoformat(rotation.starts_on)
    if rotation.every == "week":
        day -= timedelta(days=(day.weekday() - rotation.handover_weekday) % DAYS["week"])
    return day
