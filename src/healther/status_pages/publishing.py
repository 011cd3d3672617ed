"""Which pages tell of an incident."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.core.errors import InvalidProblem
from healther.incidents.models import Incident
from healther.incidents.schemas import IncidentPagePublic
from healther.status_pages.models import StatusPage, StatusPageIncident


async def publish(session: AsyncSession, incident: Incident, page_ids: Sequence[UUID], now_ms: int) -> bool:
    """Has exactly these pages tell of the incident; whether that is new. Raises InvalidProblem (S6)."""
    wanted = set(page_ids)
    query = select(StatusPage.id).where(
        StatusPage.workspace_id == incident.workspace_id, col(StatusPage.id).in_(wanted)
    )
    known = set((await session.exec(query)).all())
    for place, page_id in enumerate(page_ids):
        if page_id not in known:
            raise InvalidProblem.field(f"body.page_ids.{place}", "is no status page of this workspace")
    before = {page.id for page in await pages_of(session, incident.id)}
    if wanted == before:
        return False
    await session.exec(
        delete(StatusPageIncident).where(
            col(StatusPageIncident.incident_id) == incident.id, col(StatusPageIncident.page_id).not_in(wanted)
        )
    )
    session.add_all(
        StatusPageIncident(page_id=page_id, incident_id=incident.id, created_at=now_ms) for page_id in wanted - before
    )
    incident.version += 1
    session.add(incident)
    await session.flush()
    return True


async def pages_of(session: AsyncSession, incident_id: UUID) -> list[IncidentPagePublic]:
    """The pages that tell of it, by title."""
    query = (
        select(StatusPage.id, StatusPage.title, StatusPage.slug)
        .join(StatusPageIncident, col(StatusPageIncident.page_id) == StatusPage.id)
        .where(StatusPageIncident.incident_id == incident_id)
        .order_by(col(StatusPage.title), col(StatusPage.id))
    )
    rows = (await session.exec(query)).all()
    return [IncidentPagePublic(id=page_id, title=title, slug=slug) for page_id, title, slug in rows]
