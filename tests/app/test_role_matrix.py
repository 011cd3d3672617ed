"""Every route against every column of the role table (A9, S5, S6, S7, S9)."""

import pytest

from tests.support.api import Api, description
from tests.support.house import KEYS, House
from tests.support.role_row import WORKSPACE, Row, Who
from tests.support.role_rows_people import INVITATIONS, MEMBER
from tests.support.role_table import (
    PUBLIC,
    ROTATION,
    ROWS,
    WATCHER,
    Ids,
    routes_of,
)

COLUMNS = ("anonymous", "observer", "admin", "owner", "stranger", *KEYS)
_RANK = {"observer": 0, "read key": 0, "admin": 1, "write key": 1, "owner": 2}
FORGED_HEADERS = [
    {
        "X-Workspace-Id": "{workspace_id}", "X-Tenant-Id": "{workspace_id}", "X-Organization-Id": "{workspace_id}",
        "X-User-Id": "{user_id}", "X-Forwarded-User": "owner@example.org", "X-Remote-User": "owner@example.org",
        "X-Role": "owner", "X-Admin": "true", "X-Internal": "1", "X-Is-Multi-Tenant-Query": "true",
    },
    {
        "Host": "localhost", "X-Forwarded-For": "127.0.0.1", "X-Forwarded-Host": "localhost",
        "Forwarded": "for=127.0.0.1;host=localhost", "X-Original-URL": "/healthz", "X-Rewrite-URL": "/healthz",
        "X-HTTP-Method-Override": "GET", "Cookie": "role=owner; workspace_id={workspace_id}; user_id={user_id}",
    },
]  # fmt: skip
# What a body must not carry: ours are the fields that some route does have for a purpose.
SMUGGLED = {
    "workspace_id": "{workspace_id}", "watcher_id": "{watcher_id}", "user_id": "{user_id}", "role": "owner", "id": 1,
    "token_version": 7, "hashed_password": "x", "is_admin": True, "paused_at": None, "state": "up",
}  # fmt: skip
# What these leave behind, other rows can be asked nothing of.
ENDS_MORE = {("DELETE", WORKSPACE), ("DELETE", MEMBER), ("DELETE", WATCHER), ("POST", WORKSPACE + "/leave")}
OWN_FIELDS = {
    ("POST", INVITATIONS): {"role"},
    ("PATCH", MEMBER): {"role"},
    ("POST", WORKSPACE + "/probe"): {"watcher_id"},
    ("POST", WORKSPACE + "/channels/test"): {"channel_id"},
    ("POST", ROTATION + "/overrides"): {"user_id"},
}


@pytest.fixture
async def house(api: Api) -> House:
    built = House(api)
    await built.build()
    return built


@pytest.fixture
async def sqlite_house(sqlite_api: Api) -> House:
    built = House(sqlite_api)
    await built.build()
    return built


def expected(row: Row, template: str, column: str) -> tuple[int, ...]:
    """What the table of the issue says."""
    if row.who == Who.ANYONE:
        return row.works
    if column == "anonymous":
        return (401,)
    if column in KEYS and (row.who == Who.USER or row.in_person):
        return (403,)
    if row.who == Who.USER:
        return row.works
    if column == "stranger":
        return (404,)
    return row.works if _RANK[column] >= _RANK[row.who] else (403,)


def test_every_route_has_a_row_and_every_row_a_route(sqlite_api: Api) -> None:
    assert routes_of(sqlite_api.app) == set(ROWS)


def test_every_documented_operation_is_a_route_and_says_whom_it_serves() -> None:
    documented = description()["paths"]
    for path, operations in documented.items():
        for method, operation in operations.items():
            assert bool(operation.get("security")) == (ROWS[method.upper(), path].who != Who.ANYONE), (method, path)


def test_the_public_routes_are_the_frozen_ones() -> None:
    assert {key for key, row in ROWS.items() if row.who == Who.ANYONE} == PUBLIC


