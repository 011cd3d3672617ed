"""The verbs of amendments: correct, list, withdraw. Nothing that was recorded is changed."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import and_, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts.models import User
from healther.core.clock import to_ms, to_utc
from healther.core.errors import ConflictProblem, InvalidProblem, NotFoundProblem
from healther.core.ids import new_id
from healther.core.pagination import Cursors, Page, page_of
from healther.history.amendments.schemas import AmendmentCreate, AmendmentPublic
from healther.history.models import Amendment
from healther.history.service.ledgers import in_workspace
from healther.watchers.models import ServiceWatcher
from healther.watchers.states import State

_MOST_NAME_CHARS = 200


async def amend(
    session: AsyncSession, workspace_id: UUID, body: AmendmentCreate, user: User, now_ms: int
) -> list[Amendment]:
    """A row for each watcher, from when it was made at the earliest; raises InvalidProblem."""
    start, end = to_ms(body.from_), to_ms(body.to)
    if not 0 <= start < end:
        raise InvalidProblem.field("body.from", "must be before `to`, and not before 1970")
    if end > now_ms:
        raise InvalidProblem.field("body.to", "lies in the future; what is to come is a maintenance window")
    if body.all_watchers == bool(body.watcher_ids):
        raise InvalidProblem.field("body.watcher_ids", "must name watchers, or be left out with all_watchers")
    query = select(ServiceWatcher.id, ServiceWatcher.created_at).where(ServiceWatcher.workspace_id == workspace_id)
    if body.watcher_ids:
        query = query.where(col(ServiceWatcher.id).in_(body.watcher_ids))
    made = {watcher_id: to_ms(created_at) for watcher_id, created_at in (await session.exec(query)).all()}
    for place, watcher_id in enumerate(body.watcher_ids):
        if watcher_id not in made:
            raise InvalidProblem.field(f"body.watcher_ids.{place}", "is no watcher of this workspace")
    batch_id = new_id()
    rows = [
        Amendment(
            batch_id=batch_id,
            watcher_id=watcher_id,
            starts_at=max(start, created_ms),
            ends_at=end,
            state=State[body.state.upper()],
            reason=body.reason,
            created_by=user.id,
            created_by_name=user.full_name[:_MOST_NAME_CHARS],
            created_at=now_ms,
        )
        for watcher_id, created_ms in made.items()
        if created_ms < end
    ]
    if not rows:
        raise InvalidProblem.field("body.to", "is before any of these watchers was made; there is nothing to correct")
    session.add_all(rows)
    await session.flush()
    return rows


async def withdraw(
    session: AsyncSession, workspace_id: UUID, batch_id: UUID, user: User, now_ms: int
) -> list[Amendment]:
    """What was recorded, or corrected before, counts again; raises NotFoundProblem and ConflictProblem."""
    rows = await load_batch(session, workspace_id, batch_id, for_update=True)
    if rows[0].withdrawn_at is not None:
        raise ConflictProblem("It is withdrawn already.")
    for row in rows:
        row.withdrawn_at, row.withdrawn_by_name = now_ms, user.full_name[:_MOST_NAME_CHARS]
        session.add(row)
    await session.flush()
    return rows


async def load_batch(
    session: AsyncSession, workspace_id: UUID, batch_id: UUID, *, for_update: bool = False
) -> list[Amendment]:
    """The rows of a correction of this workspace; raises NotFoundProblem."""
    query = select(Amendment).where(
        Amendment.batch_id == batch_id, col(Amendment.watcher_id).in_(in_workspace(workspace_id))
    )
    query = query.order_by(col(Amendment.id))
    rows = list((await session.exec(query.with_for_update() if for_update else query)).all())
    if not rows:
        raise NotFoundProblem("There is no such amendment in this workspace.")
    return rows


async def list_amendments(
    session: AsyncSession, workspace_id: UUID, watcher_id: UUID | None, *, cursor: str | None, limit: int
) -> Page[AmendmentPublic]:
    """The corrections of a workspace, or of one watcher of it, the latest first, withdrawn ones included."""
    cursors = Cursors("amendments", workspace_id, watcher_id)
    after = cursors.decode_timed(cursor)
    made = col(Amendment.created_at)
    batches = (
        select(Amendment.batch_id, made)
        .where(col(Amendment.watcher_id).in_(in_workspace(workspace_id)))
        .group_by(col(Amendment.batch_id), made)
        .order_by(made.desc(), col(Amendment.batch_id).desc())
        .limit(limit + 1)
    )
    if watcher_id is not None:
        batches = batches.where(Amendment.watcher_id == watcher_id)
    if after is not None:
        at, last = after
        batches = batches.where(or_(made < at, and_(made == at, col(Amendment.batch_id) < last)))
    found = (await session.exec(batches)).all()
    query = select(Amendment).where(
        col(Amendment.batch_id).in_([batch_id for batch_id, _ in found]),
        col(Amendment.watcher_id).in_(in_workspace(workspace_id)),
    )
    rows: dict[UUID, list[Amendment]] = {}
    for row in (await session.exec(query.order_by(col(Amendment.id)))).all():
        rows.setdefault(row.batch_id, []).append(row)
    return page_of(
        found,
        limit,
        lambda each: public_amendment(rows[each[0]]),
        lambda each: cursors.encode(each[1], str(each[0])),
    )


def public_amendment(rows: Sequence[Amendment]) -> AmendmentPublic:
    """The rows of one correction as people see them."""
    first = rows[0]
    return AmendmentPublic(
        id=first.batch_id,
        watcher_ids=[row.watcher_id for row in rows],
        from_=to_utc(min(row.starts_at for row in rows)),
        to=to_utc(first.ends_at),
        state=first.state.label,
        reason=first.reason,
        created_at=to_utc(first.created_at),
        created_by=first.created_by_name,
        withdrawn_at=None if first.withdrawn_at is None else to_utc(first.withdrawn_at),
        withdrawn_by=first.withdrawn_by_name,
    )
