"""Nobody is told of what has a known reason, and of what is still wrong when it has gone; one planner decides."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

import pytest
from sqlalchemy import delete
from sqlmodel import col

from healther.alerting.outbox import queue
from healther.alerting.plan import Planner
from healther.alerting.planner import tell as telling
from healther.channels._colours import is_over
from healther.channels.base import Message
from healther.channels.words import plain, subject
from healther.core.clock import MINUTE_MS
from healther.core.db import Database
from healther.incidents.models import EntryKind, Hold
from healther.maintenance.models import MaintenanceCover, MaintenanceWindow
from healther.monitoring.removal import delete_watchers
from healther.watchers.models import WatcherParent, WatcherState
from healther.watchers.states import State
from tests.support.alerting import LINKS, START_MS, World
from tests.support.incidents import pause


async def family(world: World, size: int) -> tuple[list[UUID], list[UUID]]:
    """A router, and what depends on it."""
    parents = await world.watchers("router")
    children = await world.watchers(*(f"child {number:02}" for number in range(size)), url="http://{name}.test/")
    async with world.db.write() as session:
        session.add_all(WatcherParent(watcher_id=child, parent_id=parents[0]) for child in children)
    return parents, children


async def test_a_parent_that_is_down_suppresses_its_thirty_children_and_those_still_down_are_told_then(
    world: World,
) -> None:
    await world.policy((0, "mail"))
    router, children = await family(world, 30)
    await world.check([*router, *children], State.DOWN)
    await world.turn()
    (down,) = await world.deliveries()
    assert (down.body["title"], down.body["affected_count"]) == ("router", 1)
    held = [each for each in await world.incidents() if each.hold is not None]
    assert {(each.hold, each.hold_detail) for each in held} == {(Hold.PARENT, "router is down")}
    assert len(held) == len(await world.entries(EntryKind.HELD)) == 30
    await world.turn(MINUTE_MS)
    await world.check(router, State.HEALTHY)
    await world.turn()
    assert await world.kinds() == ["down", "recovered"], "the children have not been checked since"
    await world.check(children[:27], State.HEALTHY)
    await world.check(children[27:], State.DOWN)
    await world.turn()
    late = (await world.deliveries())[2:]
    assert sorted((each.kind, each.body["title"]) for each in late) == [
        ("down", "child 27"), ("down", "child 28"), ("down", "child 29"),
    ]  # fmt: skip
    assert len(await world.entries(EntryKind.NOT_NOTIFIED)) == 27


async def test_a_child_waits_until_its_parent_was_looked_at_which_happens_at_once(world: World) -> None:
    await world.policy((0, "mail"))
    router, children = await family(world, 2)
    await world.check(children, State.DOWN)
    await world.turn()
    assert await world.deliveries() == []
    async with world.db.read() as session:
        assert (await session.get_one(WatcherState, router[0])).due_at == world.now
    await world.check(router, State.DOWN)
    await world.turn()
    assert [each.body["title"] for each in await world.deliveries()] == ["router"]


@pytest.mark.parametrize("heard", ["by a policy", "in maintenance", "by nobody", "by a channel that is switched off"])
async def test_a_parent_of_which_nobody_would_hear_excuses_nobody(world: World, heard: str) -> None:
    await world.channel("off", enabled=False)
    await world.policy((0, "mail"), enabled=False)
    router, children = await family(world, 1)
    await world.policy((0, "mail"), all_watchers=False, watcher_ids=[str(children[0])])
    if heard == "by a policy":
        await world.policy((0, "other"), all_watchers=False, watcher_ids=[str(router[0])])
    elif heard == "in maintenance":
        await cover(world, router[0])
    elif heard == "by a channel that is switched off":
        await world.policy((0, "off"))
    await world.check([*router, *children], State.DOWN)
    await world.turn()
    assert await world.kinds("mail") == ([] if heard in ("by a policy", "in maintenance") else ["down"])


async def cover(world: World, *watchers: UUID) -> None:
    """In a window that has begun."""
    async with world.db.write() as session:
        window = MaintenanceWindow(
            workspace_id=world.workspace_id, title="New switch", starts_at=START_MS, all_watchers=True
        )
        session.add(window)
        await session.flush()
        session.add_all(MaintenanceCover(watcher_id=each, window_id=window.id, since=START_MS) for each in watchers)


async def test_a_parent_that_is_well_excuses_nobody(world: World) -> None:
    await world.policy((0, "mail"))
    router, children = await family(world, 1)
    await world.check(children, State.DOWN)
    world.now += 500
    await world.check(router, State.HEALTHY)
    await world.turn()
    assert [each.body["title"] for each in await world.deliveries()] == ["child 00"]


async def test_a_parent_nobody_can_look_at_is_not_waited_for_longer_than_half_a_minute(world: World) -> None:
    await world.policy((0, "mail"))
    _, children = await family(world, 1)
    await world.check(children, State.DOWN)
    for _ in range(9):
        await world.turn(3_000)
    assert await world.deliveries() == []
    await world.turn(4_000)
    assert await world.kinds() == ["down"]


async def test_in_maintenance_nobody_is_told_and_what_is_still_down_at_its_end_is(world: World) -> None:
    await world.policy((0, "mail"), remind_every_s=60)
    shop, blog, till = await world.watchers("shop", "blog", "till")
    await world.check([till], State.DOWN)
    await world.turn()
    await cover(world, shop, blog, till)
    await world.check([shop, blog], State.DOWN)
    await world.turn()
    await world.turn(5 * MINUTE_MS)
    assert await world.kinds() == ["down"], "reminders of what was told before wait too"
    await world.check([blog, till], State.HEALTHY)
    await world.turn()
    assert [(each.kind, each.body["title"]) for each in await world.deliveries()][1:] == [("recovered", "till")]
    async with world.db.write() as session:
        await session.exec(delete(MaintenanceCover).where(col(MaintenanceCover.watcher_id).is_not(None)))
    await world.turn()
    assert [(each.kind, each.body["title"]) for each in await world.deliveries()][2:] == [("down", "shop")]
    why = [each.facts["why"] for each in await world.entries(EntryKind.NOT_NOTIFIED)]
    assert why == ["held back until it was over: New switch"]
    released = await world.entries(EntryKind.RELEASED)
    assert [each.facts["why"] for each in released] == ["New switch"]


@pytest.fixture
async def other_db(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    yield database
    await database.close()


async def test_two_planners_at_once_tell_once(world: World, other_db: Database) -> None:
    await world.policy((0, "mail"), (0, "chat"))
    watchers = await world.watchers(*(f"s{number}" for number in range(20)), url="http://{name}.test/")
    others = [Planner(other_db, LINKS, asks_first=False) for _ in range(2)]
    for state in (State.DOWN, State.HEALTHY):
        await world.check(watchers, state)
        world.now += 2_000
        for _ in range(2):
            await asyncio.gather(*(each.turn(world.now) for each in (world.planner, *others)))
        world.now += MINUTE_MS
    assert sorted(await world.kinds("mail")) == ["down", "recovered"]
    assert len([each for each in await world.incidents(merged=True) if each.merged_into_id]) == 19


async def test_a_turn_that_ends_half_way_has_decided_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await world.policy((0, "mail"), (60, "chat"))
    await world.policy((0, "phone"), name="Another")
    watchers = await world.watchers("shop", "blog", url="http://{name}.test/")
    await world.check(watchers, State.DOWN, address="10.0.0.7")
    queued = 0

    async def killed(*args: object, **kwargs: object) -> object:
        nonlocal queued
        queued += 1
        if queued == 2:
            raise KeyboardInterrupt
        return await queue(*args, **kwargs)

    monkeypatch.setattr(telling.outbox, "queue", killed)
    with pytest.raises(KeyboardInterrupt):
        await world.turn()
    assert (await world.deliveries(), len(await world.incidents())) == ([], 2)
    assert {each.planned_at for each in await world.incidents()} == {None}
    assert await world.entries(EntryKind.JOINED, EntryKind.NOTIFIED) == []
    monkeypatch.undo()
    await world.turn()
    assert [(each.kind, each.body["affected_count"]) for each in await world.deliveries()] == [("down", 2), ("down", 2)]


async def test_what_is_no_longer_watched_is_over_and_the_message_says_why(world: World) -> None:
    await world.policy((0, "mail"))
    (shop,) = await world.watchers("shop")
    await world.check([shop], State.DOWN)
    await world.turn()
    await delete_watchers(world.db, [shop], world.now)
    await world.turn()
    down, over = await world.deliveries()
    assert (down.kind, over.kind, over.body["title"]) == ("down", "unwatched", "shop")
    assert over.body["body"].startswith("It is no longer watched")


async def test_what_is_paused_while_it_is_down_is_no_longer_watched_and_not_recovered(world: World) -> None:
    await world.policy((0, "mail"))
    shop, blog = await world.watchers("shop", "blog", url="http://one.example.org/{name}")
    await world.check([shop, blog], State.DOWN)
    await world.turn()
    for each in (shop, blog):
        await pause(world.db, each, world.now)
    await world.turn()
    _, over = await world.deliveries()
    message = Message.model_validate(over.body)
    assert subject(message) == "No longer watched: 2 services on one.example.org"
    assert "shop (http://one.example.org/shop): paused" in plain(message)
    assert "ecovered" not in plain(message)
    assert is_over(message), "a pager closes its alert"
    assert subject(message.model_copy(update={"language": "de"})).startswith("Nicht mehr überwacht: ")
