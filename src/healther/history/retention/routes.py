"""Retention of a workspace: `/api/v1/workspaces/{workspace_id}/retention`."""

from fastapi import APIRouter

from healther.accounts.audit import note
from healther.accounts.deps import NowMs, ObserverAccess, OwnerAccess, ReadSessionDep, SessionDep
from healther.accounts.service.workspaces import lock_workspace
from healther.history.retention.due import locked_row
from healther.history.retention.models import Retention
from healther.history.retention.schemas import RetentionPublic, RetentionUpdate

router = APIRouter(prefix="/workspaces/{workspace_id}/retention", tags=["history"])


@router.get("")
async def retention_read(access: ObserverAccess, session: ReadSessionDep) -> RetentionPublic:
    """How long the workspace keeps what. Figures that were published stay when what they were made from is gone."""
    return RetentionPublic.of(
        await session.get(Retention, access.workspace_id) or Retention(workspace_id=access.workspace_id)
    )


@router.patch("")
async def retention_update(
    access: OwnerAccess, body: RetentionUpdate, session: SessionDep, now_ms: NowMs
) -> RetentionPublic:
    """Changes it. What is older than a shorter time is forgotten within the hour, for ever."""
    workspace = await lock_workspace(session, access.workspace_id)
    row = await locked_row(session, access.workspace_id)
    changes = body.model_dump(exclude_unset=True)
    was = {name: getattr(row, name) for name in changes}
    for name, days in changes.items():
        setattr(row, name, days)
    session.add(row)
    note(session, access, "retention.update", workspace.id, workspace.name, now_ms, was=was, now=changes)
    return RetentionPublic.of(row)
