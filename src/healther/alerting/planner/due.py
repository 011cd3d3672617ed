"""Where there is something to decide, read without locking anything."""

from uuid import UUID

from sqlalchemy import and_, case, exists, not_, or_
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import Select

from healther.alerting.models import AlertRun, Delivery, DeliveryState
from healther.alerting.planner.runs import ACKNOWLEDGED, PRESSING
from healther.alerting.waits import ready_in
from healther.history.models import StateChange
from healther.incidents.models import Incident, Origin
from healther.watchers.models import Flapping, ServiceWatcher


async def due_workspaces(session: AsyncSession, now_ms: int) -> dict[UUID, int | None]:
    """The workspaces in which there is something to decide, and from when on; None = to be looked at now and then."""
    due: dict[UUID, int | None] = {}
    held = select(Incident.workspace_id).where(col(Incident.resolved_at).is_(None), col(Incident.hold).is_not(None))
    flapping = select(ServiceWatcher.workspace_id).join(Flapping, col(Flapping.watcher_id) == ServiceWatcher.id)
    undecided = select(Incident.workspace_id).where(
        col(Incident.planned_at).is_(None), col(Incident.hold).is_(None), Incident.origin == Origin.AUTOMATIC
    )
    for query in (held, flapping, undecided):
        due |= dict.fromkeys((await session.exec(query.distinct())).all())
    over = select(Incident.workspace_id).where(
        col(Incident.planned_at).is_(None), col(Incident.resolved_at).is_not(None), Incident.origin == Origin.AUTOMATIC
    )
    due |= dict.fromkeys((await session.exec(over.distinct())).all(), 0)
    detected = col(StateChange.detected_at)
    changes = (
        select(ServiceWatcher.workspace_id, func.min(detected), func.max(detected))
        .join(StateChange, col(StateChange.watcher_id) == ServiceWatcher.id)
        .where(col(StateChange.planned_at).is_(None))
        .group_by(col(ServiceWatcher.workspace_id))
    )
    for workspace_id, oldest, newest in (await session.exec(changes)).all():
        due[workspace_id] = now_ms + ready_in(oldest, newest, now_ms)
    for workspace_id, at_ms in (await session.exec(_runs())).all():
        known = due.get(workspace_id)
        due[workspace_id] = at_ms if known is None else min(known, at_ms)
    return due


def _runs() -> Select[UUID, int]:
    """When the first policy at work in each workspace has something to do."""
    acknowledged, stands_still = col(Incident.acknowledged_at).is_not(None), col(AlertRun.end_reason) == ACKNOWLEDGED
    # Also what was on its way when somebody acknowledged, and did not arrive: it is queued again.
    pressing = exists(
        select(Delivery.id).where(
            Delivery.incident_id == Incident.id,
            Delivery.state == DeliveryState.QUEUED,
            col(Delivery.kind).in_(PRESSING),
        )
    )
    news = or_(
        col(Incident.resolved_at).is_not(None),
        and_(acknowledged, pressing),
        and_(acknowledged, or_(col(AlertRun.end_reason).is_(None), not_(stands_still))),
        and_(not_(acknowledged), stands_still),
    )
    never = 2**62
    timed = [func.coalesce(column, never) for column in (col(AlertRun.next_at), col(AlertRun.follow_up_at))]
    earliest = case((timed[0] < timed[1], timed[0]), else_=timed[1])
    # Acknowledged, `next_at` is null: what may still be due is to name who joined.
    waiting = and_(col(Incident.hold).is_(None), earliest < never)
    return (
        select(Incident.workspace_id, func.min(case((news, 0), else_=earliest)))
        .join(AlertRun, col(AlertRun.incident_id) == Incident.id)
        .where(col(AlertRun.ended_at).is_(None), or_(news, waiting))
        .group_by(col(Incident.workspace_id))
    )
