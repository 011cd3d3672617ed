"""Bringing the schema up (and, for tests and rollbacks, down) in one transaction."""

from collections.abc import Callable
from importlib.resources import files

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection

from healther.core.db import Database
from healther.migrations.state import NewerSchemaError, current_of, is_known

# Two processes starting at once: the second waits for the first, then finds nothing to do.
_ADVISORY_LOCK = 0x4845_414C

_Verb = Callable[[Config, str], None]


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(files("healther.migrations")))
    return config


async def upgrade(database_url: str, revision: str = "head") -> None:
    """Applies every migration up to `revision`; raises NewerSchemaError where this code does not know what is there."""
    await _run(database_url, revision, command.upgrade)


async def downgrade(database_url: str, revision: str) -> None:
    """Takes migrations back down to `revision` (`base` = an empty database)."""
    await _run(database_url, revision, command.downgrade)


async def make_empty_at(connection: AsyncConnection, revision: str) -> None:
    """Leaves nothing but the schema as it was at `revision`, in the caller's transaction."""
    await connection.run_sync(_migrate, "base", command.downgrade)
    await connection.run_sync(_migrate, revision, command.upgrade)


async def upgrade_within(connection: AsyncConnection) -> None:
    """Applies every migration that is missing, in the caller's transaction."""
    await connection.run_sync(_migrate, "head", command.upgrade)


async def _run(database_url: str, revision: str, verb: _Verb) -> None:
    # A migration may take its time, and one that started second waits for the first.
    db = Database(database_url, answer_timeout_s=None)
    try:
        async with db.write_connection() as connection:
            await connection.run_sync(_migrate, revision, verb)
    finally:
        await db.close()


def _migrate(connection: Connection, revision: str, verb: _Verb) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
    config = _config()
    config.attributes["connection"] = connection
    have = current_of(connection)
    if have is not None and not is_known(have):
        raise NewerSchemaError(have)
    verb(config, revision)
