"""The link in a message: a page with one button, and the button. Mail scanners follow links; none presses buttons."""

from typing import Annotated, NamedTuple

from fastapi import APIRouter, Depends, Form, Request, Response, status
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts.audit import audit
from healther.accounts.deps import DatabaseDep, NowMs, ReaderLanguage, SessionDep, SettingsDep
from healther.accounts.models import AuditEntry, Membership, User, Workspace
from healther.alerting.mailed import mailed_to
from healther.alerting.models import Channel, Delivery
from healther.core.errors import ConflictProblem
from healther.core.text import mailbox_of
from healther.incidents.links import AcknowledgeLinks, Acknowledgement
from healther.incidents.models import EntryKind, Incident, IncidentEntry, IncidentMember
from healther.incidents.service.handling import acknowledge
from healther.incidents.service.reading import count_members, load_to_change
from healther.incidents.timeline import Actor
from healther.incidents.titles import title_in
from healther.status_pages import render
from healther.status_pages.words import Words
from healther.status_pages.words_de import words_of
from healther.watchers.models import ServiceWatcher

router = APIRouter(tags=["incidents"])

MOST_NAMED = 5
_SOMEBODY = "somebody with the link"


async def get_links(request: Request) -> AcknowledgeLinks:
    """Who signs and reads the links of this process."""
    links: AcknowledgeLinks = request.app.state.acknowledge_links
    return links


async def get_words(language: ReaderLanguage) -> Words:
    """The reader's language, as their browser says."""
    return words_of(language or "en")


LinksDep = Annotated[AcknowledgeLinks, Depends(get_links)]
WordsDep = Annotated[Words, Depends(get_words)]


class _Found(NamedTuple):
    incident: Incident
    affected: list[str]
    affected_count: int
    workspace: str
    """Its slug."""


@router.get("/ack/{token}", include_in_schema=False)
async def acknowledge_page(
    token: str,
    request: Request,
    links: LinksDep,
    words: WordsDep,
    database: DatabaseDep,
    settings: SettingsDep,
    now_ms: NowMs,
) -> Response:
    """Shows what the link is about, and asks."""
    link = links.read(token, now_ms)
    if link is None:
        return _over(words)
    async with database.read() as session:
        found = await _find(session, link)
        returned = None if found is None else await _returned(session, found.incident, link)
    if found is None:
        return _over(words)
    incident, action, again = found.incident, "", ""
    if incident.resolved_at is not None:
        text = words.ack_resolved
    elif incident.acknowledged_by is not None:
        text = words.ack_done.format(name=incident.acknowledged_by)
    elif returned is not None:
        said = words.ack_handed_back if returned.kind == EntryKind.UNACKNOWLEDGED else words.ack_reopened
        text, action, again = said.format(name=returned.actor), request.url.path, str(returned.id)
    else:
        text, action = words.ack_text, request.url.path
    body = render.acknowledge(
        words,
        title_in(words.language, incident),
        text,
        affected=found.affected,
        more=max(0, found.affected_count - len(found.affected)),
        started_ms=incident.started_at,
        action=action,
        again=again,
        incident_url=f"{settings.public_url.rstrip('/')}/w/{found.workspace}/incidents/{incident.id}",
    )
    return _said(body, status.HTTP_200_OK)


