"""A command line that imports only the verb it was asked for: everything at once costs seconds of a start."""

from typing import Any

import typer
import typer.main
from typer.core import TyperCommand, TyperGroup

from healther.core.later import load

Command = TyperCommand | TyperGroup

# verb: where it is, and its line in `healther --help`, which a test holds against its docstring.
VERBS = {
    "up": ("healther.cli.serve:up", "Run everything in one process: migrations, API, scheduler and engine."),
    "api": ("healther.cli.serve:api", "Run the API alone; workers do the checks (`healther worker`)."),
    "worker": (
        "healther.workers.command:worker",
        "Run the scheduler loop and the RQ worker on `health-checks`; start any number, on any number of machines.",
    ),
    "migrate": (
        "healther.cli.migrate:migrate",
        "Bring the database's schema up to this version (Alembic upgrade); safe to run twice, or twice at once.",
    ),
    "check": ("healther.cli.check:check_app", "Check a URL once and show every phase and the verdict."),
    "doctor": (
        "healther.cli.doctor:doctor",
        "Look at settings, database, Redis, clock and network and say what is wrong (exit 0 fine, 1 problems).",
    ),
    "reseal": (
        "healther.cli.reseal:reseal_all",
        "Seal all secrets with HEALTHER_SECRET_KEY that one of HEALTHER_OLD_SECRET_KEYS sealed; safe to run twice.",
    ),
    "backup": (
        "healther.cli.backup:backup_all",
        "Write everything to FILE, as it is at one moment, while healther runs; for SQLite and PostgreSQL alike.",
    ),
    "restore": (
        "healther.cli.backup:restore_all",
        "Fill an empty database from a backup, of SQLite or PostgreSQL, of this version or an older one.",
    ),
    "export": (
        "healther.cli.export:export_one",
        "Write what one workspace watched, and its history, to FILE, without people and secrets.",
    ),
    "import": (
        "healther.cli.export:import_one",
        "Make a new workspace of an export, owned by an account; its watchers are paused.",
    ),
    "user": ("healther.cli.user:user_app", "Accounts, for whoever runs healther."),
}


class LazyVerbs(TyperGroup):
    """Lists its verbs by their lines; imports one when it is run, or asked for its own help."""

    def __init__(self, **attributes: Any) -> None:  # noqa: ANN401 - Typer's, passed on as they are
        attributes["commands"] = {name: TyperCommand(name, help=line) for name, (_, line) in VERBS.items()}
        super().__init__(**attributes)

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:  # noqa: ANN401
        """The verb itself in the place of its line."""
        name, found, rest = super().resolve_command(ctx, args)
        return name, found and load_verb(found.name or ""), rest


def load_verb(name: str) -> Command:
    """Imports a verb: a function, or a Typer of its own."""
    module, _, attribute = VERBS[name][0].partition(":")
    verb = getattr(load(module), attribute)
    if not isinstance(verb, typer.Typer):
        alone = typer.Typer(add_completion=False)
        alone.command(name)(verb)
        verb = alone
    command = typer.main.get_command(verb)
    assert isinstance(command, TyperCommand | TyperGroup)
    return command
