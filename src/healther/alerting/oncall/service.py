"""The verbs of on call."""

import hashlib
import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import and_, or_
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts.models import Membership, User
from healther.accounts.service.workspaces import lock_workspace
from healther.alerting.models import Rotation, RotationOverride
from healther.alerting.oncall.schemas import OverrideCreate, RotationCreate, RotationUpdate
from healther.alerting.quiet import WEEK, Weekday
from healther.core.clock import DAY_MS, to_ms
from healther.core.errors import ConflictProblem, FieldError, InvalidProblem, NotFoundProblem

MOST_ROTATIONS = 50
MOST_OVERRIDES = 200
LONGEST_OVERRIDE_MS = 366 * DAY_MS
_SOMEBODY = "somebody who left"


@dataclass(frozen=True, slots=True)
class Roster:
    """What is known of rotations at hand: their overrides, who is a member, what people are called."""

    overrides: Mapping[UUID, Sequence[RotationOverride]]
    present: Collection[UUID]
    names: Mapping[UUID, str]

    def name_of(self, user_id: UUID) -> str:
        """What somebody is called."""
        return self.names.get(user_id, _SOMEBODY)


async def list_rotations(
    session: AsyncSession, workspace_id: UUID, *, after: tuple[str, UUID] | None, limit: int
) -> Sequence[Rotation]:
    """A workspace's rotations by name, after the given (name, id)."""
    query = select(Rotation).where(Rotation.workspace_id == workspace_id)
    if after is not None:
        name, rotation_id = after
        beyond = and_(col(Rotation.name) == name, col(Rotation.id) > rotation_id)
        query = query.where(or_(col(Rotation.name) > name, beyond))
    return (await session.exec(query.order_by(col(Rotation.name), col(Rotation.id)).limit(limit))).all()


async def load_rotation(
    session: AsyncSession, workspace_id: UUID, rotation_id: UUID, *, for_update: bool = False
) -> Rotation:
    """The rotation, if it is the workspace's; raises NotFoundProblem. `for_update` locks the row (PostgreSQL)."""
    query = select(Rotation).where(Rotation.id == rotation_id, Rotation.workspace_id == workspace_id)
    rotation = (await session.exec(query.with_for_update() if for_update else query)).first()
    if rotation is None:
        raise NotFoundProblem("There is no such rotation in this workspace.")
    return rotation


async def roster_of(
    session: AsyncSession, workspace_id: UUID, rotations: Sequence[Rotation], from_ms: int, to_ms: int | None = None
) -> Roster:
    """What is needed to say who is on call in these from one moment to another; three queries for all of them."""
    overrides: dict[UUID, list[RotationOverride]] = {each.id: [] for each in rotations}
    query = select(RotationOverride).where(
        col(RotationOverride.rotation_id).in_(overrides), RotationOverride.ends_at > from_ms
    )
    if to_ms is not None:
        query = query.where(RotationOverride.starts_at < to_ms)
    for each in (await session.exec(query)).all() if overrides else ():
        overrides[each.rotation_id].append(each)
    named = {UUID(user_id) for rotation in rotations for user_id in rotation.members}
    named |= {each.user_id for some in overrides.values() for each in some}
    named |= {each.feed_made_by for each in rotations if each.feed_made_by is not None}
    people = select(User.id, User.full_name).where(col(User.id).in_(named))
    present = await _present(session, workspace_id, named)
    return Roster(overrides, present, dict((await session.exec(people)).all()))


async def create_rotation(session: AsyncSession, workspace_id: UUID, body: RotationCreate, now_ms: int) -> Rotation:
    """A new rotation; raises InvalidProblem for who is no member, ConflictProblem for one too many."""
    await lock_workspace(session, workspace_id)
    counting = select(func.count()).select_from(Rotation).where(Rotation.workspace_id == workspace_id)
    if (await session.exec(counting)).one() >= MOST_ROTATIONS:
        raise ConflictProblem(f"A workspace has {MOST_ROTATIONS} rotations at most: delete one.")
    await _check_members(session, workspace_id, body.members)
    rotation = Rotation(workspace_id=workspace_id, created_at=now_ms, **_columns(body))
    session.add(rotation)
    await session.flush()
    return rotation


async def update_rotation(session: AsyncSession, rotation: Rotation, body: RotationUpdate) -> None:
    """Applies what was sent; raises InvalidProblem. Who has left may stay in the list, but not be added anew."""
    kept = {UUID(each) for each in rotation.members}
    await _check_members(session, rotation.workspace_id, body.members or (), kept)
    for name, value in _columns(body).items():
        setattr(rotation, name, value)
    rotation.version += 1
    session.add(rotation)


