"""Rotations as they are shown."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from healther.alerting.models import Rotation, RotationOverride
from healther.alerting.oncall.schemas import (
    NowPublic,
    OverridePublic,
    PersonPublic,
    RotationPublic,
    ShiftPublic,
)
from healther.alerting.oncall.service import Roster
from healther.alerting.oncall.turns import Shift, shifts
from healther.alerting.quiet import WEEK
from healther.core.clock import DAY_MS, to_utc

LOOKS_AHEAD_MS = 35 * DAY_MS


def rotation_public(rotation: Rotation, roster: Roster, now_ms: int) -> RotationPublic:
    """A rotation with who is on call in it."""
    hours, minutes = divmod(rotation.handover_minute, 60)
    return RotationPublic(
        **rotation.model_dump(include={"id", "workspace_id", "name", "every", "time_zone", "version"}),
        handover_weekday=WEEK[rotation.handover_weekday],
        handover_time=f"{hours:02}:{minutes:02}",
        starts_on=date.fromisoformat(rotation.starts_on),
        members=_people([UUID(each) for each in rotation.members], roster),
        has_feed=rotation.feed_token_hash is not None and rotation.feed_made_by in roster.present,
        now=now_public(rotation, roster, now_ms),
        created_at=to_utc(rotation.created_at),
    )


def now_public(rotation: Rotation, roster: Roster, now_ms: int) -> NowPublic:
    """Who is on call, until when, and who is then."""
    coming = shifts_of(rotation, roster, now_ms, now_ms + LOOKS_AHEAD_MS)
    now = coming[0].on_call
    other = next((each for each in coming if each.on_call.user_id != now.user_id), None)
    return NowPublic(
        at=to_utc(now_ms),
        user=_person(now.user_id, roster),
        override_id=now.override_id,
        skipped=_people(now.skipped, roster),
        until=None if other is None else to_utc(other.starts_at),
        next=None if other is None else _person(other.on_call.user_id, roster),
    )


def shifts_of(rotation: Rotation, roster: Roster, from_ms: int, to_ms: int) -> list[Shift]:
    """Who is on call when."""
    return shifts(rotation, roster.overrides[rotation.id], roster.present, from_ms, to_ms)


def shift_public(shift: Shift, roster: Roster) -> ShiftPublic:
    """One shift."""
    return ShiftPublic(
        starts_at=to_utc(shift.starts_at),
        ends_at=to_utc(shift.ends_at),
        user=_person(shift.on_call.user_id, roster),
        override_id=shift.on_call.override_id,
        skipped=_people(shift.on_call.skipped, roster),
    )


def override_public(override: RotationOverride, roster: Roster) -> OverridePublic:
    """One override."""
    (person,) = _people([override.user_id], roster)
    return OverridePublic(
        id=override.id,
        rotation_id=override.rotation_id,
        user=person,
        starts_at=to_utc(override.starts_at),
        ends_at=to_utc(override.ends_at),
    )


def _people(user_ids: Sequence[UUID], roster: Roster) -> list[PersonPublic]:
    return [PersonPublic(user_id=each, name=roster.name_of(each), left=each not in roster.present) for each in user_ids]


def _person(user_id: UUID | None, roster: Roster) -> PersonPublic | None:
    return None if user_id is None else _people([user_id], roster)[0]
