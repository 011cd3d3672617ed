"""Incidents: `/api/v1/workspaces/{workspace_id}/incidents`. What concerns pages too is in status_pages."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts import throttle
from healther.accounts.audit import audit
from healther.accounts.deps import Access, AdminAccess, NowMs, ObserverAccess, ReadSessionDep, SessionDep
from healther.core.markdown import rendered
from healther.core.moments import From, To, window_ms
from healther.core.pagination import DEFAULT_LIMIT, Cursor, Limit, Page
from healther.incidents.models import Incident, Severity
from healther.incidents.schemas import (
    Closing,
    IncidentEntryPublic,
    IncidentMemberPublic,
    IncidentPublic,
    MarkdownShown,
    MarkdownText,
    UpdateEdit,
)
from healther.incidents.service import handling, reading, updates
from healther.incidents.service.reading import IncidentFilter, Which
from healther.incidents.timeline import Actor

router = APIRouter(prefix="/workspaces/{workspace_id}/incidents", tags=["incidents"])

PREVIEWS = throttle.Limit("markdown preview", 100)
_NOT_NOW: dict[int | str, dict[str, Any]] = {409: {"description": "It is resolved, or open, or went into another."}}


def actor_of(access: Access) -> Actor:
    """Who is asking, as the timeline names them."""
    return Actor(access.user.id, access.user.full_name)


def note(session: AsyncSession, access: Access, incident: Incident, verb: str, now_ms: int, **details: object) -> None:
    """The trail's row for something done to an incident."""
    audit(
        session,
        workspace_id=incident.workspace_id,
        actor=access.actor,
        action=f"incident.{verb}",
        object_id=incident.id,
        object_name=incident.title,
        details=details,
        now_ms=now_ms,
    )


@router.get("")
async def incidents_list(
    access: ObserverAccess,
    session: ReadSessionDep,
    status: Annotated[Which | None, Query(description="Only those that are open, or only those that are not.")] = None,
    watcher_id: Annotated[
        UUID | None, Query(description="Only those about this watcher; of open ones those it still is part of.")
    ] = None,
    severity: Annotated[Severity | None, Query(description="Only these.")] = None,
    from_: From = None,
    to: To = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Page[IncidentPublic]:
    """The incidents of a workspace, the latest first; with a window, those that were open at some time in it."""
    wanted = IncidentFilter(status, watcher_id, severity, *window_ms(from_, to))
    return await reading.list_incidents(session, access.workspace_id, wanted, cursor=cursor, limit=limit)


@router.post("/preview", responses={429: {"description": "Too many previews in the last 15 minutes."}})
async def incidents_preview(
    access: AdminAccess, body: MarkdownText, session: SessionDep, now_ms: NowMs
) -> MarkdownShown:
    """Markdown as updates show it, before it is said; nothing is kept."""
    await throttle.take(session, PREVIEWS, PREVIEWS.key(str(access.user.id)), now_ms)
    (html,) = await rendered(body.body)
    return MarkdownShown(html=html)


@router.get("/{incident_id}/members")
async def incidents_members(
    access: ObserverAccess,
    incident_id: UUID,
    session: ReadSessionDep,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Page[IncidentMemberPublic]:
    """The watchers an incident is about, by name."""
    incident = await reading.load_incident(session, access.workspace_id, incident_id)
    return await reading.list_members(session, incident.id, cursor=cursor, limit=limit)


@router.get("/{incident_id}/timeline")
async def incidents_timeline(
    access: ObserverAccess,
    incident_id: UUID,
    session: ReadSessionDep,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Page[IncidentEntryPublic]:
    """Everything that happened, newest first."""
    incident = await reading.load_incident(session, access.workspace_id, incident_id)
    return await reading.list_timeline(session, incident.id, cursor=cursor, limit=limit)


@router.post("/{incident_id}/acknowledge", responses=_NOT_NOW)
async def incidents_acknowledge(
    access: AdminAccess, incident_id: UUID, session: SessionDep, now_ms: NowMs
) -> IncidentPublic:
    """Takes it on: reminders and escalation end, checks go on. Who came first stays."""
    incident = await reading.load_to_change(session, access.workspace_id, incident_id)
    await handling.acknowledge(session, incident, actor_of(access), now_ms)
    note(session, access, incident, "acknowledge", now_ms)
    return await reading.show_incident(session, incident)


@router.post("/{incident_id}/unacknowledge", responses=_NOT_NOW)
async def incidents_unacknowledge(
    access: AdminAccess, incident_id: UUID, session: SessionDep, now_ms: NowMs
) -> IncidentPublic:
    """Hands it back: nobody is at it any more."""
    incident = await reading.load_to_change(session, access.workspace_id, incident_id)
    await handling.unacknowledge(session, incident, actor_of(access), now_ms)
    note(session, access, incident, "unacknowledge", now_ms)
    return await reading.show_incident(session, incident)


@router.post("/{incident_id}/resolve", responses=_NOT_NOW)
async def incidents_resolve(
    access: AdminAccess, incident_id: UUID, body: Closing, session: SessionDep, now_ms: NowMs
) -> IncidentPublic:
    """Ends it. One that follows watchers ends when they have recovered, and not before (409)."""
    incident = await reading.load_to_change(session, access.workspace_id, incident_id)
    await handling.resolve(session, incident, actor_of(access), body.body, now_ms)
    note(session, access, incident, "resolve", now_ms)
    return await reading.show_incident(session, incident)


@router.post("/{incident_id}/reopen", responses=_NOT_NOW)
async def incidents_reopen(
    access: AdminAccess, incident_id: UUID, body: Closing, session: SessionDep, now_ms: NowMs
) -> IncidentPublic:
    """It is not over after all. From now on people resolve it, whatever its watchers do."""
    incident = await reading.load_to_change(session, access.workspace_id, incident_id)
    await handling.reopen(session, incident, actor_of(access), body.body, now_ms)
    note(session, access, incident, "reopen", now_ms)
    return await reading.show_incident(session, incident)


@router.patch("/{incident_id}/updates/{entry_id}", responses=_NOT_NOW)
async def incidents_update_edit(
    access: AdminAccess, incident_id: UUID, entry_id: UUID, body: UpdateEdit, session: SessionDep, now_ms: NowMs
) -> IncidentPublic:
    """Puts other words to an update or a note; the timeline keeps those before."""
    incident = await reading.load_to_change(session, access.workspace_id, incident_id)
    await updates.edit_update(session, incident, entry_id, actor_of(access), body=body.body, now_ms=now_ms)
    note(session, access, incident, "update.edit", now_ms, entry_id=str(entry_id))
    return await reading.show_incident(session, incident)
