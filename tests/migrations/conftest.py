"""A database without a schema, on both kinds."""

import pytest

from tests.support.process_fixtures import processes, running_target

__all__ = ["processes", "running_target"]


@pytest.fixture(params=["sqlite", "postgres"])
def empty_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URL of an empty database: the test runs once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path_factory.mktemp('empty') / 'new.db'}"
    url: str = request.getfixturevalue("empty_postgres_url")
    return url
