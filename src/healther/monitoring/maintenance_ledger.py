"""Watchers that begin or end to be in maintenance: their spans, their rollups and their hot rows, in bulk."""

from collections import defaultdict
from collections.abc import Container, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import inspect, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col

from healther.history.ledger import Segment, gap_start, ledger_state
from healther.history.models import StateChange
from healther.history.repaint import Since, believed, covered, difference, uncovered
from healther.history.rewrite import replace_spans, spans_from
from healther.history.rollups import add_rollups
from healther.watchers.models import WatcherState
from healther.watchers.states import State

_HOT = inspect(WatcherState).columns


class Row(NamedTuple):
    """What a hot row says that is needed to rewrite the ledger."""

    watcher_id: UUID
    state: State
    since: int
    known_until: int | None
    accounted_until: int
    in_maintenance: bool
    ledger_moved_at: int | None


async def locked(connection: AsyncConnection, watcher_ids: Sequence[UUID]) -> list[Row]:
    """The hot rows that exist, locked until the commit (PostgreSQL) in the order in which recording locks them."""
    query = select(*(_HOT[name] for name in Row._fields)).where(_HOT.watcher_id.in_(watcher_ids))
    rows = await connection.execute(query.order_by(_HOT.watcher_id).with_for_update())
    return [Row(*row) for row in rows.all()]


async def enter_and_leave(connection: AsyncConnection, rows: Sequence[Row], entering: Container[UUID], at: int) -> int:
    """From `at` (epoch ms) on the ledger of those `entering` says maintenance, that of the others what is believed.

    Those of which it says so already stay as they are; returns how many did not. `at` may lie before what was
    recorded and accounted since: what that said of the time behind `at` is taken back.
    """
    moving = [row for row in rows if row.in_maintenance != (row.watcher_id in entering)]
    if not moving:
        return 0
    gaps = {row.watcher_id: _gap(row, at) for row in moving}
    earliest = min([at, *(gap for gap in gaps.values() if gap is not None)])
    before = await spans_from(connection, [row.watcher_id for row in moving], earliest)
    beliefs = await _beliefs(connection, [row for row in moving if row.in_maintenance], at)
    after: dict[UUID, list[Segment]] = {}
    rollups = []
    for row in moving:
        watcher_id, ledger = row.watcher_id, before[row.watcher_id]
        if row.in_maintenance:
            after[watcher_id] = uncovered(ledger, at, beliefs[watcher_id])
        else:
            gap = gaps[watcher_id]
            known = ledger if gap is None else believed(ledger, [Since(gap, State.UNKNOWN)])
            after[watcher_id] = covered(known, at)
        if row.accounted_until > earliest:
            rollups += [
                (watcher_id, hour, values)
                for hour, values in difference(ledger, after[watcher_id], row.accounted_until)
            ]
    await replace_spans(connection, after)
    await add_rollups(connection, rollups)
    for inside in (True, False):
        ids = [row.watcher_id for row in moving if row.in_maintenance is not inside]
        # Never earlier than before: what lies before it is written, and only rewritten as a whole.
        moved_at = max([at, *(row.ledger_moved_at or 0 for row in moving)])
        if ids:
            values = {"in_maintenance": inside, "ledger_moved_at": moved_at}
            await connection.execute(update(WatcherState).where(col(WatcherState.watcher_id).in_(ids)).values(values))
    return len(moving)


def _gap(row: Row, at: int) -> int | None:
    """Since when nobody had watched when maintenance began."""
    gap = None if row.in_maintenance else gap_start(row.state, row.known_until, at)
    return None if gap is None else max(gap, row.since)


async def _beliefs(connection: AsyncConnection, rows: Sequence[Row], at: int) -> dict[UUID, list[Since]]:
    """What has been believed of each since `at`: mostly what is believed now, or else by its changes."""
    found = {row.watcher_id: [Since(at, ledger_state(row.state))] for row in rows}
    moved = [row.watcher_id for row in rows if row.since > at]
    if not moved:
        return found
    change = inspect(StateChange).columns
    query = select(change.watcher_id, change.at, change.from_state, change.to_state).where(
        change.watcher_id.in_(moved), change.at > at
    )
    changes: defaultdict[UUID, list[Any]] = defaultdict(list)
    for row in (await connection.execute(query.order_by(change.at, change.slot))).all():
        changes[row.watcher_id].append(row)
    for watcher_id, theirs in changes.items():
        found[watcher_id] = [
            Since(at, ledger_state(theirs[0].from_state)),
            *(Since(each.at, ledger_state(each.to_state)) for each in theirs),
        ]
    return found
