"""Putting rows into tables in bulk: COPY on PostgreSQL, executemany on SQLite; in the caller's transaction."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from psycopg import AsyncConnection as PgConnection
from psycopg import sql
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from healther.history.partitions import make_partitions

_AT_ONCE = 2_000
Row = tuple[Any, ...]


async def load_rows(connection: AsyncConnection, table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Adds the rows; names were checked by the caller against what the database has, and are quoted all the same."""
    if connection.dialect.name == "sqlite":
        preparer = connection.dialect.identifier_preparer
        quoted = ", ".join(map(preparer.quote_identifier, columns))
        marks = ", ".join("?" * len(columns))
        statement = f"INSERT INTO {preparer.quote_identifier(table)} ({quoted}) VALUES ({marks})"  # noqa: S608 - quoted
        for some in _batches(rows):
            await connection.exec_driver_sql(statement, some)
        return
    raw = await connection.get_raw_connection()
    driver = raw.driver_connection
    assert isinstance(driver, PgConnection)
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    copying = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)
    async with driver.cursor() as cursor, cursor.copy(copying) as copy:
        for row in rows:
            await copy.write_row(row)


async def prepare_events(connection: AsyncConnection, days: Sequence[int]) -> None:
    """Makes the partitions of these days (PostgreSQL)."""
    if connection.dialect.name == "postgresql":
        await make_partitions(connection, days)


async def go_on_counting(connection: AsyncConnection) -> None:
    """The next health event gets a number of its own (PostgreSQL; SQLite looks for itself)."""
    if connection.dialect.name == "postgresql":
        await connection.execute(
            text(
                "SELECT setval(pg_get_serial_sequence('healthevent', 'id'), coalesce(max(id), 0) + 1, false)"
                " FROM healthevent"
            )
        )


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    left = iter(rows)
    return iter(lambda: list(islice(left, _AT_ONCE)), [])
