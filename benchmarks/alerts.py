"""From a failing check to the message in the sink: how long, grouped how, and whether it arrives whoever is killed.

Each watcher of the latency run has a workspace, a policy and a webhook of its own, so that none is grouped. The formula
beside the figures: confirming (the second failing check, a tenth of the interval later, 10 s at most) plus waiting for
others with the same cause (1.5 s, looked at twice a second) plus sending. The goals: nothing lost, one id a
message, one message a channel, in time.
"""

import asyncio
import multiprocessing
import random
import statistics
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col

from benchmarks.processes import SECRET_KEY, embedded_environment, healther_up, postgresql_environment
from benchmarks.seed import seed
from healther.accounts.models import Workspace
from healther.alerting.loops import AlertingLoops
from healther.alerting.models import AlertPolicy, Channel, Delivery
from healther.core.clock import now_ms
from healther.core.db import Database
from healther.core.ids import new_id
from healther.core.settings import Settings
from healther.net.client import Net
from healther.watchers.models import ServiceWatcher
from healther.watchers.states import State
from tests.support.results import check_many
from tests.support.servers import wait_until
from tests.support.target import Answer, target
from tests.support.wire import read_request, response, serving

Row = dict[str, object]
CHANGES = ["down", "degraded", "recovered", "certificate", "flapping"]
_ANSWERS_AFTER_S = 0.05


Arrived = list[tuple[float, str, str]]
"""When (monotonic), at which path, under which id."""


@contextmanager
def timed_sink() -> Iterator[tuple[str, Arrived]]:
    """Its URL and what arrived; it answers after a moment in which a sender may be killed."""
    arrived: Arrived = []
    ready, done = threading.Event(), threading.Event()
    url = [""]

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head, _, _ = (await read_request(reader)).decode().partition("\r\n\r\n")
        at, lines = time.monotonic(), head.split("\r\n")
        key = next(line.partition(": ")[2] for line in lines if line.lower().startswith("idempotency-key"))
        arrived.append((at, lines[0].split(" ")[1], key))
        await asyncio.sleep(_ANSWERS_AFTER_S)
        writer.write(response(body=b"ok"))
        await writer.drain()

    async def serve() -> None:
        async with serving(handle) as port:
            url[0] = f"http://127.0.0.1:{port}"
            ready.set()
            await asyncio.to_thread(done.wait)

    thread = threading.Thread(target=lambda: asyncio.run(serve()), name="sink", daemon=True)
    thread.start()
    ready.wait(10)
    try:
        yield url[0], arrived
    finally:
        done.set()
        thread.join(10)


def run(*, watchers: int, at_once: int, kills: int) -> list[Row]:
    """Seconds from the start of the first failing check to the message; what came of a mass outage and of kills."""
    return [
        latency(watchers, 10),
        latency(watchers, 60),
        mass_outage(at_once),
        *(killed(kills, database) for database in ("sqlite", "postgresql")),
    ]


def latency(watchers: int, every_s: int) -> Row:
    """Each watcher on its own fails at a moment of its own; two failed checks confirm."""
    with embedded_environment() as environment, target() as served, timed_sink() as (url, arrived):
        paths = [f"/service/{number}" for number in range(watchers)]
        ids = seed(environment["DATABASE_URL"], [served.url(path) for path in paths], every_s=every_s)
        asyncio.run(_tell(environment["DATABASE_URL"], [[each] for each in ids], url))
        with healther_up(environment):
            wait_until(lambda: all(served.hits(path) for path in paths), "every watcher was checked", every_s + 60)
            time.sleep(2)
            before = {path: len(served.hits(path)) for path in paths}
            for path in paths:
                served.set(path, Answer(status=500))
            wait_until(lambda: len(arrived) >= watchers, "every message has arrived", 3 * every_s + 60)
        offset = time.time() - time.monotonic()
        took = []
        for at, hook, _ in arrived:
            path = paths[int(hook.removeprefix("/"))]
            took.append(at + offset - served.hits(path)[before[path]].at_ms / 1000)
    took.sort()
    p99_s = took[min(len(took) - 1, int(len(took) * 0.99))]
    lost, doubled = watchers - len({hook for _, hook, _ in arrived}), _under_another_id(arrived)
    return {
        "what": f"first failing check to message, every {every_s} s",
        "samples": len(took),
        "p50_s": round(statistics.median(took), 2),
        "p99_s": round(p99_s, 2),
        "lost": lost,
        "under_another_id": doubled,
        "formula_s": f"{min(10.0, every_s / 10):g} (confirm) + 1.5 to 2 (wait for others) + send",
    }


