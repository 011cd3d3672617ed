"""Fixtures everyone shares: real databases, a real Redis. Servers live for the session, databases for a test."""

import asyncio
import gc
import os
import sqlite3
from collections.abc import AsyncIterator, Iterator
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import httpx
import psycopg
import pytest
from redis import Redis

from healther.core.db import Database
from healther.migrations.run import upgrade
from tests.support import servers
from tests.support.memory import use_memory

SECRET_KEY = "a-secret-only-for-tests-0123456789-abcdef"


def pytest_configure() -> None:
    """Before anything asks where temporary files go; the workers of a parallel run inherit it."""
    use_memory()


def pytest_collection_finish() -> None:
    """As in a running healther: full collections over everything imported cost an eighth of the tests' CPU."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


@pytest.fixture(scope="session", autouse=True)
def _settings_come_from_tests_only() -> None:
    for name in list(os.environ):
        if name.startswith("HEALTHER_") and not name.startswith("HEALTHER_TEST_"):
            del os.environ[name]


@pytest.fixture(scope="session", autouse=True)
def _authorities_are_read_once() -> None:
    """Each `httpx.get` reads them anew: 20 ms of CPU, a hundred times what the request costs."""
    httpx._transports.default.create_ssl_context = cache(httpx.create_ssl_context)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a PostgreSQL server: HEALTHER_TEST_DATABASE_URL, or one of our own."""
    given = os.environ.get("HEALTHER_TEST_DATABASE_URL")
    if given:
        yield given.replace("postgresql+psycopg://", "postgresql://")
        return
    with servers.postgres() as url:
        yield url


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> Iterator[str]:
    """The name of a migrated database that tests are cloned from."""
    name = f"healther_template_{uuid4().hex[:12]}"
    with psycopg.connect(postgres_server, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
        asyncio.run(upgrade(_async_url(_with_database(postgres_server, name))))
        yield name
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def postgres_url(postgres_server: str, postgres_template: str) -> Iterator[str]:
    """A migrated, empty PostgreSQL database of this test's own, as healther's DATABASE_URL."""
    name = f"healther_test_{uuid4().hex[:12]}"
    with psycopg.connect(postgres_server, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} TEMPLATE {postgres_template} STRATEGY FILE_COPY")
        yield _async_url(_with_database(postgres_server, name))
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def empty_postgres_url(postgres_server: str) -> Iterator[str]:
    """A PostgreSQL database without a schema."""
    name = f"healther_empty_{uuid4().hex[:12]}"
    with psycopg.connect(postgres_server, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
        yield _async_url(_with_database(postgres_server, name))
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file that tests are copied from."""
    path = tmp_path_factory.mktemp("template") / "healther.db"
    asyncio.run(upgrade(f"sqlite+aiosqlite:///{path}"))
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A migrated, empty SQLite database of this test's own."""
    path = tmp_path / "healther.db"
    source, target = sqlite3.connect(sqlite_template), sqlite3.connect(path)
    source.backup(target)
    source.close()
    target.close()
    return f"sqlite+aiosqlite:///{path}"


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A migrated, empty database: the test runs once on SQLite and once on PostgreSQL."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    """The Database on `database_url`."""
    database = Database(database_url)
    yield database
    await database.close()


@pytest.fixture
def redis_url() -> Iterator[str]:
    """An empty Redis for this test: a database of HEALTHER_TEST_REDIS_URL, or a server of its own."""
    given = os.environ.get("HEALTHER_TEST_REDIS_URL")
    if given:
        url = _with_database(given, str(_worker_number()))
        with Redis.from_url(url) as redis:
            redis.flushdb()
        yield url
        return
    with servers.redis() as server:
        yield f"redis://127.0.0.1:{server.port}/0"


def _worker_number() -> int:
    """Which of the processes of a parallel run this is, from 0."""
    return int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))


def _with_database(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def _async_url(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://", 1)
