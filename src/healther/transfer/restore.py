"""Restore: an archive into an empty database, whole or not at all."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncConnection

from healther.core.clock import MINUTE_MS
from healther.core.db import Database
from healther.migrations.run import make_empty_at, upgrade_within
from healther.migrations.state import current_within, is_known
from healther.transfer.archive import ArchiveError, ArchiveReader, Manifest, TableEntry, open_archive
from healther.transfer.load import Row, go_on_counting, load_rows, prepare_events
from healther.transfer.tables import OF_THE_MOMENT
from healther.transfer.values import Kind, decoder, row_of

_AT_WORK_MS = MINUTE_MS
_NO_TABLES = frozenset({"alembic_version"})


async def restore(db: Database, path: Path, now_ms: int) -> Manifest:
    """Fills the empty database from a backup, in one transaction, and brings the schema up to this version.

    The archive is verified before anything is written. Raises ArchiveError; then nothing has changed.
    """
    with open_archive(path) as archive:
        manifest = archive.manifest
        if manifest.format != "healther-backup":
            raise ArchiveError(f"{path} is an export of one workspace: `healther import` takes it")
        if not is_known(manifest.revision):
            raise ArchiveError(
                f"{path} was made by healther {manifest.healther} with the schema {manifest.revision}, which this "
                "version does not know: restore it with that version or a newer one"
            )
        archive.verify()
        async with db.write_connection() as connection:
            await _require_empty(connection, now_ms)
            if await current_within(connection) != manifest.revision:
                await make_empty_at(connection, manifest.revision)
            await _clear_the_moment(connection)
            await _load(connection, archive)
            await upgrade_within(connection)
    return manifest


async def _require_empty(connection: AsyncConnection, now_ms: int) -> None:
    """Raises ArchiveError where there are rows, or a healther at work."""
    present = await connection.run_sync(_tables)
    if "servedregion" in present:
        query = text("SELECT count(*) FROM servedregion WHERE seen_at > :since")
        if (await connection.execute(query, {"since": now_ms - _AT_WORK_MS})).scalar_one():
            raise ArchiveError("a healther is at work on this database: stop it, wait a minute and try again")
    for name in sorted(present.keys() - OF_THE_MOMENT - _NO_TABLES):
        if (await connection.execute(text(f'SELECT 1 FROM "{name}" LIMIT 1'))).first() is not None:  # noqa: S608
            raise ArchiveError(
                f"the database is not empty (there is something in {name}): a backup is restored into a new one"
            )


async def _clear_the_moment(connection: AsyncConnection) -> None:
    for name in sorted((await connection.run_sync(_tables)).keys() & OF_THE_MOMENT):
        await connection.execute(text(f'DELETE FROM "{name}"'))  # noqa: S608 - a constant


async def _load(connection: AsyncConnection, archive: ArchiveReader) -> None:
    present = await connection.run_sync(_tables)
    for entry in archive.manifest.tables:
        if entry.name not in present.keys() - OF_THE_MOMENT - _NO_TABLES:
            raise ArchiveError(f"the archive has a table {entry.name}: schema {archive.manifest.revision} has none")
        unknown = [name for name, _ in entry.columns if name not in present[entry.name]]
        if unknown:
            raise ArchiveError(f"the archive's table {entry.name} has columns that its schema has not: {unknown}")
    await prepare_events(connection, archive.manifest.event_days)
    sqlite = connection.dialect.name == "sqlite"
    for entry in archive.manifest.tables:
        names = [name for name, _ in entry.columns]
        await load_rows(connection, entry.name, names, decoded(archive, entry, sqlite=sqlite))
    await go_on_counting(connection)


def decoded(archive: ArchiveReader, entry: TableEntry, *, sqlite: bool) -> Iterator[Row]:
    """The rows of a table as the driver takes them; raises ArchiveError for a line that is none."""
    decoders = [decoder(Kind(kind), sqlite=sqlite) for _, kind in entry.columns]
    for number, line in enumerate(archive.lines(entry), 1):
        try:
            yield row_of(decoders, line)
        except (ValueError, TypeError) as error:
            raise ArchiveError(f"{entry.file}, line {number}: {error}") from error


def _tables(connection: Connection) -> Mapping[str, Sequence[Any]]:
    """Tables and their columns, partitions aside."""
    inspector = inspect(connection)
    names = [name for name in inspector.get_table_names() if not name.startswith("healthevent_")]
    return {name: [column["name"] for column in inspector.get_columns(name)] for name in names}
