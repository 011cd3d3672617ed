"""Messages that a workspace no longer keeps are forgotten with their attempts; what is queued stays, however old."""

import asyncio

import pytest
from sqlalchemy import update
from sqlmodel import col, select

from healther.alerting import forget
from healther.alerting.forget import forget_deliveries
from healther.alerting.models import Delivery, DeliveryAttempt, DeliveryState
from healther.core.clock import DAY_MS
from healther.core.db import Database
from healther.history.retention.models import Retention
from healther.watchers.states import State
from tests.support.alerting import World
from tests.support.watchers import add_workspace

NOW = 1_800_000_000_000


async def test_old_messages_go_with_their_attempts_but_what_is_queued_stays(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forget, "ROWS_AT_ONCE", 2)
    async with db.write() as session:
        workspaces = [await add_workspace(session, slug) for slug in ("short", "default")]
        session.add(Retention(workspace_id=workspaces[0].id, keep_deliveries_days=7))
        for workspace in workspaces:
            for age, state in ((8, "sent"), (9, "dead"), (10, "cancelled"), (11, "queued"), (6, "sent"), (91, "sent")):
                at = NOW - age * DAY_MS
                delivery = Delivery(
                    workspace_id=workspace.id, kind="down", created_at=at, next_at=at, state=DeliveryState(state)
                )
                session.add(delivery)
                await session.flush()
                session.add(DeliveryAttempt(delivery_id=delivery.id, number=1, at=at, outcome="sent"))
    assert await forget_deliveries(db, NOW, asyncio.Event()) == 5
    async with db.read() as session:
        found = (await session.exec(select(Delivery).order_by(col(Delivery.created_at)))).all()
        kept = [((NOW - each.created_at) // DAY_MS, str(each.state)) for each in found if each.workspace_id]
        assert [each for each in kept if each[1] != "queued"] == [(10, "cancelled"), (9, "dead"), (8, "sent")] + [
            (6, "sent")
        ] * 2
        assert kept.count((11, "queued")) == 2
        assert len((await session.exec(select(DeliveryAttempt))).all()) == len(found)
    assert await forget_deliveries(db, NOW, asyncio.Event()) == 0


@pytest.mark.parametrize("over_already", [False, True])
async def test_who_was_told_of_what_goes_on_is_not_forgotten_before_they_heard_of_its_end(
    world: World, over_already: bool
) -> None:
    await world.policy((0, "mail"))
    shop, blog = await world.watchers("shop", "blog", url="http://{name}.test/")
    await world.check([shop, blog], State.DOWN)
    await world.turn()
    async with world.db.write() as session:
        await session.exec(update(Delivery).values(state=DeliveryState.SENT))
    world.now += 91 * DAY_MS
    if over_already:
        await world.check([shop], State.HEALTHY)
    await forget_deliveries(world.db, world.now, asyncio.Event())
    assert await world.kinds() == ["down", "down"]
    await world.check([shop], State.HEALTHY)
    await world.turn()
    assert await world.kinds() == ["down", "down", "recovered"]
    await forget_deliveries(world.db, world.now + 10 * DAY_MS, asyncio.Event())
    titles = [(each.kind, each.body["title"]) for each in await world.deliveries()]
    assert titles == [("down", "blog"), ("recovered", "shop")]
