"""What is given up: nobody hears of an end without its beginning, and somebody hears of both (R2)."""

from collections.abc import Sequence
from uuid import UUID

from healther.alerting.deliver.burial import OVERTAKEN
from healther.alerting.deliver.outcome import Outcome, Result
from healther.alerting.deliver.record import Attempt, record
from healther.alerting.models import Delivery, DeliveryState
from healther.core.clock import HOUR_MS, MINUTE_MS
from healther.incidents.models import EntryKind
from healther.watchers.states import State
from tests.support.alerting import LINKS, World
from tests.support.sending import put, read

NEVER = {"days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], "starts": "00:00", "ends": "00:00"}


async def told(world: World, deliveries: Sequence[Delivery], result: Result, *, ends_channel: bool = False) -> None:
    """What became of an attempt of each of these."""
    outcome = Outcome(result, "nobody answers", ends_channel=ends_channel)
    async with world.db.write() as session:
        attempts = [Attempt(each, outcome, world.now, 1) for each in deliveries]
        assert await record(session, attempts, LINKS, world.now) == attempts


async def states(world: World, channel: str) -> list[tuple[str, str]]:
    return [(each.kind, each.state) for each in await world.deliveries(channel)]


async def goes_down(world: World, *steps: tuple[int, str], **policy: object) -> UUID:
    """A watcher goes down, and planning has told who is to hear of it; its id."""
    await world.policy(*steps, **policy)
    (shop,) = await world.watchers("shop")
    world.now += 1_000
    await world.check([shop], State.DOWN)
    await world.turn()
    return shop


async def comes_back(world: World, shop: UUID) -> None:
    world.now += HOUR_MS // 2
    await world.check([shop], State.HEALTHY)
    await world.turn()


async def test_an_end_does_not_leave_where_its_beginning_was_given_up(world: World) -> None:
    shop = await goes_down(world, (0, "first"))
    await comes_back(world, shop)
    down, _ = await world.deliveries("first")
    await told(world, [down], Result.DEAD)
    assert await states(world, "first") == [("down", "dead"), ("recovered", "cancelled")]
    lines = await world.entries(EntryKind.NOT_NOTIFIED)
    assert [(line.facts["message"], line.facts["why"]) for line in lines] == [
        ("down", "nobody answers"), ("recovered", OVERTAKEN.english),
    ]  # fmt: skip


async def test_what_is_over_by_then_is_told_elsewhere_by_one_message_that_says_both(world: World) -> None:
    shop = await goes_down(world, (0, "first"), (2 * 3600, "second"))
    await comes_back(world, shop)
    await told(world, (await world.deliveries("first"))[:1], Result.DEAD)
    (whole,) = await world.deliveries("second")
    assert (whole.kind, whole.body["first"], whole.body["acknowledge_link"]) == ("recovered", True, None)
    assert whole.body["ended_at"] is not None
    assert "over before anybody could be told here" in whole.body["body"]
    assert "nothing listens" in whole.body["body"]
    assert whole.body["note"] == "first could not be reached: nobody answers"
    assert {line.facts.get("instead") for line in await world.entries(EntryKind.NOT_NOTIFIED)} == {"second"}


async def test_while_it_lasts_the_other_channel_hears_of_its_beginning_and_then_of_its_end(world: World) -> None:
    shop = await goes_down(world, (0, "first"), (2 * 3600, "second"))
    await told(world, await world.deliveries("first"), Result.DEAD)
    (passed_on,) = await world.deliveries("second")
    assert (passed_on.kind, passed_on.body["first"]) == ("down", True)
    await comes_back(world, shop)
    assert await world.kinds("second") == ["down", "recovered"]
    assert await world.kinds("first") == ["down"]


async def test_the_end_of_what_a_channel_has_heard_of_is_told_to_nobody_who_has_not(world: World) -> None:
    shop = await goes_down(world, (0, "first"), (2 * 3600, "second"))
    await told(world, await world.deliveries("first"), Result.SENT)
    await comes_back(world, shop)
    (_, recovered) = await world.deliveries("first")
    await told(world, [recovered], Result.DEAD, ends_channel=True)
    assert await world.kinds("second") == []


async def test_an_end_leaves_where_one_of_the_messages_before_it_has_arrived(world: World) -> None:
    shop = await goes_down(world, (0, "first"), remind_every_s=600)
    await told(world, await world.deliveries("first"), Result.SENT)
    world.now += 600_000
    await world.turn()
    await comes_back(world, shop)
    _, reminder, _ = await world.deliveries("first")
    await told(world, [reminder], Result.DEAD)
    assert await states(world, "first") == [("down", "sent"), ("reminder", "dead"), ("recovered", "queued")]


async def test_late_reminders_of_what_is_over_do_not_leave(world: World) -> None:
    shop = await goes_down(world, (0, "first"), remind_every_s=600)
    world.now += 600_000
    await world.turn()
    await comes_back(world, shop)
    down, *_ = await world.deliveries("first")
    await told(world, [down], Result.DEAD)
    assert await states(world, "first") == [("down", "dead"), ("reminder", "cancelled"), ("recovered", "cancelled")]


async def test_a_message_passed_on_waits_for_the_quiet_hours_of_its_new_channel(world: World) -> None:
    await world.channel("second", quiet_hours=[NEVER])
    await goes_down(world, (0, "first"), (2 * 3600, "second"))
    await told(world, await world.deliveries("first"), Result.DEAD)
    (passed_on,) = await world.deliveries("second")
    assert passed_on.next_at > world.now


async def test_of_all_that_waits_for_a_channel_that_is_gone_the_other_gets_one_message(world: World) -> None:
    await goes_down(world, (0, "first"), (2 * 3600, "second"), remind_every_s=None)
    await world.policy((0, "first"), (60, "first"), name="Again")
    world.now += 60_000
    await world.turn()
    first = await world.deliveries("first")
    await told(world, first[:1], Result.DEAD, ends_channel=True)
    assert {state for _, state in await states(world, "first")} == {DeliveryState.DEAD}
    assert await world.kinds("second") == ["down"]


async def test_an_end_that_told_everything_by_itself_is_passed_on_as_it_is(world: World) -> None:
    await world.policy((0, "first"), (1, "second"))
    (shop,) = await world.watchers("shop")
    await world.check([shop], State.DOWN, at=world.now + 60_000)
    await world.check([shop], State.HEALTHY, at=world.now + 60_500)
    world.now += 60_500
    await world.turn()
    (whole,) = await world.deliveries()
    assert (whole.kind, whole.channel_id) == ("recovered", world.channels["first"])
    await told(world, [whole], Result.DEAD)
    (passed_on,) = await world.deliveries("second")
    assert (passed_on.kind, passed_on.body["body"]) == ("recovered", whole.body["body"])


async def dies(world: World, channel_id: UUID, *, ends_channel: bool = False) -> None:
    """A message to this channel is given up, in a batch of its own."""
    await told(world, [await read(world, await put(world, channel_id))], Result.DEAD, ends_channel=ends_channel)


async def test_owners_hear_once_an_hour_of_a_channel_that_gives_up_one_message_after_the_other(world: World) -> None:
    first, second = await world.channel("first"), await world.channel("second")

    async def notices() -> list[str]:
        return [each.body["title"] for each in await world.deliveries() if each.kind == "notice"]

    for _ in range(3):
        await dies(world, first)
        world.now += MINUTE_MS
    await dies(world, second)
    assert [each.count("first") for each in await notices()] == [1, 0]
    world.now += HOUR_MS
    await dies(world, first)
    assert len(await notices()) == 3
    # That it is switched off is news, however many of its messages were on their way.
    for _ in range(3):
        await dies(world, first, ends_channel=True)
    assert len(await notices()) == 4
