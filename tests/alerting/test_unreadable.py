"""A row that was damaged is given up, and says so; whatever was claimed with it leaves."""

from uuid import UUID

from healther.alerting.deliver.senders import UNREADABLE
from healther.alerting.deliver.supersede import Superseding
from healther.alerting.models import Delivery, DeliveryState
from healther.core.clock import MINUTE_MS
from healther.incidents.models import EntryKind
from healther.observability.metrics import REGISTRY
from healther.watchers.states import State
from tests.support.alerting import World
from tests.support.api import Api
from tests.support.damage import damage
from tests.support.sending import at_work, ended, incident, put, webhook
from tests.support.sinks import HttpSink


def given_up() -> float:
    return REGISTRY.get_sample_value("healther_dead_letters_total", {"kind": "webhook"}) or 0


async def test_a_message_that_cannot_be_read_is_given_up_and_everybody_else_s_leave(
    world: World, sink: HttpSink
) -> None:
    other = await World.build(world.db, "other", "eve@example.org")
    channel_id = await webhook(world, sink.url)
    incident_id = await incident(world)
    bad = await put(world, channel_id, incident_id=incident_id)
    good, theirs = await put(world, channel_id), await put(other, await webhook(other, sink.url))
    await damage(world.db, Delivery, bad, "body", "reached")
    before = given_up()
    async with at_work(world.db):
        assert [(await ended(world, each)).state for each in (good, theirs)] == [DeliveryState.SENT] * 2
        over = await ended(world, bad)
    assert (over.state, over.answer, over.attempts) == (DeliveryState.DEAD, UNREADABLE, 1)
    assert given_up() - before == 1
    (line,) = await world.entries(EntryKind.NOT_NOTIFIED)
    assert (line.facts["to"], line.facts["why"]) == ("hook", UNREADABLE)
    notices = [each for each in await world.deliveries() if each.kind == "notice"]
    assert [(each.user_id, each.body["body"]) for each in notices] == [(world.owner.id, UNREADABLE)]


async def test_where_the_beginning_cannot_be_read_its_end_is_told_once_it_is_over(world: World) -> None:
    await world.policy((0, "mail"))
    (shop,) = await world.watchers("shop")
    await world.check([shop], State.DOWN)
    await world.turn()
    (down,) = await world.deliveries()
    await damage(world.db, Delivery, down.id, "body")
    world.now += MINUTE_MS
    await world.check([shop], State.HEALTHY)
    await world.turn()
    await Superseding(world.db).turn(world.now)
    assert [(each.kind, each.state) for each in await world.deliveries()] == [
        ("down", "cancelled"), ("recovered", "queued"),
    ]  # fmt: skip


async def test_one_that_cannot_be_read_is_listed_and_not_tried_again(api: Api) -> None:
    ada = await api.person("ada")
    workspace = await ada.workspace()
    row = Delivery(
        workspace_id=UUID(workspace), kind="down", user_id=UUID(ada.id), created_at=1, next_at=1, ended_at=1,
        state=DeliveryState.DEAD,
    )  # fmt: skip
    async with api.db.write() as session:
        session.add(row)
    await damage(api.db, Delivery, row.id, "body")
    (listed,) = (await ada.get(f"/workspaces/{workspace}/deliveries")).json()["items"]
    assert (listed["id"], listed["title"]) == (str(row.id), "")
    again = await ada.post(f"/workspaces/{workspace}/deliveries/{row.id}/retry")
    assert (again.status_code, "cannot be read" in again.json()["detail"]) == (409, True)
