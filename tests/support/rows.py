"""A row in every table, made from the tables themselves: a new table is covered without anybody thinking of it."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Column, LargeBinary, String, Table, Text, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import SQLModel

from healther.alerting.policies.schemas import PolicyStep
from healther.alerting.policies.stored import StoredSteps
from healther.core.columns import Id, JsonNames, JsonObject, UtcMillis
from healther.core.ids import new_id
from healther.watchers.states import State, StateColumn


def tables() -> list[Table]:
    """Every table of the models, parents before children."""
    return list(SQLModel.metadata.sorted_tables)


async def fill(connection: AsyncConnection) -> None:
    """Puts one row into every table; foreign keys point at the row of the table they refer to."""
    made: dict[str, dict[str, Any]] = {}
    for table in tables():
        made[table.name] = {column.name: _value(column, made) for column in table.columns}
        await connection.execute(insert(table).values(made[table.name]))


async def counts(connection: AsyncConnection) -> dict[str, int]:
    """How many rows each table has."""
    return {
        table.name: (await connection.execute(select(func.count()).select_from(table))).scalar_one()
        for table in tables()
    }


async def contents(connection: AsyncConnection) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table."""
    return {table.name: [dict(row._mapping) for row in await connection.execute(select(table))] for table in tables()}


def _value(column: Column[Any], made: dict[str, dict[str, Any]]) -> object:
    for key in column.foreign_keys:
        return made[key.column.table.name][key.column.name]
    kind = column.type
    if isinstance(kind, Id):
        return new_id()
    if isinstance(kind, UtcMillis):
        return datetime(2026, 1, 31, 12, 0, 0, 123_000, tzinfo=UTC)
    if isinstance(kind, StateColumn):
        return State.DEGRADED
    if isinstance(kind, Boolean):
        return True
    if isinstance(kind, LargeBinary):
        return b"\x00\xff bytes"
    if isinstance(kind, String | Text):
        return f"{column.name} é"[: getattr(kind, "length", None) or 100]
    if isinstance(kind, StoredSteps):
        return [PolicyStep(owners=True).model_dump(mode="json")]
    if isinstance(kind, JsonNames):
        return [column.name]
    if isinstance(kind, JSON | JsonObject):
        return {"method": "GET"}
    return kind.python_type(7)
