"""Planning through the real record path: who is told what, when, once; on both databases."""

from sqlalchemy import update
from sqlmodel import col, select

from healther.alerting.flapping import SHORTEST_CALM_MS
from healther.alerting.models import Delivery, DeliveryState
from healther.alerting.plan import LOOK_MS
from healther.core.clock import HOUR_MS, MINUTE_MS
from healther.history.models import StateChange
from healther.incidents.models import EntryKind, Hold, Incident
from healther.watchers.models import Flapping
from healther.watchers.states import State
from tests.support.alerting import World, acknowledge


async def test_a_failure_is_told_once_with_what_when_and_why_and_so_is_its_end(world: World) -> None:
    await world.policy((0, "mail"))
    (shop,) = await world.watchers("shop")
    await world.check([shop], State.DOWN)
    failed_at = world.now
    assert await world.turn(1_000) == 500, "others that belong to it may follow"
    assert await world.deliveries() == []
    await world.turn(600)
    (down,) = await world.deliveries()
    body = down.body
    assert (down.kind, down.channel_id, down.next_at) == ("down", world.channels["mail"], world.now)
    assert (body["title"], body["started_at"], body["first"], body["workspace"]) == ("shop", failed_at, True, "Acme")
    assert body["affected"] == [
        {
            "name": "shop",
            "target": "http://shop.example.org/",
            "state": "down",
            "reason": "nothing listens",
            "lasted_s": None,
        }
    ]  # fmt: skip
    assert body["id"] == str(down.id)
    for _ in range(3):
        await world.turn()
    assert await world.kinds() == ["down"]
    await world.check([shop], State.HEALTHY)
    back_at = world.now
    await world.turn()
    down, recovered = await world.deliveries()
    assert (recovered.kind, recovered.after_id, recovered.body["thread"]) == ("recovered", down.id, body["thread"])
    assert (recovered.body["ended_at"], recovered.body["acknowledge_link"]) == (back_at, None)
    await world.turn()
    assert await world.kinds() == ["down", "recovered"]
    told = await world.entries(EntryKind.RULE, EntryKind.NOTIFIED)
    assert [(each.kind, each.facts.get("to"), each.facts.get("message")) for each in told] == [
        ("rule", None, None), ("notified", "mail", "down"), ("notified", "mail", "recovered"),
    ]  # fmt: skip


async def test_a_thousand_watchers_down_at_once_are_one_message_a_channel(world: World) -> None:
    await world.policy((0, "mail"), (60, "phone"))
    await world.policy((0, "mail"), name="Another")
    await world.policy((0, "chat"), name="A third")
    names = [f"service {number:04}" for number in range(1_000)]
    watchers = await world.watchers(*names, url="http://{name}.test/")
    await world.check(watchers, State.DOWN)
    await world.turn()
    told = await world.deliveries()
    assert {each.channel_id for each in told} == {world.channels["mail"], world.channels["chat"]}
    assert [(each.kind, each.body["affected_count"], len(each.body["affected"])) for each in told] == [
        ("down", 1_000, 20)
    ] * 2
    (incident,) = await world.incidents()
    assert (incident.title, incident.cause_kind) == ("1000 services at the same moment are down", "region")
    assert len(await world.incidents(merged=True)) == 1_000
    await world.check(watchers, State.HEALTHY)
    await world.turn()
    assert sorted(await world.kinds()) == ["down", "down", "recovered", "recovered"]


async def test_what_shares_an_address_is_one_incident_and_what_joins_is_told(world: World) -> None:
    await world.policy((0, "mail"))
    watchers = await world.watchers(*(f"s{number}" for number in range(5)), url="http://{name}.test/")
    await world.check(watchers[:2], State.DOWN, address="10.0.0.7")
    await world.turn()
    (first,) = await world.deliveries()
    assert (first.body["title"], first.body["affected_count"]) == ("2 services on 10.0.0.7", 2)
    world.now += 10_000
    await world.check(watchers[2:], State.DOWN, address="10.0.0.7")
    await world.turn()
    (incident,) = await world.incidents()
    assert incident.title == "5 services on 10.0.0.7 are down", "they joined what people know of"
    follow_up = (await world.deliveries())[1]
    assert (follow_up.kind, follow_up.body["affected_count"], follow_up.body["first"]) == ("down", 5, False)
    assert follow_up.body["note"] == "3 more are down: s2, s3, s4."
    await world.check(watchers[:4], State.HEALTHY)
    await world.turn()
    assert await world.kinds() == ["down", "down"]
    await world.check(watchers[4:], State.HEALTHY)
    await world.turn()
    assert await world.kinds() == ["down", "down", "recovered"]
    joined = await world.entries(EntryKind.JOINED, EntryKind.DETECTED)
    assert {each.incident_id for each in joined} == {incident.id}, "their timelines are one"


async def test_worse_is_told_also_where_degraded_was_and_first_where_only_down_counts(world: World) -> None:
    await world.policy((0, "all"))
    await world.policy((0, "urgent"), changes=["down", "recovered"])
    (shop,) = await world.watchers("shop")
    await world.check([shop], State.DEGRADED)
    await world.turn()
    assert (await world.kinds("all"), await world.kinds("urgent")) == (["degraded"], [])
    await acknowledge(world.db, world.now)
    await world.check([shop], State.DOWN)
    await world.turn()
    await world.turn()
    assert (await world.kinds("all"), await world.kinds("urgent")) == (["degraded", "down"], ["down"])
    await world.check([shop], State.DEGRADED)
    await world.turn()
    await world.check([shop], State.HEALTHY)
    await world.turn()
    assert (await world.kinds("all"), await world.kinds("urgent")) == (
        ["degraded", "down", "recovered"], ["down", "recovered"],
    )  # fmt: skip


