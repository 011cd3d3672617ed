"""Signing up, in and out, end to end."""

import asyncio

from sqlmodel import func, select

from healther.accounts.models import Membership, RefreshToken, Role, User
from healther.core.db import Database
from tests.support.api import PASSWORD, Api, running_api, where

SIGN_UP = {"email": "ada@example.org", "full_name": "Ada Lovelace", "password": PASSWORD}


WRONG_SIGN_UPS: list[tuple[dict[str, object], str]] = [
    ({"email": "ada"}, "body.email"),
    ({"email": "ada@example.org\r\nBcc: eve@example.org"}, "body.email"),
    ({"email": "ada\x00@example.org"}, "body.email"),
    ({"full_name": "Ada\r\nBcc: eve@example.org"}, "body.full_name"),
    ({"full_name": "  "}, "body.full_name"),
    ({"full_name": "x" * 201}, "body.full_name"),
    ({"password": "password"}, "body.password"),
    ({"password": "short"}, "body.password"),
    ({"password": SIGN_UP["email"]}, "body.password"),
    ({"workspace_name": "a\u2028b"}, "body.workspace_name"),
    ({"role": "owner"}, "body.role"),
    ({"token_version": 7}, "body.token_version"),
    ({"id": "x"}, "body.id"),
]
WRONG_SIGN_INS: list[tuple[dict[str, str], str]] = [
    ({"password": "x"}, "body.username"),
    ({"username": "x"}, "body.password"),
    ({"username": "x", "password": "x", "grant_type": "client_credentials"}, "body.grant_type"),
    ({"username": "x", "password": "x", "role": "owner"}, "body.role"),
]


async def test_an_account_signs_up_with_a_workspace_and_signs_in(api: Api) -> None:
    http = api.client()
    answer = await http.post("/auth/register", json=SIGN_UP | {"workspace_name": "Straße & Söhne"})
    assert answer.status_code == 201
    assert answer.json()["workspace"]["slug"] == "strasse-sohne"
    assert answer.json()["workspace"]["role"] == "owner"
    assert PASSWORD not in answer.text

    token = await http.post("/auth/token", data={"username": " ADA@Example.org", "password": PASSWORD})
    assert token.status_code == 200
    assert token.json().keys() == {"access_token", "token_type", "expires_in"}
    assert token.json()["token_type"] == "bearer"
    assert token.json()["expires_in"] == 3600
    assert token.headers["Cache-Control"] == "no-store"

    me = await http.get("/users/me", headers={"Authorization": f"Bearer {token.json()['access_token']}"})
    assert me.json()["email"] == "ada@example.org"
    assert me.json().keys() == {"id", "email", "full_name", "created_at", "time_zone", "language", "theme"}


async def test_the_refresh_cookie_is_kept_from_scripts_other_sites_and_other_paths(sqlite_api: Api) -> None:
    person = await sqlite_api.person("ada")
    cookie = (await person.sign_in()).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Path=/api/v1/auth/refresh" in cookie
    assert "Secure" not in cookie


