"""On call: `/api/v1/workspaces/{workspace_id}/rotations`."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, status
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts.audit import audit
from healther.accounts.deps import Access, AdminAccess, NowMs, ObserverAccess, ReadSessionDep, SessionDep, SettingsDep
from healther.alerting.models import Rotation
from healther.alerting.oncall import service
from healther.alerting.oncall.feed import feed_url
from healther.alerting.oncall.schemas import (
    FeedPublic,
    Moment,
    NowPublic,
    OverrideCreate,
    OverridePublic,
    RotationCreate,
    RotationPublic,
    RotationUpdate,
    SchedulePublic,
)
from healther.alerting.oncall.view import (
    LOOKS_AHEAD_MS,
    now_public,
    override_public,
    rotation_public,
    shift_public,
    shifts_of,
)
from healther.core.clock import DAY_MS, to_ms
from healther.core.errors import InvalidProblem
from healther.core.pagination import DEFAULT_LIMIT, Cursor, Cursors, Limit, Page, page_of

router = APIRouter(prefix="/workspaces/{workspace_id}/rotations", tags=["on call"])

LONGEST_SCHEDULE_MS = 366 * DAY_MS
_NO_ROOM: dict[int | str, dict[str, Any]] = {409: {"description": "There are as many as there may be."}}


@router.get("")
async def rotations_list(
    access: ObserverAccess,
    session: ReadSessionDep,
    now_ms: NowMs,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Page[RotationPublic]:
    """The workspace's rotations by name, each with who is on call now."""
    cursors = Cursors("rotations", access.workspace_id)
    rows = await service.list_rotations(
        session, access.workspace_id, after=cursors.decode_named(cursor), limit=limit + 1
    )
    roster = await service.roster_of(session, access.workspace_id, rows, now_ms, now_ms + LOOKS_AHEAD_MS)
    return page_of(
        rows, limit, lambda row: rotation_public(row, roster, now_ms), lambda row: cursors.encode(row.name, str(row.id))
    )


@router.post("", status_code=status.HTTP_201_CREATED, responses=_NO_ROOM)
async def rotations_create(
    access: AdminAccess, body: RotationCreate, session: SessionDep, now_ms: NowMs
) -> RotationPublic:
    """Makes a rotation; steps of alert policies may name it."""
    rotation = await service.create_rotation(session, access.workspace_id, body, now_ms)
    _note(session, access, rotation, "rotation.create", now_ms)
    return await _public(session, rotation, now_ms)


@router.get("/{rotation_id}")
async def rotations_get(
    access: ObserverAccess, rotation_id: UUID, session: ReadSessionDep, now_ms: NowMs
) -> RotationPublic:
    """One rotation."""
    return await _public(session, await service.load_rotation(session, access.workspace_id, rotation_id), now_ms)


@router.patch("/{rotation_id}")
async def rotations_update(
    access: AdminAccess, rotation_id: UUID, body: RotationUpdate, session: SessionDep, now_ms: NowMs
) -> RotationPublic:
    """Changes a rotation, at once for the past and the future of its schedule; overrides stay."""
    rotation = await service.load_rotation(session, access.workspace_id, rotation_id, for_update=True)
    await service.update_rotation(session, rotation, body)
    _note(session, access, rotation, "rotation.update", now_ms, fields=sorted(body.model_fields_set))
    return await _public(session, rotation, now_ms)


@router.delete("/{rotation_id}", status_code=status.HTTP_204_NO_CONTENT)
async def rotations_delete(access: AdminAccess, rotation_id: UUID, session: SessionDep, now_ms: NowMs) -> None:
    """Deletes a rotation with its overrides; steps that name it reach nobody by it and say so."""
    rotation = await service.load_rotation(session, access.workspace_id, rotation_id, for_update=True)
    _note(session, access, rotation, "rotation.delete", now_ms)
    await session.delete(rotation)


@router.get("/{rotation_id}/now")
async def rotations_now(access: ObserverAccess, rotation_id: UUID, session: ReadSessionDep, now_ms: NowMs) -> NowPublic:
    """Who is on call now, until when, and who is next."""
    rotation = await service.load_rotation(session, access.workspace_id, rotation_id)
    roster = await service.roster_of(session, access.workspace_id, [rotation], now_ms, now_ms + LOOKS_AHEAD_MS)
    return now_public(rotation, roster, now_ms)


