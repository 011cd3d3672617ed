"""Nobody waits for somebody else who hangs: what is on its way at once is shared out (R2)."""

from collections import Counter
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healther.accounts.models import Workspace
from healther.alerting.deliver import senders as sending
from healther.alerting.deliver.claim import claim
from healther.alerting.deliver.shares import (
    AT_ONCE,
    OF_CHANNEL,
    OF_FAILING,
    OF_HOOKS,
    OF_HOOKS_OF_WORKSPACE,
    OF_MAIL_SERVER,
    OF_WORKSPACE,
    Seat,
    Shares,
)
from healther.alerting.models import Channel, Delivery, DeliveryState, Lane
from healther.channels.base import MessageKind
from healther.core.ids import new_id
from healther.status_pages.models import StatusPage, Subscriber
from tests.support.alerting import World
from tests.support.sending import at_work, ended, put, read, webhook
from tests.support.sinks import HttpSink, http_sink
from tests.support.waiting import until

NOW = 1_000
SERVER = {"host": "smtp.example.org", "sender": "a@example.org"}


async def workspaces(world: World, count: int) -> list[UUID]:
    made = [Workspace(name=f"W{number}", slug=f"w-{number}") for number in range(count)]
    async with world.db.write() as session:
        session.add_all(made)
    return [each.id for each in made]


async def channel(world: World, workspace_id: UUID, kind: str = "webhook", **columns: object) -> UUID:
    row = Channel(id=new_id(), workspace_id=workspace_id, name="c", kind=kind, **columns)
    async with world.db.write() as session:
        session.add(row)
    return row.id


async def queue(world: World, workspace_id: UUID, count: int = 1, lane: Lane = Lane.ALERT, **place: object) -> None:
    """Deliveries that may leave now."""
    async with world.db.write() as session:
        session.add_all(
            Delivery(
                id=new_id(), workspace_id=workspace_id, lane=lane, kind=MessageKind.DOWN, created_at=1, next_at=1,
                **place,
            )
            for _ in range(count)
        )  # fmt: skip


async def taken(world: World, lane: Lane = Lane.ALERT) -> list[Delivery]:
    return await claim(world.db, lane, AT_ONCE[lane], NOW)


async def test_a_channel_that_hangs_holds_up_no_other(
    world: World, sink: HttpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "DRAIN_TIMEOUT_S", 0.1)
    async with http_sink() as hanging:
        hanging.wait_s = 60
        stuck = await webhook(world, hanging.url, "stuck")
        good = await webhook(world, sink.url, "good")
        for _ in range(3 * OF_CHANNEL):
            await put(world, stuck)
        delivery_id = await put(world, good)
        async with at_work(world.db):
            assert (await ended(world, delivery_id)).state == DeliveryState.SENT

            async def full() -> bool:
                return len(hanging.requests) >= OF_CHANNEL

            await until(full, "the hanging channel has its share")
            assert len(hanging.requests) == OF_CHANNEL


