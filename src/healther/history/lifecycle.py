"""What making, editing, pausing and deleting a watcher means for its schedule and its ledger.

Every verb here takes the hot row away from a check that is under way: `fence` goes up and the lease is gone, so a
result of the old configuration is refused. Callers hold the watcher's row locked, then the hot row: one order.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, tuple_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.history.ledger import gap_start, ledger_state
from healther.history.models import Span, healthevent
from healther.history.repaint import Since
from healther.history.rewrite import believe
from healther.watchers.cadence import CadenceUnit, interval_ms, phase_ms
from healther.watchers.models import ServiceWatcher, WatcherState
from healther.watchers.reading import no_such_watcher
from healther.watchers.service import Edit
from healther.watchers.states import State

_KNOWN = (State.HEALTHY, State.DEGRADED, State.DOWN)


async def start_watching(session: AsyncSession, watcher: ServiceWatcher, now_ms: int) -> WatcherState:
    """Stores a new watcher with its hot row, due at once, and opens its ledger as unknown."""
    session.add(watcher)
    await session.flush()
    interval = interval_ms(watcher.every_value, CadenceUnit(watcher.every_unit))
    row = WatcherState(
        watcher_id=watcher.id,
        region=watcher.region,
        version=watcher.version,
        interval_ms=interval,
        phase_ms=phase_ms(watcher.id, interval),
        timeout_ms=watcher.timeout_ms,
        due_at=now_ms,
        since=now_ms,
        accounted_until=now_ms,
    )
    session.add(row)
    session.add(Span(watcher_id=watcher.id, started_at=now_ms, state=State.UNKNOWN))
    await session.flush()
    return row


async def lock_hot_row(session: AsyncSession, watcher_id: UUID) -> WatcherState:
    """The hot row, locked until the commit (PostgreSQL); raises NotFoundProblem when it was just deleted."""
    rows = await lock_hot_rows(session, [watcher_id])
    if not rows:
        raise no_such_watcher()
    return rows[0]


async def lock_hot_rows(session: AsyncSession, watcher_ids: Sequence[UUID]) -> Sequence[WatcherState]:
    """The hot rows that exist, locked until the commit (PostgreSQL) in the order in which recording locks them."""
    query = select(WatcherState).where(col(WatcherState.watcher_id).in_(watcher_ids))
    return (await session.exec(query.order_by(col(WatcherState.watcher_id)).with_for_update())).all()


def apply_edit(row: WatcherState, watcher: ServiceWatcher, edit: Edit, now_ms: int) -> None:
    """Takes an edit over into the hot row; what changes a check has it checked again at once."""
    if not edit.checking:
        row.version = watcher.version
        return
    take_schedule(row, watcher)
    _take_back(row)
    if watcher.paused_at is None:
        row.due_at = now_ms
    if edit.probe:
        # Failures of the old probe prove nothing about the new one.
        _forget_runs(row)
        row.certificate_not_after = None


def take_schedule(row: WatcherState, watcher: ServiceWatcher) -> None:
    """What the hot row has of the configuration, anew."""
    row.version = watcher.version
    row.region = watcher.region
    row.timeout_ms = watcher.timeout_ms
    row.interval_ms = interval_ms(watcher.every_value, CadenceUnit(watcher.every_unit))
    row.phase_ms = phase_ms(watcher.id, row.interval_ms)


async def pause(session: AsyncSession, row: WatcherState, now_ms: int) -> None:
    """Stops checking: no longer due, and from now on the ledger says unknown, or maintenance while that lasts."""
    await pause_many(session, [row], now_ms)


async def pause_many(session: AsyncSession, rows: Sequence[WatcherState], now_ms: int) -> None:
    """The same for many, in as many queries as for one."""
    spans = await _open_spans(session, [row.watcher_id for row in rows])
    dated_back: dict[UUID, list[Since]] = {}
    for row in rows:
        at = max(now_ms, row.since)
        stale_since = gap_start(row.state, row.known_until, at)
        unknown_since = at if stale_since is None else stale_since
        if row.ledger_moved_at is not None and unknown_since < row.ledger_moved_at:
            dated_back[row.watcher_id] = [Since(unknown_since, State.UNKNOWN)]
        elif not row.in_maintenance:
            _switch(session, spans[row.watcher_id], State.PAUSED, unknown_since)
        _stop(row, at)
        session.add(row)
    if dated_back:
        await session.flush()
        await believe(await session.connection(), dated_back)


def _stop(row: WatcherState, at: int) -> None:
    if row.state in _KNOWN:
        row.last_known = row.state
    _take_back(row)
    _forget_runs(row)
    row.due_at = None
    row.known_until = None
    row.state = State.PAUSED
    row.since = at


def resume(row: WatcherState, now_ms: int) -> None:
    """Checks again, at once; until the first result the state is pending."""
    _take_back(row)
    row.due_at = now_ms
    row.state = State.PENDING
    row.since = max(now_ms, row.since)


async def switch_span(session: AsyncSession, watcher_id: UUID, state: State, at_ms: int) -> None:
    """Ends the open span at `at_ms` and opens one of `state`; the same ledger state simply goes on.

    A span that would be empty, or end before it began because the clock was set back, is replaced instead.
    """
    _switch(session, (await _open_spans(session, [watcher_id]))[watcher_id], state, at_ms)


async def _open_spans(session: AsyncSession, watcher_ids: Sequence[UUID]) -> dict[UUID, Span]:
    query = select(Span).where(col(Span.watcher_id).in_(watcher_ids), col(Span.ended_at).is_(None))
    return {span.watcher_id: span for span in (await session.exec(query)).all()}


def _switch(session: AsyncSession, open_span: Span, state: State, at_ms: int) -> None:
    wanted = ledger_state(state)
    if open_span.state == wanted:
        return
    if at_ms <= open_span.started_at:
        open_span.state = wanted
        session.add(open_span)
        return
    open_span.ended_at = at_ms
    session.add(open_span)
    session.add(Span(watcher_id=open_span.watcher_id, started_at=at_ms, state=wanted))


async def delete_events(session: AsyncSession, watcher_ids: Sequence[UUID], limit: int) -> bool:
    """Deletes up to `limit` events of these watchers; whether there may be more."""
    keys = (healthevent.c.watcher_id, healthevent.c.slot)
    some = select(*keys).where(healthevent.c.watcher_id.in_(watcher_ids)).limit(limit)
    deleted = await session.exec(delete(healthevent).where(tuple_(*keys).in_(some)))
    return deleted.rowcount >= limit


def _take_back(row: WatcherState) -> None:
    row.fence += 1
    row.lease_slot = None


def _forget_runs(row: WatcherState) -> None:
    row.impaired_run = row.down_run = 0
    row.impaired_since = row.down_since = None
