"""Forgetting messages that workspaces no longer keep: sent, given up or overtaken; what is queued stays.

So do those of an incident that is not over, or whose end is not told yet: they say who is to hear of it.
"""

import asyncio
import time
from collections.abc import Sequence
from uuid import UUID

import structlog
from sqlmodel import and_, col, delete, exists, not_, or_, select

from healther.alerting.models import AlertRun, Delivery, DeliveryState, Lane
from healther.core.db import Database
from healther.history.retention.due import due_workspaces, give_rows, mark
from healther.history.retention.models import Tier
from healther.incidents.models import Incident

log = structlog.get_logger()

ROWS_AT_ONCE = 1_000
_WORKSPACES_AT_ONCE = 100


async def forget_deliveries(db: Database, now_ms: int, stopping: asyncio.Event) -> int:
    """One turn, in small steps with pauses like that of history; how many were forgotten."""
    await give_rows(db)
    async with db.read() as session:
        due = await due_workspaces(session, Tier.DELIVERIES, now_ms)
    forgotten = 0
    for before, workspace_ids in due.items():
        for start in range(0, len(workspace_ids), _WORKSPACES_AT_ONCE):
            some = workspace_ids[start : start + _WORKSPACES_AT_ONCE]
            forgotten += await _forget(db, some, before, stopping)
            if stopping.is_set():
                return forgotten
            async with db.write() as session:
                await mark(session, Tier.DELIVERIES, some, before)
    if forgotten:
        log.info("old deliveries were forgotten", rows=forgotten)
    return forgotten


async def _forget(db: Database, workspace_ids: Sequence[UUID], before_ms: int, stopping: asyncio.Event) -> int:
    theirs = col(Delivery.incident_id)
    going_on = exists(select(Incident.id).where(col(Incident.id) == theirs, col(Incident.resolved_at).is_(None)))
    unfinished = exists(
        select(AlertRun.policy_id).where(col(AlertRun.incident_id) == theirs, col(AlertRun.ended_at).is_(None))
    )
    old = (
        select(Delivery.id)
        .where(
            col(Delivery.workspace_id).in_(workspace_ids),
            col(Delivery.created_at) < before_ms,
            Delivery.state != DeliveryState.QUEUED,
            not_(and_(Delivery.lane == Lane.ALERT, or_(going_on, unfinished))),
        )
        .limit(ROWS_AT_ONCE)
    )
    forgotten = 0
    while not stopping.is_set():
        began = time.monotonic()
        async with db.write() as session:
            rows = (await session.exec(delete(Delivery).where(col(Delivery.id).in_(old)))).rowcount
        forgotten += rows
        if rows < ROWS_AT_ONCE:
            break
        await asyncio.sleep(time.monotonic() - began)
    return forgotten
