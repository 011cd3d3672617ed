"""Whether people who were let in some time ago would be let in now: for answers that stay open."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import and_
from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts.models import ApiKey, Membership, RefreshToken, User
from healther.accounts.tokens import Claims
from healther.core.clock import to_utc

Standing = frozenset[UUID]
"""The workspaces somebody is a member of."""


async def standing_of(session: AsyncSession, claims: Collection[Claims], now_ms: int) -> dict[Claims, Standing]:
    """For each that is still signed in, the workspaces they are a member of; the others are missing.

    One query for people, and one for API keys where there are any.
    """
    keys = [each for each in claims if each.is_key]
    people = [each for each in claims if not each.is_key]
    return await _of_people(session, people, now_ms) | (await _of_keys(session, keys, now_ms) if keys else {})


async def _of_people(session: AsyncSession, claims: Collection[Claims], now_ms: int) -> dict[Claims, Standing]:
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


async def _of_keys(session: AsyncSession, claims: Collection[Claims], now_ms: int) -> dict[Claims, Standing]:
    query = (
        select(ApiKey.id, ApiKey.workspace_id)
        .join(
            Membership,
            and_(col(Membership.user_id) == ApiKey.created_by, col(Membership.workspace_id) == ApiKey.workspace_id),
        )
        .where(
            col(ApiKey.id).in_({each.family_id for each in claims}),
            or_(col(ApiKey.expires_at).is_(None), col(ApiKey.expires_at) > now_ms),
        )
    )
    found = dict((await session.exec(query)).all())
    return {each: frozenset({found[each.family_id]}) for each in claims if each.family_id in found}
