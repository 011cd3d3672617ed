"""Who left an incident because nobody watches them any more: the timeline knows, of deleted watchers it alone."""

from collections import defaultdict
from collections.abc import Collection
from typing import NamedTuple
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.incidents.automatic import Left
from healther.incidents.models import EntryKind, IncidentEntry


class Departed(NamedTuple):
    """A watcher that was paused or deleted while it belonged to an incident, and when (epoch ms)."""

    watcher_id: UUID
    name: str
    at: int
    deleted: bool


async def departed_of(session: AsyncSession, incident_ids: Collection[UUID]) -> dict[UUID, list[Departed]]:
    """By incident, in the order they left; one from which nobody has left so is missing."""
    query = (
        select(IncidentEntry)
        .where(col(IncidentEntry.incident_id).in_(incident_ids), IncidentEntry.kind == EntryKind.LEFT)
        .order_by(col(IncidentEntry.at), col(IncidentEntry.id))
    )
    found: defaultdict[UUID, list[Departed]] = defaultdict(list)
    for entry in (await session.exec(query)).all():
        if entry.watcher_id is not None:
            facts = entry.facts
            left = Departed(entry.watcher_id, facts["watcher"], entry.at, facts.get("why") == Left.DELETED)
            found[entry.incident_id].append(left)
    return dict(found)
