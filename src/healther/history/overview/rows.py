"""The queries of the overview: what the driver gives is taken as it is, thousands of rows at a time."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Text, func, inspect, or_, select
from sqlalchemy.orm import Mapped
from sqlalchemy.types import NullType
from sqlmodel import case, cast, col, type_coerce
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.history.ledger import Segment
from healther.history.models import RollupHourly
from healther.history.overview.past import Key
from healther.history.service.daily import RollupDays, daily_rollups
from healther.history.service.ledgers import Head, in_workspace, segments_of
from healther.history.sketch import median_bucket_of
from healther.maintenance.models import MaintenanceCover
from healther.maintenance.reading import covering_windows
from healther.watchers.models import Flapping, ServiceWatcher, WatcherState, WatcherTag
from healther.watchers.schemas import WatcherMaintenance
from healther.watchers.states import State

_MOST_NAMED = 200


class Row(NamedTuple):
    """A watcher and its hot row; times in epoch ms, `state` as it is stored."""

    key: Key
    name: str
    kind: str
    url: str
    created_at: int
    state: int
    since: int
    known_until: int | None
    accounted_until: int
    interval_ms: int
    due_at: int | None
    lease_slot: int | None
    last_checked_at: int | None
    last_response_time_ms: float | None
    last_reason: str | None
    last_message: str | None
    certificate_not_after: int | None
    hour: int | None
    hour_counts: bytes | None
    region: str
    in_maintenance: bool
    ledger_moved_at: int | None
    flapping_since: int | None


def uuid_of(key: Key) -> UUID:
    """The UUID a driver gave as its bytes or its text."""
    return UUID(bytes=key) if isinstance(key, bytes) else UUID(key)


def id_column(dialect: str, column: Any) -> ColumnElement[Any]:  # noqa: ANN401 - SQLAlchemy's column of a table
    """An id as a Key."""
    return raw(column) if dialect == "sqlite" else cast(column, Text)


def raw(column: Any) -> ColumnElement[Any]:  # noqa: ANN401
    """The column as the driver gives it, without what our column types make of it."""
    return type_coerce(column, NullType())


async def hot_rows(session: AsyncSession, workspace_id: UUID) -> list[Row]:
    """Every watcher of the workspace, by name."""
    watcher, hot = inspect(ServiceWatcher).columns, inspect(WatcherState).columns
    query = (
        select(
            _key(session, watcher.id),
            watcher.name,
            watcher.kind,
            watcher.url,
            raw(watcher.created_at),
            raw(hot.state),
            *(hot[name] for name in Row._fields[6:-1]),
            inspect(Flapping).columns.since,
        )
        .join_from(ServiceWatcher, WatcherState, col(WatcherState.watcher_id) == ServiceWatcher.id)
        .outerjoin(Flapping, col(Flapping.watcher_id) == ServiceWatcher.id)
        .where(watcher.workspace_id == workspace_id)
        .order_by(watcher.name, watcher.id)
    )
    connection = await session.connection()
    return list(map(Row._make, (await connection.execute(query)).all()))


async def maintenance(session: AsyncSession, workspace_id: UUID) -> dict[Key, WatcherMaintenance]:
    """The windows of those that are in one."""
    these = col(MaintenanceCover.watcher_id).in_(in_workspace(workspace_id))
    sqlite = session.get_bind().dialect.name == "sqlite"
    found = await covering_windows(session, these)
    return {watcher_id.bytes if sqlite else str(watcher_id): window for watcher_id, window in found.items()}


async def tags(session: AsyncSession, workspace_id: UUID) -> dict[Key, list[str]]:
    """The tags of those that have any."""
    column = inspect(WatcherTag).columns
    query = (
        select(_key(session, column.watcher_id), column.name)
        .where(column.workspace_id == workspace_id)
        .order_by(column.folded)
    )
    connection = await session.connection()
    found: dict[Key, list[str]] = {}
    for key, name in (await connection.execute(query)).all():
        found.setdefault(key, []).append(name)
    return found


async def ledgers(
    session: AsyncSession, workspace_id: UUID, rows: Sequence[Row], day_ago: int, now_ms: int
) -> dict[Key, list[Segment]]:
    """The ledger of these watchers, whose state began after `day_ago` or the end of their rollups; from there on."""
    if not rows:
        return {}
    accounted = col(WatcherState.accounted_until)
    begin = case((accounted < day_ago, accounted), else_=day_ago)
    moved_at = func.coalesce(WatcherState.ledger_moved_at, 0)
    which = or_(col(WatcherState.since) > begin, moved_at > begin) & col(WatcherState.watcher_id).in_(
        in_workspace(workspace_id)
    )
    heads = {
        watcher_id: Head(watcher_id, State(row.state), row.since, row.known_until, row.accounted_until)
        for row in rows
        for watcher_id in (uuid_of(row.key),)
    }
    found = await segments_of(session, heads, which, now_ms, begin)
    return {row.key: found[uuid_of(row.key)] for row in rows}


async def days(
    session: AsyncSession, workspace_id: UUID, keys: Sequence[Key], since_ms: int
) -> Mapping[Key, RollupDays]:
    """What the daily rollups hold of these watchers (and perhaps others) from a day on."""
    return await daily_rollups(session, _these(col(WatcherState.watcher_id), workspace_id, keys), since_ms)


async def medians(
    session: AsyncSession, workspace_id: UUID, keys: Sequence[Key], since_ms: int
) -> dict[Key, dict[int, int]]:
    """The bucket of the median latency of each hour from `since_ms` on, of these watchers (and perhaps others)."""
    column = inspect(RollupHourly).columns
    query = select(_key(session, column.watcher_id), column.starts_at, column.latency_sketch).where(
        _these(col(RollupHourly.watcher_id), workspace_id, keys), column.starts_at >= since_ms
    )
    connection = await session.connection()
    found: dict[Key, dict[int, int]] = {}
    for key, starts_at, sketch in (await connection.execute(query)).all():
        median = median_bucket_of(sketch)
        if median is not None:
            found.setdefault(key, {})[starts_at] = median
    return found


def _these(column: Mapped[UUID], workspace_id: UUID, keys: Sequence[Key]) -> ColumnElement[bool]:
    """Few are named, many are the workspace's."""
    if len(keys) <= _MOST_NAMED:
        return column.in_([uuid_of(key) for key in keys])
    return column.in_(in_workspace(workspace_id))


def _key(session: AsyncSession, column: Any) -> ColumnElement[Any]:  # noqa: ANN401 - SQLAlchemy's column of a table
    return id_column(session.get_bind().dialect.name, column)
