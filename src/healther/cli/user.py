"""`healther user`: the first account, or any other, without a browser; a new password; the end of one."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from healther.accounts.audit import audit, workspace_note
from healther.accounts.models import User
from healther.accounts.passwords import MIN_LENGTH, check_password, hash_password
from healther.accounts.service.consent import Consent, note_account
from healther.accounts.service.recovery import set_password
from healther.accounts.service.users import any_account, create_user, find_user, lock_user
from healther.accounts.service.workspaces import create_workspace
from healther.cli.advice import plainly
from healther.cli.diagnosis.place import sqlite_file
from healther.core.clock import now_ms
from healther.core.db import Database
from healther.core.errors import Problem
from healther.core.later import Later
from healther.core.settings import Settings, load_settings
from healther.core.text import normal_email, one_line
from healther.migrations.state import current_revision, head_revision

if TYPE_CHECKING:
    from healther.erasure import delete as ending
    from healther.erasure import plan as planning
else:
    # Of all that an account leaves behind the other verbs know nothing.
    ending = Later("healther.erasure.delete")
    planning = Later("healther.erasure.plan")

_MAKER = "healther user create"
_RESCUER = "healther user password"
_ENDER = "healther user delete"
_NO_SCHEMA = "the database's schema is missing or old; run `healther migrate` first"

user_app = typer.Typer(name="user", help="Accounts, for whoever runs healther.", no_args_is_help=True)


@user_app.command()
def create(
    email: Annotated[str, typer.Option(help="The address to sign in with.")],
    name: Annotated[str, typer.Option(help="The person's full name.")],
    workspace: Annotated[str | None, typer.Option(help="Also make a workspace of this name, owned by them.")] = None,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input, one line.")
    ] = False,
) -> None:
    """Make an account, whatever HEALTHER_REGISTRATION says."""
    settings = load_settings()
    try:
        address = normal_email(email)
        for option, text in (("--name", name), ("--workspace", workspace or "-")):
            if not 0 < len(one_line(text).strip()) <= 100:
                raise ValueError(f"{option} must be 1 to 100 characters")
        password = _ask_password(from_stdin=password_stdin)
        check_password(password, "the password", email=address)
        with plainly(settings):
            user = asyncio.run(_create(settings, address, name.strip(), password, workspace))
    except (ValueError, Problem) as error:
        typer.echo(f"No account was made: {error}", err=True)
        raise typer.Exit(1) from error
    typer.echo(f"Made the account {user.email}. Sign in with it.")


@user_app.command()
def password(
    email: Annotated[str, typer.Option(help="The address of the account.")],
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input, one line.")
    ] = False,
) -> None:
    """Set a new password for an account whose owner has lost theirs."""
    settings = load_settings()
    try:
        address = normal_email(email)
        new = _ask_password(from_stdin=password_stdin)
        check_password(new, "the password", email=address)
        with plainly(settings):
            asyncio.run(_set_password(settings, address, new))
    except (ValueError, Problem) as error:
        typer.echo(f"No password was set: {error}", err=True)
        raise typer.Exit(1) from error
    typer.echo(f"{address} has a new password. Its sign-ins, API keys, calendar links and invitations have ended.")


@user_app.command()
def delete(
    email: Annotated[str, typer.Option(help="The address of the account.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask: delete what goes with it, too.")] = False,
) -> None:
    """Delete an account, with the workspaces in which nobody else is."""
    settings = load_settings()
    try:
        address = normal_email(email)
        with plainly(settings):
            user, plan = asyncio.run(_look(settings, address))
        plan.check({each.id for each in plan.alone})
        for each in plan.alone:
            typer.echo(f"Goes with it, with everything in it: the workspace {each.name} ({each.slug})")
        for each in plan.left:
            typer.echo(f"Stays, without them: the workspace {each.name} ({each.slug})")
        if not yes and not (sys.stdin.isatty() and typer.confirm(f"Delete the account {address} for ever?")):
            raise ValueError("nobody agreed; --yes does not ask")
        with plainly(settings):
            only = asyncio.run(_delete(settings, user, plan))
    except (ValueError, Problem) as error:
        typer.echo(f"No account was deleted: {error}", err=True)
        raise typer.Exit(1) from error
    typer.echo(f"The account {address} is deleted. Backups made before still have it.")
    if only:
        typer.echo(_who_is_next(settings.registration))


def _who_is_next(registration: str) -> str:
    if registration == "open":
        return "Nobody has an account now, and anybody may sign up: HEALTHER_REGISTRATION is `open`."
    return "Nobody has an account now, and nobody can sign up: `healther user create` makes the next."


def _ask_password(*, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise ValueError("there is no terminal to ask for the password; use --password-stdin")
    password: str = typer.prompt(
        f"Password ({MIN_LENGTH} characters or more)", hide_input=True, confirmation_prompt=True
    )
    return password


@asynccontextmanager
async def _database(settings: Settings) -> AsyncIterator[Database]:
    """The database, closed afterwards; raises ValueError while its schema is not this version's."""
    if settings.is_sqlite and not sqlite_file(settings).is_file():
        # Opening it would leave an empty file behind.
        raise ValueError(_NO_SCHEMA)
    database = Database(settings.database_url)
    try:
        if await current_revision(database) != head_revision():
            raise ValueError(_NO_SCHEMA)
        yield database
    finally:
        await database.close()


async def _create(settings: Settings, email: str, full_name: str, password: str, workspace: str | None) -> User:
    async with _database(settings) as database:
        # Nobody else waits for this event loop, so the hash needs no thread.
        hashed_password = hash_password(password)
        now = now_ms()
        async with database.write() as session:
            user = await create_user(
                session, email=email, full_name=full_name, hashed_password=hashed_password, now_ms=now
            )
            audit(
                session,
                workspace_id=None,
                actor=_MAKER,
                action="user.create",
                object_id=user.id,
                object_name=user.email,
                now_ms=now,
            )
            # Whoever the operator makes an account for is nobody's stranger.
            await note_account(session, user, Consent(required=False, most_asks=0), now)
            if workspace is not None:
                made = await create_workspace(
                    session, user, name=workspace.strip(), slug=None, is_public=False, now_ms=now
                )
                workspace_note(session, _MAKER, made, now)
        return user


async def _set_password(settings: Settings, email: str, password: str) -> None:
    async with _database(settings) as database:
        hashed_password = hash_password(password)
        async with database.write() as session:
            user = await find_user(session, email)
            if user is None:
                raise ValueError(f"there is no account with the address {email}")
            user = await lock_user(session, user.id)
            await set_password(session, user, hashed_password, by=_RESCUER, rules=None, now_ms=now_ms())


async def _look(settings: Settings, email: str) -> "tuple[User, planning.Plan]":
    async with _database(settings) as database, database.read() as session:
        user = await find_user(session, email)
        if user is None:
            raise ValueError(f"there is no account with the address {email}")
        return user, await planning.plan_of(session, user.id)


async def _delete(settings: Settings, user: User, plan: "planning.Plan") -> bool:
    """Whether nobody has an account afterwards."""
    async with _database(settings) as database:
        consented = [each.id for each in plan.alone]
        await ending.delete_account(database, user, consented, by=_ENDER, now_ms=now_ms())
        async with database.read() as session:
            return not await any_account(session)
