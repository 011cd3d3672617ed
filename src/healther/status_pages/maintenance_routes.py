"""Maintenance windows and the pages that announce them: `/api/v1/workspaces/{workspace_id}/maintenance`."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, BackgroundTasks, Query, status
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts.audit import audit
from healther.accounts.deps import Access, AdminAccess, NowMs, ObserverAccess, ReadSessionDep, SessionDep
from healther.core.pagination import DEFAULT_LIMIT, Cursor, Cursors, Limit, Page, page_of
from healther.maintenance import reading, service
from healther.maintenance.models import MaintenanceWindow
from healther.maintenance.occurrences import upcoming
from healther.maintenance.schemas import (
    MaintenanceCreate,
    MaintenancePreview,
    MaintenancePublic,
    MaintenanceStatus,
    MaintenanceUpdate,
    MaintenanceWhen,
)
from healther.status_pages.announcing import announce, announcing_pages
from healther.watchers.deps import WakerDep

router = APIRouter(prefix="/workspaces/{workspace_id}/maintenance", tags=["maintenance"])

_PREVIEWED = 10
_TOO_MANY: dict[int | str, dict[str, Any]] = {409: {"description": "The workspace has as many as it may have."}}
_NOT_RUNNING: dict[int | str, dict[str, Any]] = {409: {"description": "It is not running."}}


def _note(session: AsyncSession, access: Access, window: MaintenanceWindow, verb: str, now_ms: int) -> None:
    audit(
        session,
        workspace_id=window.workspace_id,
        actor=access.actor,
        action=f"maintenance.{verb}",
        object_id=window.id,
        object_name=window.title,
        now_ms=now_ms,
    )


async def _show(session: AsyncSession, window: MaintenanceWindow, now_ms: int) -> MaintenancePublic:
    watchers = await service.chosen(session, [window.id])
    pages = await announcing_pages(session, [window.id])
    return reading.public_window(window, watchers.get(window.id, ()), pages.get(window.id, ()), now_ms)


@router.get("")
async def maintenance_list(
    access: ObserverAccess,
    session: ReadSessionDep,
    now_ms: NowMs,
    status: Annotated[MaintenanceStatus | None, Query(description="Only those that stand there.")] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Page[MaintenancePublic]:
    """The maintenance windows of a workspace, the latest made first."""
    cursors = Cursors("maintenance", access.workspace_id)
    after = cursors.decode_timed(cursor)
    windows = await reading.list_windows(
        session, access.workspace_id, status, None if after is None else after[1], limit + 1
    )
    ids = [window.id for window in windows]
    watchers, pages = await service.chosen(session, ids), await announcing_pages(session, ids)
    return page_of(
        windows,
        limit,
        lambda each: reading.public_window(each, watchers.get(each.id, ()), pages.get(each.id, ()), now_ms),
        lambda each: cursors.encode(each.created_at, str(each.id)),
    )


@router.post("", status_code=status.HTTP_201_CREATED, responses=_TOO_MANY)
async def maintenance_create(
    access: AdminAccess,
    body: MaintenanceCreate,
    session: SessionDep,
    waker: WakerDep,
    after_commit: BackgroundTasks,
    now_ms: NowMs,
) -> MaintenancePublic:
    """Makes a window. Checks go on in it, nobody is alerted, and its time is neither up nor down."""
    window = await service.create_window(session, access.workspace_id, access.user.id, body, now_ms)
    await announce(session, window, body.page_ids)
    _note(session, access, window, "create", now_ms)
    after_commit.add_task(waker.due_now, [])
    return await _show(session, window, now_ms)


@router.post("/preview")
async def maintenance_preview(_access: ObserverAccess, body: MaintenanceWhen, now_ms: NowMs) -> MaintenancePreview:
    """When a window would be next, without making it: up to ten times."""
    schedule = service.preview(body, now_ms)
    found = upcoming(schedule, now_ms, _PREVIEWED)
    return MaintenancePreview(rrule=schedule.rrule, occurrences=[reading.public_occurrence(each) for each in found])


@router.get("/{window_id}")
async def maintenance_get(
    access: ObserverAccess, window_id: UUID, session: ReadSessionDep, now_ms: NowMs
) -> MaintenancePublic:
    """One window."""
    return await _show(session, await service.load_window(session, access.workspace_id, window_id), now_ms)


@router.patch("/{window_id}")
async def maintenance_update(
    access: AdminAccess,
    window_id: UUID,
    body: MaintenanceUpdate,
    session: SessionDep,
    waker: WakerDep,
    after_commit: BackgroundTasks,
    now_ms: NowMs,
) -> MaintenancePublic:
    """Changes what is sent, from now on: what the window has covered so far stays."""
    window = await service.load_window(session, access.workspace_id, window_id, for_update=True)
    await service.edit_window(session, window, body, now_ms)
    if body.page_ids is not None:
        await announce(session, window, body.page_ids)
    _note(session, access, window, "edit", now_ms)
    after_commit.add_task(waker.due_now, [])
    return await _show(session, window, now_ms)


@router.post("/{window_id}/end", responses=_NOT_RUNNING)
async def maintenance_end(
    access: AdminAccess,
    window_id: UUID,
    session: SessionDep,
    waker: WakerDep,
    after_commit: BackgroundTasks,
    now_ms: NowMs,
) -> MaintenancePublic:
    """Ends what is going on, now; one with a rule comes again."""
    window = await service.load_window(session, access.workspace_id, window_id, for_update=True)
    service.end_window(window, now_ms)
    session.add(window)
    _note(session, access, window, "end", now_ms)
    after_commit.add_task(waker.due_now, [])
    return await _show(session, window, now_ms)


@router.delete("/{window_id}", status_code=status.HTTP_204_NO_CONTENT)
async def maintenance_delete(
    access: AdminAccess,
    window_id: UUID,
    session: SessionDep,
    waker: WakerDep,
    after_commit: BackgroundTasks,
    now_ms: NowMs,
) -> None:
    """Deletes a window; what it has covered stays in the record."""
    window = await service.load_window(session, access.workspace_id, window_id, for_update=True)
    service.delete_window(window, now_ms)
    session.add(window)
    _note(session, access, window, "delete", now_ms)
    after_commit.add_task(waker.due_now, [])
