"""Which watchers are in maintenance at a moment: what the windows say, and what the ledger was told."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import delete, insert, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col

from healther.maintenance.models import MaintenanceCover, MaintenanceWatcher, MaintenanceWindow
from healther.maintenance.occurrences import Occurrence, Schedule
from healther.watchers.models import ServiceWatcher, WatcherTag

Covers = Mapping[UUID, Mapping[UUID, int | None]]
"""By watcher, the windows it is in, and until when each lasts (epoch ms; None = until somebody ends it)."""


def schedule_of(window: MaintenanceWindow) -> Schedule:
    """What a window's row says about time."""
    return Schedule(window.starts_at, window.duration_ms, window.rrule, ZoneInfo(window.time_zone), window.ended_at)


async def wanted_covers(
    connection: AsyncConnection, workspace_id: UUID, running: Sequence[tuple[MaintenanceWindow, Occurrence]]
) -> Covers:
    """Who is in maintenance while these windows are running."""
    found: defaultdict[UUID, dict[UUID, int | None]] = defaultdict(dict)
    if not running:
        return found
    watchers = [(window, each.end) for window, each in running if window.all_watchers]
    if watchers:
        everybody = select(ServiceWatcher.id).where(ServiceWatcher.workspace_id == workspace_id)  # type: ignore[call-overload]
        for watcher_id in (await connection.execute(everybody)).scalars():
            found[watcher_id].update((window.id, end) for window, end in watchers)
    tagged = [(window, each.end) for window, each in running if window.tags]
    if tagged:
        folded = {tag for window, _ in tagged for tag in window.tags}
        having = select(WatcherTag.watcher_id, WatcherTag.folded).where(  # type: ignore[call-overload]
            WatcherTag.workspace_id == workspace_id, col(WatcherTag.folded).in_(folded)
        )
        for watcher_id, tag in (await connection.execute(having)).all():
            found[watcher_id].update((window.id, end) for window, end in tagged if tag in window.tags)
    ends = {window.id: each.end for window, each in running}
    chosen = select(MaintenanceWatcher.watcher_id, MaintenanceWatcher.window_id).where(  # type: ignore[call-overload]
        col(MaintenanceWatcher.window_id).in_(ends)
    )
    for watcher_id, window_id in (await connection.execute(chosen)).all():
        found[watcher_id][window_id] = ends[window_id]
    return found


async def told_covers(connection: AsyncConnection, workspace_id: UUID) -> Covers:
    """Who is in maintenance as far as the ledger knows."""
    query = (
        select(MaintenanceCover.watcher_id, MaintenanceCover.window_id, MaintenanceCover.until)  # type: ignore[call-overload]
        .join(MaintenanceWindow, col(MaintenanceWindow.id) == MaintenanceCover.window_id)
        .where(MaintenanceWindow.workspace_id == workspace_id)
    )
    found: defaultdict[UUID, dict[UUID, int | None]] = defaultdict(dict)
    for watcher_id, window_id, until in (await connection.execute(query)).all():
        found[watcher_id][window_id] = until
    return found


async def write_covers(
    connection: AsyncConnection, told: Covers, wanted: Covers, watcher_ids: Iterable[UUID], at_ms: int
) -> None:
    """Has the ledger's covers of these watchers be the wanted ones; new ones begin at `at_ms`."""
    gone: list[tuple[UUID, UUID]] = []
    new: list[dict[str, Any]] = []
    moved: list[dict[str, Any]] = []
    for watcher_id in watcher_ids:
        was, now = told.get(watcher_id, {}), wanted.get(watcher_id, {})
        gone += [(watcher_id, window_id) for window_id in was.keys() - now.keys()]
        for window_id, until in now.items():
            row = {"watcher_id": watcher_id, "window_id": window_id, "until": until}
            if window_id not in was:
                new.append({**row, "since": at_ms})
            elif was[window_id] != until:
                moved.append(row)
    pair = tuple_(col(MaintenanceCover.watcher_id), col(MaintenanceCover.window_id))
    if gone:
        await connection.execute(delete(MaintenanceCover).where(pair.in_(gone)))
    if new:
        await connection.execute(insert(MaintenanceCover), new)
    for until in {row["until"] for row in moved}:
        pairs = [(row["watcher_id"], row["window_id"]) for row in moved if row["until"] == until]
        await connection.execute(
            MaintenanceCover.__table__.update().where(pair.in_(pairs)).values(until=until)  # type: ignore[attr-defined]
        )


def unfinished() -> Any:  # noqa: ANN401 - a condition on MaintenanceWindow
    """Windows that the ledger may still hear of."""
    return or_(col(MaintenanceWindow.next_turn_at).is_not(None), col(MaintenanceWindow.running_since).is_not(None))
