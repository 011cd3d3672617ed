"""Who did what in a workspace: `/api/v1/workspaces/{workspace_id}/audit`. Rows are read; no route changes one."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from healther.accounts.deps import AdminAccess, ReadSessionDep
from healther.accounts.schemas import AuditEntryPublic
from healther.accounts.service.trail import TrailFilter, list_trail
from healther.core.moments import From, To, window_ms
from healther.core.pagination import DEFAULT_LIMIT, Cursor, Limit, Page

router = APIRouter(prefix="/workspaces/{workspace_id}", tags=["audit"])

_WORD = r"^[a-z_]+(\.[a-z_]+)*$"


@router.get("/audit")
async def audit_list(
    access: AdminAccess,
    session: ReadSessionDep,
    action: Annotated[
        str | None,
        Query(
            max_length=60,
            pattern=_WORD,
            description="Only these: `watcher.delete`, or `watcher` for all that was done to watchers.",
            examples=["watcher.delete"],
        ),
    ] = None,
    actor_id: Annotated[
        UUID | None, Query(description="Only what this person did, themselves or by an API key.")
    ] = None,
    object_id: Annotated[
        str | None, Query(max_length=64, pattern=r"^[0-9a-f-]+$", description="Only what was done to this.")
    ] = None,
    from_: From = None,
    to: To = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Page[AuditEntryPublic]:
    """Who did what in the workspace, the latest first. Rows are never changed and never removed."""
    wanted = TrailFilter(action, actor_id, object_id, *window_ms(from_, to))
    return await list_trail(session, access.workspace_id, wanted, cursor=cursor, limit=limit)
