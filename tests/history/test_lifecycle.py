"""What pausing, resuming and deleting mean for the schedule and the ledger."""

from uuid import UUID

import pytest
from sqlmodel import func, select

from healther.core.clock import HOUR_MS, MINUTE_MS
from healther.core.db import Database
from healther.history import lifecycle
from healther.history.ledger import GAP_GRACE_MS
from healther.history.models import Span, healthevent
from healther.monitoring import removal
from healther.monitoring.removal import delete_watchers
from healther.watchers.models import ServiceWatcher, WatcherState
from healther.watchers.states import State
from tests.support.api import Api, Json, Person
from tests.support.watchers import add_watcher, spans_of, state_of

T0 = 1_795_000_000_000 // HOUR_MS * HOUR_MS


async def watched(db: Database, state: State, known_until: int) -> UUID:
    """A watcher in `state` since a minute after T0, with a check under way and a failure to confirm."""
    watcher = await add_watcher(db, T0)
    async with db.write() as session:
        await lifecycle.switch_span(session, watcher.id, state, T0 + MINUTE_MS)
        row = await lifecycle.lock_hot_row(session, watcher.id)
        row.state, row.since, row.known_until = state, T0 + MINUTE_MS, known_until
        row.fence, row.lease_slot, row.down_run, row.down_since = 7, T0, 1, T0 + 2 * MINUTE_MS
        session.add(row)
    return watcher.id


async def pause(db: Database, watcher_id: UUID, at_ms: int) -> WatcherState:
    async with db.write() as session:
        await lifecycle.pause(session, await lifecycle.lock_hot_row(session, watcher_id), at_ms)
    return await state_of(db, watcher_id)


async def test_a_pause_ends_what_was_known_and_the_check_under_way(db: Database) -> None:
    at = T0 + 10 * MINUTE_MS
    watcher_id = await watched(db, State.DOWN, known_until=at + 1)
    row = await pause(db, watcher_id, at)
    assert (row.state, row.since, row.due_at, row.known_until) == (State.PAUSED, at, None, None)
    assert (row.fence, row.lease_slot, row.down_run, row.down_since) == (8, None, 0, None)
    assert row.last_known == State.DOWN, "whoever was told of it is told when it is over"
    assert await spans_of(db, watcher_id) == [
        (State.UNKNOWN, T0, T0 + MINUTE_MS),
        (State.DOWN, T0 + MINUTE_MS, at),
        (State.UNKNOWN, at, None),
    ]


async def test_a_pause_after_nobody_watched_does_not_claim_that_time_was_known(db: Database) -> None:
    known_until = T0 + 5 * MINUTE_MS
    watcher_id = await watched(db, State.HEALTHY, known_until)
    at = known_until + GAP_GRACE_MS + 1
    row = await pause(db, watcher_id, at)
    assert row.since == at
    assert (await spans_of(db, watcher_id))[1:] == [
        (State.HEALTHY, T0 + MINUTE_MS, known_until),
        (State.UNKNOWN, known_until, None),
    ]


async def test_a_pause_with_the_clock_set_back_makes_no_span_that_ends_before_it_began(db: Database) -> None:
    watcher_id = await watched(db, State.HEALTHY, T0 + 2 * MINUTE_MS)
    row = await pause(db, watcher_id, T0)
    assert row.since == T0 + MINUTE_MS
    assert await spans_of(db, watcher_id) == [
        (State.UNKNOWN, T0, T0 + MINUTE_MS),
        (State.UNKNOWN, T0 + MINUTE_MS, None),
    ]


async def test_resuming_is_due_at_once_and_pending_while_the_ledger_stays_unknown(db: Database) -> None:
    at = T0 + 10 * MINUTE_MS
    watcher_id = await watched(db, State.DOWN, at)
    await pause(db, watcher_id, at)
    async with db.write() as session:
        row = await lifecycle.lock_hot_row(session, watcher_id)
        lifecycle.resume(row, at + MINUTE_MS)
        session.add(row)
    row = await state_of(db, watcher_id)
    assert (row.state, row.since, row.due_at) == (State.PENDING, at + MINUTE_MS, at + MINUTE_MS)
    assert (row.fence, row.last_known) == (9, State.DOWN)
    assert (await spans_of(db, watcher_id))[-1] == (State.UNKNOWN, at, None)


