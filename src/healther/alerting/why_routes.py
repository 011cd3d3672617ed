"""Why was I (not) paged: `/api/v1/workspaces/{workspace_id}/incidents/{incident_id}/why`."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts.deps import ObserverAccess, ReadSessionDep
from healther.accounts.models import User
from healther.alerting.attempts import AttemptPublic, attempts_of
from healther.alerting.models import AlertPolicy, AlertRun, Channel, Delivery, DeliveryState
from healther.core.clock import to_utc
from healther.incidents.models import Hold, Incident
from healther.incidents.schemas import IncidentEntryPublic
from healther.incidents.service.reading import load_incident
from healther.incidents.service.why import LedToIt, checks_that_led_to, decisions_about

router = APIRouter(prefix="/workspaces/{workspace_id}/incidents", tags=["incidents"])

MOST_DELIVERIES = 200


class WhyDelivery(BaseModel):
    """One message about the incident, and what became of it."""

    id: UUID
    kind: str = Field(examples=["down"])
    to: str = Field(description="The channel's or the person's name.", examples=["On call, by mail"])
    channel_id: UUID | None
    state: DeliveryState
    created_at: datetime
    next_at: datetime | None = Field(description="When it is tried (again); null when it is over.")
    answer: str | None = Field(description="Why it ended as it did.")
    attempts: list[AttemptPublic]


class WhyRun(BaseModel):
    """An alert policy at work on the incident."""

    policy_id: UUID
    policy: str
    started_at: datetime
    next_step: int
    next_at: datetime | None
    ended_at: datetime | None
    end_reason: str | None


class Why(BaseModel):
    """Everything that explains who was told of an incident, and who was not."""

    started_at: datetime
    detected_at: datetime
    hold: Hold | None = Field(description="What keeps the alert back now.")
    hold_detail: str | None
    merged_into_id: UUID | None
    checks: list[LedToIt] = Field(description="Of the first ten watchers.")
    decisions: list[IncidentEntryPublic] = Field(description="Oldest first.")
    runs: list[WhyRun]
    deliveries: list[WhyDelivery] = Field(description="Oldest first, the last 200.")


@router.get("/{incident_id}/why")
async def incidents_why(access: ObserverAccess, incident_id: UUID, session: ReadSessionDep) -> Why:
    """Why was I (not) paged: the checks, the rules that fired, what was held back, and every delivery's answers."""
    incident = await load_incident(session, access.workspace_id, incident_id)
    return Why(
        started_at=to_utc(incident.started_at),
        detected_at=to_utc(incident.detected_at),
        hold=None if incident.hold is None else Hold(incident.hold),
        hold_detail=incident.hold_detail,
        merged_into_id=incident.merged_into_id,
        checks=await checks_that_led_to(session, incident),
        decisions=await decisions_about(session, incident),
        runs=await _runs(session, incident),
        deliveries=await _deliveries(session, incident),
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
            started_at=to_utc(run.started_at),
            next_step=run.next_step,
            next_at=_utc(run.next_at),
            ended_at=_utc(run.ended_at),
            end_reason=run.end_reason,
        )
        for run, name in (await session.exec(query)).all()
    ]


async def _deliveries(session: AsyncSession, incident: Incident) -> list[WhyDelivery]:
    query = (
        select(Delivery, Channel.name, User.full_name)
        .join(Channel, col(Channel.id) == Delivery.channel_id, isouter=True)
        .join(User, col(User.id) == Delivery.user_id, isouter=True)
        .where(Delivery.incident_id == incident.id, col(Delivery.subscriber_id).is_(None))
        .order_by(col(Delivery.created_at).desc(), col(Delivery.id).desc())
        .limit(MOST_DELIVERIES)
    )
    rows = (await session.exec(query)).all()
    attempts = await attempts_of(session, [delivery.id for delivery, _, _ in rows])
    return [
        WhyDelivery(
            id=delivery.id,
            kind=delivery.kind,
            to=channel or person or "",
            channel_id=delivery.channel_id,
            state=DeliveryState(delivery.state),
            created_at=to_utc(delivery.created_at),
            next_at=to_utc(delivery.next_at) if delivery.ended_at is None else None,
            answer=delivery.answer,
            attempts=attempts[delivery.id],
        )
        for delivery, channel, person in reversed(rows)
    ]


def _utc(at_ms: int | None) -> datetime | None:
    return None if at_ms is None else to_utc(at_ms)
