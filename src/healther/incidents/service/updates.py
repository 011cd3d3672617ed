"""What people say about an incident: updates for everybody, notes for the workspace."""

from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.core.errors import ConflictProblem, NotFoundProblem
from healther.incidents.models import EntryKind, Incident, IncidentEntry, Stage
from healther.incidents.service.handling import resolve
from healther.incidents.timeline import Actor, entry, goes_on_at

# What pages tell of an incident, besides what it is about.
PUBLIC_KINDS = (EntryKind.UPDATE, EntryKind.RESOLVED, EntryKind.REOPENED)
_EDITABLE = (*PUBLIC_KINDS, EntryKind.NOTE)


async def post_update(
    session: AsyncSession, incident: Incident, actor: Actor, *, stage: Stage | None, body: str, now_ms: int
) -> None:
    """Says how things stand; `stage` None = a note for the workspace. Raises ConflictProblem."""
    at = await goes_on_at(session, incident.id, now_ms)
    if stage is None:
        session.add(entry(incident.id, EntryKind.NOTE, at, actor=actor, body=body))
        return
    if stage is Stage.RESOLVED:
        await resolve(session, incident, actor, body, now_ms)
        return
    if incident.resolved_at is not None:
        raise ConflictProblem("It is resolved: reopen it first, or leave a note.")
    incident.stage = stage
    incident.version += 1
    session.add(incident)
    session.add(entry(incident.id, EntryKind.UPDATE, at, actor=actor, stage=stage, body=body))


async def edit_update(
    session: AsyncSession, incident: Incident, entry_id: UUID, actor: Actor, *, body: str, now_ms: int
) -> None:
    """Puts other words to what people said; the timeline keeps those before. Raises NotFoundProblem."""
    query = select(IncidentEntry).where(
        IncidentEntry.id == entry_id, IncidentEntry.incident_id == incident.id, col(IncidentEntry.kind).in_(_EDITABLE)
    )
    said = (await session.exec(query)).first()
    if said is None:
        raise NotFoundProblem("There is no such update in this incident.")
    facts = {"entry_id": str(said.id), "before": said.body}
    said.body, said.edited_at = body, now_ms
    incident.version += 1
    at = await goes_on_at(session, incident.id, now_ms)
    session.add_all([said, incident, entry(incident.id, EntryKind.EDITED, at, actor=actor, facts=facts)])
