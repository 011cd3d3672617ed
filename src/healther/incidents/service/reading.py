"""Reading incidents: lists, members, timelines."""

import json
from collections.abc import Collection, Sequence
from typing import Literal, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlmodel import col
from sqlmodel import select as select_model
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.core.clock import SECOND_MS, to_utc
from healther.core.errors import ConflictProblem, NotFoundProblem
from healther.core.markdown import rendered
from healther.core.pagination import Cursors, Page, page_from, page_of, within
from healther.incidents.departed import departed_of
from healther.incidents.grounds import restored
from healther.incidents.lock import lock_incidents
from healther.incidents.models import EntryKind, Impact, Incident, IncidentEntry, IncidentMember, Severity, Stage
from healther.incidents.schemas import IncidentEntryPublic, IncidentMemberPublic, IncidentPublic
from healther.incidents.titles import facts_of
from healther.incidents.unwatched import unwatched_of
from healther.watchers.models import ServiceWatcher

MOST_TIMELINE_CHARACTERS = 60_000
"""As they were typed: what a page of a timeline may come to, however many lines were asked for."""
_FIELDS = IncidentPublic.model_fields.keys() - {"members", "members_open", "unwatched_s", "title_facts", "hold_because"}

Which = Literal["open", "resolved"]


class IncidentFilter(NamedTuple):
    """Which incidents: null = all. The time they were open for touches [from, to), epoch ms."""

    which: Which | None = None
    watcher_id: UUID | None = None
    severity: Severity | None = None
    from_ms: int | None = None
    to_ms: int | None = None


class Members(NamedTuple):
    """How many watchers an incident is or was about, how many still are part of it, and the worst for those."""

    all: int = 0
    open: int = 0
    impact: Impact = Impact.NONE


async def load_incident(session: AsyncSession, workspace_id: UUID, incident_id: UUID) -> Incident:
    """The incident, if it is the workspace's; raises NotFoundProblem."""
    query = select_model(Incident).where(Incident.id == incident_id, Incident.workspace_id == workspace_id)
    incident = (await session.exec(query.execution_options(populate_existing=True))).first()
    if incident is None:
        raise NotFoundProblem("There is no such incident in this workspace.")
    return incident


async def load_to_change(session: AsyncSession, workspace_id: UUID, incident_id: UUID) -> Incident:
    """The same, while nobody else changes the workspace's incidents; ConflictProblem when it went up into another."""
    await lock_incidents(await session.connection(), [workspace_id])
    incident = await load_incident(session, workspace_id, incident_id)
    if incident.merged_into_id is not None:
        raise ConflictProblem(f"It is one with the incident {incident.merged_into_id} now: go on there.")
    return incident


async def list_incidents(
    session: AsyncSession, workspace_id: UUID, wanted: IncidentFilter, *, cursor: str | None, limit: int
) -> Page[IncidentPublic]:
    """One page of a workspace's incidents, the latest first; those that went up into others are not among them."""
    cursors = Cursors("incidents", workspace_id, *wanted)
    query = select_model(Incident).where(Incident.workspace_id == workspace_id, *_conditions(wanted))
    started, key = col(Incident.started_at), col(Incident.id)
    after = cursors.decode_timed(cursor)
    if after is not None:
        query = query.where(or_(started < after[0], and_(started == after[0], key < after[1])))
    rows = (await session.exec(query.order_by(started.desc(), key.desc()).limit(limit + 1))).all()
    counts = await count_members(session, [row.id for row in rows])
    unwatched = await unwatched_of(session, [row.id for row in rows])
    return page_of(
        rows,
        limit,
        lambda row: public_incident(row, counts.get(row.id, Members()), unwatched.get(row.id, 0)),
        lambda row: cursors.encode(row.started_at, str(row.id)),
    )


