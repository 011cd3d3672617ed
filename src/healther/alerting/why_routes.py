"""Why was I (not) paged: `/api/v1/workspaces/{workspace_id}/incidents/{incident_id}/why`."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field
from sqlalchemy import and_, case, or_
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts.deps import NowMs, ObserverAccess, ReadSessionDep
from healther.alerting.delivery_routes import DeliveryPublic, deliveries_list
from healther.alerting.models import AlertPolicy, AlertRun, Delivery, DeliveryState
from healther.core.clock import to_utc
from healther.core.pagination import Page
from healther.incidents.grounds import OF_ADDRESSES, Grounds, begins_with, restored
from healther.incidents.models import Hold, Incident
from healther.incidents.schemas import IncidentEntryPublic
from healther.incidents.service.reading import load_incident
from healther.incidents.service.why import LedToIt, checks_that_led_to, decisions_about
from healther.status_pages.models import StatusPage, Subscriber

router = APIRouter(prefix="/workspaces/{workspace_id}/incidents", tags=["incidents"])


class WhyRun(BaseModel):
    """An alert policy at work on the incident."""

    policy_id: UUID
    policy: str
    kind: str = Field(description="What it told.", examples=["down"])
    started_at: datetime
    next_step: int = Field(description="How many steps were due so far: what was sent is in `messages`.")
    next_at: datetime | None
    ended_at: datetime | None
    end_reason: str | None


class Messages(BaseModel):
    """What became of the messages about an incident; each is counted once."""

    sent: int = Field(description="Taken by the other side.")
    waiting: int = Field(description="To be sent, or to be tried again.")
    quiet: int = Field(description="Waiting for the end of a channel's quiet hours.")
    capped: int = Field(description="Waiting because the workspace has sent what it may in this hour.")
    given_up: int = Field(description="Could not be delivered.")
    taken_back: int = Field(
        description="Superseded before they could leave: over, acknowledged, or of no use any more."
    )
    withheld: int = Field(description="Not sent: nobody at the address has said yes to mail, or somebody has said no.")

    def __add__(self, other: "Messages") -> "Messages":
        counts = other.model_dump()
        return Messages(**{name: count + counts[name] for name, count in self.model_dump().items()})


class PageMessages(BaseModel):
    """What became of the messages to the subscribers of a status page; who they are is not said."""

    page_id: UUID
    page: str = Field(description="The page's title.")
    messages: Messages


class Why(BaseModel):
    """Everything that explains who was told of an incident, and who was not."""

    started_at: datetime
    detected_at: datetime
    hold: Hold | None = Field(description="What keeps the alert back now.")
    hold_detail: str | None = Field(description="By what, in English.")
    hold_because: Grounds | None = Field(description="The same to be spelled in any language; null on older incidents.")
    merged_into_id: UUID | None
    checks: list[LedToIt] = Field(description="Of the first ten watchers.")
    decisions: list[IncidentEntryPublic] = Field(description="Oldest first.")
    runs: list[WhyRun]
    messages: Messages
    pages: list[PageMessages] = Field(
        description="Of these messages those to subscribers of status pages, a line for each page."
    )
    deliveries: Page[DeliveryPublic] = Field(
        description="Every other message and what the other side answered, newest first; `/deliveries` goes on."
    )


@router.get("/{incident_id}/why")
async def incidents_why(access: ObserverAccess, incident_id: UUID, session: ReadSessionDep, now_ms: NowMs) -> Why:
    """Why was I (not) paged: the checks, the rules that fired, what was held back, and every delivery's answers."""
    incident = await load_incident(session, access.workspace_id, incident_id)
    messages = await _messages(session, incident, now_ms)
    return Why(
        started_at=to_utc(incident.started_at),
        detected_at=to_utc(incident.detected_at),
        hold=None if incident.hold is None else Hold(incident.hold),
        hold_detail=incident.hold_detail,
        hold_because=restored(incident.hold_because),
        merged_into_id=incident.merged_into_id,
        checks=await checks_that_led_to(session, incident),
        decisions=await decisions_about(session, incident),
        runs=await _runs(session, incident),
        messages=sum(messages.values(), start=_counted({})),
        pages=[PageMessages(page=place[0], page_id=place[1], messages=messages[place]) for place in messages if place],
        deliveries=await deliveries_list(access, session, incident_id=incident.id),
    )


async def _runs(session: AsyncSession, incident: Incident) -> list[WhyRun]:
    query = (
        select(AlertRun, AlertPolicy.name)
        .join(AlertPolicy, col(AlertPolicy.id) == AlertRun.policy_id)
        .where(AlertRun.incident_id == incident.id)
        .order_by(col(AlertRun.started_at), col(AlertPolicy.name))
    )
    return [
        WhyRun(
            policy_id=run.policy_id,
            policy=name,
            kind=run.kind,
            started_at=to_utc(run.started_at),
            next_step=run.next_step,
            next_at=_utc(run.next_at),
            ended_at=_utc(run.ended_at),
            end_reason=run.end_reason,
        )
        for run, name in (await session.exec(query)).all()
    ]


_Place = tuple[str, UUID] | None
"""A status page, by title and id, for its subscribers; None for channels and members."""


async def _messages(session: AsyncSession, incident: Incident, now_ms: int) -> dict[_Place, Messages]:
    """By place, in the order of titles; counted by the database, for there may be many."""
    state, answer, untried = col(Delivery.state), col(Delivery.answer), col(Delivery.attempts) == 0
    queued = state == DeliveryState.QUEUED
    # What is over the hour's mails is put back with words that say so (deliver/budget); nothing else untried has any.
    capped = and_(queued, untried, answer.is_not(None))
    quiet = and_(queued, untried, answer.is_(None), col(Delivery.next_at) > now_ms)
    unasked = or_(*(answer.startswith(begins_with(each), autoescape=True) for each in OF_ADDRESSES))
    withheld = and_(state == DeliveryState.CANCELLED, unasked)
    which = case((capped, "capped"), (quiet, "quiet"), (withheld, "withheld"), else_=state).label("which")
    each = (
        select(which, col(StatusPage.id).label("page_id"), col(StatusPage.title).label("page"))
        .select_from(Delivery)
        .join(Subscriber, col(Subscriber.id) == Delivery.subscriber_id, isouter=True)
        .join(StatusPage, col(StatusPage.id) == Subscriber.page_id, isouter=True)
        .where(Delivery.incident_id == incident.id)
        .subquery()
    )
    place = (each.c.page, each.c.page_id)
    query = select(*place, each.c.which, func.count()).group_by(*place, each.c.which).order_by(*place)
    found: defaultdict[_Place, dict[str, int]] = defaultdict(dict)
    for page, page_id, what, count in (await session.exec(query)).all():
        found[None if page_id is None else (page, page_id)][what] = count
    return {place: _counted(counts) for place, counts in found.items()}


def _counted(found: Mapping[str, int]) -> Messages:
    return Messages(
        sent=found.get(DeliveryState.SENT, 0),
        waiting=found.get(DeliveryState.QUEUED, 0),
        quiet=found.get("quiet", 0),
        capped=found.get("capped", 0),
        given_up=found.get(DeliveryState.DEAD, 0),
        taken_back=found.get(DeliveryState.CANCELLED, 0),
        withheld=found.get("withheld", 0),
    )


def _utc(at_ms: int | None) -> datetime | None:
    return None if at_ms is None else to_utc(at_ms)
