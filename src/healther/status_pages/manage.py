"""The verbs of managing status pages."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts.models import Workspace
from healther.accounts.service.slugs import hold_slug
from healther.accounts.service.workspaces import lock_workspace
from healther.accounts.slugs import RESERVED, slug_from, with_suffix
from healther.core.clock import to_utc
from healther.core.errors import ConflictProblem, InvalidProblem, NotFoundProblem
from healther.status_pages.keys import distinct_keys
from healther.status_pages.models import PageAccess, StatusPage, StatusPageComponent, StatusPageSection
from healther.status_pages.schemas_manage import MOST_COMPONENTS, ComponentBody, SectionBody
from healther.watchers.models import ServiceWatcher

Document = list[tuple[str, list[StatusPageComponent]]]
"""The sections of a page in order, each with its components."""

_SLUG_TRIES = 5
MOST_PAGES = 100


async def list_pages(
    session: AsyncSession, workspace_id: UUID, *, after: tuple[str, UUID] | None, limit: int
) -> Sequence[StatusPage]:
    """A workspace's pages by title, after the given (title, id)."""
    title, key = col(StatusPage.title), col(StatusPage.id)
    query = select(StatusPage).where(StatusPage.workspace_id == workspace_id).order_by(title, key).limit(limit)
    if after is not None:
        query = query.where((title > after[0]) | ((title == after[0]) & (key > after[1])))
    return (await session.exec(query)).all()


async def load_page(
    session: AsyncSession, workspace_id: UUID, page_id: UUID, *, for_update: bool = False
) -> StatusPage:
    """The page, if it is the workspace's; raises NotFoundProblem. `for_update` locks the row (PostgreSQL)."""
    query = select(StatusPage).where(StatusPage.id == page_id, StatusPage.workspace_id == workspace_id)
    page = (await session.exec(query.with_for_update() if for_update else query)).first()
    if page is None:
        raise NotFoundProblem("There is no such status page in this workspace.")
    return page


async def documents_of(session: AsyncSession, pages: Sequence[StatusPage]) -> dict[UUID, Document]:
    """What each page shows, in one query."""
    rows = await session.exec(
        select(StatusPageSection, StatusPageComponent)
        .join(StatusPageComponent, col(StatusPageComponent.section_id) == StatusPageSection.id, isouter=True)
        .where(col(StatusPageSection.page_id).in_([page.id for page in pages]))
        .order_by(col(StatusPageSection.position), col(StatusPageComponent.position))
    )
    found: defaultdict[UUID, dict[UUID, tuple[str, list[StatusPageComponent]]]] = defaultdict(dict)
    for section, component in rows.all():
        _, components = found[section.page_id].setdefault(section.id, (section.name, []))
        if component is not None:
            components.append(component)
    return {page.id: list(found[page.id].values()) for page in pages}


async def create_page(
    session: AsyncSession,
    workspace_id: UUID,
    *,
    fields: dict[str, Any],
    sections: Sequence[SectionBody],
    password_hash: str | None,
    now_ms: int,
) -> StatusPage:
    """A new page; raises ConflictProblem when the slug is taken, InvalidProblem."""
    await lock_workspace(session, workspace_id)
    count = len((await session.exec(select(StatusPage.id).where(StatusPage.workspace_id == workspace_id))).all())
    if count >= MOST_PAGES:
        raise ConflictProblem(f"A workspace has {MOST_PAGES} status pages at most.")
    slug = fields.pop("slug", None) or await _free_slug(session, workspace_id, fields["title"])
    at = to_utc(now_ms)
    page = StatusPage(
        workspace_id=workspace_id, slug=slug, password_hash=password_hash, created_at=at, updated_at=at, **fields
    )
    await _save(session, page, is_moved=True)
    await _write_sections(session, page, sections)
    return page


async def update_page(
    session: AsyncSession,
    page: StatusPage,
    *,
    fields: dict[str, Any],
    sections: Sequence[SectionBody] | None,
    now_ms: int,
) -> None:
    """Changes what is given; raises ConflictProblem when the slug is taken, InvalidProblem."""
    is_moved = fields.get("slug", page.slug) != page.slug
    for name, value in fields.items():
        setattr(page, name, value)
    page.version += 1
    page.updated_at = to_utc(now_ms)
    await _save(session, page, is_moved=is_moved)
    if sections is not None:
        await _write_sections(session, page, sections)


