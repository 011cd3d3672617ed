"""Throttling of guesses: counted before the guess is looked at, so that a burst cannot slip through (A2)."""

import ipaddress
from dataclasses import dataclass
from hashlib import blake2b

from sqlalchemy import case, delete, literal, or_
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlmodel import col, update
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts.models import SignInThrottle
from healther.core.clock import CLOCK_STEP_MS, HOUR_MS, MINUTE_MS, SECOND_MS, lasting, to_ms, to_utc
from healther.core.columns import UtcMillis
from healther.core.errors import ThrottledProblem

WINDOW_MS = 15 * MINUTE_MS


@dataclass(frozen=True, slots=True)
class Limit:
    """How many tries a window allows for one key."""

    name: str
    tries: int
    window_ms: int = WINDOW_MS

    def key(self, *parts: str) -> bytes:
        """The stored key: hashed, so that the table holds neither addresses nor what was typed as an account."""
        digest = blake2b(digest_size=32)
        for part in (self.name, *parts):
            digest.update(part.encode("utf-8", "surrogatepass") + b"\xff")
        return digest.digest()


# An account is throttled per address: whoever guesses from elsewhere does not lock its owner out.
SIGN_IN_ACCOUNT = Limit("sign-in account", 10)
SIGN_IN_ADDRESS = Limit("sign-in address", 100)
REGISTER_ADDRESS = Limit("register address", 20)
PASSWORD_CHECK = Limit("password check", 10)
# Of one account: the answer tells whether an address has one.
EMAIL_CHANGE = Limit("email change", 10, HOUR_MS)
# Of one account: each ends the links that were mailed to set another, so whoever has it keeps nobody out by that.
PASSWORD_CHANGE = Limit("password change", 5, HOUR_MS)
API_KEY_ADDRESS = Limit("api key address", 100)


def address_group(address: str) -> str:
    """The address guesses are counted under: a whole /64 of IPv6 belongs to one household or one attacker."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


async def take(
    session: AsyncSession, limit: Limit, key: bytes, now_ms: int, *, rule: str = "Too many attempts"
) -> None:
    """Counts one try; raises ThrottledProblem when the window has no more. The caller's commit makes it count."""
    ends_at = literal(to_utc(now_ms + limit.window_ms), UtcMillis())
    insert = sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgresql_insert
    # No window ends later than a whole one from now: the clock has been set back since (R12).
    ended = col(SignInThrottle.window_ends_at) <= to_utc(now_ms)
    over = or_(ended, col(SignInThrottle.window_ends_at) > to_utc(now_ms + limit.window_ms + CLOCK_STEP_MS))
    statement = (
        insert(SignInThrottle)
        .values(key=key, failures=1, window_ends_at=ends_at)
        .on_conflict_do_update(
            index_elements=["key"],
            set_={
                "failures": case((over, 1), else_=col(SignInThrottle.failures) + 1),
                "window_ends_at": case((over, ends_at), else_=col(SignInThrottle.window_ends_at)),
            },
        )
        .returning(col(SignInThrottle.failures), col(SignInThrottle.window_ends_at))
    )
    failures, window_ends_at = (await session.exec(statement)).one()
    if failures > limit.tries:
        wait_s = max(1, -(-(to_ms(window_ends_at) - now_ms) // SECOND_MS))
        raise ThrottledProblem(f"{rule}; try again in {lasting(wait_s * SECOND_MS)}.", retry_after_s=wait_s)
    if failures == 1:
        await session.exec(delete(SignInThrottle).where(col(SignInThrottle.window_ends_at) <= to_utc(now_ms)))


async def forget(session: AsyncSession, key: bytes) -> None:
    """Starts the key afresh, after a success."""
    await session.exec(delete(SignInThrottle).where(col(SignInThrottle.key) == key))


async def give_back(session: AsyncSession, key: bytes) -> None:
    """Takes one counted try back: it was no guess."""
    await session.exec(
        update(SignInThrottle)
        .where(col(SignInThrottle.key) == key, col(SignInThrottle.failures) > 0)
        .values(failures=col(SignInThrottle.failures) - 1)
    )
