"""Tags of a workspace: `/api/v1/workspaces/{workspace_id}/tags`."""

from typing import Annotated

from fastapi import APIRouter, Path, status
from pydantic import AfterValidator

from healther.accounts.audit import note
from healther.accounts.deps import AdminAccess, NowMs, ObserverAccess, ReadSessionDep, SessionDep
from healther.core.text import without_nul
from healther.watchers import tags
from healther.watchers.tags import TagPublic, TagUpdate

router = APIRouter(prefix="/workspaces/{workspace_id}/tags", tags=["tags"])

TagName = Annotated[
    str, Path(max_length=40, description="In any spelling.", examples=["production"]), AfterValidator(without_nul)
]
NO_SUCH_TAG = "Not there, or not yours; or no watcher has this tag."


@router.get("")
async def tags_list(access: ObserverAccess, session: ReadSessionDep) -> list[TagPublic]:
    """The tags of the workspace's watchers, by name, and how many have each."""
    return await tags.list_tags(session, access.workspace_id)


@router.patch("/{name}", responses={404: {"description": NO_SUCH_TAG}})
async def tags_rename(
    access: AdminAccess, name: TagName, body: TagUpdate, session: SessionDep, now_ms: NowMs
) -> TagPublic:
    """Renames a tag wherever it is; the name of another tag makes them one."""
    renamed = await tags.rename_tag(session, access.workspace_id, name, body.name, now_ms)
    note(session, access, "tag.rename", None, name, now_ms, name=renamed.name, watchers=renamed.watchers)
    return renamed


@router.delete("/{name}", status_code=status.HTTP_204_NO_CONTENT, responses={404: {"description": NO_SUCH_TAG}})
async def tags_delete(access: AdminAccess, name: TagName, session: SessionDep, now_ms: NowMs) -> None:
    """Takes a tag off every watcher that has it."""
    await tags.remove_tag(session, access.workspace_id, name, now_ms)
    note(session, access, "tag.delete", None, name, now_ms)