@router.post("/ack/{token}", include_in_schema=False)
async def acknowledge_by_link(
    token: str,
    request: Request,
    links: LinksDep,
    words: WordsDep,
    session: SessionDep,
    now_ms: NowMs,
    again: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    """Acknowledges; leads back to the page, which says who has it.

    A link from before the incident was handed back does so `again` only: for whoever has read on the page that it was.
    """
    link = links.read(token, now_ms)
    found = None if link is None else await _find(session, link)
    if link is None or found is None:
        return _over(words)
    incident = await load_to_change(session, found.incident.workspace_id, found.incident.id)
    actor = await _actor(session, link)
    returned = await _returned(session, incident, link)
    if returned is not None and again != str(returned.id):
        return RedirectResponse(request.url.path, status.HTTP_303_SEE_OTHER)
    try:
        await acknowledge(session, incident, actor, now_ms)
    except ConflictProblem:
        # Resolved meanwhile: the page says so.
        return RedirectResponse(request.url.path, status.HTTP_303_SEE_OTHER)
    audit(
        session,
        workspace_id=incident.workspace_id,
        actor=actor.name,
        action="incident.acknowledge",
        object_id=incident.id,
        object_name=incident.title,
        details={"delivery_id": str(link.delivery_id)},
        now_ms=now_ms,
    )
    return RedirectResponse(request.url.path, status.HTTP_303_SEE_OTHER)


async def _find(session: AsyncSession, link: Acknowledgement) -> _Found | None:
    """The incident, or the one it went up into; nothing for somebody who has left its workspace."""
    incident = await session.get(Incident, link.incident_id)
    if incident is not None and incident.merged_into_id is not None:
        incident = await session.get(Incident, incident.merged_into_id)
    if incident is None or await _has_left(session, link):
        return None
    query = (
        select(ServiceWatcher.name)
        .join(IncidentMember, col(IncidentMember.watcher_id) == ServiceWatcher.id)
        .where(IncidentMember.incident_id == incident.id)
        .order_by(col(ServiceWatcher.name))
        .limit(MOST_NAMED)
    )
    names = list((await session.exec(query)).all())
    counts = await count_members(session, [incident.id])
    workspace = await session.get_one(Workspace, incident.workspace_id)
    return _Found(incident, names, counts[incident.id].all if incident.id in counts else 0, workspace.slug)


async def _has_left(session: AsyncSession, link: Acknowledgement) -> bool:
    """Whether the message went to somebody who was a member of the workspace then and is none any more.

    What a channel mails after they left goes to an address that people keep in it, not to a member.
    """
    delivery = await session.get(Delivery, link.delivery_id)
    if delivery is None:
        return False
    if delivery.link_ended_at is not None:
        return True
    if delivery.user_id is not None:
        return await session.get(Membership, (delivery.workspace_id, delivery.user_id)) is None
    mailed = {mailbox_of(each) for each in await mailed_to(session, delivery)}
    if not mailed:
        return False
    gone = select(AuditEntry.object_name).where(
        AuditEntry.workspace_id == delivery.workspace_id,
        col(AuditEntry.action).in_(("member.remove", "member.leave")),
        col(AuditEntry.at) >= delivery.created_at,
    )
    mailed &= {mailbox_of(each) for each in (await session.exec(gone)).all() if each}
    here = select(User.email).join(Membership, col(Membership.user_id) == User.id)
    members = (await session.exec(here.where(Membership.workspace_id == delivery.workspace_id))).all() if mailed else ()
    return not mailed <= {mailbox_of(each) for each in members}


async def _returned(session: AsyncSession, incident: Incident, link: Acknowledgement) -> IncidentEntry | None:
    """How the incident came to be nobody's again since the link was made, if it did."""
    query = (
        select(IncidentEntry)
        .where(
            IncidentEntry.incident_id == incident.id,
            col(IncidentEntry.kind).in_((EntryKind.UNACKNOWLEDGED, EntryKind.REOPENED)),
            IncidentEntry.at >= link.made_at,
        )
        .order_by(col(IncidentEntry.at).desc(), col(IncidentEntry.id).desc())
        .limit(1)
    )
    return (await session.exec(query)).first()


async def _actor(session: AsyncSession, link: Acknowledgement) -> Actor:
    """Who got the message: a person by name, or whoever reads that channel."""
    query = (
        select(User.id, User.full_name, Channel.name)
        .select_from(Delivery)
        .join(User, col(User.id) == Delivery.user_id, isouter=True)
        .join(Channel, col(Channel.id) == Delivery.channel_id, isouter=True)
        .where(Delivery.id == link.delivery_id)
    )
    row = (await session.exec(query)).first()
    if row is None:
        return Actor(None, _SOMEBODY)
    user_id, person, channel = row
    return Actor(user_id, person or (f"{channel} (link)" if channel else _SOMEBODY))


def _over(words: Words) -> Response:
    return _said(render.over(words), status.HTTP_404_NOT_FOUND)


def _said(body: bytes, code: int) -> Response:
    headers = {
        "Content-Security-Policy": render.policy_of(),
        "Cache-Control": "no-store",
        "X-Frame-Options": "DENY",
        "X-Robots-Tag": "noindex",
    }
    return HTMLResponse(body, code, headers)
