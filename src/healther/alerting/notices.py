"""Notices: what the owners of a workspace should know that is about no incident."""

from collections.abc import Callable
from typing import NamedTuple
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts.models import Membership, Role, User, Workspace
from healther.alerting import outbox
from healther.alerting.messages import Links, Reader, notice_message
from healther.alerting.words import AlertWords
from healther.channels.base import MessageKind


class Notice(NamedTuple):
    """What a notice says."""

    title: str
    body: str


async def tell_owners(
    session: AsyncSession,
    workspace_id: UUID,
    say: Callable[[AlertWords], Notice],
    thread: str,
    links: Links,
    now_ms: int,
) -> None:
    """Queues a mail by the operator's server to every owner, in the words of each."""
    workspace = await session.get_one(Workspace, workspace_id)
    owners = (
        select(User)
        .join(Membership, col(Membership.user_id) == User.id)
        .where(Membership.workspace_id == workspace_id, Membership.role == Role.OWNER)
        .order_by(col(User.id))
    )
    for owner in (await session.exec(owners)).all():
        reader = Reader.of(owner)
        message = notice_message(*say(reader.words), thread, workspace, links, reader, now_ms)
        await outbox.queue(
            session,
            workspace_id=workspace_id,
            kind=MessageKind.NOTICE,
            message=message,
            user_id=owner.id,
            now_ms=now_ms,
        )
