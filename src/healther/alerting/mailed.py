"""Whom a message of an email channel went to, and the end of its acknowledging link for one of them."""

from collections.abc import Mapping
from uuid import UUID

from sqlmodel import and_, col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.alerting.models import Channel, Delivery
from healther.core.text import mailbox_of
from healther.incidents.links import LASTS_MS


async def mailed_to(session: AsyncSession, delivery: Delivery) -> set[str]:
    """The addresses it went to by an email channel, and those the channel has now."""
    channel = None if delivery.channel_id is None else await session.get(Channel, delivery.channel_id)
    named = channel.options.get("to", ()) if channel is not None and channel.kind == "email" else ()
    return {*named, *(delivery.reached or ())}


async def end_links(session: AsyncSession, email: str, until_ms: Mapping[UUID, int], now_ms: int) -> None:
    """Ends the links that were mailed to this mailbox, by workspace, in messages made until then (epoch ms).

    For somebody who is gone without a trace of their address by which that could be seen later.
    """
    if not until_ms:
        return
    theirs = or_(
        *(
            and_(col(Delivery.workspace_id) == workspace_id, col(Delivery.created_at) <= until)
            for workspace_id, until in until_ms.items()
        )
    )
    query = (
        select(Delivery)
        .join(Channel, col(Channel.id) == Delivery.channel_id)
        .where(theirs, Channel.kind == "email", Delivery.created_at > now_ms - LASTS_MS)
    )
    mailbox = mailbox_of(email)
    for delivery in (await session.exec(query)).all():
        if mailbox in map(mailbox_of, await mailed_to(session, delivery)):
            delivery.link_ended_at = now_ms
            session.add(delivery)
