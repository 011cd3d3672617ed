"""Which revision a database's schema is at and which ones this code has; without Alembic, which few starts need."""

from importlib.resources import files

from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncConnection

from healther.core.db import Database


class NewerSchemaError(Exception):
    """The schema was made by a newer healther than this one."""


def revisions() -> list[str]:
    """Every revision this code has, oldest first: a migration's file begins with its own."""
    found = (files("healther.migrations") / "versions").iterdir()
    return sorted(each.name.partition("_")[0] for each in found if each.name.endswith(".py"))


def head_revision() -> str:
    """The newest revision this code knows."""
    return revisions()[-1]


def is_known(revision: str) -> bool:
    """Whether this code has the revision; one it has not was made by a newer healther."""
    return revision in revisions()


async def current_revision(db: Database) -> str | None:
    """The revision the database is at; None = no schema yet."""
    async with db.read_connection() as connection:
        return await current_within(connection)


async def current_within(connection: AsyncConnection) -> str | None:
    """The same, in the caller's transaction."""
    return await connection.run_sync(current_of)


def current_of(connection: Connection) -> str | None:
    """The same, of a connection that is not asynchronous."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    return revision
