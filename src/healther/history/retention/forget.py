"""Forgetting what nobody keeps any more: days whole where they lie in a partition, else in small steps with pauses.

A step is a transaction of a few milliseconds: the pipeline goes on between two. A crash on the way loses nothing: what
is left is found by the next turn, because a workspace is marked only once it is done.
"""

import asyncio
import time
from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

import structlog
from sqlalchemy import ColumnElement, Table, delete, inspect, select, text, tuple_
from sqlalchemy.exc import OperationalError
from sqlmodel import col
from sqlmodel import select as select_model

from healther.core.db import Database
from healther.history.models import Amendment, RollupDaily, RollupHourly, Span, StateChange, healthevent
from healther.history.partitions import LOCK_TIMEOUT, is_locked_out, partitions_before
from healther.history.retention.due import due_workspaces, give_rows, mark, nobody_keeps_events_before
from healther.history.retention.models import Tier
from healther.watchers.models import ServiceWatcher

log = structlog.get_logger()

ROWS_AT_ONCE = 2_000
WATCHERS_AT_ONCE = 50
_WORKSPACES_AT_ONCE = 100


class Old(NamedTuple):
    """Rows of a table that are forgotten: those of these watchers for which the condition on a moment holds."""

    table: Table
    key: tuple[ColumnElement[object], ...]
    watcher_id: ColumnElement[UUID]
    moment: ColumnElement[int]
    also: tuple[ColumnElement[bool], ...] = ()


def _old(model: type, moment: str, *also: ColumnElement[bool]) -> Old:
    table: Table = inspect(model).local_table
    return Old(table, tuple(table.primary_key), table.c.watcher_id, table.c[moment], also)


_EVENTS = Old(healthevent, (healthevent.c.watcher_id, healthevent.c.slot), healthevent.c.watcher_id, healthevent.c.slot)
_OLD = {
    Tier.EVENTS: (_EVENTS,),
    Tier.HOURLY: (_old(RollupHourly, "starts_at"),),
    Tier.DAILY: (
        _old(RollupDaily, "starts_at"),
        _old(Span, "ended_at"),
        # What alerting has not looked at yet is its to do, however old.
        _old(StateChange, "at", col(StateChange.planned_at).is_not(None)),
        _old(Amendment, "ends_at"),
    ),
}


async def forget_history(db: Database, now_ms: int, stopping: asyncio.Event) -> dict[Tier, int]:
    """One turn: forgets what workspaces no longer keep; how many rows (partitions dropped whole aside), by tier."""
    await give_rows(db)
    if not db.is_sqlite:
        await _drop_days(db, now_ms)
    return {tier: await _forget_tier(db, tier, now_ms, stopping) for tier in _OLD}


async def _drop_days(db: Database, now_ms: int) -> None:
    async with db.read() as session:
        before = await nobody_keeps_events_before(session, now_ms)
    async with db.read_connection() as connection:
        names = await partitions_before(connection, before)
    for name in names:
        try:
            async with db.write_connection() as connection:
                # Whoever reads all partitions (a backup) is not waited for: checks would wait behind us.
                await connection.execute(LOCK_TIMEOUT)
                await connection.execute(text(f"DROP TABLE {name}"))
        except OperationalError as error:
            if not is_locked_out(error):
                raise
            log.warning("old days are forgotten later: somebody reads them, a backup perhaps", partition=name)
            return
        log.info("a day's events were forgotten", partition=name)


async def _forget_tier(db: Database, tier: Tier, now_ms: int, stopping: asyncio.Event) -> int:
    forgotten = 0
    async with db.read() as session:
        due = await due_workspaces(session, tier, now_ms)
    for before, workspace_ids in due.items():
        for start in range(0, len(workspace_ids), _WORKSPACES_AT_ONCE):
            some = workspace_ids[start : start + _WORKSPACES_AT_ONCE]
            forgotten += await _forget_before(db, tier, some, before, stopping)
            if stopping.is_set():
                return forgotten
            async with db.write() as session:
                await mark(session, tier, some, before)
    if forgotten:
        log.info("old history was forgotten", tier=str(tier), rows=forgotten)
    return forgotten


async def _forget_before(
    db: Database, tier: Tier, workspace_ids: Sequence[UUID], before_ms: int, stopping: asyncio.Event
) -> int:
    query = select_model(ServiceWatcher.id).where(col(ServiceWatcher.workspace_id).in_(workspace_ids))
    async with db.read() as session:
        watcher_ids = (await session.exec(query.order_by(col(ServiceWatcher.id)))).all()
    forgotten = 0
    for start in range(0, len(watcher_ids), WATCHERS_AT_ONCE):
        some = watcher_ids[start : start + WATCHERS_AT_ONCE]
        for old in _OLD[tier]:
            forgotten += await _forget_rows(db, old, some, before_ms, stopping)
    return forgotten


async def _forget_rows(
    db: Database, old: Old, watcher_ids: Sequence[UUID], before_ms: int, stopping: asyncio.Event
) -> int:
    # A moment that is null, as the end of the open span, is never before anything.
    these = (old.watcher_id.in_(watcher_ids), old.moment < before_ms, *old.also)
    some = select(*old.key).where(*these).limit(ROWS_AT_ONCE)
    # Said twice: so PostgreSQL knows which partitions and which index it is about.
    statement = delete(old.table).where(*these, tuple_(*old.key).in_(some))
    forgotten = 0
    while not stopping.is_set():
        began = time.monotonic()
        async with db.write_connection() as connection:
            rows = (await connection.execute(statement)).rowcount
        forgotten += rows
        if rows < ROWS_AT_ONCE:
            break
        # As long as it took: never more than half of a writer's time.
        await asyncio.sleep(time.monotonic() - began)
    return forgotten
