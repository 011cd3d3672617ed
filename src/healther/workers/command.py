"""The command behind `python -m healther.workers` and `healther worker`."""

from typing import Annotated

import typer

from healther.core.settings import SettingsError, load_settings
from healther.workers.processes import work


def worker(
    processes: Annotated[int, typer.Option(min=1, max=64, help="How many worker processes to run.")] = 1,
    supervised: Annotated[bool, typer.Option("--supervised", hidden=True)] = False,
    number: Annotated[int, typer.Option(min=0, hidden=True)] = 0,
) -> None:
    """Run the scheduler loop and the RQ worker on `health-checks`; start any number, on any number of machines."""
    try:
        settings = load_settings()
        work(settings, processes, supervised=supervised, number=number)
    except SettingsError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
