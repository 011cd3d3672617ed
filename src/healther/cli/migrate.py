"""`healther migrate`."""

import asyncio

import typer

from healther.cli.advice import plainly
from healther.core.db import Database
from healther.core.settings import Settings, load_settings
from healther.migrations.run import upgrade
from healther.migrations.state import current_revision


def migrate() -> None:
    """Bring the database's schema up to this version (Alembic upgrade); safe to run twice, or twice at once."""
    settings = load_settings()
    with plainly(settings):
        before, after = asyncio.run(_migrate(settings))
    if before is None:
        typer.echo(f"The schema was made, at {after}.")
    elif before == after:
        typer.echo(f"The schema is at {after} already.")
    else:
        typer.echo(f"The schema went from {before} to {after}.")


async def _migrate(settings: Settings) -> tuple[str | None, str | None]:
    db = Database(settings.database_url)
    try:
        before = await current_revision(db)
        await upgrade(settings.database_url)
        return before, await current_revision(db)
    finally:
        await db.close()
