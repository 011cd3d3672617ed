"""Time in which slots were missed is unknown, and says so wherever it is told (D2)."""

import pytest
from sqlmodel import col, select

from healther.core.db import Database
from healther.history.ledger import GAP_GRACE_MS
from healther.history.models import StateChange
from healther.monitoring.settle import NOT_WATCHED
from healther.watchers.states import State
from tests.support.results import INTERVAL_MS, START_MS, check
from tests.support.watchers import add_watcher, spans_of, state_of

U, H, D = State.UNKNOWN, State.HEALTHY, State.DOWN


async def changes(db: Database) -> list[tuple[State, State, int, str | None, str | None, State | None]]:
    async with db.read() as session:
        rows = await session.exec(select(StateChange).order_by(col(StateChange.id)))
        return [
            (State(each.from_state), State(each.to_state), each.at, each.reason, each.message, each.last_known)
            for each in rows
        ]


async def due_of(db: Database, watcher_id: object) -> int:
    due_at = (await state_of(db, watcher_id)).due_at  # type: ignore[arg-type]
    assert due_at is not None
    return due_at


async def test_one_missed_slot_is_unknown_from_that_slot_on(db: Database) -> None:
    watcher = await add_watcher(db, START_MS)
    await check(db, watcher.id, START_MS, H)
    due = await due_of(db, watcher.id)
    back_at = due + INTERVAL_MS
    await check(db, watcher.id, back_at, H)
    assert await spans_of(db, watcher.id) == [(H, START_MS, due), (U, due, back_at), (H, back_at, None)]


@pytest.mark.parametrize("late_ms", [0, 1_000, GAP_GRACE_MS])
async def test_a_check_that_is_only_late_leaves_no_gap(db: Database, late_ms: int) -> None:
    watcher = await add_watcher(db, START_MS)
    await check(db, watcher.id, START_MS, H)
    await check(db, watcher.id, await due_of(db, watcher.id) + late_ms, H)
    assert await spans_of(db, watcher.id) == [(H, START_MS, None)]


async def test_what_was_down_before_and_after_is_told_as_down_unknown_down_with_its_reason(db: Database) -> None:
    watcher = await add_watcher(db, START_MS)
    for at in (START_MS, START_MS + 1_000, START_MS + 2_000):
        await check(db, watcher.id, at, H if at == START_MS else D)
    due = await due_of(db, watcher.id)
    back_at = due + 5 * INTERVAL_MS
    await check(db, watcher.id, back_at, D)
    assert (await changes(db))[1:] == [
        (H, D, START_MS + 1_000, "connect_refused", "refused", H),
        (D, U, due, None, NOT_WATCHED, D),
        (U, D, back_at, "connect_refused", "refused", D),
    ]
    row = await state_of(db, watcher.id)
    assert (row.state, row.since, row.last_reason) == (D, back_at, "connect_refused")


async def test_what_broke_while_nobody_watched_is_confirmed_before_it_is_called_down(db: Database) -> None:
    watcher = await add_watcher(db, START_MS)
    await check(db, watcher.id, START_MS, H)
    due = await due_of(db, watcher.id)
    back_at = due + 5 * INTERVAL_MS
    await check(db, watcher.id, back_at, D)
    assert (await state_of(db, watcher.id)).state == U
    assert await due_of(db, watcher.id) < back_at + INTERVAL_MS
    await check(db, watcher.id, back_at + 6_000, D)
    assert [(was, now, at, known) for was, now, at, _, _, known in (await changes(db))[1:]] == [
        (H, U, due, H),
        (U, D, back_at, H),
    ]
    assert await spans_of(db, watcher.id) == [(H, START_MS, due), (U, due, back_at), (D, back_at, None)]
