"""What planning says is in the language of whoever reads it; what it keeps are facts, with English beside them."""

import pytest

from healther.channels.base import Message
from healther.channels.words import facts, plain, short, subject
from healther.core.clock import HOUR_MS, MINUTE_MS
from healther.incidents.models import EntryKind, Hold, Incident
from healther.watchers.models import WatcherParent
from healther.watchers.states import State
from tests.support.alerting import World


async def speaks_german(world: World) -> None:
    async with world.db.write() as session:
        world.owner.language = "de"
        await session.merge(world.owner)


async def test_an_owner_who_reads_german_is_told_in_german_throughout(world: World) -> None:
    await speaks_german(world)
    await world.policy((0, world.owner.id), (600, "phone"), name="Nacht", remind_every_s=1_800)
    watchers = await world.watchers("a", "b", url="http://10.0.0.7/{name}")
    (c,) = await world.watchers("c", url="http://10.0.0.7/{name}")
    await world.check(watchers, State.DOWN)
    await world.turn()
    await world.check([c], State.DOWN)
    await world.turn()
    await world.turn(10 * MINUTE_MS)
    await world.turn(30 * MINUTE_MS)
    await world.check([*watchers, c], State.HEALTHY)
    await world.turn()
    messages = [Message.model_validate(each.body) for each in await world.deliveries()]
    told = {(each.kind.value, subject(each), each.note) for each in messages}
    who = "3 Dienste auf 10.0.0.7"
    assert told == {
        ("down", "Ausfall: 2 Dienste auf 10.0.0.7", "Stufe 1 der Regel „Nacht“."),
        ("down", f"Ausfall: {who}", "1 weiterer Dienst ist ausgefallen: c."),
        ("escalation", f"Noch unbestätigt: {who}", "Stufe 2 der Regel „Nacht“: seit 10 min unbestätigt."),
        ("reminder", f"Noch immer: {who}", "Erinnerung der Regel „Nacht“: noch nicht bestätigt."),
        ("recovered", f"Wieder in Ordnung: {who}", None),
    }
    (incident,) = await world.incidents()
    assert incident.title == "3 services on 10.0.0.7 are down"
    assert incident.title_facts == {"how": "down", "count": 3, "cause_kind": "host", "cause": "10.0.0.7"}


async def test_why_nobody_is_told_is_kept_as_facts_with_english_beside_them(world: World) -> None:
    await world.policy((0, "mail"))
    router, shop = await world.watchers("router", "shop")
    async with world.db.write() as session:
        session.add(WatcherParent(watcher_id=shop, parent_id=router))
    await world.check([router], State.DOWN)
    await world.check([shop], State.DOWN)
    await world.turn()
    (held,) = [each for each in await world.incidents() if each.hold is not None]
    assert (held.hold, held.hold_detail) == (Hold.PARENT, "router is down")
    assert held.hold_because == {"because": "parent_is", "name": "router", "state": "down"}
    (line,) = await world.entries(EntryKind.HELD)
    assert line.facts == {"hold": "parent", "why": "router is down", "because": held.hold_because}
    await world.check([shop], State.HEALTHY)
    await world.turn()
    (line,) = [each for each in await world.entries(EntryKind.NOT_NOTIFIED) if each.incident_id == held.id]
    assert line.facts["why"] == "held back until it was over: router is down"
    assert line.facts["because"] == {"because": "held_to_the_end", "hold": held.hold_because}


async def test_a_title_from_before_facts_were_kept_stays_as_it_is_and_is_told_so(world: World) -> None:
    await speaks_german(world)
    await world.policy((0, world.owner.id))
    (shop,) = await world.watchers("shop")
    async with world.db.write() as session:
        old = Incident(
            workspace_id=world.workspace_id,
            title="shop is down",
            started_at=1,
            detected_at=1,
            resolved_at=2,
            planned_at=2,
        )
        session.add(old)
    await world.check([shop], State.DOWN)
    await world.turn()
    titles = {each.title: each.title_facts for each in await world.incidents() if each.id == old.id}
    assert titles == {"shop is down": None}


