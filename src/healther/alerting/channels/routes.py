"""Channels: `/api/v1/workspaces/{workspace_id}/channels`, and the kinds there are."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, status
from pydantic import BaseModel

from healther.accounts.audit import note
from healther.accounts.deps import (
    Access,
    AdminAccess,
    CurrentUser,
    DatabaseDep,
    NowMs,
    ObserverAccess,
    ReadSessionDep,
    SessionDep,
    SettingsDep,
)
from healther.accounts.models import Workspace
from healther.accounts.service import consent
from healther.accounts.service.consent import Consent
from healther.alerting.channels import service
from healther.alerting.channels.asked import ask_again, ask_new_addresses
from healther.alerting.channels.room import Room
from healther.alerting.channels.schemas import (
    ChannelAddress,
    ChannelCreate,
    ChannelKindPublic,
    ChannelKindsPublic,
    ChannelPublic,
    ChannelTested,
    ChannelTry,
    ChannelUpdate,
)
from healther.alerting.channels.shown import public_channel, shown, shown_addresses
from healther.alerting.channels.test_sender import TestSender, count_test
from healther.alerting.deliver.address import WithheldError, asked_first, mailed_by_operator, mails_of
from healther.alerting.deliver.budget import take
from healther.alerting.messages import Links, Reader, test_message
from healther.channels import CHANNEL_KINDS, base
from healther.core.crypto import Sealer
from healther.core.pagination import DEFAULT_LIMIT, Cursor, Cursors, Limit, Page, page_of
from healther.core.settings import Settings

kinds_router = APIRouter(prefix="/channel-kinds", tags=["channels"])
router = APIRouter(prefix="/workspaces/{workspace_id}/channels", tags=["channels"])

_SEALED: dict[int | str, dict[str, Any]] = {409: {"description": "Its secrets cannot be opened."}}
_BUSY: dict[int | str, dict[str, Any]] = {
    429: {"description": "Too many tests run at this moment, were sent in the last 15 minutes, or mails in this hour."}
}


async def get_channel_sealer(request: Request) -> Sealer:
    """The sealer of channels' options."""
    sealer: Sealer = request.app.state.channel_sealer
    return sealer


async def get_test_sender(request: Request) -> TestSender:
    """The sender of test messages of this process."""
    sender: TestSender = request.app.state.test_sender
    return sender


SealerDep = Annotated[Sealer, Depends(get_channel_sealer)]
TestSenderDep = Annotated[TestSender, Depends(get_test_sender)]


@kinds_router.get("")
async def channel_kinds_list(_user: CurrentUser, settings: SettingsDep) -> ChannelKindsPublic:
    """The kinds of channel, each with the form of its options; and whether this healther can send mail by itself."""
    kinds = [
        ChannelKindPublic(
            kind=kind, title=_title(model), description=model.__doc__ or "", json_schema=model.model_json_schema()
        )
        for kind, model in sorted(CHANNEL_KINDS.items())
    ]
    return ChannelKindsPublic(kinds=kinds, mail_configured=settings.mail_configured)


