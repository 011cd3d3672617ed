"""Throttling of guesses: counted before the guess is looked at, so that a burst cannot slip through (A2)."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b

from sqlalchemy import case, delete, literal, or_
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlmodel import col, select, update
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
    left, ends_ms = (await take_many(session, limit, {key: 1}, now_ms))[key]
    if not left:
        wait_s = max(1, -(-(ends_ms - now_ms) // SECOND_MS))
        raise ThrottledProblem(f"{rule}; try again in {lasting(wait_s * SECOND_MS)}.", retry_after_s=wait_s)


async def take_many(
    session: AsyncSession, limit: Limit, tries: Mapping[bytes, int], now_ms: int
) -> dict[bytes, tuple[int, int]]:
    """Counts so many tries of each key; of each, how many of them the window has room for, and its end (epoch ms)."""
    ends_at = literal(to_utc(now_ms + limit.window_ms), UtcMillis())
    insert = sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgresql_insert
    # No window ends later than a whole one from now: the clock has been set back since (R12).
    ended = col(SignInThrottle.window_ends_at) <= to_utc(now_ms)
    over = or_(ended, col(SignInThrottle.window_ends_at) > to_utc(now_ms + limit.window_ms + CLOCK_STEP_MS))
    # In one order: two that count the same keys wait for each other, and not both.
    statement = insert(SignInThrottle).values(
        [{"key": key, "failures": tries[key], "window_ends_at": ends_at} for key in sorted(tries)]
    )
    new = statement.excluded
    statement = statement.on_conflict_do_update(
        index_elements=["key"],
        set_={
            "failures": case((over, new.failures), else_=col(SignInThrottle.failures) + new.failures),
            "window_ends_at": case((over, new.window_ends_at), else_=col(SignInThrottle.window_ends_at)),
        },
    )
    row = (col(SignInThrottle.key), col(SignInThrottle.failures), col(SignInThrottle.window_ends_at))
    counted = {key: (failures, ends) for key, failures, ends in (await session.exec(statement.returning(*row))).all()}
    if any(failures == tries[key] for key, (failures, _) in counted.items()):
        # Those that somebody counts in at this moment are theirs: nobody waits for them here.
        old = select(SignInThrottle.key).where(ended).with_for_update(skip_locked=True)
        await session.exec(delete(SignInThrottle).where(col(SignInThrottle.key).in_(old)))
    return {
        key: (max(0, tries[key] - max(0, failures - limit.tries)), to_ms(ends))
        for key, (failures, ends) in counted.items()
    }


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
