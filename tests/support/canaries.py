"""Canaries: text planted into every private column, and the ids that must not be public either (S8)."""

from collections.abc import Set
from uuid import UUID

from sqlalchemy import JSON, LargeBinary, String, Table, Text, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import SQLModel

from healther.core.columns import JsonNames, JsonObject
from healther.core.ids import new_id

APPEND_ONLY = frozenset({"auditentry"})
"""The database refuses to change their rows: the canaries are new ones."""
MOST = 1000
"""What a text without a length holds at least."""


async def plant(connection: AsyncConnection, spared: Set[str]) -> list[str]:
    """Puts a canary into every column of text, JSON or bytes but the `spared` (`table.column`); their names."""
    return [name for table in SQLModel.metadata.sorted_tables for name in await _plant_in(connection, table, spared)]


async def _plant_in(connection: AsyncConnection, table: Table, spared: Set[str]) -> list[str]:
    values: dict[str, object] = {}
    for column in table.columns:
        if column.primary_key or f"{table.name}.{column.name}" in spared:
            continue
        if isinstance(column.type, String | Text):
            if (column.type.length or MOST) < len("canary"):
                continue
            values[column.name] = "canary"
        elif isinstance(column.type, JsonNames):
            values[column.name] = ["canary"]
        elif isinstance(column.type, JSON | JsonObject):
            values[column.name] = {"canary": "canary"}
        elif isinstance(column.type, LargeBinary):
            values[column.name] = b"canary"
    if values and table.name in APPEND_ONLY:
        for row in (await connection.execute(select(table))).all():
            await connection.execute(insert(table).values({**row._mapping, **values, "id": new_id()}))
    elif values:
        await connection.execute(update(table).values(values))
    return [f"{table.name}.{name}" for name in values]


async def every_id(connection: AsyncConnection) -> list[UUID]:
    """Every UUID in a column whose name ends with `id`."""
    found: list[UUID] = []
    for table in SQLModel.metadata.sorted_tables:
        columns = [column for column in table.columns if column.name.endswith("id")]
        for row in await connection.execute(select(*columns)) if columns else []:
            found += [value for value in row if isinstance(value, UUID)]
    return found
