"""Who was told of an incident hears of each watcher that joins it and stays down; on both databases."""

from typing import Any

from healther.alerting.joining import PACE_MS
from healther.core.clock import HOUR_MS, MINUTE_MS
from healther.incidents.models import EntryKind
from healther.watchers.states import State
from tests.support.alerting import World, acknowledge

ONE_HOST = "http://10.0.0.7/{name}"
WINDOW_MS = 75_000


def told(delivery: Any) -> tuple[str, list[str], str | None]:  # noqa: ANN401 - a row
    """What kind of message it is, whom it names, and what it says beside."""
    body = delivery.body
    return delivery.kind, [each["name"] for each in body["affected"]], body["note"]


async def test_one_that_joins_is_told_of_when_those_told_of_before_are_back(world: World) -> None:
    await world.policy((0, "hook"), changes=["down", "recovered"])
    a, b, c = await world.watchers("a", "b", "c", url=ONE_HOST)
    await world.check([a, b], State.DOWN)
    await world.turn()
    await world.turn(10_000)
    await world.check([c], State.DOWN)
    await world.turn(10_000)
    await world.check([a, b], State.HEALTHY)
    await world.turn()
    assert await world.kinds("hook") == ["down"]
    await world.turn(WINDOW_MS)
    await world.turn(HOUR_MS)
    first, second, third = await world.deliveries("hook")
    assert told(first)[:2] == ("down", ["a", "b"])
    assert told(second) == ("down", ["c"], "1 more is down: c.")
    assert told(third)[:2] == ("partly_recovered", ["a", "b", "c"])
    assert second.created_at - first.body["started_at"] < 2 * MINUTE_MS
    await world.check([c], State.HEALTHY)
    await world.turn()
    assert told((await world.deliveries("hook"))[3])[:2] == ("recovered", ["a", "b", "c"])


async def test_one_that_joins_those_that_stay_down_is_told_of_though_the_number_has_not_doubled(world: World) -> None:
    await world.policy((0, "hook"))
    a, b, c = await world.watchers("a", "b", "c", url=ONE_HOST)
    await world.check([a, b], State.DOWN)
    await world.turn()
    await world.turn(10_000)
    await world.check([c], State.DOWN)
    await world.turn(WINDOW_MS)
    assert told((await world.deliveries("hook"))[1]) == ("down", ["a", "b", "c"], "1 more is down: c.")


async def test_one_left_of_a_number_that_had_trebled_is_told_of(world: World) -> None:
    await world.policy((0, "hook"))
    a, b, c = await world.watchers("a", "b", "c", url=ONE_HOST)
    await world.check([b], State.DOWN)
    await world.turn()
    await world.turn(10_000)
    await world.check([a, c], State.DOWN)
    await world.turn(5_000)
    await world.check([a, b], State.HEALTHY)
    await world.turn(WINDOW_MS)
    assert [told(each) for each in (await world.deliveries("hook"))[1:]] == [("down", ["c"], "1 more is down: c.")]


async def test_a_recovery_does_not_name_as_told_what_nobody_was_told_of(world: World) -> None:
    await world.policy((0, "hook"))
    a, b, c = await world.watchers("a", "b", "c", url=ONE_HOST)
    await world.check([a, b], State.DOWN)
    await world.turn()
    await world.turn(10_000)
    await world.check([c], State.DOWN)
    await world.turn(5_000)
    await world.check([a, b, c], State.HEALTHY)
    await world.turn()
    _, recovered = await world.deliveries("hook")
    assert told(recovered) == ("recovered", ["a", "b"], "1 more was down meanwhile, and is back: c.")
    assert (recovered.body["title"], recovered.body["affected_count"]) == ("2 services on 10.0.0.7", 2)


async def test_where_recoveries_are_not_told_the_timeline_says_who_was_never_told_of(world: World) -> None:
    await world.policy((0, "hook"), changes=["down"])
    a, b, c = await world.watchers("a", "b", "c", url=ONE_HOST)
    await world.check([a, b], State.DOWN)
    await world.turn()
    await world.turn(10_000)
    await world.check([c], State.DOWN)
    await world.turn(5_000)
    await world.check([a, b, c], State.HEALTHY)
    await world.turn()
    assert await world.kinds("hook") == ["down"]
    (entry,) = await world.entries(EntryKind.NOT_NOTIFIED)
    assert entry.facts == {
        "to": "hook", "message": "down", "why": "it was back before those that joined were told of", "watchers": ["c"]
    }  # fmt: skip


async def test_each_place_hears_of_one_that_joins_once_also_where_a_later_step_has_named_it(world: World) -> None:
    await world.policy((0, "hook"), (30, "phone"))
    await world.policy((0, "hook"), name="Another")
    a, b, c = await world.watchers("a", "b", "c", url=ONE_HOST)
    await world.check([a, b], State.DOWN)
    await world.turn()
    await world.turn(10_000)
    await world.check([c], State.DOWN)
    await world.turn(5_000)
    await world.turn(20_000)
    await world.turn(WINDOW_MS)
    await world.turn(HOUR_MS)
    assert await world.kinds("hook") == ["down", "down"]
    assert [told(each)[:2] for each in await world.deliveries("phone")] == [("escalation", ["a", "b", "c"])]


async def test_one_that_joins_what_somebody_is_on_is_told_to_the_first_step_alone(world: World) -> None:
    await world.policy((0, "hook"), (10, "phone"))
    a, b, c = await world.watchers("a", "b", "c", url=ONE_HOST)
    await world.check([a, b], State.DOWN)
    await world.turn()
    await world.turn(12_000)
    await acknowledge(world.db, world.now)
    await world.check([c], State.DOWN)
    await world.turn(5_000)
    await world.turn(WINDOW_MS)
    await world.turn(PACE_MS)
    assert await world.turn() is None, "nothing more waits"
    assert (await world.kinds("hook"), await world.kinds("phone")) == (["down", "down"], ["escalation"])


async def test_those_that_join_one_after_the_other_are_a_few_messages_at_most(world: World) -> None:
    await world.policy((0, "hook"))
    watchers = await world.watchers(*(f"s{number:02}" for number in range(40)), url=ONE_HOST)
    start = world.now
    await world.check(watchers[:20], State.DOWN)
    await world.turn()
    for watcher in watchers[20:25]:
        world.now += 5_000
        await world.check([watcher], State.DOWN)
        await world.turn()
    await world.turn(start + WINDOW_MS - world.now)
    assert await world.kinds("hook") == ["down", "down"]
    # Confirmed late: each began within the minute.
    for watcher in watchers[25:30]:
        world.now += 5_000
        await world.check([watcher], State.DOWN, at=start + 50_000)
        await world.turn()
    assert await world.kinds("hook") == ["down", "down"]
    await world.turn(PACE_MS)
    third = (await world.deliveries("hook"))[2]
    assert told(third)[2] == "5 more are down: s25, s26, s27, s28, s29."
    await world.turn(HOUR_MS)
    assert len(await world.deliveries("hook")) == 3


async def test_who_comes_back_and_fails_again_is_not_told_of_as_one_more(world: World) -> None:
    await world.policy((0, "hook"))
    a, b = await world.watchers("a", "b", url=ONE_HOST)
    await world.check([a, b], State.DOWN)
    await world.turn()
    await world.turn(10_000)
    await world.check([a], State.HEALTHY)
    await world.turn(5_000)
    await world.check([a], State.DOWN)
    await world.turn(WINDOW_MS)
    await world.turn(HOUR_MS)
    assert await world.kinds("hook") == ["down"]
    assert len(await world.incidents()) == 1
