"""Sign-ins: a family of refresh tokens, each used once, and the access tokens made from them."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts.models import RefreshToken, User
from healther.accounts.tokens import Claims, TokenSigner, new_refresh_token, refresh_token_hash
from healther.core.clock import DAY_MS, SECOND_MS, to_ms, to_utc
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


async def open_session(session: AsyncSession, user: User, signer: TokenSigner, now_ms: int) -> IssuedTokens:
    """A new sign-in of `user`; forgets their expired ones."""
    await session.exec(
        delete(RefreshToken).where(col(RefreshToken.user_id) == user.id, col(RefreshToken.expires_at) <= to_utc(now_ms))
    )
    claims = Claims(user.id, user.token_version, new_id())
    return _issue(session, claims, signer, now_ms, now_ms + SIGN_IN_LIFETIME_MS)


async def rotate(session: AsyncSession, presented: str, signer: TokenSigner, now_ms: int) -> IssuedTokens | None:
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
    return _issue(session, Claims(user_id, version, family_id), signer, now_ms, to_ms(expires_at))


async def end_session(session: AsyncSession, family_id: UUID) -> None:
    """Ends one sign-in: its refresh token and, from the next request on, its access tokens."""
    await session.exec(delete(RefreshToken).where(col(RefreshToken.family_id) == family_id))


async def end_all_sessions(session: AsyncSession, user: User) -> None:
    """Ends every sign-in of `user`, from the next request on (A5)."""
    user.token_version += 1
    session.add(user)
    await session.exec(delete(RefreshToken).where(col(RefreshToken.user_id) == user.id))


def _issue(session: AsyncSession, claims: Claims, signer: TokenSigner, now_ms: int, expires_at_ms: int) -> IssuedTokens:
    refresh_token = new_refresh_token()
    session.add(
        RefreshToken(
            token_hash=refresh_token_hash(refresh_token),
            family_id=claims.family_id,
            user_id=claims.user_id,
            token_version=claims.version,
            created_at=to_utc(now_ms),
            expires_at=to_utc(expires_at_ms),
        )
    )
    return IssuedTokens(
        access_token=signer.issue(claims, now_ms),
        expires_in_s=signer.lifetime_s,
        refresh_token=refresh_token,
        refresh_lifetime_s=(expires_at_ms - now_ms) // SECOND_MS,
    )
