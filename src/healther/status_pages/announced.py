"""The maintenance windows a page announces: what is under way, and what is to come."""

from collections.abc import Mapping
from hashlib import blake2b
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.maintenance.covers import schedule_of, unfinished, wanted_covers
from healther.maintenance.models import MaintenanceWindow
from healther.maintenance.occurrences import Occurrence, active, upcoming
from healther.status_pages.models import StatusPageMaintenance
from healther.status_pages.snapshot import Announced, Ref
from healther.status_pages.source import ShownWatcher

MOST_WINDOWS = 20
_LOOKED_AT = 20


async def announced_on(
    session: AsyncSession, ref: Ref, shown: Mapping[UUID, ShownWatcher], now_ms: int, *, only: UUID | None = None
) -> tuple[Announced, ...]:
    """By their beginning; of one that comes again, what is under way and the next time.

    Of the newest MOST_WINDOWS, or of `only` this one, whether the page still has room for it or not.
    """
    if ref.page_id is None:
        return ()
    query = (
        select(MaintenanceWindow)
        .join(StatusPageMaintenance, col(StatusPageMaintenance.window_id) == MaintenanceWindow.id)
        .where(StatusPageMaintenance.page_id == ref.page_id, unfinished(), col(MaintenanceWindow.deleted_at).is_(None))
        .order_by(col(MaintenanceWindow.id).desc())
    )
    which = query.limit(MOST_WINDOWS) if only is None else query.where(MaintenanceWindow.id == only)
    windows = (await session.exec(which)).all()
    times = {window.id: announced_times(window, now_ms) for window in windows}
    covering = [(window, times[window.id][0]) for window in windows if times[window.id]]
    if not covering:
        return ()
    covers = await wanted_covers(await session.connection(), ref.workspace_id, covering)
    found = []
    for window, _ in covering:
        theirs = sorted({shown[each] for each in shown if window.id in covers.get(each, {})}, key=lambda one: one.name)
        found += [
            Announced(
                anchor=anchor_of(window.id),
                title=window.title,
                description=window.description,
                started_ms=start,
                ended_ms=end,
                running=start <= now_ms,
                announced_ms=_announced_at(window, start),
                keys=tuple(each.key for each in theirs),
                names=tuple(each.name for each in theirs),
            )
            for start, end in times[window.id]
        ]
    return tuple(sorted(found, key=lambda each: each.started_ms))


def anchor_of(window_id: UUID) -> str:
    """What a window is called on pages: its id is nobody's business."""
    return blake2b(window_id.bytes, digest_size=8, person=b"announced").hexdigest()


def announced_times(window: MaintenanceWindow, now_ms: int) -> list[Occurrence]:
    """What is on the page of a window: what is under way, and the next time once it is announced."""
    schedule = schedule_of(window)
    running = active(schedule, now_ms)
    ahead = next((each for each in upcoming(schedule, now_ms, _LOOKED_AT) if each.start > now_ms), None)
    if ahead is not None and _announced_at(window, ahead.start) > now_ms:
        ahead = None
    return [each for each in (running, ahead) if each is not None]


def _announced_at(window: MaintenanceWindow, start: int) -> int:
    """Since when an occurrence has been on the page."""
    if window.announce_before_ms is None:
        return window.created_at
    return max(window.created_at, start - window.announce_before_ms)
