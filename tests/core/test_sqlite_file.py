"""SQLite's file: for its user alone, and missed when it is gone."""

import os
import stat
from pathlib import Path

import pytest
import sqlalchemy.exc
from sqlalchemy import text

from healther.core.clock import now_ms
from healther.core.db import Database
from healther.core.errors import UnavailableProblem
from healther.migrations.run import upgrade
from healther.monitoring.readiness import readiness


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "healther.db"


async def write(db: Database) -> None:
    async with db.write_connection() as connection:
        await connection.execute(text("CREATE TABLE IF NOT EXISTS thing (id INTEGER)"))
        await connection.execute(text("INSERT INTO thing VALUES (1)"))


async def test_a_new_database_and_its_log_are_for_their_user_alone_whatever_the_umask(place: Path) -> None:
    before = os.umask(0)
    db = Database(f"sqlite+aiosqlite:///{place}")
    try:
        await write(db)
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in place.parent.iterdir()}
    finally:
        os.umask(before)
        await db.close()
    assert modes == {"healther.db": 0o600, "healther.db-wal": 0o600, "healther.db-shm": 0o600}


@pytest.mark.parametrize("writing", [False, True], ids=["read", "write"])
async def test_every_connection_is_durable_and_keeps_foreign_keys(place: Path, writing: bool) -> None:
    """D8: readers and the writer have engines of their own."""
    db = Database(f"sqlite+aiosqlite:///{place}")
    async with db.write_connection() if writing else db.read_connection() as connection:
        said = {
            name: (await connection.execute(text(f"PRAGMA {name}"))).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    await db.close()
    assert said == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 15_000}


async def test_rights_that_an_operator_has_given_stay(place: Path) -> None:
    os.close(os.open(place, os.O_CREAT))
    os.chmod(place, 0o640)
    db = Database(f"sqlite+aiosqlite:///{place}")
    await write(db)
    await db.close()
    assert stat.S_IMODE(os.stat(place).st_mode) == 0o640


async def test_nothing_is_written_into_a_file_that_is_gone_until_it_is_back(place: Path) -> None:
    db = Database(f"sqlite+aiosqlite:///{place}")
    await write(db)
    elsewhere = place.with_name("moved.db")
    os.rename(place, elsewhere)
    for _ in range(2):
        with pytest.raises(sqlalchemy.exc.OperationalError, match="removed or replaced while it was in use"):
            await write(db)
    assert place.name not in os.listdir(place.parent), "no empty database takes its place"
    os.rename(elsewhere, place)
    await write(db)
    await db.close()


async def test_a_new_connection_makes_no_empty_database_in_its_place(place: Path) -> None:
    db = Database(f"sqlite+aiosqlite:///{place}")
    await write(db)
    async with db.read_connection():
        os.unlink(place)
        with pytest.raises(sqlalchemy.exc.OperationalError):
            async with db.read_connection():
                pass
    assert place.name not in os.listdir(place.parent)
    await db.close()


@pytest.mark.parametrize("replaced", [False, True])
async def test_a_process_whose_database_was_removed_is_not_ready(place: Path, replaced: bool) -> None:
    url = f"sqlite+aiosqlite:///{place}"
    await upgrade(url)
    db = Database(url)
    assert await readiness(db, "default", now_ms()) == 0
    os.unlink(place)
    if replaced:
        await upgrade(url)
    with pytest.raises(UnavailableProblem) as refused:
        await readiness(db, "default", now_ms())
    assert refused.value.detail == (
        "The database's file was removed or replaced while it was in use: bring it back, or start healther anew."
    )
    await db.close()