async def test_a_workspace_whose_channels_all_hang_holds_up_no_other_workspace(
    world: World, sink: HttpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "DRAIN_TIMEOUT_S", 0.1)
    (other,) = await workspaces(world, 1)
    async with http_sink() as hanging:
        hanging.wait_s = 60
        stuck = []
        for number in range(AT_ONCE[Lane.ALERT] // OF_CHANNEL):
            channel_id = await webhook(world, hanging.url, f"stuck {number}")
            stuck += [await put(world, channel_id) for _ in range(OF_CHANNEL)]
        world.workspace_id = other
        delivery_id = await put(world, await webhook(world, sink.url, "good"))
        async with at_work(world.db):
            assert (await ended(world, delivery_id)).state == DeliveryState.SENT
            # Not because the others had been given up by then.
            assert {(await read(world, each)).attempts for each in stuck} == {0}
            assert len(hanging.requests) <= OF_WORKSPACE


async def test_channels_that_failed_lately_leave_room_for_those_that_work(world: World) -> None:
    for workspace_id in await workspaces(world, AT_ONCE[Lane.ALERT] + 2):
        failing = await channel(world, workspace_id, failures=1)
        await queue(world, workspace_id, 2, channel_id=failing)
    assert Counter(Counter(each.channel_id for each in await taken(world)).values()) == {1: OF_FAILING}
    working = await channel(world, world.workspace_id)
    await queue(world, world.workspace_id, channel_id=working)
    assert [each.channel_id for each in await taken(world)] == [working]


async def test_the_operator_s_mail_server_is_one_place_whoever_s_mail_it_is(world: World) -> None:
    ids = await workspaces(world, OF_MAIL_SERVER + 4)
    for workspace_id in ids[:2]:
        await queue(world, workspace_id, user_id=new_id())
    for workspace_id in ids[2:]:
        mail = await channel(world, workspace_id, "email", options={"to": ["ops@example.org"]})
        await queue(world, workspace_id, channel_id=mail)
    own = await channel(world, world.workspace_id, "email", options={"to": ["ops@example.org"], **SERVER})
    hook = await channel(world, world.workspace_id)
    first = await taken(world)
    assert len(first) == OF_MAIL_SERVER
    await queue(world, world.workspace_id, channel_id=own)
    await queue(world, world.workspace_id, channel_id=hook)
    assert [each.channel_id for each in await taken(world)] == [own, hook]


async def test_what_is_full_hides_nobody_behind_it(world: World) -> None:
    stuck = [await channel(world, world.workspace_id) for _ in range(30)]
    for channel_id in stuck:
        await queue(world, world.workspace_id, 10, channel_id=channel_id)
    assert len(await taken(world)) == OF_WORKSPACE
    (other,) = await workspaces(world, 1)
    late = await channel(world, other)
    await queue(world, other, 9, channel_id=late)
    assert [each.channel_id for each in await taken(world)] == [late] * OF_CHANNEL
    assert await taken(world) == []


async def subscribers(world: World, workspace_id: UUID, kinds: str) -> list[UUID]:
    """One a letter: mail or a hook."""
    page = StatusPage(workspace_id=workspace_id, slug=f"page-{new_id()}", title="P")
    rows = [
        Subscriber(
            id=new_id(), page_id=page.id, kind="email" if kind == "m" else "webhook", sealed_address=b"x",
            address_hash=str(number).encode(), created_at=1,
        )
        for number, kind in enumerate(kinds)
    ]  # fmt: skip
    async with world.db.write() as session:
        session.add(page)
        await session.flush()
        session.add_all(rows)
    return [each.id for each in rows]


async def test_webhooks_of_subscribers_that_hang_hold_up_no_mail_and_no_other_workspace(world: World) -> None:
    for workspace_id in await workspaces(world, 3):
        for subscriber_id in await subscribers(world, workspace_id, "h" * 20):
            await queue(world, workspace_id, lane=Lane.SUBSCRIBER, subscriber_id=subscriber_id)
    of_one = Counter(each.workspace_id for each in await taken(world, Lane.SUBSCRIBER))
    assert sum(of_one.values()) == OF_HOOKS
    assert max(of_one.values()) == OF_HOOKS_OF_WORKSPACE
    mail = await subscribers(world, world.workspace_id, "mmm")
    for subscriber_id in mail:
        await queue(world, world.workspace_id, lane=Lane.SUBSCRIBER, subscriber_id=subscriber_id)
    assert {each.subscriber_id for each in await taken(world, Lane.SUBSCRIBER)} == set(mail)


async def test_subscribers_that_could_not_be_reached_come_after_those_who_wait_for_the_first_time(world: World) -> None:
    failed, fresh = await subscribers(world, world.workspace_id, "mm")
    await queue(world, world.workspace_id, lane=Lane.SUBSCRIBER, subscriber_id=failed, attempts=1)
    await queue(world, world.workspace_id, lane=Lane.SUBSCRIBER, subscriber_id=fresh)
    assert [each.subscriber_id for each in await taken(world, Lane.SUBSCRIBER)] == [fresh, failed]


SEATS = st.builds(
    Seat,
    workspace_id=st.sampled_from([UUID(int=number) for number in range(3)]),
    channel_id=st.sampled_from([None, *(UUID(int=number) for number in range(9))]),
    failing=st.booleans(),
    mail=st.booleans(),
    hook=st.booleans(),
)


@given(st.lists(SEATS, max_size=200))
def test_no_share_is_ever_exceeded_and_none_is_kept_from_those_it_has_room_for(seats: list[Seat]) -> None:
    shares, inside = Shares([]), list[Seat]()
    for seat in seats:
        room = all(sum(key in other.shares() for other in inside) < most for key, most in seat.shares().items())
        assert shares.take(seat) == room
        if room:
            inside.append(seat)
