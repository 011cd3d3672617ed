"""Setting up, one's sign-ins, and how one likes to see things."""

import pytest
from sqlmodel import update

from healther.accounts.models import RefreshToken, User
from healther.accounts.service.standing import standing_of
from healther.core.clock import now_ms
from healther.core.db import Database
from tests.support.api import PASSWORD, Api, running_api, where

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0"
ACCOUNT = {"email": "ada@example.org", "full_name": "Ada", "password": PASSWORD}


@pytest.mark.parametrize("registration", ["first", "open", "closed"])
async def test_setup_says_whether_the_first_account_is_missing(sqlite_url: str, registration: str) -> None:
    db = Database(sqlite_url)
    async with running_api(db, sqlite_url, registration=registration) as api:
        http = api.client()
        told = {"needed": True, "registration": registration, "mails": False}
        assert (await http.get("/setup")).json() == told
        made = await http.post("/auth/register", json=ACCOUNT)
        assert made.status_code == (403 if registration == "closed" else 201)
        assert (await http.get("/setup")).json() == {**told, "needed": registration == "closed"}
    await db.close()


async def test_registering_makes_the_workspace_and_signs_in(api: Api) -> None:
    http = api.client()
    answer = await http.post("/auth/register", json={**ACCOUNT, "workspace_name": "Acme <b>"})
    assert answer.status_code == 201
    made = answer.json()
    assert (made["workspace"]["name"], made["workspace"]["role"]) == ("Acme <b>", "owner")
    assert "HttpOnly" in answer.headers["Set-Cookie"]
    http.headers["Authorization"] = f"Bearer {made['access_token']}"
    assert [each["id"] for each in (await http.get("/workspaces")).json()["items"]] == [made["workspace"]["id"]]
    assert (await http.post("/auth/refresh")).status_code == 200


async def test_a_refused_registration_makes_no_workspace(api: Api) -> None:
    await api.person("ada")
    answer = await api.client().post("/auth/register", json={**ACCOUNT, "workspace_name": "Acme"})
    assert answer.status_code == 409
    assert "Set-Cookie" not in answer.headers


async def test_preferences_are_kept_and_null_is_what_the_browser_says(api: Api) -> None:
    person = await api.person("ada")
    me = (await person.get("/users/me")).json()
    assert (me["time_zone"], me["language"], me["theme"]) == (None, None, "system")
    wanted = {"time_zone": "Europe/Berlin", "language": "de", "theme": "dark"}
    assert wanted.items() <= (await person.patch("/users/me", wanted)).json().items()
    back = (await person.patch("/users/me", {"time_zone": None, "language": None})).json()
    assert (back["time_zone"], back["language"], back["theme"]) == (None, None, "dark")
    for name, value in [("time_zone", "Mars/Base"), ("time_zone", "../etc"), ("language", "tlh"), ("theme", None)]:
        assert where(await person.patch("/users/me", {name: value})) == [f"body.{name}"]


@pytest.mark.parametrize("moved", [User, RefreshToken])
async def test_a_sign_in_is_over_where_its_version_or_that_of_its_account_has_moved_on(
    api: Api, moved: type[User | RefreshToken]
) -> None:
    """A5: either alone is enough."""
    person = await api.person("ada")
    claims = api.app.state.signer.verify(person.http.headers["Authorization"].removeprefix("Bearer "))
    async with api.db.write() as session:
        assert (await standing_of(session, [claims], now_ms())).keys() == {claims}
        await session.exec(update(moved).values(token_version=7))
    async with api.db.read() as session:
        assert await standing_of(session, [claims], now_ms()) == {}
    assert (await person.get("/users/me")).status_code == 401
    assert (await person.post("/auth/refresh")).status_code == 401


async def test_one_sees_ones_own_sign_ins_and_which_is_this_one(api: Api) -> None:
    person = await api.person("ada")
    await (await api.person("bob")).another_client()
    http = api.client("203.0.113.77")
    http.headers["User-Agent"] = FIREFOX
    token = (await http.post("/auth/token", data={"username": person.email, "password": PASSWORD})).json()
    http.headers["Authorization"] = f"Bearer {token['access_token']}"
    shown = (await http.get("/users/me/sessions")).json()
    assert [each["current"] for each in shown].count(True) == 1
    current = next(each for each in shown if each["current"])
    assert (current["user_agent"], current["address"]) == ("Firefox 132 on Linux", "203.0.113.0/24")
    assert (current["browser"], current["system"]) == ("Firefox 132", "Linux")
    others = [each for each in shown if not each["current"]]
    assert len(others) == 2, "the one that registering opened, and the one signed in after it"
    assert {each["address"] for each in others} == {"198.51.100.0/24"}


async def test_a_refreshed_sign_in_is_still_one_with_its_beginning(api: Api) -> None:
    person = await api.person("ada")
    before = next(each for each in (await person.get("/users/me/sessions")).json() if each["current"])
    for _ in range(3):
        person.use((await person.post("/auth/refresh")).json()["access_token"])
    shown = (await person.get("/users/me/sessions")).json()
    after = next(each for each in shown if each["current"])
    assert (after["id"], after["created_at"]) == (before["id"], before["created_at"])
    assert after["last_used_at"] >= before["last_used_at"]
    assert len([each for each in shown if each["id"] == before["id"]]) == 1


async def test_one_ends_ones_own_sign_ins_and_nobody_elses(api: Api) -> None:
    person, stranger = await api.person("ada"), await api.person("bob")
    phone = await person.another_client()
    its_id = next(each["id"] for each in (await phone.get("/users/me/sessions")).json() if each["current"])
    assert (await stranger.delete(f"/users/me/sessions/{its_id}")).status_code == 404
    assert (await phone.get("/users/me")).status_code == 200
    assert (await person.delete(f"/users/me/sessions/{its_id}")).status_code == 204
    assert (await phone.get("/users/me")).status_code == 401
    assert (await phone.post("/auth/refresh")).status_code == 401
    assert (await person.get("/users/me")).status_code == 200
    assert (await person.delete(f"/users/me/sessions/{its_id}")).status_code == 404
