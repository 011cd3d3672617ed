"""Rows as a failing disk, or somebody by hand, leaves them."""

from uuid import UUID

import sqlalchemy as sa
from sqlmodel import SQLModel

from healther.core.db import Database


async def damage(db: Database, table: type[SQLModel], row_id: UUID, *columns: str) -> None:
    """These are no JSON any more; in PostgreSQL, which keeps nothing else, JSON of something else."""
    rows = SQLModel.metadata.tables[str(table.__tablename__)]
    damaged = sa.literal_column("""'{"title": "Sh'""" if db.is_sqlite else "'7'")
    async with db.write_connection() as connection:
        await connection.execute(sa.update(rows).where(rows.c.id == row_id).values(dict.fromkeys(columns, damaged)))
