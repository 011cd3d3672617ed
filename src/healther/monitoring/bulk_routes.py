"""Many watchers at once: `/api/v1/workspaces/{workspace_id}/watchers/bulk`."""

from collections.abc import Sequence
from uuid import UUID

from fastapi import APIRouter, BackgroundTasks
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts.audit import note
from healther.accounts.deps import AdminAccess, DatabaseDep, NowMs
from healther.core.errors import InvalidProblem
from healther.maintenance.service import look_again
from healther.monitoring import bulk
from healther.monitoring.bulk import BulkAction, BulkDone, BulkFailure, WatcherBulk
from healther.monitoring.removal import delete_watchers
from healther.watchers.deps import WakerDep

router = APIRouter(prefix="/workspaces/{workspace_id}/watchers", tags=["watchers"])

# Of many watchers the trail has all the ids, and the names of some for whoever reads it.
MOST_NAMED = 100
_WITH_TAGS = (BulkAction.TAG, BulkAction.UNTAG)


@router.post("/bulk", responses={429: {"description": "Each was checked out of turn as often as it may be."}})
async def watchers_bulk(
    access: AdminAccess,
    body: WatcherBulk,
    database: DatabaseDep,
    waker: WakerDep,
    after_commit: BackgroundTasks,
    now_ms: NowMs,
) -> BulkDone:
    """Does one thing with many watchers, in one transaction; says for which it was done.

    Deleting takes several: what was recorded is deleted first, in parts that hold up no check.
    """
    if bool(body.tags) != (body.action in _WITH_TAGS):
        raise InvalidProblem.field("body.tags", "is needed for `tag` and `untag`, and for nothing else")
    ids = list(dict.fromkeys(body.ids))
    async with database.write() as session:
        watchers = await bulk.lock_watchers(session, access.workspace_id, ids)
        refused = await _act(session, access.workspace_id, watchers, body.action, body.tags or (), now_ms)
        if body.action in _WITH_TAGS:
            await look_again(session, access.workspace_id, now_ms)
        done = [each for each in ids if each in watchers and each not in refused]
        if done:
            note(session, access, f"watcher.{body.action}", None, None, now_ms, **_details(body, watchers, done))
    if body.action is BulkAction.DELETE:
        await delete_watchers(database, done, now_ms)
    if body.action in (BulkAction.RESUME, BulkAction.CHECK, *_WITH_TAGS):
        after_commit.add_task(waker.due_now, done)
    failed = [
        BulkFailure(id=each, reason=refused.get(each, "not_found"))
        for each in ids
        if each not in watchers or each in refused
    ]
    return BulkDone(done=done, failed=failed)


def _details(body: WatcherBulk, watchers: bulk.Watchers, done: Sequence[UUID]) -> dict[str, object]:
    details: dict[str, object] = {
        "count": len(done),
        "names": [watchers[each].name for each in done[:MOST_NAMED]],
        "ids": [str(each) for each in done],
    }
    return details | ({"tags": body.tags} if body.tags else {})


async def _act(
    session: AsyncSession,
    workspace_id: UUID,
    watchers: bulk.Watchers,
    action: BulkAction,
    tags: Sequence[str],
    now_ms: int,
) -> bulk.Refused:
    if action is BulkAction.TAG:
        return await bulk.tag(session, workspace_id, watchers, tags, now_ms)
    if action is BulkAction.UNTAG:
        return await bulk.untag(session, watchers, tags, now_ms)
    if action is BulkAction.RESUME:
        return await bulk.resume(session, watchers, now_ms)
    if action is BulkAction.CHECK:
        return await bulk.check(session, workspace_id, watchers, now_ms)
    # Before they are deleted they are paused, all of them at once.
    return await bulk.pause(session, watchers, now_ms)
