"""The verbs of maintenance windows. They change rows; the ledger follows by itself (monitoring/maintenance_turn.py)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import case, delete, update
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts.service.workspaces import lock_workspace
from healther.core.clock import SECOND_MS, to_ms
from healther.core.errors import ConflictProblem, InvalidProblem, NotFoundProblem
from healther.core.zones import zone_of
from healther.maintenance.covers import schedule_of, unfinished
from healther.maintenance.models import MaintenanceWatcher, MaintenanceWindow
from healther.maintenance.occurrences import MAX_RECURRING_MS, Schedule, active, upcoming, wall
from healther.maintenance.rule_parts import RuleError
from healther.maintenance.rules import check_rule
from healther.maintenance.schemas import MaintenanceCreate, MaintenanceUpdate, MaintenanceWhen
from healther.watchers.models import ServiceWatcher
from healther.watchers.tags import fold_tag

MOST_WINDOWS = 200
_EARLIEST_MS, _LATEST_MS = 0, 253_370_764_800_000
_WHEN = frozenset({"starts_at", "duration_s", "rrule", "time_zone"})


def checked_schedule(
    starts_at: datetime, duration_s: int | None, rrule: str | None, time_zone: str, now_ms: int
) -> Schedule:
    """The schedule, its rule as it is stored; raises InvalidProblem, also for what is over before it is saved."""
    try:
        zone = zone_of(time_zone)
    except ValueError as error:
        raise InvalidProblem.field("body.time_zone", str(error)) from error
    start, duration_ms = to_ms(starts_at), None if duration_s is None else duration_s * SECOND_MS
    if not _EARLIEST_MS <= start < _LATEST_MS:
        raise InvalidProblem.field("body.starts_at", "must be a time between 1970 and 9998")
    if rrule is not None:
        if duration_ms is None or duration_ms > MAX_RECURRING_MS:
            raise InvalidProblem.field("body.duration_s", "must be 7 days (604800) at most for a window with a rule")
        try:
            rrule = check_rule(rrule, wall(start, zone), zone)
        except RuleError as error:
            raise InvalidProblem.field("body.rrule", str(error)) from error
    schedule = Schedule(start, duration_ms, rrule, zone)
    if not upcoming(schedule, now_ms, 1):
        raise InvalidProblem.field(
            "body.starts_at", "is over already; what is past is corrected by an amendment, not by a window"
        )
    return schedule


def preview(body: MaintenanceWhen, now_ms: int) -> Schedule:
    """The schedule a window would have; raises InvalidProblem."""
    return checked_schedule(body.starts_at, body.duration_s, body.rrule, body.time_zone, now_ms)


async def create_window(
    session: AsyncSession, workspace_id: UUID, created_by: UUID, body: MaintenanceCreate, now_ms: int
) -> MaintenanceWindow:
    """A new window; it counts from now on, whenever it began. Raises InvalidProblem and ConflictProblem."""
    await lock_workspace(session, workspace_id)
    counting = (
        select(func.count())
        .select_from(MaintenanceWindow)
        .where(MaintenanceWindow.workspace_id == workspace_id, unfinished())
    )
    if (await session.exec(counting)).one() >= MOST_WINDOWS:
        raise ConflictProblem(f"A workspace has {MOST_WINDOWS} windows at most that are not over; delete one.")
    schedule = checked_schedule(body.starts_at, body.duration_s, body.rrule, body.time_zone, now_ms)
    window = MaintenanceWindow(
        workspace_id=workspace_id,
        title=body.title,
        description=body.description,
        starts_at=schedule.starts_at,
        duration_ms=schedule.duration_ms,
        rrule=schedule.rrule,
        time_zone=body.time_zone,
        all_watchers=body.all_watchers,
        tags=[fold_tag(name) for name in body.tags],
        announce_before_ms=_ms(body.announce_before_s),
        next_turn_at=now_ms,
        created_by=created_by,
        created_at=now_ms,
    )
    session.add(window)
    await session.flush()
    await _choose(session, window, body.watcher_ids)
    _check_scope(window, body.watcher_ids)
    return window


async def edit_window(session: AsyncSession, window: MaintenanceWindow, body: MaintenanceUpdate, now_ms: int) -> None:
    """Changes what was sent, from now on; raises InvalidProblem."""
    sent = body.model_fields_set
    if sent & _WHEN:
        current = {
            "starts_at": datetime.fromtimestamp(window.starts_at / SECOND_MS, ZoneInfo("UTC")),
            "duration_s": None if window.duration_ms is None else window.duration_ms // SECOND_MS,
            "rrule": window.rrule,
            "time_zone": window.time_zone,
        }
        wanted = {**current, **{name: getattr(body, name) for name in sent & _WHEN}}
        if wanted != current:
            schedule = checked_schedule(now_ms=now_ms, **wanted)
            window.starts_at, window.duration_ms = schedule.starts_at, schedule.duration_ms
            window.rrule, window.time_zone, window.ended_at = schedule.rrule, wanted["time_zone"], None
    for name in ("title", "description", "all_watchers"):
        if name in sent:
            setattr(window, name, getattr(body, name))
    if body.tags is not None:
        window.tags = [fold_tag(name) for name in body.tags]
    if "announce_before_s" in sent:
        window.announce_before_ms = _ms(body.announce_before_s)
    if body.watcher_ids is not None:
        await _choose(session, window, body.watcher_ids)
    _check_scope(window, (await chosen(session, [window.id])).get(window.id, ()))
    _turn_at(window, now_ms)
    session.add(window)


def end_window(window: MaintenanceWindow, now_ms: int) -> None:
    """Ends what is going on, now; a rule goes on with its next time. Raises ConflictProblem when nothing is."""
    if active(schedule_of(window), now_ms) is None:
        raise ConflictProblem("It is not running; delete it, or change when it is.")
    window.ended_at = now_ms
    _turn_at(window, now_ms)


def delete_window(window: MaintenanceWindow, now_ms: int) -> None:
    """It is over; what it has covered stays in the record. The row goes when the ledger knows."""
    window.deleted_at = now_ms
    _turn_at(window, now_ms)


async def load_window(
    session: AsyncSession, workspace_id: UUID, window_id: UUID, *, for_update: bool = False
) -> MaintenanceWindow:
    """The window, if it is the workspace's; raises NotFoundProblem. `for_update` locks the row (PostgreSQL)."""
    query = select(MaintenanceWindow).where(
        MaintenanceWindow.id == window_id,
        MaintenanceWindow.workspace_id == workspace_id,
        col(MaintenanceWindow.deleted_at).is_(None),
    )
    window = (await session.exec(query.with_for_update() if for_update else query)).first()
    if window is None:
        raise NotFoundProblem("There is no such maintenance window in this workspace.")
    return window


