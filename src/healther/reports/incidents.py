"""The incidents of a month: of a workspace all of them, of a status page those that were told on it."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.incidents.models import Incident, IncidentMember
from healther.incidents.titles import title_in
from healther.reports.scope import Scope
from healther.status_pages.models import StatusPageIncident
from healther.status_pages.told import concerned, public_title


class Line(NamedTuple):
    """One incident, as the report tells it. `names` are of the services of the report."""

    incident: Incident
    title: str
    names: list[str]


class Incidents(NamedTuple):
    """Those that touched the month, in order, and of how many each service was part in it."""

    lines: list[Line]
    by_watcher: Counter[UUID]


async def incidents_of(session: AsyncSession, scope: Scope, from_ms: int, to_ms: int) -> Incidents:
    """Two queries, however many they are."""
    conditions = _conditions(scope, from_ms, to_ms)
    query = select(Incident).where(*conditions).order_by(col(Incident.started_at), col(Incident.id))
    incidents = (await session.exec(query)).all()
    if not incidents:
        return Incidents([], Counter())
    members: defaultdict[UUID, list[IncidentMember]] = defaultdict(list)
    theirs = select(IncidentMember).join(Incident, col(Incident.id) == IncidentMember.incident_id).where(*conditions)
    for member in (await session.exec(theirs)).all():
        members[member.incident_id].append(member)
    shown = scope.shown
    lines, by_watcher = [], Counter[UUID]()
    for incident in incidents:
        # A month names everybody it concerned, whoever is back by now.
        components, impact, _ = concerned(members[incident.id], shown, over=True)
        names = [each.name for each in components]
        title = title_in(scope.words.language, incident)
        if scope.page_id is not None:
            title = public_title(incident, names, impact, scope.words)
        lines.append(Line(incident, title, names))
        by_watcher.update(_inside(members[incident.id], from_ms, to_ms))
    return Incidents(lines, by_watcher)


def _inside(members: Sequence[IncidentMember], from_ms: int, to_ms: int) -> list[UUID]:
    return [
        member.watcher_id
        for member in members
        if member.joined_at < to_ms and (member.left_at is None or member.left_at > from_ms)
    ]


def _conditions(scope: Scope, from_ms: int, to_ms: int) -> list[ColumnElement[bool]]:
    ended = col(Incident.resolved_at)
    conditions = [
        col(Incident.workspace_id) == scope.workspace_id,
        col(Incident.merged_into_id).is_(None),
        col(Incident.started_at) < to_ms,
        or_(ended.is_(None), ended > from_ms),
    ]
    if scope.page_id is not None:
        told = select(StatusPageIncident.incident_id).where(StatusPageIncident.page_id == scope.page_id)
        conditions.append(col(Incident.id).in_(told))
    return conditions
