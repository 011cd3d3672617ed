"""Who was told of an incident of several hears who of them is back while it goes on; on both databases."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from healther.alerting.joining import PACE_MS, RETURN_WAIT_MS, returns_at
from healther.channels.base import Message
from healther.channels.words import plain, subject
from healther.core.clock import HOUR_MS, MINUTE_MS
from healther.incidents.models import EntryKind, IncidentMember
from healther.watchers.states import State
from tests.support.alerting import MIDNIGHT_MS, NIGHT, SEVEN_MS, World, acknowledge
from tests.support.incidents import pause

ONE_HOST = "http://10.0.0.7/{name}"
BACK_AFTER_MS = 2 * MINUTE_MS + 20_000


def told(delivery: Any) -> tuple[str, str]:  # noqa: ANN401 - a row
    return delivery.kind, delivery.body["title"]


async def five_of_which_four_are_back(world: World) -> tuple[Any, ...]:
    """Shop, Body, Refused and Search are down and TLS is degraded; all but TLS are healthy 2 min 20 s later."""
    shop, body, refused, slow, tls = await world.watchers("Shop", "Body", "Refused", "Slow", "TLS", url=ONE_HOST)
    await world.check([shop, body, refused, tls], State.DOWN)
    await world.check([slow], State.DEGRADED, at=world.now + 1)
    await world.turn(10_000)
    world.now += BACK_AFTER_MS - 10_000
    await world.check([shop, body, refused, slow], State.HEALTHY)
    await world.turn()
    return shop, body, refused, slow, tls


async def test_four_of_five_that_are_back_are_told_while_one_stays_down(world: World) -> None:
    await world.policy((0, "hook"), changes=["down", "recovered"])
    *_, tls = await five_of_which_four_are_back(world)
    (down,) = await world.deliveries("hook")
    assert told(down) == ("down", "4 services on 10.0.0.7, 1 degraded")
    await world.turn(RETURN_WAIT_MS)
    _, partly = await world.deliveries("hook")
    assert told(partly) == ("partly_recovered", "4 of 5 services on 10.0.0.7")
    message = Message.model_validate(partly.body)
    assert subject(message) == "Partly recovered: 4 of 5 services on 10.0.0.7"
    said = plain(message)
    assert "Shop (http://10.0.0.7/Shop): healthy after 2 min 20 s" in said
    assert "TLS (http://10.0.0.7/TLS): down - nothing listens" in said
    assert message.ended_at is None
    assert message.acknowledge_link is not None

    await world.turn(HOUR_MS)
    assert len(await world.kinds("hook")) == 2, "told once"
    await world.check([tls], State.HEALTHY)
    await world.turn()
    recovered = (await world.deliveries("hook"))[2]
    assert told(recovered) == ("recovered", "5 services on 10.0.0.7")
    said = plain(Message.model_validate(recovered.body))
    assert "Shop (http://10.0.0.7/Shop): healthy after 2 min 20 s" in said
    assert "TLS (http://10.0.0.7/TLS): healthy after 1 h 3 min" in said


async def test_the_title_follows_who_is_still_wrong_and_of_what_is_over_names_all(world: World) -> None:
    await world.policy((0, "hook"))
    *_, tls = await five_of_which_four_are_back(world)
    (incident,) = await world.incidents()
    assert incident.title == "TLS is down"
    await world.check([tls], State.DEGRADED)
    await world.turn()
    assert (await world.incidents())[0].title == "TLS is degraded"
    await world.check([tls], State.HEALTHY)
    await world.turn()
    assert (await world.incidents())[0].title == "5 services on 10.0.0.7 have problems"


async def test_a_title_follows_how_things_are_and_says_in_the_end_what_was_worst(world: World) -> None:
    await world.policy((0, "hook"))
    (shop,) = await world.watchers("Shop")
    titles: list[str] = []
    for state in (State.DOWN, State.DEGRADED, State.HEALTHY):
        await world.check([shop], state)
        await world.turn()
        titles.append((await world.incidents())[0].title)
    assert titles == ["Shop is down", "Shop is degraded", "Shop is down"]


async def test_all_that_are_back_within_the_wait_are_one_recovery(world: World) -> None:
    await world.policy((0, "hook"))
    *_, tls = await five_of_which_four_are_back(world)
    await world.turn(RETURN_WAIT_MS // 2)
    await world.check([tls], State.HEALTHY)
    await world.turn()
    await world.turn(RETURN_WAIT_MS)
    assert await world.kinds("hook") == ["down", "recovered"]


async def test_later_ones_are_told_together_at_the_pace_of_those_that_join(world: World) -> None:
    await world.policy((0, "hook"))
    watchers = await world.watchers(*"abcdefgh", url=ONE_HOST)
    await world.check(watchers, State.DOWN)
    await world.turn()
    await world.check(watchers[:3], State.HEALTHY)
    await world.turn()
    await world.turn(RETURN_WAIT_MS)
    for watcher in watchers[3:5]:
        await world.check([watcher], State.HEALTHY)
        await world.turn(30_000)
    await world.turn(RETURN_WAIT_MS)
    assert await world.kinds("hook") == ["down", "partly_recovered"]
    await world.turn(PACE_MS)
    third = (await world.deliveries("hook"))[2]
    assert told(third) == ("partly_recovered", "5 of 8 services on 10.0.0.7")
    assert [each["name"] for each in third.body["affected"]] == ["d", "e", "f", "g", "h"]


@given(
    since=st.lists(st.integers(0, 10**6), min_size=1, max_size=20),
    told_before=st.integers(0, 20),
    last=st.none() | st.integers(0, 10**6),
)
def test_no_return_waits_longer_than_the_pace(since: list[int], told_before: int, last: int | None) -> None:
    at = returns_at(since, told_before, last)
    assert at is not None
    assert min(since) + RETURN_WAIT_MS <= at <= max(min(since) + RETURN_WAIT_MS, (last or 0) + PACE_MS)
    assert returns_at([], told_before, last) is None


async def test_a_second_down_of_one_whose_return_was_not_told_says_both(world: World) -> None:
    await world.policy((0, "hook"))
    shop, *_ = await five_of_which_four_are_back(world)
    world.now += 40_000
    await world.check([shop], State.DOWN)
    await world.turn()
    again = (await world.deliveries("hook"))[1]
    assert told(again) == ("down", "Shop")
    assert again.body["body"] == "Shop was back for 42 s, and is down again."
    await world.turn(RETURN_WAIT_MS)
    partly = (await world.deliveries("hook"))[2]
    assert [each["name"] for each in partly.body["affected"]] == ["Body", "Refused", "Slow", "TLS"]
    await world.check([shop], State.HEALTHY)
    await world.turn(HOUR_MS)
    assert await world.kinds("hook") == ["down", "down", "partly_recovered", "recovered"]


async def test_one_whose_return_was_told_is_simply_down_again(world: World) -> None:
    await world.policy((0, "hook"))
    shop, *_ = await five_of_which_four_are_back(world)
    await world.turn(RETURN_WAIT_MS)
    await world.check([shop], State.DOWN)
    await world.turn()
    again = (await world.deliveries("hook"))[2]
    assert (told(again), again.body["body"]) == (("down", "Shop"), "")


async def test_who_was_never_told_of_a_failure_hears_of_no_return(world: World) -> None:
    await world.policy((0, "hook"), (600, "phone"))
    *_, tls = await five_of_which_four_are_back(world)
    await world.turn(RETURN_WAIT_MS)
    await world.turn(600_000)
    await world.turn(HOUR_MS)
    assert await world.kinds("hook") == ["down", "partly_recovered"]
    (late,) = await world.deliveries("phone")
    assert (late.kind, [each["name"] for each in late.body["affected"]]) == ("escalation", ["TLS"])
    assert tls


async def test_where_recoveries_are_not_wanted_none_is_told(world: World) -> None:
    await world.policy((0, "hook"), changes=["down"])
    await five_of_which_four_are_back(world)
    await world.turn(RETURN_WAIT_MS)
    assert await world.turn(HOUR_MS) is None, "nothing waits"
    assert await world.kinds("hook") == ["down"]


async def test_also_what_somebody_has_taken_on_or_what_is_held_tells_who_is_back(world: World) -> None:
    await world.policy((0, "hook"))
    await five_of_which_four_are_back(world)
    await acknowledge(world.db, world.now)
    await world.turn(RETURN_WAIT_MS)
    assert await world.kinds("hook") == ["down", "partly_recovered"]
    assert (await world.deliveries("hook"))[1].body["acknowledge_link"] is None


async def test_quiet_hours_hold_it_and_the_end_takes_its_place(world: World) -> None:
    await world.channel("night", quiet_hours=NIGHT)
    await world.policy((0, "night"))
    world.now = MIDNIGHT_MS - 3 * HOUR_MS
    shop, tls = await world.watchers("Shop", "TLS", url=ONE_HOST)
    await world.check([shop, tls], State.DOWN)
    await world.turn()
    await world.sent()
    world.now = MIDNIGHT_MS
    await world.check([shop], State.HEALTHY)
    await world.turn()
    await world.turn(RETURN_WAIT_MS)
    assert [each.next_at for each in await world.deliveries("night")][1:] == [SEVEN_MS]
    await world.check([tls], State.HEALTHY)
    await world.turn()
    assert [(each.kind, each.state) for each in await world.deliveries("night")] == [
        ("down", "sent"), ("partly_recovered", "cancelled"), ("recovered", "queued"),
    ]  # fmt: skip


async def test_one_that_is_paused_meanwhile_is_not_among_those_that_are_back(world: World) -> None:
    await world.policy((0, "hook"))
    shop, tls, body = await world.watchers("Shop", "TLS", "Body", url=ONE_HOST)
    await world.check([shop, tls, body], State.DOWN)
    await world.turn()
    await pause(world.db, body, world.now)
    await world.check([shop], State.HEALTHY)
    await world.turn()
    await world.turn(RETURN_WAIT_MS)
    partly = (await world.deliveries("hook"))[1]
    assert told(partly) == ("partly_recovered", "1 of 3 services on 10.0.0.7")
    assert [each["name"] for each in partly.body["affected"]] == ["Shop", "TLS"]


async def test_what_was_told_is_kept_with_the_member_and_in_the_timeline(world: World) -> None:
    await world.policy((0, "hook"))
    shop, *_ = await five_of_which_four_are_back(world)
    await world.turn(RETURN_WAIT_MS)
    async with world.db.read() as session:
        member = (await session.exec(select(IncidentMember).where(IncidentMember.watcher_id == shop))).one()
    assert (member.seen_left_at, member.return_told_at) == (world.now - RETURN_WAIT_MS, world.now)
    said = [each.facts for each in await world.entries(EntryKind.NOTIFIED)]
    assert [(each["message"], each.get("returned")) for each in said] == [("down", None), ("partly_recovered", 4)]
