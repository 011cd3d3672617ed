"""Check now: a check out of turn, through the same claim, engine and record as every other."""

import asyncio
import time
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, outerjoin, select
from sqlmodel import col

from healther.accounts.audit import Doer, note
from healther.core.clock import SECOND_MS
from healther.core.db import Database
from healther.core.errors import ConflictProblem, UnavailableProblem
from healther.history.models import healthevent
from healther.monitoring import out_of_turn
from healther.watchers.deps import Waker
from healther.watchers.models import ServiceWatcher, WatcherState
from healther.watchers.reading import no_such_watcher

_POLL_S = 0.05
_QUEUE_TIME_S = 10.0


async def check_now(
    db: Database, waker: Waker, by: Doer, user_id: UUID, watcher: ServiceWatcher, now_ms: int
) -> Row[Any]:
    """Makes the watcher due, and waits for the next event of it; one that is under way already will do.

    Raises ConflictProblem when it is paused, ThrottledProblem, UnavailableProblem when no worker answers in time, and
    NotFoundProblem when it is deleted meanwhile.
    """
    watcher_id = watcher.id
    async with db.write() as session:
        row = await session.get(WatcherState, watcher_id, with_for_update=True)
        if row is None:
            raise no_such_watcher()
        if row.due_at is None:
            raise ConflictProblem("This watcher is paused: resume it first, or test it with `probe`.")
        await out_of_turn.take(session, user_id, by.workspace_id, watcher.url, now_ms)
        after_slot = row.last_slot or 0
        timeout_ms = row.timeout_ms
        if row.lease_slot is None:
            row.due_at = min(row.due_at, now_ms)
        note(session, by, "watcher.check", watcher_id, watcher.name, now_ms)
    await waker.due_now([watcher_id])
    deadline = time.monotonic() + timeout_ms / SECOND_MS + _QUEUE_TIME_S
    while time.monotonic() < deadline:
        event = await _first_event_after(db, watcher_id, after_slot)
        if event is not None:
            return event
        await asyncio.sleep(_POLL_S)
    raise UnavailableProblem("No worker has finished the check yet; is one running? It stays due and will be made.")


async def _first_event_after(db: Database, watcher_id: UUID, slot: int) -> Row[Any] | None:
    """None = not yet; raises NotFoundProblem when there is no such watcher any more."""
    theirs = and_(healthevent.c.watcher_id == WatcherState.watcher_id, healthevent.c.slot > slot)
    query = (
        select(healthevent)
        .select_from(outerjoin(WatcherState, healthevent, theirs))
        .where(col(WatcherState.watcher_id) == watcher_id)
        .order_by(healthevent.c.slot)
        .limit(1)
    )
    async with db.read_connection() as connection:
        found = (await connection.execute(query)).first()
    if found is None:
        raise no_such_watcher()
    return None if found.slot is None else found
