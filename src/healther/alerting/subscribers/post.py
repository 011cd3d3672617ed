"""Sending to one subscriber: the address opened, the message made theirs."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.channels.base import Channel, Message, MessageKind, Receipt, SendContext, SendError, UndeliverableError
from healther.core.crypto import SealedWithAnotherKeyError
from healther.status_pages.models import Subscriber
from healther.status_pages.subscribers.links import SubscriptionLinks
from healther.status_pages.subscribers.places import BadPlaceError, Kind, Places, channel_of
from healther.status_pages.subscribers.words import subscriber_words


@dataclass(frozen=True, slots=True)
class ToSubscriber:
    """A channel to one subscriber; every message says how they leave."""

    subscriber_id: UUID
    kind: Kind
    channel: Channel
    links: SubscriptionLinks

    async def send(self, context: SendContext, message: Message) -> Receipt:
        """As the channel does."""
        if message.kind is MessageKind.CONFIRM:
            return await self.channel.send(context, message)
        manage = self.links.manage(self.subscriber_id)
        if self.kind is Kind.EMAIL:
            change = {"subscription_link": manage, "unsubscribe_link": self.links.unsubscribe(self.subscriber_id)}
        else:
            change = {"note": subscriber_words(message.language).manage_note.format(link=manage)}
        return await self.channel.send(context, message.model_copy(update=change))


@dataclass(frozen=True, slots=True)
class SubscriberPost:
    """Opens the addresses of subscribers."""

    places: Places
    links: SubscriptionLinks

    async def addresses(self, session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, ToSubscriber | SendError]:
        """By subscriber; one query for all of them."""
        if not ids:
            return {}
        query = select(Subscriber).where(col(Subscriber.id).in_(ids))
        return {row.id: self._open(row) for row in (await session.exec(query)).all()}

    def _open(self, row: Subscriber) -> ToSubscriber | SendError:
        try:
            kind = Kind(row.kind)
            return ToSubscriber(row.id, kind, channel_of(kind, self.places.open(row.sealed_address)), self.links)
        except SealedWithAnotherKeyError:
            return UndeliverableError("its address was sealed with another HEALTHER_SECRET_KEY", ends_channel=False)
        except BadPlaceError:
            return UndeliverableError("its address is not valid any more", ends_channel=True)
