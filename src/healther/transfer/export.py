"""Export: one workspace in an archive, as JSON Lines that can be imported or as CSV for a spreadsheet."""

import csv
from collections.abc import Callable, Sequence
from io import StringIO
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Column
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col, select

from healther.accounts.models import Workspace
from healther.core.clock import DAY_MS, to_utc
from healther.core.csv_cells import text_cell
from healther.core.db import Database
from healther.transfer.archive import ArchiveError, Manifest, TableWriter, new_archive
from healther.transfer.backup import about, require_head
from healther.transfer.scope import Part, parts_of
from healther.transfer.tables import lines, pages
from healther.transfer.values import Kind, encoder, kind_of
from healther.watchers.states import State, StateColumn

Format = Literal["jsonl", "csv"]

_MOMENTS = frozenset(
    {"at", "slot", "since", "hour", "known_until", "accounted_until", "impaired_since", "down_since", "running_since",
     "running_until", "certificate_not_after"}
)  # fmt: skip


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
                names = tuple((column.name, kind_of(column)) for column in part.columns)
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
    writer.write(_csv([[column.name for column in part.columns]]), 1)
    cells = [_cell_of(column) for column in part.columns]
    async for rows in pages(connection, part.table, part.columns, part.where):
        shown = [["" if value is None else cell(value) for cell, value in zip(cells, row, strict=True)] for row in rows]
        writer.write(_csv(shown), len(rows))


def _csv(rows: Sequence[Sequence[object]]) -> bytes:
    out = StringIO()
    # No line break within a cell: a line is a row, as the manifest counts them.
    csv.writer(out, lineterminator="\n").writerows([str(cell).replace("\n", " ") for cell in row] for row in rows)
    return out.getvalue().encode()


def _cell_of(column: Column[Any]) -> Callable[[Any], object]:
    """A value as people read it: times in UTC, states in words, and text that no spreadsheet takes for a formula."""
    kind = kind_of(column)
    if isinstance(column.type, StateColumn):
        return lambda value: State(value).label
    if kind is Kind.INTEGER and (column.name in _MOMENTS or column.name.endswith(("_at", "_from"))):
        return lambda value: to_utc(value).isoformat()
    if kind in (Kind.TEXT, Kind.JSON):
        return text_cell
    return encoder(kind)
