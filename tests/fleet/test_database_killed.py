"""R11: PostgreSQL is killed with all its processes while it is written to; what was answered with success is there."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from sqlmodel import select

from healther.core.clock import now_ms
from healther.core.db import Database
from healther.migrations.run import upgrade
from healther.watchers.models import ServiceWatcher
from healther.watchers.states import State
from tests.support import servers
from tests.support.checks import events_of, longest_wait_ms
from tests.support.people import Workspace
from tests.support.processes import Processes, Server
from tests.support.servers import Postgres, wait_until
from tests.support.target import Target
from tests.support.waiting import until
from tests.support.watchers import all_checked_since

KILLS = 2
WATCHED = 5
WRITERS = 3


@pytest.fixture(name="server")
def durable_server() -> Iterator[Postgres]:
    """As in production: it says that something is kept when the disk has it."""
    with servers.postgres_server(durable=True) as running:
        yield running


class Writer:
    """Somebody who makes one watcher after the other, and notes what was answered."""

    def __init__(self, acme: Workspace) -> None:
        self._acme = acme
        self._stop = threading.Event()
        self.made: list[str] = []
        self.refused: list[httpx.Response] = []
        self._thread = threading.Thread(target=self._write)
        self._thread.start()

    def end(self) -> None:
        """After the request it is in."""
        self._stop.set()
        self._thread.join()

    def _write(self) -> None:
        url = f"{self._acme.client.api}/api/v1{self._acme.path}/watchers"
        body = {"name": "One of many", "url": "http://127.0.0.9:1/", "every_value": 24, "every_unit": "hours"}
        with httpx.Client(headers=self._acme.client.http.headers, timeout=60) as http:
            while not self._stop.is_set():
                answer = http.post(url, json=body)
                if answer.status_code == 201:
                    self.made.append(answer.json()["id"])
                else:
                    self.refused.append(answer)
                    self._stop.wait(0.1)


@contextmanager
def writing(acme: Workspace) -> Iterator[list[Writer]]:
    """WRITERS of them."""
    writers = [Writer(acme) for _ in range(WRITERS)]
    try:
        yield writers
    finally:
        for each in writers:
            each.end()


async def test_a_killed_postgresql_loses_nothing_that_was_acknowledged_and_everything_heals(
    processes: Processes, target: Target, redis_url: str, server: Postgres
) -> None:
    url = server.url.replace("postgresql", "postgresql+psycopg")
    await upgrade(url)
    processes.settings(
        DATABASE_URL=url, REDIS_URL=redis_url, DATABASE_TIMEOUT_S="5", LOG_LEVEL="INFO", MAX_WATCHERS="100000"
    )
    api, worker = processes.start_server("api"), processes.start_worker()
    acme = processes.workspace(processes.serving(api))
    ids = [acme.watch(target.url(f"/{number}")) for number in range(WATCHED)]
    db = Database(url)
    await until(lambda: all_checked_since(db, ids, 0), "all are checked", 90)
    with writing(acme) as writers:

        def made() -> int:
            return sum(len(each.made) for each in writers)

        for _ in range(KILLS):
            before = made()
            wait_until(lambda least=before + 10: made() >= least, "changes are made", 60)
            refused = sum(len(each.refused) for each in writers)
            server.kill()
            wait_until(
                lambda least=refused + WRITERS: sum(len(each.refused) for each in writers) >= least, "they are refused"
            )
            assert status_of(api, "/healthz") == 200
            assert status_of(api, "/readyz") == 503
            server.start()
            started_at = now_ms()
        await until(lambda: all_checked_since(db, ids, started_at), "all are checked again", 60)
        after = made()
        wait_until(lambda: made() >= after + 10, "changes are made again", 60)
    wait_until(lambda: status_of(api, "/readyz") == 200, "it is ready", 40)
    worker.send(signal.SIGTERM)
    assert worker.wait(40) == 0
    refused_with = [answer for each in writers for answer in each.refused]
    assert {answer.status_code for answer in refused_with} == {503}
    assert all(int(answer.headers["Retry-After"]) > 0 for answer in refused_with)
    async with db.read() as session:
        stored = {str(each) for each in (await session.exec(select(ServiceWatcher.id))).all()}
    acknowledged = {each for writer in writers for each in writer.made}
    assert acknowledged <= stored
    for number, watcher_id in enumerate(ids):
        events = await events_of(db, watcher_id)
        assert {event.status for event in events} == {State.HEALTHY}
        assert longest_wait_ms(events) < 10_000 + 40_000
        assert len(events) <= len(target.hits(f"/{number}"))
    await db.close()


def status_of(api: Server, path: str) -> int:
    """How it answers."""
    return httpx.get(api.url + path, timeout=60).status_code
