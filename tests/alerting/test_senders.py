"""Sending: each message at least once and in order, whoever hangs, refuses, dies or is stopped (R1, R2, R5)."""

import pytest
from sqlalchemy import update
from sqlmodel import col, select

from healther.accounts.models import Membership, Role, User, Workspace
from healther.alerting import outbox
from healther.alerting.deliver import senders as sending
from healther.alerting.deliver.claim import LEASE_MS, claim
from healther.alerting.deliver.outcome import GIVE_UP_AFTER_MS, LONGEST_WAIT_MS, Outcome, Result, backoff_ms, failed
from healther.alerting.deliver.record import Attempt, record
from healther.alerting.models import AlertRun, Channel, DeliveryAttempt, DeliveryState, Lane
from healther.channels.base import MessageKind, RetryLaterError, UndeliverableError
from healther.core.clock import HOUR_MS, now_ms
from healther.core.db import Database
from healther.core.ids import new_id
from healther.incidents.models import EntryKind, IncidentEntry
from healther.observability.metrics import REGISTRY
from tests.support.alerting import LINKS, World
from tests.support.sending import at_work, due_now, ended, incident, put, read, webhook
from tests.support.sinks import HttpSink, message, smtp_sink
from tests.support.waiting import until
from tests.support.wire import response


async def test_a_message_is_sent_recorded_and_its_secrets_are_sealed(world: World, sink: HttpSink) -> None:
    channel_id = await webhook(world, sink.url)
    async with at_work(world.db) as senders:
        delivery_id = await put(world, channel_id)
        senders.wake()
        delivery = await ended(world, delivery_id)
    assert (delivery.state, delivery.attempts, delivery.answer) == (DeliveryState.SENT, 1, "answered 200: ok")
    assert sink.requests[0].headers["idempotency-key"] == str(delivery_id)
    assert sink.requests[0].headers["x-key"] == "hush-hush"
    async with world.db.read() as session:
        (attempt,) = (await session.exec(select(DeliveryAttempt))).all()
        channel = await session.get_one(Channel, channel_id)
    assert (attempt.number, attempt.outcome) == (1, "sent")
    assert "hush-hush" not in str(channel.options)
    assert channel.last_sent_at is not None


async def test_order_is_kept_and_recovered_waits_for_down(world: World, sink: HttpSink) -> None:
    sink.answer = response("503 Busy")
    channel_id, incident_id = await webhook(world, sink.url), await incident(world)
    down = await put(world, channel_id, incident_id=incident_id)
    recovered = await put(world, channel_id, MessageKind.RECOVERED, incident_id)
    other = await put(world, channel_id)
    assert (await read(world, recovered)).after_id == down
    assert (await read(world, other)).after_id is None
    async with at_work(world.db) as senders:

        async def tried() -> bool:
            return (await read(world, down)).attempts == 1

        await until(tried, "down was tried")
        assert (await read(world, recovered)).attempts == 0
        sink.answer = response(body=b"ok")
        await due_now(world)
        senders.wake()
        await ended(world, recovered)
    kinds = [r.json["kind"] for r in sink.requests if r.json["id"] in (str(down), str(recovered))]
    assert kinds == ["down", "down", "recovered"]


async def test_two_senders_send_once(world: World, sink: HttpSink) -> None:
    channels = [await webhook(world, sink.url, f"hook {number}") for number in range(10)]
    ids = [await put(world, channel_id) for channel_id in channels]
    other = Database(str(world.db.engine.url.render_as_string(hide_password=False)))
    async with at_work(world.db), at_work(other):
        for delivery_id in ids:
            await ended(world, delivery_id)
    await other.close()
    assert sorted(request.json["id"] for request in sink.requests) == sorted(str(each) for each in ids)


async def test_a_lease_that_ran_out_is_taken_over_and_the_late_result_refused(world: World, sink: HttpSink) -> None:
    channel_id = await webhook(world, sink.url)
    await put(world, channel_id)
    at = now_ms()
    (stopped,) = await claim(world.db, Lane.ALERT, 5, at)
    assert await claim(world.db, Lane.ALERT, 5, at) == []
    (other,) = await claim(world.db, Lane.ALERT, 5, at + LEASE_MS)
    assert other.fence == stopped.fence + 1
    sent = Outcome(Result.SENT, "ok")
    async with world.db.write() as session:
        assert await record(session, [Attempt(stopped, sent, at, 1)], LINKS, at) == []
    assert (await read(world, stopped.id)).state == DeliveryState.QUEUED
    async with world.db.write() as session:
        assert await record(session, [Attempt(other, sent, at, 1)], LINKS, at)
        assert await record(session, [Attempt(other, sent, at, 1)], LINKS, at) == []
    assert (await read(world, stopped.id)).state == DeliveryState.SENT
    of = {"kind": "webhook", "outcome": "sent"}
    before = REGISTRY.get_sample_value("healther_deliveries_total", of)
    async with at_work(world.db) as senders:
        await senders._record([Attempt(stopped, sent, at, 1, "webhook")])
    assert REGISTRY.get_sample_value("healther_deliveries_total", of) == before, "what is refused is no attempt"