@router.get("")
async def channels_list(
    access: ObserverAccess,
    session: ReadSessionDep,
    settings: SettingsDep,
    now_ms: NowMs,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Page[ChannelPublic]:
    """The channels of a workspace, by name."""
    cursors = Cursors("channels", access.workspace_id)
    rows = await service.list_channels(
        session, access.workspace_id, after=cursors.decode_named(cursor), limit=limit + 1
    )
    said = await shown_addresses(session, access.workspace_id, rows, Consent.of(settings), now_ms)
    return page_of(
        rows,
        limit,
        lambda row: public_channel(row, settings, said.get(row.id, ())),
        lambda row: cursors.encode(row.name, str(row.id)),
    )


@router.post(
    "",
    status_code=status.HTTP_201_CREATED,
    responses={409: {"description": "The workspace has as many channels as it may have."}},
)
async def channels_create(
    access: AdminAccess,
    body: ChannelCreate,
    session: SessionDep,
    sealer: SealerDep,
    settings: SettingsDep,
    now_ms: NowMs,
) -> ChannelPublic:
    """Makes a channel; policies name it from then on."""
    channel = await service.create_channel(session, access.workspace_id, body, sealer, Room.of(settings), now_ms)
    await ask_new_addresses(session, channel, access.user, Consent.of(settings), now_ms)
    note(session, access, "channel.create", channel.id, channel.name, now_ms, kind=channel.kind)
    return await shown(session, channel, settings, now_ms)


@router.post("/test", responses={**_BUSY, **_SEALED})
async def channels_try(
    access: AdminAccess,
    body: ChannelTry,
    session: ReadSessionDep,
    database: DatabaseDep,
    sealer: SealerDep,
    sender: TestSenderDep,
    settings: SettingsDep,
    now_ms: NowMs,
) -> ChannelTested:
    """Sends a test message by a configuration without saving it, and tells what became of it."""
    stored: dict[str, Any] = {}
    if body.channel_id is not None:
        channel = await service.load_channel(session, access.workspace_id, body.channel_id)
        stored = service.stored_options(channel, sealer) if channel.kind == body.kind else {}
    tried = service.channel_to_try(body.kind, body.options, stored)
    return await _send_test(session, database, access, tried, sender, settings, now_ms)


@router.get("/{channel_id}")
async def channels_get(
    access: ObserverAccess, channel_id: UUID, session: ReadSessionDep, settings: SettingsDep, now_ms: NowMs
) -> ChannelPublic:
    """One channel and how it is doing."""
    channel = await service.load_channel(session, access.workspace_id, channel_id)
    return await shown(session, channel, settings, now_ms)


@router.patch("/{channel_id}", responses=_SEALED)
async def channels_update(
    access: AdminAccess,
    channel_id: UUID,
    body: ChannelUpdate,
    session: SessionDep,
    sealer: SealerDep,
    settings: SettingsDep,
    now_ms: NowMs,
) -> ChannelPublic:
    """Changes a channel; switched off, it takes back what is queued for it."""
    channel = await service.load_channel(session, access.workspace_id, channel_id, for_update=True)
    await service.edit_channel(session, channel, body, sealer, Room.of(settings), now_ms)
    await ask_new_addresses(session, channel, access.user, Consent.of(settings), now_ms)
    note(session, access, "channel.update", channel.id, channel.name, now_ms, changed=sorted(body.model_fields_set))
    return await shown(session, channel, settings, now_ms)


@router.post(
    "/{channel_id}/ask",
    responses={
        409: {"description": "It has answered, is asked nothing, or your own address is not confirmed."},
        429: {"description": "It was asked today, or a limit of the day is reached."},
    },
)
async def channels_ask(
    access: AdminAccess,
    channel_id: UUID,
    body: ChannelAddress,
    session: SessionDep,
    settings: SettingsDep,
    now_ms: NowMs,
) -> ChannelPublic:
    """Asks one of its addresses again whether it wants mail: once a day, three times a day whoever asks."""
    channel = await service.load_channel(session, access.workspace_id, channel_id)
    await ask_again(session, channel, body.address, access.user, Consent.of(settings), now_ms)
    note(session, access, "channel.ask", channel.id, channel.name, now_ms, address=body.address)
    return await shown(session, channel, settings, now_ms)


@router.delete("/{channel_id}", status_code=status.HTTP_204_NO_CONTENT)
async def channels_delete(access: AdminAccess, channel_id: UUID, session: SessionDep, now_ms: NowMs) -> None:
    """Deletes a channel with its deliveries; policies that name it go on without it."""
    channel = await service.load_channel(session, access.workspace_id, channel_id, for_update=True)
    await session.delete(channel)
    note(session, access, "channel.delete", channel.id, channel.name, now_ms)


@router.post("/{channel_id}/test", responses={**_BUSY, **_SEALED})
async def channels_test(
    access: AdminAccess,
    channel_id: UUID,
    session: ReadSessionDep,
    database: DatabaseDep,
    sealer: SealerDep,
    sender: TestSenderDep,
    settings: SettingsDep,
    now_ms: NowMs,
) -> ChannelTested:
    """Sends a test message and tells what became of it."""
    channel = await service.load_channel(session, access.workspace_id, channel_id)
    stored = service.stored_options(channel, sealer)
    tried = service.channel_to_try(channel.kind, stored, stored)
    return await _send_test(session, database, access, tried, sender, settings, now_ms)


async def _send_test(
    session: ReadSessionDep,
    database: DatabaseDep,
    access: Access,
    channel: base.Channel,
    sender: TestSender,
    settings: Settings,
    now_ms: int,
) -> ChannelTested:
    place: base.Channel | WithheldError = channel
    if settings.asks_addresses and settings.mail_configured:
        said = await consent.said(session, {access.workspace_id: mailed_by_operator(channel)})
        place = asked_first(channel, access.workspace_id, said)
    workspace = await session.get_one(Workspace, access.workspace_id)
    message = test_message(workspace, Links.of(settings), Reader.of(access.user), now_ms)
    # Nothing slow happens inside a transaction.
    await session.close()
    async with database.write() as counting:
        await count_test(counting, access.user.id, access.workspace_id, now_ms)
        mails = mails_of(place) if settings.mail_configured else 0
        if mails:
            await take(counting, access.workspace_id, mails, settings.max_mails_per_hour, now_ms)
    if isinstance(place, WithheldError):
        return ChannelTested(taken=False, answer=f"not sent: {place.answer}", took_ms=0, because=place.grounds)
    return await sender.send(place, message)


def _title(model: type[BaseModel]) -> str:
    return (model.model_fields["kind"].description or "").removesuffix(".")
