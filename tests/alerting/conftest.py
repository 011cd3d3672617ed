"""Fixtures of these tests."""

from collections.abc import AsyncIterator

import pytest

from healther.core.db import Database
from tests.support.alerting import World
from tests.support.api_fixtures import _plain_logs, api, sqlite_api
from tests.support.sinks import HttpSink, http_sink

__all__ = ["_plain_logs", "api", "sqlite_api"]


@pytest.fixture
async def world(db: Database) -> World:
    """A workspace with an owner and no watchers, on SQLite and on PostgreSQL."""
    return await World.build(db)


@pytest.fixture
async def sink() -> AsyncIterator[HttpSink]:
    async with http_sink() as running:
        yield running
