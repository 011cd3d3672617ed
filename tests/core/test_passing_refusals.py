"""R11, R15: what PostgreSQL refuses for a while is waited for: a standby, and a transaction nobody went on with."""

import asyncio
from collections.abc import AsyncIterator, Sequence, Sized
from urllib.parse import urlsplit

import psycopg
import pytest
from sqlalchemy import text

from healther.core.clock import now_ms
from healther.core.db import TRANSIENT_ERRORS, Database
from healther.monitoring.claim import store_for
from healther.monitoring.model import Claim
from healther.monitoring.record_loop import RecordLoop
from healther.monitoring.schedule import Scheduler
from healther.observability.metrics import REGISTRY
from healther.watchers.states import State
from tests.support.api import Api, running_api
from tests.support.checks import events_of
from tests.support.results import claim_many, result_of
from tests.support.waiting import until
from tests.support.watchers import add_watcher


class Server:
    """The server's side of a database: who is connected, and whether it may be written to."""

    def __init__(self, url: str) -> None:
        self._url = url.replace("postgresql+psycopg", "postgresql")
        self._name = urlsplit(url).path.lstrip("/")

    async def become(self, *, read_only: bool) -> None:
        """A standby, or the primary again: those who were connected are cut off, as in a fail-over."""
        async with await self._admin() as admin:
            state = "on" if read_only else "off"
            await admin.execute(f"ALTER DATABASE {self._name} SET default_transaction_read_only = {state}")
            await admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()",
                [self._name],
            )

    async def has_ended(self, pid: int) -> bool:
        async with await self._admin() as admin:
            found = await admin.execute("SELECT 1 FROM pg_stat_activity WHERE pid = %s", [pid])
            return await found.fetchone() is None

    async def _admin(self) -> psycopg.AsyncConnection:
        connection = await psycopg.AsyncConnection.connect(self._url, autocommit=True)
        await connection.execute("SET default_transaction_read_only = off")
        return connection


@pytest.fixture
def server(postgres_url: str) -> Server:
    return Server(postgres_url)


@pytest.fixture(name="db")
async def impatient_database(postgres_url: str) -> AsyncIterator[Database]:
    """The server ends a transaction that has been idle for a second."""
    db = Database(postgres_url, answer_timeout_s=1)
    yield db
    await db.close()


async def test_a_transaction_that_was_ended_meanwhile_is_a_database_that_was_away(db: Database, server: Server) -> None:
    """A process that was frozen in the middle of one, or a machine that slept."""

    async def sleep_in_the_middle() -> None:
        async with db.write() as session:
            connection = await session.connection()
            pid = (await connection.execute(text("SELECT pg_backend_pid()"))).scalar_one()
            await until(lambda: server.has_ended(pid), "the server has ended it")
            await connection.execute(text("SELECT 1"))

    with pytest.raises(TRANSIENT_ERRORS):
        await sleep_in_the_middle()
    async with db.write() as session:
        assert (await (await session.connection()).execute(text("SELECT 1"))).scalar_one() == 1


async def test_a_result_waits_while_the_database_may_only_be_read(db: Database, server: Server) -> None:
    watcher = await add_watcher(db, now_ms())
    (claim,) = await claim_many(db, [watcher.id], now_ms())
    recorded: list[int] = []
    loop = RecordLoop(db, store_for(db), lambda count, _recorded: recorded.append(count), max_in_flight=1000)
    await server.become(read_only=True)
    before = failures("record")
    running = asyncio.create_task(loop.run())
    loop.add(result_of(claim, now_ms(), State.HEALTHY))
    await until(lambda: _failed_since("record", before), "it was refused")
    assert recorded == []
    await server.become(read_only=False)
    await until(lambda: _some(recorded), "it is written")
    loop.stop()
    await running
    assert len(await events_of(db, watcher.id)) == 1


def failures(loop: str) -> float:
    """How often a loop of this process could not use the database."""
    return REGISTRY.get_sample_value("healther_database_failures_total", {"loop": loop}) or 0.0


async def _failed_since(loop: str, before: float) -> bool:
    return failures(loop) > before + 1  # the first is a connection that was cut


async def _some(items: Sized) -> bool:
    return len(items) > 0


class Desk:
    """Takes everything."""

    def __init__(self) -> None:
        self.taken: list[Claim] = []

    async def room(self) -> int:
        return 10

    async def dispatch(self, claims: Sequence[Claim]) -> bool:
        self.taken += claims
        return True


async def test_the_schedule_goes_on_when_the_database_may_be_written_to_again(db: Database, server: Server) -> None:
    desk = Desk()
    scheduler = Scheduler(db, "default", desk)
    await server.become(read_only=True)
    before = failures("schedule")
    running = asyncio.create_task(scheduler.run())
    await until(lambda: _failed_since("schedule", before), "it was refused")
    await server.become(read_only=False)
    await add_watcher(db, now_ms())
    await until(lambda: _some(desk.taken), "it claims")
    scheduler.stop()
    await running


@pytest.fixture
async def api(db: Database, postgres_url: str) -> AsyncIterator[Api]:
    async with running_api(db, postgres_url) as running:
        yield running


async def test_the_api_says_come_back(api: Api, server: Server) -> None:
    owner = await api.person("owner")
    await server.become(read_only=True)
    assert (await owner.get("/users/me")).status_code == 200
    answer = await owner.post("/workspaces", {"name": "Acme"})
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.json()["type"] == "/problems/unavailable"
    await server.become(read_only=False)
    assert (await owner.post("/workspaces", {"name": "Acme"})).status_code == 201
