"""What fails in one workspace is put off and tried again; nobody else waits for it. What is deleted during a turn is
no failure at all."""

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Executable, delete, text, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from structlog.testing import capture_logs

from healther.accounts.models import Workspace
from healther.alerting.deliver import supersede
from healther.alerting.deliver.supersede import Superseding
from healther.alerting.models import AlertPolicy, AlertRun, Channel, Delivery
from healther.alerting.outbox import queue
from healther.alerting.planner import flaps, workspace
from healther.alerting.planner import tell as telling
from healther.alerting.planner.desk import Desk
from healther.alerting.planner.merge import merge_cases
from healther.alerting.planner.situation import Case
from healther.core.clock import MINUTE_MS, SECOND_MS
from healther.core.db import Database
from healther.core.ids import new_id
from healther.incidents.lock import lock_incidents
from healther.maintenance.covers import Covers, wanted_covers
from healther.maintenance.models import MaintenanceCover, MaintenanceWindow
from healther.maintenance.occurrences import Occurrence
from healther.monitoring import maintenance_turn
from healther.monitoring.maintenance_turn import isolated, take_turns
from healther.monitoring.removal import delete_watchers
from healther.observability.metrics import REGISTRY
from healther.status_pages.models import StatusPage, StatusPageIncident
from healther.watchers.states import State
from tests.support.alerting import LINKS, START_MS, World
from tests.support.waiting import until


class Beside:
    """Somebody who writes during a turn: done at once, or as soon as the turn lets them."""

    def __init__(self, db: Database, statement: Executable) -> None:
        self._db, self._statement = db, statement
        self._doing: asyncio.Task[None] | None = None

    async def begin(self) -> None:
        if self._doing is None:
            self._doing = asyncio.create_task(self._do())
            await until(self._tried, "it is done, or waits for the turn")

    async def end(self) -> None:
        assert self._doing is not None
        await asyncio.wait_for(self._doing, 20)

    async def _do(self) -> None:
        async with self._db.write() as session:
            await session.exec(self._statement)

    async def _tried(self) -> bool:
        assert self._doing is not None
        query = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        async with self._db.read() as session:
            waits = (await session.exec(text(query))).first()
        return self._doing.done() or waits is not None


Running = Sequence[tuple[MaintenanceWindow, Occurrence]]


def failed(loop: str) -> float:
    return REGISTRY.get_sample_value("healther_parts_failed_total", {"loop": loop}) or 0


@pytest.fixture
async def postgres_worlds(postgres_url: str) -> AsyncIterator[tuple[World, Database]]:
    """A workspace on PostgreSQL, where others write meanwhile, and a second way to it."""
    db, other = Database(postgres_url), Database(postgres_url)
    yield await World.build(db), other
    await db.close()
    await other.close()


async def test_a_workspace_that_cannot_be_planned_is_put_off_and_the_others_hear_of_theirs(world: World) -> None:
    other = await World.build(world.db, "other", "eve@example.org")
    await world.policy((0, "mail"))
    await other.policy((0, "mail"))
    (shop,), (blog,) = await world.watchers("shop"), await other.watchers("blog")
    for each, watcher in ((world, shop), (other, blog)):
        await each.check([watcher], State.DOWN)
    await set_quiet_hours(world, [{"starts": "whenever"}])
    before, now = failed("plan"), world.now + 2 * SECOND_MS
    await world.planner.turn(now)
    assert (await world.kinds(), await other.kinds()) == ([], ["down"])
    assert (failed("plan") - before, world.planner.failing) == (1, 1)
    await world.planner.turn(now + 500)
    assert failed("plan") - before == 1, "not before its time"
    await world.planner.turn(now + SECOND_MS)
    assert failed("plan") - before == 2
    await other.check([blog], State.HEALTHY, at=now + 1_500)
    await set_quiet_hours(world, [])
    assert await world.planner.turn(now + 2 * SECOND_MS) == SECOND_MS, "twice as long"
    assert (await world.kinds(), await other.kinds()) == ([], ["down", "recovered"])
    await world.planner.turn(now + 3 * SECOND_MS)
    assert (await world.kinds(), world.planner.failing) == (["down"], 0)


async def set_quiet_hours(world: World, hours: list[dict[str, str]]) -> None:
    async with world.db.write() as session:
        of_mail = update(Channel).where(col(Channel.id) == world.channels["mail"])
        await session.exec(of_mail.values(quiet_hours=hours))


async def test_a_policy_stored_without_what_its_steps_leave_out_is_read_as_what_they_mean(world: World) -> None:
    mail, phone = await world.channel("mail"), await world.channel("phone")
    await world.policy((0, "chat"), name="Another")
    broken = await world.policy((0, "mail"))
    steps: list[dict[str, object]] = [
        {"channel_ids": [str(mail)]},
        {"after_s": 60, "channel_ids": ["not-an-id"]},
        {"after_s": 120, "channel_ids": [str(phone)], "whom": "of a version to come"},
    ]
    async with world.db.write() as session:
        await session.exec(update(AlertPolicy).where(col(AlertPolicy.id) == broken).values(steps=steps))
    (shop,) = await world.watchers("shop")
    await world.check([shop], State.DOWN)
    await world.turn()
    assert (await world.kinds("mail"), await world.kinds("chat")) == (["down"], ["down"])
    with capture_logs() as logs:
        await world.turn(2 * MINUTE_MS)
    assert await world.kinds("phone") == ["escalation"], "in its own place, on time"
    assert ("error", steps[1]) in [(line["log_level"], line.get("step")) for line in logs]


