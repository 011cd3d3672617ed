"""Where a delivery goes: the channel as an object that sends, opened from its row, or the reason why there is none."""

from collections.abc import Collection, Sequence
from uuid import UUID

from pydantic import ValidationError
from sqlmodel import col, select, tuple_
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts.models import Membership, User
from healther.alerting import models
from healther.alerting.models import Delivery
from healther.alerting.subscribers.post import SubscriberPost
from healther.channels import UnknownKindError, parse_channel
from healther.channels.base import Channel, SendError, UndeliverableError
from healther.channels.email import EmailChannel
from healther.core.crypto import SealedWithAnotherKeyError, Sealer
from healther.core.secrets import join_secrets
from healther.core.wording import message_of

SEALER_PURPOSE = "channel-options"

Address = Channel | SendError


def mails_of(address: Address, reached: Collection[str] = ()) -> int:
    """How many alert mails by the operator's server a message to this place is; `reached` have theirs already."""
    if not isinstance(address, EmailChannel) or not address.by_operator:
        return 0
    return len(set(address.to).difference(reached))


def open_channel(row: models.Channel, sealer: Sealer) -> Channel:
    """The channel of a row; raises UndeliverableError saying what is wrong with it."""
    try:
        return parse_channel(row.kind, join_secrets(row.options, row.sealed_options, sealer))
    except SealedWithAnotherKeyError as error:
        raise UndeliverableError(
            "its secrets were sealed with another HEALTHER_SECRET_KEY; enter them again", ends_channel=False
        ) from error
    except UnknownKindError as error:
        raise UndeliverableError(str(error), ends_channel=False) from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        # Not chained: the cause would carry secrets into a log.
        raise UndeliverableError(
            f"its configuration is not valid: {where}: {message_of(first)}", ends_channel=False
        ) from None


async def addresses_of(
    session: AsyncSession, deliveries: Sequence[Delivery], sealer: Sealer, post: SubscriberPost | None = None
) -> dict[UUID, Address]:
    """The place of each delivery, by the delivery's id; three queries for all of them."""
    channels = await _channels(session, {each.channel_id for each in deliveries if each.channel_id}, sealer)
    people = await _people(session, {(each.workspace_id, each.user_id) for each in deliveries if each.user_id})
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


async def _channels(session: AsyncSession, ids: set[UUID], sealer: Sealer) -> dict[UUID, Address]:
    if not ids:
        return {}
    found: dict[UUID, Address] = {}
    for row in await session.exec(select(models.Channel).where(col(models.Channel.id).in_(ids))):
        try:
            if not row.enabled:
                raise UndeliverableError(row.disabled_reason or "the channel is switched off", ends_channel=False)
            found[row.id] = open_channel(row, sealer)
        except UndeliverableError as error:
            found[row.id] = error
    return found


async def _people(session: AsyncSession, wanted: set[tuple[UUID, UUID]]) -> dict[tuple[UUID, UUID], Address]:
    """By workspace and person; who has left a workspace since is told nothing of it any more."""
    if not wanted:
        return {}
    query = (
        select(Membership.workspace_id, User.id, User.email)
        .join(User, col(User.id) == Membership.user_id)
        .where(tuple_(col(Membership.workspace_id), col(Membership.user_id)).in_(wanted))
    )
    found = (await session.exec(query)).all()
    return {(workspace_id, user_id): EmailChannel(to=[email]) for workspace_id, user_id, email in found}
