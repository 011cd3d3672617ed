"""The addresses that want no mail. A no outlives whom it was said to: nobody is deleted to ask an address again."""

from uuid import UUID

from sqlalchemy import ColumnElement, update
from sqlmodel import col, func, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts.models import MailAddress, User
from healther.core.text import mailbox_of


async def has_refused(session: AsyncSession, workspace_id: UUID | None, address: str) -> bool:
    """Whether the mailbox has said, however it was tagged, that it wants no mail of this workspace; None = of any."""
    return await _has_refused(
        session, address, *(() if workspace_id is None else (MailAddress.workspace_id == workspace_id,))
    )


async def refuses_questions(session: AsyncSession, address: str) -> bool:
    """Whether the mailbox is asked by nobody: it said no to an account, or to a workspace that is gone.

    Not an address that an account has confirmed: what it said no to was another spelling that a stranger made up.
    """
    confirmed = (col(MailAddress.user_id).is_not(None), col(MailAddress.confirmed_at).is_not(None))
    if (await session.exec(select(MailAddress.id).where(MailAddress.address == address, *confirmed))).first():
        return False
    return await _has_refused(session, address, col(MailAddress.workspace_id).is_(None))


async def of_account(session: AsyncSession, user_id: UUID, address: str) -> MailAddress:
    """What an address says to an account, or said to one that is gone; a new row where there is none."""
    user = await session.get(User, user_id)
    known = None if user is None else user.id
    query = select(MailAddress).where(
        MailAddress.address == address, MailAddress.user_id == known, col(MailAddress.workspace_id).is_(None)
    )
    return (await session.exec(query)).first() or MailAddress(user_id=known, address=address)


async def keep_of_workspace(session: AsyncSession, workspace_id: UUID) -> None:
    """The workspace is about to go, and what addresses said to it; a no stays."""
    await _keep(session, col(MailAddress.workspace_id) == workspace_id)


async def keep_of_account(session: AsyncSession, user: User) -> None:
    """The account is about to go, and what its addresses said; a no stays."""
    await _keep(session, col(MailAddress.user_id) == user.id)


async def _keep(session: AsyncSession, theirs: ColumnElement[bool]) -> None:
    kept = update(MailAddress).where(theirs, col(MailAddress.refused_at).is_not(None))
    await session.exec(kept.values(workspace_id=None, user_id=None, language=None, answer=None))


async def _has_refused(session: AsyncSession, address: str, *conditions: ColumnElement[bool] | bool) -> bool:
    mailbox = mailbox_of(address)
    # Those that may be its: its name, whatever the dots, up to a tag or the @.
    dotless, name = func.replace(col(MailAddress.address), ".", ""), mailbox.rpartition("@")[0].replace(".", "")
    alike = or_(*(dotless.startswith(name + end, autoescape=True) for end in ("@", "+")))
    query = select(MailAddress.address).where(alike, col(MailAddress.refused_at).is_not(None), *conditions)
    return mailbox in map(mailbox_of, (await session.exec(query)).all())
