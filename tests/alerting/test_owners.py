"""The policy a workspace starts with: its owners are mailed, whoever they are when something happens."""

from uuid import UUID

from sqlmodel import col, delete, select, update

from healther.accounts.models import Membership, Role, User
from healther.alerting.models import AlertPolicy, Channel
from healther.core.clock import MINUTE_MS
from healther.incidents.models import EntryKind
from healther.watchers.states import State
from tests.support.alerting import World


async def joins(world: World, name: str, role: Role) -> UUID:
    user = User(email=f"{name.lower()}@example.org", full_name=name, hashed_password="x")
    async with world.db.write() as session:
        session.add(user)
        await session.flush()
        session.add(Membership(workspace_id=world.workspace_id, user_id=user.id, role=role))
    return user.id


async def becomes(world: World, user_id: UUID, role: Role | None) -> None:
    theirs = col(Membership.user_id) == user_id
    statement = delete(Membership) if role is None else update(Membership).values(role=role)
    async with world.db.write() as session:
        await session.exec(statement.where(theirs))


async def told(world: World) -> list[tuple[str, UUID | None]]:
    return [(each.kind, each.user_id) for each in await world.deliveries()]


async def test_owners_are_told_as_they_are_when_it_happens(world: World) -> None:
    ada = world.owner.id
    shop = await world.watchers("shop")
    await world.check(shop, State.DOWN)
    await world.turn()
    assert await told(world) == [("down", ada)]
    await world.check(shop, State.HEALTHY)
    await world.turn()
    bob, eve = await joins(world, "Bob", Role.OWNER), await joins(world, "Eve", Role.ADMIN)
    await becomes(world, ada, None)
    world.now += MINUTE_MS
    await world.check(shop, State.DOWN)
    await world.turn()
    assert (await told(world))[2:] == [("down", bob)]
    await becomes(world, eve, Role.OWNER)
    await becomes(world, bob, Role.ADMIN)
    await world.check(shop, State.HEALTHY)
    await world.turn()
    # Who was told that it is down hears of its end, owner or not; who was not, does not.
    assert (await told(world))[3:] == [("recovered", bob)]
    assert {user for _, user in (await told(world))[2:]} == {bob}


async def test_one_who_left_between_the_beginning_and_the_end_gets_nothing_more_and_the_timeline_says_so(
    world: World,
) -> None:
    shop = await world.watchers("shop")
    await joins(world, "Bob", Role.OWNER)
    await world.check(shop, State.DOWN)
    await world.turn()
    assert len(await world.deliveries()) == 2
    await becomes(world, world.owner.id, None)
    await world.check(shop, State.HEALTHY)
    await world.turn()
    assert [kind for kind, user in await told(world) if user == world.owner.id] == ["down"]
    (silent,) = await world.entries(EntryKind.NOT_NOTIFIED)
    assert silent.facts["why"] == "is no longer a member of the workspace"


async def test_the_default_policy_comes_without_a_channel_and_reminds_nobody_else(world: World) -> None:
    await world.check(await world.watchers("shop"), State.DOWN)
    await world.turn()
    async with world.db.read() as session:
        assert (await session.exec(select(Channel))).all() == []
        (policy,) = (await session.exec(select(AlertPolicy))).all()
    assert (policy.is_default, policy.steps[0]["owners"]) == (True, True)
