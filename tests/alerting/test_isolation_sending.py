"""What fails before a message leaves fails for its workspace alone: everybody else's messages leave."""

from sqlalchemy import update
from sqlmodel import col

from healther.alerting.deliver.supersede import Superseding
from healther.alerting.models import Channel, Delivery, DeliveryState
from healther.core.clock import SECOND_MS
from healther.observability.metrics import REGISTRY
from healther.watchers.states import State
from tests.support.alerting import World
from tests.support.sending import at_work, ended, put, read, webhook
from tests.support.sinks import HttpSink
from tests.support.waiting import until


def failed(loop: str) -> float:
    return REGISTRY.get_sample_value("healther_parts_failed_total", {"loop": loop}) or 0


async def test_what_came_too_late_in_one_workspace_and_cannot_be_taken_back_is_put_off_and_the_others_is_taken_back(
    world: World,
) -> None:
    other = await World.build(world.db, "other", "eve@example.org")
    for each in (world, other):
        await each.policy((0, "mail"))
        (shop,) = await each.watchers("shop")
        for state in (State.DOWN, State.HEALTHY):
            await each.check([shop], state)
            await each.turn()
    await set_body(world, {"kind": "down"})
    before, superseding = failed("take back"), Superseding(world.db)
    for _ in range(2):
        await superseding.turn(world.now)
    assert [each.state for each in await other.deliveries()] == ["cancelled", "queued"]
    assert [each.state for each in await world.deliveries()] == ["queued", "queued"]
    assert failed("take back") - before == 1, "not before its time"
    await superseding.turn(world.now + SECOND_MS)
    assert failed("take back") - before == 2


async def set_body(world: World, body: dict[str, str]) -> None:
    async with world.db.write() as session:
        ours = update(Delivery).where(col(Delivery.workspace_id) == world.workspace_id, col(Delivery.kind) == "down")
        await session.exec(ours.values(body=body))


async def test_a_channel_that_nobody_foresaw_ends_no_sender_and_the_others_messages_leave(
    world: World, sink: HttpSink
) -> None:
    other = await World.build(world.db, "other", "eve@example.org")
    channel_id = await world.channel("mail")
    delivery_id, before = await put(world, channel_id), failed("make ready to send")
    async with world.db.write() as session:
        await session.exec(update(Channel).where(col(Channel.id) == channel_id).values(options=["of", "no", "use"]))
    async with at_work(world.db) as senders:

        async def tried() -> bool:
            return failed("make ready to send") > before

        await until(tried, "it was tried")
        theirs = await put(other, await webhook(other, sink.url))
        senders.wake()
        assert (await ended(other, theirs)).state == DeliveryState.SENT
    assert (await read(world, delivery_id)).state == DeliveryState.QUEUED
