"""Asking the addresses of an email channel whether they want its mail."""

from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts.models import User
from healther.accounts.service import consent
from healther.accounts.service.consent import Consent
from healther.alerting.channels.room import addresses_by_operator
from healther.alerting.models import Channel
from healther.core.errors import ConflictProblem, NotFoundProblem

NOT_ASKED = "Here no address is asked first: it is mailed already."


async def ask_new_addresses(session: AsyncSession, channel: Channel, by: User, rules: Consent, now_ms: int) -> None:
    """Has those asked that are new to the workspace."""
    wanted = addresses_by_operator(channel.kind, channel.options)
    await consent.note_channel(session, channel.workspace_id, wanted, by, rules, now_ms)


async def ask_again(
    session: AsyncSession, channel: Channel, address: str, by: User, rules: Consent, now_ms: int
) -> None:
    """Has an address of the channel asked once more; raises NotFoundProblem, ConflictProblem or ThrottledProblem."""
    if address not in addresses_by_operator(channel.kind, channel.options):
        raise NotFoundProblem("This channel does not mail that address by healther's mail server.")
    if not rules.required:
        raise ConflictProblem(NOT_ASKED)
    if await consent.agreed(session, {channel.workspace_id: {address}}):
        raise ConflictProblem(consent.SAID_YES)
    row = await consent.of_workspace(session, channel.workspace_id, address, by, rules, now_ms)
    await consent.ask_again(session, row, by, rules, now_ms)
