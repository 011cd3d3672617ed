"""The whole path: due, claimed, dispatched, probed with a new connection, judged, recorded, visible."""

import asyncio
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass

import psutil
from sqlalchemy import text

from benchmarks.people import sign_in
from benchmarks.processes import cpu_s
from benchmarks.seed import seed
from benchmarks.setups import Setup, Started, prepared
from benchmarks.targets import Targets, cheap_server
from benchmarks.visible import Reader, Seen
from healther.core.clock import now_ms
from healther.core.db import Database

CADENCE_S = 10
# The first round compiles every plan and opens every ledger: what is measured comes after it.
WARM_UP_MOST_S = 120
# That round may leave a backlog: the window begins when the checks of a cadence were on time, or after so long anyway.
ON_TIME_MS = 500
SETTLE_MOST_S = 180
# So long results are read back through the API, a sample a second.
VISIBLE_S = 20


@dataclass
class PathFigures:
    """What a run over `seconds` cost and how late it was; CPU in milliseconds per check.

    `own` is every process of healther's, an API of its own (`of it`) included; `with_servers` is that and what the
    database and Redis took. `settled`: checks were on time when the window began. `workers`: processes that check.
    """

    setup: str
    workers: int
    scheme: str
    wanted_per_s: int
    seconds: float
    settled: bool
    checks_per_s: float
    not_healthy: int
    own_cpu_ms: float
    of_it_api_cpu_ms: float
    database_cpu_ms: float
    redis_cpu_ms: float
    with_servers_cpu_ms: float
    target_cpu_ms: float
    lateness_p50_ms: float
    lateness_p99_ms: float
    visible_p50_ms: float | None
    visible_p95_ms: float | None
    visible_samples: int
    visible_given_up: int
    api_reads: int
    api_reads_unanswered: int
    rss_mb: float


def run(
    setup: str, scheme: str, rate: int, seconds: int, *, settings: Mapping[str, str] | None = None, reads: bool = True,
    workers: int = 1,
) -> PathFigures:  # fmt: skip
    """`setup` is one of `benchmarks.setups`; with `reads` somebody looks through the API afterwards."""
    with ExitStack() as stack:
        target = stack.enter_context(cheap_server())
        where = stack.enter_context(prepared(setup, {"MAX_IN_FLIGHT": "4000", **(settings or {})}))
        ids = seed(where.database_url, _urls(target, scheme, rate * CADENCE_S), every_s=CADENCE_S)
        started = stack.enter_context(where.started(ca_file=target.ca_file, workers=workers))
        reader = None
        if reads:
            reader = Reader(started.url, *sign_in(started.url, where.database_url), ids, CADENCE_S)
        return _measure(where, workers, scheme, rate, seconds, started, target, reader)


def _urls(target: Targets, scheme: str, count: int) -> list[str]:
    port = target.tls_port if scheme == "https" else target.plain_port
    return [f"{scheme}://127.0.0.1:{port}/{number}" for number in range(count)]


def _measure(
    setup: Setup, workers: int, scheme: str, rate: int, seconds: int, started: Started, target: Targets,
    reader: Reader | None,
) -> PathFigures:  # fmt: skip
    processes = {
        "engine": started.engine,
        "api": started.api,
        "target": psutil.Process(target.pid),
        "database": setup.postgres,
        "redis": setup.redis,
    }

    def used() -> dict[str, float]:
        return {name: cpu_s(process) if process else 0.0 for name, process in processes.items()}

    asyncio.run(first_round(setup.database_url))
    settled = asyncio.run(on_time(setup.database_url))
    before, from_ms = used(), now_ms()
    began = time.monotonic()
    time.sleep(seconds)
    after, to_ms = used(), now_ms()
    took = time.monotonic() - began
    # Behind the window, or asking would be counted as what a check costs.
    seen = Seen() if reader is None else reader.watch(min(seconds, VISIBLE_S))
    time.sleep(1)
    checks, bad, p50, p99 = asyncio.run(recorded(setup.database_url, from_ms, to_ms))
    cost = {name: (after[name] - before[name]) / max(checks, 1) * 1000 for name in before}
    visible = sorted(seen.delays_ms)
    return PathFigures(
        setup=setup.name,
        workers=workers,
        scheme=scheme,
        wanted_per_s=rate,
        seconds=round(took, 1),
        settled=settled,
        checks_per_s=round(checks / took, 1),
        not_healthy=bad,
        own_cpu_ms=round(cost["engine"] + cost["api"], 4),
        of_it_api_cpu_ms=round(cost["api"], 4),
        database_cpu_ms=round(cost["database"], 4),
        redis_cpu_ms=round(cost["redis"], 4),
        with_servers_cpu_ms=round(sum(cost.values()) - cost["target"], 4),
        target_cpu_ms=round(cost["target"], 4),
        lateness_p50_ms=p50,
        lateness_p99_ms=p99,
        visible_p50_ms=round(visible[len(visible) // 2], 1) if visible else None,
        visible_p95_ms=round(visible[int(len(visible) * 0.95)], 1) if visible else None,
        visible_samples=len(visible),
        visible_given_up=seen.given_up,
        api_reads=seen.reads,
        api_reads_unanswered=seen.unanswered,
        rss_mb=round(_rss_of_the_largest(started.engine) / 1e6, 1),
    )


def _rss_of_the_largest(engine: psutil.Process) -> int:
    """Bytes; of several workers, which are their parent's children, it is the one with most."""
    return max(each.memory_info().rss for each in (engine, *engine.children(recursive=True)))


async def first_round(database_url: str) -> None:
    """Returns when every watcher has been checked once."""
    db = Database(database_url)
    deadline = time.monotonic() + WARM_UP_MOST_S
    query = text("SELECT count(*) FROM watcherstate WHERE last_checked_at IS NULL")
    while time.monotonic() < deadline:
        async with db.read_connection() as connection:
            if not (await connection.execute(query)).scalar_one():
                break
        await asyncio.sleep(1)
    await db.close()


async def on_time(database_url: str) -> bool:
    """Returns when 99 % of the checks of a whole cadence began on time; False when that does not come."""
    deadline = time.monotonic() + SETTLE_MOST_S
    while time.monotonic() < deadline:
        from_ms = now_ms()
        await asyncio.sleep(CADENCE_S)
        checks, _, _, p99 = await recorded(database_url, from_ms, now_ms())
        if checks and p99 < ON_TIME_MS:
            return True
    return False


async def recorded(database_url: str, from_ms: int, to_ms: int) -> tuple[int, int, float, float]:
    """Checks started in the window, how many were not healthy, and their lateness (start minus slot)."""
    db = Database(database_url)
    query = text("SELECT created_at - slot, status FROM healthevent WHERE created_at >= :from AND created_at < :to")
    async with db.read_connection() as connection:
        rows = (await connection.execute(query, {"from": from_ms, "to": to_ms})).all()
    await db.close()
    late = sorted(row[0] for row in rows)
    bad = sum(row[1] != 1 for row in rows)
    if not late:
        return 0, 0, 0.0, 0.0
    return len(late), bad, float(late[len(late) // 2]), float(late[int(len(late) * 0.99)])


def as_row(figures: PathFigures) -> dict[str, object]:
    """For the table and the JSON file."""
    return asdict(figures)
