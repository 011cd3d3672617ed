"""Bringing the schema up (and, for tests and rollbacks, down) in one transaction."""

from collections.abc import Callable
from importlib.resources import files

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection

from healther.core.db import Database

# Two processes starting at once: the second waits for the first, then finds nothing to do.
_ADVISORY_LOCK = 0x4845_414C

_Verb = Callable[[Config, str], None]


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(files("healther.migrations")))
    return config


class NewerSchemaError(Exception):
    """The schema was made by a newer healther than this one."""


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
    have = MigrationContext.configure(connection).get_current_revision()
    if have is not None and not is_known(have):
        raise NewerSchemaError(have)
    verb(config, revision)


def head_revision() -> str:
    """The newest revision this code knows."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None
    return head


def is_known(revision: str) -> bool:
    """Whether this code has the revision; one it has not was made by a newer healther."""
    return any(script.revision == revision for script in ScriptDirectory.from_config(_config()).walk_revisions())


async def current_revision(db: Database) -> str | None:
    """The revision the database is at; None = no schema yet."""
    async with db.read_connection() as connection:
        return await current_within(connection)


async def current_within(connection: AsyncConnection) -> str | None:
    """The same, in the caller's transaction."""
    return await connection.run_sync(lambda c: MigrationContext.configure(c).get_current_revision())
