"""Workspaces: `/api/v1/workspaces`. Deleting one touches what is watched, so it lives in monitoring/."""

from fastapi import APIRouter, status

from healther.accounts.audit import note, workspace_note
from healther.accounts.deps import (
    AdminAccess,
    CurrentUser,
    NowMs,
    ObserverAccess,
    ReadSessionDep,
    SessionDep,
    SettingsDep,
)
from healther.accounts.models import Role, Workspace
from healther.accounts.schemas import WorkspaceCreate, WorkspacePublic, WorkspaceUpdate
from healther.accounts.service import workspaces
from healther.core.pagination import DEFAULT_LIMIT, Cursor, Cursors, Limit, Page, page_of

router = APIRouter(prefix="/workspaces", tags=["workspaces"])


def _public(workspace: Workspace, role: Role) -> WorkspacePublic:
    return WorkspacePublic(**workspace.model_dump(), role=role)


@router.get("")
async def workspaces_list(
    user: CurrentUser, session: ReadSessionDep, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
) -> Page[WorkspacePublic]:
    """The workspaces you are a member of, by name."""
    cursors = Cursors("workspaces", user.id)
    after = cursors.decode_named(cursor)
    rows = await workspaces.list_workspaces(session, user.id, after=after, limit=limit + 1)
    return page_of(rows, limit, lambda row: _public(*row), lambda row: cursors.encode(row[0].name, str(row[0].id)))


@router.post(
    "",
    status_code=status.HTTP_201_CREATED,
    responses={409: {"description": "The slug is taken, or you own as many workspaces as you may."}},
)
async def workspaces_create(
    body: WorkspaceCreate, user: CurrentUser, session: SessionDep, settings: SettingsDep, now_ms: NowMs
) -> WorkspacePublic:
    """Makes a workspace; you own it."""
    await workspaces.check_room(session, user, settings.most_workspaces)
    workspace = await workspaces.create_workspace(
        session, user, name=body.name, slug=body.slug, is_public=body.is_public, now_ms=now_ms
    )
    workspace_note(session, user, workspace, now_ms)
    return _public(workspace, Role.OWNER)


@router.get("/{workspace_id}")
async def workspaces_get(access: ObserverAccess, session: ReadSessionDep) -> WorkspacePublic:
    """One workspace."""
    return _public(await workspaces.get_workspace(session, access.workspace_id), access.role)


@router.patch("/{workspace_id}", responses={409: {"description": "The slug is taken."}})
async def workspaces_update(
    access: AdminAccess, body: WorkspaceUpdate, session: SessionDep, now_ms: NowMs
) -> WorkspacePublic:
    """Changes a workspace."""
    changes = body.model_dump(exclude_unset=True)
    workspace = await workspaces.lock_workspace(session, access.workspace_id)
    was = workspace.name
    await workspaces.update_workspace(session, workspace, **changes)
    note(session, access, "workspace.update", workspace.id, was, now_ms, **changes)
    return _public(workspace, access.role)
