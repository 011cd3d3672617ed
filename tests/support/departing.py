"""Deleting accounts in tests."""

import httpx

from tests.support.api import PASSWORD, Json, Person


async def delete_account(
    person: Person, *workspaces: str, password: str = PASSWORD, client: httpx.AsyncClient | None = None
) -> httpx.Response:
    """Somebody deletes their account, and agrees to what goes with it."""
    body = {"current_password": password, "workspaces": list(workspaces)}
    return await (client or person.http).request("DELETE", "/users/me", json=body)


async def deletion(person: Person) -> Json:
    """What would become of their workspaces, by name, and whether theirs is the only account."""
    found: Json = (await person.get("/users/me/deletion")).json()
    names = {key: [each["name"] for each in found[key]] for key in ("alone", "left", "last_owner")}
    return {**names, "only_account": found["only_account"]}
