"""Whatever is sent, nothing breaks: names in queries (S14), paths (S15), bodies (S16); on both databases."""

import encodings
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from sqlmodel import func, select

from healther.accounts.models import User, Workspace
from healther.core.pagination import Cursors
from healther.watchers.models import ServiceWatcher
from tests.support.api import Api, Json, Person, description
from tests.support.codecs import looked_up
from tests.support.role_row import WORKSPACE
from tests.support.role_table import ROWS, Ids

NASTY_TEXTS = [
    "", "'; DROP TABLE servicewatcher; --", "name DESC, (SELECT 1)", "a\x00b", "../../etc/passwd", "-1", "9" * 30,
    "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "\u202e٣🔑" * 400,
]  # fmt: skip
BIG = 2**70
AN_ID = "01a209c3-4d4f-77a1-9ccc-47d635fc90f9"
NASTY_KEYS: list[tuple[str | int, ...]] = [
    (BIG,), (-BIG, BIG), ("x", BIG), (BIG, "x"), (BIG, AN_ID), (-BIG, AN_ID), (), ("\x00", AN_ID),
    (str(BIG), str(BIG)), ("'", AN_ID),
]  # fmt: skip
NASTY_VALUES: list[object] = [None, True, BIG, 1e308, "", "\x00", "\ud800", [], {"a": {"b": [None]}}]
NASTY_BODIES = [
    b"[" * 100_000, b'{"a":' * 50_000, b"\xff\xfe", b'"\\ud800"', b"nul", b"", b"[]", b"1", b"9" * 5_000,
    b'{"email": 1e999}',
]  # fmt: skip
NAMES = {"name", "full_name", "workspace_name", "email", "slug", "region"}
BROKEN_LINES = ("a\r\nBcc: eve@example.org", "a\nb", "a\rb", "a\u2028b", "a\x0bb", "a\x85b", "\u202eb")
TRICKS = [
    "..%2f..%2f..%2fetc%2fpasswd", "../../../etc/passwd", "%2e%2e%2f%2e%2e%2fetc/passwd", "..%5c..%5cwindows", "%00",
    "..%00/", "%252e%252e%252f", "....//....//etc/passwd", "%c0%ae%c0%ae/", ".git/config", "%0d%0aSet-Cookie:x=1",
]  # fmt: skip


@pytest.fixture
async def ada(api: Api) -> Person:
    return await api.person("ada")


@pytest.fixture
async def ids(ada: Person) -> Ids:
    workspace_id = await ada.workspace("Acme", slug="acme", is_public=True)
    watcher = await ada.watcher(workspace_id)
    await ada.post(f"/workspaces/{workspace_id}/watchers/{watcher['id']}/pause")
    incident = await ada.post(f"/workspaces/{workspace_id}/incidents", {"title": "Trouble"})
    on_call = {"name": "Nights", "starts_on": "2026-03-02", "members": [ada.id]}
    rotation = await ada.post(f"/workspaces/{workspace_id}/rotations", on_call)
    page = await ada.post(f"/workspaces/{workspace_id}/status-pages", {"title": "Public"})
    return Ids(
        workspace_id,
        watcher["id"],
        ada.id,
        incident_id=incident.json()["id"],
        rotation_id=rotation.json()["id"],
        page_id=page.json()["id"],
    )


def operations(method: str) -> Iterator[tuple[str, Json]]:
    for path, methods in description()["paths"].items():
        if method in methods:
            yield path, methods[method]


def nasty_cursors(ada: Person, ids: Ids, path: str) -> list[str]:
    """Cursors of the list at `path` that hold what no row of it has; for one not named here, those of another list."""
    workspace, watcher, incident = ids.workspace_id, ids.watcher_id, ids.incident_id
    scopes: dict[str, tuple[object, ...]] = {
        "/workspaces": ("workspaces", ada.id),
        "/watchers": ("watchers", workspace, "name"),
        "/uptime/daily": ("uptime/daily", workspace),
        "/events": ("events", watcher),
        "/changes": ("changes", watcher),
        "/status-pages": ("status-pages", workspace),
        "/incidents": ("incidents", workspace, None, None, None, None, None),
        "/incidents/{incident_id}/members": ("incident members", incident),
        "/timeline": ("incident timeline", incident),
        "/update-templates": ("update-templates", workspace),
    }
    fitting = [scope for end, scope in scopes.items() if path.endswith(end)]
    return [Cursors(*scope).encode(*key) for scope in fitting or [("members", workspace)] for key in NASTY_KEYS]


def schema_of(operation: Json) -> Json:
    """The properties of an operation's JSON body."""
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if content is None:
        return {}
    name = content["schema"]["$ref"].rsplit("/", 1)[1]
    properties: Json = description()["components"]["schemas"][name]["properties"]
    return properties


