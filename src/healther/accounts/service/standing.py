"""Whether people who were let in some time ago would be let in now: for answers that stay open."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import and_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts.models import Membership, RefreshToken, User
from healther.accounts.tokens import Claims
from healther.core.clock import to_utc

Standing = frozenset[UUID]
"""The workspaces somebody is a member of."""


async def standing_of(session: AsyncSession, claims: Collection[Claims], now_ms: int) -> dict[Claims, Standing]:
    """For each that is still signed in, the workspaces they are a member of; the others are missing. One query."""
    query = (
        select(RefreshToken.family_id, User.id, User.token_version, Membership.workspace_id)
        .join(
            User,
            and_(col(User.id) == RefreshToken.user_id, col(User.token_version) == RefreshToken.token_version),
        )
        .join(Membership, col(Membership.user_id) == User.id, isouter=True)
        .where(
            col(RefreshToken.family_id).in_({each.family_id for each in claims}),
            col(RefreshToken.expires_at) > to_utc(now_ms),
        )
        .distinct()
    )
    found: dict[tuple[UUID, UUID, int], set[UUID]] = {}
    for family_id, user_id, version, workspace_id in (await session.exec(query)).all():
        found.setdefault((family_id, user_id, version), set()).add(workspace_id)
    return {
        each: frozenset(found[key]) for each in claims if (key := (each.family_id, each.user_id, each.version)) in found
    }
