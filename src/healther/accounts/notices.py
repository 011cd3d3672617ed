"""Mail to people about what becomes of their account. Nobody waits for it."""

from healther.accounts.account_words import AccountWords, Said, account_message, account_words
from healther.accounts.links import MINUTES, AccountLinks, RefusalLinks
from healther.accounts.mailer import Mailer
from healther.accounts.models import User
from healther.accounts.service import reset_mail
from healther.accounts.service.consent import mail_of
from healther.accounts.service.users import find_user
from healther.channels.base import Message, MessageKind
from healther.core.clock import now_ms
from healther.core.db import Database
from healther.core.settings import Settings


async def mail_reset(
    database: Database, email: str, mailer: Mailer, links: AccountLinks, settings: Settings, language: str | None
) -> None:
    """The link to set a new password, some time later; nothing to an address that has no account, or has had many."""
    await mailer.pause()
    at_ms = now_ms()
    async with database.write() as session:
        user = await find_user(session, email)
        room = None if user is None else await reset_mail.take_room(session, user, at_ms)
    if user is None or room is None:
        return
    words = account_words(user.language or language)
    message = account_message(
        MessageKind.RESET,
        words.reset,
        user,
        words.language,
        link=links.make(user, at_ms),
        public_url=settings.public_url,
        minutes=MINUTES,
        now_ms=at_ms,
    )
    if not await mailer.post(user.email, message):
        async with database.write() as session:
            await reset_mail.give_back(session, room)


async def mail_new_address(
    user: User,
    email: str,
    owner: User | None,
    mailer: Mailer,
    links: AccountLinks,
    refusals: RefusalLinks,
    settings: Settings,
    now_ms: int,
) -> None:
    """To the address an account is to have: the link that says yes, or, to its `owner`, that it has an account.

    Among strangers there is a link to say no, too.
    """
    if owner is not None:
        words = account_words(owner.language)
        await mailer.post(email, _another_password(words, words.taken, owner, settings, now_ms))
        return
    words = account_words(user.language)
    message = account_message(
        MessageKind.CONFIRM,
        words.new_address,
        user,
        words.language,
        link=links.make(user, now_ms, email),
        refuse_link=refusals.make_for(user.id, email) if settings.asks_addresses else None,
        public_url=settings.public_url,
        minutes=MINUTES,
        now_ms=now_ms,
    )
    await mailer.post(email, message)


async def tell_changed(
    database: Database, mailer: Mailer, settings: Settings, user: User, now_ms: int, *, others: int = 0
) -> None:
    """Tells the owner that the password is another one, and what to do if it was not them.

    `others`: so many are in its workspaces, let in by whoever had the account before them.
    """
    if not mailer.configured:
        return
    async with database.read() as session:
        address = (await mail_of(session, {user.id: user.email})).get(user.id)
    if address is not None:
        words = account_words(user.language)
        said = words.taken_over if others else words.changed
        await mailer.post(address, _another_password(words, said, user, settings, now_ms, others))


async def tell_moved(mailer: Mailer, settings: Settings, user: User, before: str, now_ms: int) -> None:
    """Tells the address mail went to before that the account has another one."""
    words = account_words(user.language)
    message = account_message(
        MessageKind.NOTICE,
        words.moved,
        user,
        words.language,
        link=settings.public_url,
        public_url=settings.public_url,
        address=user.email,
        now_ms=now_ms,
    )
    await mailer.post(before, message)


def _another_password(
    words: AccountWords, said: Said, user: User, settings: Settings, now_ms: int, others: int = 0
) -> Message:
    """A mail whose link leads to where somebody has another link mailed: nothing of it is secret."""
    return account_message(
        MessageKind.RESET,
        said,
        user,
        words.language,
        link=f"{settings.public_url.rstrip('/')}/forgotten",
        public_url=settings.public_url,
        others=others,
        now_ms=now_ms,
    )
