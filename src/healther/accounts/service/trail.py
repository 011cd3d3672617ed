"""Reading the trail of a workspace. Nothing here changes it: rows are added by accounts/audit.py, and stay."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts.models import AuditEntry
from healther.accounts.schemas import AuditEntryPublic
from healther.core.clock import to_utc
from healther.core.pagination import Cursors, Page, page_of


class TrailFilter(NamedTuple):
    """Which rows: null = all. `action` may be the noun alone; times are in epoch ms, the end excluded."""

    action: str | None = None
    actor_id: UUID | None = None
    object_id: str | None = None
    from_ms: int | None = None
    to_ms: int | None = None


async def list_trail(
    session: AsyncSession, workspace_id: UUID, wanted: TrailFilter, *, cursor: str | None, limit: int
) -> Page[AuditEntryPublic]:
    """One page of what was done in a workspace, the latest first."""
    cursors = Cursors("audit", workspace_id, *wanted)
    at, key = col(AuditEntry.at), col(AuditEntry.id)
    query = select(AuditEntry).where(AuditEntry.workspace_id == workspace_id, *_conditions(wanted))
    after = cursors.decode_timed(cursor)
    if after is not None:
        query = query.where(or_(at < after[0], and_(at == after[0], key < after[1])))
    rows = (await session.exec(query.order_by(at.desc(), key.desc()).limit(limit + 1))).all()
    return page_of(rows, limit, public_entry, lambda row: cursors.encode(row.at, str(row.id)))


def public_entry(row: AuditEntry) -> AuditEntryPublic:
    """A row as people see it."""
    return AuditEntryPublic(
        id=row.id,
        at=to_utc(row.at),
        actor=row.actor,
        actor_id=row.actor_id,
        action=row.action,
        object_id=row.object_id,
        object_name=row.object_name,
        details=row.details,
    )


def _conditions(wanted: TrailFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.action is not None:
        action = col(AuditEntry.action)
        conditions.append(or_(action == wanted.action, action.startswith(f"{wanted.action}.", autoescape=True)))
    if wanted.actor_id is not None:
        conditions.append(col(AuditEntry.actor_id) == wanted.actor_id)
    if wanted.object_id is not None:
        conditions.append(col(AuditEntry.object_id) == wanted.object_id)
    if wanted.from_ms is not None:
        conditions.append(col(AuditEntry.at) >= wanted.from_ms)
    if wanted.to_ms is not None:
        conditions.append(col(AuditEntry.at) < wanted.to_ms)
    return conditions
