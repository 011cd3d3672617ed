"""Incidents become one, whoever is in them already and however they came there."""

from uuid import UUID

import pytest
from sqlmodel import col, select

from healther.core.clock import MINUTE_MS
from healther.incidents.models import Impact, Incident, IncidentMember
from healther.incidents.service.handling import reopen
from healther.incidents.timeline import Actor
from healther.watchers.states import State
from tests.support.alerting import START_MS, World


async def add_by_hand(world: World, incident_id: UUID, watcher_id: UUID, left_at: int | None = None) -> None:
    async with world.db.write() as session:
        session.add(
            IncidentMember(
                incident_id=incident_id, watcher_id=watcher_id, automatic=False, impact=Impact.DEGRADED,
                joined_at=START_MS, left_at=left_at,
            )
        )  # fmt: skip


async def members(world: World) -> list[IncidentMember]:
    async with world.db.read() as session:
        return list((await session.exec(select(IncidentMember).order_by(col(IncidentMember.joined_at)))).all())


async def test_a_watcher_that_somebody_had_added_by_hand_to_the_incident_that_takes_its_own_in(world: World) -> None:
    await world.policy((0, "mail"))
    shop, blog = await world.watchers("shop", "blog", url="http://one.example.org/{name}")
    await world.check([shop], State.DOWN)
    await world.turn()
    (first,) = await world.incidents()
    await add_by_hand(world, first.id, blog)
    await world.check([blog], State.DOWN)
    await world.turn()
    (incident,) = await world.incidents()
    assert incident.title == "2 services on one.example.org are down"
    assert {(each.watcher_id, each.automatic) for each in await members(world)} == {(shop, True), (blog, True)}
    await world.check([shop, blog], State.HEALTHY)
    await world.turn()
    assert await world.kinds() == ["down", "recovered"]


@pytest.mark.parametrize("left_at", [None, START_MS + 1])
async def test_a_watcher_that_is_in_several_of_those_that_become_one(world: World, left_at: int | None) -> None:
    await world.policy((0, "mail"))
    watchers = await world.watchers("a", "b", "c", "d", url="http://one.example.org/{name}")
    await world.check(watchers[:3], State.DOWN)
    by_watcher = {each.watcher_id: each.incident_id for each in await members(world)}
    for incident_id in by_watcher.values():
        await add_by_hand(world, incident_id, watchers[3], left_at)
    await add_by_hand(world, by_watcher[watchers[1]], watchers[0], left_at)
    await world.turn()
    (incident,) = await world.incidents()
    now = await members(world)
    assert {(each.incident_id, each.watcher_id) for each in now} == {(incident.id, each) for each in watchers}
    assert {each.watcher_id: each.automatic for each in now} == dict(
        zip(watchers, (True, True, True, False), strict=True)
    )
    await world.check(watchers[:3], State.HEALTHY)
    await world.turn()
    async with world.db.read() as session:
        assert (await session.get_one(Incident, incident.id)).resolved_at is not None
    assert await world.kinds() == ["down", "recovered"]


async def reopened(world: World) -> UUID:
    """A watcher whose incident was over within seconds, and is not after all, as somebody says."""
    await world.policy((0, "mail"))
    (shop,) = await world.watchers("shop", url="http://one.example.org/{name}")
    await world.check([shop], State.DOWN)
    await world.turn()
    await world.check([shop], State.HEALTHY)
    await world.turn()
    async with world.db.write() as session:
        (incident,) = (await session.exec(select(Incident))).all()
        await reopen(session, incident, Actor(None, "Ada"), "Not yet.", world.now)
    return shop


@pytest.mark.parametrize("again", [True, False])
async def test_what_fails_beside_an_incident_that_was_reopened_is_told(world: World, again: bool) -> None:
    shop = await reopened(world)
    blog = shop if again else (await world.watchers("blog", url="http://one.example.org/{name}"))[0]
    await world.check([blog], State.DOWN)
    await world.turn()
    assert await world.kinds() == ["down", "recovered", "down"]
    assert len(await world.incidents()) == 2, "the reopened one is people's"


async def test_a_policy_made_since_is_not_set_to_work_on_an_incident_that_was_reopened(world: World) -> None:
    shop = await reopened(world)
    await world.policy((0, "hook"), name="Newer")
    await world.turn(MINUTE_MS)
    await world.check([shop], State.DOWN)
    await world.turn()
    assert await world.kinds("hook") == ["down"]
