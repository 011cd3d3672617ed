"""Deliveries in the trace of the check that caused them."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.alerting.deliver.record import Attempt
from healther.core.clock import HOUR_MS
from healther.core.db import Database
from healther.history.models import StateChange
from healther.incidents.models import IncidentMember
from healther.observability import traces
from healther.observability.traces import Ids


async def tell(db: Database, attempts: Sequence[Attempt]) -> None:
    """Sends a span for each attempt whose cause is sampled; asks the database only while traces are on."""
    tracer = traces.current()
    about = [each for each in attempts if each.delivery.incident_id is not None]
    if tracer is None or not about:
        return
    async with db.read() as session:
        causes = await _causes(session, about)
    for each in about:
        ids = causes.get(each.delivery.id)
        if ids is not None:
            facts = {
                "healther.delivery": str(each.delivery.id),
                "healther.channel": each.kind,
                "healther.outcome": str(each.outcome.result),
            }
            tracer.step(ids, "deliver", each.at, each.at + each.took_ms, facts)


async def _causes(session: AsyncSession, attempts: Sequence[Attempt]) -> dict[UUID, Ids | None]:
    """By delivery: the check of the last change of its incident's watchers in the hour before, None = not sampled."""
    queued = [each.delivery.created_at for each in attempts]
    query = (
        select(IncidentMember.incident_id, StateChange.watcher_id, StateChange.slot, StateChange.detected_at)
        .join(StateChange, col(StateChange.watcher_id) == IncidentMember.watcher_id)
        .where(
            col(IncidentMember.incident_id).in_({each.delivery.incident_id for each in attempts}),
            col(StateChange.detected_at) >= min(queued) - HOUR_MS,
            col(StateChange.detected_at) <= max(queued),
        )
        .order_by(col(StateChange.detected_at))
    )
    changes = (await session.exec(query)).all()
    return {
        each.delivery.id: traces.sampled(watcher_id, slot)
        for each in attempts
        for incident_id, watcher_id, slot, detected_at in changes
        if incident_id == each.delivery.incident_id and detected_at <= each.delivery.created_at
    }
