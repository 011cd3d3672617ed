"""Why was I (not) paged, as far as the incident itself tells: the checks around its beginning, and what was decided."""

from collections import defaultdict
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field
from sqlalchemy import Select, select, union_all
from sqlmodel import col
from sqlmodel import select as select_model
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.history.models import healthevent
from healther.history.schemas import EventPublic
from healther.history.service.events import MAX_LATENESS_MS, public_event
from healther.incidents.models import EntryKind, Incident, IncidentEntry, IncidentMember
from healther.incidents.schemas import IncidentEntryPublic
from healther.incidents.service.reading import public_entries
from healther.watchers.models import ServiceWatcher

MOST_WATCHERS = 10
CHECKS_BEFORE = 3
CHECKS_AFTER = 5
MOST_DECISIONS = 200
_DECISIONS = (
    EntryKind.RULE, EntryKind.HELD, EntryKind.RELEASED, EntryKind.NOTIFIED, EntryKind.NOT_NOTIFIED, EntryKind.FLAPPING,
    EntryKind.SETTLED, EntryKind.MERGED, EntryKind.JOINED, EntryKind.ACKNOWLEDGED, EntryKind.UNACKNOWLEDGED,
)  # fmt: skip

_events = healthevent.c


class LedToIt(BaseModel):
    """The checks of one watcher around the moment it became part of the incident."""

    watcher_id: UUID
    name: str
    checks: list[EventPublic] = Field(description="Oldest first; those that still are stored.")


async def checks_that_led_to(session: AsyncSession, incident: Incident) -> list[LedToIt]:
    """The last checks before and the first ones of the failure, of the first ten watchers, in two queries."""
    query = (
        select_model(IncidentMember.watcher_id, IncidentMember.joined_at, ServiceWatcher.name)
        .join(ServiceWatcher, col(ServiceWatcher.id) == IncidentMember.watcher_id)
        .where(IncidentMember.incident_id == incident.id)
        .order_by(col(IncidentMember.joined_at), col(IncidentMember.watcher_id))
        .limit(MOST_WATCHERS)
    )
    members = (await session.exec(query)).all()
    if not members:
        return []
    parts = [part for watcher_id, joined_at, _ in members for part in _around(watcher_id, joined_at)]
    connection = await session.connection()
    found: defaultdict[UUID, list[EventPublic]] = defaultdict(list)
    for row in await connection.execute(union_all(*parts)):
        found[row.watcher_id].append(public_event(row))
    return [
        LedToIt(watcher_id=watcher_id, name=name, checks=sorted(found[watcher_id], key=lambda each: each.slot))
        for watcher_id, _, name in members
    ]


def _around(watcher_id: UUID, at: int) -> list[Select[Any]]:
    theirs = select(healthevent).where(_events.watcher_id == watcher_id)
    before = theirs.where(_events.slot <= at, _events.created_at < at).order_by(_events.slot.desc())
    after = theirs.where(_events.slot >= at - MAX_LATENESS_MS, _events.created_at >= at).order_by(_events.slot)
    # A limit of its own needs a query of its own: neither database takes one inside a UNION without it.
    return [
        select(before.limit(CHECKS_BEFORE).subquery()),
        select(after.limit(CHECKS_AFTER).subquery()),
    ]


async def decisions_about(session: AsyncSession, incident: Incident) -> list[IncidentEntryPublic]:
    """What alerting decided and why, oldest first."""
    query = (
        select_model(IncidentEntry)
        .where(IncidentEntry.incident_id == incident.id, col(IncidentEntry.kind).in_(_DECISIONS))
        .order_by(col(IncidentEntry.at).desc(), col(IncidentEntry.id).desc())
        .limit(MOST_DECISIONS)
    )
    return await public_entries(list(reversed((await session.exec(query)).all())))
