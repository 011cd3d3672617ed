"""`healther backup` and `healther restore`."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, NoReturn, TypeVar

import typer

from healther.cli.advice import plainly
from healther.cli.diagnosis.environment import examine_secret_key
from healther.cli.diagnosis.place import sqlite_file
from healther.core.clock import now_ms
from healther.core.db import Database
from healther.core.settings import Settings, load_settings
from healther.transfer.archive import ArchiveError
from healther.transfer.backup import backup, key_name
from healther.transfer.restore import restore

T = TypeVar("T")

_KEEP_THE_KEY = "Its secrets are sealed: keep the secret key ({where}) with it, but not in the same place."
_ANOTHER_KEY = (
    "Its secrets were sealed with another secret key than this one: set HEALTHER_SECRET_KEY to that key, or name it in "
    "HEALTHER_OLD_SECRET_KEYS, before healther starts."
)
_NO_KEY = (
    "Its secrets are sealed, and there is no secret key here: put the one that sealed them (healther.secret) beside "
    "the database, or set HEALTHER_SECRET_KEY to it, before healther starts. `healther up` would make a new one, which "
    "opens none of them."
)


def backup_all(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to write it; must not exist yet.")],
) -> None:
    """Write everything to FILE, as it is at one moment, while healther runs; for SQLite and PostgreSQL alike."""
    settings = load_settings()
    secret_key, _ = examine_secret_key(settings)
    if settings.is_sqlite and not sqlite_file(settings).is_file():
        # Opening it would leave an empty file behind.
        refuse("No backup was made", f"there is no database at {sqlite_file(settings)}")
    made = with_database(settings, lambda db: backup(db, file, secret_key=secret_key), failed="No backup was made")
    rows = sum(table.rows for table in made.tables)
    typer.echo(f"Wrote {rows} rows of {len(made.tables)} tables to {file} ({file.stat().st_size} bytes).")
    where = "HEALTHER_SECRET_KEY" if settings.secret_key else "healther.secret, beside the database"
    typer.echo(_KEEP_THE_KEY.format(where=where))


def restore_all(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A backup that `healther backup` made.")],
) -> None:
    """Fill an empty database from a backup, of SQLite or PostgreSQL, of this version or an older one."""
    settings = load_settings()
    made = with_database(settings, lambda db: restore(db, file, now_ms()), failed="Nothing was restored")
    rows = sum(table.rows for table in made.tables)
    typer.echo(f"Restored {rows} rows of {len(made.tables)} tables, as they were at {made.made_at}.")
    secret_key, _ = examine_secret_key(settings)
    known = [key_name(key) for key in (secret_key, *settings.old_secret_keys) if key]
    if made.key is not None and made.key not in known:
        typer.echo(_ANOTHER_KEY if known else _NO_KEY, err=True)


def with_database(settings: Settings, verb: Callable[[Database], Awaitable[T]], *, failed: str) -> T:
    """Runs a verb on the database, however long it takes; what it refuses ends the command with a sentence and 1."""

    async def run() -> T:
        db = Database(settings.database_url, answer_timeout_s=None)
        try:
            return await verb(db)
        finally:
            await db.close()

    try:
        with plainly(settings):
            return asyncio.run(run())
    except ArchiveError as error:
        refuse(failed, str(error))


def refuse(failed: str, why: str) -> NoReturn:
    """Ends the command with a sentence and 1."""
    typer.echo(f"{failed}: {why}", err=True)
    raise typer.Exit(1)
