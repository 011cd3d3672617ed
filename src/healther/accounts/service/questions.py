"""How many questions whether somebody wants mail go out in a day."""

from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts import throttle
from healther.accounts.models import User
from healther.core.clock import DAY_MS, HOUR_MS, SECOND_MS
from healther.core.errors import ThrottledProblem
from healther.core.text import mailbox_of

# Of one mailbox, whoever asks; of one person, whichever of their workspaces asks.
OF_MAILBOX = throttle.Limit("ask mailbox", 3, DAY_MS)
OF_PERSON = throttle.Limit("ask person", 100, DAY_MS)


async def count(session: AsyncSession, by: User, address: str, now_ms: int) -> None:
    """Counts a question to an address, whoever sends it; raises ThrottledProblem."""
    await take(session, OF_PERSON, str(by.id), "Your workspaces and you ask", now_ms)
    await take(session, OF_MAILBOX, mailbox_of(address), "An address is asked", now_ms)


async def take(session: AsyncSession, limit: throttle.Limit, key: str, what: str, now_ms: int) -> None:
    """Counts one under this key; raises ThrottledProblem, which says when there is room again."""
    try:
        await throttle.take(session, limit, limit.key(key), now_ms)
    except ThrottledProblem as problem:
        wait_ms = int(problem.headers["Retry-After"]) * SECOND_MS
        raise too_soon(f"{what} {limit.tries} times a day at most", wait_ms) from problem


def too_soon(rule: str, wait_ms: int) -> ThrottledProblem:
    """The rule that is in the way, and for how long."""
    hours = -(-wait_ms // HOUR_MS)
    return ThrottledProblem(f"{rule}; try again in {hours} h.", retry_after_s=-(-wait_ms // SECOND_MS))