@pytest.mark.parametrize("at", [T0 - 5, T0])
async def test_a_span_that_would_be_empty_is_replaced(db: Database, at: int) -> None:
    watcher = await add_watcher(db, T0)
    async with db.write() as session:
        await lifecycle.switch_span(session, watcher.id, State.DOWN, at)
    assert await spans_of(db, watcher.id) == [(State.DOWN, T0, None)]


@pytest.fixture
async def ada(api: Api) -> Person:
    return await api.person("ada")


@pytest.fixture
async def shop(ada: Person) -> Json:
    return await ada.watcher(await ada.workspace())


async def test_pause_and_resume_through_the_api_may_be_repeated(api: Api, ada: Person, shop: Json) -> None:
    path = f"/workspaces/{shop['workspace_id']}/watchers/{shop['id']}"
    paused = [(await ada.post(f"{path}/pause")).json() for _ in range(2)]
    assert paused[0]["state"] == "paused"
    assert paused[0]["next_check_at"] is None
    assert paused[0]["paused_at"] is not None
    assert paused[1] == paused[0]
    api.waker.woken.clear()
    resumed = [(await ada.post(f"{path}/resume")).json() for _ in range(2)]
    assert resumed[0]["state"] == "pending"
    assert resumed[0]["paused_at"] is None
    assert resumed[1] == resumed[0]
    assert api.waker.woken == [UUID(shop["id"])]


async def test_an_edit_of_a_paused_watcher_does_not_wake_it(api: Api, ada: Person, shop: Json) -> None:
    path = f"/workspaces/{shop['workspace_id']}/watchers/{shop['id']}"
    await ada.post(f"{path}/pause")
    api.waker.woken.clear()
    assert (await ada.patch(path, {"url": "http://127.0.0.1:10/"})).json()["next_check_at"] is None
    assert api.waker.woken == []


async def test_deleting_a_watcher_leaves_nothing_of_it(
    api: Api, ada: Person, shop: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(removal, "EVENTS_AT_ONCE", 10)
    other = await ada.watcher(shop["workspace_id"])
    async with api.db.write() as session:
        for watcher in (shop, other):
            rows = [{"watcher_id": UUID(watcher["id"]), "slot": n, "created_at": n, "status": 1} for n in range(25)]
            await session.exec(healthevent.insert(), params=rows)
    path = f"/workspaces/{shop['workspace_id']}/watchers/{shop['id']}"
    assert (await ada.delete(path)).status_code == 204
    assert (await ada.get(path)).status_code == 404
    assert (await ada.delete(path)).status_code == 404
    async with api.db.read() as session:
        for table in (ServiceWatcher, WatcherState, Span):
            assert (await session.exec(select(func.count()).select_from(table))).one() == 1
        assert (await session.exec(select(healthevent.c.watcher_id).distinct())).all() == [UUID(other["id"])]


async def test_a_deletion_that_was_cut_short_is_finished_by_the_next_one(
    api: Api, ada: Person, shop: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    class PowerCutError(Exception):
        pass

    async def cut(*_: object) -> bool:
        raise PowerCutError

    path = f"/workspaces/{shop['workspace_id']}/watchers/{shop['id']}"
    with monkeypatch.context() as patch:
        patch.setattr(lifecycle, "delete_events", cut)
        with pytest.raises(PowerCutError):
            await delete_watchers(api.db, [UUID(shop["id"])], T0)
    assert (await ada.get(path)).json()["state"] == "paused", "no check runs into a half-deleted watcher"
    assert (await ada.delete(path)).status_code == 204
