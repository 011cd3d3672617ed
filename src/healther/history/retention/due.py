"""Which workspaces have something to forget, and writing down that they have."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, func, inspect, literal, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts.models import Workspace
from healther.core.clock import DAY_MS
from healther.core.db import Database
from healther.history.retention.models import Retention, Tier

_WORKSPACES_AT_ONCE = 500
_COLUMNS = inspect(Retention).columns
_DEFAULTS = {name: field.default for name, field in Retention.model_fields.items() if name != "workspace_id"}


def keeps(tier: Tier) -> ColumnElement[int]:
    """The column of how many days."""
    return _COLUMNS[f"keep_{tier}_days"]


def kept_from(tier: Tier) -> ColumnElement[int]:
    """The column of what was forgotten."""
    return _COLUMNS[f"{tier}_from"]


def today_of(now_ms: int) -> int:
    """The start of the UTC day."""
    return now_ms - now_ms % DAY_MS


async def give_rows(db: Database) -> None:
    """Every workspace gets a row; most have one."""
    missing = select(Workspace.id).where(col(Workspace.id).not_in(select(Retention.workspace_id)))
    async with db.read() as session:
        ids = (await session.exec(missing)).all()
    for start in range(0, len(ids), _WORKSPACES_AT_ONCE):
        async with db.write() as session:
            await _give_rows(session, ids[start : start + _WORKSPACES_AT_ONCE])


async def locked_row(session: AsyncSession, workspace_id: UUID) -> Retention:
    """The row of a workspace that is there, locked until the commit (PostgreSQL)."""
    await _give_rows(session, [workspace_id])
    return await session.get_one(Retention, workspace_id, with_for_update=True)


async def _give_rows(session: AsyncSession, workspace_ids: Sequence[UUID]) -> None:
    # Of those that are there still: one may be deleted meanwhile.
    there = select(Workspace.id).where(col(Workspace.id).in_(workspace_ids))
    rows = there.add_columns(*(literal(value).label(name) for name, value in _DEFAULTS.items()))
    insert = sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgresql_insert
    statement = insert(Retention).from_select(["workspace_id", *_DEFAULTS], rows)
    await session.exec(statement.on_conflict_do_nothing())


async def due_workspaces(session: AsyncSession, tier: Tier, now_ms: int) -> dict[int, list[UUID]]:
    """Workspaces by the moment before which they keep nothing of the tier, where that has moved on."""
    horizon = literal(today_of(now_ms)) - keeps(tier) * literal(DAY_MS, BigInteger)
    query = select(col(Retention.workspace_id), horizon).where(keeps(tier).is_not(None), kept_from(tier) < horizon)
    found: dict[int, list[UUID]] = {}
    for workspace_id, before in (await session.exec(query.order_by(col(Retention.workspace_id)))).all():
        found.setdefault(before, []).append(workspace_id)
    return found


async def nobody_keeps_events_before(session: AsyncSession, now_ms: int) -> int:
    """The moment before which no workspace keeps its events."""
    longest = (await session.exec(select(func.max(keeps(Tier.EVENTS))))).one()
    return 0 if longest is None else today_of(now_ms) - longest * DAY_MS


async def mark(session: AsyncSession, tier: Tier, workspace_ids: Sequence[UUID], before_ms: int) -> None:
    """These have forgotten what is older."""
    statement = update(Retention).where(col(Retention.workspace_id).in_(workspace_ids), kept_from(tier) < before_ms)
    await session.exec(statement.values({f"{tier}_from": before_ms}))