def mass_outage(watchers: int) -> Row:
    """All watchers of one workspace, every 10 s, fail at the same moment."""
    with embedded_environment() as environment, target() as served, timed_sink() as (url, arrived):
        paths = [f"/service/{number}" for number in range(watchers)]
        ids = seed(environment["DATABASE_URL"], [served.url(path) for path in paths], every_s=10)
        asyncio.run(_tell(environment["DATABASE_URL"], [ids], url))
        with healther_up(environment):
            wait_until(lambda: all(served.hits(path) for path in paths), "every watcher was checked", 120)
            failed_at = time.monotonic()
            for path in paths:
                served.set(path, Answer(status=500))
            wait_until(lambda: bool(arrived), "the message has arrived", 120)
            time.sleep(30)
    return {
        "what": f"{watchers} down at once, every 10 s",
        "samples": len(arrived),
        "told_after_s": round(arrived[0][0] - failed_at, 2),
        "messages_in_30_s": len(arrived),
        "formula_s": "up to 10 (cadence) + 1 (confirm) + 1.5 to 10 (wait while more arrive) + send",
    }


def killed(times: int, database: str) -> Row:
    """A change is recorded, a process plans and sends, and is killed by SIGKILL at a random moment; and again."""
    environments = {"sqlite": embedded_environment, "postgresql": postgresql_environment}
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["healther.alerting.loops", "benchmarks.alerts"])
    with environments[database]() as environment, timed_sink() as (url, arrived):
        database_url = environment["DATABASE_URL"]
        ids = seed(database_url, ["http://127.0.0.1:9/"] * times, every_s=60, starts_in_s=3_600)
        asyncio.run(_tell(database_url, [[each] for each in ids], url))
        dice = random.Random(4)
        for number, watcher_id in enumerate(ids):
            asyncio.run(_record(database_url, watcher_id))
            before = len(arrived)
            child = context.Process(target=work, args=(database_url, 600.0), daemon=True)
            child.start()
            if number % 2:
                # The hardest moment: the message is out, and nothing of that is written.
                wait_until(lambda seen=before: len(arrived) > seen, "a message has arrived", 60)
            else:
                time.sleep(dice.uniform(0.2, 3.5))
            child.kill()
            child.join()
            asyncio.run(_pass_a_minute(database_url))
        last = context.Process(target=work, args=(database_url, 600.0), daemon=True)
        last.start()
        wait_until(lambda: len({hook for _, hook, _ in arrived}) == times, "every change was told", 120)
        last.kill()
        last.join()
    hooks = Counter(hook for _, hook, _ in arrived)
    lost, doubled = times - len(hooks), _under_another_id(arrived)
    return {
        "what": f"kill -9 {times} times between the change and the end of sending, {database}",
        "samples": times,
        "lost": lost,
        "sent_twice": sum(count > 1 for count in hooks.values()),
        "under_another_id": doubled,
    }


def _under_another_id(arrived: Arrived) -> int:
    """How many messages came again under a name of their own: each hook is told one thing."""
    return len({(hook, key) for _, hook, key in arrived}) - len({hook for _, hook, _ in arrived})


def work(database_url: str, seconds: float) -> None:
    """A process that plans and sends until it is killed."""
    asyncio.run(_work(database_url, seconds))


async def _work(database_url: str, seconds: float) -> None:
    settings = Settings(database_url=database_url, secret_key=SECRET_KEY, allow_networks=("127.0.0.0/8",))
    db, net = Database(database_url), Net(settings.networks)
    loops = AlertingLoops(settings, db, net)
    loops.start()
    await asyncio.sleep(seconds)
    await loops.stop()


async def _tell(database_url: str, groups: list[list[UUID]], url: str) -> None:
    """A workspace for each group of watchers, with a webhook `url/<number>` and a policy that tells it everything."""
    db = Database(database_url)
    async with db.write() as session:
        for number, group in enumerate(groups):
            workspace_id, channel_id = new_id(), new_id()
            session.add(Workspace(id=workspace_id, name=f"Bench {number}", slug=f"bench-{number}"))
            await session.flush()
            options = {"url": f"{url}/{number}"}
            session.add(Channel(id=channel_id, workspace_id=workspace_id, name="Hook", kind="webhook", options=options))
            step = {"after_s": 0, "channel_ids": [str(channel_id)], "rotation_ids": [], "user_ids": []}
            session.add(AlertPolicy(workspace_id=workspace_id, name="All", changes=CHANGES, steps=[step]))
            await session.exec(
                update(ServiceWatcher).where(col(ServiceWatcher.id).in_(group)).values(workspace_id=workspace_id)
            )
    await db.close()


async def _record(database_url: str, watcher_id: UUID) -> None:
    """One failed check, believed at once, through the pipeline's own record step."""
    db = Database(database_url)
    await check_many(db, [watcher_id], now_ms(), State.DOWN)
    await db.close()


async def _pass_a_minute(database_url: str) -> None:
    """Leases of the killed process run out."""
    db = Database(database_url)
    async with db.write() as session:
        await session.exec(update(Delivery).values(lease_until=None))
    await db.close()
