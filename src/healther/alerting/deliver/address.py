"""Where a delivery goes: the channel as an object that sends, opened from its row, or the reason why there is none."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from pydantic import ValidationError
from sqlmodel import col, select, tuple_
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts.models import Membership, User
from healther.accounts.service import consent
from healther.alerting import models
from healther.alerting.models import Delivery
from healther.alerting.subscribers.post import SubscriberPost
from healther.channels import UnknownKindError, parse_channel
from healther.channels.base import Channel, Message, Receipt, SendContext, SendError, UndeliverableError
from healther.channels.email import EmailChannel
from healther.core.crypto import SealedWithAnotherKeyError, Sealer
from healther.core.secrets import join_secrets
from healther.core.wording import first_wrong
from healther.incidents.grounds import Because, Grounds

SEALED_ELSEWHERE = "sealed with another HEALTHER_SECRET_KEY: put that key back, or make a new channel"
"""What is the matter with a channel that this key cannot open, and what to do."""
SEALER_PURPOSE = "channel-options"

Address = Channel | SendError
_MOST_NAMED = 3


class WithheldError(SendError):
    """Nobody there has said yes to mail by the operator's server: nothing is sent, and nothing is wrong."""

    def __init__(self, grounds: Grounds) -> None:
        self.grounds = grounds
        super().__init__(grounds.english)


def withheld(addresses: Sequence[str], refused: Collection[str]) -> Grounds:
    """Why nothing is mailed to these, of which none has said yes, and those in `refused` no."""
    waiting, said_no = (
        [each for each in addresses if each not in refused],
        [each for each in addresses if each in refused],
    )
    if not waiting:
        return Grounds(because=Because.REFUSED, name=_named(said_no))
    also = withheld(said_no, refused) if said_no else None
    return Grounds(because=Because.UNCONFIRMED, name=_named(waiting), also=also)


def _named(addresses: Sequence[str]) -> str:
    more = f" and {len(addresses) - _MOST_NAMED} more" if len(addresses) > _MOST_NAMED else ""
    return f"{', '.join(addresses[:_MOST_NAMED])}{more}"


@dataclass(frozen=True, slots=True)
class SomeOf:
    """An email channel of which some addresses have not said yes: those who have get theirs."""

    channel: EmailChannel
    others: Grounds

    @property
    def kind(self) -> str:
        """As the channel's."""
        return self.channel.kind

    async def send(self, context: SendContext, message: Message) -> Receipt:
        """As the channel does; the answer names the others."""
        receipt = await self.channel.send(context, message)
        return Receipt(f"{receipt.answer}; {self.others.english}")


def mailed_by_operator(channel: Channel) -> frozenset[str]:
    """The addresses a channel mails by the operator's server."""
    return frozenset(channel.to) if isinstance(channel, EmailChannel) and channel.by_operator else frozenset()


def to_of(address: Address) -> Sequence[str]:
    """The addresses an email channel mails, by whichever server; of other kinds none."""
    channel = address.channel if isinstance(address, SomeOf) else address
    return channel.to if isinstance(channel, EmailChannel) else ()


def mails_of(address: Address, reached: Collection[str] = ()) -> int:
    """How many alert mails by the operator's server a message to this place is; `reached` have theirs already."""
    if isinstance(address, SendError):
        return 0
    channel = address.channel if isinstance(address, SomeOf) else address
    return len(mailed_by_operator(channel).difference(reached))


def asked_first(channel: Channel, workspace_id: UUID, said: consent.Said) -> Channel | WithheldError:
    """The channel, to those of its addresses that have said yes."""
    if not isinstance(channel, EmailChannel) or not channel.by_operator:
        return channel
    others = [each for each in channel.to if (workspace_id, each) not in said.yes]
    if not others:
        return channel
    why = withheld(others, [each for each in others if (workspace_id, each) in said.no])
    if len(others) == len(channel.to):
        return WithheldError(why)
    return SomeOf(channel.model_copy(update={"to": [each for each in channel.to if each not in others]}), why)


