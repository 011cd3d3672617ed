"""The verbs of subscribers."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import JSON, case, literal, null
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlmodel import and_, col, delete, func, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts import throttle
from healther.accounts.models import MailAddress, Membership, Role, User
from healther.accounts.service.consent import Consent
from healther.accounts.service.refusals import has_refused, refuses_questions
from healther.core.clock import DAY_MS
from healther.core.errors import NotFoundProblem, ThrottledProblem
from healther.core.ids import new_id
from healther.core.public_suffixes import registered_domain, suffixes
from healther.core.text import mailbox_of
from healther.net.target import parse_url
from healther.status_pages.models import Subscriber
from healther.status_pages.subscribers.places import Kind, Places

MOST_SUBSCRIBERS = 100_000
# Of one client, and for one address, on whichever page they ask: nobody's mailbox is filled by these forms.
CLIENT = throttle.Limit("subscribe client", 20)
ADDRESS = throttle.Limit("subscribe address", 3, DAY_MS)
# For one registered domain of webhooks, for all names below may be one server, or network of addresses: whose it is has
# asked for none of the requests.
HOST = throttle.Limit("subscribe host", 20, DAY_MS)
# Of one page, and of all that a workspace has: whoever makes some asks no whole town by them.
PAGE = throttle.Limit("subscribe page", 1_000, DAY_MS)
WORKSPACE = throttle.Limit("subscribe workspace", 2_000, DAY_MS)


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asks for; `keys` None = every component."""

    workspace_id: UUID
    page_id: UUID
    kind: Kind
    address: str
    keys: Sequence[str] | None
    language: str


class NobodyConfirmedError(Exception):
    """Nobody who may change the page has confirmed their own address: because of them nobody is asked."""


async def subscribe(
    session: AsyncSession, wish: Wish, places: Places, client: str, rules: Consent, now_ms: int
) -> None:
    """Keeps the wish and has the address asked whether it is theirs; raises ThrottledProblem where too many ask.

    Among strangers it raises NobodyConfirmedError, too. Nothing tells whether the address was known, was asked too
    often, said no, or finds no room: the answer is the same. What one that is confirmed hears its own link changes.
    """
    if rules.required and not await _somebody_confirmed(session, wish.workspace_id):
        raise NobodyConfirmedError
    await throttle.take(session, CLIENT, CLIENT.key(throttle.address_group(client)), now_ms)
    await throttle.take(session, PAGE, PAGE.key(str(wish.page_id)), now_ms)
    await throttle.take(session, WORKSPACE, WORKSPACE.key(str(wish.workspace_id)), now_ms)
    if wish.kind == Kind.WEBHOOK:
        await asyncio.to_thread(suffixes)
        host = parse_url(wish.address).host.removesuffix(".")
        key = HOST.key(registered_domain(host) or throttle.address_group(host))
        await throttle.take(session, HOST, key, now_ms)
    place = mailbox_of(wish.address) if wish.kind == Kind.EMAIL else wish.address
    try:
        await throttle.take(session, ADDRESS, ADDRESS.key(places.hash(wish.kind, place).hex()), now_ms)
    except ThrottledProblem:
        return
    if wish.kind == Kind.EMAIL and rules.required and await _refuses(session, wish):
        return
    counting = select(func.count()).select_from(Subscriber).where(Subscriber.page_id == wish.page_id)
    if (await session.exec(counting)).one() >= MOST_SUBSCRIBERS:
        return
    insert = sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgresql_insert
    keys = null() if wish.keys is None else literal(list(wish.keys), JSON())
    new = insert(Subscriber).values(
        id=new_id(),
        page_id=wish.page_id,
        kind=wish.kind,
        sealed_address=places.seal(wish.address),
        address_hash=places.hash(wish.kind, wish.address),
        component_keys=keys,
        language=wish.language,
        created_at=now_ms,
        bounces=0,
    )
    unconfirmed = col(Subscriber.confirmed_at).is_(None)
    await session.exec(
        new.on_conflict_do_update(
            index_elements=["page_id", "kind", "address_hash"],
            set_={
                "asked_at": None,
                "component_keys": case((unconfirmed, new.excluded.component_keys), else_=Subscriber.component_keys),
            },
        )
    )


async def _refuses(session: AsyncSession, wish: Wish) -> bool:
    here = await has_refused(session, wish.workspace_id, wish.address)
    return here or await refuses_questions(session, wish.address)


async def _somebody_confirmed(session: AsyncSession, workspace_id: UUID) -> bool:
    """Whether one of those who may change its pages has confirmed their own address."""
    query = (
        select(Membership.user_id)
        .join(User, col(User.id) == Membership.user_id)
        .join(MailAddress, and_(col(MailAddress.user_id) == User.id, col(MailAddress.address) == User.email))
        .where(
            Membership.workspace_id == workspace_id,
            col(Membership.role).in_((Role.OWNER, Role.ADMIN)),
            col(MailAddress.confirmed_at).is_not(None),
        )
    )
    return (await session.exec(query.limit(1))).first() is not None


async def find(session: AsyncSession, subscriber_id: UUID, *, for_update: bool = False) -> Subscriber | None:
    """The subscriber of a link."""
    query = select(Subscriber).where(Subscriber.id == subscriber_id)
    return (await session.exec(query.with_for_update() if for_update else query)).first()


def confirm(subscriber: Subscriber, now_ms: int) -> None:
    """The address is theirs; also after it had been given up."""
    subscriber.confirmed_at = subscriber.confirmed_at or now_ms
    subscriber.bounces, subscriber.disabled_reason = 0, None


async def unsubscribe(session: AsyncSession, subscriber_id: UUID) -> None:
    """Forgets them; what is on its way to them goes, too."""
    await session.exec(delete(Subscriber).where(col(Subscriber.id) == subscriber_id))


async def counts(session: AsyncSession, page_id: UUID) -> tuple[int, int, int]:
    """How many hear of the page, have not confirmed yet, are given up."""
    given_up = col(Subscriber.disabled_reason).is_not(None)
    confirmed = and_(col(Subscriber.confirmed_at).is_not(None), ~given_up)
    query = select(
        func.count(case((confirmed, 1))),
        func.count(case((and_(col(Subscriber.confirmed_at).is_(None), ~given_up), 1))),
        func.count(case((given_up, 1))),
    ).where(Subscriber.page_id == page_id)
    hearing, waiting, gone = (await session.exec(query)).one()
    return hearing, waiting, gone


async def list_subscribers(
    session: AsyncSession, page_id: UUID, *, after: tuple[int, UUID] | None, limit: int
) -> Sequence[Subscriber]:
    """Those of a page, the first first, after the given (created, id)."""
    query = select(Subscriber).where(Subscriber.page_id == page_id)
    if after is not None:
        at, subscriber_id = after
        beyond = and_(col(Subscriber.created_at) == at, col(Subscriber.id) > subscriber_id)
        query = query.where(or_(col(Subscriber.created_at) > at, beyond))
    return (await session.exec(query.order_by(col(Subscriber.created_at), col(Subscriber.id)).limit(limit))).all()


async def load(session: AsyncSession, page_id: UUID, subscriber_id: UUID) -> Subscriber:
    """The subscriber, if it is the page's; raises NotFoundProblem."""
    query = select(Subscriber).where(Subscriber.id == subscriber_id, Subscriber.page_id == page_id)
    found = (await session.exec(query)).first()
    if found is None:
        raise NotFoundProblem("There is no such subscriber of this page.")
    return found
