"""R11: a disk that is full, or fails, on which SQLite lies: nothing that was acknowledged is lost, and it heals."""

import signal

import httpx
import pytest
from sqlmodel import select

from healther.core.db import Database
from healther.watchers.models import ServiceWatcher
from healther.watchers.states import State
from tests.support import strace
from tests.support.checks import events_of
from tests.support.people import Workspace
from tests.support.processes import Processes
from tests.support.servers import wait_until
from tests.support.target import Target

FAULTS = {
    "no space for what is written": ("pwrite64", "error=ENOSPC", "The disk of the database is full"),
    "what was written cannot be made sure of": ("fsync,fdatasync", "error=EIO", "The disk of the database fails"),
}


def add(acme: Workspace, target: Target, number: int) -> httpx.Response:
    """Asks for another watcher."""
    body = {"name": f"Shop {number}", "url": target.url(f"/{number}"), "every_value": 1, "every_unit": "hours"}
    return acme.client.http.post(f"{acme.client.api}/api/v1{acme.path}/watchers", json=body)


def added(acme: Workspace, target: Target, acknowledged: set[str]) -> bool:
    """Whether it was made; it is to be kept then."""
    answer = add(acme, target, len(acknowledged))
    if answer.status_code == 201:
        acknowledged.add(answer.json()["id"])
    return answer.status_code == 201


@pytest.mark.skipif(strace.PROGRAM is None, reason="needs strace (Debian: strace)")
@pytest.mark.parametrize("fault", FAULTS)
async def test_a_disk_that_refuses_loses_nothing_that_was_acknowledged_and_is_waited_for(
    processes: Processes, target: Target, sqlite_url: str, fault: str
) -> None:
    processes.settings(DATABASE_URL=sqlite_url, LOG_LEVEL="INFO")
    up = processes.up()
    acme = processes.workspace(up)
    client = acme.client
    watcher = acme.watch(target.url("/shop"))
    wait_until(lambda: acme.state(watcher) == "healthy", "it is checked", 40)
    acknowledged = {str(watcher)}
    *injected, told = FAULTS[fault]
    with strace.injected(up.pid, *injected) as tracing:
        wait_until(lambda: "cannot record" in up.log or "cannot claim" in up.log, f"it has noticed: {fault}", 60)
        for number in range(5):
            answer = add(acme, target, number)
            assert answer.status_code == 503, answer.text
            assert answer.json()["detail"].startswith(told)
            assert int(answer.headers["Retry-After"]) > 0
        assert client.http.get(f"{up.url}/healthz").status_code == 200
        assert tracing.poll() is None, "strace could not attach"
    assert up.alive
    wait_until(lambda: added(acme, target, acknowledged), "changes are taken again", 60)
    checked = len(target.hits("/shop"))
    wait_until(lambda: len(target.hits("/shop")) > checked, "checks go on", 60)
    up.send(signal.SIGTERM)
    assert up.wait(40) == 0
    db = Database(sqlite_url)
    async with db.read() as session:
        stored = {str(each) for each in (await session.exec(select(ServiceWatcher.id))).all()}
    assert acknowledged <= stored
    events = await events_of(db, watcher)
    assert {event.status for event in events} == {State.HEALTHY}
    assert len(target.hits("/shop")) - len(events) <= 1
    await db.close()