async def test_flapping_is_one_message_then_silence_until_it_settles(world: World) -> None:
    await world.policy((0, "mail"), remind_every_s=60)
    (shop,) = await world.watchers("shop")
    for state in [State.DOWN, State.HEALTHY] * 10:
        world.now += MINUTE_MS
        await world.check([shop], state)
        await world.turn()
    assert await world.kinds() == ["down", "recovered", "down", "recovered", "flapping"]
    (incident,) = [each for each in await world.incidents() if each.resolved_at is None]
    assert incident.hold == Hold.FLAPPING
    async with world.db.read() as session:
        flaps = await session.get_one(Flapping, shop)
        assert flaps.settles_at is not None
    left_ms = flaps.settles_at - world.now
    assert SHORTEST_CALM_MS - MINUTE_MS < left_ms <= SHORTEST_CALM_MS
    await world.turn(left_ms - LOOK_MS)
    assert (await world.kinds())[5:] == []
    await world.turn(LOOK_MS)
    assert (await world.kinds())[5:] == ["settled"]
    async with world.db.read() as session:
        assert (await session.exec(select(Flapping))).all() == []
        assert (await session.get_one(Incident, incident.id)).resolved_at is not None
    await world.turn(HOUR_MS)
    assert len(await world.deliveries()) == 6


async def test_what_settles_while_it_is_down_is_told_as_down(world: World) -> None:
    await world.policy((0, "mail"))
    (shop,) = await world.watchers("shop")
    for state in [*[State.DOWN, State.HEALTHY] * 3, State.DOWN]:
        world.now += MINUTE_MS
        await world.check([shop], state)
        await world.turn()
    assert (await world.kinds())[4:] == ["flapping"]
    await world.turn(SHORTEST_CALM_MS)
    assert (await world.kinds())[5:] == ["down"]
    await world.check([shop], State.HEALTHY)
    await world.turn()
    assert (await world.kinds())[6:] == ["recovered"]


async def test_after_a_restart_nothing_is_told_again(world: World) -> None:
    await world.policy((0, "mail"))
    (shop,) = await world.watchers("shop")
    await world.check([shop], State.DOWN)
    await world.turn()
    again = World(
        world.db, type(world.planner)(world.db, world.planner._links, asks_first=False), world.owner, world.workspace_id
    )
    again.now = world.now
    for _ in range(3):
        await again.turn(MINUTE_MS)
    assert await world.kinds() == ["down"]


async def test_what_was_over_before_anybody_looked_is_one_message_that_says_both(world: World) -> None:
    await world.policy((0, "mail"), (1_800, "phone"))
    shop, blog = await world.watchers("shop", "blog")
    await world.check([shop, blog], State.DOWN)
    started_at = world.now
    world.now += 20 * MINUTE_MS
    await world.check([shop], State.HEALTHY)
    await world.turn(HOUR_MS)
    by_name = {each.body["title"]: each for each in await world.deliveries()}
    assert {name: each.kind for name, each in by_name.items()} == {"shop": "recovered", "blog": "down"}
    body = by_name["shop"].body
    assert (body["started_at"], body["ended_at"] - body["started_at"]) == (started_at, 20 * MINUTE_MS)
    assert body["body"] == "It was over before anybody could be told. What was seen: nothing listens"
    assert await world.kinds("phone") == []


async def test_where_down_never_got_through_nobody_is_told_of_a_recovery(world: World) -> None:
    await world.policy((0, "mail"))
    await world.policy((0, "chat"))
    (shop,) = await world.watchers("shop")
    await world.check([shop], State.DOWN)
    await world.turn()
    async with world.db.write() as session:
        lost = update(Delivery).where(col(Delivery.channel_id) == world.channels["mail"])
        await session.exec(lost.values(state=DeliveryState.DEAD))
    await world.check([shop], State.HEALTHY)
    await world.turn()
    assert (await world.kinds("mail"), await world.kinds("chat")) == (["down"], ["down", "recovered"])
    (entry,) = await world.entries(EntryKind.NOT_NOTIFIED)
    assert (entry.facts["to"], entry.facts["why"]) == ("mail", "nothing got through when it began")


async def test_what_no_policy_covers_is_told_to_nobody_and_says_so(world: World) -> None:
    await world.policy((0, "mail"), changes=["degraded"])
    (shop,) = await world.watchers("shop")
    await world.check([shop], State.DOWN)
    await world.turn()
    await world.check([shop], State.HEALTHY)
    await world.turn()
    assert await world.deliveries() == []
    assert [each.facts["why"] for each in await world.entries(EntryKind.NOT_NOTIFIED)] == ["no policy covers it"]


async def test_every_change_is_marked_as_planned_once(world: World) -> None:
    (shop,) = await world.watchers("shop")
    await world.check([shop], State.DOWN)
    await world.turn()
    async with world.db.read() as session:
        assert (await session.exec(select(StateChange).where(col(StateChange.planned_at).is_(None)))).all() == []
    (delivery,) = await world.deliveries()
    assert delivery.kind == "down", "a workspace without a policy gets the one that mails the owner"
    async with world.db.read() as session:
        assert (await session.get_one(Delivery, delivery.id)).body["language"] == "en"
