"""Reading watchers: each with its hot row and what stands beside it, in one query."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, not_, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import Select

from healther.core.errors import NotFoundProblem
from healther.watchers.models import Flapping, ServedRegion, ServiceWatcher, WatcherState, WatcherTag
from healther.watchers.regions import SERVED_MS
from healther.watchers.schemas import WatcherSort
from healther.watchers.states import State
from healther.watchers.tags import fold_tag


def no_such_watcher() -> NotFoundProblem:
    """What is said of a watcher that is not there, or not the workspace's: the same of both."""
    return NotFoundProblem("There is no such watcher in this workspace.")


class Watched(NamedTuple):
    """A watcher, how it is, whether it flaps, and whether a worker of its region was at work in the last minutes."""

    watcher: ServiceWatcher
    row: WatcherState
    flapping: Flapping | None
    is_region_served: bool


def _watched(workspace_id: UUID, now_ms: int) -> Select[ServiceWatcher, WatcherState, Flapping, bool]:
    served = exists().where(
        col(ServedRegion.region) == ServiceWatcher.region, col(ServedRegion.seen_at) >= now_ms - SERVED_MS
    )
    return (
        select(ServiceWatcher, WatcherState, Flapping, served)
        .join(WatcherState, col(WatcherState.watcher_id) == ServiceWatcher.id)
        .join(Flapping, col(Flapping.watcher_id) == ServiceWatcher.id, isouter=True)
        .where(ServiceWatcher.workspace_id == workspace_id)
    )


async def find_watcher(session: AsyncSession, workspace_id: UUID, watcher_id: UUID, now_ms: int) -> Watched:
    """One watcher, if it is the workspace's; raises NotFoundProblem."""
    found = (await session.exec(_watched(workspace_id, now_ms).where(ServiceWatcher.id == watcher_id))).first()
    if found is None:
        raise no_such_watcher()
    return Watched(*found)


async def list_watchers(
    session: AsyncSession,
    workspace_id: UUID,
    *,
    sort: WatcherSort,
    state: State | None,
    tag: str | None = None,
    now_ms: int,
    stale_before_ms: int,
    after: tuple[str, UUID] | None,
    limit: int,
) -> Sequence[Watched]:
    """A workspace's watchers, after the given (name, id).

    `state` filters by what is shown: a watched state whose next result was due before `stale_before_ms` is unknown.
    """
    query = _watched(workspace_id, now_ms)
    if state is not None:
        query = query.where(_shown_as(state, stale_before_ms))
    if tag is not None:
        having = select(WatcherTag.watcher_id).where(
            WatcherTag.workspace_id == workspace_id, WatcherTag.folded == fold_tag(tag)
        )
        query = query.where(col(ServiceWatcher.id).in_(having))
    name, key = col(ServiceWatcher.name), col(ServiceWatcher.id)
    down = sort.startswith("-")
    # Ids are made in the order of time: sorting by them is sorting by created_at.
    columns = [name, key] if sort.endswith("name") else [key]
    query = query.order_by(*(column.desc() if down else column.asc() for column in columns))
    if after is not None:
        after_name, after_id = after
        beyond = key < after_id if down else key > after_id
        if sort.endswith("name"):
            beyond = or_(name < after_name if down else name > after_name, and_(name == after_name, beyond))
        query = query.where(beyond)
    return [Watched(*found) for found in (await session.exec(query.limit(limit))).all()]


def _shown_as(state: State, stale_before_ms: int) -> ColumnElement[bool]:
    believed = col(WatcherState.state)
    stale = and_(
        believed.in_([State.HEALTHY, State.DEGRADED, State.DOWN]),
        col(WatcherState.known_until).is_not(None),
        col(WatcherState.known_until) < stale_before_ms,
    )
    return or_(believed == state, stale) if state == State.UNKNOWN else and_(believed == state, not_(stale))
