"""Every worker process answers for itself: a port each, the same one again after it was killed."""

import signal
import socket
from contextlib import suppress

import httpx
import psutil
from prometheus_client.parser import text_string_to_metric_families

from healther.core.clock import now_ms
from healther.core.db import Database
from tests.support.processes import START_TIMEOUT_S, Processes
from tests.support.servers import free_port, wait_until
from tests.support.target import Target
from tests.support.watchers import add_watcher

TOKEN = "a-token-for-metrics"


def two_ports() -> int:
    """The first of two free ports in a row."""
    while True:
        first = free_port()
        with suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", first + 1))
            return first


def read(port: int) -> dict[str, float]:
    """The samples of a worker, by name; of several with one name the sum. Empty while it does not answer."""
    with suppress(httpx.TransportError):
        answer = httpx.get(f"http://127.0.0.1:{port}/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        samples: dict[str, float] = {}
        for family in text_string_to_metric_families(answer.text):
            for each in family.samples:
                samples[each.name] = samples.get(each.name, 0.0) + each.value
        return samples
    return {}


def status(port: int, path: str) -> int:
    """What a worker answers to whoever has no token."""
    return httpx.get(f"http://127.0.0.1:{port}{path}").status_code


async def test_each_worker_process_counts_for_itself_on_a_port_of_its_own(
    processes: Processes, target: Target, postgres_url: str, redis_url: str
) -> None:
    first = two_ports()
    ports = (first, first + 1)
    processes.settings(
        DATABASE_URL=postgres_url,
        REDIS_URL=redis_url,
        METRICS_LISTEN=f"127.0.0.1:{first}",
        METRICS_TOKEN=TOKEN,
    )
    worker = processes.start_worker("--processes", "2")
    db = Database(postgres_url)
    await add_watcher(db, now_ms(), url=target.url("/shop"))
    await db.close()
    wait_until(
        lambda: sum(read(port).get("healther_checks_total", 0) for port in ports) >= 1, "a check was counted", 60
    )
    assert all("healther_oldest_overdue_seconds" not in read(port) for port in ports)
    for port in ports:
        assert [status(port, path) for path in ("/healthz", "/metrics", "/else")] == [200, 401, 404]

    began = {port: read(port)["process_start_time_seconds"] for port in ports}
    (killed, *_) = worker.children()
    (port,) = [each.laddr.port for each in killed.net_connections() if each.status == psutil.CONN_LISTEN]
    killed.send_signal(signal.SIGKILL)
    wait_until(
        lambda: read(port).get("process_start_time_seconds", 0) > began[port],
        "another answers in its place",
        START_TIMEOUT_S,
    )
    (other,) = [each for each in ports if each != port]
    assert read(other)["process_start_time_seconds"] == began[other]
