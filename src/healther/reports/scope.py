"""What a report is about: a workspace's services, or those of one of its status pages under their public names."""

from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts.service.workspaces import get_workspace
from healther.core.errors import InvalidProblem
from healther.history.days import parse_zone
from healther.status_pages.manage import load_page
from healther.status_pages.snapshot import Ref
from healther.status_pages.source import ShownWatcher, load_source
from healther.status_pages.words import Language, Words
from healther.status_pages.words_de import words_of
from healther.watchers.models import ServiceWatcher

MOST_SERVICES = 5_000


@dataclass(frozen=True, slots=True)
class Scope:
    """What is reported, to whom in which words, and by whose calendar. `page_id` null = the whole workspace."""

    workspace_id: UUID
    page_id: UUID | None
    title: str
    words: Words
    zone: ZoneInfo
    sections: tuple[tuple[str, tuple[ShownWatcher, ...]], ...]

    @property
    def shown(self) -> dict[UUID, ShownWatcher]:
        """Every service of it."""
        return {each.watcher_id: each for _, services in self.sections for each in services}


async def load_scope(
    session: AsyncSession, workspace_id: UUID, page_id: UUID | None, *, tz: str | None, language: Language | None
) -> Scope:
    """What is asked for. A page says its own time zone and language where none is asked for; else UTC and English.

    Raises NotFoundProblem for a page that is not the workspace's, InvalidProblem for a time zone that is none.
    """
    zone = None if tz is None else parse_zone(tz)
    if page_id is None:
        workspace = await get_workspace(session, workspace_id)
        query = select(ServiceWatcher.id, ServiceWatcher.name).where(ServiceWatcher.workspace_id == workspace_id)
        query = query.order_by(ServiceWatcher.name, col(ServiceWatcher.id)).limit(MOST_SERVICES + 1)
        services = tuple(ShownWatcher(each, "", name) for each, name in (await session.exec(query)).all())
        if len(services) > MOST_SERVICES:
            raise InvalidProblem.field(
                "query.status_page_id",
                f"is needed: a report has {MOST_SERVICES} services at most, so report on status pages that share them",
            )
        sections = (("", services),) if services else ()
        return Scope(workspace_id, None, workspace.name, words_of(language or "en"), zone or ZoneInfo("UTC"), sections)
    page = await load_page(session, workspace_id, page_id)
    source = await load_source(session, Ref(workspace_id, page_id), unpublished=True)
    return Scope(
        workspace_id,
        page_id,
        page.title,
        words_of(language or page.language),
        zone or ZoneInfo(page.time_zone),
        () if source is None else source.sections,
    )
