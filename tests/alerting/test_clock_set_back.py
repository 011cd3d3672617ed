"""R12: what is told, and when, after the clock was set back by an hour; on both databases."""

from uuid import UUID

from healther.alerting.joining import MANY, PACE_MS
from healther.alerting.models import Delivery
from healther.alerting.plan import Planner
from healther.core.clock import HOUR_MS, MINUTE_MS, SECOND_MS
from healther.incidents.models import EntryKind, Hold
from healther.watchers.models import WatcherParent
from healther.watchers.states import State
from tests.support.alerting import LINKS, START_MS, World

ONE_HOST = "http://10.0.0.7/{name}"


def affected(delivery: Delivery) -> tuple[str, list[str]]:
    return delivery.kind, [each["name"] for each in delivery.body["affected"]]


async def pass_time(world: World, ms: int, every_ms: int = 30 * SECOND_MS) -> None:
    """Turns as a planner at work takes them, if less often."""
    for _ in range(ms // every_ms):
        await world.turn(every_ms)


async def test_an_outage_and_its_end_in_the_hour_that_comes_again_are_told_within_seconds(world: World) -> None:
    await world.policy((0, "hook"))
    (shop,) = await world.watchers("shop")
    await world.turn()
    world.now -= HOUR_MS
    began = world.now
    await world.check([shop], State.DOWN)
    await world.turn()
    (down,) = await world.deliveries("hook")
    assert (down.kind, down.body["started_at"], down.created_at) == ("down", began, world.now)
    await world.turn(5 * MINUTE_MS)
    await world.check([shop], State.HEALTHY)
    await world.turn()
    _, recovered = await world.deliveries("hook")
    assert recovered.kind == "recovered"
    assert recovered.body["ended_at"] - began == 5 * MINUTE_MS + 2_000
    (incident,) = await world.incidents()
    assert (incident.started_at, incident.detected_at) == (began, began)
    assert [each.at for each in await world.entries()] == sorted(each.at for each in await world.entries())


async def test_an_outage_that_goes_on_across_the_step_lasts_no_negative_time_and_its_end_is_told(world: World) -> None:
    await world.policy((0, "hook"))
    (shop,) = await world.watchers("shop")
    await world.check([shop], State.DOWN)
    await world.turn()
    await pass_time(world, 10 * MINUTE_MS)
    await world.check([shop], State.DOWN)
    world.now -= HOUR_MS
    await world.turn()
    await world.check([shop], State.HEALTHY)
    await world.turn()
    assert await world.kinds("hook") == ["down", "recovered"]
    (incident,) = await world.incidents()
    assert incident.resolved_at is not None
    assert incident.resolved_at - incident.started_at == 10 * MINUTE_MS + 2_000
    kinds = [each.kind for each in await world.entries()]
    assert kinds.index(EntryKind.DETECTED) < kinds.index(EntryKind.NOTIFIED) < kinds.index(EntryKind.RESOLVED)
    assert kinds[-1] == EntryKind.NOTIFIED


async def test_next_steps_and_reminders_are_not_an_hour_late(world: World) -> None:
    await world.policy((0, "hook"), (300, "pager"), remind_every_s=1800)
    (shop,) = await world.watchers("shop")
    await world.check([shop], State.DOWN)
    await world.turn()
    await world.turn(MINUTE_MS)
    world.now -= HOUR_MS
    await pass_time(world, 6 * MINUTE_MS)
    assert await world.kinds("pager") == ["escalation"]
    await pass_time(world, 31 * MINUTE_MS)
    assert await world.kinds("pager") == ["escalation", "reminder"]


async def test_a_process_that_starts_after_the_step_waits_no_longer_than_ever_for_what_the_one_before_left(
    world: World,
) -> None:
    await world.policy((0, "hook"), (300, "pager"), remind_every_s=1800)
    (shop,) = await world.watchers("shop")
    await world.check([shop], State.DOWN)
    await world.turn()
    world.now -= HOUR_MS
    world.planner = Planner(world.db, LINKS, asks_first=False)
    await pass_time(world, 6 * MINUTE_MS)
    assert await world.kinds("pager") == ["escalation"]
    await pass_time(world, 31 * MINUTE_MS)
    assert await world.kinds("hook") == ["down", "reminder"]


async def test_a_reminder_after_the_step_is_told_though_the_one_before_bears_a_later_time(world: World) -> None:
    await world.policy((0, "hook"), remind_every_s=600)
    (shop,) = await world.watchers("shop")
    await world.check([shop], State.DOWN)
    await world.turn()
    await pass_time(world, 15 * MINUTE_MS)
    assert await world.kinds("hook") == ["down", "reminder"]
    world.now -= HOUR_MS
    await pass_time(world, 21 * MINUTE_MS)
    assert await world.kinds("hook") == ["down", *["reminder"] * 3]


async def test_who_joins_after_the_step_is_told(world: World) -> None:
    await world.policy((0, "hook"))
    a, b, c, d = await world.watchers("a", "b", "c", "d", url=ONE_HOST)
    await world.check([a, b], State.DOWN)
    await world.turn()
    world.now -= HOUR_MS
    await world.check([c], State.DOWN)
    await world.turn()
    await world.check([d], State.DOWN)
    await pass_time(world, 2 * MINUTE_MS)
    # What began before the step and what began after it are two.
    assert [affected(each) for each in (await world.deliveries("hook"))[1:]] == [("down", ["c"]), ("down", ["c", "d"])]


async def test_who_is_back_after_the_step_is_told_no_later_than_who_was_back_before_it(world: World) -> None:
    await world.policy((0, "hook"))
    a, b, c, d = await world.watchers("a", "b", "c", "d", url=ONE_HOST)
    await world.check([a, b, c, d], State.DOWN)
    await world.turn()
    await world.check([a], State.HEALTHY)
    await pass_time(world, 2 * MINUTE_MS)
    await world.check([b], State.HEALTHY)
    await world.turn()
    world.now -= HOUR_MS
    await pass_time(world, PACE_MS + MINUTE_MS)
    assert await world.kinds("hook") == ["down", "partly_recovered", "partly_recovered"]
    await world.check([c], State.HEALTHY)
    await pass_time(world, PACE_MS + MINUTE_MS)
    told = await world.deliveries("hook")
    assert [each.kind for each in told] == ["down", *["partly_recovered"] * 3]
    assert [each.created_at for each in told] == sorted(each.created_at for each in told)


async def test_one_that_joins_many_is_not_told_an_hour_late(world: World) -> None:
    await world.policy((0, "hook"))
    ids = await world.watchers(*[f"s{number:02}" for number in range(MANY + 1)], url=ONE_HOST)
    world.now -= HOUR_MS
    await world.check(ids[:MANY], State.DOWN)
    await world.turn()
    await world.check(ids[MANY:], State.DOWN)
    await pass_time(world, 3 * MINUTE_MS)
    assert [each.body["note"] for each in (await world.deliveries("hook"))[1:]] == ["1 more is down: s10."]


async def test_a_watcher_below_a_parent_that_is_well_is_not_held_for_the_hour(world: World) -> None:
    await world.policy((0, "hook"))
    parent, child = await world.watchers("router", "shop")
    async with world.db.write() as session:
        session.add(WatcherParent(watcher_id=child, parent_id=parent))
    await world.check([child], State.HEALTHY, at=START_MS - 30_000)
    world.now -= HOUR_MS
    await world.check([child], State.DOWN)
    await world.turn()
    await world.check([parent], State.HEALTHY)
    await pass_time(world, 2 * MINUTE_MS)
    assert await world.kinds("hook") == ["down"]


async def test_what_was_held_at_the_step_is_told_once_its_reason_is_gone(world: World) -> None:
    await world.policy((0, "hook"))
    parent, child = await world.watchers("router", "shop")
    async with world.db.write() as session:
        session.add(WatcherParent(watcher_id=child, parent_id=parent))
    await world.check([parent, child], State.DOWN)
    await world.turn()
    await world.turn()
    assert [each.hold for each in await world.incidents()].count(Hold.PARENT) == 1
    world.now -= HOUR_MS
    await world.turn()
    await world.check([parent], State.HEALTHY)
    await world.check([child], State.DOWN)
    await pass_time(world, 7 * MINUTE_MS)
    assert await world.kinds("hook") == ["down", "down", "recovered"]


async def test_two_ways_to_one_address_are_one_message_after_the_step_too(world: World) -> None:
    await world.channel("mail", options={"to": ["ada@example.org"]})
    await world.policy((0, "mail"))
    await world.policy((0, world.owner.id))
    (shop,) = await world.watchers("shop")
    world.now -= HOUR_MS
    await world.check([shop], State.DOWN)
    await world.turn()
    await world.check([shop], State.HEALTHY)
    await world.turn()
    assert await world.kinds() == ["down", "recovered"]


async def test_a_clock_that_was_an_hour_ahead_for_a_while_holds_nothing_back_and_tells_nothing_twice(
    world: World,
) -> None:
    await world.policy((0, "hook"))
    first, second = await world.watchers("shop", "blog")
    await world.check([first], State.DOWN)
    await world.turn()
    world.now += HOUR_MS
    await world.turn()
    await world.check([first, second], State.HEALTHY)
    await world.turn()
    await pass_time(world, 2 * MINUTE_MS)
    world.now -= HOUR_MS
    await world.check([second], State.DOWN)
    await world.turn()
    await world.turn()
    told = [affected(each) for each in await world.deliveries("hook")]
    assert told == [("down", ["shop"]), ("recovered", ["shop"]), ("down", ["blog"])]


async def test_a_watcher_that_flaps_across_the_step_settles_and_one_that_begins_after_it_is_seen(world: World) -> None:
    await world.policy((0, "hook"))
    shop, blog = await world.watchers("shop", "blog")

    async def flap(watcher: UUID, times: int) -> None:
        for number in range(times):
            await world.check([watcher], State.HEALTHY if number % 2 else State.DOWN)
            await world.turn(30 * SECOND_MS)

    await flap(shop, 7)
    assert (await world.kinds("hook"))[-1] == "flapping"
    before = len(await world.kinds("hook"))
    world.now -= HOUR_MS
    await pass_time(world, 12 * MINUTE_MS)
    # It is down, and has been for long enough to be believed.
    assert len((await world.kinds("hook"))[before:]) == 1
    before += 1
    await flap(blog, 7)
    assert (await world.kinds("hook"))[before:].count("flapping") == 1
    assert await world.kinds("hook") != []


async def test_who_waits_for_a_parent_at_the_step_waits_no_hour_for_it(world: World) -> None:
    await world.policy((0, "hook"))
    parent, child = await world.watchers("router", "shop")
    async with world.db.write() as session:
        session.add(WatcherParent(watcher_id=child, parent_id=parent))
    await world.check([child], State.DOWN)
    await world.turn()
    assert await world.kinds("hook") == []
    world.now -= HOUR_MS
    await pass_time(world, MINUTE_MS)
    assert await world.kinds("hook") == ["down"]