async def delete_page(session: AsyncSession, page: StatusPage) -> None:
    """Deletes the page and what it shows; the watchers stay."""
    await session.delete(page)


async def _write_sections(session: AsyncSession, page: StatusPage, sections: Sequence[SectionBody]) -> None:
    """Replaces the document; components keep their keys as long as their watcher stays on the page."""
    await _check_watchers(session, page.workspace_id, sections)
    (before,) = (await documents_of(session, [page])).values()
    kept = {component.watcher_id: component.key for _, components in before for component in components}
    await session.exec(delete(StatusPageSection).where(col(StatusPageSection.page_id) == page.id))
    bodies = [body for section in sections for body in section.components]
    keys = iter(_keys(bodies, kept))
    for place, section in enumerate(sections):
        row = StatusPageSection(page_id=page.id, position=place, name=section.name)
        session.add(row)
        await session.flush()
        session.add_all(
            StatusPageComponent(
                section_id=row.id, watcher_id=body.watcher_id, position=position, name=body.name, key=next(keys)
            )
            for position, body in enumerate(section.components)
        )
    await session.flush()


def _keys(bodies: Sequence[ComponentBody], kept: dict[UUID, str]) -> list[str]:
    """The key of each component: the one it was given, the one it had, or one made from its name."""
    given = [body.key or kept.get(body.watcher_id) for body in bodies]
    seen: set[str] = set()
    for number, key in enumerate(given):
        if key in seen and bodies[number].key is not None:
            raise InvalidProblem.field("body.sections", f"the key {key!r} is given twice")
        given[number] = None if key in seen else key
        seen |= {key} if key else set()
    made = iter(distinct_keys([body.name for body, key in zip(bodies, given, strict=True) if key is None], seen))
    return [key or next(made) for key in given]


async def _check_watchers(session: AsyncSession, workspace_id: UUID, sections: Sequence[SectionBody]) -> None:
    """Every watcher is the workspace's own (S6) and is shown once; raises InvalidProblem."""
    places = {
        (place, position): body.watcher_id
        for place, section in enumerate(sections)
        for position, body in enumerate(section.components)
    }
    if len(places) > MOST_COMPONENTS:
        raise InvalidProblem.field("body.sections", f"a page shows {MOST_COMPONENTS} services at most")
    query = select(ServiceWatcher.id).where(
        ServiceWatcher.workspace_id == workspace_id, col(ServiceWatcher.id).in_(set(places.values()))
    )
    known = set((await session.exec(query)).all())
    for (place, position), watcher_id in places.items():
        where = f"body.sections.{place}.components.{position}.watcher_id"
        if watcher_id not in known:
            raise InvalidProblem.field(where, "is no watcher of this workspace, or is on the page already")
        known.discard(watcher_id)


async def _free_slug(session: AsyncSession, workspace_id: UUID, title: str) -> str:
    wanted = slug_from(title)
    slug = with_suffix(wanted) if wanted in RESERVED else wanted
    for _ in range(_SLUG_TRIES):
        if not await _slug_taken(session, workspace_id, slug, None):
            break
        slug = with_suffix(wanted)
    return slug


async def _slug_taken(session: AsyncSession, workspace_id: UUID, slug: str, page_id: UUID | None) -> bool:
    """Whether another page has the slug, or another workspace, whose default page would be hidden."""
    await hold_slug(session, slug)
    page = (await session.exec(select(StatusPage.id).where(StatusPage.slug == slug))).first()
    workspace = (await session.exec(select(Workspace.id).where(Workspace.slug == slug))).first()
    return page not in (None, page_id) or workspace not in (None, workspace_id)


async def _save(session: AsyncSession, page: StatusPage, *, is_moved: bool) -> None:
    if page.access == PageAccess.PASSWORD and page.password_hash is None:
        raise InvalidProblem.field("body.password", "is needed for access `password`")
    slug, page_id = page.slug, page.id
    with session.no_autoflush:
        if is_moved and await _slug_taken(session, page.workspace_id, slug, page_id):
            raise ConflictProblem(f"Another page or workspace uses the slug {slug!r}; choose another.")
        session.add(page)
    try:
        async with session.begin_nested():
            await session.flush()
    except IntegrityError as error:
        raise ConflictProblem(f"Another page uses the slug {slug!r}; choose another.") from error