async def test_over_https_the_cookie_is_secure(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    async with running_api(database, sqlite_url, public_url="https://status.example.org") as api:
        person = await api.person("ada")
        assert "Secure" in (await person.sign_in()).headers["Set-Cookie"]
    await database.close()


async def test_a_wrong_field_is_named(sqlite_api: Api) -> None:
    for changes, field in WRONG_SIGN_UPS:
        http = sqlite_api.client()
        assert where(await http.post("/auth/register", json=SIGN_UP | changes)) == [field], changes


async def test_one_email_has_one_account_however_it_is_spelled(api: Api) -> None:
    http = api.client()
    assert (await http.post("/auth/register", json=SIGN_UP)).status_code == 201
    again = await http.post("/auth/register", json=SIGN_UP | {"email": "Ada@EXAMPLE.org"})
    assert again.status_code == 409


async def test_of_twenty_first_users_at_once_one_becomes_the_owner(db: Database, database_url: str) -> None:
    async with running_api(db, database_url, registration="first") as api:
        http = api.client()
        answers = await asyncio.gather(
            *(
                http.post("/auth/register", json=SIGN_UP | {"email": f"ada{number}@example.org", "workspace_name": "A"})
                for number in range(20)
            )
        )
        assert sorted(answer.status_code for answer in answers) == [201] + [403] * 19
        late = await api.client("192.0.2.99").post("/auth/register", json=SIGN_UP)
        assert late.status_code == 403
    async with db.read() as session:
        assert (await session.exec(select(func.count()).select_from(User))).one() == 1
        assert (await session.exec(select(Membership.role))).all() == [Role.OWNER]


async def test_where_signing_up_is_closed_no_password_is_hashed(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    async with running_api(database, sqlite_url, registration="closed") as api:
        answer = await api.client().post("/auth/register", json=SIGN_UP)
        assert answer.status_code == 403
        assert api.passwords.hashed == 0
    await database.close()


async def test_a_wrong_password_and_an_unknown_account_are_the_same_to_the_outside(api: Api) -> None:
    person = await api.person("ada")
    api.passwords.verified.clear()
    http = api.client()
    wrong = await http.post("/auth/token", data={"username": person.email, "password": "wrong password"})
    unknown = await http.post("/auth/token", data={"username": "eve@example.org", "password": "wrong password"})
    no_email = await http.post("/auth/token", data={"username": "\x00'; --", "password": "wrong password"})
    bodies = [{**answer.json(), "request_id": None} for answer in (wrong, unknown, no_email)]
    assert [wrong.status_code, unknown.status_code, no_email.status_code] == [401, 401, 401]
    assert bodies[0] == bodies[1] == bodies[2]
    # One hash each, of the same cost: counted, because time is not ours on a shared machine.
    assert [stored is None for stored in api.passwords.verified] == [False, True, True]


async def test_a_sign_in_form_is_checked(sqlite_api: Api) -> None:
    for form, field in WRONG_SIGN_INS:
        assert where(await sqlite_api.client().post("/auth/token", data=form)) == [field], form


async def test_a_refresh_token_is_used_once_and_reuse_ends_the_whole_sign_in(api: Api) -> None:
    person = await api.person("ada")
    other_device = await person.another_client()
    stolen = person.http.cookies["healther_refresh"]

    renewed = await person.post("/auth/refresh")
    assert renewed.status_code == 200
    assert person.http.cookies["healther_refresh"] != stolen
    person.use(renewed.json()["access_token"])
    assert (await person.get("/users/me")).status_code == 200

    thief = api.client()
    thief.cookies.set("healther_refresh", stolen)
    assert (await thief.post("/auth/refresh")).status_code == 401
    assert (await person.post("/auth/refresh")).status_code == 401
    assert (await person.get("/users/me")).status_code == 401, "its access tokens end with it"
    assert (await other_device.get("/users/me")).status_code == 200, "another sign-in goes on"
    assert (await other_device.post("/auth/refresh")).status_code == 200


async def test_of_many_refreshes_at_once_one_wins(api: Api) -> None:
    person = await api.person("ada")
    clients = [api.client() for _ in range(8)]
    for client in clients:
        client.cookies.set("healther_refresh", person.http.cookies["healther_refresh"])
    answers = await asyncio.gather(*(client.post("/auth/refresh") for client in clients))
    assert sorted(answer.status_code for answer in answers) == [200] + [401] * 7


async def test_without_a_known_refresh_token_there_is_nothing_to_refresh(sqlite_api: Api) -> None:
    http = sqlite_api.client()
    for cookie in ("", "healther_refresh=", "healther_refresh=nothing"):
        assert (await http.post("/auth/refresh", headers={"Cookie": cookie})).status_code == 401, cookie


async def test_refresh_tokens_are_stored_hashed_only(api: Api) -> None:
    person = await api.person("ada")
    async with api.db.read() as session:
        stored = (await session.exec(select(RefreshToken.token_hash))).all()
    assert {len(each) for each in stored} == {32}
    assert not any(person.http.cookies["healther_refresh"].encode() in each for each in stored)


async def test_signing_out_ends_this_sign_in_on_the_next_request(api: Api) -> None:
    person = await api.person("ada")
    other_device = await person.another_client()
    assert (await person.post("/auth/sign-out")).status_code == 204
    assert (await person.get("/users/me")).status_code == 401
    assert (await person.post("/auth/refresh")).status_code == 401
    assert (await other_device.get("/users/me")).status_code == 200


async def test_signing_out_everywhere_ends_every_sign_in_on_the_next_request(api: Api) -> None:
    person = await api.person("ada")
    other_device = await person.another_client()
    assert (await person.post("/auth/sign-out-everywhere")).status_code == 204
    for device in (person, other_device):
        assert (await device.get("/users/me")).status_code == 401
        assert (await device.post("/auth/refresh")).status_code == 401
    assert (await person.sign_in()).status_code == 200
    assert (await person.get("/users/me")).status_code == 200


async def test_anything_but_a_bearer_token_is_401(sqlite_api: Api) -> None:
    for header in ("", "Bearer", "Bearer ", "Basic YTpi", "Bearer x y", "bearer null", "Token x"):
        answer = await sqlite_api.client().get("/users/me", headers={"Authorization": header})
        assert answer.status_code == 401, header
        assert answer.headers["WWW-Authenticate"] == "Bearer"


async def test_a_token_in_the_query_is_not_looked_at(sqlite_api: Api) -> None:
    person = await sqlite_api.person("ada")
    token = person.http.headers["Authorization"].removeprefix("Bearer ")
    answer = await sqlite_api.client().get("/users/me", params={"access_token": token})
    assert where(answer) == ["query.access_token"]
    assert token not in answer.text


async def test_a_deleted_accounts_token_is_worth_nothing(api: Api) -> None:
    person = await api.person("ada")
    async with api.db.write() as session:
        await session.delete((await session.exec(select(User).where(User.email == person.email))).one())
    assert (await person.get("/users/me")).status_code == 401


async def test_a_page_of_another_site_cannot_use_up_the_refresh_cookie(sqlite_api: Api) -> None:
    person = await sqlite_api.person("ada")
    for origin in ("http://testserver:3000", "https://evil.example", "null", "http://127.0.0.1:8001", "nonsense"):
        answer = await person.http.post("/auth/refresh", headers={"Origin": origin})
        assert (answer.status_code, answer.json()["type"]) == (403, "/problems/foreign-origin"), origin
        assert "set-cookie" not in answer.headers
    for origin in ("http://testserver", "http://TESTSERVER", "http://127.0.0.1:8000"):
        assert (await person.http.post("/auth/refresh", headers={"Origin": origin})).status_code == 200, origin
    assert (await person.post("/auth/refresh")).status_code == 200


async def test_a_page_of_another_site_signs_nobody_in(sqlite_api: Api) -> None:
    person = await sqlite_api.person("ada")
    form = {"username": person.email, "password": "wrong or right"}
    for path, sent in (("/auth/token", {"data": form}), ("/auth/register", {"json": {}})):
        answer = await sqlite_api.client().post(path, headers={"Origin": "https://evil.example"}, **sent)
        assert (answer.status_code, answer.json()["type"]) == (403, "/problems/foreign-origin")
        assert "set-cookie" not in answer.headers


async def test_a_listed_origin_may_refresh(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    async with running_api(database, sqlite_url, cors_origins=("https://app.example.org",)) as api:
        person = await api.person("ada")
        answer = await person.http.post("/auth/refresh", headers={"Origin": "https://app.example.org"})
        assert answer.status_code == 200
    await database.close()
