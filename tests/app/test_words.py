"""What a refusal says: where, what is wrong in people's words, and what to do."""

import pytest

from tests.support.api import Api, Json, where


async def test_a_query_parameter_that_does_not_exist_is_refused_with_the_nearest(api: Api) -> None:
    ada = await api.person("ada")
    workspace = f"/workspaces/{await ada.workspace()}"
    answer = await ada.get(f"{workspace}/watchers", stat="down", zzz=1, limit=2)
    assert where(answer) == ["query.stat", "query.zzz"]
    assert answer.json()["errors"][0]["message"] == "is no parameter of this request; did you mean state?"
    assert answer.json()["errors"][1]["message"].endswith("there is: cursor, limit, sort, state, tag")
    assert where(await ada.get("/users/me", x=1)) == ["query.x"]
    assert where(await ada.http.post(f"{workspace}/watchers?dry=1", json={})) == ["query.dry"]
    assert (await ada.get(f"{workspace}/watchers", state="down", sort="name", limit=2)).status_code == 200


async def test_as_many_unknown_parameters_as_fit_into_a_url_make_a_short_answer(sqlite_api: Api) -> None:
    ada = await sqlite_api.person("ada")
    answer = await ada.get("/users/me", **{f"{'x' * 100}{number}": "" for number in range(400)})
    assert len(where(answer)) == 20
    assert len(answer.content) < 10_000


async def test_public_pages_and_health_take_any_parameter(sqlite_api: Api) -> None:
    ada = await sqlite_api.person("ada")
    await ada.workspace("Acme", slug="acme", is_public=True)
    http = sqlite_api.client(base="")
    for path in ("/healthz", "/readyz", "/api/v1/public/workspaces/acme", "/status/acme", "/status/acme.json"):
        assert (await http.get(f"{path}?utm_source=mail")).status_code == 200, path


@pytest.mark.parametrize(
    ("body", "field", "words"),
    [
        ({"region": "EU West"}, "body.region", "must have the form ^[a-z0-9-]{1,40}$ (a regular expression)"),
        ({"options": {"foo": 1}}, "body.options.foo", "is no field of this request; leave it out"),
        ({"options": {"max_redirects": 99}}, "body.options.max_redirects", "must be 10 or less"),
        ({"options": {"method": "EAT"}}, "body.options.method", "must be 'GET', 'HEAD', 'POST'"),
        ({"options": []}, "body.options", "must be a JSON object"),
        ({"failure_threshold": 0}, "body.failure_threshold", "must be 1 or more"),
        ({"failure_threshold": 1.5}, "body.failure_threshold", "must be a whole number"),
        ({"every_unit": "eons"}, "body.every_unit", "must be one of 'seconds'"),
        ({"name": ""}, "body.name", "must have 1 or more characters"),
        ({"name": 1}, "body.name", "must be text"),
        ({"tags": "a"}, "body.tags", "must be a list"),
        ({"expected_status": "1xx"}, "body.expected_status", "statuses below 200 only announce one"),
        ({"expected_body": "/a/z"}, "body.expected_body", "unknown flag z"),
        ({"degraded_after_ms": 10_001}, "body.degraded_after_ms", "must not be longer than timeout_ms (10000)"),
    ],
)
async def test_a_wrong_value_is_told_in_words(sqlite_api: Api, body: Json, field: str, words: str) -> None:
    ada = await sqlite_api.person("ada")
    path = f"/workspaces/{await ada.workspace()}/watchers"
    answer = await ada.post(path, {"name": "Shop", "url": "http://127.0.0.1:9/", **body})
    assert where(answer) == [field]
    assert words in answer.json()["errors"][0]["message"]
    assert "Input should" not in answer.text


async def test_the_length_of_a_secret_is_counted_in_characters(sqlite_api: Api) -> None:
    ada = await sqlite_api.person("ada")
    body = {"title": "Acme", "slug": "acme-page", "access": "password", "password": "short"}
    answer = await ada.post(f"/workspaces/{await ada.workspace()}/status-pages", body)
    assert answer.json()["errors"] == [{"where": "body.password", "message": "must have 8 or more characters"}]