async def test_no_query_parameter_of_any_list_breaks_anything(api: Api, ada: Person, ids: Ids) -> None:
    wrong = []
    # Public pages are beside the API, not below it.
    origin = str(ada.http.base_url).removesuffix("/").removesuffix("/api/v1")
    for path, operation in operations("get"):
        if path == "/readyz":
            continue
        for parameter in operation.get("parameters", []):
            if parameter["in"] != "query":
                continue
            name = parameter["name"]
            for value in [*NASTY_TEXTS, *(nasty_cursors(ada, ids, path) if name == "cursor" else [])]:
                answer = await ada.http.get(f"{origin}{ids.path(path)}?{name}={quote(value)}")
                # The page everybody has shows no badge of a single service.
                if answer.status_code not in (200, 304, 422, *([404] if "{key}" in path else [])):
                    wrong.append((path, name, value[:50], answer.status_code, answer.text[:200]))
    assert wrong == []


async def test_what_is_sorted_and_filtered_by_is_one_of_a_list(api: Api, ada: Person, ids: Ids) -> None:
    for name in ("sort", "state"):
        for value in NASTY_TEXTS:
            answer = await ada.get(f"/workspaces/{ids.workspace_id}/watchers", **{name: value})
            assert answer.status_code == 422, (name, value)
            assert answer.json()["errors"][0]["where"] == f"query.{name}"


async def test_no_value_in_any_body_breaks_anything(api: Api, ada: Person, ids: Ids) -> None:
    wrong = []
    for method in ("post", "patch"):
        for path, operation in operations(method):
            row = ROWS[method.upper(), path]
            if row.spent or path.endswith("/probe"):
                continue
            for name in schema_of(operation):
                for value in NASTY_VALUES:
                    body = json.dumps({**(row.body or {}), name: value})
                    answer = await ada.http.request(
                        method, ids.path(path).removeprefix("/api/v1"), content=body,
                        headers={"Content-Type": "application/json"},
                    )  # fmt: skip
                    if answer.status_code >= 500 or answer.status_code in (401, 403):
                        wrong.append((method, path, name, str(value)[:40], answer.status_code, answer.text[:200]))
    assert wrong == []


async def test_no_body_breaks_the_parser(sqlite_api: Api) -> None:
    http = sqlite_api.client()
    for content in NASTY_BODIES:
        for path in ("/auth/register", "/auth/token"):
            for kind in ("application/json", "application/x-www-form-urlencoded"):
                answer = await http.post(path, content=content, headers={"Content-Type": kind})
                assert answer.status_code in (400, 422), (path, kind, content[:20], answer.status_code)
                assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("charset", ["punycode", "an-unheard-of-charset"])
async def test_a_form_in_parts_is_refused_before_its_charset_is_looked_up(sqlite_api: Api, charset: str) -> None:
    """S13: a mebibyte of punycode would hold the process for minutes; unknown names are kept by Python for ever."""
    part = b'--x\r\nContent-Disposition: form-data; name="username"\r\n\r\nada-a\r\n--x--\r\n'
    for known in looked_up(charset):
        del encodings._cache[known]
    for path in ("/api/v1/auth/token", "/api/v1/auth/register", "/status/anything/subscribe", "/nowhere"):
        for kind in (f"multipart/form-data; boundary=x; charset={charset}", f"MultiPart/Mixed; charset={charset}"):
            answer = await sqlite_api.client(base="").post(path, content=part, headers={"Content-Type": kind})
            assert (answer.status_code, answer.json()["type"]) == (415, "/problems/unsupported-media-type"), path
    assert looked_up(charset) == set()


async def test_no_path_leads_out_of_the_api(sqlite_api: Api) -> None:
    ada = await sqlite_api.person("ada")
    workspace_id = await ada.workspace()
    http = sqlite_api.client(base="")
    http.headers["Authorization"] = ada.http.headers["Authorization"]
    for trick in TRICKS:
        for place in ("/", "/api/v1/", "/api/v1/public/workspaces/", f"/api/v1/workspaces/{workspace_id}/watchers/"):
            answer = await http.get(place + trick)
            assert answer.status_code in (404, 405, 422), (place, trick, answer.status_code)
            assert answer.headers["Content-Type"] == "application/problem+json"
            assert "root:" not in answer.text
            assert "set-cookie" not in answer.headers


async def test_names_with_line_breaks_are_refused_wherever_a_name_goes(api: Api, ada: Person, ids: Ids) -> None:
    wrong = []
    for method in ("post", "patch"):
        for path, operation in operations(method):
            for name in NAMES & schema_of(operation).keys():
                for value in BROKEN_LINES:
                    body: dict[str, Any] = {**(ROWS[method.upper(), path].body or {}), name: value}
                    answer = await ada.http.request(method, ids.path(path).removeprefix("/api/v1"), json=body)
                    fields = [error["where"] for error in answer.json().get("errors", [])]
                    if answer.status_code != 422 or f"body.{name}" not in fields:
                        wrong.append((method, path, name, value, answer.status_code, fields))
    assert wrong == []


async def test_afterwards_everything_is_still_there(api: Api, ada: Person, ids: Ids) -> None:
    for value in NASTY_TEXTS:
        await ada.get(f"/workspaces/{ids.workspace_id}/watchers", sort=value, state=value, cursor=value)
        await ada.post("/workspaces", {"name": value})
    async with api.db.read() as session:
        for table in (User, Workspace, ServiceWatcher):
            assert (await session.exec(select(func.count()).select_from(table))).one() >= 1
    assert (await ada.get(WORKSPACE.removeprefix("/api/v1").format(workspace_id=ids.workspace_id))).status_code == 200
