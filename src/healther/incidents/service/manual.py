"""Incidents opened by hand, and what people change of any incident."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.core.clock import DAY_MS, to_ms
from healther.core.errors import InvalidProblem
from healther.incidents.models import EntryKind, Impact, Incident, IncidentMember, Origin, Stage
from healther.incidents.schemas import ComponentImpact, IncidentCreate, IncidentUpdate
from healther.incidents.timeline import Actor, entry
from healther.watchers.models import ServiceWatcher

MOST_BACK_MS = 366 * DAY_MS
_RANK = {Impact.NONE: 0, Impact.DEGRADED: 1, Impact.DOWN: 2}


async def open_by_hand(
    session: AsyncSession, workspace_id: UUID, body: IncidentCreate, actor: Actor, now_ms: int
) -> Incident:
    """A new incident with its members and first update; raises InvalidProblem. Alerting does not tell of it."""
    if body.stage is Stage.RESOLVED:
        raise InvalidProblem.field("body.stage", "an incident that is opened is not resolved; choose another stage")
    started_at = now_ms if body.started_at is None else to_ms(body.started_at)
    if not now_ms - MOST_BACK_MS <= started_at <= now_ms:
        raise InvalidProblem.field("body.started_at", "must be within the last year, and not in the future")
    names = await _names(session, workspace_id, body.components)
    incident = Incident(
        workspace_id=workspace_id,
        title=body.title,
        title_given=True,
        origin=Origin.MANUAL,
        severity=body.severity,
        impact=worst(each.impact for each in body.components),
        stage=body.stage,
        started_at=started_at,
        detected_at=now_ms,
        planned_at=now_ms,
        created_by=actor.id,
    )
    session.add(incident)
    await session.flush()
    session.add_all(_member(incident.id, each, started_at) for each in body.components)
    facts = {"watchers": [names[each.watcher_id] for each in body.components]}
    session.add(entry(incident.id, EntryKind.OPENED, now_ms, actor=actor, facts=facts))
    if body.body:
        session.add(entry(incident.id, EntryKind.UPDATE, now_ms, actor=actor, stage=body.stage, body=body.body))
    return incident


async def edit(session: AsyncSession, incident: Incident, body: IncidentUpdate, actor: Actor, now_ms: int) -> None:
    """Changes what was sent and tells the timeline what; raises InvalidProblem. Pages are published elsewhere."""
    changed: dict[str, Any] = {}
    if body.title is not None and body.title != incident.title:
        changed["title"] = [incident.title, body.title]
        incident.title, incident.title_given, incident.title_facts = body.title, True, None
    if body.severity is not None and body.severity != incident.severity:
        changed["severity"] = [incident.severity, body.severity]
        incident.severity = body.severity
    if body.root_cause is not None and body.root_cause != incident.root_cause:
        changed["root_cause"] = True
        incident.root_cause = body.root_cause
    if body.components:
        changed["components"] = await _set_impacts(session, incident, body.components, now_ms)
    if changed:
        session.add(entry(incident.id, EntryKind.EDITED, now_ms, actor=actor, facts={"changes": changed}))
    _edit_post_mortem(session, incident, body, actor, now_ms)
    incident.version += 1
    session.add(incident)


def _edit_post_mortem(
    session: AsyncSession, incident: Incident, body: IncidentUpdate, actor: Actor, now_ms: int
) -> None:
    was = incident.post_mortem, incident.post_mortem_published_at is not None
    if body.post_mortem is not None:
        incident.post_mortem = body.post_mortem
    published = was[1] if body.post_mortem_published is None else body.post_mortem_published
    if published and not incident.post_mortem:
        raise InvalidProblem.field("body.post_mortem", "there is nothing to publish yet; write it first")
    if published != was[1]:
        incident.post_mortem_published_at = now_ms if published else None
    if (incident.post_mortem, published) != was:
        facts = {"published": published}
        session.add(entry(incident.id, EntryKind.POST_MORTEM, now_ms, actor=actor, facts=facts))


async def _set_impacts(
    session: AsyncSession, incident: Incident, components: Sequence[ComponentImpact], now_ms: int
) -> dict[str, Any]:
    names = await _names(session, incident.workspace_id, components)
    query = select(IncidentMember).where(IncidentMember.incident_id == incident.id)
    members = {member.watcher_id: member for member in (await session.exec(query)).all()}
    changed: dict[str, Any] = {}
    for component in components:
        member = members.get(component.watcher_id)
        before = None if member is None else member.impact
        if before == component.impact:
            continue
        changed[names[component.watcher_id]] = [before, component.impact]
        if member is None:
            member = _member(incident.id, component, min(now_ms, incident.resolved_at or now_ms))
            member.left_at = incident.resolved_at
            members[component.watcher_id] = member
        member.impact = component.impact
        session.add(member)
    now = worst(Impact(member.impact) for member in members.values())
    # What an automatic one has been stays with it; of one that people keep, they say what it is.
    incident.impact = now if incident.origin == Origin.MANUAL else worst((now, Impact(incident.impact)))
    return changed


def worst(impacts: Iterable[Impact]) -> Impact:
    """The worst of some impacts; of none it is none."""
    return max(impacts, key=_RANK.__getitem__, default=Impact.NONE)


def _member(incident_id: UUID, component: ComponentImpact, joined_at: int) -> IncidentMember:
    return IncidentMember(
        incident_id=incident_id,
        watcher_id=component.watcher_id,
        automatic=False,
        impact=component.impact,
        joined_at=joined_at,
    )


async def _names(session: AsyncSession, workspace_id: UUID, components: Sequence[ComponentImpact]) -> dict[UUID, str]:
    """The watchers' names; raises InvalidProblem for one that is not the workspace's (S6) or is named twice."""
    query = select(ServiceWatcher.id, ServiceWatcher.name).where(
        ServiceWatcher.workspace_id == workspace_id,
        col(ServiceWatcher.id).in_({component.watcher_id for component in components}),
    )
    names = dict((await session.exec(query)).all())
    seen: set[UUID] = set()
    for place, component in enumerate(components):
        where = f"body.components.{place}.watcher_id"
        if component.watcher_id not in names:
            raise InvalidProblem.field(where, "is no watcher of this workspace")
        if component.watcher_id in seen:
            raise InvalidProblem.field(where, "is named twice; give each watcher one impact")
        seen.add(component.watcher_id)
    return names
