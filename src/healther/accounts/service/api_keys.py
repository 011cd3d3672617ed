"""Making, listing and revoking API keys."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts.api_keys import PREFIX_CHARS, key_hash, new_key
from healther.accounts.models import ApiKey, ApiKeyScope, Membership, User
from healther.accounts.service.workspaces import lock_workspace
from healther.core.clock import DAY_MS
from healther.core.errors import ConflictProblem, NotFoundProblem

MOST_KEYS = 100


async def create_key(
    session: AsyncSession,
    workspace_id: UUID,
    maker: User,
    *,
    name: str,
    scope: ApiKeyScope,
    expires_in_days: int | None,
    now_ms: int,
) -> tuple[ApiKey, str]:
    """A key and its text, which nobody can read again; raises ConflictProblem past `MOST_KEYS`."""
    await lock_workspace(session, workspace_id)
    query = select(func.count()).where(col(ApiKey.workspace_id) == workspace_id)
    if (await session.exec(query)).one() >= MOST_KEYS:
        raise ConflictProblem(f"A workspace has {MOST_KEYS} API keys at most; revoke those that nobody uses.")
    text = new_key()
    key = ApiKey(
        workspace_id=workspace_id,
        created_by=maker.id,
        name=name,
        prefix=text[:PREFIX_CHARS],
        key_hash=key_hash(text),
        scope=scope,
        created_at=now_ms,
        expires_at=None if expires_in_days is None else now_ms + expires_in_days * DAY_MS,
    )
    session.add(key)
    return key, text


KeyRow = tuple[ApiKey, str, bool]
"""A key, its maker's name, and whether they are still a member: without them it opens nothing."""


async def list_keys(
    session: AsyncSession, workspace_id: UUID, *, after: tuple[str, UUID] | None, limit: int
) -> Sequence[KeyRow]:
    """The keys of a workspace by name, after the given (name, id)."""
    query = (
        select(ApiKey, User.full_name, col(Membership.role).is_not(None))
        .join(User, col(User.id) == ApiKey.created_by)
        .join(
            Membership,
            (col(Membership.user_id) == User.id) & (col(Membership.workspace_id) == workspace_id),
            isouter=True,
        )
        .where(ApiKey.workspace_id == workspace_id)
        .order_by(col(ApiKey.name), col(ApiKey.id))
        .limit(limit)
    )
    if after is not None:
        name, key_id = after
        query = query.where((col(ApiKey.name) > name) | ((col(ApiKey.name) == name) & (col(ApiKey.id) > key_id)))
    return (await session.exec(query)).all()


async def revoke_key(session: AsyncSession, workspace_id: UUID, key_id: UUID) -> ApiKey:
    """Ends a key: the next request with it is refused; raises NotFoundProblem."""
    query = select(ApiKey).where(ApiKey.id == key_id, ApiKey.workspace_id == workspace_id)
    key = (await session.exec(query)).first()
    if key is None:
        raise NotFoundProblem("There is no such API key in this workspace.")
    await session.delete(key)
    return key
