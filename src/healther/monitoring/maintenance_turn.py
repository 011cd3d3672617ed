"""Has the ledger say maintenance exactly from a window's beginning to its end, however late a turn comes.

A turn takes the earliest moment at which a workspace's windows began, ended or were edited, and makes the ledger, the
hot rows and MaintenanceCover what they were to be from that moment on; then the next one. Checks go on, beliefs and
changes are settled as always (monitoring/settle.py). Any number of processes may take turns.
"""

from collections.abc import Sequence
from contextlib import nullcontext
from uuid import UUID

import structlog
from sqlalchemy import BigInteger, bindparam, case, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col, func
from sqlmodel import select as select_model
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.core.clock import DAY_MS
from healther.core.db import Database
from healther.core.isolation import Isolation
from healther.maintenance.covers import Covers, schedule_of, told_covers, unfinished, wanted_covers, write_covers
from healther.maintenance.models import MaintenanceWindow
from healther.maintenance.occurrences import Occurrence, active, next_boundary
from healther.monitoring.maintenance_ledger import enter_and_leave, locked
from healther.observability.metrics import PARTS_FAILED

log = structlog.get_logger()

WATCHERS_AT_ONCE = 200
"""So many in one transaction: recorders wait for it."""
CATCH_UP_MS = DAY_MS
"""What began longer ago while no healther was running is entered from here on: before, nobody watched."""
_LOCK = 0x6D61696E


_DUE = (
    select(col(MaintenanceWindow.workspace_id))
    .where(col(MaintenanceWindow.next_turn_at) <= bindparam("now", type_=BigInteger))
    .distinct()
)


class _EditedMeanwhileError(Exception):
    """A window is not what this turn was made for: nothing is written, the next turn sees the new one."""


async def look_around(db: Database, now_ms: int) -> None:
    """Has running windows looked at again: their watchers may have changed in ways that nobody told (tags renamed)."""
    running, turn = col(MaintenanceWindow.running_since).is_not(None), col(MaintenanceWindow.next_turn_at)
    async with db.read() as session:
        if (await session.exec(select_model(MaintenanceWindow.id).where(running).limit(1))).first() is None:
            return
    soonest = case((turn < now_ms, turn), else_=now_ms)
    async with db.write_connection() as connection:
        await connection.execute(update(MaintenanceWindow).where(running).values(next_turn_at=soonest))


async def look_again(db: Database, now_ms: int) -> None:
    """Has every window looked at that is not over by now: a clock since set back may have told the ledger so (R12)."""
    lasts_ms, turn = col(MaintenanceWindow.duration_ms), col(MaintenanceWindow.next_turn_at)
    goes_on = or_(
        col(MaintenanceWindow.rrule).is_not(None),
        lasts_ms.is_(None),
        col(MaintenanceWindow.starts_at) + lasts_ms > now_ms,
    )
    due = update(MaintenanceWindow).where(goes_on, col(MaintenanceWindow.deleted_at).is_(None))
    async with db.write_connection() as connection:
        await connection.execute(due.values(next_turn_at=case((turn < now_ms, turn), else_=now_ms)))


async def take_turns(db: Database, now_ms: int, alone: Isolation[UUID] | None = None) -> int:
    """Everything that is due; returns how many watchers began or ended to be in maintenance.

    `alone` remembers the workspaces whose turn failed, from one to the next; without it a failure is raised.
    """
    async with db.look() as connection:
        workspaces = (await connection.execute(_DUE, {"now": now_ms})).scalars().all()
    moved = 0
    for workspace_id in workspaces if alone is None else alone.ready(workspaces, now_ms):
        with nullcontext() if alone is None else alone.attempt(workspace_id, now_ms):
            moved += await _turn(db, workspace_id, now_ms)
    if moved:
        log.info("maintenance", watchers=moved)
    return moved


def isolated() -> Isolation[UUID]:
    """What a loop of turns remembers of workspaces that fail."""
    return Isolation("maintenance", PARTS_FAILED.labels("maintenance").inc)


async def _turn(db: Database, workspace_id: UUID, now_ms: int) -> int:
    moved, more = 0, True
    while more:
        try:
            async with db.write() as session:
                more, count = await _step(session, workspace_id, now_ms)
        except _EditedMeanwhileError:
            continue
        moved += count
    return moved


async def _step(session: AsyncSession, workspace_id: UUID, now_ms: int) -> tuple[bool, int]:
    """One moment of one workspace, WATCHERS_AT_ONCE at most: (whether there may be more, how many moved)."""
    connection = await session.connection()
    if not await _is_alone(connection, workspace_id):
        return False, 0
    query = select_model(MaintenanceWindow).where(MaintenanceWindow.workspace_id == workspace_id, unfinished())
    windows = (await session.exec(query.order_by(col(MaintenanceWindow.id)))).all()
    due = min((each.next_turn_at for each in windows if each.next_turn_at is not None), default=None)
    if due is None or due > now_ms:
        return False, 0
    at = max(due, now_ms - CATCH_UP_MS)
    here = [window for window in windows if window.deleted_at is None]
    now_running = [(window, found) for window in here if (found := active(schedule_of(window), at)) is not None]
    wanted = await wanted_covers(connection, workspace_id, now_running)
    told = await told_covers(connection, workspace_id)
    differing = sorted(each for each in wanted.keys() | told.keys() if wanted.get(each) != told.get(each))
    part = differing[:WATCHERS_AT_ONCE]
    moved = await _move(connection, told, wanted, part, at) if part else 0
    if len(differing) > len(part):
        return True, moved
    occurrences = {window.id: occurrence for window, occurrence in now_running}
    for window in windows:
        await _note(connection, window, occurrences.get(window.id), at)
    return True, moved


async def _move(connection: AsyncConnection, told: Covers, wanted: Covers, watcher_ids: Sequence[UUID], at: int) -> int:
    entering = {each for each in watcher_ids if wanted.get(each)}
    rows = await locked(connection, watcher_ids)
    moved = await enter_and_leave(connection, rows, entering, at)
    # Those that were deleted since they were read have no row any more, and no cover.
    await write_covers(connection, told, wanted, [row.watcher_id for row in rows], at)
    return moved


async def _note(connection: AsyncConnection, window: MaintenanceWindow, running: Occurrence | None, at: int) -> None:
    """Says in the window's row what the ledger knows now; raises _EditedMeanwhileError."""
    same = (
        col(MaintenanceWindow.id) == window.id,
        col(MaintenanceWindow.version) == window.version,
        col(MaintenanceWindow.next_turn_at).is_not_distinct_from(window.next_turn_at),
    )
    if window.deleted_at is not None:
        result = await connection.execute(delete(MaintenanceWindow).where(*same))
    else:
        values = {
            "running_since": running.start if running else None,
            "running_until": running.end if running else None,
            "next_turn_at": next_boundary(schedule_of(window), at),
        }
        result = await connection.execute(update(MaintenanceWindow).where(*same).values(**values))
    if result.rowcount != 1:
        raise _EditedMeanwhileError


async def _is_alone(connection: AsyncConnection, workspace_id: UUID) -> bool:
    """Whether no other process is taking this workspace's turn; until the commit none does. SQLite has one writer.

    No row is locked for it: hot rows come before windows, and recorders hold hot rows.
    """
    if connection.dialect.name == "sqlite":
        return True
    query = select(func.pg_try_advisory_xact_lock(_LOCK, func.hashtext(bindparam("workspace"))))
    return bool((await connection.execute(query, {"workspace": str(workspace_id)})).scalar_one())
