"""Fixtures of these tests: two empty databases, of either kind each."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from healther.core.db import Database
from tests.support.api_fixtures import _plain_logs, api

__all__ = ["_plain_logs", "api"]


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Where a backup goes; there is nothing yet."""
    return tmp_path / "backup.zip"


@pytest.fixture(params=["sqlite", "postgres"])
async def empty_db(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Database]:
    """A database without a schema, to restore into."""
    if request.param == "sqlite":
        url = f"sqlite+aiosqlite:///{tmp_path_factory.mktemp('restored') / 'new.db'}"
    else:
        url = request.getfixturevalue("empty_postgres_url")
    database = Database(url)
    yield database
    await database.close()


@pytest.fixture
async def new_sqlite(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Callable[[], Database]]:
    """Makes SQLite databases without a schema."""
    made: list[Database] = []

    def make() -> Database:
        made.append(Database(f"sqlite+aiosqlite:///{tmp_path_factory.mktemp('new') / 'new.db'}"))
        return made[-1]

    yield make
    for each in made:
        await each.close()
