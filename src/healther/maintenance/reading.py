"""What people read of maintenance: windows, and which of them a watcher is in now."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.core.clock import SECOND_MS, to_utc
from healther.maintenance.covers import schedule_of
from healther.maintenance.models import MaintenanceCover, MaintenanceWindow
from healther.maintenance.occurrences import Occurrence, active, upcoming
from healther.maintenance.schemas import MaintenancePublic, MaintenanceStatus, OccurrencePublic
from healther.watchers.schemas import WatcherMaintenance

_TO_FIND_NEXT = 50
"""Occurrences of one window that may overlap with what is going on."""


def public_window(
    window: MaintenanceWindow, watcher_ids: Sequence[UUID], page_ids: Sequence[UUID], now_ms: int
) -> MaintenancePublic:
    """A window as people see it."""
    schedule = schedule_of(window)
    running = active(schedule, now_ms)
    ahead = next((each for each in upcoming(schedule, now_ms, _TO_FIND_NEXT) if each.start > now_ms), None)
    status = MaintenanceStatus.UPCOMING if ahead else MaintenanceStatus.OVER
    return MaintenancePublic(
        **window.model_dump(
            include={"id", "title", "description", "rrule", "time_zone", "all_watchers", "tags", "version"}
        ),
        starts_at=to_utc(window.starts_at),
        duration_s=None if window.duration_ms is None else window.duration_ms // SECOND_MS,
        watcher_ids=list(watcher_ids),
        announce_before_s=None if window.announce_before_ms is None else window.announce_before_ms // SECOND_MS,
        page_ids=list(page_ids),
        status=MaintenanceStatus.RUNNING if running else status,
        running=None if running is None else public_occurrence(running),
        next=None if ahead is None else public_occurrence(ahead),
        ended_at=_time(window.ended_at),
        created_at=to_utc(window.created_at),
    )


def public_occurrence(occurrence: Occurrence) -> OccurrencePublic:
    """One time a window is, as people see it."""
    return OccurrencePublic(starts_at=to_utc(occurrence.start), ends_at=_time(occurrence.end))


async def list_windows(
    session: AsyncSession, workspace_id: UUID, status: MaintenanceStatus | None, after: UUID | None, limit: int
) -> Sequence[MaintenanceWindow]:
    """The windows of a workspace, the latest made first, after the given one."""
    query = select(MaintenanceWindow).where(
        MaintenanceWindow.workspace_id == workspace_id, col(MaintenanceWindow.deleted_at).is_(None)
    )
    running, ahead = col(MaintenanceWindow.running_since), col(MaintenanceWindow.next_turn_at)
    if status is MaintenanceStatus.RUNNING:
        query = query.where(running.is_not(None))
    elif status is MaintenanceStatus.UPCOMING:
        query = query.where(running.is_(None), ahead.is_not(None))
    elif status is MaintenanceStatus.OVER:
        query = query.where(running.is_(None), ahead.is_(None))
    if after is not None:
        query = query.where(col(MaintenanceWindow.id) < after)
    return (await session.exec(query.order_by(col(MaintenanceWindow.id).desc()).limit(limit))).all()


async def covering_windows(session: AsyncSession, watcher_ids: ColumnElement[bool]) -> dict[UUID, WatcherMaintenance]:
    """What each of the watchers is in now; the others are missing. The condition is on MaintenanceCover.watcher_id."""
    query = (
        select(MaintenanceCover, MaintenanceWindow.title)
        .join(MaintenanceWindow, col(MaintenanceWindow.id) == MaintenanceCover.window_id)
        .where(watcher_ids)
        .order_by(col(MaintenanceCover.until).is_(None), col(MaintenanceCover.until))
    )
    # The one that lasts longest comes last.
    return {
        cover.watcher_id: WatcherMaintenance(
            window_id=cover.window_id, title=title, since=to_utc(cover.since), until=_time(cover.until)
        )
        for cover, title in (await session.exec(query)).all()
    }


def _time(at_ms: int | None) -> datetime | None:
    return None if at_ms is None else to_utc(at_ms)