async def test_of_those_without_a_common_cause_who_is_back_is_told_without_saying_that_it_is_down(world: World) -> None:
    await world.policy((0, "hook"))
    shop, blog = await world.watchers("shop", "blog", url="http://one.example.org/{name}")
    await world.check([shop, blog], State.DOWN)
    await world.turn()
    async with world.db.write() as session:
        (incident,) = await world.incidents()
        row = await session.get_one(Incident, incident.id)
        row.title, row.title_given, row.title_facts = "Payments are down", True, None
        session.add(row)
    await world.check([shop], State.HEALTHY)
    for _ in range(3):
        await world.turn(MINUTE_MS)
    back = [each for each in await world.deliveries("hook") if each.kind == "partly_recovered"]
    assert [each.body["title"] for each in back] == ["1 of 2: “Payments are down”"]
    assert await world.kinds("hook") == ["down", "partly_recovered"]


async def test_what_looks_like_a_place_for_a_fact_in_a_name_arrives_as_it_was_typed(world: World) -> None:
    await world.policy((0, "hook"), name="{time} {policy}")
    (shop,) = await world.watchers("shop")
    await world.check([shop], State.DOWN)
    await world.turn()
    (down,) = await world.deliveries("hook")
    assert down.body["note"] == "Step 1 of the policy '{time} {policy}'."


async def missed(world: World) -> list[tuple[str | None, object]]:
    """A watcher that was down for 20 minutes while nobody planned: who is not told of it, and why."""
    (shop,) = await world.watchers("shop")
    await world.check([shop], State.DOWN)
    world.now += 20 * MINUTE_MS
    await world.check([shop], State.HEALTHY)
    await world.turn(HOUR_MS)
    lines = await world.entries(EntryKind.NOT_NOTIFIED)
    return [(each.facts.get("to"), each.facts["because"]["because"]) for each in lines]


async def test_of_what_was_over_before_its_first_step_that_is_said(world: World) -> None:
    await world.policy((1_800, "mail"))
    assert await missed(world) == [(None, "too_short")]


async def test_of_what_was_over_and_no_policy_covers_that_is_said(world: World) -> None:
    await world.policy((0, "mail"), all_watchers=False, tags=["other"])
    assert await missed(world) == [(None, "no_policy")]


async def test_of_what_was_over_and_nobody_could_be_told_each_place_says_why(world: World) -> None:
    await world.channel("mail", enabled=False)
    await world.policy((0, "mail"))
    assert await missed(world) == [("mail", "channel_off")]


@pytest.mark.parametrize(
    ("language", "head", "meaning"),
    [
        ("en", "Flapping: shop", "It comes and goes: its state has changed too often to be believed."),
        ("de", "Flattert: shop", "Mal geht es, mal nicht: Der Zustand hat zu oft gewechselt, um ihm zu glauben."),
    ],
    ids=["en", "de"],
)
async def test_what_flaps_is_told_with_what_that_means_also_in_a_healthy_moment(
    world: World, language: str, head: str, meaning: str
) -> None:
    if language == "de":
        await speaks_german(world)
    (shop,) = await world.watchers("shop", url="https://shop.example.org/")
    for state in [State.DOWN, State.HEALTHY] * 3:
        world.now += MINUTE_MS
        await world.check([shop], state)
        await world.turn()
    await world.policy((0, world.owner.id), all_watchers=True)
    await world.turn()
    told = [Message.model_validate(each.body) for each in await world.deliveries() if each.kind == "flapping"][-1]
    assert subject(told) == head
    assert [(each.name, each.state) for each in told.affected] == [("shop", "healthy")]
    lines = facts(told)
    assert lines[0].startswith("shop (https://shop.example.org/): ")
    assert lines[1].startswith(meaning)
    assert "\n".join(lines[:2]) in plain(told)
    assert short(told, 160).startswith(f"{head} - ")
    assert len(short(told, 160).partition(" - ")[2]) > len(told.link) + 20, "a text message says it, too"
