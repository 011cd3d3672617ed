"""Reads what a backtest looks at: the checks in parts of bounded size, everything else in a fixed number of queries."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import func, select, tuple_, type_coerce
from sqlalchemy.types import NullType
from sqlmodel import col
from sqlmodel import select as select_row
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.alerting.backtest.paging import Stretch
from healther.core.clock import MINUTE_MS
from healther.history.models import Span, StateChange, healthevent
from healther.history.service.events import MAX_LATENESS_MS
from healther.monitoring.judge import Belief, Change
from healther.monitoring.replay import Confirmed
from healther.monitoring.settle import NOT_WATCHED
from healther.watchers.states import State

_AT_ONCE = 1_000
"""About so many checks are read in one go: judging them takes some ms, and then others have their turn."""
_UNWATCHED = (State.PENDING, State.UNKNOWN, State.PAUSED)
_events = healthevent.c


class Stretched(NamedTuple):
    """Watchers of one cadence, and the slots of theirs that are read: from, until before."""

    interval_ms: int
    watcher_ids: Sequence[UUID]
    from_slot: int
    to_slot: int


class Recorded(NamedTuple):
    """What was recorded of one watcher: what was believed at the start, its changes since, and their slots."""

    start: Belief
    changes: list[StateChange]
    slots: list[int]
    gaps: dict[int, int]
    """By slot, since when nobody had watched when that check was made."""

    def was_watched(self, slot: int) -> bool:
        """Whether a gap in front of this slot would stand in the record: of what nobody believes none does."""
        place = bisect_left(self.slots, slot)
        return place == len(self.changes) or self.changes[place].from_state not in _UNWATCHED

    def confirmed(self, from_ms: int) -> list[Confirmed]:
        """The changes that were confirmed from a moment on."""
        return [
            Confirmed(Change(each.from_state, each.to_state, each.at, each.last_known), at, each.reason, each.message)
            for each in self.changes
            if (at := max(each.detected_at, each.at)) >= from_ms
        ]


async def count_checks(session: AsyncSession, group: Stretched, limit: int) -> int:
    """How many checks there are, `limit` + 1 at most."""
    some = select(_events.slot).where(*_of(group, group.from_slot, group.to_slot)).limit(limit + 1)
    return int(
        (await (await session.connection()).execute(select(func.count()).select_from(some.subquery()))).scalar_one()
    )


async def checks_in_parts(session: AsyncSession, group: Stretched) -> AsyncIterator[Sequence[Any]]:
    """The checks of a group, each watcher's in the order of their slots.

    A row is (watcher as `keys_of` has it, slot, start, reason, message, response time).
    """
    # Failing watchers are checked up to ten times as often: a part is larger then, and still bounded.
    step_ms = max(MINUTE_MS, _AT_ONCE * group.interval_ms // max(1, len(group.watcher_ids)))
    connection = await session.connection()
    # As the driver gives it: making an UUID of each row's id would cost more than judging the check.
    key = type_coerce(_events.watcher_id, NullType())
    columns = key, _events.slot, _events.created_at, _events.reason, _events.message, _events.response_time_ms
    begin = group.from_slot
    while begin < group.to_slot:
        end = min(begin + step_ms, group.to_slot)
        query = select(*columns).where(*_of(group, begin, end)).order_by(_events.slot)
        yield (await connection.execute(query)).all()
        begin = end


def keys_of(watcher_id: UUID) -> tuple[UUID, bytes]:
    """How drivers name a watcher: an UUID on PostgreSQL, bytes on SQLite."""
    return watcher_id, watcher_id.bytes


def _of(group: Stretched, from_slot: int, to_slot: int) -> tuple[Any, ...]:
    return _events.watcher_id.in_(group.watcher_ids), _events.slot >= from_slot, _events.slot < to_slot


async def recorded(session: AsyncSession, group: Stretched) -> dict[UUID, Recorded]:
    """What the record has of each watcher of a group; two queries."""
    mine = col(StateChange.watcher_id).in_(group.watcher_ids)
    last = (
        select_row(col(StateChange.watcher_id), func.max(StateChange.slot))
        .where(mine, StateChange.slot < group.from_slot)
        .group_by(col(StateChange.watcher_id))
    )
    before = select_row(StateChange).where(tuple_(col(StateChange.watcher_id), col(StateChange.slot)).in_(last))
    within = select_row(StateChange).where(mine, StateChange.slot >= group.from_slot, StateChange.slot < group.to_slot)
    beliefs = {
        each.watcher_id: Belief(each.to_state, each.at, last_known=each.last_known)
        for each in sorted((await session.exec(before)).all(), key=_order)
    }
    changes: defaultdict[UUID, list[StateChange]] = defaultdict(list)
    for each in sorted((await session.exec(within)).all(), key=_order):
        changes[each.watcher_id].append(each)
    return {
        each: Recorded(
            beliefs.get(each, Belief(State.PENDING, 0)),
            changes[each],
            [change.slot for change in changes[each]],
            {change.slot: change.at for change in changes[each] if change.message == NOT_WATCHED},
        )
        for each in group.watcher_ids
    }


def _order(change: StateChange) -> tuple[int, bool]:
    """Of two changes that one check brought, the gap in front of it came first."""
    return change.slot, change.message != NOT_WATCHED


async def maintenance_of(
    session: AsyncSession, watcher_ids: Collection[UUID], from_ms: int, until_ms: int
) -> Mapping[UUID, list[Stretch]]:
    """When each watcher was in maintenance, as the ledger has it."""
    query = (
        select_row(Span.watcher_id, Span.started_at, Span.ended_at)
        .where(
            col(Span.watcher_id).in_(watcher_ids),
            Span.state == State.MAINTENANCE,
            Span.started_at < until_ms,
            col(Span.ended_at).is_(None) | (col(Span.ended_at) > from_ms),
        )
        .order_by(col(Span.started_at))
    )
    found: defaultdict[UUID, list[Stretch]] = defaultdict(list)
    for watcher_id, started_at, ended_at in (await session.exec(query)).all():
        found[watcher_id].append((started_at, until_ms if ended_at is None else ended_at))
    return found


def slots_of(from_ms: int, to_ms: int, interval_ms: int, checks_before: int) -> tuple[int, int]:
    """Which slots may hold checks that began in [from_ms, to_ms), and so many in front of them."""
    return from_ms - MAX_LATENESS_MS - checks_before * interval_ms, to_ms + MAX_LATENESS_MS
