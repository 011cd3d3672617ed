"""Alert policies: `/api/v1/workspaces/{workspace_id}/alert-policies`."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, status
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts.audit import audit
from healther.accounts.deps import Access, AdminAccess, NowMs, ObserverAccess, ReadSessionDep, SessionDep, SettingsDep
from healther.accounts.models import Workspace
from healther.alerting.messages import Links
from healther.alerting.models import AlertPolicy
from healther.alerting.planner.desk import Desk
from healther.alerting.policies import service
from healther.alerting.policies.preview import afterwards, lines_of, then
from healther.alerting.policies.schemas import (
    Afterwards,
    PolicyCreate,
    PolicyPreview,
    PolicyPublic,
    PolicyUpdate,
    PreviewPublic,
    StepPublic,
)
from healther.core.clock import to_ms, to_utc
from healther.core.pagination import DEFAULT_LIMIT, Cursor, Cursors, Limit, Page, page_of

router = APIRouter(prefix="/workspaces/{workspace_id}/alert-policies", tags=["alert policies"])

MOST_NAMES = 20
_NO_ROOM: dict[int | str, dict[str, Any]] = {409: {"description": "The workspace has as many as it may have."}}
_DEFAULT: dict[int | str, dict[str, Any]] = {409: {"description": "It is the default policy."}}


@router.get("")
async def alert_policies_list(
    access: ObserverAccess, session: ReadSessionDep, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
) -> Page[PolicyPublic]:
    """Who hears of what in this workspace, by name. One that mails the owners is there from the first watcher on."""
    cursors = Cursors("alert-policies", access.workspace_id)
    rows = await service.list_policies(
        session, access.workspace_id, after=cursors.decode_named(cursor), limit=limit + 1
    )
    return page_of(rows, limit, _public, lambda row: cursors.encode(row.name, str(row.id)))


@router.post("", status_code=status.HTTP_201_CREATED, responses=_NO_ROOM)
async def alert_policies_create(
    access: AdminAccess, body: PolicyCreate, session: SessionDep, now_ms: NowMs
) -> PolicyPublic:
    """Makes a policy; every enabled policy that covers a failure is set to work on it, beside the others."""
    policy = await service.create_policy(session, access.workspace_id, body, now_ms)
    _note(session, access, policy, "create", now_ms)
    return _public(policy)


@router.post("/preview")
async def alert_policies_preview(
    access: ObserverAccess, body: PolicyPreview, session: ReadSessionDep, settings: SettingsDep, now_ms: NowMs
) -> PreviewPublic:
    """Which watchers a policy covers, and what it would send for one that goes down at that time."""
    await service.check_policy(session, access.workspace_id, body.policy, "body.policy")
    at_ms = now_ms if body.at is None else to_ms(body.at)
    names = await service.watchers_of(session, access.workspace_id, body.policy)
    workspace = await session.get_one(Workspace, access.workspace_id)
    desk = Desk(session, workspace, Links.of(settings), at_ms, asks_first=settings.asks_addresses)
    await desk.open()
    what = afterwards(body.policy)
    return PreviewPublic(
        watchers=len(names),
        names=names[:MOST_NAMES],
        lines=lines_of(desk, body.policy, at_ms),
        then=then(body.policy),
        afterwards=what,
        remind_every_s=body.policy.remind_every_s if what is Afterwards.REMINDS else None,
    )


@router.get("/{policy_id}")
async def alert_policies_get(access: ObserverAccess, policy_id: UUID, session: ReadSessionDep) -> PolicyPublic:
    """One policy."""
    return _public(await service.load_policy(session, access.workspace_id, policy_id))


@router.patch("/{policy_id}")
async def alert_policies_update(
    access: AdminAccess, policy_id: UUID, body: PolicyUpdate, session: SessionDep, now_ms: NowMs
) -> PolicyPublic:
    """Changes a policy; where it is at work, it goes on by the new rules."""
    policy = await service.load_policy(session, access.workspace_id, policy_id, for_update=True)
    await service.update_policy(session, policy, body, now_ms)
    _note(session, access, policy, "update", now_ms, fields=sorted(body.model_fields_set))
    return _public(policy)


@router.delete("/{policy_id}", status_code=status.HTTP_204_NO_CONTENT, responses=_DEFAULT)
async def alert_policies_delete(access: AdminAccess, policy_id: UUID, session: SessionDep, now_ms: NowMs) -> None:
    """Deletes a policy; what it is at work on hears nothing more from it."""
    policy = await service.load_policy(session, access.workspace_id, policy_id, for_update=True)
    _note(session, access, policy, "delete", now_ms)
    await service.delete_policy(session, policy)


def _public(policy: AlertPolicy) -> PolicyPublic:
    return PolicyPublic(
        **policy.model_dump(exclude={"steps", "created_at"}),
        steps=[StepPublic(**step) for step in policy.steps],
        created_at=to_utc(policy.created_at),
    )


def _note(
    session: AsyncSession, access: Access, policy: AlertPolicy, verb: str, now_ms: int, **details: object
) -> None:
    audit(
        session,
        workspace_id=policy.workspace_id,
        actor=access.actor,
        action=f"alert_policy.{verb}",
        object_id=policy.id,
        object_name=policy.name,
        details=details,
        now_ms=now_ms,
    )