async def list_overrides(
    session: AsyncSession, rotation_id: UUID, now_ms: int, *, after: tuple[int, UUID] | None, limit: int
) -> Sequence[RotationOverride]:
    """Those that are not over, by their start, after the given (start, id)."""
    query = select(RotationOverride).where(
        RotationOverride.rotation_id == rotation_id, RotationOverride.ends_at > now_ms
    )
    if after is not None:
        start, override_id = after
        beyond = and_(col(RotationOverride.starts_at) == start, col(RotationOverride.id) > override_id)
        query = query.where(or_(col(RotationOverride.starts_at) > start, beyond))
    ordered = query.order_by(col(RotationOverride.starts_at), col(RotationOverride.id)).limit(limit)
    return (await session.exec(ordered)).all()


async def create_override(
    session: AsyncSession, rotation: Rotation, body: OverrideCreate, by: UUID, now_ms: int
) -> RotationOverride:
    """A new override; raises InvalidProblem, ConflictProblem for one too many."""
    starts_at, ends_at = to_ms(body.starts_at), to_ms(body.ends_at)
    if ends_at <= starts_at:
        raise InvalidProblem.field("body.ends_at", "must be later than starts_at")
    if ends_at <= now_ms:
        raise InvalidProblem.field("body.ends_at", "is over already")
    if ends_at - starts_at > LONGEST_OVERRIDE_MS:
        raise InvalidProblem.field("body.ends_at", "must be within a year of starts_at")
    if body.user_id not in await _present(session, rotation.workspace_id, {body.user_id}):
        raise InvalidProblem.field("body.user_id", "is no member of this workspace")
    counting = select(func.count()).where(
        col(RotationOverride.rotation_id) == rotation.id, col(RotationOverride.ends_at) > now_ms
    )
    if (await session.exec(counting)).one() >= MOST_OVERRIDES:
        raise ConflictProblem(f"A rotation has {MOST_OVERRIDES} overrides ahead of it at most: delete one.")
    override = RotationOverride(
        rotation_id=rotation.id, user_id=body.user_id, starts_at=starts_at, ends_at=ends_at, created_by=by
    )
    session.add(override)
    await session.flush()
    return override


async def load_override(session: AsyncSession, rotation: Rotation, override_id: UUID) -> RotationOverride:
    """The override, if it is the rotation's; raises NotFoundProblem."""
    query = select(RotationOverride).where(
        RotationOverride.id == override_id, RotationOverride.rotation_id == rotation.id
    )
    override = (await session.exec(query)).first()
    if override is None:
        raise NotFoundProblem("There is no such override in this rotation.")
    return override


def new_feed(session: AsyncSession, rotation: Rotation, by: UUID) -> str:
    """A new token for the calendar's link; the one before ends. Only its hash is kept: it has 256 bits to guess."""
    token = secrets.token_urlsafe(32)
    rotation.feed_token_hash, rotation.feed_made_by = _hash_of(token), by
    session.add(rotation)
    return token


async def find_by_token(session: AsyncSession, token: str) -> Rotation | None:
    """The rotation whose calendar a link shows, while whoever made the link is a member."""
    made_by = and_(
        col(Membership.workspace_id) == col(Rotation.workspace_id),
        col(Membership.user_id) == col(Rotation.feed_made_by),
    )
    query = select(Rotation).join(Membership, made_by).where(Rotation.feed_token_hash == _hash_of(token))
    return (await session.exec(query)).first()


def _hash_of(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def _columns(body: RotationCreate | RotationUpdate) -> dict[str, Any]:
    sent = body.model_dump(mode="json", exclude_unset=isinstance(body, RotationUpdate))
    if "handover_weekday" in sent:
        sent["handover_weekday"] = WEEK.index(Weekday(sent["handover_weekday"]))
    if "handover_time" in sent:
        hours, _, minutes = sent.pop("handover_time").partition(":")
        sent["handover_minute"] = 60 * int(hours) + int(minutes)
    return sent


async def _present(session: AsyncSession, workspace_id: UUID, user_ids: Collection[UUID]) -> set[UUID]:
    query = select(Membership.user_id).where(
        Membership.workspace_id == workspace_id, col(Membership.user_id).in_(user_ids)
    )
    return set((await session.exec(query)).all() if user_ids else ())


async def _check_members(
    session: AsyncSession, workspace_id: UUID, members: Iterable[UUID], kept: Collection[UUID] = ()
) -> None:
    wanted: dict[UUID, int] = {}
    for place, each in enumerate(members):
        if each not in kept:
            wanted.setdefault(each, place)
    missing = wanted.keys() - await _present(session, workspace_id, wanted.keys())
    errors = [
        FieldError(where=f"body.members.{place}", message="is no member of this workspace")
        for each, place in wanted.items()
        if each in missing
    ]
    if errors:
        raise InvalidProblem(f"{errors[0]['where']}: {errors[0]['message']}", errors=errors)
