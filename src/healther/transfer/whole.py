"""Whether what was imported is whole: what every watcher has beside it, and that none waits for itself."""

from collections import defaultdict
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.history.models import Span
from healther.transfer.archive import ArchiveError
from healther.watchers.models import ServiceWatcher, WatcherParent, WatcherState
from healther.watchers.parents import reachable


async def check_whole(session: AsyncSession, workspace_id: UUID) -> None:
    """Raises ArchiveError, which names the watcher and what is wrong with it."""
    open_spans = (
        select(func.count())
        .where(col(Span.watcher_id) == col(ServiceWatcher.id), col(Span.ended_at).is_(None))
        .scalar_subquery()
    )
    query = (
        select(ServiceWatcher.id, ServiceWatcher.name, WatcherState.watcher_id, open_spans)
        .outerjoin(WatcherState, col(WatcherState.watcher_id) == col(ServiceWatcher.id))
        .where(ServiceWatcher.workspace_id == workspace_id)
    )
    names: dict[UUID, str] = {}
    for watcher_id, name, hot, open_ones in (await session.exec(query)).all():
        names[watcher_id] = name
        if hot is None:
            raise ArchiveError(f'the watcher "{name}" has no row in watcherstate')
        if open_ones != 1:
            raise ArchiveError(f'the watcher "{name}" has {open_ones} rows in span that go on; one must')
    above: defaultdict[UUID, list[UUID]] = defaultdict(list)
    edges = (
        select(WatcherParent.watcher_id, WatcherParent.parent_id)
        .join(ServiceWatcher, col(ServiceWatcher.id) == WatcherParent.watcher_id)
        .where(ServiceWatcher.workspace_id == workspace_id)
    )
    for child, parent in (await session.exec(edges)).all():
        above[child].append(parent)
    for child, parents in above.items():
        if any(child in reachable(parent, above) for parent in parents):
            raise ArchiveError(f'the watcher "{names[child]}" depends on itself')
