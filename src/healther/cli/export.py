"""`healther export` and `healther import`."""

from pathlib import Path
from typing import Annotated

import typer

from healther.cli.backup import refuse, with_database
from healther.cli.diagnosis.place import sqlite_file
from healther.core.clock import now_ms
from healther.core.settings import load_settings
from healther.core.text import normal_email
from healther.transfer.export import Format, export_workspace
from healther.transfer.take_in import import_workspace


def export_one(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to write it; must not exist yet.")],
    workspace: Annotated[str, typer.Option(help="The workspace's short name, as in its address.")],
    form: Annotated[Format, typer.Option("--format", help="jsonl can be imported, csv is for spreadsheets.")] = "jsonl",
) -> None:
    """Write what one workspace watched, and its history, to FILE, without people and secrets."""
    settings = load_settings()
    if settings.is_sqlite and not sqlite_file(settings).is_file():
        refuse("No export was made", f"there is no database at {sqlite_file(settings)}")
    made = with_database(settings, lambda db: export_workspace(db, workspace, file, form), failed="No export was made")
    rows = sum(table.rows for table in made.tables)
    typer.echo(f"Wrote {rows} rows of {len(made.tables)} tables to {file} ({file.stat().st_size} bytes).")


def import_one(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="An export that `healther export` made, as jsonl.")],
    owner: Annotated[str, typer.Option(help="The address of the account that will own it.")],
) -> None:
    """Make a new workspace of an export, owned by an account; its watchers are paused."""
    settings = load_settings()
    try:
        address = normal_email(owner)
    except ValueError as error:
        refuse("Nothing was imported", str(error))
    made, manifest = with_database(
        settings, lambda db: import_workspace(db, file, address, now_ms()), failed="Nothing was imported"
    )
    rows = sum(table.rows for table in manifest.tables)
    typer.echo(
        f"Made the workspace {made.slug} of {rows} rows. Its watchers are paused: enter their secrets, resume them."
    )
