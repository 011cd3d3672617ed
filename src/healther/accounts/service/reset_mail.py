"""How many links to set a new password are mailed. Only those count that leave: nobody uses them up for somebody else.

Where there is no room nothing is mailed, and a link that was mailed before still works, for a while at least: whoever
reads the mail of an account always has one, however often others ask.
"""

from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts import throttle
from healther.accounts.models import User
from healther.accounts.service.consent import find_account, state_of
from healther.core.clock import DAY_MS, HOUR_MS, MINUTE_MS
from healther.core.errors import ThrottledProblem
from healther.core.text import mailbox_of

ASKED_BY_ADDRESS = throttle.Limit("forgotten, address", 20)
FIRST = throttle.Limit("reset mails, account", 5, DAY_MS)
# The last of them has as long to live as a link lasts (links.LASTS_MS) beyond this.
THEN = throttle.Limit("reset mails, account, later", 1, 45 * MINUTE_MS)
# Whoever has the account ends links by new passwords, five times an hour at most: one more is mailed for each.
HOURLY = throttle.Limit("reset mails, account, hourly", 6, HOUR_MS)
# Strangers make any number of accounts with the tags of one mailbox: of all of these together.
TAGGED = throttle.Limit("reset mails, tagged", 20, DAY_MS)


async def count_question(session: AsyncSession, address: str, now_ms: int) -> None:
    """Counts that somebody at a client address forgot their password; raises ThrottledProblem."""
    key = ASKED_BY_ADDRESS.key(throttle.address_group(address))
    rule = "Too many such links were asked for from here"
    await throttle.take(session, ASKED_BY_ADDRESS, key, now_ms, rule=rule)


async def take_room(session: AsyncSession, user: User, now_ms: int) -> list[bytes] | None:
    """Counts a link to the account, and returns what to give back if it does not leave; None when there is no room."""
    # By its address: an account that is deleted and made again is no other one. A new password ended the links before.
    first = [(FIRST, FIRST.key(user.email))]
    then = [(THEN, THEN.key(user.email, user.hashed_password)), (HOURLY, HOURLY.key(user.email))]
    tagged = [(TAGGED, TAGGED.key(mailbox_of(user.email)))] if await _is_any_tag(session, user) else []
    for wanted in (first + tagged, then + tagged):
        try:
            async with session.begin_nested():
                for limit, key in wanted:
                    await throttle.take(session, limit, key, now_ms)
        except ThrottledProblem:
            continue
        return [key for _, key in wanted]
    return None


async def give_back(session: AsyncSession, keys: list[bytes]) -> None:
    """The link did not leave: it does not count."""
    for key in keys:
        await throttle.give_back(session, key)


async def _is_any_tag(session: AsyncSession, user: User) -> bool:
    """Whether it is another spelling of a mailbox, of which nobody has said that they own the account."""
    return user.email != mailbox_of(user.email) and state_of(await find_account(session, user)) != "confirmed"
