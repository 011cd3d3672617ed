"""What is over is told as over, whenever a channel that failed comes back; on both databases."""

from collections.abc import Sequence
from types import SimpleNamespace
from uuid import UUID

import pytest
from sqlalchemy import update
from sqlmodel import col

from healther.alerting.deliver.claim import LEASE_MS, claim
from healther.alerting.deliver.outcome import Outcome, Result
from healther.alerting.deliver.record import Attempt, record
from healther.alerting.deliver.supersede import Superseding
from healther.alerting.models import Channel, Delivery, DeliveryState, Lane
from healther.alerting.planner.over import SUPERSEDED
from healther.channels.base import Message
from healther.channels.words import subject
from healther.core import clock
from healther.core.clock import HOUR_MS, MINUTE_MS
from healther.incidents.models import EntryKind
from healther.watchers.states import State
from tests.support.alerting import LINKS, World, acknowledge
from tests.support.history import counted_statements
from tests.support.incidents import pause, remove
from tests.support.sending import at_work, due_now, ended, webhook
from tests.support.sinks import HttpSink
from tests.support.waiting import until
from tests.support.wire import response

FAILURE, SENT = Outcome(Result.RETRY, "answered 503", 5_000), Outcome(Result.SENT, "ok")


async def tried(world: World, deliveries: Sequence[Delivery], outcome: Outcome = FAILURE) -> None:
    """What became of an attempt of each of these."""
    async with world.db.write() as session:
        attempts = [Attempt(each, outcome, world.now, 1) for each in deliveries]
        assert await record(session, attempts, LINKS, world.now) == attempts


async def shown(world: World, channel: str = "hook") -> list[tuple[str, str]]:
    return [(each.kind, each.state) for each in await world.deliveries(channel)]


async def goes_down(world: World, *steps: tuple[int, str], **policy: object) -> UUID:
    await world.policy(*(steps or [(0, "hook")]), **policy)
    (shop,) = await world.watchers("shop")
    world.now += 1_000
    await world.check([shop], State.DOWN)
    await world.turn()
    return shop


async def comes_back(world: World, *watchers: UUID) -> None:
    world.now += MINUTE_MS // 2
    await world.check(watchers, State.HEALTHY)
    await world.turn()
    await Superseding(world.db).turn(world.now)


@pytest.mark.parametrize("broken", ["503 Busy", "429 Too Many Requests"])
async def test_a_channel_that_comes_back_when_it_is_over_is_told_both_in_one(
    world: World, sink: HttpSink, broken: str
) -> None:
    sink.answer = response(broken)
    world.channels["hook"] = await webhook(world, sink.url)
    shop = await goes_down(world)
    await due_now(world)
    async with at_work(world.db) as senders:

        async def refused() -> bool:
            return bool(sink.requests) and (await world.deliveries("hook"))[0].attempts == 1

        await until(refused, "it was refused once")
        world.now += MINUTE_MS
        await world.check([shop], State.HEALTHY)
        await world.turn()
        down, recovered = await world.deliveries("hook")
        assert (await ended(world, down.id)).answer == SUPERSEDED.english
        sink.answer = response(body=b"ok")
        await due_now(world)
        senders.wake()
        assert (await ended(world, recovered.id)).state == DeliveryState.SENT
    (incident,) = await world.incidents()
    assert [each.json["kind"] for each in sink.requests] == ["down", "recovered"]
    told = sink.requests[1].json
    assert (told["id"], told["first"]) == (str(recovered.id), True)
    assert told["started_at"] < told["ended_at"]
    assert "It was over before anybody could be told here. What was seen: nothing listens" in told["text"]
    assert recovered.body["ended_at"] == incident.resolved_at
    (line,) = await world.entries(EntryKind.NOT_NOTIFIED)
    assert line.facts == {"to": "hook", "message": "down", "delivery": str(down.id), **SUPERSEDED.facts}