async def chosen(session: AsyncSession, window_ids: Sequence[UUID]) -> dict[UUID, list[UUID]]:
    """The watchers chosen by name for each of these windows."""
    found: dict[UUID, list[UUID]] = {}
    query = select(MaintenanceWatcher).where(col(MaintenanceWatcher.window_id).in_(window_ids))
    for row in (await session.exec(query.order_by(col(MaintenanceWatcher.watcher_id)))).all():
        found.setdefault(row.window_id, []).append(row.watcher_id)
    return found


async def look_again(session: AsyncSession, workspace_id: UUID, now_ms: int) -> None:
    """Watchers came or got other tags: windows that are running are looked at again.

    Callers hold the watchers' hot rows, if any: windows are locked behind those, and in one order.
    """
    query = select(MaintenanceWindow.id).where(MaintenanceWindow.workspace_id == workspace_id, unfinished())
    ids = (await session.exec(query.order_by(col(MaintenanceWindow.id)).with_for_update())).all()
    if not ids:
        return
    turn = col(MaintenanceWindow.next_turn_at)
    soonest = case((turn < now_ms, turn), else_=now_ms)
    values = {"next_turn_at": soonest, "version": MaintenanceWindow.version + 1}
    await session.exec(update(MaintenanceWindow).where(col(MaintenanceWindow.id).in_(ids)).values(**values))


def _turn_at(window: MaintenanceWindow, now_ms: int) -> None:
    window.next_turn_at = now_ms if window.next_turn_at is None else min(window.next_turn_at, now_ms)
    window.version += 1


async def _choose(session: AsyncSession, window: MaintenanceWindow, watcher_ids: Sequence[UUID]) -> None:
    wanted = set(watcher_ids)
    query = select(ServiceWatcher.id).where(
        ServiceWatcher.workspace_id == window.workspace_id, col(ServiceWatcher.id).in_(wanted)
    )
    known = set((await session.exec(query)).all())
    for place, watcher_id in enumerate(watcher_ids):
        if watcher_id not in known:
            raise InvalidProblem.field(f"body.watcher_ids.{place}", "is no watcher of this workspace")
    await session.exec(delete(MaintenanceWatcher).where(col(MaintenanceWatcher.window_id) == window.id))
    session.add_all(MaintenanceWatcher(window_id=window.id, watcher_id=each) for each in known)
    await session.flush()


def _check_scope(window: MaintenanceWindow, watcher_ids: Sequence[UUID]) -> None:
    if not (window.all_watchers or window.tags or watcher_ids):
        raise InvalidProblem.field(
            "body.watcher_ids", "covers nothing yet; choose watchers or tags, or have it cover all of them"
        )


def _ms(seconds: int | None) -> int | None:
    return None if seconds is None else seconds * SECOND_MS
