"""Who is in a workspace and as what: admins keep the house, only owners touch owners, one owner always stays."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts.models import Membership, Role, User
from healther.accounts.service.workspaces import check_room, lock_workspace
from healther.core.errors import ConflictProblem, ForbiddenProblem, NotFoundProblem

Member = tuple[Membership, User]


async def list_members(
    session: AsyncSession, workspace_id: UUID, *, after: tuple[str, UUID] | None, limit: int
) -> Sequence[Member]:
    """The members by email, after the given (email, id)."""
    query = (
        select(Membership, User)
        .join(User, col(User.id) == Membership.user_id)
        .where(Membership.workspace_id == workspace_id)
        .order_by(col(User.email), col(User.id))
        .limit(limit)
    )
    if after is not None:
        email, user_id = after
        query = query.where((col(User.email) > email) | ((col(User.email) == email) & (col(User.id) > user_id)))
    return (await session.exec(query)).all()


async def change_role(
    session: AsyncSession, workspace_id: UUID, user_id: UUID, role: Role, *, by: Role, most_owned: int | None
) -> Member:
    """Gives a member another role; raises ForbiddenProblem, NotFoundProblem.

    Raises ConflictProblem for the last owner, and for a new one who owns as many workspaces as they may.
    """
    membership, user = await _lock_member(session, workspace_id, user_id)
    check_may_touch(by, role, Role(membership.role))
    if membership.role == Role.OWNER and role != Role.OWNER:
        await _check_another_owner(session, workspace_id)
    if membership.role != Role.OWNER and role == Role.OWNER:
        await check_room(session, user, most_owned)
    membership.role = role
    session.add(membership)
    return membership, user


async def remove_member(session: AsyncSession, workspace_id: UUID, user_id: UUID, *, by: Role) -> User:
    """Ends a membership, says whose; raises ForbiddenProblem, NotFoundProblem, ConflictProblem for the last owner."""
    membership, user = await _lock_member(session, workspace_id, user_id)
    check_may_touch(by, Role(membership.role))
    await _remove(session, membership)
    return user


async def leave(session: AsyncSession, workspace_id: UUID, user_id: UUID) -> None:
    """Ends one's own membership; raises ConflictProblem for the last owner."""
    membership, _ = await _lock_member(session, workspace_id, user_id)
    await _remove(session, membership)


async def _lock_member(session: AsyncSession, workspace_id: UUID, user_id: UUID) -> Member:
    await lock_workspace(session, workspace_id)
    query = (
        select(Membership, User)
        .join(User, col(User.id) == Membership.user_id)
        .where(Membership.workspace_id == workspace_id, Membership.user_id == user_id)
    )
    member = (await session.exec(query)).first()
    if member is None:
        raise NotFoundProblem("There is no such member in this workspace.")
    return member


async def _remove(session: AsyncSession, membership: Membership) -> None:
    if membership.role == Role.OWNER:
        await _check_another_owner(session, membership.workspace_id)
    await session.delete(membership)


async def _check_another_owner(session: AsyncSession, workspace_id: UUID) -> None:
    query = select(func.count()).where(col(Membership.workspace_id) == workspace_id, col(Membership.role) == Role.OWNER)
    if (await session.exec(query)).one() < 2:
        raise ConflictProblem("A workspace needs an owner: make someone else an owner first, or delete it.")


def check_may_touch(by: Role, *roles: Role) -> None:
    """Raises ForbiddenProblem when whoever is `by` may not give, change or take one of these roles."""
    if by != Role.OWNER and Role.OWNER in roles:
        raise ForbiddenProblem("Only owners add, change or remove owners.")
