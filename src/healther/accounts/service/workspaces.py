"""Making, listing and changing workspaces."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import column, table
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts.models import Membership, Role, User, Workspace
from healther.accounts.service.slugs import hold_slug
from healther.accounts.service.users import lock_user
from healther.accounts.slugs import RESERVED, slug_from, with_suffix
from healther.core.clock import to_utc
from healther.core.columns import Id
from healther.core.errors import ConflictProblem, NotFoundProblem

# Of the room above this one: slugs of workspaces and of pages share their addresses.
_PAGE = table("statuspage", column("slug"), column("workspace_id", Id))
_SLUG_TRIES = 5


async def create_workspace(
    session: AsyncSession, owner: User, *, name: str, slug: str | None, is_public: bool, now_ms: int
) -> Workspace:
    """A workspace owned by `owner`; raises ConflictProblem when the slug is taken."""
    workspace = Workspace(name=name, slug=slug or "", is_public=is_public, created_at=to_utc(now_ms))
    await (_save(session, workspace) if slug else _save_with_free_slug(session, workspace))
    session.add(Membership(workspace_id=workspace.id, user_id=owner.id, role=Role.OWNER, created_at=to_utc(now_ms)))
    return workspace


async def check_room(session: AsyncSession, owner: User, most: int | None) -> None:
    """Raises ConflictProblem when an account owns as many workspaces as it may; None = as many as it likes."""
    if most is None:
        return
    await lock_user(session, owner.id)
    query = select(func.count()).where(col(Membership.user_id) == owner.id, col(Membership.role) == Role.OWNER)
    if (await session.exec(query)).one() >= most:
        raise ConflictProblem(
            f"An account owns {most} workspaces at most here (HEALTHER_MAX_WORKSPACES): one that is no longer needed "
            "has to be deleted first."
        )


async def list_workspaces(
    session: AsyncSession, user_id: UUID, *, after: tuple[str, UUID] | None, limit: int
) -> Sequence[tuple[Workspace, Role]]:
    """The workspaces of a member, by name, after the given (name, id)."""
    query = (
        select(Workspace, Membership.role)
        .join(Membership, col(Membership.workspace_id) == Workspace.id)
        .where(Membership.user_id == user_id)
        .order_by(col(Workspace.name), col(Workspace.id))
        .limit(limit)
    )
    if after is not None:
        name, workspace_id = after
        query = query.where(
            (col(Workspace.name) > name) | ((col(Workspace.name) == name) & (col(Workspace.id) > workspace_id))
        )
    return [(workspace, Role(role)) for workspace, role in (await session.exec(query)).all()]


async def get_workspace(session: AsyncSession, workspace_id: UUID) -> Workspace:
    """The workspace; raises NotFoundProblem."""
    workspace = await session.get(Workspace, workspace_id)
    if workspace is None:
        raise NotFoundProblem("There is no such workspace, or you are not a member of it.")
    return workspace


async def lock_workspace(session: AsyncSession, workspace_id: UUID) -> Workspace:
    """The workspace, locked until the commit (PostgreSQL): what is counted in it changes one after the other."""
    query = select(Workspace).where(Workspace.id == workspace_id).with_for_update(key_share=True)
    workspace = (await session.exec(query)).first()
    if workspace is None:
        raise NotFoundProblem("There is no such workspace, or you are not a member of it.")
    return workspace


async def update_workspace(
    session: AsyncSession,
    workspace: Workspace,
    *,
    name: str | None = None,
    slug: str | None = None,
    is_public: bool | None = None,
) -> None:
    """Changes what is given; raises ConflictProblem when the slug is taken."""
    if name is not None:
        workspace.name = name
    if slug is not None:
        workspace.slug = slug
    if is_public is not None:
        workspace.is_public = is_public
    await _save(session, workspace)


async def _save_with_free_slug(session: AsyncSession, workspace: Workspace) -> None:
    wanted = slug_from(workspace.name)
    workspace.slug = with_suffix(wanted) if wanted in RESERVED else wanted
    for _ in range(_SLUG_TRIES):
        await hold_slug(session, workspace.slug)
        taken = await session.exec(select(Workspace.id).where(Workspace.slug == workspace.slug))
        if taken.first() is None and not await _is_a_page(session, workspace):
            break
        workspace.slug = with_suffix(wanted)
    await _save(session, workspace)


async def _save(session: AsyncSession, workspace: Workspace) -> None:
    slug = workspace.slug
    with session.no_autoflush:
        await hold_slug(session, slug)
        if await _is_a_page(session, workspace):
            raise ConflictProblem(f"A status page of another workspace uses the slug {slug!r}; choose another.")
    session.add(workspace)
    try:
        async with session.begin_nested():
            await session.flush()
    except IntegrityError as error:
        raise ConflictProblem(f"Another workspace uses the slug {slug!r}; choose another.") from error


async def _is_a_page(session: AsyncSession, workspace: Workspace) -> bool:
    """Whether `/status/{slug}` is a page of another workspace, published or not: nobody takes its place."""
    taken = select(_PAGE.c.slug).where(_PAGE.c.slug == workspace.slug, _PAGE.c.workspace_id != workspace.id)
    return (await session.exec(taken)).first() is not None
