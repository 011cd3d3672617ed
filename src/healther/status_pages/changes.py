"""Whether anything a page shows has changed: one query for all pages in use, some bytes a workspace."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, and_, case, cast, func, literal, select
from sqlalchemy.orm import aliased
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts.models import Workspace
from healther.history.ledger import GAP_GRACE_MS
from healther.history.models import Amendment
from healther.incidents.models import Incident
from healther.maintenance.models import MaintenanceWindow
from healther.status_pages.models import StatusPage, StatusPageIncident, StatusPageMaintenance
from healther.watchers.models import ServiceWatcher, WatcherState
from healther.watchers.regions import is_late
from healther.watchers.states import State

Fingerprint = tuple[Any, ...]


async def fingerprints(
    session: AsyncSession, workspace_ids: Collection[UUID], region: str, now_ms: int
) -> dict[UUID, Fingerprint]:
    """A value for each workspace that differs as soon as a page of it would look different.

    States and since when, names and their edits, whose results stopped coming, whether checks are late, the
    workspace's own name and slug, its pages' edits, and those of the incidents they tell. What merely grows with time
    is not in it: pages are read anew now and then for that.
    """
    overdue = and_(
        col(WatcherState.state).in_([State.HEALTHY, State.DEGRADED, State.DOWN]),
        col(WatcherState.known_until) < now_ms - GAP_GRACE_MS,
    )
    pages = (
        select(func.coalesce(func.sum(StatusPage.version), 0) + 1_000_003 * func.count())
        .where(col(StatusPage.workspace_id) == Workspace.id)
        .scalar_subquery()
    )
    told = (
        select(func.coalesce(func.sum(Incident.version), 0) + 1_000_003 * func.count())
        .select_from(StatusPageIncident)
        .join(Incident, col(Incident.id) == StatusPageIncident.incident_id)
        .where(col(Incident.workspace_id) == Workspace.id)
        .scalar_subquery()
    )
    announced = (
        select(func.coalesce(func.sum(MaintenanceWindow.version), 0) + 1_000_003 * func.count())
        .select_from(StatusPageMaintenance)
        .join(MaintenanceWindow, col(MaintenanceWindow.id) == StatusPageMaintenance.window_id)
        .where(col(MaintenanceWindow.workspace_id) == Workspace.id)
        .scalar_subquery()
    )
    watcher = aliased(ServiceWatcher)
    corrected = (
        select(func.count() + 1_000_003 * func.count(Amendment.withdrawn_at))  # type: ignore[arg-type]
        .select_from(Amendment)
        .join(watcher, col(watcher.id) == Amendment.watcher_id)
        .where(col(watcher.workspace_id) == Workspace.id)
        .scalar_subquery()
    )
    moved_at = func.coalesce(WatcherState.ledger_moved_at, 0)
    # Sums of what only grows, and counts: two changes would have to cancel out to the millisecond to be missed.
    query = (
        select(  # type: ignore[call-overload]
            Workspace.id,
            Workspace.name,
            Workspace.slug,
            Workspace.is_public,
            pages,
            told,
            announced,
            corrected,
            func.sum(case((col(WatcherState.in_maintenance), moved_at % literal(1_000_003)), else_=0)),
            func.count(col(WatcherState.watcher_id)),
            func.sum(ServiceWatcher.version),
            func.sum(WatcherState.since),
            func.sum(cast(WatcherState.state, BigInteger) * (WatcherState.since % literal(1_000_003))),
            func.sum(case((overdue, WatcherState.since % literal(1_000_003)), else_=0)),
            func.sum(case((is_late(region, now_ms), 1), else_=0)),
        )
        .join(ServiceWatcher, col(ServiceWatcher.workspace_id) == Workspace.id, isouter=True)
        .join(WatcherState, col(WatcherState.watcher_id) == ServiceWatcher.id, isouter=True)
        .where(col(Workspace.id).in_(workspace_ids))
        .group_by(Workspace.id, Workspace.name, Workspace.slug, Workspace.is_public)
    )
    connection = await session.connection()
    return {row[0]: tuple(row[1:]) for row in (await connection.execute(query)).all()}
