"""Recording: one transaction, once per slot; the ledger and the rollups say exactly what the events say."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlmodel import col
from sqlmodel import select as select_row
from structlog.testing import capture_logs

from healther.core.clock import HOUR_MS
from healther.core.db import Database
from healther.history import hour
from healther.history.ledger import GAP_GRACE_MS, known_spans, time_per_state
from healther.history.lifecycle import apply_edit, lock_hot_row, pause
from healther.history.models import RollupDaily, RollupHourly, Span, StateChange, healthevent
from healther.monitoring.claim import store_for
from healther.monitoring.judge import Thresholds
from healther.monitoring.model import Claim
from healther.monitoring.record import record
from healther.probes.base import Observation, Phases, Reason
from healther.watchers.models import WatcherState
from healther.watchers.service import Edit
from healther.watchers.states import State
from tests.support.results import INTERVAL_MS, START_MS, check, claim_many, result_of
from tests.support.watchers import add_watcher, spans_of, state_of


async def events_of(db: Database, watcher_id: UUID) -> Sequence[Any]:
    query = select(healthevent).where(healthevent.c.watcher_id == watcher_id).order_by(healthevent.c.slot)
    async with db.read_connection() as connection:
        return (await connection.execute(query)).all()


async def test_a_check_leaves_an_event_a_belief_and_a_span(db: Database) -> None:
    watcher = await add_watcher(db, START_MS)
    await check(db, watcher.id, START_MS + 100, State.HEALTHY)
    (event,) = await events_of(db, watcher.id)
    assert (event.created_at, event.status, event.response_status) == (START_MS + 100, State.HEALTHY, 200)
    assert (event.dns_ms, event.connect_ms, event.tls_ms, event.first_byte_ms) == (1.0, 2.0, None, 3.0)
    row = await state_of(db, watcher.id)
    assert (row.state, row.since, row.lease_slot, row.last_slot) == (State.HEALTHY, START_MS + 100, None, event.slot)
    assert row.due_at == row.known_until
    assert (row.due_at - row.phase_ms) % INTERVAL_MS == 0
    assert 0 < row.due_at - (START_MS + 100) <= INTERVAL_MS
    assert await spans_of(db, watcher.id) == [
        (State.UNKNOWN, START_MS, START_MS + 100),
        (State.HEALTHY, START_MS + 100, None),
    ]


async def test_the_same_result_twice_is_recorded_once(db: Database) -> None:
    watcher = await add_watcher(db, START_MS)
    (claim,) = await claim_due(db, START_MS)
    first = await record(db, store_for(db), [result_of(claim, START_MS, State.HEALTHY)], START_MS)
    again = await record(db, store_for(db), [result_of(claim, START_MS, State.HEALTHY)], START_MS)
    assert (first.refused, again.refused) == (0, 1)
    assert len(await events_of(db, watcher.id)) == 1


async def test_a_result_whose_lease_was_taken_over_is_refused(db: Database) -> None:
    watcher = await add_watcher(db, START_MS)
    (stale,) = await claim_due(db, START_MS)
    (fresh,) = await claim_due(db, START_MS + 30_000)
    with capture_logs() as said:
        late = await record(db, store_for(db), [result_of(stale, START_MS, State.DOWN)], START_MS + 30_001)
    kept = await record(db, store_for(db), [result_of(fresh, START_MS + 30_000, State.HEALTHY)], START_MS + 30_002)
    assert (late.refused, kept.refused) == (1, 0)
    assert [(line["log_level"], line["event"]) for line in said] == [
        ("warning", "results refused: their lease had been taken over")
    ]
    assert [event.status for event in await events_of(db, watcher.id)] == [State.HEALTHY]


async def test_a_result_of_a_deleted_watcher_is_dropped(db: Database) -> None:
    watcher = await add_watcher(db, START_MS)
    (claim,) = await claim_due(db, START_MS)
    async with db.write() as session:
        await session.delete(await session.get_one(type(watcher), watcher.id))
    with capture_logs() as said:
        recorded = await record(db, store_for(db), [result_of(claim, START_MS, State.HEALTHY)], START_MS)
    assert recorded.refused == 1
    assert [line["event"] for line in said if line["log_level"] == "warning"] == []


@pytest.mark.parametrize("change", ["edited", "paused"])
async def test_an_edit_while_a_check_is_under_way_is_an_ordinary_thing_and_no_warning(
    db: Database, change: str
) -> None:
    watcher = await add_watcher(db, START_MS)
    (claim,) = await claim_due(db, START_MS)
    async with db.write() as session:
        row = await lock_hot_row(session, watcher.id)
        if change == "paused":
            await pause(session, row, START_MS + 1)
        else:
            watcher.version += 1
            apply_edit(row, watcher, Edit(probe=True, checking=True), START_MS + 1)
    with capture_logs() as said:
        recorded = await record(db, store_for(db), [result_of(claim, START_MS, State.DOWN)], START_MS + 2)
    assert recorded.refused == 1
    assert [line["event"] for line in said if line["log_level"] == "warning"] == []


async def test_down_is_confirmed_early_dated_back_and_written_to_the_outbox_once(db: Database) -> None:
    watcher = await add_watcher(db, START_MS)
    await check(db, watcher.id, START_MS, State.HEALTHY)
    failed_at = START_MS + 20_000  # sooner than any slot and its grace: no gap
    await check(db, watcher.id, failed_at, State.DOWN)
    row = await state_of(db, watcher.id)
    assert row.state == State.HEALTHY
    assert row.due_at is not None
    assert row.due_at <= failed_at + 6_000
    await check(db, watcher.id, failed_at + 6_000, State.DOWN)
    await check(db, watcher.id, failed_at + 12_000, State.DOWN)
    row = await state_of(db, watcher.id)
    assert (row.state, row.since, row.last_reason) == (State.DOWN, failed_at, "connect_refused")
    async with db.read() as session:
        changes = (await session.exec(select_row(StateChange).order_by(col(StateChange.detected_at)))).all()
    assert [(each.from_state, each.to_state, each.at, each.detected_at) for each in changes] == [
        (State.PENDING, State.HEALTHY, START_MS, START_MS),
        (State.HEALTHY, State.DOWN, failed_at, failed_at + 6_000),
    ]
    assert all(each.planned_at is None for each in changes)
    assert await spans_of(db, watcher.id) == [
        (State.HEALTHY, START_MS, failed_at),
        (State.DOWN, failed_at, None),
    ]


async def test_time_nobody_watched_is_unknown_and_voids_an_unconfirmed_failure(db: Database) -> None:
    watcher = await add_watcher(db, START_MS)
    await check(db, watcher.id, START_MS, State.HEALTHY)
    await check(db, watcher.id, START_MS + 10_000, State.DOWN)
    seen_until = (await state_of(db, watcher.id)).known_until
    back_at = START_MS + HOUR_MS
    await check(db, watcher.id, back_at, State.DOWN)
    row = await state_of(db, watcher.id)
    assert (row.state, row.since, row.down_run) == (State.UNKNOWN, seen_until, 1)
    await check(db, watcher.id, back_at + 6_000, State.DOWN)
    assert seen_until is not None
    assert await spans_of(db, watcher.id) == [
        (State.HEALTHY, START_MS, seen_until),
        (State.UNKNOWN, seen_until, back_at),
        (State.DOWN, back_at, None),
    ]


async def test_a_clock_that_was_set_back_never_makes_time_negative(db: Database) -> None:
    watcher = await add_watcher(db, START_MS)
    await check(db, watcher.id, START_MS + HOUR_MS, State.HEALTHY)
    await check(db, watcher.id, START_MS + 5_000, State.HEALTHY)
    await check(db, watcher.id, START_MS + 6_000, State.DOWN)
    await check(db, watcher.id, START_MS + 7_000, State.DOWN)
    slots = [event.slot for event in await events_of(db, watcher.id)]
    assert slots == sorted(set(slots))
    spans = await spans_of(db, watcher.id)
    assert all(end is None or start < end for _, start, end in spans)
    assert [end for _, _, end in spans[:-1]] == [start for _, start, _ in spans[1:]]


async def test_after_a_clock_was_set_back_a_watcher_is_due_within_its_interval_and_misses_nothing(
    db: Database,
) -> None:
    """R12: the hour that is lived through again is no hour without checks, nor one of gaps."""
    watcher = await add_watcher(db, START_MS)
    await check(db, watcher.id, START_MS + HOUR_MS, State.HEALTHY)
    before = await spans_of(db, watcher.id)
    now = START_MS
    for _ in range(5):
        async with db.write_connection() as connection:
            await store_for(db).pull_back(connection, "default", now)
        (claim,) = await claim_due(db, now)
        await record(db, store_for(db), [result_of(claim, now, State.HEALTHY)], now)
        row = await state_of(db, watcher.id)
        assert row.due_at is not None
        assert 0 < row.due_at - now <= INTERVAL_MS
        now = row.due_at
    assert row.missed_slots == 0
    assert await spans_of(db, watcher.id) == before
    assert len(await events_of(db, watcher.id)) == 6


async def claim_due(db: Database, now_ms: int) -> list[Claim]:
    async with db.write_connection() as connection:
        return await store_for(db).claim(connection, "default", now_ms, 100)


steps = st.lists(
    st.tuples(
        st.sampled_from([5_000, 59_000, 60_000, 61_000, INTERVAL_MS + GAP_GRACE_MS + 1, 47 * 60_000, 26 * HOUR_MS]),
        st.sampled_from([State.HEALTHY, State.DEGRADED, State.DOWN, State.UNKNOWN]),
    ),
    min_size=1,
    max_size=25,
)
limits = st.builds(Thresholds, failure=st.integers(1, 3), recovery=st.integers(1, 3))


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps, limits)
async def test_ledger_rollups_and_events_agree_whatever_happens(
    db: Database, steps: list[tuple[int, State]], limits: Thresholds
) -> None:
    watcher = await add_watcher(db, START_MS)
    now = START_MS
    for wait_ms, status in steps:
        now += wait_ms
        await check(db, watcher.id, now, status, limits)
    row = await state_of(db, watcher.id)
    await _ledger_is_whole(db, watcher.id, row, now)
    await _rollups_equal_events_and_ledger(db, watcher.id, row, now)


async def _ledger_is_whole(db: Database, watcher_id: UUID, row: WatcherState, now: int) -> None:
    spans = await spans_of(db, watcher_id)
    assert spans[0][1] == START_MS
    assert spans[-1][2] is None
    assert [end for _, _, end in spans[:-1]] == [start for _, start, _ in spans[1:]]
    assert all(end is None or start < end for _, start, end in spans)


async def _rollups_equal_events_and_ledger(db: Database, watcher_id: UUID, row: WatcherState, now: int) -> None:
    async with db.read() as session:
        hours = (await session.exec(select_row(RollupHourly).where(RollupHourly.watcher_id == watcher_id))).all()
        days = (await session.exec(select_row(RollupDaily).where(RollupDaily.watcher_id == watcher_id))).all()
        spans = (await session.exec(select_row(Span).where(Span.watcher_id == watcher_id))).all()
    events = await events_of(db, watcher_id)
    open_hour = hour.fold(row.hour_counts)
    for name, status in (
        ("healthy", State.HEALTHY),
        ("degraded", State.DEGRADED),
        ("down", State.DOWN),
        ("unknown", State.UNKNOWN),
    ):
        counted = sum(getattr(each, f"{name}_checks") for each in hours) + getattr(open_hour, f"{name}_checks")
        assert counted == sum(event.status == status for event in events)
        assert sum(getattr(each, f"{name}_time_ms") for each in hours) == sum(
            getattr(each, f"{name}_time_ms") for each in days
        )
    ledger = time_per_state(known_spans(spans, row, now), START_MS, row.accounted_until)
    assert ledger.healthy_ms == sum(each.healthy_time_ms for each in hours)
    assert ledger.degraded_ms == sum(each.degraded_time_ms for each in hours)
    assert ledger.down_ms == sum(each.down_time_ms for each in hours)
    # Hours of nothing but unknown hold no time: what rollups do not hold is unknown anyway.
    names = [f"{state}_time_ms" for state in ("healthy", "degraded", "down", "unknown", "maintenance")]
    held = {each.starts_at: sum(getattr(each, name) for name in names) for each in hours}
    for starts_at, time_ms in held.items():
        assert time_ms in (0, min(starts_at + HOUR_MS, row.accounted_until) - max(starts_at, START_MS))
    assert ledger.unknown_ms - sum(each.unknown_time_ms for each in hours) == ledger.total_ms - sum(held.values())
    assert ledger.total_ms == row.accounted_until - START_MS


async def test_what_a_target_says_is_stored_even_if_no_database_takes_it_as_it_is(db: Database) -> None:
    watcher = await add_watcher(db, START_MS)
    (claim,) = await claim_due(db, START_MS)
    odd = result_of(claim, START_MS, State.DOWN, Thresholds())
    odd.observation = Observation(Phases(), reason=Reason.BAD_RESPONSE, message="nul \0 and \ud800 and" + "x" * 9_000)
    recorded = await record(db, store_for(db), [odd], START_MS)
    assert recorded.refused == 0
    (event,) = await events_of(db, watcher.id)
    assert event.message.startswith("nul   and   andxxx")
    assert len(event.message) == 500


async def test_a_failure_keeps_how_it_was_spoken_and_a_recovery_nothing(db: Database) -> None:
    watcher = await add_watcher(db, START_MS)
    spoken = {"http_version": "2", "tls_version": "TLSv1.3", "tls_cipher": "TLS_AES_128_GCM_SHA256"}
    refused = Observation(Phases(1.0), None, 503, Reason.STATUS_MISMATCH, "got 503", **spoken)
    fine = Observation(Phases(1.0), 10.0, 200, **spoken)
    for number, observation in enumerate((refused, fine)):
        at_ms = START_MS + number * INTERVAL_MS
        (claim,) = await claim_many(db, [watcher.id], at_ms)
        result = result_of(claim, at_ms, State.HEALTHY)
        result.observation = observation
        await record(db, store_for(db), [result], at_ms)
    async with db.read() as session:
        query = select_row(StateChange).where(StateChange.watcher_id == watcher.id).order_by(col(StateChange.at))
        down, *_, up = (await session.exec(query)).all()
    assert {name: getattr(down, name) for name in spoken} == spoken
    assert {name: getattr(up, name) for name in spoken} == dict.fromkeys(spoken)
