"""10,000 subscribers of one update: how long until the last mail is in the sink, and how alerts fare meanwhile."""

import asyncio
import multiprocessing
import statistics
import tempfile
import time
from multiprocessing.connection import Connection
from pathlib import Path
from uuid import UUID

from aiosmtpd.controller import Controller
from sqlalchemy import insert
from sqlmodel import col, func, select

from benchmarks.processes import SECRET_KEY
from healther.accounts.models import Workspace
from healther.alerting import outbox
from healther.alerting.loops import AlertingLoops
from healther.alerting.messages import Links, Reader, notice_message
from healther.alerting.models import Channel, Delivery, DeliveryState, Lane
from healther.channels.base import MessageKind
from healther.core.clock import now_ms
from healther.core.db import Database
from healther.core.ids import new_id
from healther.core.settings import Settings
from healther.incidents.models import EntryKind, Incident, IncidentEntry, Stage
from healther.migrations.run import upgrade
from healther.net.client import Net
from healther.status_pages.models import StatusPage, StatusPageIncident, Subscriber
from healther.status_pages.subscribers.places import Kind, Places
from tests.support.servers import free_port

Row = dict[str, object]
ALERT_EVERY_S = 1.0
_LIMIT_S = 240.0


class _Sink:
    """Counts mails and the connections they came by; notes when each alert came."""

    def __init__(self) -> None:
        self.mails = 0
        self.connections: set[int] = set()
        self.alerts: list[tuple[str, int]] = []

    async def handle_DATA(self, _server: object, session: object, envelope: object) -> str:  # noqa: N802
        to: str = envelope.rcpt_tos[0]  # type: ignore[attr-defined]
        if to.startswith("alert"):
            head: bytes = envelope.content  # type: ignore[attr-defined]
            # The delivery's id; behind the dot stands whose mail it is.
            name = head.partition(b"Message-ID: <")[2].partition(b".")[0].decode()
            self.alerts.append((name, now_ms()))
        else:
            self.mails += 1
            self.connections.add(id(session))
        return "250 taken"


def _sink(port: int, pipe: Connection) -> None:
    sink = _Sink()
    controller = Controller(sink, hostname="127.0.0.1", port=port)
    controller.start()
    pipe.send("ready")
    while pipe.recv() == "count":
        pipe.send((sink.mails, len(sink.connections), sink.alerts))
    controller.stop()


def run(count: int) -> list[Row]:
    """One update for so many subscribers, with an alert every second, on SQLite in one process."""
    port = free_port()
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_sink, args=(port, theirs))
    process.start()
    try:
        assert ours.recv() == "ready"
        with tempfile.TemporaryDirectory() as folder:
            return [asyncio.run(_measure(count, Path(folder), port, ours))]
    finally:
        ours.send("end")
        process.join(10)


async def _measure(count: int, folder: Path, port: int, sink: Connection) -> Row:
    settings = Settings(
        secret_key=SECRET_KEY,
        database_url=f"sqlite+aiosqlite:///{folder}/healther.db",
        smtp_url=f"smtp://127.0.0.1:{port}",
        mail_from="status@example.org",
        allow_networks=("127.0.0.0/8",),
    )
    await upgrade(settings.database_url)
    db = Database(settings.database_url)
    workspace, channel_id, entry = await _seed(db, settings, count)
    net = Net(settings.networks)
    loops = AlertingLoops(settings, db, net)
    loops.start()
    queued: dict[str, int] = {}
    try:
        async with db.write() as session:
            session.add(entry)
        began = time.monotonic()
        mails, connections, alerts = 0, 0, []
        while mails < count and time.monotonic() - began < _LIMIT_S:
            message_id, at = await _alert(db, settings, workspace, channel_id)
            queued[str(message_id)] = at
            await loops.queued(Lane.ALERT)
            await asyncio.sleep(ALERT_EVERY_S)
            sink.send("count")
            mails, connections, alerts = sink.recv()
        took_s = time.monotonic() - began
        waits = [at - queued[name] for name, at in alerts if name in queued]
        async with db.read() as session:
            sent = (
                select(func.count())
                .select_from(Delivery)
                .where(Delivery.lane == Lane.SUBSCRIBER, col(Delivery.state) == DeliveryState.SENT)
            )
            recorded = (await session.exec(sent)).one()
    finally:
        await loops.stop()
        await db.close()
    return {
        "subscribers": count,
        "arrived": mails,
        "not_arrived": count - mails,
        "recorded": recorded,
        "seconds": round(took_s, 1),
        "mails_per_s": round(mails / took_s),
        "connections": connections,
        "alerts": len(waits),
        "alert_ms_median": round(statistics.median(waits)),
        "alert_ms_worst": max(waits),
    }


async def _seed(db: Database, settings: Settings, count: int) -> tuple[Workspace, UUID, IncidentEntry]:
    places, now = Places(settings), now_ms()
    workspace = Workspace(name="Acme", slug="acme")
    page = StatusPage(workspace_id=workspace.id, slug="acme-status", title="Acme")
    incident = Incident(workspace_id=workspace.id, title="Slow", title_given=True, started_at=now, detected_at=now)
    channel = Channel(workspace_id=workspace.id, name="mail", kind="email", options={"to": ["alert@example.org"]})
    rows = [
        {
            "id": new_id(),
            "page_id": page.id,
            "kind": Kind.EMAIL,
            "sealed_address": places.seal(f"reader{number}@example.org"),
            "address_hash": places.hash(Kind.EMAIL, f"reader{number}@example.org"),
            "component_keys": None,
            "language": "en",
            "created_at": now,
            "asked_at": now,
            "confirmed_at": now,
            "bounces": 0,
        }
        for number in range(count)
    ]
    async with db.write() as session:
        session.add(workspace)
        await session.flush()
        session.add_all([page, incident, channel])
        await session.flush()
        session.add(StatusPageIncident(page_id=page.id, incident_id=incident.id, created_at=now))
        await session.exec(insert(Subscriber), params=rows)
    said = IncidentEntry(
        incident_id=incident.id, at=now, kind=EntryKind.UPDATE, stage=Stage.IDENTIFIED, body="It is the database."
    )
    return workspace, channel.id, said


async def _alert(db: Database, settings: Settings, workspace: Workspace, channel_id: UUID) -> tuple[UUID, int]:
    now = now_ms()
    message = notice_message("Down", "Shop", "t", workspace, Links.of(settings), Reader(), now)
    async with db.write() as session:
        await outbox.queue(
            session,
            workspace_id=workspace.id,
            kind=MessageKind.DOWN,
            message=message,
            channel_id=channel_id,
            now_ms=now,
        )
    return message.id, now
