"""A channel as the members of its workspace see it, with what its addresses say."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts.models import MailAddress
from healther.accounts.service import consent
from healther.accounts.service.consent import Consent
from healther.alerting.channels import service
from healther.alerting.channels.room import addresses_by_operator
from healther.alerting.channels.schemas import ChannelAddressPublic, ChannelPublic
from healther.alerting.deliver.address import SEALER_PURPOSE
from healther.alerting.models import Channel
from healther.alerting.quiet import QuietHours
from healther.core.clock import to_utc
from healther.core.settings import Settings


async def shown(session: AsyncSession, channel: Channel, settings: Settings, now_ms: int) -> ChannelPublic:
    """One channel."""
    said = await shown_addresses(session, channel.workspace_id, [channel], Consent.of(settings), now_ms)
    return public_channel(channel, settings, said.get(channel.id, ()))


def public_channel(channel: Channel, settings: Settings, addresses: Sequence[ChannelAddressPublic]) -> ChannelPublic:
    """What members of its workspace see of it."""
    because = _unusable_because(channel, settings)
    return ChannelPublic(
        **channel.model_dump(
            exclude={"options", "sealed_options", "quiet_hours", "retry_at", "last_sent_at", "created_at"}
        ),
        options=service.shown_options(channel),
        quiet_hours=[QuietHours.model_validate(each) for each in channel.quiet_hours],
        retry_at=None if channel.retry_at is None else to_utc(channel.retry_at),
        last_sent_at=None if channel.last_sent_at is None else to_utc(channel.last_sent_at),
        usable=because is None,
        unusable_because=because,
        addresses=list(addresses),
        created_at=to_utc(channel.created_at),
    )


def _unusable_because(channel: Channel, settings: Settings) -> Literal["mail_server", "secret_key"] | None:
    sealed = channel.sealed_options
    if sealed is not None and not settings.sealer(SEALER_PURPOSE).opens(sealed):
        return "secret_key"
    own_server = channel.kind != "email" or channel.options.get("host") is not None
    return None if own_server or settings.mail_configured else "mail_server"


async def shown_addresses(
    session: AsyncSession, workspace_id: UUID, channels: Iterable[Channel], rules: Consent, now_ms: int
) -> Mapping[UUID, list[ChannelAddressPublic]]:
    """By channel, where addresses are asked first; two queries for all of them."""
    if not rules.required:
        return {}
    mailed = {each.id: sorted(addresses_by_operator(each.kind, each.options)) for each in channels}
    everybody = {address for addresses in mailed.values() for address in addresses}
    agreed = await consent.agreed(session, {workspace_id: everybody})
    query = select(MailAddress).where(MailAddress.workspace_id == workspace_id, col(MailAddress.address).in_(everybody))
    rows = {row.address: row for row in (await session.exec(query)).all()} if everybody else {}
    return {
        channel_id: [
            _public(address, rows.get(address), now_ms, said_yes=(workspace_id, address) in agreed)
            for address in addresses
        ]
        for channel_id, addresses in mailed.items()
    }


def _public(address: str, row: MailAddress | None, now_ms: int, *, said_yes: bool) -> ChannelAddressPublic:
    state: consent.State = "confirmed" if said_yes else consent.state_of(row)
    after = None if row is None or state != "waiting" else consent.ask_after(row)
    return ChannelAddressPublic(
        address=address,
        state=state,
        asked_at=None if row is None or row.asked_at is None else to_utc(row.asked_at),
        ask_after=None if after is None or after <= now_ms else to_utc(after),
        problem=None if row is None or state != "waiting" else row.answer,
    )
