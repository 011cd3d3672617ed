"""Writers of one process on SQLite: one after the other, in the order they came, without polling for the lock."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import text

from healther.core import db as db_module
from healther.core.db import TRANSIENT_ERRORS, Database


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite+aiosqlite:///{tmp_path}/turns.db"


async def test_writers_are_served_in_the_order_they_came(url: str) -> None:
    db = Database(url)
    async with db.write_connection() as connection:
        await connection.execute(text("CREATE TABLE entry (number INTEGER)"))

    async def write(number: int) -> None:
        async with db.write_connection() as connection:
            await connection.execute(text("INSERT INTO entry VALUES (:number)"), {"number": number})

    async with db.write_connection():
        waiting = [asyncio.create_task(write(number)) for number in range(20)]
        await asyncio.sleep(0)  # each has asked for its turn
        assert not any(task.done() for task in waiting)
    await asyncio.gather(*waiting)

    async with db.read_connection() as connection:
        rows = await connection.execute(text("SELECT number FROM entry ORDER BY rowid"))
        assert [number for (number,) in rows] == list(range(20))
    await db.close()


async def test_a_turn_that_does_not_come_is_a_transient_error_and_loses_nobody_elses(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db_module, "SQLITE_BUSY_TIMEOUT_MS", 50)
    db = Database(url)
    async with db.write_connection():
        with pytest.raises(TRANSIENT_ERRORS, match="busy"):
            async with db.write():
                raise AssertionError("two writers at once")
    async with db.write() as session:
        assert (await session.exec(text("SELECT 1"))).scalar_one() == 1  # type: ignore[call-overload]
    await db.close()


async def test_a_writer_that_fails_gives_its_turn_back(url: str) -> None:
    db = Database(url)
    with pytest.raises(ZeroDivisionError):
        async with db.write():
            raise ZeroDivisionError
    async with db.write_connection() as connection:
        assert (await connection.execute(text("SELECT 1"))).scalar_one() == 1
    await db.close()


async def test_readers_do_not_wait_for_a_writer(url: str) -> None:
    db = Database(url)
    async with db.write_connection(), db.read_connection() as connection:
        assert (await connection.execute(text("SELECT 1"))).scalar_one() == 1
    await db.close()
