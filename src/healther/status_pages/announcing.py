"""Which pages announce a maintenance window."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.core.errors import InvalidProblem
from healther.maintenance.models import MaintenanceWindow
from healther.status_pages.models import StatusPage, StatusPageMaintenance


async def announce(session: AsyncSession, window: MaintenanceWindow, page_ids: Sequence[UUID]) -> None:
    """Has exactly these pages announce the window; raises InvalidProblem (S6)."""
    wanted = set(page_ids)
    query = select(StatusPage.id).where(StatusPage.workspace_id == window.workspace_id, col(StatusPage.id).in_(wanted))
    known = set((await session.exec(query)).all())
    for place, page_id in enumerate(page_ids):
        if page_id not in known:
            raise InvalidProblem.field(f"body.page_ids.{place}", "is no status page of this workspace")
    before = set((await announcing_pages(session, [window.id])).get(window.id, ()))
    await session.exec(
        delete(StatusPageMaintenance).where(
            col(StatusPageMaintenance.window_id) == window.id, col(StatusPageMaintenance.page_id).not_in(wanted)
        )
    )
    session.add_all(StatusPageMaintenance(page_id=page_id, window_id=window.id) for page_id in wanted - before)
    await session.flush()


async def announcing_pages(session: AsyncSession, window_ids: Sequence[UUID]) -> dict[UUID, list[UUID]]:
    """The pages that announce each of these windows."""
    found: dict[UUID, list[UUID]] = {}
    query = select(StatusPageMaintenance.window_id, StatusPageMaintenance.page_id).where(
        col(StatusPageMaintenance.window_id).in_(window_ids)
    )
    for window_id, page_id in (await session.exec(query.order_by(col(StatusPageMaintenance.page_id)))).all():
        found.setdefault(window_id, []).append(page_id)
    return found
