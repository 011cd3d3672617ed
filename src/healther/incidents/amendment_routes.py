"""Corrections of the record: `/api/v1/workspaces/{workspace_id}/amendments`; incidents they concern say so."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, status
from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts.audit import audit
from healther.accounts.deps import Access, NowMs, ObserverAccess, OwnerAccess, ReadSessionDep, SessionDep
from healther.core.clock import to_utc
from healther.core.pagination import DEFAULT_LIMIT, Cursor, Limit, Page
from healther.history.amendments import service
from healther.history.amendments.schemas import AmendmentCreate, AmendmentPublic
from healther.history.models import Amendment
from healther.incidents.models import EntryKind, Incident, IncidentMember
from healther.incidents.routes import actor_of
from healther.incidents.timeline import entry

router = APIRouter(prefix="/workspaces/{workspace_id}/amendments", tags=["amendments"])

MOST_INCIDENTS = 1_000
_WITHDRAWN: dict[int | str, dict[str, Any]] = {409: {"description": "It is withdrawn already."}}


@router.get("")
async def amendments_list(
    access: ObserverAccess,
    session: ReadSessionDep,
    watcher_id: Annotated[UUID | None, Query(description="Only those of this watcher's record.")] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Page[AmendmentPublic]:
    """What people have corrected, the latest first; withdrawn ones stay in the list."""
    return await service.list_amendments(session, access.workspace_id, watcher_id, cursor=cursor, limit=limit)


@router.post("", status_code=status.HTTP_201_CREATED)
async def amendments_create(
    access: OwnerAccess, body: AmendmentCreate, session: SessionDep, now_ms: NowMs
) -> AmendmentPublic:
    """Corrects the record. What was recorded stays and is shown beside it; later corrections lie over earlier ones."""
    rows = await service.amend(session, access.workspace_id, body, access.user, now_ms)
    await _tell(session, access, rows, now_ms)
    return service.public_amendment(rows)


@router.get("/{amendment_id}")
async def amendments_get(access: ObserverAccess, amendment_id: UUID, session: ReadSessionDep) -> AmendmentPublic:
    """One correction."""
    return service.public_amendment(await service.load_batch(session, access.workspace_id, amendment_id))


@router.post("/{amendment_id}/withdraw", responses=_WITHDRAWN)
async def amendments_withdraw(
    access: OwnerAccess, amendment_id: UUID, session: SessionDep, now_ms: NowMs
) -> AmendmentPublic:
    """Has it no longer count: what was recorded, or corrected before, is shown again."""
    rows = await service.withdraw(session, access.workspace_id, amendment_id, access.user, now_ms)
    await _tell(session, access, rows, now_ms)
    return service.public_amendment(rows)


async def _tell(session: AsyncSession, access: Access, rows: Sequence[Amendment], now_ms: int) -> None:
    """The trail's row, and a line in the timeline of each incident that overlaps with what was corrected."""
    first = rows[0]
    begin, withdrawn = min(row.starts_at for row in rows), first.withdrawn_at is not None
    audit(
        session,
        workspace_id=access.workspace_id,
        actor=access.actor,
        action=f"amendment.{'withdraw' if withdrawn else 'create'}",
        object_id=first.batch_id,
        object_name=first.reason,
        details={
            "from": to_utc(begin).isoformat(),
            "to": to_utc(first.ends_at).isoformat(),
            "state": first.state.label,
            "watchers": len(rows),
        },
        now_ms=now_ms,
    )
    ended = col(IncidentMember.left_at)
    query = (
        select(Incident.id)
        .join(IncidentMember, col(IncidentMember.incident_id) == Incident.id)
        .where(
            Incident.workspace_id == access.workspace_id,
            col(IncidentMember.watcher_id).in_([row.watcher_id for row in rows]),
            IncidentMember.joined_at < first.ends_at,
            or_(ended.is_(None), ended > begin),
        )
        .distinct()
        .limit(MOST_INCIDENTS)
    )
    facts = {
        "amendment_id": str(first.batch_id),
        "from": to_utc(begin).isoformat(),
        "to": to_utc(first.ends_at).isoformat(),
        "state": first.state.label,
        "withdrawn": withdrawn,
    }
    session.add_all(
        entry(incident_id, EntryKind.AMENDED, now_ms, actor=actor_of(access), body=first.reason, facts=facts)
        for incident_id in (await session.exec(query)).all()
    )
