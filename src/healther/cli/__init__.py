"""The command `healther`: one file a verb."""

import sys

import typer

from healther.cli.check import check
from healther.cli.doctor import doctor
from healther.cli.migrate import migrate
from healther.cli.serve import api, up
from healther.cli.user import user_app
from healther.core.settings import SettingsError
from healther.workers.command import worker

app = typer.Typer(
    name="healther",
    help="Watches services on a cadence and tells the truth about them.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
)
for verb in (up, api, worker, migrate, check, doctor):
    app.command()(verb)
app.add_typer(user_app)


def main() -> None:
    """The entry point; a wrong setting is a sentence on stderr and exit code 2, not a traceback."""
    try:
        app()
    except SettingsError as error:
        typer.echo(str(error), err=True)
        sys.exit(2)
