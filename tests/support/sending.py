"""Senders at work in a workspace of `tests.support.alerting`, and what they are given."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from sqlalchemy import update

from healther.alerting import outbox
from healther.alerting.channels import service
from healther.alerting.channels.room import Room
from healther.alerting.channels.schemas import ChannelCreate
from healther.alerting.deliver.address import SEALER_PURPOSE
from healther.alerting.deliver.senders import Senders
from healther.alerting.models import Channel, Delivery, DeliveryState, Lane
from healther.channels.base import MailServer, MessageKind
from healther.core.clock import now_ms
from healther.core.crypto import Sealer
from healther.core.db import Database
from healther.core.ids import new_id
from healther.incidents.models import Incident
from tests.support.alerting import LINKS, World
from tests.support.sinks import message
from tests.support.waiting import until
from tests.support.wire import guarded_net

ROOM = Room(channels=50, addresses=50)
SEALER = Sealer("a-secret-only-for-tests-0123456789-abcdef", SEALER_PURPOSE)


@asynccontextmanager
async def at_work(
    db: Database, mail_server: MailServer | None = None, *, most_mails: int = 500, asks_first: bool = False
) -> AsyncIterator[Senders]:
    """The senders of the alert lane of one process."""
    async with guarded_net() as net:
        senders = Senders(db, net, SEALER, mail_server, LINKS, Lane.ALERT, most_mails=most_mails, asks_first=asks_first)
        task = asyncio.create_task(senders.run())
        try:
            yield senders
        finally:
            senders.stop()
            await asyncio.wait_for(task, 20)


async def webhook(world: World, url: str, name: str = "hook") -> UUID:
    """A channel that sends to this URL."""
    body = ChannelCreate(name=name, kind="webhook", options={"url": url, "headers": {"X-Key": "hush-hush"}})
    async with world.db.write() as session:
        channel = await service.create_channel(session, world.workspace_id, body, SEALER, ROOM, now_ms())
    return channel.id


async def incident(world: World) -> UUID:
    row = Incident(workspace_id=world.workspace_id, title="Shop", started_at=1, detected_at=1)
    async with world.db.write() as session:
        session.add(row)
    return row.id


async def put(
    world: World,
    channel_id: UUID,
    kind: MessageKind = MessageKind.DOWN,
    incident_id: UUID | None = None,
    **facts: object,
) -> UUID:
    """Queues one message."""
    what = message(kind, id=new_id(), **facts)
    async with world.db.write() as session:
        await outbox.queue(
            session, workspace_id=world.workspace_id, kind=kind, message=what, channel_id=channel_id,
            incident_id=incident_id, now_ms=now_ms(),
        )  # fmt: skip
    return what.id


async def read(world: World, delivery_id: UUID) -> Delivery:
    async with world.db.read() as session:
        return await session.get_one(Delivery, delivery_id)


async def ended(world: World, delivery_id: UUID) -> Delivery:
    """The delivery, once it is over."""

    async def over() -> bool:
        return (await read(world, delivery_id)).state != DeliveryState.QUEUED

    await until(over, "the delivery is over")
    return await read(world, delivery_id)


async def due_now(world: World) -> None:
    """Time passes for everything that waits."""
    async with world.db.write() as session:
        await session.exec(update(Delivery).values(next_at=0))
        await session.exec(update(Channel).values(retry_at=None))
