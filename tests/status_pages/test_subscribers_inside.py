"""S2: what the operator lets tenants reach is not for whoever fills in the form of a page."""

import asyncio
from dataclasses import dataclass, field
from uuid import UUID

from sqlmodel import delete

from healther.alerting import outbox
from healther.alerting.loops import AlertingLoops
from healther.alerting.models import Delivery, DeliveryState
from healther.channels.base import MessageKind
from healther.core.clock import now_ms
from healther.core.db import Database
from healther.core.ids import new_id
from healther.status_pages.models import Subscriber
from tests.support.api import Api, running_api
from tests.support.pki import Pki
from tests.support.sinks import message, smtp_sink
from tests.support.status_pages import make_page, workspace_with
from tests.support.subscribers import MAILS, arrived, ask, deliveries
from tests.support.waiting import until
from tests.support.wire import guarded_net, read_request, response, serving


@dataclass
class Inside:
    """A server in an allowed network with a trusted certificate; it counts who knocks, also without a request."""

    pki: Pki
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        await writer.start_tls(self.pki.server("127.0.0.1"))
        self.requests.append(await read_request(reader))
        writer.write(response(body=b"ok"))
        await writer.drain()


async def test_what_strangers_subscribe_reaches_no_network_that_is_allowed_to_tenants(
    db: Database, database_url: str, pki: Pki
) -> None:
    inside = Inside(pki)
    with smtp_sink() as mails:
        settings = {**MAILS, "smtp_url": f"smtp://127.0.0.1:{mails.port}"}
        async with (
            running_api(db, database_url, **settings) as api,
            serving(inside.handle) as port,
            guarded_net(ca_file=pki.ca_file) as net,
        ):
            url = f"https://127.0.0.1:{port}/internal/admin?do=it"
            owner, workspace, watchers = await workspace_with(api, "Shop")
            await make_page(owner, workspace, watchers)
            outside = await ask(api, "https://hooks.example.org/hook", kind="webhook")
            async with db.write() as session:
                await session.exec(delete(Subscriber))  # nobody is to be dialled there
            assert await ask(api, url, kind="webhook", client="192.0.2.2") == outside, "the form tells nothing"
            loops = AlertingLoops(api.app.state.settings, db, net)
            loops.start()
            try:
                refused = await _ended(api, "127.0.0.1")
                assert refused.state == DeliveryState.DEAD
                assert "public addresses only" in refused.answer, refused.answer
                assert inside.connections == 0
                assert (await ask(api, client="192.0.2.3")).startswith("200")
                loops.wake()
                await arrived(mails, 1)  # by the operator's own mail server, which is inside as well
                await _send_by_channel(api, workspace, (await owner.post(
                    f"/workspaces/{workspace}/channels", {"name": "hook", "kind": "webhook", "options": {"url": url}}
                )).json()["id"])  # fmt: skip
                loops.wake()

                async def asked() -> bool:
                    return bool(inside.requests)

                await until(asked, "a channel of the workspace reaches it")
            finally:
                await loops.stop()


async def _ended(api: Api, host: str) -> Delivery:
    """What became of the question to this host, once something has."""
    found: list[Delivery] = []

    async def over() -> bool:
        found[:] = [each for each in await deliveries(api) if host in (each.answer or "")]
        return bool(found)

    await until(over, f"the question to {host} is over")
    return found[0]


async def _send_by_channel(api: Api, workspace: str, channel_id: str) -> None:
    what = message(id=new_id())
    async with api.db.write() as session:
        await outbox.queue(
            session, workspace_id=UUID(workspace), kind=MessageKind.DOWN, message=what, channel_id=UUID(channel_id),
            incident_id=None, now_ms=now_ms(),
        )  # fmt: skip
