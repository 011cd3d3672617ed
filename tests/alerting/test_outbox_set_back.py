"""R12: what is queued when the clock is set back by an hour leaves as soon as it would have; on both databases."""

from types import SimpleNamespace
from uuid import UUID

import pytest
from sqlmodel import col, select, update

from healther.accounts.models import MailAddress
from healther.alerting.consent.asking import Asking
from healther.alerting.consent.links import ConsentLinks
from healther.alerting.deliver.budget import admit
from healther.alerting.deliver.claim import LEASE_MS, claim
from healther.alerting.deliver.outcome import Outcome, Result
from healther.alerting.deliver.record import Attempt, record
from healther.alerting.deliver.set_back import pull_back
from healther.alerting.models import Delivery, DeliveryState, Lane
from healther.channels.base import MessageKind
from healther.core import clock
from healther.core.clock import HOUR_MS, MINUTE_MS, now_ms
from healther.core.db import Database
from healther.core.ids import new_id
from tests.support.alerting import LINKS, MIDNIGHT_MS, NIGHT, SEVEN_MS, START_MS, World
from tests.support.api import settings_for
from tests.support.sending import at_work, ended, put, read, webhook
from tests.support.sinks import HttpSink, smtp_sink
from tests.support.waiting import until
from tests.support.wire import guarded_net, response


async def queue_at(world: World, channel_id: UUID, at_ms: int, next_at: int | None = None) -> UUID:
    """A message that was queued then."""
    what = await put(world, channel_id)
    async with world.db.write() as session:
        times = {"created_at": at_ms, "next_at": next_at or at_ms}
        await session.exec(update(Delivery).where(col(Delivery.id) == what).values(**times))
    return what


async def refused(world: World, channel_id: UUID, at_ms: int, wait_ms: int) -> UUID:
    """One that was queued, and refused, then, and is to be tried again after so long."""
    what = await queue_at(world, channel_id, at_ms)
    claimed = await claim(world.db, Lane.ALERT, 10, at_ms)
    outcome = Outcome(Result.RETRY, "busy", wait_ms)
    async with world.db.write() as session:
        await record(session, [Attempt(each, outcome, at_ms, 1) for each in claimed if each.id == what], LINKS, at_ms)
    return what


async def leaving(db: Database, at_ms: int) -> list[UUID]:
    return [each.id for each in await claim(db, Lane.ALERT, 10, at_ms)]


async def test_one_that_was_refused_before_the_step_is_tried_again_and_its_channel_rests_no_hour(world: World) -> None:
    hook = await webhook(world, "http://127.0.0.1:1/")
    what = await refused(world, hook, START_MS, 20_000)
    later = START_MS - HOUR_MS
    assert await leaving(world.db, later) == []
    await pull_back(world.db, Lane.ALERT, later)
    assert await leaving(world.db, later) == [what]


async def test_one_that_was_leased_before_the_step_is_free_when_nobody_can_be_at_it_any_more(world: World) -> None:
    hook = await webhook(world, "http://127.0.0.1:1/")
    what = await queue_at(world, hook, START_MS)
    assert await leaving(world.db, START_MS) == [what]
    later = START_MS - HOUR_MS
    async with world.db.write() as session:
        await session.exec(update(Delivery).values(next_at=later))
    await pull_back(world.db, Lane.ALERT, later)
    assert await leaving(world.db, later + LEASE_MS - 1) == []
    assert await leaving(world.db, later + LEASE_MS) == [what]


async def test_what_waits_for_a_moment_of_the_present_clock_is_left_alone(world: World) -> None:
    hook = await webhook(world, "http://127.0.0.1:1/")
    what = await refused(world, hook, START_MS, 2 * HOUR_MS)
    await pull_back(world.db, Lane.ALERT, START_MS + MINUTE_MS)
    assert (await read(world, what)).next_at == START_MS + 2 * HOUR_MS


