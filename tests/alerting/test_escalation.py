"""What time does to an incident that goes on: steps, reminders, quiet hours, acknowledgement, a line that is gone."""

from uuid import UUID

from sqlalchemy import update
from sqlmodel import col

from healther.alerting.models import Delivery
from healther.alerting.planner.due import due_workspaces
from healther.alerting.policies.schemas import PolicyUpdate
from healther.alerting.policies.service import load_policy, update_policy
from healther.core.clock import HOUR_MS, MINUTE_MS
from healther.incidents.models import EntryKind, Hold
from healther.watchers.states import State
from tests.support.alerting import MIDNIGHT_MS, NIGHT, SEVEN_MS, World, acknowledge


async def test_steps_escalate_reminders_repeat_and_acknowledging_ends_both(world: World) -> None:
    await world.policy((0, "mail"), (600, "phone"), remind_every_s=1_800)
    (shop,) = await world.watchers("shop")
    await world.check([shop], State.DOWN)
    await world.turn()
    await world.turn(9 * MINUTE_MS)
    assert await world.kinds("phone") == []
    await world.turn(2 * MINUTE_MS)
    (escalation,) = await world.deliveries("phone")
    assert (escalation.kind, escalation.body["first"]) == ("escalation", True)
    assert escalation.body["note"] == "Step 2 of the policy 'Policy': not acknowledged for 10 min."
    await world.turn(31 * MINUTE_MS)
    assert await world.kinds("mail") == ["down", "reminder"]
    assert await world.kinds("phone") == ["escalation", "reminder"]
    await world.sent()
    await acknowledge(world.db, world.now)
    for _ in range(3):
        await world.turn(HOUR_MS)
    assert len(await world.deliveries()) == 4
    await acknowledge(world.db, None)
    await world.turn()
    await world.turn(31 * MINUTE_MS)
    assert await world.kinds("mail") == ["down", "reminder", "reminder"]
    await world.check([shop], State.HEALTHY)
    await world.turn()
    assert (await world.kinds("mail"))[-1] == (await world.kinds("phone"))[-1] == "recovered"


async def test_acknowledging_takes_back_what_waits_to_say_that_nobody_has(world: World) -> None:
    world.now = MIDNIGHT_MS
    await world.channel("night", quiet_hours=NIGHT)
    await world.policy((0, "mail"), (600, "night"), (1_200, "phone"), remind_every_s=3_600)
    (shop,) = await world.watchers("shop")
    await world.check([shop], State.DOWN)
    await world.turn()
    await world.turn(10 * MINUTE_MS)
    assert [(each.kind, each.next_at) for each in await world.deliveries("night")] == [("escalation", SEVEN_MS)]
    await acknowledge(world.db, world.now)
    await world.turn()
    (night,) = await world.deliveries("night")
    assert (night.state, night.answer) == ("cancelled", "acknowledged before it could leave")
    (entry,) = await world.entries(EntryKind.NOT_NOTIFIED)
    assert (entry.facts["to"], entry.facts["message"], entry.facts["why"]) == ("night", "escalation", night.answer)
    assert await world.kinds("mail") == ["down"]
    await acknowledge(world.db, None)
    await world.turn()
    await world.turn(10 * MINUTE_MS)
    assert [each.state for each in await world.deliveries("night")] == ["cancelled", "queued"], "from there they go on"
    assert await world.kinds("phone") == []
    await world.turn(10 * MINUTE_MS)
    assert await world.kinds("phone") == ["escalation"]
    await acknowledge(world.db, world.now)
    await world.check([shop], State.HEALTHY)
    await world.turn()
    assert (await world.kinds("mail")) == ["down", "recovered"]
    assert (await world.kinds("night"))[2:] == [], "who was told of nothing hears of no end"


async def test_an_escalation_that_was_on_its_way_when_somebody_acknowledged_is_not_tried_again(world: World) -> None:
    await world.policy((0, "mail"), (600, "phone"))
    (shop,) = await world.watchers("shop")
    await world.check([shop], State.DOWN)
    await world.turn()
    await world.turn(10 * MINUTE_MS)
    await lease(world, world.now + MINUTE_MS)
    await acknowledge(world.db, world.now)
    await world.turn()
    assert [each.state for each in await world.deliveries("phone")] == ["queued"]
    await lease(world, None)
    await world.turn()
    assert [each.state for each in await world.deliveries("phone")] == ["cancelled"]


async def lease(world: World, until: int | None) -> None:
    """As a sender that has it in hand, or has given it back."""
    async with world.db.write() as session:
        await session.exec(update(Delivery).where(col(Delivery.kind) == "escalation").values(lease_until=until))


async def test_in_quiet_hours_messages_wait_and_what_is_over_by_then_never_leaves(world: World) -> None:
    world.now = MIDNIGHT_MS
    await world.channel("night", quiet_hours=NIGHT)
    await world.policy((0, "night"), remind_every_s=60)
    await world.policy((0, "day"))
    shop, blog = await world.watchers("shop", "blog")
    await world.check([shop], State.DOWN)
    await world.turn()
    assert [each.next_at for each in await world.deliveries("night")] == [SEVEN_MS]
    await world.turn(5 * MINUTE_MS)
    assert await world.kinds("night") == ["down"], "reminders wait for nothing"
    await world.check([shop], State.HEALTHY)
    await world.turn()
    assert [(each.kind, each.state) for each in await world.deliveries("night")] == [("down", "cancelled")]
    assert (await world.kinds("day"))[-1] == "recovered"
    (entry,) = [each for each in await world.entries(EntryKind.NOT_NOTIFIED) if each.facts["message"] == "recovered"]
    assert (entry.facts["to"], entry.facts["why"]) == ("night", "superseded: it was over before it could leave")
    world.now = SEVEN_MS + HOUR_MS
    await world.check([blog], State.DOWN)
    await world.turn()
    assert [each.next_at for each in await world.deliveries("night")][1:] == [world.now]


