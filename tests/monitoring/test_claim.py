"""Claiming: each slot is handed out once, nothing is replayed, nothing is lost."""

import asyncio

import pytest

from healther.core.db import Database
from healther.monitoring.claim import store_for
from healther.monitoring.model import Claim
from healther.monitoring.store import CLAIM_AHEAD_MS, LEASE_GRACE_MS
from healther.watchers.cadence import CadenceUnit, slot_at_or_before
from healther.watchers.models import WatcherState
from tests.support.watchers import add_watcher, state_of

NOW_MS = 1_800_000_000_000
TIMEOUT_MS = 10_000


async def claim(db: Database, now_ms: int, limit: int = 100, region: str = "default") -> list[Claim]:
    async with db.write_connection() as connection:
        return await store_for(db).claim(connection, region, now_ms, limit)


async def test_a_due_watcher_is_claimed_once_and_again_when_its_lease_ends_for_the_same_slot(db: Database) -> None:
    watcher = await add_watcher(db, NOW_MS)
    (first,) = await claim(db, NOW_MS)
    assert (first.watcher_id, first.slot, first.fence, first.version) == (watcher.id, NOW_MS, 1, 1)
    lease_ends = NOW_MS + TIMEOUT_MS + LEASE_GRACE_MS
    assert await claim(db, lease_ends - CLAIM_AHEAD_MS - 1) == []
    (second,) = await claim(db, lease_ends)
    assert second.fence == 2
    assert second.slot in (first.slot, slot_at_or_before(lease_ends, 60_000, (await state_of(db, watcher.id)).phase_ms))


async def test_two_schedulers_share_the_work_without_overlap(postgres_url: str) -> None:
    db = Database(postgres_url)
    expected = {(await add_watcher(db, NOW_MS)).id for _ in range(40)}
    batches = await asyncio.gather(*(claim(db, NOW_MS, limit=5) for _ in range(12)))
    claimed = [each.watcher_id for batch in batches for each in batch]
    claimed += [each.watcher_id for each in await claim(db, NOW_MS)]
    assert len(claimed) == len(set(claimed)) == 40
    assert set(claimed) == expected
    await db.close()


async def test_missed_slots_are_skipped_and_counted_not_replayed(db: Database) -> None:
    watcher = await add_watcher(db, NOW_MS, every_value=10, every_unit=CadenceUnit.SECONDS)
    hour_later = NOW_MS + 3_600_000
    (only,) = await claim(db, hour_later)
    row = await state_of(db, watcher.id)
    assert only.slot == slot_at_or_before(hour_later, 10_000, row.phase_ms)
    assert row.missed_slots in (359, 360)
    assert await claim(db, hour_later) == []


@pytest.mark.parametrize("interval_s", [10, 11, 25, 60])
async def test_a_claim_nobody_finishes_costs_one_slot_even_when_a_check_may_take_its_whole_interval(
    db: Database, interval_s: int
) -> None:
    """R4: the next claim comes in time for the slot after the lost one."""
    interval_ms = interval_s * 1000
    watcher = await add_watcher(
        db, NOW_MS, every_value=interval_s, every_unit=CadenceUnit.SECONDS, timeout_ms=interval_ms
    )
    phase_ms = (await state_of(db, watcher.id)).phase_ms
    slot = slot_at_or_before(NOW_MS, interval_ms, phase_ms) + interval_ms
    async with db.write() as session:
        row = await session.get_one(WatcherState, watcher.id)
        row.due_at = slot
    (lost,) = await claim(db, slot - CLAIM_AHEAD_MS)
    assert lost.slot == slot
    for now in range(slot, slot + 3 * interval_ms, 100):
        if taken := await claim(db, now):
            break
    assert [each.slot for each in taken] == [slot + interval_ms]
    assert (await state_of(db, watcher.id)).missed_slots == 1


async def test_a_watcher_is_claimed_a_second_ahead_for_the_slot_it_is_due_at(db: Database) -> None:
    await add_watcher(db, NOW_MS, due_at=NOW_MS + CLAIM_AHEAD_MS)
    assert await claim(db, NOW_MS - 1) == []
    (only,) = await claim(db, NOW_MS)
    assert only.slot == NOW_MS + CLAIM_AHEAD_MS


