"""How many channels a workspace may have, and how many people its mail by the operator's server may reach."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts.models import Workspace
from healther.alerting.mail_server import mail_server_of
from healther.alerting.models import Channel
from healther.core.errors import ConflictProblem, InvalidProblem
from healther.core.settings import Settings
from healther.net.target import parse_host


@dataclass(frozen=True, slots=True)
class Room:
    """The operator's limits; what is over them already stays, and takes nothing more."""

    channels: int
    addresses: int
    relay: str | None = None
    """The host of the operator's own mail server."""

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """As the settings say."""
        server = mail_server_of(settings)
        return cls(settings.max_channels, settings.max_mail_addresses, None if server is None else server.host)

    def check_mail_server(self, kind: str, options: Mapping[str, Any]) -> None:
        """Raises InvalidProblem where a channel names the operator's server as its own: it would know no limit."""
        host = options.get("host") if kind == "email" else None
        if host is not None and self.relay is not None and _plain(host) == _plain(self.relay):
            raise InvalidProblem.field(
                "body.options.host", "is this healther's own mail server: leave it out to send by that"
            )

    async def check_channels(self, session: AsyncSession, workspace_id: UUID) -> None:
        """Raises ConflictProblem when there is no room for one more channel."""
        await _one_at_a_time(session, workspace_id)
        query = select(func.count()).select_from(Channel).where(Channel.workspace_id == workspace_id)
        if (await session.exec(query)).one() >= self.channels:
            raise ConflictProblem(
                f"A workspace has {self.channels} channels at most (HEALTHER_MAX_CHANNELS): "
                "delete one you no longer need."
            )

    async def check_addresses(
        self,
        session: AsyncSession,
        workspace_id: UUID,
        kind: str,
        options: Mapping[str, Any],
        channel_id: UUID | None = None,
    ) -> None:
        """Raises InvalidProblem when these options would have the operator's server mail too many different people."""
        wanted = addresses_by_operator(kind, options)
        if not wanted:
            return
        await _one_at_a_time(session, workspace_id)
        query = select(Channel.id, Channel.kind, Channel.options).where(
            Channel.workspace_id == workspace_id, Channel.kind == "email"
        )
        others: set[str] = set()
        own: set[str] = set()
        for each_id, each_kind, each_options in (await session.exec(query)).all():
            found = own if each_id == channel_id else others
            found |= addresses_by_operator(each_kind, each_options)
        if len(others | wanted) > self.addresses and not wanted <= others | own:
            raise InvalidProblem.field(
                "body.options.to",
                f"the channels of a workspace mail {self.addresses} different addresses at most by this healther's "
                f"mail server (HEALTHER_MAX_MAIL_ADDRESSES; with these it would be {len(others | wanted)}): take a "
                "mailing list, or a mail server of your own",
            )


def addresses_by_operator(kind: str, options: Mapping[str, Any]) -> frozenset[str]:
    """Whom a channel mails by the operator's server, in the spelling in which they say yes or no."""
    if kind != "email" or options.get("host") is not None:
        return frozenset()
    return frozenset(str(each).lower() for each in options["to"])


def _plain(host: str) -> str:
    return parse_host(f"[{host}]" if ":" in host else host)[0].removesuffix(".")


async def _one_at_a_time(session: AsyncSession, workspace_id: UUID) -> None:
    """What counts and then adds waits for who does the same."""
    query = select(Workspace.id).where(col(Workspace.id) == workspace_id)
    await session.exec(query.with_for_update(key_share=True))
