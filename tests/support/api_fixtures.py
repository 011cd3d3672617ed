"""Fixtures of the API; test folders that want them import them in their conftest."""

import logging
from collections.abc import AsyncIterator

import pytest
import structlog

from healther.core.db import Database
from tests.support.api import Api, running_api


@pytest.fixture(autouse=True, scope="session")
def _plain_logs() -> None:
    """Structlog's default renders tracebacks for people, for seconds each."""
    structlog.configure(
        processors=[structlog.processors.format_exc_info, structlog.processors.KeyValueRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
    )


@pytest.fixture
async def api(db: Database, database_url: str) -> AsyncIterator[Api]:
    """The API on SQLite and on PostgreSQL; anybody may register."""
    async with running_api(db, database_url) as running:
        yield running


@pytest.fixture
async def sqlite_api(sqlite_url: str) -> AsyncIterator[Api]:
    """The API on SQLite, for what no database decides."""
    database = Database(sqlite_url)
    async with running_api(database, sqlite_url) as running:
        yield running
    await database.close()


@pytest.fixture
async def fresh_api(sqlite_url: str) -> AsyncIterator[Api]:
    """An API on SQLite whose app is this test's own: routes may be added."""
    database = Database(sqlite_url)
    async with running_api(database, sqlite_url, fresh=True) as running:
        yield running
    await database.close()
