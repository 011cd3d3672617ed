"""D6: one history, up, down and up again with data, on both databases."""

import pytest
from sqlalchemy import text

from healther.core.db import Database
from healther.migrations.run import current_revision, downgrade, head_revision, upgrade


@pytest.fixture(params=["sqlite", "postgres"])
def empty_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path_factory.mktemp('empty') / 'new.db'}"
    url: str = request.getfixturevalue("empty_postgres_url")
    return url


async def test_upgrade_reaches_the_newest_revision_and_is_idempotent(empty_url: str) -> None:
    await upgrade(empty_url)
    await upgrade(empty_url)
    db = Database(empty_url)
    try:
        assert await current_revision(db) == head_revision()
    finally:
        await db.close()
