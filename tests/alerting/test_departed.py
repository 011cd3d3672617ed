"""Whoever was told of several hears of each whether it recovered, or is not watched any more; on both databases."""

from typing import Any

from sqlalchemy import update

from healther.accounts.models import User
from healther.alerting.joining import RETURN_WAIT_MS
from healther.channels.base import Message
from healther.channels.words import plain, subject
from healther.incidents.departed import departed_of
from healther.incidents.models import EntryKind
from healther.incidents.service.reading import list_members
from healther.watchers.states import State
from tests.support.alerting import World
from tests.support.incidents import pause, remove, resume

ONE_HOST = "http://10.0.0.7/{name}"


async def last_message(world: World, channel: str | None = "hook") -> Message:
    return Message.model_validate((await world.deliveries(channel))[-1].body)


async def several_go_down(world: World, *names: str) -> list[Any]:
    watchers = await world.watchers(*names, url=ONE_HOST)
    await world.check(watchers, State.DOWN)
    await world.turn()
    return watchers


async def test_one_that_is_paused_is_not_told_as_recovered(world: World) -> None:
    await world.policy((0, "hook"))
    a1, a2 = await several_go_down(world, "a1", "a2")
    await pause(world.db, a1, world.now)
    await world.turn()
    await world.check([a2], State.HEALTHY)
    await world.turn()
    over = await last_message(world)
    assert subject(over) == "Recovered: 1 of 2 services on 10.0.0.7"
    assert over.body == "No longer watched: a1."
    assert "a1 (http://10.0.0.7/a1): paused\n" in plain(over), "nobody knows after what time it was over"


async def test_one_that_was_deleted_is_named_as_not_watched_any_more(world: World) -> None:
    await world.policy((0, "hook"))
    a1, a2, a3 = await several_go_down(world, "a1", "a2", "a3")
    await remove(world.db, a1, world.now)
    await world.turn()
    await world.check([a2, a3], State.HEALTHY)
    await world.turn()
    over = await last_message(world)
    assert subject(over) == "Recovered: 2 of 3 services on 10.0.0.7"
    assert over.body == "No longer watched: a1."
    assert [each.name for each in over.affected] == ["a2", "a3"]


async def test_one_of_two_that_was_deleted_while_nobody_but_it_is_left_is_named_too(world: World) -> None:
    await world.policy((0, "hook"))
    a1, a2 = await several_go_down(world, "a1", "a2")
    await pause(world.db, a1, world.now)
    await remove(world.db, a2, world.now)
    await world.turn()
    over = await last_message(world)
    assert subject(over) == "No longer watched: 2 services on 10.0.0.7"
    assert over.body.endswith("paused or deleted it.\nNo longer watched: a2.")


async def test_in_german_it_says_the_same(world: World) -> None:
    async with world.db.write() as session:
        await session.exec(update(User).values(language="de"))
    await world.policy((0, world.owner.id))
    a1, a2, a3 = await several_go_down(world, "a1", "a2", "a3")
    await pause(world.db, a1, world.now)
    await remove(world.db, a3, world.now)
    await world.check([a2], State.HEALTHY)
    await world.turn()
    over = await last_message(world, None)
    assert subject(over) == "Wieder in Ordnung: 1 von 3 Dienste auf 10.0.0.7"
    assert over.body == "Nicht mehr überwacht: a1, a3."


async def test_who_has_not_heard_of_one_does_not_hear_that_it_was_deleted(world: World) -> None:
    await world.policy((0, "hook"))
    a1, a2 = await world.watchers("a1", "a2", url=ONE_HOST)
    await world.check([a1, a2], State.DOWN)
    await remove(world.db, a1, world.now)
    await world.turn()
    await world.check([a2], State.HEALTHY)
    await world.turn()
    assert [subject(Message.model_validate(each.body)) for each in await world.deliveries("hook")] == [
        "Down: a2", "Recovered: a2",
    ]  # fmt: skip
    assert (await last_message(world)).body == ""


async def test_while_it_goes_on_those_that_are_back_are_counted_among_all_that_were_told(world: World) -> None:
    await world.policy((0, "hook"))
    a1, a2, _ = await several_go_down(world, "a1", "a2", "a3")
    await remove(world.db, a1, world.now)
    await world.check([a2], State.HEALTHY)
    await world.turn()
    await world.turn(RETURN_WAIT_MS)
    assert subject(await last_message(world)) == "Partly recovered: 1 of 3 services on 10.0.0.7"


async def test_one_that_is_watched_again_and_not_checked_yet_has_not_recovered(world: World) -> None:
    await world.policy((0, "hook"))
    a1, a2 = await several_go_down(world, "a1", "a2")
    await pause(world.db, a1, world.now)
    await resume(world.db, a1, world.now)
    await world.check([a2], State.HEALTHY)
    await world.turn()
    over = await last_message(world)
    assert (subject(over), over.body) == ("Recovered: 1 of 2 services on 10.0.0.7", "")
    assert "a1 (http://10.0.0.7/a1): not checked yet\n" in plain(over)


async def test_the_timeline_knows_who_left_and_of_deleted_ones_what_they_were_called(world: World) -> None:
    a1, a2, a3 = await several_go_down(world, "a1", "a2", "a3")
    await pause(world.db, a1, world.now)
    await remove(world.db, a2, world.now)
    await world.check([a3], State.HEALTHY)
    (incident,) = await world.incidents()
    async with world.db.read() as session:
        left = (await departed_of(session, [incident.id]))[incident.id]
    assert sorted((each.name, each.deleted) for each in left) == [("a1", False), ("a2", True)]
    assert [each.facts["why"] for each in await world.entries(EntryKind.LEFT)] == ["paused", "deleted"]


async def test_of_those_that_left_the_list_of_members_says_which_are_not_watched_any_more(world: World) -> None:
    a1, a2, _ = await several_go_down(world, "a1", "a2", "a3")
    await pause(world.db, a1, world.now)
    await resume(world.db, a1, world.now + 1_000)
    await world.check([a2], State.HEALTHY)
    (incident,) = await world.incidents()
    async with world.db.read() as session:
        found = (await list_members(session, incident.id, cursor=None, limit=10)).items
    assert [(each.name, each.left_at is None, each.unwatched) for each in found] == [
        ("a1", False, True), ("a2", False, False), ("a3", True, False),
    ]  # fmt: skip


async def test_for_how_long_one_was_wrong_that_was_paused_meanwhile_is_left_unsaid(world: World) -> None:
    await world.policy((0, "hook"))
    a1, a2 = await several_go_down(world, "a1", "a2")
    await pause(world.db, a1, world.now)
    await world.turn(20_000)
    await resume(world.db, a1, world.now)
    await world.check([a1], State.DOWN)
    await world.turn()
    world.now += 17_000
    await world.check([a1, a2], State.HEALTHY)
    await world.turn()
    over = await last_message(world)
    assert subject(over) == "Recovered: 2 services on 10.0.0.7"
    assert "a1 (http://10.0.0.7/a1): healthy\n" in plain(over), "not after the 19 s since it was resumed"
    assert "a2 (http://10.0.0.7/a2): healthy after 41 s" in plain(over)
