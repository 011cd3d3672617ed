"""Who has said yes to mail by the operator's server: in the operator's name nobody writes to strangers.

Where anybody may sign up an address is asked first, and gets nothing else until it has said yes. Elsewhere whoever
enters an address is somebody the operator knows: it has said yes from the beginning.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple, Self
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlmodel import and_, col, delete, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts import throttle
from healther.accounts.models import MailAddress, Membership, User
from healther.accounts.service import questions, refusals
from healther.core.clock import DAY_MS, to_ms
from healther.core.errors import ConflictProblem, ThrottledProblem
from healther.core.ids import made_at, new_id
from healther.core.settings import Settings
from healther.core.text import mailbox_of

SAID_YES = "It has said yes already."
UNCONFIRMED = "Confirm your own address first, by the mail that asked it: until then nobody is mailed in your name."
NOT_CONFIRMED = "Whoever entered it had not confirmed their own address."
REFUSED = "It was asked, and said no: healther does not ask it again."

State = Literal["confirmed", "waiting", "refused"]
Place = tuple[UUID, str]
"""An address, as mail of this workspace reaches it."""


class Said(NamedTuple):
    """Who has said yes to mail and who no; whoever is in neither has not answered."""

    yes: set[Place]
    no: set[Place]


@dataclass(frozen=True, slots=True)
class Consent:
    """Whether addresses are asked first, and how many a workspace may have asked in a day."""

    required: bool
    most_asks: int

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """As the settings say."""
        return cls(settings.asks_addresses, settings.max_mail_addresses)

    @property
    def of_workspace(self) -> throttle.Limit:
        """So many questions a day as it may have addresses."""
        return throttle.Limit("ask workspace", self.most_asks, DAY_MS)


async def agreed(session: AsyncSession, wanted: Mapping[UUID, Collection[str]]) -> set[Place]:
    """Those of these addresses, by workspace, that have said yes to it, or are the confirmed address of a member."""
    addresses = {address for some in wanted.values() for address in some}
    if not addresses:
        return set()
    said = select(MailAddress.workspace_id, MailAddress.address, MailAddress.confirmed_at).where(
        col(MailAddress.workspace_id).in_(wanted),
        col(MailAddress.address).in_(addresses),
        or_(col(MailAddress.confirmed_at).is_not(None), col(MailAddress.refused_at).is_not(None)),
    )
    of_members = (
        select(Membership.workspace_id, MailAddress.address)
        .join(User, and_(col(User.id) == MailAddress.user_id, col(User.email) == MailAddress.address))
        .join(Membership, col(Membership.user_id) == User.id)
        .where(
            col(Membership.workspace_id).in_(wanted),
            col(MailAddress.address).in_(addresses),
            col(MailAddress.confirmed_at).is_not(None),
        )
    )
    found = set((await session.exec(of_members)).all())
    for workspace_id, address, confirmed_at in (await session.exec(said)).all():
        assert workspace_id is not None, "it is one of those that were asked for"
        # A member who wants no mail of this workspace's channels has said so.
        (found.discard if confirmed_at is None else found.add)((workspace_id, address))
    return found


async def said(session: AsyncSession, wanted: Mapping[UUID, Collection[str]]) -> Said:
    """What these addresses say, by workspace; a no is one of the mailbox, however it was tagged."""
    yes = await agreed(session, wanted)
    others = {(whose, each) for whose, some in wanted.items() for each in some} - yes
    if not others:
        return Said(yes, set())
    query = select(MailAddress.workspace_id, MailAddress.address).where(
        col(MailAddress.workspace_id).in_({whose for whose, _ in others}), col(MailAddress.refused_at).is_not(None)
    )
    mailboxes = {(whose, mailbox_of(each)) for whose, each in (await session.exec(query)).all()}
    return Said(yes, {(whose, each) for whose, each in others if (whose, mailbox_of(each)) in mailboxes})


async def refused_by(session: AsyncSession, emails: Mapping[UUID, str]) -> set[str]:
    """Those of these emails, by account, to which their account has said no."""
    query = select(MailAddress.user_id, MailAddress.address).where(
        col(MailAddress.user_id).in_(emails), col(MailAddress.refused_at).is_not(None)
    )
    found = (await session.exec(query)).all() if emails else ()
    return {address for user_id, address in found if user_id is not None and emails[user_id] == address}


async def mail_of(session: AsyncSession, emails: Mapping[UUID, str]) -> dict[UUID, str]:
    """Where mail to people with these emails goes: there, or to their last one that said yes; else they are missing."""
    query = (
        select(MailAddress.user_id, MailAddress.address)
        .where(col(MailAddress.user_id).in_(emails), col(MailAddress.confirmed_at).is_not(None))
        .order_by(col(MailAddress.confirmed_at), col(MailAddress.id))
    )
    theirs: defaultdict[UUID, list[str]] = defaultdict(list)
    for user_id, address in (await session.exec(query)).all():
        assert user_id is not None, "it is one of those that were asked for"
        theirs[user_id].append(address)
    return {each: emails[each] if emails[each] in some else some[-1] for each, some in theirs.items()}


async def note_account(session: AsyncSession, user: User, consent: Consent, now_ms: int) -> None:
    """The account's address is another, or the first: it is asked, unless it has answered before."""
    row = await _row(session, user.email, user.language, user_id=user.id, vouched_ms=_vouched(consent, now_ms))
    if row.asked_at is not None or row.confirmed_at is not None or row.refused_at is not None:
        return
    if await refusals.refuses_questions(session, user.email):
        row.refused_at = now_ms
        session.add(row)
    else:
        await _ask_if_there_is_room(session, row, user, consent, now_ms)