async def test_an_outage_of_healther_s_own_line_is_one_notice_an_owner_and_no_incident(world: World) -> None:
    await world.policy((0, "mail"))
    watchers = await world.watchers("shop", "blog", "till")
    for _ in range(3):
        await world.check(watchers, State.UNKNOWN)
        await world.turn()
        await world.check(watchers, State.HEALTHY)
        await world.turn(5 * MINUTE_MS)
    (notice,) = await world.deliveries()
    assert (notice.kind, notice.user_id, notice.incident_id) == ("notice", world.owner.id, None)
    assert "3 watchers of Acme are unknown" in notice.body["body"]
    assert await world.incidents() == []


async def test_while_healther_s_own_line_is_gone_nobody_is_reminded_of_what_it_cannot_see(world: World) -> None:
    await world.policy((0, "mail"), (600, "phone"), remind_every_s=1_800)
    shop, blog = await world.watchers("shop", "blog", url="http://{name}.test/")
    await world.check([shop, blog], State.DOWN)
    await world.turn()
    assert await world.kinds() == ["down", "down"]
    await world.check([shop, blog], State.UNKNOWN)
    for _ in range(4):
        await world.turn(20 * MINUTE_MS)
    assert await world.kinds() == ["down", "down", "notice"]
    held = [(each.hold, each.hold_detail) for each in await world.incidents()]
    assert held == [(Hold.NETWORK, "healther's own network is gone")] * 2
    await world.check([shop], State.DOWN)
    await world.check([blog], State.HEALTHY)
    await world.turn()
    told = [(each.kind, each.body["title"]) for each in (await world.deliveries())[3:]]
    assert sorted(told) == [("escalation", "shop"), ("recovered", "blog")]


async def change(world: World, policy_id: UUID, **fields: object) -> None:
    async with world.db.write() as session:
        policy = await load_policy(session, world.workspace_id, policy_id, for_update=True)
        await update_policy(session, policy, PolicyUpdate.model_validate(fields), world.now)


async def test_a_policy_at_work_goes_on_by_new_rules_though_it_had_nothing_more_to_do(world: World) -> None:
    mail, phone = await world.channel("mail"), await world.channel("phone")
    policy_id = await world.policy((0, "mail"))
    (shop,) = await world.watchers("shop")
    await world.check([shop], State.DOWN)
    await world.turn()
    await change(world, policy_id, remind_every_s=600)
    await world.turn(9 * MINUTE_MS)
    assert await world.kinds() == ["down"]
    await world.turn(MINUTE_MS)
    assert await world.kinds() == ["down", "reminder"]
    steps = [{"after_s": 0, "channel_ids": [str(mail)]}, {"after_s": 1_200, "channel_ids": [str(phone)]}]
    await change(world, policy_id, remind_every_s=None, steps=steps)
    await world.turn(9 * MINUTE_MS)
    assert await world.kinds("phone") == []
    await world.turn(MINUTE_MS)
    assert await world.kinds("phone") == ["escalation"]
    for _ in range(3):
        await world.turn(HOUR_MS)
    assert await world.kinds("mail") == ["down", "reminder"]


async def test_a_step_that_is_brought_forward_is_due_earlier_and_none_where_somebody_is_on_it(world: World) -> None:
    policy_id = await world.policy((0, "mail"), (3_600, "phone"))
    (shop,) = await world.watchers("shop")
    await world.check([shop], State.DOWN)
    await world.turn()
    mail, phone = ({"channel_ids": [str(world.channels[name])]} for name in ("mail", "phone"))
    await acknowledge(world.db, world.now)
    await world.turn()
    await change(world, policy_id, steps=[mail, phone | {"after_s": 1_800}])
    await world.turn(HOUR_MS)
    assert await world.kinds() == ["down"], "somebody is on it"
    await acknowledge(world.db, None)
    await world.turn()
    await change(world, policy_id, steps=[mail, phone | {"after_s": 60}])
    await world.turn(2 * MINUTE_MS)
    assert await world.kinds() == ["down", "escalation"]


async def test_handing_back_what_flaps_does_not_have_it_planned_at_every_look(world: World) -> None:
    await world.policy((0, "mail"))
    (shop,) = await world.watchers("shop")
    for number in range(6):
        await world.check([shop], State.HEALTHY if number % 2 else State.DOWN)
        await world.turn(20_000)
    assert (await world.kinds())[-1] == "flapping"
    for at in (world.now, None):
        await acknowledge(world.db, at)
        await world.turn()
    async with world.db.look() as connection:
        due = await due_workspaces(connection, world.now)
    assert due == {world.workspace_id: None}, "now and then, as whatever flaps"
