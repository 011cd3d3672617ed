"""R15: between a worker and its database the network stalls, breaks and crawls; nothing is lost or doubled."""

import signal
from collections.abc import Iterator

import httpx
import pytest

from healther.accounts.models import Workspace
from healther.core.clock import now_ms
from healther.core.db import Database
from healther.watchers.cadence import CadenceUnit
from healther.watchers.models import WatcherState
from healther.watchers.states import State
from tests.support.checks import events_of, longest_wait_ms
from tests.support.processes import Processes, Server
from tests.support.proxy import Proxy, port_of, proxy, through
from tests.support.servers import wait_until
from tests.support.target import Target
from tests.support.waiting import until
from tests.support.watchers import add_watcher, all_checked_since, state_of

WATCHERS = 5


@pytest.fixture(name="proxy")
def proxy_to_postgres(postgres_url: str) -> Iterator[Proxy]:
    with proxy(port_of(postgres_url)) as running:
        yield running


async def test_a_database_that_stalls_breaks_or_crawls_loses_no_check_and_heals_by_itself(
    processes: Processes, target: Target, postgres_url: str, redis_url: str, proxy: Proxy
) -> None:
    db = Database(postgres_url)
    processes.settings(
        DATABASE_URL=through(proxy, postgres_url), REDIS_URL=redis_url, DATABASE_TIMEOUT_S="2", LOG_LEVEL="INFO"
    )
    ids = [
        (await add_watcher(
            db, now_ms(), url=target.url(f"/{number}"), every_value=10, every_unit=CadenceUnit.SECONDS, timeout_ms=1_000
        )).id
        for number in range(WATCHERS)
    ]  # fmt: skip
    api, worker = processes.start_server("api"), processes.start_worker()
    processes.serving(api)
    await until(lambda: all_checked_since(db, ids, 0), "all are checked", 90)

    # Half-open: everything is accepted, nothing answers. Each side finds out by itself.
    proxy.stall()
    wait_until(lambda: "cannot claim" in worker.log, "the worker has noticed", 40)
    wait_until(lambda: _ready(api) == 503, "the API says it is not ready", 40)
    proxy.strand()
    healed_at = now_ms()
    await until(lambda: all_checked_since(db, ids, healed_at), "all are checked after the stall", 50)
    wait_until(lambda: _ready(api) == 200, "the API is ready again", 40)

    # Cut, in the middle of whatever is going on.
    for _ in range(20):
        proxy.cut()
    cut_at = now_ms()
    # And slow: 100 ms each way for every statement.
    proxy.slow(0.1)
    await until(lambda: all_checked_since(db, ids, cut_at), "all are checked over a slow line", 40)
    worker.send(signal.SIGTERM)
    assert worker.wait(40) == 0
    for number, watcher_id in enumerate(ids):
        events = await events_of(db, watcher_id)
        assert {event.status for event in events} == {State.HEALTHY}
        assert longest_wait_ms(events) < 10_000 + 40_000
        assert len(events) <= len(target.hits(f"/{number}"))
        assert (await state_of(db, watcher_id)).state == State.HEALTHY
    await db.close()


def _ready(api: Server) -> int:
    return _get(api, "/readyz").status_code


def _get(api: Server, path: str) -> httpx.Response:
    return httpx.get(api.url + path, timeout=60)


async def test_an_api_without_a_worker_says_that_checks_are_overdue(
    processes: Processes, postgres_url: str, proxy: Proxy
) -> None:
    """R6: a silent stall is no success."""
    db = Database(postgres_url)
    processes.settings(DATABASE_URL=through(proxy, postgres_url))
    api = processes.serving(processes.start_server("api"))
    assert _ready(api) == 200
    watcher = await add_watcher(db, now_ms(), due_at=now_ms() - 61_000)
    answer = _get(api, "/readyz")
    assert answer.status_code == 503
    assert answer.headers["content-type"] == "application/problem+json"
    assert "worker" in answer.json()["detail"]
    async with db.write() as session:
        (await session.get_one(WatcherState, watcher.id)).due_at = now_ms() + 60_000
        workspace = await session.get_one(Workspace, watcher.workspace_id)
        workspace.is_public = True
    assert _ready(api) == 200
    page = f"/status/{workspace.slug}"
    assert (_get(api, page).status_code, _get(api, f"{page}.json").json()["stale"]) == (200, False)
    async with db.write() as session:
        (await session.get_one(WatcherState, watcher.id)).due_at = now_ms() - 61_000
    wait_until(
        lambda: _get(api, f"{page}.json").json()["checks_late"] is True, "the page says that checks are late", 20
    )
    wait_until(lambda: "is late with its checks" in _get(api, page).text, "in words, too", 20)
    async with db.write() as session:
        (await session.get_one(WatcherState, watcher.id)).due_at = now_ms() + 60_000
    proxy.close()
    assert _ready(api) == 503
    assert _get(api, f"/status/{workspace.slug}").status_code == 200
    assert _get(api, "/healthz").status_code == 200
    await db.close()
