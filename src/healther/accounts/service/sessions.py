"""Sign-ins: a family of refresh tokens, each used once, and the access tokens made from them."""

from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import delete, func, or_
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
# A page loaded anew while it refreshes never sees the answer, and asks again with the token it has.
LOST_ANSWER_MS = 10 * SECOND_MS
# `used_at` of a token that no lost answer explains any more: presented again it ends the sign-in at any time.
SPENT = to_utc(0)


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

    Used within LOST_ANSWER_MS, and what it got still unused: the answer was lost, it gets another in its stead. Any
    other used one means that two hold it, so its whole family ends (A6): commit also when the answer is None.
    """
    this = col(RefreshToken.token_hash) == refresh_token_hash(presented)
    # One at a time for an account: what is read below stays so until the commit.
    owner = select(User.id, User.token_version).join(RefreshToken, col(RefreshToken.user_id) == User.id).where(this)
    locked = (await session.exec(owner.with_for_update(key_share=True, of=User))).one_or_none()
    row = (await session.exec(select(RefreshToken).where(this))).one_or_none()
    if locked is None or row is None:
        return None
    user_id, current = locked
    family = col(RefreshToken.family_id) == row.family_id
    # Used later than now: the clock has been set back since, and nobody knows how long ago that was (R12).
    lost = row.used_at is not None and to_utc(now_ms - LOST_ANSWER_MS) < row.used_at <= to_utc(now_ms + LOST_ANSWER_MS)
    if row.expires_at <= to_utc(now_ms) or (row.used_at is not None and not lost):
        await session.exec(delete(RefreshToken).where(family))
        return None
    if row.token_version != current:
        return None
    if row.used_at is None:
        row.used_at = to_utc(now_ms)
        session.add(row)
    # The one before this, whose answer has arrived after all; or the one that was lost.
    unspent = or_(col(RefreshToken.used_at).is_(None), col(RefreshToken.used_at) > SPENT)
    await session.exec(update(RefreshToken).where(family, unspent, ~this).values(used_at=SPENT))
    claims = Claims(user_id, row.token_version, row.family_id)
    return _issue(session, claims, signer, device, now_ms, to_ms(row.expires_at))


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