async def test_what_is_over_while_an_attempt_is_under_way_is_told_both_when_that_has_failed(world: World) -> None:
    shop = await goes_down(world)
    (down,) = await claim(world.db, Lane.ALERT, 1, world.now)
    await comes_back(world, shop)
    assert await shown(world) == [("down", "queued"), ("recovered", "queued")], "it may arrive"
    await tried(world, [down])
    await Superseding(world.db).turn(world.now)
    assert await shown(world) == [("down", "cancelled"), ("recovered", "queued")]
    assert (await world.deliveries("hook"))[1].body["first"] is True


async def test_a_process_killed_while_it_sent_does_not_leave_a_beginning_behind(world: World) -> None:
    shop = await goes_down(world)
    await claim(world.db, Lane.ALERT, 1, world.now)
    await comes_back(world, shop)
    await Superseding(world.db).turn(world.now + LEASE_MS)
    assert await shown(world) == [("down", "cancelled"), ("recovered", "queued")]


async def test_what_arrived_at_last_is_followed_by_its_end_as_it_is(world: World) -> None:
    shop = await goes_down(world)
    (down,) = await claim(world.db, Lane.ALERT, 1, world.now)
    await comes_back(world, shop)
    await tried(world, [down], SENT)
    await Superseding(world.db).turn(world.now)
    _, recovered = await world.deliveries("hook")
    assert (recovered.body["first"], recovered.body["body"]) == (False, "")


async def test_while_it_lasts_it_is_tried_again(world: World) -> None:
    await goes_down(world)
    await tried(world, await world.deliveries("hook"))
    world.now += 20 * HOUR_MS
    await Superseding(world.db).turn(world.now)
    assert await shown(world) == [("down", "queued")]


async def test_late_reminders_and_escalations_are_dropped_and_who_knows_hears_the_end_alone(world: World) -> None:
    shop = await goes_down(world, (0, "hook"), (300, "phone"), remind_every_s=600)
    await tried(world, await world.deliveries("hook"), SENT)
    for after_ms in (300_000, 600_000):
        await world.turn(after_ms)
    await tried(world, [each for each in await world.deliveries() if each.state == DeliveryState.QUEUED])
    await comes_back(world, shop)
    assert await shown(world) == [("down", "sent"), ("reminder", "cancelled"), ("recovered", "queued")]
    assert (await world.deliveries("hook"))[2].body["body"] == ""
    assert await shown(world, "phone") == [
        ("escalation", "cancelled"), ("reminder", "cancelled"), ("recovered", "queued"),
    ]  # fmt: skip
    assert "What was seen: nothing listens" in (await world.deliveries("phone"))[2].body["body"]
    lines = await world.entries(EntryKind.NOT_NOTIFIED)
    assert sorted((line.facts["to"], line.facts["message"]) for line in lines) == [
        ("hook", "reminder"), ("phone", "escalation"), ("phone", "reminder"),
    ]  # fmt: skip
    assert {line.facts["why"] for line in lines} == {SUPERSEDED.english}


async def test_an_escalation_that_failed_is_dropped_when_somebody_takes_it_on(world: World) -> None:
    await goes_down(world, (0, "hook"), (300, "phone"))
    await tried(world, await world.deliveries("hook"), SENT)
    await world.turn(300_000)
    await tried(world, await world.deliveries("phone"))
    await acknowledge(world.db, world.now)
    await world.turn()
    assert await shown(world, "phone") == [("escalation", "cancelled")]


async def test_who_joined_and_was_not_told_of_is_named_at_the_end(world: World) -> None:
    await world.policy((0, "hook"))
    a, b, c = await world.watchers("a", "b", "c", url="http://10.0.0.7/{name}")
    await world.check([a, b], State.DOWN)
    await world.turn()
    await tried(world, await world.deliveries("hook"), SENT)
    await world.turn(10_000)
    await world.check([c], State.DOWN)
    await world.turn(80_000)
    await tried(world, (await world.deliveries("hook"))[1:])
    await comes_back(world, a, b, c)
    assert await shown(world) == [("down", "sent"), ("down", "cancelled"), ("recovered", "queued")]
    assert "1 more is down: c." in (await world.deliveries("hook"))[2].body["body"]


