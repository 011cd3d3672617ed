"""One story that drives a fleet through everything, while somebody scrapes it: every metric there is moves."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import httpx
import psycopg
from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families
from redis import Redis

from tests.support.metrics_docs import own_families
from tests.support.people import Workspace
from tests.support.processes import Process, Processes
from tests.support.proxy import Proxy, proxy
from tests.support.servers import free_port, wait_until
from tests.support.sse import Listener
from tests.support.target import Answer, Target

STILL = {"healther_build": "is 1, whatever happens: what it says is in its label"}
BREAK_QUIET_HOURS = """UPDATE channel SET quiet_hours = '[{"starts": "whenever"}]'"""
OVERTAKE = "UPDATE watcherstate SET fence = fence + 1 WHERE watcher_id = %s AND lease_slot IS NOT NULL"


class Scraped:
    """The totals of each family that were seen at one process, scraped again and again until `ended` is set."""

    def __init__(self, url: str, ended: threading.Event) -> None:
        self._url = f"{url}/metrics"
        self._ended = ended
        self._seen: dict[str, set[float]] = {}

    def moved(self) -> set[str]:
        """Families that had more than one value."""
        return {name for name, values in list(self._seen.items()) if len(values) > 1}

    def latest(self, name: str) -> float:
        """The sum of a family's samples now; 0 where there are none or nobody answers."""
        return self._read().get(name, 0.0)

    def run(self) -> None:
        """Scrapes on a thread."""
        while not self._ended.wait(0.1):
            self._read()

    def _read(self) -> dict[str, float]:
        try:
            text = httpx.get(self._url, timeout=2).text
        except httpx.TransportError:
            return {}
        totals = {each.name: sum(sample.value for sample in each.samples) for each in _families(text)}
        if not self._seen:
            # What has no sample yet, for want of a label's value, begins at 0.
            self._seen = {family.name: {totals.get(family.name, 0.0)} for family, _ in own_families()}
        for name, total in totals.items():
            if name in self._seen:
                self._seen[name].add(total)
        return totals


def _families(text: str) -> list[Metric]:
    return [each for each in text_string_to_metric_families(text) if each.samples]


@contextmanager
def scraping(*urls: str) -> Iterator[list[Scraped]]:
    ended = threading.Event()
    scraped = [Scraped(url, ended) for url in urls]
    threads = [threading.Thread(target=each.run) for each in scraped]
    for thread in threads:
        thread.start()
    try:
        yield scraped
    finally:
        ended.set()
        for thread in threads:
            thread.join(20)


def test_every_metric_moves_in_a_fleet_that_everything_happens_to(
    processes: Processes, target: Target, postgres_url: str, redis_url: str
) -> None:
    inner = urlsplit(postgres_url)
    assert inner.port is not None
    metrics_port = free_port()
    with (
        proxy(inner.port) as between,
        psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True) as database,
        Redis.from_url(redis_url) as redis,
    ):
        processes.settings(
            DATABASE_URL=postgres_url.replace(f":{inner.port}/", f":{between.port}/"),
            DATABASE_TIMEOUT_S="2",
            REDIS_URL=redis_url,
            METRICS_LISTEN=f"127.0.0.1:{metrics_port}",
            HEARTBEAT_URL=target.url("/alive"),
            HEARTBEAT_EVERY_S="1",
        )
        api, worker = processes.start_server("api"), processes.start_worker()
        processes.serving(api)
        processes.working(worker)
        with scraping(api.url, f"http://127.0.0.1:{metrics_port}") as (of_api, of_worker):
            acme = processes.workspace(api)
            told_and_shown(acme, target)
            # The rest may be over within one cadence, all of it asked for at once or late.
            wait_until(lambda: "healther_checks_waiting" in of_worker.moved(), "a check has waited for its slot", 30)
            overtaken(acme, target, database)
            not_planned(acme, target, database, of_worker)
            frozen(acme, worker, target, redis, of_api)
            without_a_database(between, of_api, of_worker)
            everything = {family.name for family, _ in own_families()}
            assert everything - of_api.moved() - of_worker.moved() == set(STILL)


def told_and_shown(acme: Workspace, target: Target) -> None:
    """Checks, a change of state, a message that is given up and one that is tried again; a page, a live stream."""
    client = acme.client
    client.call("PATCH", acme.path, json={"is_public": True})
    target.set("/gone", Answer(status=410))
    target.set("/busy", Answer(status=503))
    channels = [
        client.call("POST", f"{acme.path}/channels", 201, json={"name": name, "kind": "webhook", "options": options})
        for name, options in (("Gone", {"url": target.url("/gone")}), ("Busy", {"url": target.url("/busy")}))
    ]
    steps = [{"after_s": 0, "channel_ids": [each["id"] for each in channels]}]
    client.call("POST", f"{acme.path}/alert-policies", 201, json={"name": "Hooks", "steps": steps})
    with Listener(acme) as listener:
        listener.until("ready")
        shop = acme.watch(target.url("/shop"), failure_threshold=1)
        acme.checked(shop, "healthy")
        assert client.http.get(f"{client.api}/status/{acme.slug}").status_code == 200
        target.set("/shop", Answer(status=500))
        acme.checked(shop, "down")
        wait_until(lambda: bool(target.hits("/gone")) and bool(target.hits("/busy")), "both channels were tried")
    wait_until(lambda: bool(target.hits("/alive")), "the heartbeat was sent")


def overtaken(acme: Workspace, target: Target, database: psycopg.Connection) -> None:
    """While a check hangs, its lease goes to another, as if this worker had been frozen."""
    target.set("/slow", Answer(hangs=True))
    slow = acme.watch(target.url("/slow"))
    wait_until(lambda: bool(target.hits("/slow")), "it hangs")
    assert database.execute(OVERTAKE, (slow,)).rowcount == 1
    target.set("/slow", Answer())


def not_planned(acme: Workspace, target: Target, database: psycopg.Connection, of_worker: Scraped) -> None:
    """A change of state that planning stumbles over, and that waits therefore."""
    database.execute(BREAK_QUIET_HOURS)
    target.set("/blog", Answer(status=500))
    acme.checked(acme.watch(target.url("/blog"), failure_threshold=1), "down")
    wait_until(lambda: of_worker.latest("healther_parts_failed") > 0, "planning has failed")
    wait_until(lambda: of_worker.latest("healther_results_refused") > 0, "the late result was refused")


def frozen(acme: Workspace, worker: Process, target: Target, redis: Redis, of_api: Scraped) -> None:
    """Nobody checks and nobody sends: checks, messages and jobs wait."""
    worker.send(signal.SIGSTOP)

    def waits() -> bool:
        # What is made now comes into the queue; the first may still be handed to the one that is frozen.
        if not redis.llen("rq:queue:health-checks"):
            acme.watch(target.url("/new"))
        return of_api.latest("healther_queue_jobs") > 0

    wait_until(waits, "jobs wait in the queue", 30)
    late = (
        "healther_oldest_overdue_seconds",
        "healther_delivery_oldest_overdue_seconds",
        "healther_outbox_oldest_seconds",
    )
    wait_until(lambda: all(of_api.latest(each) > 0 for each in late), "checks and messages are late", 60)
    worker.send(signal.SIGCONT)


def without_a_database(between: Proxy, of_api: Scraped, of_worker: Scraped) -> None:
    """The database is away."""
    between.close()
    wait_until(lambda: of_worker.latest("healther_database_failures") > 0, "the worker has noticed", 30)
    wait_until(lambda: of_api.latest("healther_readings_failed") > 0, "the API says so", 30)
