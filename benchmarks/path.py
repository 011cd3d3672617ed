"""The whole path: due, claimed, dispatched, probed with a new connection, judged, recorded, visible."""

import asyncio
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
import psycopg
from sqlalchemy import text

from benchmarks.processes import LOOPBACK_ONLY, cpu_s, healther, healther_up
from benchmarks.seed import seed
from benchmarks.targets import Targets, nginx
from healther.core.clock import now_ms
from healther.core.db import Database
from healther.migrations.run import upgrade
from tests.support import servers

CADENCE_S = 10
# The first round compiles every plan and opens every ledger: what is measured comes after it.
WARM_UP_MOST_S = 120


@dataclass
class PathFigures:
    """What a run over `seconds` cost and how late it was; CPU in milliseconds per check."""

    setup: str
    scheme: str
    wanted_per_s: int
    seconds: float
    checks_per_s: float
    not_healthy: int
    own_cpu_ms: float
    database_cpu_ms: float
    redis_cpu_ms: float
    target_cpu_ms: float
    lateness_p50_ms: float
    lateness_p99_ms: float
    rss_mb: float


def run(setup: str, scheme: str, rate: int, seconds: int, *, settings: Mapping[str, str] | None = None) -> PathFigures:
    """`setup` is `embedded` (SQLite, one process) or `fleet` (PostgreSQL, Redis and RQ, one worker process)."""
    with ExitStack() as stack:
        target = stack.enter_context(nginx())
        environment = {**LOOPBACK_ONLY, "MAX_IN_FLIGHT": "4000", **(settings or {})}
        postgres_pid = redis_pid = None
        if setup == "embedded":
            home = Path(stack.enter_context(TemporaryDirectory(prefix="healther-bench-")))
            environment["DATABASE_URL"] = f"sqlite+aiosqlite:///{home}/healther.db"
        else:
            url = stack.enter_context(servers.postgres(durable=True))
            postgres_pid = _postmaster(url)
            redis = stack.enter_context(servers.redis())
            redis_pid = redis.process.pid
            environment["DATABASE_URL"] = url.replace("postgresql://", "postgresql+psycopg://")
            environment["REDIS_URL"] = f"redis://127.0.0.1:{redis.port}/0"
        asyncio.run(upgrade(environment["DATABASE_URL"]))
        seed(environment["DATABASE_URL"], _urls(target, scheme, rate * CADENCE_S), every_s=CADENCE_S)
        own = stack.enter_context(_started(setup, environment, target))
        return _measure(setup, scheme, rate, seconds, environment["DATABASE_URL"], own, target, postgres_pid, redis_pid)


def _urls(target: Targets, scheme: str, count: int) -> list[str]:
    port = target.tls_port if scheme == "https" else target.plain_port
    return [f"{scheme}://127.0.0.1:{port}/{number}" for number in range(count)]


@contextmanager
def _started(setup: str, environment: dict[str, str], target: Targets) -> Iterator[psutil.Process]:
    environment = {**environment}
    with ExitStack() as stack:
        if setup == "embedded":
            process, _ = stack.enter_context(healther_up(environment, ca_file=target.ca_file))
        else:
            process = stack.enter_context(healther(["worker"], environment, ca_file=target.ca_file))
        yield process


def _postmaster(url: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT pg_backend_pid()").fetchone()
    assert row is not None
    return psutil.Process(row[0]).ppid() if psutil.pid_exists(row[0]) else _listener(url)


def _listener(url: str) -> int:
    port = int(url.rsplit(":", 1)[1].split("/")[0])
    for connection in psutil.net_connections("tcp"):
        if connection.laddr and connection.laddr.port == port and connection.status == "LISTEN" and connection.pid:
            return connection.pid
    raise SystemExit("cannot find the PostgreSQL process")


def _measure(
    setup: str, scheme: str, rate: int, seconds: int, database_url: str, own: psutil.Process, target: Targets,
    postgres_pid: int | None, redis_pid: int | None,
) -> PathFigures:  # fmt: skip
    processes = {
        "own": own,
        "target": psutil.Process(target.pid),
        "database": psutil.Process(postgres_pid) if postgres_pid else None,
        "redis": psutil.Process(redis_pid) if redis_pid else None,
    }

    def used() -> dict[str, float]:
        return {name: cpu_s(process) if process else 0.0 for name, process in processes.items()}

    asyncio.run(first_round(database_url))
    time.sleep(CADENCE_S)
    before, from_ms = used(), now_ms()
    started = time.monotonic()
    time.sleep(seconds)
    after, to_ms = used(), now_ms()
    took = time.monotonic() - started
    time.sleep(1)
    checks, bad, p50, p99 = asyncio.run(recorded(database_url, from_ms, to_ms))
    cost = {name: (after[name] - before[name]) / max(checks, 1) * 1000 for name in before}
    return PathFigures(
        setup=setup,
        scheme=scheme,
        wanted_per_s=rate,
        seconds=round(took, 1),
        checks_per_s=round(checks / took, 1),
        not_healthy=bad,
        own_cpu_ms=round(cost["own"], 4),
        database_cpu_ms=round(cost["database"], 4),
        redis_cpu_ms=round(cost["redis"], 4),
        target_cpu_ms=round(cost["target"], 4),
        lateness_p50_ms=p50,
        lateness_p99_ms=p99,
        rss_mb=round(own.memory_info().rss / 1e6, 1),
    )


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
