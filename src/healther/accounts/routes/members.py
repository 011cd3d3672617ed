"""Members of a workspace: `/api/v1/workspaces/{workspace_id}/members`."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, status

from healther.accounts.audit import note
from healther.accounts.deps import (
    AdminInPerson,
    NowMs,
    ObserverAccess,
    ObserverInPerson,
    ReadSessionDep,
    SessionDep,
    SettingsDep,
)
from healther.accounts.models import Membership, User
from healther.accounts.schemas import MemberPublic, MemberUpdate
from healther.accounts.service import members
from healther.core.pagination import DEFAULT_LIMIT, Cursor, Cursors, Limit, Page, page_of

router = APIRouter(prefix="/workspaces/{workspace_id}", tags=["members"])

LAST_OWNER: dict[int | str, dict[str, Any]] = {409: {"description": "The last owner stays."}}
ROLE: dict[int | str, dict[str, Any]] = {
    409: {"description": "The last owner stays; a new one owns as many workspaces as they may."}
}


def _public(membership: Membership, user: User) -> MemberPublic:
    return MemberPublic(
        user_id=user.id,
        email=user.email,
        full_name=user.full_name,
        role=membership.role,
        created_at=membership.created_at,
    )


@router.get("/members")
async def members_list(
    access: ObserverAccess, session: ReadSessionDep, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
) -> Page[MemberPublic]:
    """The members, by email."""
    cursors = Cursors("members", access.workspace_id)
    after = cursors.decode_named(cursor)
    rows = await members.list_members(session, access.workspace_id, after=after, limit=limit + 1)
    return page_of(rows, limit, lambda row: _public(*row), lambda row: cursors.encode(row[1].email, str(row[1].id)))


@router.patch("/members/{user_id}", responses=ROLE)
async def members_update(
    access: AdminInPerson,
    user_id: UUID,
    body: MemberUpdate,
    session: SessionDep,
    settings: SettingsDep,
    now_ms: NowMs,
) -> MemberPublic:
    """Gives a member another role; it counts on their next request."""
    membership, user = await members.change_role(
        session, access.workspace_id, user_id, body.role, by=access.role, most_owned=settings.most_workspaces
    )
    note(session, access, "member.role", user.id, user.email, now_ms, role=body.role)
    return _public(membership, user)


@router.delete("/members/{user_id}", status_code=status.HTTP_204_NO_CONTENT, responses=LAST_OWNER)
async def members_remove(access: AdminInPerson, user_id: UUID, session: SessionDep, now_ms: NowMs) -> None:
    """Removes a member; it counts on their next request."""
    user = await members.remove_member(session, access.workspace_id, user_id, by=access.role)
    note(session, access, "member.remove", user.id, user.email, now_ms)


@router.post("/leave", status_code=status.HTTP_204_NO_CONTENT, responses=LAST_OWNER)
async def members_leave(access: ObserverInPerson, session: SessionDep, now_ms: NowMs) -> None:
    """Ends your own membership."""
    await members.leave(session, access.workspace_id, access.user.id)
    note(session, access, "member.leave", access.user.id, access.user.email, now_ms)
