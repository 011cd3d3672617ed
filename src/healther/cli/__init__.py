"""The command `healther`: one file a verb."""

import sys
from importlib.metadata import version
from typing import Annotated

import typer

from healther.cli.lazy import LazyVerbs
from healther.core.settings import SettingsError

app = typer.Typer(
    name="healther",
    cls=LazyVerbs,
    help="Watches services on a cadence and tells the truth about them.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
)


def _say_version(asked: bool) -> None:
    if asked:
        typer.echo(f"healther {version('healther')}")
        raise typer.Exit


@app.callback()
def _verbs(
    _version: Annotated[
        bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Say which version this is.")
    ] = False,
) -> None:
    """Verbs are found by name (lazy.py)."""


def main() -> None:
    """The entry point; a wrong setting is a sentence on stderr and exit code 2, not a traceback."""
    try:
        app()
    except SettingsError as error:
        typer.echo(str(error), err=True)
        sys.exit(2)
