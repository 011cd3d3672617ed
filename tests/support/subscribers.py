"""Subscribers of a page: how they come, and the senders that write to them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from sqlmodel import col, select, update

from healther.alerting.deliver.address import SEALER_PURPOSE
from healther.alerting.deliver.senders import Senders
from healther.alerting.models import Delivery, Lane
from healther.alerting.subscribers.fan_out import FanOut
from healther.alerting.subscribers.post import SubscriberPost
from healther.channels.base import MailServer
from healther.status_pages.models import Subscriber
from tests.support.alerting import LINKS
from tests.support.api import Api, Json, Person
from tests.support.sinks import SmtpSink, smtp_sink
from tests.support.waiting import until
from tests.support.wire import guarded_net

MAILS = {"smtp_url": "smtp://127.0.0.1:25", "mail_from": "status@example.org", "public_url": "http://testserver"}


def fan_out(api: Api) -> FanOut:
    """Takes turns at telling subscribers."""
    return FanOut(api.db, api.app.state.subscription_links, "http://testserver")


async def ask(
    api: Api,
    address: str = "eve@example.org",
    *,
    client: str = "192.0.2.1",
    page: str = "acme-status",
    **fields: object,
) -> str:
    """Fills in the form; what it answers."""
    form = {"address": address, "kind": "email", **fields}
    answer = await api.client(client, base="").post(f"/status/{page}/subscribe", data=form)
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    return f"{answer.status_code} {answer.text}"


async def confirmed(api: Api, *addresses: str, **fields: object) -> list[UUID]:
    """Subscribers that have confirmed."""
    for number, address in enumerate(addresses):
        assert (await ask(api, address, client=f"198.51.100.{number}", **fields)).startswith("200")
    async with api.db.write() as session:
        await session.exec(update(Subscriber).values(confirmed_at=1, asked_at=1))
    async with api.db.read() as session:
        return list((await session.exec(select(Subscriber.id).order_by(col(Subscriber.created_at)))).all())


async def deliveries(api: Api) -> list[Delivery]:
    """What was queued for them, oldest first."""
    query = select(Delivery).where(Delivery.lane == Lane.SUBSCRIBER).order_by(col(Delivery.created_at))
    async with api.db.read() as session:
        return list((await session.exec(query)).all())


async def tell(owner: Person, workspace: str, page: Json, *watchers: Json, body: str = "We look.") -> Json:
    """An incident on the page, with an update."""
    incident = {
        "title": "Slow shop", "page_ids": [page["id"]], "body": body, "stage": "investigating",
        "components": [{"watcher_id": each["id"], "impact": "down"} for each in watchers],
    }  # fmt: skip
    answer = await owner.post(f"/workspaces/{workspace}/incidents", incident)
    assert answer.status_code == 201, answer.text
    made: Json = answer.json()
    return made


@asynccontextmanager
async def sending(
    api: Api, server: MailServer | None, post: SubscriberPost | None = None, *, ca_file: str | None = None
) -> AsyncIterator[Senders]:
    """The senders of the lane of subscribers."""
    settings, links = api.app.state.settings, api.app.state.subscription_links
    post = post or SubscriberPost(api.app.state.subscriber_places, links)
    async with guarded_net(ca_file=ca_file) as net:
        sealer = settings.sealer(SEALER_PURPOSE)
        senders = Senders(api.db, net, sealer, server, LINKS, Lane.SUBSCRIBER, post, most_mails=0, asks_first=False)
        task = asyncio.create_task(senders.run())
        try:
            yield senders
        finally:
            senders.stop()
            await asyncio.wait_for(task, 20)


async def arrived(sink: SmtpSink, count: int) -> None:
    """Waits for so many mails."""

    async def enough() -> bool:
        return len(sink.mails) >= count

    await until(enough, f"{count} mails arrive")


@asynccontextmanager
async def mail_arriving(api: Api) -> AsyncIterator[tuple[SmtpSink, Senders]]:
    """A sink, and senders that send there."""
    with smtp_sink() as sink:
        async with sending(api, sink.server()) as senders:
            yield sink, senders
