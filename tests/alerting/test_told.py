"""What planning reads of what was told: a few lines a place, however often somebody was reminded."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event, insert

from healther.alerting.deliver.story import Place, load_story
from healther.alerting.joining import RETURN_WAIT_MS
from healther.alerting.models import Delivery, DeliveryState
from healther.channels.base import MessageKind
from healther.core.clock import DAY_MS, MINUTE_MS
from healther.core.ids import new_id
from healther.watchers.states import State
from tests.support.alerting import START_MS, World
from tests.support.sending import put

ONE_HOST = "http://10.0.0.7/{name}"


@contextmanager
def questions(world: World) -> Iterator[list[tuple[str, Any]]]:
    """What is asked of deliveries meanwhile."""
    asked: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:  # noqa: ANN401 - SQLAlchemy's
        if statement.startswith("SELECT") and "FROM delivery" in statement:
            asked.append((statement, parameters))

    engines = {world.db.engine.sync_engine, world.db._write_engine.sync_engine}
    for each in engines:
        event.listen(each, "before_cursor_execute", note)
    yield asked
    for each in engines:
        event.remove(each, "before_cursor_execute", note)


async def reminded(world: World, times: int) -> None:
    """Every place that was told was reminded so often since."""
    rows = [
        {
            "id": new_id(), "workspace_id": each.workspace_id, "lane": "alert", "kind": "reminder",
            "channel_id": each.channel_id, "incident_id": each.incident_id, "body": each.body,
            "state": DeliveryState.SENT, "created_at": each.created_at + number * MINUTE_MS,
            "next_at": each.created_at, "attempts": 1, "fence": 1,
        }
        for each in await world.deliveries()
        for number in range(1, times + 1)
    ]  # fmt: skip
    async with world.db.write_connection() as connection:
        await connection.execute(insert(Delivery), rows)


async def test_a_turn_of_an_old_incident_reads_a_few_lines_a_place_and_no_message(world: World) -> None:
    await world.policy((0, "mail"), (60, "chat"), remind_every_s=60)
    (shop,) = await world.watchers("shop")
    await world.check([shop], State.DOWN)
    await world.turn()
    await world.turn(MINUTE_MS)
    await world.sent()
    await reminded(world, 2_000)
    with questions(world) as asked:
        await world.turn(2 * DAY_MS)
    assert [each.kind for each in (await world.deliveries())[-2:]] == ["reminder", "reminder"]
    assert asked
    assert [statement for statement, _ in asked if "delivery.body" in statement] == []
    async with world.db.read_connection() as connection:
        rows = [len((await connection.exec_driver_sql(*each)).all()) for each in asked]
    assert sum(rows) <= 10, "of 4,000"
    await world.check([shop], State.HEALTHY)
    await world.turn()
    assert await world.kinds("mail") == ["down", *["reminder"] * 2_001, "recovered"]


async def test_one_told_of_between_the_first_message_and_the_last_is_told_of_as_back(world: World) -> None:
    await world.policy((0, "hook"))
    a, b, c = await world.watchers("a", "b", "c", url=ONE_HOST)
    await world.check([a], State.DOWN)
    await world.turn()
    await world.turn(10_000)
    await world.check([b], State.DOWN)
    await world.turn()
    await world.check([b], State.HEALTHY)
    await world.turn()
    await world.sent()
    await world.check([c], State.DOWN)
    await world.turn()
    await world.turn(START_MS + RETURN_WAIT_MS + 1_000 - world.now)
    assert await world.kinds("hook") == ["down"] * 3
    await world.sent()
    await world.turn(30_000)
    *_, joined, back = await world.deliveries("hook")
    assert (joined.body["note"], back.kind) == ("1 more is down: c.", "partly_recovered")
    assert [each["name"] for each in back.body["affected"] if each["state"] == "healthy"] == ["b"]


async def test_what_is_done_when_a_message_is_given_up_reads_those_that_wait_and_not_what_has_arrived(
    world: World,
) -> None:
    await world.policy((0, "mail"))
    (shop,) = await world.watchers("shop")
    await world.check([shop], State.DOWN)
    await world.turn()
    await world.sent()
    await reminded(world, 200)
    await put(world, world.channels["mail"], MessageKind.REMINDER, (await world.incidents())[0].id)
    with questions(world) as asked:
        async with world.db.read() as session:
            place = Place(world.channels["mail"], None)
            story = await load_story(session, (await world.incidents())[0].id, place, [])
    assert (len(story.queued), len(story.sent), story.heard) == (1, 201, True)
    async with world.db.read_connection() as connection:
        whole = [each for each in asked if "delivery.body" in each[0]]
        rows = [len((await connection.exec_driver_sql(*each)).all()) for each in whole]
    assert rows == [1]
