"""What was due while nobody checked waits for the next check, and unknown time is not told as down."""

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from healther.alerting.holds import UNWATCHED_WAIT_MS, unwatched
from healther.channels.base import Message
from healther.channels.words import plain
from healther.core.clock import MINUTE_MS, SECOND_MS
from healther.history.ledger import GAP_GRACE_MS
from healther.incidents.unwatched import outside_ms, unwatched_of
from healther.watchers.models import WatcherState
from healther.watchers.states import State
from tests.support.alerting import World


async def killed_and_restarted(world: World, after_ms: int = 105 * SECOND_MS) -> None:
    """Nothing runs until then; one check was due meanwhile."""
    async with world.db.write_connection() as connection:
        await connection.execute(update(WatcherState).values(known_until=world.now + 50 * SECOND_MS))
    await world.turn(after_ms, watched=False)


async def test_an_escalation_that_became_due_meanwhile_does_not_leave_when_it_is_over(world: World) -> None:
    await world.policy((0, "mail"), (60, "phone"), remind_every_s=60)
    (shop,) = await world.watchers("shop")
    await world.check([shop], State.DOWN)
    await world.turn()
    await killed_and_restarted(world)
    await world.turn(5_000, watched=False)
    assert (await world.kinds("mail"), await world.kinds("phone")) == (["down"], [])
    await world.check([shop], State.HEALTHY, missed=True)
    await world.turn(500)
    assert (await world.kinds("mail"), await world.kinds("phone")) == (["down", "recovered"], [])


async def test_it_leaves_when_the_next_check_says_that_it_lasts(world: World) -> None:
    await world.policy((0, "mail"), (60, "phone"))
    (shop,) = await world.watchers("shop")
    await world.check([shop], State.DOWN)
    await world.turn()
    await killed_and_restarted(world)
    await world.check([shop], State.DOWN, missed=True)
    await world.turn(500, watched=False)
    assert await world.kinds("phone") == ["escalation"]


async def test_it_leaves_after_a_minute_where_nobody_can_check(world: World) -> None:
    await world.policy((0, "mail"), (60, "phone"))
    (shop,) = await world.watchers("shop")
    await world.check([shop], State.DOWN)
    await world.turn()
    await killed_and_restarted(world)
    for _ in range(3):
        await world.turn(20 * SECOND_MS, watched=False)
        assert await world.kinds("phone") == []
    await world.turn(1_000, watched=False)
    assert await world.kinds("phone") == ["escalation"]


async def test_what_nobody_was_told_of_before_waits_too(world: World) -> None:
    await world.policy((0, "mail"))
    (shop,) = await world.watchers("shop")
    await world.check([shop], State.DOWN)
    await killed_and_restarted(world)
    assert await world.kinds("mail") == []
    await world.check([shop], State.HEALTHY, missed=True)
    await world.turn()
    assert await world.kinds("mail") == ["recovered"], "one message that says both"


async def test_one_that_was_checked_is_enough(world: World) -> None:
    await world.policy((0, "mail"), (60, "phone"))
    a, b = await world.watchers("a", "b", url="http://10.0.0.7/{name}")
    await world.check([a, b], State.DOWN)
    await world.turn()
    await killed_and_restarted(world)
    await world.check([a], State.DOWN, missed=True)
    await world.turn(500, watched=False)
    assert await world.kinds("phone") == ["escalation"]


async def test_time_in_which_nobody_checked_is_not_told_as_down(world: World) -> None:
    await world.policy((0, "mail"))
    (shop,) = await world.watchers("shop")
    await world.check([shop], State.DOWN)
    await world.turn()
    await killed_and_restarted(world)
    await world.check([shop], State.HEALTHY, missed=True)
    await world.turn()
    told = Message.model_validate((await world.deliveries("mail"))[1].body)
    assert told.unwatched_ms == 55 * SECOND_MS
    assert "Lasted 52 s, and was not watched for 55 s" in plain(told)
    assert "Dauerte 52 s, weitere 55 s unbeobachtet" in plain(told.model_copy(update={"language": "de"}))
    (incident,) = await world.incidents()
    async with world.db.write() as session:
        assert await unwatched_of(session, [incident.id]) == {incident.id: 55 * SECOND_MS}


async def test_while_one_of_several_was_seen_to_be_down_all_of_it_was_watched(world: World) -> None:
    await world.policy((0, "mail"))
    a, b = await world.watchers("a", "b", url="http://10.0.0.7/{name}")
    await world.check([a, b], State.DOWN)
    await world.turn()
    await killed_and_restarted(world)
    await world.check([a], State.HEALTHY)
    await world.check([b], State.HEALTHY, missed=True)
    await world.turn()
    assert (await world.deliveries("mail"))[1].body["unwatched_ms"] == 0


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**6))
def test_nobody_waits_where_nothing_was_missed_nor_longer_than_a_minute(known: int, since: int, now: int) -> None:
    waits = unwatched(known, since, now)
    if known >= max(since, now - GAP_GRACE_MS) or now > max(known, since) + UNWATCHED_WAIT_MS:
        assert not waits
    elif known < since <= now:
        assert waits
    assert UNWATCHED_WAIT_MS <= MINUTE_MS


stretches = st.lists(st.tuples(st.integers(0, 30), st.integers(1, 10)).map(lambda pair: (pair[0], sum(pair))))


@given(stretches, stretches)
def test_time_outside_is_counted_by_the_millisecond(some: list[tuple[int, int]], others: list[tuple[int, int]]) -> None:
    def within(at: int, which: list[tuple[int, int]]) -> bool:
        return any(start <= at < end for start, end in which)

    assert outside_ms(some, others) == sum(within(at, some) and not within(at, others) for at in range(50))
