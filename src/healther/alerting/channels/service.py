"""The verbs of a channel's configuration."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from pydantic import BaseModel, ValidationError
from sqlalchemy import and_, or_
from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.alerting.channels.room import Room
from healther.alerting.channels.schemas import ChannelCreate, ChannelUpdate
from healther.alerting.deliver.address import SEALED_ELSEWHERE
from healther.alerting.models import Channel, Delivery, DeliveryState
from healther.alerting.quiet import quiet_until
from healther.channels import CHANNEL_KINDS, UnknownKindError, base, parse_channel
from healther.core.crypto import SealedWithAnotherKeyError, Sealer
from healther.core.errors import ConflictProblem, FieldError, InvalidProblem, NotFoundProblem
from healther.core.forms import secret_fields
from healther.core.secrets import Options, join_secrets, merge_options, seal_options, split_secrets, to_enter_again
from healther.core.wording import message_of

# What says to whom the secrets go: with another one they must be entered again.
_DESTINATIONS = ("url", "webhook_url", "host", "homeserver", "server")


async def load_channel(
    session: AsyncSession, workspace_id: UUID, channel_id: UUID, *, for_update: bool = False
) -> Channel:
    """The channel, if it is the workspace's; raises NotFoundProblem. `for_update` locks the row (PostgreSQL)."""
    query = select(Channel).where(Channel.id == channel_id, Channel.workspace_id == workspace_id)
    channel = (await session.exec(query.with_for_update() if for_update else query)).first()
    if channel is None:
        raise NotFoundProblem("There is no such channel in this workspace.")
    return channel


async def list_channels(
    session: AsyncSession, workspace_id: UUID, *, after: tuple[str, UUID] | None, limit: int
) -> Sequence[Channel]:
    """A workspace's channels by name, after the given (name, id)."""
    query = select(Channel).where(Channel.workspace_id == workspace_id)
    if after is not None:
        name, channel_id = after
        beyond = and_(col(Channel.name) == name, col(Channel.id) > channel_id)
        query = query.where(or_(col(Channel.name) > name, beyond))
    return (await session.exec(query.order_by(col(Channel.name), col(Channel.id)).limit(limit))).all()


async def create_channel(
    session: AsyncSession, workspace_id: UUID, body: ChannelCreate, sealer: Sealer, room: Room, now_ms: int
) -> Channel:
    """A new channel; raises InvalidProblem, or ConflictProblem for one too many."""
    options = checked_options(body.kind, body.options, {})
    room.check_mail_server(body.kind, options)
    await room.check_channels(session, workspace_id)
    await room.check_addresses(session, workspace_id, body.kind, options)
    channel = Channel(
        workspace_id=workspace_id,
        name=body.name,
        kind=body.kind,
        enabled=body.enabled,
        quiet_hours=[each.model_dump(mode="json") for each in body.quiet_hours],
        created_at=now_ms,
    )
    _store(channel, options, sealer)
    session.add(channel)
    await session.flush()
    return channel


async def edit_channel(
    session: AsyncSession, channel: Channel, body: ChannelUpdate, sealer: Sealer, room: Room, now_ms: int
) -> None:
    """Applies what was sent; one that is switched off takes what is queued for it along.

    Raises InvalidProblem, or ConflictProblem when the stored secrets cannot be opened.
    """
    if body.name is not None:
        channel.name = body.name
    if body.quiet_hours is not None:
        channel.quiet_hours = [each.model_dump(mode="json") for each in body.quiet_hours]
        await _wait_by_new_hours(session, channel, now_ms)
    if body.options is not None:
        options = checked_options(channel.kind, body.options, stored_options(channel, sealer))
        room.check_mail_server(channel.kind, options)
        await room.check_addresses(session, channel.workspace_id, channel.kind, options, channel.id)
        _store(channel, options, sealer)
        channel.failures, channel.retry_at, channel.last_error = 0, None, None
    if body.enabled is True:
        channel.disabled_reason, channel.failures, channel.retry_at = None, 0, None
    if body.enabled is False and channel.enabled:
        await _take_back(session, channel.id, now_ms)
    if body.enabled is not None:
        channel.enabled = body.enabled
    channel.version += 1
    session.add(channel)
    await session.flush()


def channel_to_try(kind: str, sent: Mapping[str, Any], stored: Mapping[str, Any]) -> base.Channel:
    """The channel of a submitted configuration over a stored one; raises InvalidProblem."""
    return parse_channel(kind, checked_options(kind, sent, stored))