async def test_retry_after_and_rest_are_kept(world: World, sink: HttpSink) -> None:
    sink.answer = response("429 Too Many Requests", b"", "Retry-After: 3600")
    channel_id = await webhook(world, sink.url)
    delivery_id = await put(world, channel_id)
    async with at_work(world.db):

        async def tried() -> bool:
            return (await read(world, delivery_id)).attempts == 1

        await until(tried, "it was tried")
    delivery = await read(world, delivery_id)
    assert delivery.next_at >= delivery.created_at + HOUR_MS
    async with world.db.read() as session:
        channel = await session.get_one(Channel, channel_id)
    assert channel.failures == 1
    assert channel.last_error == "answered 429"


async def test_a_dead_message_goes_to_the_policy_s_other_channel_and_the_owner_is_told(world: World) -> None:
    with smtp_sink() as mail:
        mail.refuse["gone@example.org"] = "550 5.1.1 no such user"
        for name, to in (("first", "gone@example.org"), ("second", "ops@example.org")):
            await world.channel(name)
            async with world.db.write() as session:
                await session.exec(
                    update(Channel).where(col(Channel.id) == world.channels[name]).values(options={"to": [to]})
                )
        policy_id = await world.policy((0, "first"), (60, "second"))
        incident_id = await incident(world)
        async with world.db.write() as session:
            session.add(AlertRun(incident_id=incident_id, policy_id=policy_id, kind="down", started_at=1))
        delivery_id = await put(world, world.channels["first"], incident_id=incident_id)
        later = await put(world, world.channels["first"], MessageKind.REMINDER, incident_id)
        async with at_work(world.db, mail.server()):
            dead = await ended(world, delivery_id)
            assert (await ended(world, later)).state == DeliveryState.DEAD

            async def arrived() -> bool:
                return len(mail.mails) >= 2

            await until(arrived, "the other channel and the owner have their mail")
        assert dead.state == DeliveryState.DEAD
        told = {tuple(each.to): each.parsed for each in mail.mails}
        passed_on = told[("ops@example.org",)].get_body(("plain",))
        assert passed_on is not None
        assert "first could not be reached" in passed_on.get_content()
        assert told[("ada@example.org",)]["Subject"] == "The channel first was switched off"
    async with world.db.read() as session:
        channel = await session.get_one(Channel, world.channels["first"])
        lines = (await session.exec(select(IncidentEntry).where(IncidentEntry.kind == EntryKind.NOT_NOTIFIED))).all()
    assert not channel.enabled
    assert "no such user" in (channel.disabled_reason or "")
    assert {line.facts["to"] for line in lines} == {"first"}
    assert lines[0].facts["instead"] == "second"


async def test_what_waits_for_a_channel_that_was_switched_off_meanwhile_is_given_up_and_passed_on(
    world: World, sink: HttpSink
) -> None:
    first, second = await webhook(world, sink.url, "first"), await webhook(world, sink.url, "second")
    world.channels = {"first": first, "second": second}
    policy_id, incident_id = await world.policy((0, "first"), (60, "second")), await incident(world)
    delivery_id = await put(world, first, incident_id=incident_id)
    async with world.db.write() as session:
        session.add(AlertRun(incident_id=incident_id, policy_id=policy_id, kind="down", started_at=1))
        await session.exec(update(Channel).where(col(Channel.id) == first).values(enabled=False, retry_at=2**50))
    async with at_work(world.db):
        dead = await ended(world, delivery_id)

        async def arrived() -> bool:
            return bool(sink.requests)

        await until(arrived, "the other channel has it")
    assert (dead.state, dead.answer) == (DeliveryState.DEAD, "the channel is switched off")
    assert "first could not be reached" in sink.requests[0].json["note"]


