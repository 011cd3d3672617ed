"""`healther reseal`."""

import asyncio

import typer

from healther.alerting.reseal import Resealed, reseal
from healther.cli.advice import plainly
from healther.cli.secret_key import with_secret_key
from healther.core.db import Database
from healther.core.settings import Settings, SettingsError, load_settings


def reseal_all() -> None:
    """Seal all secrets with HEALTHER_SECRET_KEY that one of HEALTHER_OLD_SECRET_KEYS sealed; safe to run twice."""
    try:
        settings = load_settings()
        if settings.is_sqlite:
            settings = with_secret_key(settings)
        settings.require_secret_key()
    except SettingsError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
    with plainly(settings):
        found = asyncio.run(_reseal(settings))
    typer.echo(f"{found.done} sealed anew, {found.current} were already, {found.unreadable} cannot be opened.")
    if found.unreadable:
        typer.echo("Put the key they were sealed with into HEALTHER_OLD_SECRET_KEYS, or enter them again.", err=True)
        raise typer.Exit(1)


async def _reseal(settings: Settings) -> Resealed:
    db = Database(settings.database_url)
    try:
        async with db.write() as session:
            return await reseal(session, settings)
    finally:
        await db.close()
