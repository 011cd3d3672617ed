"""Deleting a workspace: here and not in accounts/, because what it watches goes with it."""

from fastapi import APIRouter, status

from healther.accounts.deps import DatabaseDep, NowMs, OwnerAccess
from healther.monitoring.removal import delete_workspace

router = APIRouter(prefix="/workspaces", tags=["workspaces"])


@router.delete("/{workspace_id}", status_code=status.HTTP_204_NO_CONTENT)
async def workspaces_delete(access: OwnerAccess, database: DatabaseDep, now_ms: NowMs) -> None:
    """Deletes a workspace with its watchers and their history."""
    await delete_workspace(database, access, now_ms)
