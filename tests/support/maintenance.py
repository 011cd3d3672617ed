"""Maintenance windows as rows."""

from uuid import UUID

from healther.core.db import Database
from healther.maintenance.models import MaintenanceWatcher, MaintenanceWindow
from healther.watchers.models import ServiceWatcher


async def add_window(db: Database, watcher: ServiceWatcher, start: int, length: int | None, **columns: object) -> UUID:
    """A window over one watcher, to be looked at when it begins."""
    async with db.write() as session:
        window = MaintenanceWindow(
            workspace_id=watcher.workspace_id,
            title="Upgrade",
            starts_at=start,
            duration_ms=length,
            next_turn_at=start,
            **columns,
        )
        session.add(window)
        await session.flush()
        if not window.all_watchers and not window.tags:
            session.add(MaintenanceWatcher(window_id=window.id, watcher_id=watcher.id))
        return window.id
