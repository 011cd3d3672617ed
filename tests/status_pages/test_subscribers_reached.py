"""Subscribers by webhook and Slack from the question to the last message, and a mailbox that is nobody's."""

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from uuid import UUID

import pytest
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.alerting.deliver.senders import UNREADABLE
from healther.alerting.models import Delivery, DeliveryState
from healther.alerting.subscribers.post import SubscriberPost, ToSubscriber
from healther.channels.base import Message, Receipt, SendContext, SendError
from healther.core.clock import now_ms
from healther.status_pages.models import Subscriber
from tests.support.api import Api
from tests.support.damage import damage
from tests.support.pki import Pki
from tests.support.sinks import HttpSink, http_sink
from tests.support.status_pages import look, make_page, workspace_with
from tests.support.subscribers import ask, confirmed, deliveries, fan_out, mail_arriving, sending, tell
from tests.support.waiting import until

SLACK = "https://hooks.slack.com"
LINK = re.compile(r"http://testserver(/subscription/[\w.~-]+)")


@dataclass(frozen=True, slots=True)
class Nearby(ToSubscriber):
    """A subscriber whose Slack is the sink."""

    slack: str = ""

    async def send(self, context: SendContext, message: Message) -> Receipt:
        return await ToSubscriber.send(self, replace(context, endpoints={SLACK: self.slack}), message)


@dataclass(frozen=True, slots=True)
class NearbyPost(SubscriberPost):
    slack: str = ""

    async def addresses(self, session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, ToSubscriber | SendError]:
        opened = await SubscriberPost.addresses(self, session, ids)
        return {key: each if isinstance(each, SendError) else self._nearby(each) for key, each in opened.items()}

    def _nearby(self, to: ToSubscriber) -> Nearby:
        return Nearby(to.subscriber_id, to.kind, to.channel, to.links, self.slack)


async def arrived(sink: HttpSink, count: int) -> None:
    async def enough() -> bool:
        return len(sink.requests) >= count

    await until(enough, f"{count} requests arrive")


@pytest.mark.parametrize("kind", ["webhook", "slack"])
async def test_webhooks_and_slack_are_asked_confirm_are_told_and_leave(mailing: Api, pki: Pki, kind: str) -> None:
    owner, workspace, watchers = await workspace_with(mailing, "Shop")
    page = await make_page(owner, workspace, watchers)
    async with http_sink(pki.server("127.0.0.1")) as sink:
        address = f"{SLACK}/services/T/B/X" if kind == "slack" else sink.url
        assert (await ask(mailing, address, kind=kind)).startswith("200")
        state = mailing.app.state
        post = NearbyPost(state.subscriber_places, state.subscription_links, sink.url)
        async with sending(mailing, None, post, ca_file=pki.ca_file) as senders:
            await fan_out(mailing).turn(now_ms())
            senders.wake()
            await arrived(sink, 1)
            asked = LINK.search(sink.requests[0].body.decode())
            assert asked is not None
            assert (await mailing.client(base="").post(asked[1], data={"every": "yes"})).status_code == 303
            await tell(owner, workspace, page, *watchers, body="It is the database.")
            await fan_out(mailing).turn(now_ms())
            senders.wake()
            await arrived(sink, 2)
            told = sink.requests[1].body.decode()
            assert "Investigating: Slow shop" in told
            assert "It is the database." in told
            manage = LINK.search(told)
            assert manage is not None
            assert "Unsubscribe" in (await look(mailing, manage[1])).text
            assert (await mailing.client(base="").post(f"{manage[1]}/unsubscribe")).status_code == 200
            await tell(owner, workspace, page, *watchers, body="It was the disk.")
            await fan_out(mailing).turn(now_ms())
    assert await deliveries(mailing) == []
    async with mailing.db.read() as session:
        assert (await session.exec(select(Subscriber))).all() == []


async def test_a_webhook_that_is_gone_is_given_up_at_once(mailing: Api, pki: Pki) -> None:
    owner, workspace, watchers = await workspace_with(mailing, "Shop")
    page = await make_page(owner, workspace, watchers)
    async with http_sink(pki.server("127.0.0.1")) as sink:
        sink.answer = b"HTTP/1.1 410 Gone\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        await confirmed(mailing, sink.url, kind="webhook")
        await tell(owner, workspace, page)
        async with sending(mailing, None, ca_file=pki.ca_file) as senders:
            await fan_out(mailing).turn(now_ms())
            senders.wake()
            await until(lambda: _disabled(mailing), "the subscriber is given up")
    assert [each.state for each in await deliveries(mailing)] == [DeliveryState.DEAD]


async def test_a_mailbox_that_the_mail_server_says_is_nobody_s_is_given_up(mailing: Api) -> None:
    owner, workspace, watchers = await workspace_with(mailing, "Shop")
    page = await make_page(owner, workspace, watchers)
    await confirmed(mailing, "gone@example.org", "eve@example.org")
    async with mail_arriving(mailing) as (sink, senders):
        sink.refuse["gone@example.org"] = "550 5.1.1 no such user"
        for body in ("We look.", "Still looking."):
            await tell(owner, workspace, page, body=body)
            await fan_out(mailing).turn(now_ms())
            senders.wake()
            await until(lambda: _disabled(mailing), "the subscriber is given up")

        async def both() -> bool:
            return len(sink.mails) == 2

        await until(both, "the other one is told of both")
    assert {tuple(each.to) for each in sink.mails} == {("eve@example.org",)}
    states = sorted(str(each.state) for each in await deliveries(mailing))
    assert states == ["dead", "sent", "sent"]


async def _disabled(api: Api) -> bool:
    async with api.db.read() as session:
        rows = (await session.exec(select(Subscriber))).all()
    return any(row.disabled_reason is not None for row in rows)


async def test_a_subscriber_s_row_that_cannot_be_read_costs_nobody_theirs(mailing: Api) -> None:
    owner, workspace, watchers = await workspace_with(mailing, "Shop")
    page = await make_page(owner, workspace, watchers)
    eve, bob = await confirmed(mailing, "eve@example.org", "bob@example.org")
    await damage(mailing.db, Subscriber, bob, "component_keys")
    await tell(owner, workspace, page, *watchers)
    await fan_out(mailing).turn(now_ms())
    queued = {each.subscriber_id: each.id for each in await deliveries(mailing)}
    assert set(queued) == {eve, bob}, "who has chosen something that cannot be read hears of everything"
    await damage(mailing.db, Delivery, queued[eve], "body")
    async with mail_arriving(mailing) as (sink, _):

        async def over() -> bool:
            return all(each.state != DeliveryState.QUEUED for each in await deliveries(mailing))

        await until(over, "both are over")
        assert [each.to for each in sink.mails] == [["bob@example.org"]]
    ended_as = {each.subscriber_id: (each.state, each.answer) for each in await deliveries(mailing)}
    assert ended_as[eve] == (DeliveryState.DEAD, UNREADABLE)
    async with mailing.db.read() as session:
        bounces = (await session.exec(select(Subscriber.bounces).where(col(Subscriber.id) == eve))).one()
    assert bounces == 0, "that is no fault of the address"
