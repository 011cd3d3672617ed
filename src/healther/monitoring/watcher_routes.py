"""Watchers: `/api/v1/workspaces/{workspace_id}/watchers`, and the kinds of check there are."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, BackgroundTasks, Query, status
from pydantic import AfterValidator
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts.audit import note
from healther.accounts.deps import (
    AdminAccess,
    CurrentUser,
    DatabaseDep,
    NowMs,
    ObserverAccess,
    ReadSessionDep,
    SessionDep,
    SettingsDep,
)
from healther.core.clock import to_utc
from healther.core.pagination import DEFAULT_LIMIT, Cursor, Cursors, Limit, Page, page_of
from healther.core.text import without_nul
from healther.history import lifecycle
from healther.history.ledger import GAP_GRACE_MS
from healther.incidents.automatic import Left, leave
from healther.maintenance.service import look_again
from healther.monitoring.removal import delete_watchers
from healther.monitoring.watcher_view import maintenance_of, public_watcher, show_watcher
from healther.probes import PROBE_KINDS
from healther.watchers import service
from healther.watchers.deps import SealerDep, WakerDep, WatcherToEdit, WelcomeDep, load_watcher
from healther.watchers.models import WatcherTag
from healther.watchers.parents import parents_of, set_parents
from healther.watchers.reading import Watched, list_watchers
from healther.watchers.regions import check_region
from healther.watchers.schemas import (
    ProbeKindPublic,
    StateLabel,
    WatcherCreate,
    WatcherPublic,
    WatcherSort,
    WatcherUpdate,
)
from healther.watchers.states import State
from healther.watchers.tags import set_tags, tags_of

kinds_router = APIRouter(prefix="/probe-kinds", tags=["watchers"])
router = APIRouter(prefix="/workspaces/{workspace_id}/watchers", tags=["watchers"])


@kinds_router.get("")
async def probe_kinds_list(_user: CurrentUser) -> list[ProbeKindPublic]:
    """The kinds of check, each with the form of its options."""
    return [
        ProbeKindPublic(kind=kind, description=model.__doc__ or "", json_schema=model.model_json_schema())
        for kind, model in sorted(PROBE_KINDS.items())
    ]


@router.get("")
async def watchers_list(
    access: ObserverAccess,
    session: ReadSessionDep,
    now_ms: NowMs,
    sort: WatcherSort = WatcherSort.NAME,
    state: Annotated[StateLabel | None, Query(description="Only those shown in this state.")] = None,
    tag: Annotated[
        str | None,
        Query(max_length=40, description="Only those with this tag, in any spelling.", examples=["production"]),
        AfterValidator(without_nul),
    ] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Page[WatcherPublic]:
    """The watchers of a workspace and how they are right now."""
    cursors = Cursors("watchers", access.workspace_id, sort)
    rows = await list_watchers(
        session,
        access.workspace_id,
        sort=sort,
        state=None if state is None else State[state.upper()],
        tag=tag,
        now_ms=now_ms,
        stale_before_ms=now_ms - GAP_GRACE_MS,
        after=cursors.decode_named(cursor),
        limit=limit + 1,
    )
    ids = [each.watcher.id for each in rows]
    tagged = await tags_of(session, col(WatcherTag.watcher_id).in_(ids))
    parents = await parents_of(session, ids)
    windows = await maintenance_of(session, [each.row for each in rows])

    def item(found: Watched) -> WatcherPublic:
        key = found.watcher.id
        return public_watcher(found, tagged.get(key, ()), parents.get(key, ()), windows.get(key), now_ms)

    return page_of(
        rows,
        limit,
        item,
        lambda last: cursors.encode(last.watcher.name, str(last.watcher.id)),
    )


@router.post(
    "",
    status_code=status.HTTP_201_CREATED,
    responses={409: {"description": "The workspace has as many watchers as it may have."}},
)
async def watchers_create(
    access: AdminAccess,
    body: WatcherCreate,
    session: SessionDep,
    sealer: SealerDep,
    settings: SettingsDep,
    waker: WakerDep,
    welcome: WelcomeDep,
    after_commit: BackgroundTasks,
    now_ms: NowMs,
) -> WatcherPublic:
    """Makes a watcher; its first check starts at once."""
    await check_region(session, body.region, settings.region, now_ms)
    await service.check_room(session, access.workspace_id, settings.max_watchers)
    watcher = service.new_watcher(access.workspace_id, body, sealer, region=settings.region, now_ms=now_ms)
    await lifecycle.start_watching(session, watcher, now_ms)
    await set_tags(session, watcher, body.tags)
    await set_parents(session, watcher, body.depends_on)
    await welcome(session, access.workspace_id, now_ms)
    await look_again(session, access.workspace_id, now_ms)
    note(session, access, "watcher.create", watcher.id, watcher.name, now_ms, kind=watcher.kind)
    after_commit.add_task(waker.due_now, [watcher.id])
    return await show_watcher(session, access.workspace_id, watcher.id, now_ms)


@router.get("/{watcher_id}")
async def watchers_get(
    access: ObserverAccess, watcher_id: UUID, session: ReadSessionDep, now_ms: NowMs
) -> WatcherPublic:
    """One watcher and how it is right now."""
    return await show_watcher(session, access.workspace_id, watcher_id, now_ms)


@router.patch("/{watcher_id}", responses={409: {"description": "Its secrets cannot be opened."}})
async def watchers_update(
    access: AdminAccess,
    watcher: WatcherToEdit,
    body: WatcherUpdate,
    session: SessionDep,
    sealer: SealerDep,
    settings: SettingsDep,
    waker: WakerDep,
    after_commit: BackgroundTasks,
    now_ms: NowMs,
) -> WatcherPublic:
    """Changes a watcher; what changes its check has it checked again at once."""
    if body.region != watcher.region:
        await check_region(session, body.region, settings.region, now_ms)
    edit = service.edit_watcher(watcher, body, sealer, now_ms=now_ms)
    session.add(watcher)
    row = await lifecycle.lock_hot_row(session, watcher.id)
    lifecycle.apply_edit(row, watcher, edit, now_ms)
    session.add(row)
    if body.tags is not None:
        await set_tags(session, watcher, body.tags)
        await look_again(session, watcher.workspace_id, now_ms)
    if body.depends_on is not None:
        await set_parents(session, watcher, body.depends_on)
    note(session, access, "watcher.update", watcher.id, watcher.name, now_ms, changed=sorted(body.model_fields_set))
    if edit.checking and watcher.paused_at is None:
        after_commit.add_task(waker.due_now, [watcher.id])
    return await show_watcher(session, access.workspace_id, watcher.id, now_ms)


@router.delete("/{watcher_id}", status_code=status.HTTP_204_NO_CONTENT)
async def watchers_delete(access: AdminAccess, watcher_id: UUID, database: DatabaseDep, now_ms: NowMs) -> None:
    """Deletes a watcher with its whole history."""
    async with database.read() as session:
        watcher = await load_watcher(session, access.workspace_id, watcher_id)

    def noted(session: AsyncSession) -> None:
        note(session, access, "watcher.delete", watcher_id, watcher.name, now_ms)

    await delete_watchers(database, [watcher_id], now_ms, noted)


@router.post("/{watcher_id}/pause")
async def watchers_pause(
    access: AdminAccess, watcher: WatcherToEdit, session: SessionDep, now_ms: NowMs
) -> WatcherPublic:
    """Stops checking until it is resumed; a check under way no longer counts."""
    row = await lifecycle.lock_hot_row(session, watcher.id)
    if watcher.paused_at is None:
        watcher.paused_at = watcher.updated_at = to_utc(now_ms)
        session.add(watcher)
        await lifecycle.pause(session, row, now_ms)
        await leave(session, [watcher.id], Left.PAUSED, now_ms)
        note(session, access, "watcher.pause", watcher.id, watcher.name, now_ms)
    return await show_watcher(session, access.workspace_id, watcher.id, now_ms)


@router.post("/{watcher_id}/resume")
async def watchers_resume(
    access: AdminAccess,
    watcher: WatcherToEdit,
    session: SessionDep,
    waker: WakerDep,
    after_commit: BackgroundTasks,
    now_ms: NowMs,
) -> WatcherPublic:
    """Checks again, at once."""
    row = await lifecycle.lock_hot_row(session, watcher.id)
    if watcher.paused_at is not None:
        watcher.paused_at, watcher.updated_at = None, to_utc(now_ms)
        session.add(watcher)
        lifecycle.resume(row, now_ms)
        note(session, access, "watcher.resume", watcher.id, watcher.name, now_ms)
        after_commit.add_task(waker.due_now, [watcher.id])
    return await show_watcher(session, access.workspace_id, watcher.id, now_ms)
