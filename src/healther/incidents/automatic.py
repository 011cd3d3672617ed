"""Incidents that nobody opens: they follow what is believed of a watcher, in the transaction that changes it.

A change to degraded or down opens one for a watcher that has none open, or moves the impact of the one it has; a change
to healthy leaves it, and the last one to leave resolves it. Unknown changes nothing but the timeline: healther does
not know. While a watcher flaps nobody leaves. A fixed number of statements, however many watchers change at once.
"""

from collections.abc import Collection, Iterable, Sequence
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.incidents.book import Book, Case, Member
from healther.incidents.lock import lock_incidents
from healther.incidents.models import EntryKind, Impact, IncidentMember, Severity
from healther.incidents.moved import IMPAIRED, Moved
from healther.incidents.titles import of_one, spelled
from healther.watchers.models import Flapping, ServiceWatcher
from healther.watchers.states import State

IMPACTS = {State.DOWN: Impact.DOWN, State.DEGRADED: Impact.DEGRADED}
SEVERITIES = {Impact.DOWN: Severity.MAJOR, Impact.DEGRADED: Severity.MINOR, Impact.NONE: Severity.MINOR}


class Left(StrEnum):
    """Why a watcher leaves an incident without having recovered."""

    PAUSED = "paused"
    DELETED = "deleted"


async def follow(connection: AsyncConnection, moves: Iterable[Moved], now_ms: int) -> None:
    """Takes changes over, a watcher's in their order; callers hold the hot rows of these watchers."""
    # A first look that finds nothing wrong opens nothing, and there is nothing yet that it could end.
    concerning = [move for move in moves if move.to_state in IMPAIRED or move.from_state is not State.PENDING]
    if not concerning:
        return
    ids = {move.watcher_id for move in concerning}
    impaired = {move.watcher_id for move in concerning if move.to_state in IMPAIRED}
    if not impaired and not await _any_open(connection, ids):
        return
    book = await _opened(connection, ids, now_ms)
    recovering = {move.watcher_id for move in concerning if move.to_state is State.HEALTHY}
    flapping = await _flapping(connection, recovering & book.members.keys())
    for move in concerning:
        _take(book, move, flapping=move.watcher_id in flapping)
    await book.write(connection)


async def leave(session: AsyncSession, watcher_ids: Collection[UUID], why: Left, now_ms: int) -> None:
    """These are no longer watched; an incident that was theirs alone is resolved. Callers hold their hot rows."""
    await _end(session, watcher_ids, now_ms, EntryKind.LEFT, why)


async def settle(session: AsyncSession, watcher_ids: Collection[UUID], now_ms: int) -> None:
    """These flap no longer and are healthy: they leave the incident that stayed open for them."""
    await _end(session, watcher_ids, now_ms, EntryKind.RECOVERED, None)


async def _end(
    session: AsyncSession, watcher_ids: Collection[UUID], now_ms: int, kind: EntryKind, why: Left | None
) -> None:
    await session.flush()
    connection = await session.connection()
    if not watcher_ids or not await _any_open(connection, watcher_ids):
        return
    book = await _opened(connection, watcher_ids, now_ms)
    for member in list(book.members.values()):
        book.leave(member, now_ms, kind, why)
    await book.write(connection)


def _take(book: Book, move: Moved, *, flapping: bool) -> None:
    member = book.members.get(move.watcher_id)
    move = move._replace(at=_dated(move, member, book.now_ms))
    impact = IMPACTS.get(move.to_state)
    if impact is not None:
        if member is None:
            _open(book, move, impact)
        else:
            _worsen_or_improve(book, member, move, impact)
    elif member is None:
        return
    elif move.to_state is State.HEALTHY and not flapping:
        book.leave(member, move.at, EntryKind.RECOVERED)
    elif move.to_state is State.HEALTHY:
        member.impact = Impact.NONE
        book.tell(member, EntryKind.IMPROVED, move.at, state=State.HEALTHY.label, flapping=True)
    elif move.to_state is State.UNKNOWN:
        book.tell(member, EntryKind.UNKNOWN, move.at, reason=move.reason, message=move.message)


def _dated(move: Moved, member: Member | None, now_ms: int) -> int:
    """When it was, for an incident. While an hour comes again a watcher's own time stands still at its end (R12):

    what begins then, and the end of it, is dated by the present clock; what began by the old one goes on by that.
    """
    began_now = member is None or (move.since > now_ms and member.case.started_at <= now_ms)
    return min(move.at, now_ms) if began_now else move.at


def _open(book: Book, move: Moved, impact: Impact) -> None:
    name = book.watchers[move.watcher_id].name
    member = book.open(
        move.watcher_id, of_one(name, impact), impact, SEVERITIES[impact], move.at, move.reason, move.message
    )
    facts = {"state": move.to_state.label, "reason": move.reason, "message": move.message}
    book.tell(member, EntryKind.DETECTED, move.at, **facts)
    book.tell(member, EntryKind.CONFIRMED, max(book.now_ms, move.at), **facts)


def _worsen_or_improve(book: Book, member: Member, move: Moved, impact: Impact) -> None:
    kind, facts = EntryKind.CONFIRMED, {"again": True}
    if impact is not member.impact:
        facts = {}
        kind = EntryKind.WORSENED if impact is Impact.DOWN or member.impact is Impact.NONE else EntryKind.IMPROVED
    member.impact, member.reason, member.message = impact, move.reason, move.message
    book.tell(member, kind, move.at, state=move.to_state.label, reason=move.reason, message=move.message, **facts)
    if impact is Impact.DOWN:
        _raise(member.case, book.watchers[move.watcher_id].name)


def _raise(case: Case, name: str) -> None:
    """The worst it has been stays with an incident; a title of ours says so too."""
    case.impact = Impact.DOWN
    if case.severity is Severity.MINOR:
        case.severity = Severity.MAJOR
    if not case.title_given and case.title == spelled(of_one(name, Impact.DEGRADED)):
        case.call(of_one(name, Impact.DOWN))


async def _any_open(connection: AsyncConnection, watcher_ids: Collection[UUID]) -> bool:
    found = select(IncidentMember.watcher_id).where(  # type: ignore[call-overload]
        col(IncidentMember.watcher_id).in_(watcher_ids),
        col(IncidentMember.left_at).is_(None),
        col(IncidentMember.automatic),
    )
    return (await connection.execute(found.limit(1))).first() is not None


async def _opened(connection: AsyncConnection, watcher_ids: Collection[UUID], now_ms: int) -> Book:
    """What is open of these watchers, read after nobody else can change it any more."""
    query = select(ServiceWatcher.id, ServiceWatcher.workspace_id, ServiceWatcher.name)  # type: ignore[call-overload]
    rows: Sequence[tuple[UUID, UUID, str]] = (
        await connection.execute(query.where(col(ServiceWatcher.id).in_(watcher_ids)))
    ).all()
    await lock_incidents(connection, {workspace_id for _, workspace_id, _ in rows})
    return await Book.read(connection, rows, now_ms)


async def _flapping(connection: AsyncConnection, watcher_ids: Collection[UUID]) -> set[UUID]:
    if not watcher_ids:
        return set()
    query = select(Flapping.watcher_id).where(col(Flapping.watcher_id).in_(watcher_ids))  # type: ignore[call-overload]
    return set((await connection.execute(query)).scalars())
