"""Getting an account back: whoever reads the mail of its address sets a new password, and nobody else stays in.

OWASP ASVS 4.0, 2.5 and 5.0, 6.4: the answer tells nobody who has an account, the link works once and for an hour, and
setting a password signs nobody in, so that no second factor would be passed by.
"""

from sqlmodel import col, delete, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts import throttle
from healther.accounts.audit import account_note, audit
from healther.accounts.links import AccountLink, AccountLinks
from healther.accounts.models import MailAddress, Membership, User
from healther.accounts.service import consent
from healther.accounts.service.consent import Consent
from healther.accounts.service.ending import end_what_they_made
from healther.accounts.service.sessions import end_all_sessions
from healther.core.errors import NotFoundProblem

SET_BY_ADDRESS = throttle.Limit("mailed link, address", 20)
OVER = (
    "This link does not work: it was used, is more than an hour old or not complete, or the password or the address of "
    "the account was changed since. Ask for another."
)


async def load(
    session: AsyncSession, links: AccountLinks, token: str, now_ms: int, *, for_update: bool = False
) -> tuple[AccountLink, User]:
    """What a link says, and the account it was made for; raises NotFoundProblem when it is worth nothing."""
    link = links.read(token, now_ms)
    if link is None:
        raise NotFoundProblem(OVER)
    query = select(User).where(col(User.id) == link.user_id)
    user = (await session.exec(query.with_for_update(key_share=True) if for_update else query)).first()
    if user is None or not links.are_of(link, user):
        raise NotFoundProblem(OVER)
    return link, user


async def others_let_in(session: AsyncSession, user: User) -> int:
    """How many others are in the workspaces of an account whose address nobody had confirmed, as whoever had it wished.

    Asked before a new password is set: that confirms the address.
    """
    if consent.state_of(await consent.find_account(session, user)) == "confirmed":
        return 0
    theirs = select(Membership.workspace_id).where(Membership.user_id == user.id)
    others = select(func.count(func.distinct(Membership.user_id))).where(
        col(Membership.workspace_id).in_(theirs), col(Membership.user_id) != user.id
    )
    return (await session.exec(others)).one()


async def set_password(
    session: AsyncSession, user: User, hashed_password: str, *, by: User | str, rules: Consent | None, now_ms: int
) -> None:
    """A new password for an account that is locked; ends all by which somebody who had it could come back.

    `rules`: a mail has proved the address, which is confirmed by it; None = the operator did it.
    """
    user.hashed_password = hashed_password
    await end_all_sessions(session, user)
    details = await end_what_they_made(session, user, "reset", by=by, now_ms=now_ms)
    # Where mail to them went before: to whom that was is not known any more.
    earlier = (col(MailAddress.user_id) == user.id, col(MailAddress.address) != user.email)
    await session.exec(delete(MailAddress).where(*earlier, col(MailAddress.refused_at).is_(None)))
    if rules is not None:
        await confirm(session, user, rules, now_ms)
    if isinstance(by, User):
        account_note(session, user, "user.reset", now_ms, **details)
    else:
        audit(
            session,
            workspace_id=None,
            actor=by,
            action="user.reset",
            object_id=user.id,
            object_name=user.email,
            details=details,
            now_ms=now_ms,
        )


async def confirm(session: AsyncSession, user: User, rules: Consent, now_ms: int) -> None:
    """A mail was read at the account's address, and acted upon: a no to somebody else's sign-up counts no more."""
    said = await consent.of_account(session, user, rules, now_ms)
    consent.answer(said, now_ms, yes=True)
    session.add(said)