@pytest.mark.parametrize(
    ("content", "kind"),
    [(b'{"name": "Acme"}', "text/plain"), (b"[]", "application/json"), (b"", "application/json")],
)
async def test_a_body_that_is_no_json_object_says_what_to_send(sqlite_api: Api, content: bytes, kind: str) -> None:
    ada = await sqlite_api.person("ada")
    answer = await ada.http.post("/workspaces", content=content, headers={"Content-Type": kind})
    assert where(answer) == ["body"]
    assert "send a JSON object, with Content-Type: application/json" in answer.text


@pytest.mark.parametrize("content", [b"[" * 100_000, b'{"name": ' + b"9" * 5_000 + b"}"])
async def test_a_body_that_cannot_be_read_says_where_and_why(sqlite_api: Api, content: bytes) -> None:
    ada = await sqlite_api.person("ada")
    answer = await ada.http.post("/workspaces", content=content, headers={"Content-Type": "application/json"})
    assert where(answer) == ["body"]


async def test_unknown_paths_and_methods_say_what_there_is(sqlite_api: Api) -> None:
    http = sqlite_api.client()
    nowhere, wrong_method = await http.get("/nowhere"), await http.delete("/setup")
    assert nowhere.json()["detail"].endswith("described in /api/v1/openapi.json.")
    assert (wrong_method.status_code, wrong_method.json()["detail"]) == (405, "There is no DELETE here; there is: GET.")


async def test_a_wrong_password_is_not_told_to_sign_in_first(sqlite_api: Api) -> None:
    ada = await sqlite_api.person("ada")
    answer = await ada.sign_in("wrong password")
    assert (answer.status_code, answer.json()["title"]) == (401, "Not signed in")


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("a" * 200_000, "one or two characters"),
        ("abababab", "one or two characters"),
        ("ada@example.org", "who you are"),
    ],
)
async def test_a_refused_password_says_why(sqlite_api: Api, password: str, words: str) -> None:
    answer = await sqlite_api.client().post(
        "/auth/register", json={"email": "ada@example.org", "full_name": "Ada", "password": password}
    )
    assert where(answer) == ["body.password"]
    assert words in answer.json()["detail"]


async def test_a_password_that_is_no_text_and_an_address_without_a_domain_are_refused(sqlite_api: Api) -> None:
    http = sqlite_api.client()
    body = b'{"email": "ada@example.org", "full_name": "Ada", "password": "correct \\ud800 horse"}'
    answer = await http.post("/auth/register", content=body, headers={"Content-Type": "application/json"})
    assert where(answer) == ["body.password"]
    answer = await http.post("/auth/register", json={"email": "a@b", "full_name": "Ada", "password": "correct horse"})
    assert where(answer) == ["body.email"]


async def test_a_window_that_ends_in_the_future_is_one_that_ends_now(sqlite_api: Api) -> None:
    ada = await sqlite_api.person("ada")
    watcher = await ada.watcher(await ada.workspace())
    path = f"/workspaces/{watcher['workspace_id']}/watchers/{watcher['id']}"
    for what, days in (("uptime", 30), ("latency", 1)):
        answer = await ada.get(f"{path}/{what}", to="2999-01-01T00:00:00Z")
        assert answer.status_code == 200, (what, days, answer.text)


async def test_the_limit_of_short_steps_is_told_as_documented(sqlite_api: Api) -> None:
    ada = await sqlite_api.person("ada")
    watcher = await ada.watcher(await ada.workspace())
    path = f"/workspaces/{watcher['workspace_id']}/watchers/{watcher['id']}/latency"
    answer = await ada.get(path, step="1m", **{"from": "2026-01-01T00:00:00Z"})
    assert where(answer) == ["query.step"]
    assert "48 hours at most" in answer.json()["detail"]
