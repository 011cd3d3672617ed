"""When a message is tried again, and until when: quiet hours hold another try as well, and take nothing of its day."""

from sqlalchemy import update
from sqlmodel import col

from healther.alerting.channels import service
from healther.alerting.channels.schemas import ChannelUpdate
from healther.alerting.deliver.claim import claim
from healther.alerting.deliver.outcome import GIVE_UP_AFTER_MS, Outcome, Result
from healther.alerting.deliver.record import Attempt, record
from healther.alerting.models import Channel, Delivery, DeliveryAttempt, DeliveryState, Lane
from healther.core.clock import HOUR_MS
from healther.watchers.states import State
from tests.support.alerting import LINKS, MIDNIGHT_MS, NIGHT, SEVEN_MS, World
from tests.support.sending import ROOM, SEALER, at_work, due_now, ended, put, read, webhook
from tests.support.sinks import HttpSink
from tests.support.waiting import until
from tests.support.wire import response


async def test_a_message_that_quiet_hours_held_for_days_is_not_given_up_at_its_first_failure(
    world: World, sink: HttpSink
) -> None:
    sink.answer = response("503 Busy")
    channel_id = await webhook(world, sink.url)
    delivery_id = await put(world, channel_id)
    async with world.db.write() as session:
        queued = col(Delivery.created_at) - 2 * GIVE_UP_AFTER_MS
        await session.exec(update(Delivery).values(created_at=queued))
    async with at_work(world.db) as senders:
        for number in (1, 2):
            await due_now(world)
            senders.wake()

            async def tried(number: int = number) -> bool:
                return (await read(world, delivery_id)).attempts == number

            await until(tried, f"it was tried {number} times")
            assert (await read(world, delivery_id)).state == DeliveryState.QUEUED
        async with world.db.write() as session:
            await session.exec(update(DeliveryAttempt).values(at=col(DeliveryAttempt.at) - GIVE_UP_AFTER_MS))
        await due_now(world)
        senders.wake()
        delivery = await ended(world, delivery_id)
    assert (delivery.state, delivery.answer) == (
        DeliveryState.DEAD, "given up after 24 hours and 3 attempts: answered 503"
    )  # fmt: skip


async def test_another_try_waits_for_the_end_of_quiet_hours_too(world: World) -> None:
    channel_id = await world.channel("mail", quiet_hours=NIGHT)
    await put(world, channel_id)
    await due_now(world)
    for at, next_at in ((SEVEN_MS - 1_000, SEVEN_MS), (SEVEN_MS, SEVEN_MS + 500)):
        (claimed,) = await claim(world.db, Lane.ALERT, 1, at)
        async with world.db.write() as session:
            await record(session, [Attempt(claimed, Outcome(Result.RETRY, "busy", 500), at, 1)], LINKS, at)
            await session.exec(update(Channel).values(retry_at=None))
        assert (await read(world, claimed.id)).next_at == next_at


async def test_what_quiet_hours_hold_leaves_by_the_new_ones_when_they_are_changed(world: World) -> None:
    world.now = MIDNIGHT_MS
    channel_id = await world.channel("mail", quiet_hours=NIGHT)
    await world.policy((0, "mail"))
    (shop,) = await world.watchers("shop")
    await world.check([shop], State.DOWN)
    await world.turn()
    assert [each.next_at for each in await world.deliveries()] == [SEVEN_MS]
    shorter = [{**NIGHT[0], "ends": "06:00"}]
    for hours, next_at in ((shorter, SEVEN_MS - HOUR_MS), ([], world.now)):
        async with world.db.write() as session:
            channel = await service.load_channel(session, world.workspace_id, channel_id, for_update=True)
            body = ChannelUpdate.model_validate({"quiet_hours": hours})
            await service.edit_channel(session, channel, body, SEALER, ROOM, world.now)
        assert [each.next_at for each in await world.deliveries()] == [next_at]
