"""One trip a statement, and the same transactions as with SQLAlchemy's own adapter."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import aiosqlite
import pytest
import sqlalchemy.exc
from sqlalchemy import text

from healther.core.db import Database

SLOW = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) SELECT count(*) FROM n"


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'trips.db'}", pool_size=1)
    async with database.write_connection() as connection:
        await connection.execute(text("CREATE TABLE thing (id INTEGER PRIMARY KEY, name TEXT UNIQUE)"))
    async with database.read_connection() as connection:
        await connection.execute(text("SELECT 1"))  # from here on both connections are open
    yield database
    await database.close()


@pytest.fixture
def trips(monkeypatch: pytest.MonkeyPatch) -> list[Callable[..., Any]]:
    """What has been sent to connections' threads."""
    made: list[Callable[..., Any]] = []
    real = aiosqlite.Connection._execute

    async def counted(self: aiosqlite.Connection, work: Callable[..., Any], *arguments: object) -> object:
        made.append(work)
        return await real(self, work, *arguments)

    monkeypatch.setattr(aiosqlite.Connection, "_execute", counted)
    return made


async def test_a_reader_makes_one_trip_a_statement_and_one_to_end(
    db: Database, trips: list[Callable[..., Any]]
) -> None:
    async with db.read_connection() as connection:
        for _ in range(3):
            assert (await connection.execute(text("SELECT count(*) FROM thing"))).scalar_one() == 0
    assert len(trips) == 3 + 1


async def test_a_reader_that_asks_nothing_makes_no_trip(db: Database, trips: list[Callable[..., Any]]) -> None:
    async with db.read_connection():
        pass
    async with db.read():
        pass
    assert trips == []


async def test_rows_counts_and_returned_values_are_those_of_sqlite(db: Database) -> None:
    async with db.write_connection() as connection:
        insert = text("INSERT INTO thing (name) VALUES (:name) RETURNING id, name")
        assert (await connection.execute(insert, {"name": "a"})).all() == [(1, "a")]
        many = await connection.execute(text("INSERT INTO thing (name) VALUES (:name)"), [{"name": "b"}, {"name": "c"}])
        assert many.rowcount == 2
        assert (await connection.execute(text("UPDATE thing SET name = name || '!'"))).rowcount == 3
    async with db.read_connection() as connection:
        assert (await connection.execute(text("SELECT name FROM thing ORDER BY id"))).scalars().all() == [
            "a!",
            "b!",
            "c!",
        ]


async def test_a_reader_sees_one_snapshot(db: Database, tmp_path: Path) -> None:
    count = text("SELECT count(*) FROM thing")
    async with db.read_connection() as connection:
        assert (await connection.execute(count)).scalar_one() == 0
        other = sqlite3.connect(tmp_path / "trips.db")
        other.execute("INSERT INTO thing (name) VALUES ('late')")
        other.commit()
        other.close()
        assert (await connection.execute(count)).scalar_one() == 0
    async with db.read_connection() as connection:
        assert (await connection.execute(count)).scalar_one() == 1


async def test_what_fails_is_rolled_back_and_the_connection_goes_on(db: Database) -> None:
    insert = text("INSERT INTO thing (name) VALUES ('same')")

    async def twice() -> None:
        async with db.write_connection() as connection:
            await connection.execute(insert)
            await connection.execute(insert)

    with pytest.raises(sqlalchemy.exc.IntegrityError):
        await twice()
    async with db.write_connection() as connection:
        await connection.execute(insert)
    async with db.read_connection() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM thing"))).scalar_one() == 1


@pytest.mark.parametrize("transaction", ["read_connection", "write_connection"])
async def test_a_cancelled_statement_leaves_no_transaction_behind(db: Database, transaction: str) -> None:
    begun = asyncio.Event()

    async def ask() -> None:
        async with getattr(db, transaction)() as connection:
            begun.set()
            await connection.execute(text(SLOW))

    asking = asyncio.create_task(ask())
    await begun.wait()
    await asyncio.sleep(0)  # the statement is on its way to the thread
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    async with db.write_connection() as connection:
        await connection.execute(text("INSERT INTO thing (name) VALUES ('after')"))
    async with db.read_connection() as connection:
        raw = (await connection.get_raw_connection()).driver_connection
        assert isinstance(raw, aiosqlite.Connection)
        assert not raw.in_transaction
        assert (await connection.execute(text("SELECT count(*) FROM thing"))).scalar_one() == 1
