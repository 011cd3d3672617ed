"""For how long of an incident nobody knew how it was: the ledger says unknown, and so does its length."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.history.models import Span
from healther.incidents.models import Incident, IncidentMember, Origin
from healther.watchers.states import State

Stretch = tuple[int, int]
_WRONG = (State.DOWN, State.DEGRADED, State.MAINTENANCE)


async def unwatched_of(session: AsyncSession, incident_ids: Collection[UUID]) -> dict[UUID, int]:
    """In ms, of those that are over; the others, and those that were watched throughout, are missing."""
    await session.flush()
    unknown = await _stretches(session, incident_ids, (State.UNKNOWN,))
    if not unknown:
        return {}
    wrong = await _stretches(session, unknown, _WRONG)
    found = {each: outside_ms(theirs, wrong.get(each, ())) for each, theirs in unknown.items()}
    return {each: ms for each, ms in found.items() if ms}


async def _stretches(
    session: AsyncSession, incident_ids: Collection[UUID], states: Collection[State]
) -> dict[UUID, list[Stretch]]:
    """When members were in one of these states while they belonged to it; each begins with a check that failed."""
    query: Select[Any] = (
        select(  # type: ignore[call-overload]
            IncidentMember.incident_id, Span.started_at, Span.ended_at, IncidentMember.left_at, Incident.resolved_at
        )
        .join(Incident, col(Incident.id) == IncidentMember.incident_id)
        .join(Span, col(Span.watcher_id) == IncidentMember.watcher_id)
        .where(
            col(IncidentMember.incident_id).in_(incident_ids),
            col(Incident.resolved_at).is_not(None),
            col(Incident.origin) == Origin.AUTOMATIC,
            col(Span.started_at) >= col(Incident.started_at),
            col(Span.started_at) < col(Incident.resolved_at),
            col(Span.state).in_(states),
        )
    )
    found: defaultdict[UUID, list[Stretch]] = defaultdict(list)
    for incident_id, start, *ends in await (await session.connection()).execute(query):
        end = min(each for each in ends if each is not None)
        if end > start:
            found[incident_id].append((start, end))
    return dict(found)


def outside_ms(stretches: Iterable[Stretch], others: Iterable[Stretch]) -> int:
    """How much time lies in one of these and in none of the others."""
    edges = [(at, step, 0) for start, end in stretches for at, step in ((start, 1), (end, -1))]
    edges += [(at, 0, step) for start, end in others for at, step in ((start, 1), (end, -1))]
    total = inside = other = before = 0
    for at, step, other_step in sorted(edges):
        if inside and not other:
            total += at - before
        inside, other, before = inside + step, other + other_step, at
    return total
