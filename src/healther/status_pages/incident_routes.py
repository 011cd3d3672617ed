"""What of incidents concerns pages too: `/api/v1/workspaces/{workspace_id}/incidents`, and one with its pages."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, status
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts.deps import AdminAccess, NowMs, ObserverAccess, ReadSessionDep, SessionDep
from healther.core.clock import to_utc
from healther.core.markdown import rendered
from healther.core.pagination import DEFAULT_LIMIT
from healther.incidents.lock import lock_incidents
from healther.incidents.models import Incident
from healther.incidents.routes import actor_of, note
from healther.incidents.schemas import IncidentCreate, IncidentDetail, IncidentUpdate, UpdateCreate
from healther.incidents.service import manual, reading, updates
from healther.incidents.unwatched import unwatched_of
from healther.status_pages.publishing import pages_of, publish

router = APIRouter(prefix="/workspaces/{workspace_id}/incidents", tags=["incidents"])

_NOT_NOW: dict[int | str, dict[str, Any]] = {409: {"description": "It is resolved, or went into another."}}


async def _show(session: AsyncSession, incident: Incident) -> IncidentDetail:
    await session.flush()
    members = (await reading.count_members(session, [incident.id])).get(incident.id, reading.Members())
    unwatched = await unwatched_of(session, [incident.id])
    root_cause, post_mortem = await rendered(incident.root_cause, incident.post_mortem)
    published_at = incident.post_mortem_published_at
    return IncidentDetail.model_validate(
        {
            **reading.public_fields(incident, members, unwatched.get(incident.id, 0)),
            "root_cause": incident.root_cause,
            "root_cause_html": root_cause,
            "post_mortem": incident.post_mortem,
            "post_mortem_html": post_mortem,
            "post_mortem_published_at": None if published_at is None else to_utc(published_at),
            "pages": await pages_of(session, incident.id),
            "watchers": await reading.list_members(session, incident.id, cursor=None, limit=DEFAULT_LIMIT),
            "timeline": await reading.list_timeline(session, incident.id, cursor=None, limit=DEFAULT_LIMIT),
        }
    )


@router.post("", status_code=status.HTTP_201_CREATED)
async def incidents_create(
    access: AdminAccess, body: IncidentCreate, session: SessionDep, now_ms: NowMs
) -> IncidentDetail:
    """Opens an incident by hand. Nobody is alerted: whoever opens it knows; its pages tell of it."""
    await lock_incidents(await session.connection(), [access.workspace_id])
    incident = await manual.open_by_hand(session, access.workspace_id, body, actor_of(access), now_ms)
    await publish(session, incident, body.page_ids, now_ms)
    note(session, access, incident, "open", now_ms)
    return await _show(session, incident)


@router.get("/{incident_id}")
async def incidents_get(access: ObserverAccess, incident_id: UUID, session: ReadSessionDep) -> IncidentDetail:
    """One incident with the beginnings of its watchers and its timeline."""
    return await _show(session, await reading.load_incident(session, access.workspace_id, incident_id))


@router.patch("/{incident_id}", responses=_NOT_NOW)
async def incidents_update(
    access: AdminAccess, incident_id: UUID, body: IncidentUpdate, session: SessionDep, now_ms: NowMs
) -> IncidentDetail:
    """Changes what is sent. healther goes on moving the impact on watchers whose state it follows."""
    incident = await reading.load_to_change(session, access.workspace_id, incident_id)
    await manual.edit(session, incident, body, actor_of(access), now_ms)
    if body.page_ids is not None:
        await publish(session, incident, body.page_ids, now_ms)
    note(session, access, incident, "edit", now_ms, fields=sorted(body.model_fields_set))
    return await _show(session, incident)


@router.post("/{incident_id}/updates", status_code=status.HTTP_201_CREATED, responses=_NOT_NOW)
async def incidents_update_post(
    access: AdminAccess, incident_id: UUID, body: UpdateCreate, session: SessionDep, now_ms: NowMs
) -> IncidentDetail:
    """Says how things stand, on the pages that tell of the incident; without a stage it is a note for the workspace."""
    incident = await reading.load_to_change(session, access.workspace_id, incident_id)
    if body.page_ids is not None:
        await publish(session, incident, body.page_ids, now_ms)
    await updates.post_update(session, incident, actor_of(access), stage=body.stage, body=body.body, now_ms=now_ms)
    note(session, access, incident, "note" if body.stage is None else "update", now_ms)
    return await _show(session, incident)