async def test_what_waits_for_the_morning_goes_on_waiting_and_what_came_too_early_for_the_night_does_not(
    world: World,
) -> None:
    mail = await world.channel("night", quiet_hours=NIGHT)
    # 22:30 by a clock that was an hour ahead.
    early = await queue_at(world, mail, MIDNIGHT_MS - 2 * HOUR_MS + HOUR_MS // 2, SEVEN_MS)
    await pull_back(world.db, Lane.ALERT, MIDNIGHT_MS - 2 * HOUR_MS - HOUR_MS // 2)
    assert (await read(world, early)).next_at == MIDNIGHT_MS - 2 * HOUR_MS - HOUR_MS // 2
    late = await queue_at(world, mail, MIDNIGHT_MS, SEVEN_MS)
    await pull_back(world.db, Lane.ALERT, MIDNIGHT_MS - HOUR_MS)
    assert (await read(world, late)).next_at == SEVEN_MS


async def test_the_hour_s_mails_are_counted_anew_and_what_waited_for_more_leaves(world: World) -> None:
    mail = await world.channel("ops")
    first, second = await queue_at(world, mail, START_MS), await queue_at(world, mail, START_MS + 1)
    claimed = await claim(world.db, Lane.ALERT, 10, START_MS + 1)
    async with world.db.write() as session:
        counts = dict.fromkeys((first, second), 1)
        assert await admit(session, counts, claimed, 1, LINKS, START_MS + 1) == {first}
    later = START_MS - HOUR_MS
    assert (await read(world, second)).next_at > later + HOUR_MS
    await pull_back(world.db, Lane.ALERT, later)
    again = [each for each in await claim(world.db, Lane.ALERT, 10, later) if each.id == second]
    async with world.db.write() as session:
        assert await admit(session, counts, again, 1, LINKS, later) == {second}


async def test_senders_at_work_notice_the_step_and_send_within_seconds(
    world: World, sink: HttpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    offset_ms, real_ns = 0, clock.time.time_ns
    monkeypatch.setattr(clock, "time", SimpleNamespace(time_ns=lambda: real_ns() + offset_ms * 1_000_000))
    sink.answer = response("503 Busy", b"", "Retry-After: 3000")
    hook = await webhook(world, sink.url)
    what = await put(world, hook)
    async with at_work(world.db) as senders:

        async def tried() -> bool:
            return (await read(world, what)).attempts == 1

        await until(tried, "it was tried")
        sink.answer = response(body=b"ok")
        offset_ms = -HOUR_MS
        senders.wake()
        assert (await ended(world, what)).state == DeliveryState.SENT
        fresh = await put(world, hook, MessageKind.DOWN)
        senders.wake()
        assert (await ended(world, fresh)).state == DeliveryState.SENT


async def test_an_address_that_was_to_be_asked_again_soon_is_asked(db: Database) -> None:
    world = await World.build(db)
    async with db.write() as session:
        session.add(
            MailAddress(
                id=new_id(),
                user_id=world.owner.id,
                address="ada@example.org",
                asked_at=now_ms() + HOUR_MS,
                ask_due_at=now_ms() + HOUR_MS + MINUTE_MS,
                attempts=1,
            )
        )
    settings = settings_for(str(db.engine.url))
    with smtp_sink() as mail:
        async with guarded_net() as net:
            asking = Asking(db, net, mail.server(), ConsentLinks(settings), "https://h.example.org")
            assert await asking.turn(now_ms())
        assert len(mail.mails) == 1
    async with db.read() as session:
        assert (await session.exec(select(MailAddress.ask_due_at))).one() is None


async def test_a_clock_that_is_set_ahead_has_nothing_sent_twice_that_is_on_its_way(
    world: World, sink: HttpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All leases end at once: the senders still know what they are at."""
    offset_ms, real_ns = 0, clock.time.time_ns
    monkeypatch.setattr(clock, "time", SimpleNamespace(time_ns=lambda: real_ns() + offset_ms * 1_000_000))
    sink.answering.clear()
    slow, other = await webhook(world, sink.url, "slow"), await webhook(world, sink.url, "other")
    what = await put(world, slow)
    async with at_work(world.db) as senders:

        async def asked(count: int = 1) -> bool:
            return len(sink.requests) == count

        await until(asked, "it is on its way")
        offset_ms = HOUR_MS
        # Those that are queued now leave after the senders have looked again.
        later = await put(world, other)
        senders.wake()
        await until(lambda: asked(2), "the other one leaves")
        sink.answering.set()
        assert (await ended(world, later)).state == DeliveryState.SENT
        assert (await ended(world, what)).attempts == 1
    assert [each.headers["idempotency-key"] for each in sink.requests] == [str(what), str(later)]
