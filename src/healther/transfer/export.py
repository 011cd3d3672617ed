"""Export: one workspace in an archive, as JSON Lines that can be imported or as CSV for a spreadsheet."""

from pathlib import Path
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col, select

from healther.accounts.models import Workspace
from healther.core.clock import DAY_MS
from healther.core.db import Database
from healther.transfer.archive import ArchiveError, Manifest, TableWriter, new_archive
from healther.transfer.backup import about, require_head
from healther.transfer.scope import Part, parts_of
from healther.transfer.spreadsheet import cell_of, lines_of, name_of, shown
from healther.transfer.tables import lines, pages
from healther.transfer.values import kind_of

Format = Literal["jsonl", "csv"]


async def export_workspace(db: Database, slug: str, path: Path, form: Format) -> Manifest:
    """Writes the workspace to `path`, in one snapshot, without secrets; raises ArchiveError."""
    await require_head(db)
    days: set[int] = set()
    with new_archive(path) as archive:
        async with db.read_connection() as connection:
            query = select(Workspace.id).where(col(Workspace.slug) == slug)
            workspace_id = (await connection.execute(query)).scalar()
            if workspace_id is None:
                raise ArchiveError(f"there is no workspace with the short name {slug!r}")
            for part in parts_of(workspace_id):
                if form == "csv":
                    part = part._replace(columns=tuple(filter(shown, part.columns)))
                names = tuple((name_of(each) if form == "csv" else each.name, kind_of(each)) for each in part.columns)
                with archive.table(part.table.name, names, form) as writer:
                    await (_write_csv if form == "csv" else _write_lines)(connection, part, writer, days)
        manifest = about(db, "healther-export", secret_key=None, days=days)
        archive.finish(manifest)
        return manifest.model_copy(update={"tables": tuple(archive.tables)})


async def _write_lines(connection: AsyncConnection, part: Part, writer: TableWriter, days: set[int]) -> None:
    slot = _slot_of(part)
    async for text, rows in lines(connection, part.table, part.columns, part.where):
        writer.write(text, len(rows))
        if slot is not None:
            days.update(row[slot] - row[slot] % DAY_MS for row in rows)


def _slot_of(part: Part) -> int | None:
    names = [column.name for column in part.columns]
    return names.index("slot") if part.table.name == "healthevent" else None


async def _write_csv(connection: AsyncConnection, part: Part, writer: TableWriter, _days: set[int]) -> None:
    writer.write(lines_of([[name_of(column) for column in part.columns]]), 1)
    cells = [cell_of(column) for column in part.columns]
    async for rows in pages(connection, part.table, part.columns, part.where):
        told = [["" if value is None else cell(value) for cell, value in zip(cells, row, strict=True)] for row in rows]
        writer.write(lines_of(told), len(rows))
