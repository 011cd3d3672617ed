"""The two ways healther runs: embedded (SQLite, one process), or a fleet (PostgreSQL, Redis, a worker and an API)."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg

from benchmarks.processes import embedded_environment, healther, healther_api, healther_up, postgresql_environment
from tests.support import servers

SETUPS = ("embedded", "fleet")


@dataclass
class Started:
    """healther's processes: whichever has the engine, and the API where that is another one."""

    engine: psutil.Process
    api: psutil.Process | None
    url: str


@dataclass
class Setup:
    """A new, migrated database, and for a fleet a Redis, with the environment that leads healther there."""

    name: str
    environment: dict[str, str]
    postgres: psutil.Process | None = None
    redis: psutil.Process | None = None

    @property
    def database_url(self) -> str:
        """As healther's setting has it."""
        return self.environment["DATABASE_URL"]

    @contextmanager
    def started(self, *, ca_file: Path | None = None, workers: int = 1) -> Iterator[Started]:
        """healther at work, a fleet with so many worker processes, until the end of the block."""
        with ExitStack() as stack:
            if self.name == "embedded":
                engine, url = stack.enter_context(healther_up(self.environment, ca_file=ca_file))
                yield Started(engine, None, url)
            else:
                api, url = stack.enter_context(healther_api(self.environment))
                verb = ["worker", "--processes", str(workers)]
                worker = stack.enter_context(healther(verb, self.environment, ca_file=ca_file))
                yield Started(worker, api, url)


@contextmanager
def prepared(name: str, settings: Mapping[str, str] | None = None) -> Iterator[Setup]:
    """The set-up of that name, with these settings on top; nothing of healther runs yet."""
    with ExitStack() as stack:
        if name == "embedded":
            yield Setup(name, {**stack.enter_context(embedded_environment()), **(settings or {})})
            return
        environment = stack.enter_context(postgresql_environment())
        redis = stack.enter_context(servers.redis())
        environment = {**environment, "REDIS_URL": f"redis://127.0.0.1:{redis.port}/0", **(settings or {})}
        postgres = _postmaster(environment["DATABASE_URL"].replace("postgresql+psycopg://", "postgresql://"))
        yield Setup(name, environment, postgres, psutil.Process(redis.process.pid))


def _postmaster(url: str) -> psutil.Process:
    """The server's first process, parent of the one that answers a connection."""
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT pg_backend_pid()").fetchone()
        assert row is not None
        parent = psutil.Process(row[0]).parent()
    assert parent is not None
    return parent
