"""`healther user create`, `healther user password` and `healther user delete`."""

import asyncio

import pytest
from sqlmodel import select
from typer.testing import CliRunner

from healther.accounts.models import Membership, Role, User, Workspace
from healther.accounts.passwords import verify_password
from healther.cli.user import user_app
from healther.core.db import Database
from tests.support.api import PASSWORD, Api

ARGUMENTS = ["create", "--email", "Ada@Example.org", "--name", "Ada Lovelace", "--password-stdin"]


def test_an_account_and_a_workspace_are_made(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEALTHER_DATABASE_URL", database_url)
    result = CliRunner().invoke(user_app, [*ARGUMENTS, "--workspace", "Acme"], input=PASSWORD + "\n")
    assert result.exit_code == 0, result.output
    assert "ada@example.org" in result.output
    assert PASSWORD not in result.output

    again = CliRunner().invoke(user_app, ARGUMENTS, input=PASSWORD + "\n")
    assert again.exit_code == 1
    assert "exists already" in again.output


async def test_what_was_made_is_in_the_database(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEALTHER_DATABASE_URL", sqlite_url)
    # The command has an event loop of its own: it runs beside ours.
    await asyncio.to_thread(CliRunner().invoke, user_app, [*ARGUMENTS, "--workspace", "Acme"], PASSWORD + "\n")
    database = Database(sqlite_url)
    async with database.read() as session:
        user = (await session.exec(select(User))).one()
        assert verify_password(PASSWORD, user.hashed_password)
        assert (await session.exec(select(Workspace.slug))).one() == "acme"
        assert (await session.exec(select(Membership.role))).one() == Role.OWNER
    await database.close()


@pytest.mark.parametrize(
    ("arguments", "password", "said"),
    [
        (["--email", "ada"], PASSWORD, "email address"),
        (["--name", "a\nb"], PASSWORD, "one line"),
        (["--name", " "], PASSWORD, "1 to 100"),
        ([], "password", "tried first"),
        ([], "", "8 characters"),
    ],
)
def test_what_is_wrong_is_said(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, arguments: list[str], password: str, said: str
) -> None:
    monkeypatch.setenv("HEALTHER_DATABASE_URL", sqlite_url)
    result = CliRunner().invoke(user_app, [*ARGUMENTS, *arguments], input=password + "\n")
    assert result.exit_code == 1
    assert said in result.output


def test_without_a_schema_the_next_step_is_named(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path_factory.mktemp("empty") / "healther.db"
    monkeypatch.setenv("HEALTHER_DATABASE_URL", f"sqlite+aiosqlite:///{path}")
    result = CliRunner().invoke(user_app, ARGUMENTS, input=PASSWORD + "\n")
    assert result.exit_code == 1
    assert "healther migrate" in result.output


def test_without_a_terminal_nobody_is_asked(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEALTHER_DATABASE_URL", sqlite_url)
    result = CliRunner().invoke(user_app, ARGUMENTS[:-1])
    assert result.exit_code == 1
    assert "--password-stdin" in result.output


RESCUE = ["password", "--email", "Ada@Example.org", "--password-stdin"]


async def test_a_new_password_ends_every_sign_in_and_what_the_account_had_made(
    sqlite_api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEALTHER_DATABASE_URL", str(sqlite_api.app.state.settings.database_url))
    ada = await sqlite_api.person("ada")
    workspace_id = await ada.workspace()
    key = (await ada.post(f"/workspaces/{workspace_id}/api-keys", {"name": "CI"})).json()["key"]
    # The command has an event loop of its own: it runs beside ours.
    result = await asyncio.to_thread(CliRunner().invoke, user_app, RESCUE, "another long phrase\n")
    assert (result.exit_code, "ada@example.org has a new password" in result.output) == (0, True), result.output
    assert (await ada.get("/users/me")).status_code == 401
    by_key = await sqlite_api.client().get(f"/workspaces/{workspace_id}", headers={"Authorization": f"Bearer {key}"})
    assert by_key.status_code == 401
    assert (await ada.sign_in(PASSWORD)).status_code == 401
    assert (await ada.sign_in("another long phrase")).status_code == 200
    assert (await ada.get("/users/me/email")).json()["state"] == "waiting", "the operator has proved no mailbox"
    trail = (await ada.get(f"/workspaces/{workspace_id}/audit")).json()["items"]
    assert (trail[0]["action"], trail[0]["actor"]) == ("api_key.revoke", "healther user password")


@pytest.mark.parametrize(
    ("email", "password", "said"),
    [
        ("nobody@example.org", PASSWORD, "no account with the address nobody@example.org"),
        ("ada", PASSWORD, "email address"),
        ("ada@example.org", "password", "tried first"),
    ],
)
def test_why_no_password_was_set_is_said(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, email: str, password: str, said: str
) -> None:
    monkeypatch.setenv("HEALTHER_DATABASE_URL", sqlite_url)
    arguments = ["password", "--email", email, "--password-stdin"]
    result = CliRunner().invoke(user_app, arguments, input=password + "\n")
    assert result.exit_code == 1
    assert said in result.output


async def test_the_operator_deletes_an_account_with_what_only_it_owns_once_that_was_agreed_to(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEALTHER_DATABASE_URL", api.app.state.settings.database_url)
    ada, bob = await api.person("ada"), await api.person("bob")
    await ada.workspace("Alone")
    shared = await ada.workspace("Shared")
    assert (await ada.add(shared, bob, "admin")).is_success

    async def run(*arguments: str) -> tuple[int, str]:
        result = await asyncio.to_thread(CliRunner().invoke, user_app, ["delete", "--email", *arguments])
        return result.exit_code, result.output

    code, said = await run("Ada@example.org", "--yes")
    assert (code, "last owner of Shared" in said) == (1, True)
    assert (await ada.patch(f"/workspaces/{shared}/members/{bob.id}", {"role": "owner"})).is_success
    code, said = await run("ada@example.org")
    assert (code, "nobody agreed" in said) == (1, True)
    assert "with everything in it: the workspace Alone (alone)" in said
    assert "without them: the workspace Shared (shared)" in said
    assert (await ada.get("/users/me")).status_code == 200
    code, said = await run("ada@example.org", "--yes")
    assert (code, "is deleted" in said, "Nobody has an account" in said) == (0, True, False)
    assert (await ada.get("/users/me")).status_code == 401
    (row, *_) = (await bob.get(f"/workspaces/{shared}/audit")).json()["items"]
    assert (row["actor"], row["action"], row["object_name"]) == (
        "healther user delete",
        "member.leave",
        "deleted account",
    )
    assert (await run("ada@example.org", "--yes"))[0] == 1


@pytest.mark.parametrize(("registration", "said"), [("first", "nobody can sign up"), ("open", "anybody may sign up")])
async def test_it_says_who_may_come_when_nobody_is_left(
    sqlite_api: Api, monkeypatch: pytest.MonkeyPatch, registration: str, said: str
) -> None:
    monkeypatch.setenv("HEALTHER_DATABASE_URL", sqlite_api.app.state.settings.database_url)
    monkeypatch.setenv("HEALTHER_REGISTRATION", registration)
    await sqlite_api.person("ada")
    arguments = ["delete", "--email", "ada@example.org", "--yes"]
    result = await asyncio.to_thread(CliRunner().invoke, user_app, arguments)
    assert (result.exit_code, said in result.output) == (0, True), result.output