async def test_every_route_answers_every_column_as_the_table_says(house: House) -> None:
    wrong = []
    disposable: dict[str, Ids] = {}
    for key, row in ROWS.items():
        for column in COLUMNS:
            ids = house.ids
            if row.spent and "{workspace_id}" in key[1] and expected(row, key[1], column) is row.works:
                if column not in disposable:
                    disposable[column] = await house.furnish(house.people["owner"], "Disposable")
                ids = disposable[column]
                if key in ENDS_MORE:
                    del disposable[column]
            answer = await house.ask(column, key, ids)
            if answer.status_code not in expected(row, key[1], column):
                wrong.append((*key, column, answer.status_code, expected(row, key[1], column), answer.text[:200]))
            # Outside the API people and calendars read: a page or plain words are theirs.
            machine = key[1].startswith("/api/")
            if machine and answer.status_code >= 400 and answer.headers["Content-Type"] != "application/problem+json":
                wrong.append((*key, column, "no problem", answer.text[:200]))
    assert wrong == []


async def test_an_owner_reaches_nothing_of_another_workspace(house: House) -> None:
    mine, theirs = house.ids, house.foreign
    mixed = {
        "my watcher in theirs": Ids(theirs.workspace_id, mine.watcher_id, mine.user_id),
        "theirs": theirs,
        "nothing": Ids(*["01a209c3-4d4f-77a1-9ccc-47d635fc90f9"] * 3),
    }
    wrong = []
    for key in ROWS:
        for name, ids in mixed.items():
            if "{workspace_id}" not in key[1]:
                continue
            answer = await house.ask("owner", key, ids)
            if answer.status_code != 404 or "canary" in answer.text:
                wrong.append((*key, name, answer.status_code, answer.text[:200]))
    assert wrong == []
    still_there = await house.ask("stranger", ("GET", WATCHER), theirs)
    assert still_there.json()["name"] == "Foreign canary watcher"


async def test_foreign_ids_in_the_query_are_refused_or_change_nothing(sqlite_house: House) -> None:
    wrong = []
    params = {**vars(sqlite_house.foreign), "tenant_id": sqlite_house.foreign.workspace_id, "role": "owner"}
    for key, row in ROWS.items():
        if row.spent or key[0] != "GET":
            continue
        for column in ("observer", "owner"):
            answer = await sqlite_house.ask(column, key, sqlite_house.ids, params=params)
            refused = answer.status_code == 422 and "query.workspace_id: is no parameter" in answer.text
            if not (refused or answer.status_code in expected(row, key[1], column)) or "canary" in answer.text:
                wrong.append((*key, column, answer.status_code, answer.text[:200]))
    assert wrong == []


async def test_forged_headers_open_nothing(sqlite_house: House) -> None:
    wrong = []
    for key, row in ROWS.items():
        if row.who == Who.ANYONE:
            continue
        for column in ("anonymous", "stranger") if row.who != Who.USER else ("anonymous",):
            for forged in FORGED_HEADERS:
                headers = {name: sqlite_house.ids.path(value) for name, value in forged.items()}
                answer = await sqlite_house.ask(column, key, sqlite_house.ids, headers=headers)
                if answer.status_code not in expected(row, key[1], column):
                    wrong.append((*key, column, forged, answer.status_code))
    assert wrong == []


async def test_a_field_that_is_not_ours_to_set_is_refused_in_every_body(sqlite_house: House) -> None:
    wrong = []
    for key, row in ROWS.items():
        if row.body is None:
            continue
        for name, value in SMUGGLED.items():
            if name in OWN_FIELDS.get(key, ()):
                continue
            smuggled = sqlite_house.ids.path(value) if isinstance(value, str) else value
            answer = await sqlite_house.ask("owner", key, sqlite_house.ids, body={**row.body, name: smuggled})
            fields = [error["where"] for error in answer.json().get("errors", [])]
            if answer.status_code != 422 or f"body.{name}" not in fields:
                wrong.append((*key, name, answer.status_code, fields))
    assert wrong == []


def test_every_body_of_the_api_refuses_unknown_fields() -> None:
    schemas = description()["components"]["schemas"]
    for path, operations in description()["paths"].items():
        for method, operation in operations.items():
            for content in operation.get("requestBody", {}).get("content", {}).values():
                name = content["schema"]["$ref"].rsplit("/", 1)[1]
                assert schemas[name]["additionalProperties"] is False, name
                assert ROWS[method.upper(), path].body is not None, "the matrix must send this body"
