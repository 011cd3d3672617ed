"""Step 6, record: results of many checks in one transaction - events, beliefs, ledger, rollups, changes, incidents.

A result is accepted only while its watcher's row still carries the claim's fence and slot: a result that comes after
its lease was taken over, or twice, is dropped, so a slot is recorded once (R4, R5, R15).
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast
from uuid import UUID

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col

from healther.core.db import Database
from healther.history.ledger import account
from healther.history.rewrite import believe
from healther.history.rollups import add_rollups
from healther.incidents import automatic
from healther.monitoring import tally, traced
from healther.monitoring.model import Claim, Result
from healther.monitoring.settle import Settling, settle
from healther.monitoring.store import HotStore
from healther.monitoring.writes import EVENT_COLUMNS
from healther.observability import metrics
from healther.watchers.models import WatcherState
from healther.watchers.states import State

log = structlog.get_logger()

MOST_CHANGES_SAID = 10
# Settling 1,000 results takes 10 ms: connections that are being measured get their turn in between.
SETTLE_IN_A_TURN = 100
_WATCHER, _SLOT, _STATUS = (EVENT_COLUMNS.index(name) for name in ("watcher_id", "slot", "status"))

Proof = tuple[UUID, int]
"""A check that went all the way: its watcher and its slot (epoch ms), which grows whatever the clock does (R12)."""


@dataclass(slots=True)
class Recorded:
    """What became of a batch of results."""

    statuses: dict[State, int] = field(default_factory=dict)
    refused: int = 0
    """Results whose claim had been taken over, or whose watcher is gone."""
    proof: Proof | None = None
    """One of those in which the service could be looked at."""


async def record(db: Database, store: HotStore, results: Sequence[Result], now_ms: int) -> Recorded:
    """Writes a batch in one transaction; on an exception nothing of it is written and it can be tried again."""
    recorded = Recorded()
    settling, accepted, refused = Settling(now_ms), [], []
    async with db.write_connection() as connection:
        rows = await store.hot_rows(connection, [result.claim.watcher_id for result in results])
        for number, result in enumerate(results, 1):
            if number % SETTLE_IN_A_TURN == 0:
                await asyncio.sleep(0)
            row = rows.pop(result.claim.watcher_id, None)
            if row is None or row.fence != result.claim.fence or row.lease_slot != result.claim.slot:
                refused.append(result.claim)
                continue
            status = settle(row, result, settling)
            accepted.append(result)
            recorded.statuses[status] = recorded.statuses.get(status, 0) + 1
        await _write(connection, store, settling)
        edited = await _count_edited(connection, refused) if refused else 0
    recorded.proof = _proof(settling.writes.events)
    tally.count(accepted, settling.writes.events, settling.changes)
    traced.tell(accepted, settling.writes.events, now_ms)
    _say(settling)
    recorded.refused = len(refused)
    _say_refused(edited, taken_over=len(refused) - edited)
    return recorded


async def _count_edited(connection: AsyncConnection, refused: Sequence[Claim]) -> int:
    """How many of these watchers were edited, paused or deleted since they were claimed."""
    ids = [claim.watcher_id for claim in refused]
    state = col(WatcherState.watcher_id), col(WatcherState.version), col(WatcherState.due_at)
    rows = (await connection.execute(select(*state).where(state[0].in_(ids)))).all()
    untouched = {watcher_id: version for watcher_id, version, due_at in rows if due_at is not None}
    return sum(untouched.get(claim.watcher_id) != claim.version for claim in refused)


def _say_refused(edited: int, *, taken_over: int) -> None:
    metrics.RESULTS_REFUSED.inc(edited + taken_over)
    if edited:
        log.info("results dropped: the watcher was edited, paused or deleted while it was checked", count=edited)
    if taken_over:
        log.warning("results refused: their lease had been taken over", count=taken_over)


def _proof(events: Sequence[tuple[object, ...]]) -> Proof | None:
    """The newest that says something of a service: what healther could not look at proves nothing."""
    newest = next((each for each in reversed(events) if each[_STATUS] != State.UNKNOWN), None)
    return None if newest is None else cast("Proof", (newest[_WATCHER], newest[_SLOT]))


def _say(settling: Settling) -> None:
    """Changes in the log: one by one while they are few, as a number when everything changes at once."""
    known = [change for change in settling.changes if change.from_state != State.PENDING]
    for change in known[:MOST_CHANGES_SAID]:
        log.info(
            "state changed",
            watcher=str(change.watcher_id),
            was=change.from_state.label,
            now=change.to_state.label,
            at_ms=change.at,
        )
    if len(known) > MOST_CHANGES_SAID:
        log.info("many states changed at once", more=len(known) - MOST_CHANGES_SAID)


async def _write(connection: AsyncConnection, store: HotStore, settling: Settling) -> None:
    writes = settling.writes
    for switches in writes.switches:
        await store.switch_spans(connection, switches)
    await believe(connection, writes.repaints)
    if settling.to_account:
        wanted = [(watcher_id, from_ms) for watcher_id, from_ms, _ in settling.to_account]
        ledger = await store.spans_since(connection, wanted)
        for watcher_id, from_ms, until_ms in settling.to_account:
            writes.rollups += [
                (watcher_id, hour, values) for hour, values in account(ledger[watcher_id], from_ms, until_ms)
            ]
    await store.write(connection, writes)
    await add_rollups(connection, writes.rollups)
    if settling.changes:
        await automatic.follow(connection, settling.changes, settling.now_ms)
