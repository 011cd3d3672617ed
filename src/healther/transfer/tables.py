"""Reading tables whole, in pages by their keys: one snapshot, and never more than a page in memory."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, Select, Table, Text, cast, inspect, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import NullType
from sqlmodel import SQLModel, type_coerce

import healther.migrations.models
from healther.transfer.values import Kind, encoder, kind_of, line_of

__all__ = ["healther"]

PAGE_ROWS = 5_000
OF_THE_MOMENT = frozenset({"mailbudget", "servedregion", "signinthrottle"})
"""Tables that tell of running processes and of the last minutes; they stay where they are."""


def tables() -> list[Table]:
    """The tables that travel, those referred to before those that refer."""
    return [table for table in SQLModel.metadata.sorted_tables if table.name not in OF_THE_MOMENT]


def columns_of(table: Table) -> tuple[tuple[str, Kind], ...]:
    """Name and kind of each column."""
    return tuple((column.name, kind_of(column)) for column in table.columns)


async def pages(
    connection: AsyncConnection, table: Table, columns: Sequence[Column[Any]], *where: ColumnElement[bool]
) -> AsyncIterator[list[tuple[Any, ...]]]:
    """The rows for which the conditions hold as the driver gives them, in the order of the table's key."""
    names = await connection.run_sync(lambda sync: inspect(sync).get_pk_constraint(table.name)["constrained_columns"])
    key = [table.c[name] for name in names]
    query = select(*map(_raw, [*columns, *key])).where(*where).order_by(*key).limit(PAGE_ROWS)
    after: Select[Any] = query
    while True:
        rows = [tuple(row) for row in await connection.execute(after)]
        if rows:
            yield [row[: len(columns)] for row in rows]
        if len(rows) < PAGE_ROWS:
            return
        last = rows[-1][len(columns) :]
        after = query.where(tuple_(*map(_raw, key)) > tuple_(*(type_coerce(value, NullType()) for value in last)))


async def lines(
    connection: AsyncConnection, table: Table, columns: Sequence[Column[Any]], *where: ColumnElement[bool]
) -> AsyncIterator[tuple[bytes, list[tuple[Any, ...]]]]:
    """The same as JSON Lines, a page at a time, with the rows they are of."""
    encoders = [encoder(kind_of(column)) for column in columns]
    async for rows in pages(connection, table, columns, *where):
        yield b"".join(line_of(encoders, row) for row in rows), rows


def _raw(column: Column[Any]) -> ColumnElement[Any]:
    """The column without the models' conversions; JSON as its text."""
    if kind_of(column) is Kind.JSON:
        return cast(type_coerce(column, NullType()), Text).label(column.name)
    return type_coerce(column, NullType()).label(column.name)
