"""Deleting what is watched. Events are many and deleted first, in short transactions that hold up no check.

A crash on the way leaves a watcher that is paused and has lost part of its history; deleting it again finishes it.
"""

from collections.abc import Callable, Sequence
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts.audit import Doer, note
from healther.accounts.models import Workspace
from healther.accounts.service.refusals import keep_of_workspace
from healther.core.clock import to_utc
from healther.core.db import Database
from healther.history import lifecycle
from healther.incidents.automatic import Left, leave
from healther.watchers.models import ServiceWatcher

EVENTS_AT_ONCE = 5_000
WATCHERS_AT_ONCE = 50

Noted = Callable[[AsyncSession], None]
"""Writes the trail's row, in the transaction that deletes."""


async def delete_watchers(
    database: Database, watcher_ids: Sequence[UUID], now_ms: int, noted: Noted | None = None
) -> None:
    """Deletes watchers and everything recorded of them; one that is gone already is no error, and is not noted."""
    for start in range(0, len(watcher_ids), WATCHERS_AT_ONCE):
        some = watcher_ids[start : start + WATCHERS_AT_ONCE]
        await _stop(database, some, now_ms)
        more = True
        while more:
            async with database.write() as session:
                more = await lifecycle.delete_events(session, some, EVENTS_AT_ONCE)
        async with database.write() as session:
            # The hot rows before their watchers: the order in which recording locks them.
            await lifecycle.lock_hot_rows(session, some)
            # Resumed and failed meanwhile: nobody could ever resolve an incident whose watcher is gone.
            await leave(session, some, Left.DELETED, now_ms)
            gone = await session.exec(delete(ServiceWatcher).where(col(ServiceWatcher.id).in_(some)))
            if noted is not None and gone.rowcount:
                noted(session)


async def delete_workspace(database: Database, by: Doer, now_ms: int) -> None:
    """Deletes a workspace, its watchers and its memberships; its trail stays."""
    workspace_id = by.workspace_id
    while True:
        async with database.write() as session:
            query = select(ServiceWatcher.id).where(ServiceWatcher.workspace_id == workspace_id)
            watcher_ids = (await session.exec(query)).all()
            if not watcher_ids:
                await keep_of_workspace(session, workspace_id)
                gone = delete(Workspace).where(col(Workspace.id) == workspace_id).returning(col(Workspace.name))
                name = (await session.exec(gone)).scalar_one_or_none()
                if name is not None:
                    note(session, by, "workspace.delete", workspace_id, name, now_ms)
                return
        await delete_watchers(database, watcher_ids, now_ms)


async def _stop(database: Database, watcher_ids: Sequence[UUID], now_ms: int) -> None:
    async with database.write() as session:
        query = select(ServiceWatcher).where(
            col(ServiceWatcher.id).in_(watcher_ids), col(ServiceWatcher.paused_at).is_(None)
        )
        running = (await session.exec(query.order_by(col(ServiceWatcher.id)).with_for_update(key_share=True))).all()
        for watcher in running:
            watcher.paused_at = to_utc(now_ms)
            session.add(watcher)
        rows = await lifecycle.lock_hot_rows(session, [watcher.id for watcher in running])
        await lifecycle.pause_many(session, rows, now_ms)
        await leave(session, [watcher.id for watcher in running], Left.DELETED, now_ms)