@pytest.mark.parametrize("table", [Channel, AlertPolicy])
async def test_a_channel_or_policy_that_is_deleted_during_a_turn_is_gone_after_it(
    postgres_worlds: tuple[World, Database], table: type[Channel] | type[AlertPolicy], monkeypatch: pytest.MonkeyPatch
) -> None:
    world, other = postgres_worlds
    await world.policy((0, "mail"), (60, "chat"))
    await world.policy((0, "phone"), name="Another")
    (shop,) = await world.watchers("shop")
    await world.check([shop], State.DOWN)
    beside = Beside(other, delete(table))

    async def queued(session: AsyncSession, **what: Any) -> Delivery:  # noqa: ANN401 - the arguments of `queue`
        await beside.begin()
        return await queue(session, **what)

    monkeypatch.setattr(telling.outbox, "queue", queued)
    await world.turn()
    await beside.end()
    async with world.db.read() as session:
        left = [
            (await session.exec(select(each))).all() for each in (table, Delivery if table is Channel else AlertRun)
        ]
    assert left == [[], []]
    await world.turn()


async def test_a_workspace_that_is_deleted_before_what_came_too_late_is_taken_back_ends_no_sender(
    postgres_worlds: tuple[World, Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    world, other = postgres_worlds
    await world.policy((0, "mail"))
    (shop,) = await world.watchers("shop")
    for state in (State.DOWN, State.HEALTHY):
        await world.check([shop], state)
        await world.turn()
    beside = Beside(other, delete(Workspace))

    async def locked(connection: AsyncConnection, workspace_ids: Collection[UUID]) -> None:
        await beside.begin()
        await beside.end()
        await lock_incidents(connection, workspace_ids)

    monkeypatch.setattr(supersede, "lock_incidents", locked)
    await Superseding(world.db).turn(world.now)
    assert await world.deliveries() == []


async def test_a_flapping_watcher_that_was_deleted_since_it_was_read_settles_nothing(world: World) -> None:
    async with world.db.write() as session:
        desk = Desk(session, await session.get_one(Workspace, world.workspace_id), LINKS, world.now, asks_first=False)
        assert not await flaps.settle(desk, {new_id(): START_MS})


async def test_a_page_that_is_deleted_as_what_it_told_of_becomes_one_is_gone(
    postgres_worlds: tuple[World, Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    world, other = postgres_worlds
    watchers = await world.watchers("a", "b", url="http://one.example.org/{name}")
    await world.check(watchers, State.DOWN)
    async with world.db.write() as session:
        page = StatusPage(workspace_id=world.workspace_id, slug="acme-status", title="Acme")
        session.add(page)
        await session.flush()
        told = (await world.incidents())[1]
        session.add(StatusPageIncident(page_id=page.id, incident_id=told.id, created_at=START_MS))
    beside = Beside(other, delete(StatusPage))

    async def merged(desk: Desk, cases: Sequence[Case]) -> list[Case]:
        left = await merge_cases(desk, cases)
        await beside.begin()
        return left

    monkeypatch.setattr(workspace, "merge_cases", merged)
    await world.turn()
    await beside.end()
    async with world.db.read() as session:
        assert (await session.exec(select(StatusPageIncident))).all() == []


async def open_window(world: World, **columns: object) -> None:
    async with world.db.write() as session:
        session.add(
            MaintenanceWindow(
                workspace_id=world.workspace_id, title="New switch", starts_at=START_MS, all_watchers=True,
                next_turn_at=START_MS, **columns,
            )
        )  # fmt: skip


async def covered(world: World) -> set[UUID]:
    async with world.db.read() as session:
        return set((await session.exec(select(MaintenanceCover.watcher_id))).all())


async def test_a_watcher_that_is_deleted_as_maintenance_begins_has_none_and_the_others_have(
    postgres_worlds: tuple[World, Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    world, other = postgres_worlds
    shop, blog = await world.watchers("shop", "blog")
    await open_window(world)

    async def wanted(connection: AsyncConnection, workspace_id: UUID, running: Running) -> Covers:
        covers = await wanted_covers(connection, workspace_id, running)
        await delete_watchers(other, [blog], world.now)
        return covers

    monkeypatch.setattr(maintenance_turn, "wanted_covers", wanted)
    assert await take_turns(world.db, START_MS) == 1
    assert await covered(world) == {shop}


async def test_maintenance_of_a_workspace_that_fails_is_put_off_and_the_others_have_theirs(world: World) -> None:
    other = await World.build(world.db, "other", "eve@example.org")
    await world.watchers("shop")
    (blog,) = await other.watchers("blog")
    await open_window(world, duration_ms=60_000, rrule="FREQ=NEVER")
    await open_window(other)
    alone, before = isolated(), failed("maintenance")
    assert await take_turns(world.db, START_MS, alone) == 1
    assert await covered(world) == {blog}
    assert await take_turns(world.db, START_MS + 500, alone) == 0
    assert failed("maintenance") - before == 1
    async with world.db.write() as session:
        await session.exec(update(MaintenanceWindow).values(rrule=None))
    assert await take_turns(world.db, START_MS + SECOND_MS, alone) == 1
