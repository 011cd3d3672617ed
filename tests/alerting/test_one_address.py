"""One message an address: whoever is reached by several places of a policy is mailed once."""

from uuid import UUID

from sqlmodel import col, update

from healther.accounts.models import User
from healther.core.clock import MINUTE_MS
from healther.incidents.models import EntryKind
from healther.watchers.states import State
from tests.support.alerting import MIDNIGHT_MS, NIGHT, World

ADA = "Ada@example.org"


async def told(world: World) -> list[tuple[str, UUID | None]]:
    """Every message, and the person it goes to; None = by a channel."""
    return [(each.kind, each.user_id) for each in await world.deliveries()]


async def both(world: World, **channel: object) -> list[UUID]:
    """A policy that names Ada's channel and, in another policy, Ada; a watcher, down."""
    await world.channel("Ada's mail", options={"to": [ADA]}, **channel)
    await world.policy((0, "Ada's mail"), (600, world.owner.id), remind_every_s=600)
    await world.policy((0, world.owner.id))
    shop = await world.watchers("shop")
    await world.check(shop, State.DOWN)
    await world.turn()
    return shop


async def test_a_person_who_reads_a_channel_too_is_mailed_once_and_the_timeline_says_why(world: World) -> None:
    shop = await both(world)
    assert await told(world) == [("down", None)]
    (silent,) = await world.entries(EntryKind.NOT_NOTIFIED)
    assert silent.facts["to"] == "Ada"
    assert silent.facts["why"] == "Ada's mail brings it to the same address"
    # What is another message goes there: nobody has acknowledged.
    await world.turn(10 * MINUTE_MS)
    assert (await told(world))[1:] == [("escalation", world.owner.id)]
    await world.turn(10 * MINUTE_MS)
    assert (await told(world))[2:] == [("reminder", None)]
    await world.check(shop, State.HEALTHY)
    await world.turn()
    assert (await told(world))[3:] == [("recovered", None)]


async def test_quiet_hours_of_a_channel_keep_nothing_from_a_person(world: World) -> None:
    world.now = MIDNIGHT_MS
    await both(world, quiet_hours=NIGHT)
    assert await told(world) == [("down", None), ("down", world.owner.id)]


async def test_a_channel_that_fails_or_gave_up_keeps_nothing_from_a_person(world: World) -> None:
    await both(world, failures=1)
    assert await told(world) == [("down", None), ("down", world.owner.id)]


async def test_a_channel_of_several_is_told_though_one_of_them_knows(world: World) -> None:
    await world.policy((0, world.owner.id))
    await world.channel("team", options={"to": [ADA, "bob@example.org"]})
    await world.policy((0, "team"))
    await world.check(await world.watchers("shop"), State.DOWN)
    await world.turn()
    assert await told(world) == [("down", world.owner.id), ("down", None)]


async def test_who_moved_to_another_address_is_mailed_there(world: World) -> None:
    async with world.db.write() as session:
        await session.exec(update(User).where(col(User.id) == world.owner.id).values(email="ada@elsewhere.example"))
    await both(world)
    assert await told(world) == [("down", None), ("down", world.owner.id)]