async def test_what_is_most_overdue_is_claimed_first(db: Database) -> None:
    late = await add_watcher(db, NOW_MS - 5_000)
    await add_watcher(db, NOW_MS - 1_000)
    (first,) = await claim(db, NOW_MS, limit=1)
    assert first.watcher_id == late.id


async def test_only_the_own_region_is_claimed(db: Database) -> None:
    far = await add_watcher(db, NOW_MS, region="eu-west")
    assert await claim(db, NOW_MS) == []
    assert [each.watcher_id for each in await claim(db, NOW_MS, region="eu-west")] == [far.id]


async def test_a_slot_is_always_later_than_the_last_one_recorded(db: Database) -> None:
    watcher = await add_watcher(db, NOW_MS)
    async with db.write() as session:
        row = await session.get_one(WatcherState, watcher.id)
        row.last_slot = NOW_MS + 500
    (only,) = await claim(db, NOW_MS)
    assert only.slot == NOW_MS + 501


async def test_claiming_one_watcher_ignores_its_slot_but_not_a_running_check_or_a_pause(db: Database) -> None:
    store = store_for(db)
    waiting = await add_watcher(db, NOW_MS, due_at=NOW_MS + 50_000)
    async with db.write_connection() as connection:
        taken = await store.claim_one(connection, waiting.id, NOW_MS)
        assert taken is not None
        assert taken.slot == NOW_MS
        assert await store.claim_one(connection, waiting.id, NOW_MS + 1) is None
    paused = await add_watcher(db, NOW_MS)
    async with db.write() as session:
        (await session.get_one(WatcherState, paused.id)).due_at = None
    async with db.write_connection() as connection:
        assert await store.claim_one(connection, paused.id, NOW_MS) is None


async def test_a_released_claim_is_due_at_once_and_its_fence_is_worth_nothing_after_the_next_claim(
    db: Database,
) -> None:
    store = store_for(db)
    await add_watcher(db, NOW_MS)
    (first,) = await claim(db, NOW_MS)
    fences = [(first.watcher_id, first.fence)]
    async with db.write_connection() as connection:
        assert await store.still_held(connection, fences) == [first]
        await store.release(connection, fences, NOW_MS + 10)
        assert await store.still_held(connection, fences) == []
    (second,) = await claim(db, NOW_MS + 10)
    async with db.write_connection() as connection:
        assert await store.still_held(connection, fences) == []
        await store.release(connection, fences, NOW_MS + 20)
        assert await store.still_held(connection, [(second.watcher_id, second.fence)]) == [second]


async def test_a_claim_made_ahead_and_given_back_is_made_at_its_slot_not_once_before_and_once_then(
    db: Database,
) -> None:
    watcher = await add_watcher(db, NOW_MS, due_at=NOW_MS + CLAIM_AHEAD_MS)
    (first,) = await claim(db, NOW_MS)
    async with db.write_connection() as connection:
        await store_for(db).release(connection, [(first.watcher_id, first.fence)], NOW_MS + 10)
    (second,) = await claim(db, NOW_MS + 20)
    assert (second.watcher_id, second.slot) == (watcher.id, first.slot) == (watcher.id, NOW_MS + CLAIM_AHEAD_MS)


async def test_a_claim_given_back_after_the_clock_was_set_back_is_due_at_once(db: Database) -> None:
    watcher = await add_watcher(db, NOW_MS)
    (first,) = await claim(db, NOW_MS)
    back = NOW_MS - 3_600_000
    async with db.write_connection() as connection:
        await store_for(db).release(connection, [(first.watcher_id, first.fence)], back)
    assert (await state_of(db, watcher.id)).due_at == back


async def test_a_clock_set_back_by_an_hour_does_not_stop_the_checks_for_an_hour(db: Database) -> None:
    store = store_for(db)
    watcher = await add_watcher(db, NOW_MS, due_at=NOW_MS + 60_000)
    back = NOW_MS - 3_600_000
    assert await claim(db, back) == []
    async with db.write_connection() as connection:
        assert await store.pull_back(connection, "default", back) == 1
    (only,) = await claim(db, back)
    assert only.watcher_id == watcher.id
    async with db.write_connection() as connection:
        assert await store.pull_back(connection, "default", back) == 0