async def let_go(session: AsyncSession, user: User) -> None:
    """The account is about to have another address: one that has answered nothing is new to it if it comes back."""
    open_one = (col(MailAddress.confirmed_at).is_(None), col(MailAddress.refused_at).is_(None))
    theirs = (col(MailAddress.user_id) == user.id, col(MailAddress.address) == user.email)
    await session.exec(delete(MailAddress).where(*theirs, *open_one))


async def note_channel(
    session: AsyncSession, workspace_id: UUID, addresses: Collection[str], by: User, consent: Consent, now_ms: int
) -> None:
    """A channel names these: each that is new to the workspace is asked, or counts as having said yes.

    By whoever has not confirmed their own address nobody is asked: they stay unasked, say so, and are by `ask_again`.
    """
    known, may_ask = await agreed(session, {workspace_id: addresses}), await may_mail_others(session, by, consent)
    # Of the spellings of one mailbox the plain one is asked.
    unknown = sorted((each != mailbox_of(each), each) for each in addresses if (workspace_id, each) not in known)
    for _, address in unknown:
        vouched_ms = _vouched(consent, now_ms)
        row = await _row(session, address, by.language, workspace_id=workspace_id, vouched_ms=vouched_ms)
        if row.asked_at is not None or row.confirmed_at is not None or row.refused_at is not None:
            continue
        if await refusals.has_refused(session, workspace_id, address):
            # Another tag of a mailbox that said no.
            row.refused_at = now_ms
            session.add(row)
        elif await refusals.refuses_questions(session, address):
            # To others: it is no no to this workspace, which would be one for what the mailbox confirms itself, too.
            row.answer = REFUSED
            session.add(row)
        elif may_ask:
            await _ask_if_there_is_room(session, row, by, consent, now_ms)
        else:
            row.answer = NOT_CONFIRMED
            session.add(row)


async def ask_again(session: AsyncSession, row: MailAddress, by: User, consent: Consent, now_ms: int) -> None:
    """Has the address asked again; raises ConflictProblem where it has answered, ThrottledProblem where too soon."""
    if row.confirmed_at is not None:
        raise ConflictProblem(SAID_YES)
    if row.refused_at is not None or await _refuses(session, row):
        raise ConflictProblem(REFUSED)
    if row.workspace_id is not None and not await may_mail_others(session, by, consent):
        raise ConflictProblem(UNCONFIRMED)
    await _ask(session, row, by, consent, now_ms)


