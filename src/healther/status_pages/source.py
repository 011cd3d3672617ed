"""Finding pages by the name they are asked for, and loading what they were set to show. One place decides who is
public: whatever is not published is not found."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from healther.accounts.models import Workspace
from healther.history.service.ledgers import in_workspace
from healther.status_pages.keys import distinct_keys
from healther.status_pages.models import PageAccess, StatusPage, StatusPageComponent, StatusPageSection
from healther.status_pages.snapshot import FooterLink, Look, Ref
from healther.status_pages.words_de import words_of
from healther.watchers.models import ServiceWatcher


class ShownWatcher(NamedTuple):
    """A watcher under its public name."""

    watcher_id: UUID
    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Source:
    """What a page was set to show. `password_hash` is for letting people in, never for showing."""

    ref: Ref
    look: Look
    password_hash: str | None
    sections: tuple[tuple[str, tuple[ShownWatcher, ...]], ...]


async def find_refs(session: AsyncSession, slugs: Collection[str], domains: Collection[str]) -> dict[str, Ref]:
    """The published pages under these names, in two queries however many; names of no page are not in the answer.

    A page of its own comes before the default page of a workspace that is called the same.
    """
    pages = await session.exec(
        select(StatusPage.id, StatusPage.workspace_id, StatusPage.slug, StatusPage.custom_domain).where(
            col(StatusPage.is_published),
            or_(col(StatusPage.slug).in_(slugs), col(StatusPage.custom_domain).in_(domains)),
        )
    )
    workspaces = await session.exec(
        select(Workspace.id, Workspace.slug).where(col(Workspace.is_public), col(Workspace.slug).in_(slugs))
    )
    found = {slug: Ref(workspace_id, None) for workspace_id, slug in workspaces.all()}
    for page_id, workspace_id, slug, domain in pages.all():
        found[slug] = Ref(workspace_id, page_id)
        if domain is not None:
            found[domain] = Ref(workspace_id, page_id)
    return {name: ref for name, ref in found.items() if name in slugs or name in domains}


def watchers_of(ref: Ref) -> SelectOfScalar[UUID]:
    """The ids of the watchers a page shows, for `IN`."""
    if ref.page_id is None:
        return in_workspace(ref.workspace_id)
    return (
        select(StatusPageComponent.watcher_id)
        .join(StatusPageSection, col(StatusPageSection.id) == StatusPageComponent.section_id)
        .where(StatusPageSection.page_id == ref.page_id)
    )


async def load_source(session: AsyncSession, ref: Ref, *, unpublished: bool = False) -> Source | None:
    """The page; None when it is not, or no longer, published - unless whoever asks may know of it all the same."""
    if ref.page_id is None:
        return await _default_page(session, ref.workspace_id)
    return await _own_page(session, ref, unpublished=unpublished)


async def _default_page(session: AsyncSession, workspace_id: UUID) -> Source | None:
    query = select(Workspace).where(Workspace.id == workspace_id, col(Workspace.is_public))
    workspace = (await session.exec(query)).first()
    if workspace is None:
        return None
    watchers = (
        await session.exec(
            select(ServiceWatcher.id, ServiceWatcher.name)
            .where(ServiceWatcher.workspace_id == workspace_id)
            .order_by(ServiceWatcher.name, col(ServiceWatcher.id))
        )
    ).all()
    look = Look(workspace.slug, workspace.name, words_of("en"), ZoneInfo("UTC"), follows_reader=True)
    return Source(Ref(workspace_id, None), look, None, (("", _with_keys(watchers)),) if watchers else ())


def _with_keys(watchers: Sequence[tuple[UUID, str]]) -> tuple[ShownWatcher, ...]:
    keys = distinct_keys([name for _, name in watchers])
    return tuple(ShownWatcher(watcher_id, key, name) for (watcher_id, name), key in zip(watchers, keys, strict=True))


async def _own_page(session: AsyncSession, ref: Ref, *, unpublished: bool) -> Source | None:
    query = select(StatusPage).where(StatusPage.id == ref.page_id)
    if not unpublished:
        query = query.where(col(StatusPage.is_published))
    page = (await session.exec(query)).first()
    if page is None:
        return None
    rows = await session.exec(
        select(  # type: ignore[call-overload]
            StatusPageSection.id,
            StatusPageSection.name,
            StatusPageComponent.watcher_id,
            StatusPageComponent.key,
            StatusPageComponent.name,
        )
        .join(StatusPageComponent, col(StatusPageComponent.section_id) == StatusPageSection.id, isouter=True)
        .where(StatusPageSection.page_id == page.id)
        .order_by(col(StatusPageSection.position), col(StatusPageComponent.position))
    )
    sections: dict[UUID, tuple[str, list[ShownWatcher]]] = {}
    for section_id, section, watcher_id, key, name in rows.all():
        _, watchers = sections.setdefault(section_id, (section, []))
        if watcher_id is not None:
            watchers.append(ShownWatcher(watcher_id, key, name))
    shown = tuple((name, tuple(watchers)) for name, watchers in sections.values() if watchers)
    return Source(ref, look_of(page), page.password_hash, shown)


def look_of(page: StatusPage) -> Look:
    """How a stored page looks."""
    return Look(
        slug=page.slug,
        title=page.title,
        words=words_of(page.language),
        zone=ZoneInfo(page.time_zone),
        description=page.description,
        accent=page.accent,
        custom_domain=page.custom_domain,
        access=PageAccess(page.access),
        noindex=page.noindex,
        show_bars=page.show_bars,
        show_uptime=page.show_uptime,
        show_latency=page.show_latency,
        subscribers=page.subscribers,
        footer_links=tuple(FooterLink(link["label"], link["url"]) for link in page.footer_links),
        logo=page.logo,
    )
