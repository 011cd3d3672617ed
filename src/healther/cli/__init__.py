"""The command `healther`: one file a verb."""

import sys

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


@app.callback()
def _verbs() -> None:
    """Verbs are found by name (lazy.py)."""


def main() -> None:
    """The entry point; a wrong setting is a sentence on stderr and exit code 2, not a traceback."""
    try:
        app()
    except SettingsError as error:
        typer.echo(str(error), err=True)
        sys.exit(2)
