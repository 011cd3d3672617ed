"""Where there is something to decide, read without locking anything."""

from enum import IntEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import and_, case, exists, not_, or_
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col, func, select

from healther.alerting.models import AlertRun, Delivery, DeliveryState
from healther.alerting.planner.runs import ACKNOWLEDGED, PRESSING
from healther.alerting.waits import ready_in
from healther.channels.base import MessageKind
from healther.core.columns import constant
from healther.history.models import StateChange
from healther.incidents.models import Incident, Origin
from healther.watchers.models import Flapping, ServiceWatcher

_NEVER = 2**62
_NO_TIME = sa.literal_column("0", sa.BigInteger)


class _Why(IntEnum):
    LOOKED_AT_NOW_AND_THEN = 1
    OVER = 2
    CHANGED = 3
    RUNNING = 4


async def due_workspaces(connection: AsyncConnection, now_ms: int) -> dict[UUID, int | None]:
    """The workspaces in which there is something to decide, and from when on; None = to be looked at now and then."""
    found: dict[_Why, dict[UUID, tuple[int, int]]] = {why: {} for why in _Why}
    for workspace_id, why, first_ms, last_ms in await connection.execute(_QUESTION):
        found[_Why(why)][workspace_id] = (first_ms, last_ms)
    due: dict[UUID, int | None] = dict.fromkeys(found[_Why.LOOKED_AT_NOW_AND_THEN])
    due |= dict.fromkeys(found[_Why.OVER], 0)
    for workspace_id, (oldest, newest) in found[_Why.CHANGED].items():
        due[workspace_id] = now_ms + ready_in(oldest, newest, now_ms)
    for workspace_id, (at_ms, _) in found[_Why.RUNNING].items():
        known = due.get(workspace_id)
        due[workspace_id] = at_ms if known is None else min(known, at_ms)
    return due


def _question() -> sa.CompoundSelect[Any]:
    """One statement, made once: it is asked twice a second by every process, and mostly finds nothing."""
    held = sa.select(col(Incident.workspace_id)).where(
        col(Incident.resolved_at).is_(None), col(Incident.hold).is_not(None)
    )
    flapping = sa.select(col(ServiceWatcher.workspace_id)).join(Flapping, col(Flapping.watcher_id) == ServiceWatcher.id)
    undecided = sa.select(col(Incident.workspace_id)).where(
        col(Incident.planned_at).is_(None), col(Incident.hold).is_(None), col(Incident.origin) == Origin.AUTOMATIC
    )
    over = sa.select(col(Incident.workspace_id)).where(
        col(Incident.planned_at).is_(None),
        col(Incident.resolved_at).is_not(None),
        col(Incident.origin) == Origin.AUTOMATIC,
    )
    detected = col(StateChange.detected_at)
    changes = (
        sa.select(col(ServiceWatcher.workspace_id), constant(_Why.CHANGED), func.min(detected), func.max(detected))
        .join(StateChange, col(StateChange.watcher_id) == ServiceWatcher.id)
        .where(col(StateChange.planned_at).is_(None))
        .group_by(col(ServiceWatcher.workspace_id))
    )
    whenever = [
        query.distinct().add_columns(constant(why), _NO_TIME, _NO_TIME)
        for why, query in (
            (_Why.LOOKED_AT_NOW_AND_THEN, held),
            (_Why.LOOKED_AT_NOW_AND_THEN, flapping),
            (_Why.LOOKED_AT_NOW_AND_THEN, undecided),
            (_Why.OVER, over),
        )
    ]
    return sa.union_all(*whenever, changes, _runs())


def _runs() -> sa.Select[UUID, int, Any, int]:
    """When the first policy at work in each workspace has something to do."""
    acknowledged, stands_still = col(Incident.acknowledged_at).is_not(None), col(AlertRun.end_reason) == ACKNOWLEDGED
    not_held = col(Incident.hold).is_(None)
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
        and_(not_(acknowledged), stands_still, not_held, col(AlertRun.kind) != MessageKind.FLAPPING),
    )
    step, follow_up, returns = (
        func.coalesce(column, _NEVER)
        for column in (col(AlertRun.next_at), col(AlertRun.follow_up_at), col(AlertRun.returns_at))
    )
    # Acknowledged, `next_at` is null: what may still be due is to name who joined. Who is back is no secret of a hold.
    wrong = case((~not_held, _NEVER), (step < follow_up, step), else_=follow_up)
    earliest = case((wrong < returns, wrong), else_=returns)
    return (
        sa.select(
            col(Incident.workspace_id), constant(_Why.RUNNING), func.min(case((news, 0), else_=earliest)), _NO_TIME
        )
        .join(AlertRun, col(AlertRun.incident_id) == Incident.id)
        .where(col(AlertRun.ended_at).is_(None), or_(news, earliest < _NEVER))
        .group_by(col(Incident.workspace_id))
    )


_QUESTION = _question()