def stored_options(channel: Channel, sealer: Sealer) -> Options:
    """The full options of a channel, secrets included; raises ConflictProblem when they cannot be opened."""
    try:
        return join_secrets(channel.options, channel.sealed_options, sealer)
    except SealedWithAnotherKeyError as error:
        raise ConflictProblem(f"The secrets of this channel were {SEALED_ELSEWHERE}.") from error


def shown_options(channel: Channel) -> Options:
    """The options as everybody sees them; what was stored before its kind called it a secret is masked too."""
    kind = CHANNEL_KINDS.get(channel.kind)
    return channel.options if kind is None else split_secrets(secret_fields(kind), channel.options)[0]


def checked_options(kind: str, sent: Mapping[str, Any], stored: Mapping[str, Any]) -> Options:
    """The stored options changed by those sent, secrets included; raises InvalidProblem with a line per wrong field."""
    if kind not in CHANNEL_KINDS:
        raise InvalidProblem.field(
            "body.kind", f"there is no kind {kind!r}; choose one of {', '.join(sorted(CHANNEL_KINDS))}"
        )
    if "kind" in sent:
        raise InvalidProblem.field("body.options.kind", "belongs beside options, as body.kind")
    options, kept = merge_options(secret_fields(CHANNEL_KINDS[kind]), sent, stored)
    try:
        channel = parse_channel(kind, options)
    except UnknownKindError as error:
        raise InvalidProblem.field("body.kind", str(error)) from error
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False)
        errors = [
            FieldError(where=".".join(["body.options", *map(str, each["loc"])]), message=message_of(each))
            for each in details
        ]
        # Not chained: the cause would carry what was sent, secrets too, into a log.
        raise InvalidProblem(f"{errors[0]['where']}: {errors[0]['message']}", errors=errors) from None
    _check_secrets_stay(kind, options, stored, kept)
    assert isinstance(channel, BaseModel)
    return channel.model_dump(mode="json", exclude_unset=True, exclude={"kind"})


def _check_secrets_stay(kind: str, options: Mapping[str, Any], stored: Mapping[str, Any], kept: frozenset[str]) -> None:
    """Refuses to send stored secrets to another server than they were entered for; raises InvalidProblem."""
    defaults = {name: field.default for name, field in CHANNEL_KINDS[kind].model_fields.items()}
    before, after = {**defaults, **stored}, {**defaults, **options}
    moved = [name for name in _DESTINATIONS if _server(before.get(name)) != _server(after.get(name))]
    if moved and kept:
        raise to_enter_again(kept, f"{moved[0]} is another server's")


def _server(value: object) -> object:
    """Scheme, host and port of an address; a plain host, and what has no such parts (an Apprise URL), as it is."""
    if not isinstance(value, str) or "://" not in value:
        return value
    try:
        parts = urlsplit(value)
        return parts.scheme, parts.hostname, parts.port
    except ValueError:
        return value


def _store(channel: Channel, options: Options, sealer: Sealer) -> None:
    channel.options, secret = split_secrets(secret_fields(CHANNEL_KINDS[channel.kind]), options)
    channel.sealed_options = seal_options(secret, sealer)


async def _wait_by_new_hours(session: AsyncSession, channel: Channel, now_ms: int) -> None:
    """What waits for the end of quiet hours, and was never tried, waits for that of the new ones, if it is quiet."""
    await session.exec(
        update(Delivery)
        .where(
            col(Delivery.channel_id) == channel.id,
            col(Delivery.state) == DeliveryState.QUEUED,
            col(Delivery.attempts) == 0,
            col(Delivery.answer).is_(None),
            col(Delivery.next_at) > now_ms,
        )
        .values(next_at=quiet_until(channel.quiet_hours, now_ms) or now_ms)
        .execution_options(synchronize_session=False)
    )


async def _take_back(session: AsyncSession, channel_id: UUID, now_ms: int) -> None:
    await session.exec(
        update(Delivery)
        .where(col(Delivery.channel_id) == channel_id, col(Delivery.state) == DeliveryState.QUEUED)
        .values(
            state=DeliveryState.CANCELLED,
            ended_at=now_ms,
            fence=col(Delivery.fence) + 1,
            answer="the channel was switched off",
        )
        .execution_options(synchronize_session=False)
    )
