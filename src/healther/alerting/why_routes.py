"""Why was I (not) paged: `/api/v1/workspaces/{workspace_id}/incidents/{incident_id}/why`."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts.deps import ObserverAccess, ReadSessionDep
from healther.alerting.delivery_routes import DeliveryPublic, deliveries_list
from healther.alerting.models import AlertPolicy, AlertRun
from healther.core.clock import to_utc
from healther.core.pagination import Page
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
    deliveries: Page[DeliveryPublic] = Field(
        description="Every message and what the other side answered, newest first; `/deliveries` goes on."
    )


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


def _utc(at_ms: int | None) -> datetime | None:
    return None if at_ms is None else to_utc(at_ms)