def _conditions(wanted: IncidentFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [col(Incident.merged_into_id).is_(None)]
    if wanted.which is not None:
        resolved = col(Incident.resolved_at)
        conditions.append(resolved.is_(None) if wanted.which == "open" else resolved.is_not(None))
    if wanted.watcher_id is not None:
        theirs = select(IncidentMember.incident_id).where(  # type: ignore[call-overload]
            col(IncidentMember.watcher_id) == wanted.watcher_id,
            *([col(IncidentMember.left_at).is_(None)] if wanted.which == "open" else []),
        )
        conditions.append(col(Incident.id).in_(theirs))
    if wanted.severity is not None:
        conditions.append(col(Incident.severity) == wanted.severity)
    if wanted.from_ms is not None:
        ended = col(Incident.resolved_at)
        conditions.append(or_(ended.is_(None), ended >= wanted.from_ms))
    if wanted.to_ms is not None:
        conditions.append(col(Incident.started_at) < wanted.to_ms)
    return conditions


async def count_members(session: AsyncSession, incident_ids: Collection[UUID]) -> dict[UUID, Members]:
    """The members of these incidents, counted in one query."""
    there, impact = col(IncidentMember.left_at).is_(None), col(IncidentMember.impact)
    still, down, degraded = (
        func.sum(case((each, 1), else_=0))
        for each in (there, and_(there, impact == Impact.DOWN), and_(there, impact == Impact.DEGRADED))
    )
    query = (
        select(col(IncidentMember.incident_id), func.count(), still, down, degraded)
        .where(col(IncidentMember.incident_id).in_(incident_ids))
        .group_by(col(IncidentMember.incident_id))
    )
    connection = await session.connection()
    return {
        row[0]: Members(row[1], row[2], Impact.DOWN if row[3] else Impact.DEGRADED if row[4] else Impact.NONE)
        for row in await connection.execute(query)
    }


async def show_incident(session: AsyncSession, incident: Incident) -> IncidentPublic:
    """The incident as people see it in lists."""
    await session.flush()
    counts = await count_members(session, [incident.id])
    unwatched = await unwatched_of(session, [incident.id])
    return public_incident(incident, counts.get(incident.id, Members()), unwatched.get(incident.id, 0))


async def list_members(
    session: AsyncSession, incident_id: UUID, *, cursor: str | None, limit: int
) -> Page[IncidentMemberPublic]:
    """One page of an incident's watchers, by name."""
    cursors = Cursors("incident members", incident_id)
    name, key = col(ServiceWatcher.name), col(ServiceWatcher.id)
    query = (
        select_model(IncidentMember, ServiceWatcher.name)
        .join(ServiceWatcher, col(ServiceWatcher.id) == IncidentMember.watcher_id)
        .where(IncidentMember.incident_id == incident_id)
    )
    after = cursors.decode_named(cursor)
    if after is not None:
        query = query.where((name > after[0]) | ((name == after[0]) & (key > after[1])))
    rows = (await session.exec(query.order_by(name, key).limit(limit + 1))).all()
    left = (await departed_of(session, [incident_id])).get(incident_id, ())
    unwatched = {(each.watcher_id, each.at) for each in left}
    return page_of(
        rows,
        limit,
        lambda row: _public_member(*row, unwatched=(row[0].watcher_id, row[0].left_at) in unwatched),
        lambda row: cursors.encode(row[1], str(row[0].watcher_id)),
    )


async def list_timeline(
    session: AsyncSession, incident_id: UUID, *, cursor: str | None, limit: int
) -> Page[IncidentEntryPublic]:
    """One page of an incident's timeline, newest first; a shorter one where much was said in few lines."""
    cursors = Cursors("incident timeline", incident_id)
    at, key = col(IncidentEntry.at), col(IncidentEntry.id)
    query = select_model(IncidentEntry).where(IncidentEntry.incident_id == incident_id)
    after = cursors.decode_timed(cursor)
    if after is not None:
        query = query.where(or_(at < after[0], and_(at == after[0], key < after[1])))
    rows = (await session.exec(query.order_by(at.desc(), key.desc()).limit(limit + 1))).all()
    shown = within((len(row.body) + len(json.dumps(row.facts)) for row in rows[:limit]), MOST_TIMELINE_CHARACTERS)
    return page_from(rows, await public_entries(rows[:shown]), lambda row: cursors.encode(row.at, str(row.id)))


def public_incident(incident: Incident, members: Members, unwatched_ms: int) -> IncidentPublic:
    """An incident as people see it in lists."""
    return IncidentPublic.model_validate(public_fields(incident, members, unwatched_ms))


def public_fields(incident: Incident, members: Members, unwatched_ms: int) -> dict[str, object]:
    """The fields of IncidentPublic."""
    # Enumerations come from the database as words: `model_dump` would warn of each.
    shown = {name: getattr(incident, name) for name in _FIELDS}
    for name in ("started_at", "detected_at", "resolved_at", "acknowledged_at"):
        shown[name] = None if shown[name] is None else to_utc(shown[name])
    if incident.resolved_at is None and members.open:
        shown["impact"] = members.impact
    return {
        **shown,
        "title_facts": facts_of(incident),
        "hold_because": restored(incident.hold_because),
        "unwatched_s": unwatched_ms / SECOND_MS,
        "members": members.all,
        "members_open": members.open,
    }


def _public_member(member: IncidentMember, name: str, *, unwatched: bool) -> IncidentMemberPublic:
    return IncidentMemberPublic(
        watcher_id=member.watcher_id,
        name=name,
        impact=Impact(member.impact),
        automatic=member.automatic,
        reason=member.reason,
        message=member.message,
        joined_at=to_utc(member.joined_at),
        left_at=None if member.left_at is None else to_utc(member.left_at),
        unwatched=unwatched,
    )


async def public_entries(entries: Sequence[IncidentEntry]) -> list[IncidentEntryPublic]:
    """Lines of the timeline as people see them."""
    bodies = await rendered(*(entry.body for entry in entries))
    return [_public_entry(entry, html) for entry, html in zip(entries, bodies, strict=True)]


def _public_entry(entry: IncidentEntry, body_html: str) -> IncidentEntryPublic:
    return IncidentEntryPublic(
        id=entry.id,
        kind=EntryKind(entry.kind),
        watcher_id=entry.watcher_id,
        actor=entry.actor,
        stage=None if entry.stage is None else Stage(entry.stage),
        body=entry.body,
        facts=entry.facts,
        at=to_utc(entry.at),
        body_html=body_html,
        edited_at=None if entry.edited_at is None else to_utc(entry.edited_at),
    )