def open_channel(row: models.Channel, sealer: Sealer) -> Channel:
    """The channel of a row; raises UndeliverableError saying what is wrong with it."""
    try:
        return parse_channel(row.kind, join_secrets(row.options, row.sealed_options, sealer))
    except SealedWithAnotherKeyError as error:
        raise UndeliverableError(f"its secrets were {SEALED_ELSEWHERE}", ends_channel=False) from error
    except UnknownKindError as error:
        raise UndeliverableError(str(error), ends_channel=False) from error
    except ValidationError as error:
        where, message = first_wrong(error)
        # Not chained: the cause would carry secrets into a log.
        raise UndeliverableError(f"its configuration is not valid: {where}: {message}", ends_channel=False) from None


async def addresses_of(
    session: AsyncSession,
    deliveries: Sequence[Delivery],
    sealer: Sealer,
    post: SubscriberPost | None = None,
    *,
    asks_first: bool,
) -> dict[UUID, Address]:
    """The place of each delivery, by the delivery's id; a few queries for all of them.

    `asks_first`: mail by the operator's server goes to those alone who have said yes.
    """
    ids = {each.channel_id for each in deliveries if each.channel_id}
    channels = await _channels(session, ids, sealer, asks_first=asks_first)
    wanted = {(each.workspace_id, each.user_id) for each in deliveries if each.user_id}
    people = await _people(session, wanted, asks_first=asks_first)
    subscribed = {each.subscriber_id for each in deliveries if each.subscriber_id}
    subscribers = await post.addresses(session, subscribed) if post else {}
    gone = UndeliverableError("nobody is there any more to send this to", ends_channel=False)
    found: dict[UUID, Address] = {}
    for each in deliveries:
        place: Address | None = None
        if each.channel_id:
            place = channels.get(each.channel_id)
        elif each.user_id:
            place = people.get((each.workspace_id, each.user_id))
        elif each.subscriber_id:
            place = subscribers.get(each.subscriber_id)
        found[each.id] = place or gone
    return found


async def _channels(session: AsyncSession, ids: set[UUID], sealer: Sealer, *, asks_first: bool) -> dict[UUID, Address]:
    if not ids:
        return {}
    found: dict[UUID, Address] = {}
    opened: dict[UUID, tuple[UUID, Channel]] = {}
    for row in await session.exec(select(models.Channel).where(col(models.Channel.id).in_(ids))):
        try:
            if not row.enabled:
                raise UndeliverableError(row.disabled_reason or "the channel is switched off", ends_channel=False)
            opened[row.id] = row.workspace_id, open_channel(row, sealer)
        except UndeliverableError as error:
            found[row.id] = error
    if not asks_first:
        return found | {channel_id: channel for channel_id, (_, channel) in opened.items()}
    said = await consent.said(session, _by_operator(opened))
    return found | {
        channel_id: asked_first(channel, workspace_id, said) for channel_id, (workspace_id, channel) in opened.items()
    }


def _by_operator(opened: Mapping[UUID, tuple[UUID, Channel]]) -> dict[UUID, set[str]]:
    """Whom these mail by the operator's server, by workspace."""
    found: dict[UUID, set[str]] = {}
    for workspace_id, channel in opened.values():
        found.setdefault(workspace_id, set()).update(mailed_by_operator(channel))
    return found


async def _people(
    session: AsyncSession, wanted: set[tuple[UUID, UUID]], *, asks_first: bool
) -> dict[tuple[UUID, UUID], Address]:
    """By workspace and person; who has left a workspace since is told nothing of it any more."""
    if not wanted:
        return {}
    query = (
        select(Membership.workspace_id, User.id, User.email)
        .join(User, col(User.id) == Membership.user_id)
        .where(tuple_(col(Membership.workspace_id), col(Membership.user_id)).in_(wanted))
    )
    found = (await session.exec(query)).all()
    emails = {user_id: email for _, user_id, email in found}
    mailed = await consent.mail_of(session, emails) if asks_first else emails
    untold = {user_id: email for user_id, email in emails.items() if user_id not in mailed}
    refused = await consent.refused_by(session, untold)
    return {
        (workspace_id, user_id): mail_to(mailed[user_id])
        if user_id in mailed
        else WithheldError(withheld([email], refused))
        for workspace_id, user_id, email in found
    }


def mail_to(address: str) -> Address:
    """A mail by the operator's server to one address, or why there can be none: accounts have any that is one."""
    try:
        return EmailChannel(to=[address])
    except ValidationError as error:
        return UndeliverableError(first_wrong(error)[1], ends_channel=False)
