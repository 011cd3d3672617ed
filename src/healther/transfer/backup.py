"""Backup: every table, as it was at one moment, in an archive that either database can be restored from."""

from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Literal

from healther.core.clock import DAY_MS
from healther.core.crypto import derive_key
from healther.core.db import Database
from healther.history.models import healthevent
from healther.migrations.state import current_revision, head_revision
from healther.transfer.archive import ArchiveError, Manifest, new_archive
from healther.transfer.tables import columns_of, lines, tables

_KEY_PURPOSE = "which key sealed a backup"
_SLOT = list(healthevent.columns).index(healthevent.c.slot)


async def backup(db: Database, path: Path, *, secret_key: str | None) -> Manifest:
    """Writes everything to `path`, in one snapshot: checks and people go on beside it. Returns what is in it.

    Secrets stay sealed: the archive is of use only with the SECRET_KEY, which is not in it. Raises ArchiveError.
    """
    await require_head(db)
    days: set[int] = set()
    with new_archive(path) as archive:
        async with db.read_connection() as connection:
            for table in tables():
                with archive.table(table.name, columns_of(table)) as writer:
                    async for text, rows in lines(connection, table, list(table.columns)):
                        writer.write(text, len(rows))
                        if table is healthevent:
                            days.update(row[_SLOT] - row[_SLOT] % DAY_MS for row in rows)
        manifest = about(db, "healther-backup", secret_key=secret_key, days=days)
        archive.finish(manifest)
        return manifest.model_copy(update={"tables": tuple(archive.tables)})


async def require_head(db: Database) -> None:
    """Raises ArchiveError unless the schema is the one this code knows."""
    have = await current_revision(db)
    if have != head_revision():
        raise ArchiveError(
            f"the schema is at {have}, this version's is {head_revision()}: run `healther migrate` first"
            if have
            else "the database is empty: there is nothing to write"
        )


def about(
    db: Database, kind: Literal["healther-backup", "healther-export"], *, secret_key: str | None, days: set[int]
) -> Manifest:
    """The manifest of an archive made now of this database."""
    return Manifest(
        format=kind,
        healther=version("healther"),
        revision=head_revision(),
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        database="sqlite" if db.is_sqlite else "postgresql",
        key=None if secret_key is None else key_name(secret_key),
        event_days=tuple(sorted(days)),
    )


def key_name(secret_key: str) -> str:
    """Tells SECRET_KEYs apart and says nothing about them."""
    return derive_key(secret_key, _KEY_PURPOSE).hex()[:16]