async def test_that_some_are_back_is_not_told_where_nothing_had_got_through(world: World) -> None:
    await world.policy((0, "hook"))
    a, b = await world.watchers("a", "b", url="http://10.0.0.7/{name}")
    await world.check([a, b], State.DOWN)
    await world.turn()
    await tried(world, await world.deliveries("hook"))
    await world.check([b], State.HEALTHY)
    await world.turn()
    await world.turn(90_000)
    await comes_back(world, a)
    assert await shown(world) == [("down", "cancelled"), ("partly_recovered", "cancelled"), ("recovered", "queued")]


async def test_a_place_that_hears_of_no_recoveries_hears_once_of_what_it_would_have_heard(world: World) -> None:
    shop = await goes_down(world, changes=["down"])
    await tried(world, await world.deliveries("hook"))
    await comes_back(world, shop)
    await Superseding(world.db).turn(world.now)
    assert await shown(world) == [("down", "cancelled"), ("recovered", "queued")]
    whole = (await world.deliveries("hook"))[1].body
    assert (whole["first"], whole["acknowledge_link"]) == (True, None)
    assert whole["ended_at"] == (await world.incidents())[0].resolved_at
    assert [(each["name"], each["state"], each["reason"]) for each in whole["affected"]] == [("shop", "healthy", None)]


async def test_what_nobody_has_tried_yet_behind_a_channel_that_fails_is_told_both_too(world: World) -> None:
    shop = await goes_down(world)
    async with world.db.write() as session:
        resting = {"failures": 9, "retry_at": world.now + HOUR_MS}
        await session.exec(update(Channel).where(col(Channel.id) == world.channels["hook"]).values(resting))
    await comes_back(world, shop)
    assert await shown(world) == [("down", "cancelled"), ("recovered", "queued")]


async def test_what_nobody_watches_any_more_is_not_told_as_recovered_where_recoveries_are_not_told(
    world: World,
) -> None:
    shop = await goes_down(world, changes=["down"])
    await tried(world, await world.deliveries("hook"))
    await pause(world.db, shop, world.now)
    await world.turn()
    await Superseding(world.db).turn(world.now)
    assert await shown(world) == [("down", "cancelled"), ("unwatched", "queued")]
    over = (await world.deliveries("hook"))[1].body["body"]
    assert over.startswith("It was over before anybody could be told here.")
    assert over.endswith("It is no longer watched: whoever watched it paused or deleted it.")


async def test_of_several_it_names_those_that_nobody_watches_any_more(world: World) -> None:
    await world.policy((0, "hook"), changes=["down"])
    a1, a2, a3 = await world.watchers("a1", "a2", "a3", url="http://10.0.0.7/{name}")
    await world.check([a1, a2, a3], State.DOWN)
    await world.turn()
    await tried(world, await world.deliveries("hook"))
    await pause(world.db, a1, world.now)
    await remove(world.db, a3, world.now)
    await comes_back(world, a2)
    over = Message.model_validate((await world.deliveries("hook"))[1].body)
    assert subject(over) == "Recovered: 1 of 3: 3 services on 10.0.0.7"
    assert over.body.endswith("No longer watched: a1, a3.")


async def test_while_what_is_queued_waits_for_hours_the_senders_do_not_ask_what_is_over(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "time", SimpleNamespace(time_ns=lambda: world.now * 1_000_000))
    await goes_down(world)
    await tried(world, await world.deliveries("hook"), Outcome(Result.RETRY, "answered 503", 5 * HOUR_MS))
    with counted_statements(world.db) as statements:
        async with at_work(world.db) as senders:
            looks = 0

            async def looked_again() -> bool:
                nonlocal looks
                senders.wake()
                looks = sum("min(" in each for each in statements)
                return looks >= 3

            await until(looked_again, "they have looked several times")
    assert [each for each in statements if "incident" in each] == []