def ask_after(row: MailAddress) -> int | None:
    """When it may be asked again, epoch ms; None = at any time, as far as the limits of a day go."""
    return None if row.asked_at is None or row.workspace_id is None else row.asked_at + DAY_MS


def state_of(row: MailAddress | None) -> State:
    """What an address says."""
    if row is None:
        return "waiting"
    return "confirmed" if row.confirmed_at is not None else "refused" if row.refused_at is not None else "waiting"


def answer(row: MailAddress, now_ms: int, *, yes: bool) -> None:
    """What the address says; it may change its mind."""
    row.confirmed_at = (row.confirmed_at or now_ms) if yes else None
    row.refused_at = None if yes else row.refused_at or now_ms
    row.ask_due_at = None


def _vouched(consent: Consent, now_ms: int) -> int | None:
    return None if consent.required else now_ms


async def find_account(session: AsyncSession, user: User) -> MailAddress | None:
    """What the account's address says; None while nobody has asked it."""
    query = select(MailAddress).where(MailAddress.user_id == user.id, MailAddress.address == user.email)
    return (await session.exec(query)).first()


async def may_mail_others(session: AsyncSession, user: User, consent: Consent) -> bool:
    """Whether others are mailed because of them: among strangers once their own address is confirmed."""
    return not consent.required or state_of(await find_account(session, user)) == "confirmed"


async def held_since(session: AsyncSession, user: User) -> int | None:
    """Since when the account has had its address, epoch ms; None = ever, for it is confirmed."""
    row = await find_account(session, user)
    if row is None:
        return to_ms(user.created_at)
    return made_at(row.id) if row.confirmed_at is None else None


async def of_account(session: AsyncSession, user: User, consent: Consent, now_ms: int) -> MailAddress:
    """What the account's address says, locked."""
    return await _row(session, user.email, user.language, user_id=user.id, vouched_ms=_vouched(consent, now_ms))


async def of_workspace(
    session: AsyncSession, workspace_id: UUID, address: str, by: User, consent: Consent, now_ms: int
) -> MailAddress:
    """What an address says to a workspace, locked."""
    return await _row(session, address, by.language, workspace_id=workspace_id, vouched_ms=_vouched(consent, now_ms))


async def _row(
    session: AsyncSession,
    address: str,
    language: str | None,
    *,
    workspace_id: UUID | None = None,
    user_id: UUID | None = None,
    vouched_ms: int | None,
) -> MailAddress:
    """The row, locked; a new one where there is none."""
    insert = sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgresql_insert
    new = insert(MailAddress).values(
        id=new_id(),
        workspace_id=workspace_id,
        user_id=user_id,
        address=address,
        language=language,
        attempts=0,
        confirmed_at=vouched_ms,
    )
    await session.exec(new.on_conflict_do_nothing())
    query = select(MailAddress).where(
        MailAddress.address == address, MailAddress.workspace_id == workspace_id, MailAddress.user_id == user_id
    )
    return (await session.exec(query.with_for_update())).one()


async def _refuses(session: AsyncSession, row: MailAddress) -> bool:
    here = row.workspace_id is not None and await refusals.has_refused(session, row.workspace_id, row.address)
    return here or await refusals.refuses_questions(session, row.address)


async def _ask_if_there_is_room(
    session: AsyncSession, row: MailAddress, by: User, consent: Consent, now_ms: int
) -> None:
    try:
        await _ask(session, row, by, consent, now_ms)
    except ThrottledProblem as problem:
        # It stays unasked, and says so: whoever asks tomorrow has room. By then the time that it names is over.
        row.answer = f"{problem.detail.partition(';')[0]}."
        session.add(row)


async def _ask(session: AsyncSession, row: MailAddress, by: User, consent: Consent, now_ms: int) -> None:
    """Queues the question; raises ThrottledProblem."""
    if row.workspace_id is not None:
        await questions.check_workspace(session, row.workspace_id, row.address, now_ms)
        await questions.take(session, consent.of_workspace, str(row.workspace_id), "A workspace asks", now_ms)
    await questions.count(session, by, row.address, now_ms)
    row.asked_at = row.ask_due_at = now_ms
    row.attempts, row.answer = 0, None
    session.add(row)
    await session.flush()
