"""Sign-ins: a family of refresh tokens, each used once, and the access tokens made from them."""

from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import delete, func
from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts.devices import Device
from healther.accounts.models import RefreshToken, User
from healther.accounts.tokens import Claims, TokenSigner, new_refresh_token, refresh_token_hash
from healther.core.clock import DAY_MS, SECOND_MS, to_ms, to_utc
from healther.core.errors import NotFoundProblem
from healther.core.ids import new_id

# From the sign-in, not from the last refresh: a stolen cookie does not live for ever (ASVS 5.0, 7.3.2).
SIGN_IN_LIFETIME_MS = 30 * DAY_MS


@dataclass(frozen=True, slots=True)
class IssuedTokens:
    """What a sign-in or a refresh hands out."""

    access_token: str
    expires_in_s: int
    refresh_token: str
    refresh_lifetime_s: int


class SignedIn(NamedTuple):
    """A sign-in that is still good; times in epoch ms. `last_used_at` is when its access token was last renewed."""

    family_id: UUID
    created_at: int
    last_used_at: int
    device: Device


async def open_session(
    session: AsyncSession, user: User, signer: TokenSigner, device: Device, now_ms: int
) -> IssuedTokens:
    """A new sign-in of `user`; forgets their expired ones."""
    await session.exec(
        delete(RefreshToken).where(col(RefreshToken.user_id) == user.id, col(RefreshToken.expires_at) <= to_utc(now_ms))
    )
    claims = Claims(user.id, user.token_version, new_id())
    return _issue(session, claims, signer, device, now_ms, now_ms + SIGN_IN_LIFETIME_MS)


async def rotate(
    session: AsyncSession, presented: str, signer: TokenSigner, device: Device, now_ms: int
) -> IssuedTokens | None:
    """New tokens for a refresh token that was never used; None when it is refused.

    A used one means that two hold it, so its whole family ends (A6): commit also when the answer is None.
    """
    token_hash = refresh_token_hash(presented)
    won = await session.exec(
        update(RefreshToken)
        .where(
            col(RefreshToken.token_hash) == token_hash,
            col(RefreshToken.used_at).is_(None),
            col(RefreshToken.expires_at) > to_utc(now_ms),
        )
        .values(used_at=to_utc(now_ms))
        .returning(
            col(RefreshToken.user_id),
            col(RefreshToken.family_id),
            col(RefreshToken.token_version),
            col(RefreshToken.expires_at),
        )
    )
    row = won.one_or_none()
    if row is None:
        family = select(RefreshToken.family_id).where(RefreshToken.token_hash == token_hash).scalar_subquery()
        await session.exec(delete(RefreshToken).where(col(RefreshToken.family_id) == family))
        return None
    user_id, family_id, version, expires_at = row
    current = (await session.exec(select(User.token_version).where(User.id == user_id))).one()
    if current != version:
        return None
    return _issue(session, Claims(user_id, version, family_id), signer, device, now_ms, to_ms(expires_at))


async def list_sessions(session: AsyncSession, user: User, now_ms: int) -> list[SignedIn]:
    """The user's sign-ins that are still good, the one used last first."""
    mine = (
        col(RefreshToken.user_id) == user.id,
        col(RefreshToken.token_version) == user.token_version,
        col(RefreshToken.expires_at) > to_utc(now_ms),
    )
    family = col(RefreshToken.family_id)
    ages = select(family, func.min(RefreshToken.created_at)).where(*mine).group_by(family)
    began = {family_id: to_ms(at) for family_id, at in (await session.exec(ages)).all()}
    newest = select(RefreshToken).where(*mine, col(RefreshToken.used_at).is_(None))
    rows = (await session.exec(newest.order_by(col(RefreshToken.created_at).desc()))).all()
    return [
        SignedIn(row.family_id, began[row.family_id], to_ms(row.created_at), Device(row.user_agent, row.address))
        for row in rows
    ]


async def end_own_session(session: AsyncSession, user: User, family_id: UUID) -> None:
    """Ends one of the user's sign-ins; raises NotFoundProblem for any other."""
    ended = await session.exec(
        delete(RefreshToken).where(col(RefreshToken.family_id) == family_id, col(RefreshToken.user_id) == user.id)
    )
    if not ended.rowcount:
        raise NotFoundProblem("There is no such sign-in of yours; it may have ended already.")


async def end_session(session: AsyncSession, family_id: UUID) -> None:
    """Ends one sign-in: its refresh token and, from the next request on, its access tokens."""
    await session.exec(delete(RefreshToken).where(col(RefreshToken.family_id) == family_id))


async def end_all_sessions(session: AsyncSession, user: User) -> None:
    """Ends every sign-in of `user`, from the next request on (A5)."""
    user.token_version += 1
    session.add(user)
    await session.exec(delete(RefreshToken).where(col(RefreshToken.user_id) == user.id))


def _issue(
    session: AsyncSession, claims: Claims, signer: TokenSigner, device: Device, now_ms: int, expires_at_ms: int
) -> IssuedTokens:
    refresh_token = new_refresh_token()
    session.add(
        RefreshToken(
            token_hash=refresh_token_hash(refresh_token),
            family_id=claims.family_id,
            user_id=claims.user_id,
            token_version=claims.version,
            created_at=to_utc(now_ms),
            expires_at=to_utc(expires_at_ms),
            user_agent=device.user_agent,
            address=device.address,
        )
    )
    return IssuedTokens(
        access_token=signer.issue(claims, now_ms),
        expires_in_s=signer.lifetime_s,
        refresh_token=refresh_token,
        refresh_lifetime_s=(expires_at_ms - now_ms) // SECOND_MS,
    )