async def test_a_sink_that_refuses_for_two_hours_gets_the_message_then_under_the_same_id(
    world: World, sink: HttpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved = [0]
    monkeypatch.setattr(sending, "now_ms", lambda: now_ms() + moved[0])
    sink.answer = response("503 Busy")
    channel_id, incident_id = await webhook(world, sink.url), await incident(world)
    delivery_id = await put(world, channel_id, incident_id=incident_id)
    recovered = await put(world, channel_id, MessageKind.RECOVERED, incident_id)
    tries = 0
    async with at_work(world.db) as senders:
        while moved[0] < 2 * HOUR_MS:
            tries += 1

            async def tried(count: int = tries) -> bool:
                return (await read(world, delivery_id)).attempts == count

            await until(tried, "it was tried once more")
            async with world.db.read() as session:
                channel = await session.get_one(Channel, channel_id)
            assert channel.failures == tries
            next_at = max((await read(world, delivery_id)).next_at, channel.retry_at or 0)
            moved[0] = max(moved[0], next_at - now_ms())
            if moved[0] >= 2 * HOUR_MS:
                sink.answer = response(body=b"ok")
            senders.wake()
        assert (await ended(world, recovered)).state == DeliveryState.SENT
    assert 8 <= tries <= 25
    assert [each.json["kind"] for each in sink.requests] == ["down"] * (tries + 1) + ["recovered"]
    assert len({each.headers["idempotency-key"] for each in sink.requests[:-1]}) == 1
    async with world.db.read() as session:
        assert (await session.get_one(Channel, channel_id)).failures == 0


async def test_a_sink_that_refuses_for_hours_ends_in_a_dead_letter(world: World) -> None:
    channel_id = await webhook(world, "http://127.0.0.1:9/")
    delivery_id = await put(world, channel_id)
    began = at = (await read(world, delivery_id)).created_at
    tries = []
    while (delivery := await read(world, delivery_id)).state == DeliveryState.QUEUED:
        async with world.db.read() as session:
            channel = await session.get_one(Channel, channel_id)
        at = max(at, delivery.next_at, channel.retry_at or 0)
        if at - began > 2 * HOUR_MS:
            at = max(at, began + GIVE_UP_AFTER_MS - LONGEST_WAIT_MS)
        (claimed,) = await claim(world.db, Lane.ALERT, 1, at)
        outcome = failed(RetryLaterError("nothing listens"), claimed.attempts + 1, claimed.created_at, at)
        async with world.db.write() as session:
            assert await record(session, [Attempt(claimed, outcome, at, 1)], LINKS, at)
        tries.append(at - began)
    assert delivery.answer == f"given up after 24 hours and {len(tries)} attempts: nothing listens"
    assert GIVE_UP_AFTER_MS - 2 * LONGEST_WAIT_MS < tries[-1] <= GIVE_UP_AFTER_MS
    assert tries[1] < 10_000
    assert 8 <= sum(each <= 2 * HOUR_MS for each in tries) <= 25


def test_waits_double_and_end_after_a_day() -> None:
    assert [backoff_ms(n) <= 1.25 * 5_000 * 2 ** (n - 1) for n in range(1, 7)] == [True] * 6
    assert all(0.75 * LONGEST_WAIT_MS <= backoff_ms(n) <= 1.25 * LONGEST_WAIT_MS for n in (9, 40, 10_000))
    at = 1_000
    assert failed(RetryLaterError("busy", 7200), 1, at, at).wait_ms == 7_200_000
    assert failed(RetryLaterError("busy", 1), 1, at, at).wait_ms >= 3_750
    assert failed(RetryLaterError("busy"), 90, at, at + GIVE_UP_AFTER_MS).answer == (
        "given up after 24 hours and 90 attempts: busy"
    )
    assert failed(RetryLaterError("busy", 86_400), 1, at, at).wait_ms == GIVE_UP_AFTER_MS
    asked = failed(RetryLaterError("busy", 90_000), 1, at, at)
    assert (asked.result, asked.answer) == (
        Result.DEAD,
        "given up because it asks to be tried again in 1 d 1 h, later than a day after the first attempt: busy",
    )
    assert failed(UndeliverableError("gone", ends_channel=True), 1, at, at) == Outcome(
        Result.DEAD, "gone", ends_channel=True
    )


async def test_what_waits_can_be_taken_back_and_what_is_under_way_cannot(world: World, sink: HttpSink) -> None:
    channel_id = await webhook(world, sink.url)
    under_way = await put(world, channel_id)
    at = now_ms()
    await claim(world.db, Lane.ALERT, 1, at)
    waiting = await put(world, channel_id)
    async with world.db.write() as session:
        assert await outbox.cancel(session, [under_way, waiting], "overtaken", at) == [waiting]
    assert (await read(world, waiting)).answer == "overtaken"


async def test_who_has_left_the_workspace_is_not_told_what_was_queued_before(world: World) -> None:
    what = message(MessageKind.DOWN, id=new_id())
    async with world.db.write() as session:
        eve = User(email="eve@example.org", full_name="Eve", hashed_password="x")
        elsewhere = Workspace(name="Other", slug="other")
        session.add_all([eve, elsewhere])
        await session.flush()
        session.add(Membership(workspace_id=elsewhere.id, user_id=eve.id, role=Role.OWNER))
        await outbox.queue(
            session, workspace_id=world.workspace_id, kind=MessageKind.DOWN, message=what, user_id=eve.id,
            now_ms=now_ms(),
        )  # fmt: skip
    with smtp_sink() as mail:
        async with at_work(world.db, mail.server()):
            delivery = await ended(world, what.id)
        assert (delivery.state, mail.mails) == (DeliveryState.DEAD, [])
    assert delivery.answer == "nobody is there any more to send this to"
