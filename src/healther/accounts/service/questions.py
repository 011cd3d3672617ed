"""How many questions whether somebody wants mail go out in a day."""

from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts import throttle
from healther.accounts.models import MailAddress, User
from healther.core.clock import DAY_MS, HOUR_MS, SECOND_MS
from healther.core.errors import ThrottledProblem
from healther.core.text import mailbox_of

# Of one mailbox, whoever asks; of one person, whichever of their workspaces asks.
OF_MAILBOX = throttle.Limit("ask mailbox", 3, DAY_MS)
# Apart from the one above: where both counted as one, an account could tell that another had just signed up.
OF_NEW_ADDRESS = throttle.Limit("ask new address", 3, DAY_MS)
# Of an account whose own address is not confirmed: enough to put right one that was mistyped.
CORRECTIONS = throttle.Limit("ask corrections", 3, DAY_MS)
OF_PERSON = throttle.Limit("ask person", 100, DAY_MS)


async def count(
    session: AsyncSession, by: User, address: str, now_ms: int, *, of_mailbox: throttle.Limit = OF_MAILBOX
) -> None:
    """Counts a question to an address, whoever sends it; raises ThrottledProblem.

    The plain spelling of a mailbox is counted by itself: no tags that strangers make up keep it from being asked.
    """
    await take(session, OF_PERSON, str(by.id), "Your workspaces and you ask", now_ms)
    mailbox = mailbox_of(address)
    key = f"plain {mailbox}" if address == mailbox else mailbox
    await take(session, of_mailbox, key, "An address is asked", now_ms)


async def check_workspace(session: AsyncSession, workspace_id: UUID, address: str, now_ms: int) -> None:
    """Raises ThrottledProblem when the workspace had the mailbox asked within a day, however it was written."""
    query = select(MailAddress.address, MailAddress.asked_at).where(
        MailAddress.workspace_id == workspace_id, col(MailAddress.asked_at) > now_ms - DAY_MS
    )
    mailbox = mailbox_of(address)
    asked = [at for each, at in (await session.exec(query)).all() if at is not None and mailbox_of(each) == mailbox]
    if asked:
        raise too_soon("A workspace asks a mailbox once a day", max(asked) + DAY_MS - now_ms)


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
