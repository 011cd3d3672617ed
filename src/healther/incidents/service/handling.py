"""What people do about an incident: take it on, end it, open it again."""

from sqlalchemy import update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.core.errors import ConflictProblem
from healther.incidents.models import EntryKind, Incident, IncidentMember, Origin, Stage
from healther.incidents.moved import IMPAIRED
from healther.incidents.timeline import Actor, entry, goes_on_at
from healther.incidents.titles import call_by_its_worst
from healther.watchers.models import ServiceWatcher, WatcherState

MOST_NAMED = 3


async def acknowledge(session: AsyncSession, incident: Incident, actor: Actor, now_ms: int) -> None:
    """Somebody takes it on: reminders and escalation end, checks go on. The first one stays; ConflictProblem."""
    if incident.resolved_at is not None:
        raise ConflictProblem("It is resolved already: there is nothing left to take on.")
    if incident.acknowledged_at is not None:
        return
    incident.acknowledged_at, incident.acknowledged_by = now_ms, actor.name[:200]
    _changed(session, incident)
    at = await goes_on_at(session, incident.id, now_ms)
    session.add(entry(incident.id, EntryKind.ACKNOWLEDGED, at, actor=actor))


async def unacknowledge(session: AsyncSession, incident: Incident, actor: Actor, now_ms: int) -> None:
    """Nobody is at it any more; raises ConflictProblem for a resolved one."""
    if incident.resolved_at is not None:
        raise ConflictProblem("It is resolved already: there is nothing left to hand back.")
    if incident.acknowledged_at is None:
        return
    incident.acknowledged_at = incident.acknowledged_by = None
    _changed(session, incident)
    at = await goes_on_at(session, incident.id, now_ms)
    session.add(entry(incident.id, EntryKind.UNACKNOWLEDGED, at, actor=actor))


async def resolve(session: AsyncSession, incident: Incident, actor: Actor, body: str, now_ms: int) -> None:
    """Ends it; raises ConflictProblem when it has ended, or while a watcher it follows is down: down means down."""
    if incident.resolved_at is not None:
        raise ConflictProblem("It is resolved already.")
    await _check_recovered(session, incident)
    at = max(await goes_on_at(session, incident.id, now_ms), incident.started_at)
    incident.resolved_at, incident.stage = at, Stage.RESOLVED
    call_by_its_worst(incident)
    _changed(session, incident)
    await session.exec(
        update(IncidentMember)
        .where(col(IncidentMember.incident_id) == incident.id, col(IncidentMember.left_at).is_(None))
        .values(left_at=at)
    )
    session.add(entry(incident.id, EntryKind.RESOLVED, at, actor=actor, stage=Stage.RESOLVED, body=body))


async def reopen(session: AsyncSession, incident: Incident, actor: Actor, body: str, now_ms: int) -> None:
    """It is not over after all; raises ConflictProblem for an open one.

    From now on it is people's: the watchers that were part of it are so again, and do not move it.
    """
    if incident.resolved_at is None:
        raise ConflictProblem("It is open.")
    incident.resolved_at = incident.acknowledged_at = incident.acknowledged_by = None
    incident.stage = Stage.INVESTIGATING
    _changed(session, incident)
    await session.exec(
        update(IncidentMember)
        .where(col(IncidentMember.incident_id) == incident.id)
        .values(left_at=None, automatic=False)
    )
    at = await goes_on_at(session, incident.id, now_ms)
    session.add(entry(incident.id, EntryKind.REOPENED, at, actor=actor, stage=incident.stage, body=body))


async def _check_recovered(session: AsyncSession, incident: Incident) -> None:
    if incident.origin == Origin.MANUAL:
        return
    query = (
        select(ServiceWatcher.name)
        .join(IncidentMember, col(IncidentMember.watcher_id) == ServiceWatcher.id)
        .join(WatcherState, col(WatcherState.watcher_id) == ServiceWatcher.id)
        .where(
            IncidentMember.incident_id == incident.id,
            col(IncidentMember.left_at).is_(None),
            col(IncidentMember.automatic),
            col(WatcherState.state).in_(IMPAIRED),
        )
        .order_by(col(ServiceWatcher.name))
        .limit(MOST_NAMED)
    )
    impaired = (await session.exec(query)).all()
    if impaired:
        raise ConflictProblem(
            f"Still impaired: {', '.join(impaired)}. healther resolves the incident when everything has recovered; "
            "acknowledge it to end reminders, or pause the watcher."
        )


def _changed(session: AsyncSession, incident: Incident) -> None:
    incident.version += 1
    session.add(incident)
