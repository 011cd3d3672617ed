"""Who was told of an incident hears of each watcher that joins it and stays down; on both databases."""

from typing import Any

from healther.alerting.joining import MANY, PACE_MS
from healther.alerting.waits import LONGEST_WAIT_MS
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


async def test_the_first_that_joins_is_told_of_at_once_and_the_next_with_whoever_follows(world: World) -> None:
    await world.policy((0, "hook"), changes=["down", "recovered"])
    a, b, c, d = await world.watchers("a", "b", "c", "d", url=ONE_HOST)
    await world.check([a, b], State.DOWN)
    await world.turn()
    await world.turn(10_000)
    joined_at = world.now
    await world.check([c], State.DOWN)
    await world.turn()
    _, second = await world.deliveries("hook")
    assert told(second) == ("down", ["a", "b", "c"], "1 more is down: c.")
    assert second.created_at - joined_at <= LONGEST_WAIT_MS
    await world.check([d], State.DOWN)
    await world.turn()
    await world.check([a, b, c], State.HEALTHY)
    await world.turn()
    assert await world.kinds("hook") == ["down", "down"]
    await world.turn(WINDOW_MS)
    await world.turn(HOUR_MS)
    third, fourth = (await world.deliveries("hook"))[2:]
    assert told(third) == ("down", ["d"], "1 more is down: d.")
    assert told(fourth)[:2] == ("partly_recovered", ["a", "b", "c", "d"])
    assert third.created_at - second.body["started_at"] < 2 * MINUTE_MS
    await world.check([d], State.HEALTHY)
    await world.turn()
    assert told((await world.deliveries("hook"))[4])[:2] == ("recovered", ["a", "b", "c", "d"])


async def test_those_that_join_many_are_told_of_together_so_that_a_storm_is_one_message_at_first(world: World) -> None:
    await world.policy((0, "hook"))
    names = [f"s{number:02}" for number in range(MANY + 3)]
    ids = await world.watchers(*names, url=ONE_HOST)
    await world.check(ids[:MANY], State.DOWN)
    await world.turn()
    for each in ids[MANY:]:
        await world.check([each], State.DOWN)
        await world.turn(5_000)
    assert await world.kinds("hook") == ["down"]
    await world.turn(WINDOW_MS)
    _, second = await world.deliveries("hook")
    assert told(second)[2] == "3 more are down: s10, s11, s12."
    await world.turn(HOUR_MS)
    assert await world.kinds("hook") == ["down", "down"]


async def test_after_a_time_without_any_the_next_that_joins_is_told_of_at_once(world: World) -> None:
    await world.policy((0, "hook"))
    a, b, c, d = await world.watchers("a", "b", "c", "d", url=ONE_HOST)
    start = world.now
    await world.check([a, b], State.DOWN)
    await world.turn()
    await world.check([c], State.DOWN)
    await world.turn(10_000)
    await world.turn(WINDOW_MS)
    # Confirmed late: it began within the minute.
    await world.check([d], State.DOWN, at=start + 50_000)
    await world.turn()
    assert [told(each)[2] for each in (await world.deliveries("hook"))[1:]] == [
        "1 more is down: c.", "1 more is down: d.",
    ]  # fmt: skip


async def test_one_that_joins_those_that_stay_down_is_told_of_though_the_number_has_not_doubled(world: World) -> None:
    await world.policy((0, "hook"))
    a, b, c = await world.watchers("a", "b", "c", url=ONE_HOST)
    await world.check([a, b], State.DOWN)
    await world.turn()
    await world.turn(10_000)
    await world.check([c], State.DOWN)
    await world.turn(WINDOW_MS)
    assert told((await world.deliveries("hook"))[1]) == ("down", ["a", "b", "c"], "1 more is down: c.")


async def test_several_that_join_in_one_go_are_one_message(world: World) -> None:
    await world.policy((0, "hook"))
    a, b, c = await world.watchers("a", "b", "c", url=ONE_HOST)
    await world.check([b], State.DOWN)
    await world.turn()
    await world.turn(10_000)
    await world.check([a, c], State.DOWN)
    await world.turn(5_000)
    await world.check([a, b], State.HEALTHY)
    await world.turn(WINDOW_MS)
    assert [told(each) for each in (await world.deliveries("hook"))[1:]] == [
        ("down", ["a", "b", "c"], "2 more are down: a, c.")
    ]


async def one_is_told_of_and_one_is_back_before(world: World) -> None:
    """Of two that join an incident of two, `c` is told of and `d` is not; then all four are back."""
    a, b, c, d = await world.watchers("a", "b", "c", "d", url=ONE_HOST)
    await world.check([a, b], State.DOWN)
    await world.turn()
    await world.turn(10_000)
    await world.check([c], State.DOWN)
    await world.turn(5_000)
    await world.check([d], State.DOWN)
    await world.turn(5_000)
    await world.check([a, b, c, d], State.HEALTHY)
    await world.turn()


async def test_a_recovery_does_not_name_as_told_what_nobody_was_told_of(world: World) -> None:
    await world.policy((0, "hook"))
    await one_is_told_of_and_one_is_back_before(world)
    *_, recovered = await world.deliveries("hook")
    assert told(recovered) == ("recovered", ["a", "b", "c"], "1 more was down meanwhile, and is back: d.")
    assert (recovered.body["title"], recovered.body["affected_count"]) == ("3 services on 10.0.0.7", 3)


async def test_where_recoveries_are_not_told_the_timeline_says_who_was_never_told_of(world: World) -> None:
    await world.policy((0, "hook"), changes=["down"])
    await one_is_told_of_and_one_is_back_before(world)
    assert await world.kinds("hook") == ["down", "down"]
    (entry,) = await world.entries(EntryKind.NOT_NOTIFIED)
    assert entry.facts == {
        "to": "hook", "message": "down", "why": "it was back before those that joined were told of", "watchers": ["d"],
        "because": {"because": "joined_briefly"},
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
    assert await world.kinds("hook") == ["down"]
    await world.turn(start + WINDOW_MS - world.now)
    assert await world.kinds("hook") == ["down", "down"]
    # Confirmed late: each began within the minute.
    for watcher in watchers[25:30]:
        world.now += 5_000
        await world.check([watcher], State.DOWN, at=start + 50_000)
        await world.turn()
    assert await world.kinds("hook") == ["down", "down"]
    await world.turn(PACE_MS)
    assert [told(each)[2] for each in (await world.deliveries("hook"))[1:]] == [
        "5 more are down: s20, s21, s22, s23, s24.",
        "5 more are down: s25, s26, s27, s28, s29.",
    ]
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
