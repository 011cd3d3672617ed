"""Signing up, in and out, end to end."""

import asyncio

import httpx
import pytest
from sqlmodel import col, func, select

from healther.accounts.devices import Device
from healther.accounts.models import Membership, RefreshToken, Role, User
from healther.accounts.service.sessions import open_session, rotate
from healther.accounts.tokens import TokenSigner, refresh_token_hash
from healther.core.db import Database
from tests.support.api import PASSWORD, Api, running_api, where

NOW = 1_772_000_000_000
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
    assert answer.json()["workspace"]["slug"] == "strasse-soehne"
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


async def test_a_refresh_token_whose_successor_was_used_ends_the_whole_sign_in(api: Api) -> None:
    person = await api.person("ada")
    other_device = await person.another_client()
    stolen = person.http.cookies["healther_refresh"]

    renewed = await person.post("/auth/refresh")
    assert renewed.status_code == 200
    assert person.http.cookies["healther_refresh"] != stolen
    person.use(renewed.json()["access_token"])
    assert (await person.get("/users/me")).status_code == 200
    assert (await person.post("/auth/refresh")).status_code == 200

    thief = api.client()
    thief.cookies.set("healther_refresh", stolen)
    assert (await thief.post("/auth/refresh")).status_code == 401
    assert (await person.post("/auth/refresh")).status_code == 401
    assert (await person.get("/users/me")).status_code == 401, "its access tokens end with it"
    assert (await other_device.get("/users/me")).status_code == 200, "another sign-in goes on"
    assert (await other_device.post("/auth/refresh")).status_code == 200


async def refreshed(api: Api, cookie: str) -> httpx.Response:
    """What a browser that has this refresh token is answered."""
    return await api.client().post("/auth/refresh", headers={"Cookie": f"healther_refresh={cookie}"})


async def test_a_refresh_whose_answer_was_lost_is_answered_again_and_what_was_lost_is_worth_nothing(api: Api) -> None:
    person = await api.person("ada")
    before = person.http.cookies["healther_refresh"]
    lost = (await refreshed(api, before)).cookies["healther_refresh"]
    for _ in range(2):
        again = await refreshed(api, before)
        assert again.status_code == 200
    person.use(again.json()["access_token"])
    further = await refreshed(api, again.cookies["healther_refresh"])
    assert further.status_code == 200
    assert (await person.get("/users/me")).status_code == 200

    assert (await refreshed(api, lost)).status_code == 401
    assert (await person.get("/users/me")).status_code == 401, "whoever has it shows that two hold the sign-in"
    assert (await refreshed(api, further.cookies["healther_refresh"])).status_code == 401


@pytest.mark.parametrize(("later_ms", "good"), [(9_999, True), (10_000, False)])
async def test_a_used_refresh_token_is_forgiven_for_ten_seconds_from_its_first_use(
    db: Database, later_ms: int, good: bool
) -> None:
    signer, device = TokenSigner("s" * 32, 15), Device(None, None)
    async with db.write() as session:
        user = User(email="ada@example.org", full_name="Ada", hashed_password="-")
        session.add(user)
        await session.flush()
        first = await open_session(session, user, signer, device, NOW)
    for at, expected in ((NOW, True), (NOW + 5_000, True), (NOW + later_ms, good)):
        async with db.write() as session:
            issued = await rotate(session, first.refresh_token, signer, device, at)
        assert (issued is not None) == expected, at
    async with db.read() as session:
        left = (await session.exec(select(RefreshToken.used_at))).all()
    assert left.count(None) == (1 if good else 0)
    assert bool(left) == good, "refused means that the sign-in has ended"


async def test_many_refreshes_at_once_with_one_cookie_leave_the_sign_in_one_good_token(api: Api) -> None:
    person = await api.person("ada")
    cookie = person.http.cookies["healther_refresh"]
    answers = await asyncio.gather(*(refreshed(api, cookie) for _ in range(8)))
    assert [answer.status_code for answer in answers] == [200] * 8
    given = {refresh_token_hash(each.cookies["healther_refresh"]): each.cookies["healther_refresh"] for each in answers}
    unused = col(RefreshToken.used_at).is_(None), col(RefreshToken.token_hash).in_(given)
    async with api.db.read() as session:
        good = (await session.exec(select(RefreshToken.token_hash).where(*unused))).one()
    assert (await refreshed(api, given[good])).status_code == 200


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
