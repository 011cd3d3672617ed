"""Why was I (not) paged: `/api/v1/workspaces/{workspace_id}/incidents/{incident_id}/why`."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field
from sqlalchemy import and_, case
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts.deps import NowMs, ObserverAccess, ReadSessionDep
from healther.alerting.delivery_routes import DeliveryPublic, deliveries_list
from healther.alerting.models import AlertPolicy, AlertRun, Delivery, DeliveryState
from healther.core.clock import to_utc
from healther.core.pagination import Page
from healther.incidents.grounds import Grounds, restored
from healther.incidents.models import Hold, Incident
from healther.incidents.schemas import IncidentEntryPublic
from healther.incidents.service.reading import load_incident
from healther.incidents.service.why import LedToIt, checks_that_led_to, decisions_about

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
    deliveries: Page[DeliveryPublic] = Field(
        description="Every message and what the other side answered, newest first; `/deliveries` goes on."
    )


@router.get("/{incident_id}/why")
async def incidents_why(access: ObserverAccess, incident_id: UUID, session: ReadSessionDep, now_ms: NowMs) -> Why:
    """Why was I (not) paged: the checks, the rules that fired, what was held back, and every delivery's answers."""
    incident = await load_incident(session, access.workspace_id, incident_id)
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
        messages=await _messages(session, incident, now_ms),
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


async def _messages(session: AsyncSession, incident: Incident, now_ms: int) -> Messages:
    """Counted by the database: there may be more than a page shows."""
    state, untried = col(Delivery.state), col(Delivery.attempts) == 0
    queued = state == DeliveryState.QUEUED
    # What is over the hour's mails is put back with words that say so (deliver/budget); nothing else untried has any.
    capped = and_(queued, untried, col(Delivery.answer).is_not(None))
    quiet = and_(queued, untried, col(Delivery.answer).is_(None), col(Delivery.next_at) > now_ms)
    which = case((capped, "capped"), (quiet, "quiet"), else_=state).label("which")
    each = select(which).where(Delivery.incident_id == incident.id).subquery()
    query = select(each.c.which, func.count()).group_by(each.c.which)
    found: dict[str, int] = dict((await session.exec(query)).all())
    return Messages(
        sent=found.get(DeliveryState.SENT, 0),
        waiting=found.get(DeliveryState.QUEUED, 0),
        quiet=found.get("quiet", 0),
        capped=found.get("capped", 0),
        given_up=found.get(DeliveryState.DEAD, 0),
        taken_back=found.get(DeliveryState.CANCELLED, 0),
    )


def _utc(at_ms: int | None) -> datetime | None:
    return None if at_ms is None else to_utc(at_ms)
