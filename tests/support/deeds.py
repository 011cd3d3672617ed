"""What makes the rows of the role table for people really do something, for the test of the trail."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, NamedTuple
from uuid import UUID

from healther.accounts.models import User
from healther.core.clock import now_ms
from tests.support.api import PASSWORD, Json, token_of
from tests.support.house import House
from tests.support.role_row import WORKSPACE
from tests.support.role_rows_people import INVITATIONS, NEWCOMER, REFUSAL
from tests.support.role_table import Ids


class Deed(NamedTuple):
    """What makes a row of the table really do something."""

    ids: Ids
    body: dict[str, Any] | None = None
    column: str = "owner"


Preparation = Callable[[House, Ids], Awaitable[Deed]]


async def done(house: House, ids: Ids, path: str, body: Json | None = None) -> Json:
    """Something the owner does beforehand."""
    answer = await house.people["owner"].post(f"/workspaces/{ids.workspace_id}{path}", body)
    assert answer.is_success, answer.text
    made: Json = answer.json()
    return made


async def leaving(house: House, ids: Ids) -> Deed:
    return Deed(ids, None, "admin")


async def newcomer(house: House, ids: Ids) -> Deed:
    return Deed(ids, {"email": "newcomer@example.org", "role": "observer"})


async def invited(house: House, ids: Ids) -> Deed:
    person = house.people["invited"] = await house.api.person("invited")
    made = await done(house, ids, "/invitations", {"email": person.email})
    return Deed(ids, {"token": token_of(made["link"])}, "invited")


async def invited_without_account(house: House, ids: Ids) -> Deed:
    made = await done(house, ids, "/invitations", {"email": "unknown@example.org"})
    return Deed(ids, {**NEWCOMER, "token": token_of(made["link"])}, "anonymous")


async def password(house: House, ids: Ids) -> Deed:
    house.people["forgetful"] = await house.api.person("forgetful")
    return Deed(ids, {"current_password": PASSWORD, "new_password": "another long phrase"}, "forgetful")


async def departure(house: House, ids: Ids) -> Deed:
    house.people["leaver"] = await house.api.person("leaver")
    return Deed(ids, {"current_password": PASSWORD}, "leaver")


async def account(house: House, name: str) -> User:
    person = await house.api.person(name)
    async with house.api.db.read() as session:
        return await session.get_one(User, UUID(person.id))


async def mailed_link(house: House, ids: Ids) -> Deed:
    link: str = house.api.app.state.reset_links.make(await account(house, "absent-minded"), now_ms())
    return Deed(ids, {"token": token_of(link), "password": "another long phrase"}, "anonymous")


async def mailed_to_another(house: House, ids: Ids) -> Deed:
    user = await account(house, "restless")
    link: str = house.api.app.state.email_links.make(user, now_ms(), "rested@example.org")
    return Deed(ids, {"token": token_of(link)}, "anonymous")


async def unwanted(house: House, ids: Ids) -> Deed:
    made = await done(house, ids, "/invitations", {"email": "unwilling@example.org"})
    link: str = house.api.app.state.refusal_links.make(UUID(made["id"]))
    return Deed(replace(ids, token=link.rpartition("/")[2]), None, "anonymous")


async def another_sign_in(house: House, ids: Ids) -> Deed:
    other = await house.people["owner"].another_client()
    sessions = (await other.get("/users/me/sessions")).json()
    return Deed(replace(ids, session_id=next(each["id"] for each in sessions if each["current"])))


OF_PEOPLE: dict[tuple[str, str], Preparation] = {
    ("POST", "/api/v1/users/me/password"): password,
    ("DELETE", "/api/v1/users/me"): departure,
    ("POST", "/api/v1/auth/reset"): mailed_link,
    ("POST", "/api/v1/auth/email"): mailed_to_another,
    ("POST", REFUSAL): unwanted,
    ("DELETE", "/api/v1/users/me/sessions/{session_id}"): another_sign_in,
    ("POST", INVITATIONS): newcomer,
    ("POST", "/api/v1/invitations/accept"): invited,
    ("POST", "/api/v1/invitations/register"): invited_without_account,
    ("POST", WORKSPACE + "/leave"): leaving,
}
