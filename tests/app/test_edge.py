"""What every answer carries, and what every failure looks like."""

import httpx
import pytest
from sqlalchemy import text
from sqlmodel import select

from healther.accounts.deps import SessionDep
from healther.accounts.models import Membership, Role
from healther.app import create_app
from healther.app.edge import SECURITY_HEADERS
from healther.core.db import Database
from healther.core.ids import new_id
from healther.core.settings import SettingsError
from tests.support.api import PASSWORD, Api, running_api, settings_for

CHECKED_LATE = {
    "sqlite": "PRAGMA defer_foreign_keys=ON",
    "postgresql": "ALTER TABLE membership ALTER CONSTRAINT membership_user_id_fkey DEFERRABLE INITIALLY DEFERRED, "
    "ALTER CONSTRAINT membership_workspace_id_fkey DEFERRABLE INITIALLY DEFERRED",
}


async def every_kind_of_answer(api: Api) -> dict[str, httpx.Response]:
    """One answer of each kind the app gives."""

    @api.app.get("/boom")
    async def boom() -> None:
        raise RuntimeError("canary of a failure")

    http = api.client(base="")
    register = "/api/v1/auth/register"
    return {
        "200": await http.get("/healthz"),
        "204 preflight": await http.options(
            register, headers={"Origin": "https://app.example.org", "Access-Control-Request-Method": "POST"}
        ),
        "400 preflight": await http.options(
            register, headers={"Origin": "https://evil.example.org", "Access-Control-Request-Method": "POST"}
        ),
        "401": await http.get("/api/v1/users/me"),
        "404": await http.get("/nowhere"),
        "404 slash": await http.get("/api/v1/workspaces/"),
        "405": await http.delete("/healthz"),
        "413": await http.post(register, content=b"x" * 2_000_000),
        "422": await http.post(register, json={}),
        "422 json": await http.post(register, content=b"{", headers={"Content-Type": "application/json"}),
        "500": await http.get("/boom"),
    }


async def test_every_answer_carries_the_security_headers_and_an_id_of_its_own(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    async with running_api(
        database,
        sqlite_url,
        fresh=True,
        public_url="https://status.example.org",
        cors_origins=("https://app.example.org",),
    ) as api:
        answers = await every_kind_of_answer(api)
    await database.close()
    expected = SECURITY_HEADERS | {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}
    for kind, answer in answers.items():
        assert str(answer.status_code) == kind.partition(" ")[0] or kind == "204 preflight", (kind, answer.text)
        missing = {name: value for name, value in expected.items() if answer.headers.get(name) != value}
        assert missing == {}, kind
        assert "server" not in answer.headers
    ids = [answer.headers["X-Request-Id"] for answer in answers.values()]
    assert len(set(ids)) == len(ids)


async def test_every_refusal_and_failure_is_a_problem(fresh_api: Api) -> None:
    for kind, answer in (await every_kind_of_answer(fresh_api)).items():
        if answer.status_code < 401 or "preflight" in kind:
            continue
        assert answer.headers["Content-Type"] == "application/problem+json", kind
        problem = answer.json()
        assert problem["type"].startswith("/problems/"), kind
        assert problem["title"], kind
        assert problem["status"] == answer.status_code, kind
        assert problem["request_id"] == answer.headers["X-Request-Id"], kind
        assert "canary" not in answer.text


async def test_without_https_nothing_is_said_of_it(sqlite_api: Api) -> None:
    assert "Strict-Transport-Security" not in (await sqlite_api.client(base="").get("/healthz")).headers


async def test_a_client_does_not_choose_the_id_nor_the_host(sqlite_api: Api) -> None:
    headers = {"X-Request-Id": "mine\tforged", "Host": "evil.example.org", "X-Forwarded-Proto": "https"}
    answer = await sqlite_api.client(base="").get("/nowhere", headers=headers)
    assert answer.headers["X-Request-Id"] != "mine\tforged"
    assert "evil" not in answer.text
    assert "evil" not in str(answer.headers)


async def test_a_405_says_what_is_allowed(sqlite_api: Api) -> None:
    answer = await sqlite_api.client(base="").delete("/healthz")
    assert answer.headers["Allow"] == "GET"
    shared = await sqlite_api.client(base="").put("/status/acme")
    assert (shared.status_code, shared.headers["Allow"]) == (405, "GET, POST")
    assert shared.json()["detail"] == "There is no PUT here; there is: GET, POST."


async def test_load_balancers_that_ask_with_head_are_answered(sqlite_api: Api) -> None:
    http = sqlite_api.client(base="")
    assert [(await http.head(path)).status_code for path in ("/healthz", "/readyz")] == [200, 200]


async def test_only_listed_origins_may_read_answers(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    async with running_api(database, sqlite_url, cors_origins=("https://app.example.org",)) as api:
        http = api.client(base="")
        for origin, allowed in [
            ("https://app.example.org", "https://app.example.org"),
            ("https://app.example.org.evil.org", None),
            ("http://app.example.org", None),
            ("null", None),
        ]:
            answer = await http.get("/healthz", headers={"Origin": origin})
            assert answer.headers.get("Access-Control-Allow-Origin") == allowed, origin
            assert "Access-Control-Allow-Credentials" not in answer.headers
    await database.close()


async def test_without_a_list_no_origin_may(sqlite_api: Api) -> None:
    answer = await sqlite_api.client(base="").get("/healthz", headers={"Origin": "https://app.example.org"})
    assert "Access-Control-Allow-Origin" not in answer.headers


async def test_a_failed_commit_is_no_success(db: Database, database_url: str) -> None:
    reached = []

    async def doomed(session: SessionDep) -> dict[str, str]:
        # Checked at the commit only: everything before it succeeds.
        connection = await session.connection()
        await connection.execute(text(CHECKED_LATE[connection.dialect.name]))
        session.add(Membership(workspace_id=new_id(), user_id=new_id(), role=Role.OWNER))
        await session.flush()
        reached.append("the end")
        return {"answer": "done"}

    async with running_api(db, database_url, fresh=True) as api:
        api.app.post("/doomed")(doomed)
        answer = await api.client(base="").post("/doomed")
    assert reached == ["the end"]
    assert answer.status_code == 409
    assert answer.headers["Content-Type"] == "application/problem+json"
    async with db.read() as session:
        assert (await session.exec(select(Membership))).all() == []


@pytest.mark.parametrize(
    "gone",
    [
        "sqlite+aiosqlite:////nowhere/at/all/healther.db",
        "postgresql+psycopg://nobody@127.0.0.1:1/gone?connect_timeout=2",
    ],
)
async def test_without_its_database_the_api_says_come_back(sqlite_api: Api, gone: str) -> None:
    person = await sqlite_api.person("ada")
    database = Database(gone)
    sqlite_api.app.state.db = database
    for answer in (
        await person.get("/users/me"),
        await person.get("/workspaces"),
        await person.post("/workspaces", {"name": "Acme"}),
        await sqlite_api.client().post("/auth/token", data={"username": person.email, "password": PASSWORD}),
    ):
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) > 0
        assert answer.json()["type"] == "/problems/unavailable"
        assert "nowhere" not in answer.text
        assert "127.0.0.1" not in answer.text
    assert (await sqlite_api.client(base="").get("/healthz")).status_code == 200
    await database.close()


def test_an_app_without_a_secret_key_is_refused() -> None:
    with pytest.raises(SettingsError, match="HEALTHER_SECRET_KEY"):
        create_app(settings_for("sqlite+aiosqlite:///x.db", secret_key=None))