@router.get("/{rotation_id}/schedule")
async def rotations_schedule(
    access: ObserverAccess,
    rotation_id: UUID,
    session: ReadSessionDep,
    from_: Annotated[Moment, Query(alias="from", examples=["2026-03-01T00:00:00Z"])],
    to: Annotated[Moment, Query(description="Within 366 days of `from`.", examples=["2026-04-01T00:00:00Z"])],
) -> SchedulePublic:
    """Who is or was on call when, as the rotation is now."""
    from_ms, until_ms = to_ms(from_), to_ms(to)
    if not from_ms < until_ms <= from_ms + LONGEST_SCHEDULE_MS:
        raise InvalidProblem.field("query.to", "must be later than from, by 366 days at most")
    rotation = await service.load_rotation(session, access.workspace_id, rotation_id)
    roster = await service.roster_of(session, access.workspace_id, [rotation], from_ms, until_ms)
    return SchedulePublic(items=[shift_public(each, roster) for each in shifts_of(rotation, roster, from_ms, until_ms)])


@router.get("/{rotation_id}/overrides")
async def rotation_overrides_list(
    access: ObserverAccess,
    rotation_id: UUID,
    session: ReadSessionDep,
    now_ms: NowMs,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Page[OverridePublic]:
    """The overrides that are not over, by their start."""
    rotation = await service.load_rotation(session, access.workspace_id, rotation_id)
    cursors = Cursors("rotation overrides", rotation.id)
    rows = await service.list_overrides(
        session, rotation.id, now_ms, after=cursors.decode_timed(cursor), limit=limit + 1
    )
    roster = await service.roster_of(session, access.workspace_id, [rotation], now_ms)
    return page_of(
        rows, limit, lambda row: override_public(row, roster), lambda row: cursors.encode(row.starts_at, str(row.id))
    )


@router.post("/{rotation_id}/overrides", status_code=status.HTTP_201_CREATED, responses=_NO_ROOM)
async def rotation_overrides_create(
    access: AdminAccess, rotation_id: UUID, body: OverrideCreate, session: SessionDep, now_ms: NowMs
) -> OverridePublic:
    """Puts somebody else on call for a while."""
    rotation = await service.load_rotation(session, access.workspace_id, rotation_id, for_update=True)
    override = await service.create_override(session, rotation, body, access.user.id, now_ms)
    _note(session, access, rotation, "rotation_override.create", now_ms, override_id=str(override.id))
    return override_public(override, await service.roster_of(session, access.workspace_id, [rotation], now_ms))


@router.delete("/{rotation_id}/overrides/{override_id}", status_code=status.HTTP_204_NO_CONTENT)
async def rotation_overrides_delete(
    access: AdminAccess, rotation_id: UUID, override_id: UUID, session: SessionDep, now_ms: NowMs
) -> None:
    """Takes an override back."""
    rotation = await service.load_rotation(session, access.workspace_id, rotation_id)
    override = await service.load_override(session, rotation, override_id)
    _note(session, access, rotation, "rotation_override.delete", now_ms, override_id=str(override.id))
    await session.delete(override)


@router.post("/{rotation_id}/feed", status_code=status.HTTP_201_CREATED)
async def rotation_feed_create(
    access: AdminAccess, rotation_id: UUID, session: SessionDep, settings: SettingsDep, now_ms: NowMs
) -> FeedPublic:
    """A new secret link to the rotation's calendar (iCalendar), shown this once; the link before it ends."""
    rotation = await service.load_rotation(session, access.workspace_id, rotation_id, for_update=True)
    token = service.new_feed(session, rotation, access.user.id)
    _note(session, access, rotation, "rotation_feed.create", now_ms)
    return FeedPublic(url=feed_url(settings.public_url, token))


@router.delete("/{rotation_id}/feed", status_code=status.HTTP_204_NO_CONTENT)
async def rotation_feed_delete(access: AdminAccess, rotation_id: UUID, session: SessionDep, now_ms: NowMs) -> None:
    """Ends the link to the rotation's calendar."""
    rotation = await service.load_rotation(session, access.workspace_id, rotation_id, for_update=True)
    rotation.feed_token_hash = None
    session.add(rotation)
    _note(session, access, rotation, "rotation_feed.delete", now_ms)


async def _public(session: AsyncSession, rotation: Rotation, now_ms: int) -> RotationPublic:
    roster = await service.roster_of(session, rotation.workspace_id, [rotation], now_ms, now_ms + LOOKS_AHEAD_MS)
    return rotation_public(rotation, roster, now_ms)


def _note(
    session: AsyncSession, access: Access, rotation: Rotation, action: str, now_ms: int, **details: object
) -> None:
    audit(
        session,
        workspace_id=rotation.workspace_id,
        actor=access.actor,
        action=action,
        object_id=rotation.id,
        object_name=rotation.name,
        details=details,
        now_ms=now_ms,
    )
