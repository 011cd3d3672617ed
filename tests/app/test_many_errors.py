"""A body with more mistakes than anybody can read costs little and is answered in few words (S13)."""

import json
from pathlib import Path

import pytest

from healther.app.problems import MAX_ERRORS
from healther.core.text import MAX_ENTRIES
from tests.support.api import Api, Json

UNKNOWN: Json = {f"k{number}": 1 for number in range(70_000)}
SMALL_BYTES = 4096


def wrong(body: object) -> bytes:
    sent = json.dumps(body).encode()
    assert len(sent) < 1024 * 1024
    return sent


@pytest.mark.parametrize(
    "body", [UNKNOWN, {"email": UNKNOWN}, {"password": [[1] * 70_000]}, {"a": {"b": [{"c": UNKNOWN}]}}]
)
async def test_a_body_of_endless_entries_is_one_error(sqlite_api: Api, body: Json) -> None:
    answer = await sqlite_api.client().post(
        "/auth/register", content=wrong(body), headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 422
    assert len(answer.content) < SMALL_BYTES
    assert answer.json()["errors"] == [
        {"where": "body", "message": f"has more than {MAX_ENTRIES:,} entries in one object or list"}
    ]


async def test_of_many_errors_the_first_are_named_and_the_others_counted(sqlite_api: Api) -> None:
    some = dict(list(UNKNOWN.items())[: MAX_ENTRIES - 10])
    answer = await sqlite_api.client().post("/auth/register", json=some)
    assert answer.status_code == 422
    assert len(answer.content) < SMALL_BYTES
    problem = answer.json()
    assert len(problem["errors"]) == MAX_ERRORS
    assert "more; the first 20 are named)" in problem["detail"]


async def test_so_are_those_of_a_probes_options(sqlite_api: Api) -> None:
    ada = await sqlite_api.person("ada")
    workspace_id = await ada.workspace("Acme", slug="acme")
    options = dict(list(UNKNOWN.items())[:900])
    body = {"name": "Shop", "url": "https://example.org"}
    answer = await ada.post(f"/workspaces/{workspace_id}/watchers", {**body, "options": options})
    assert answer.status_code == 422
    assert len(answer.content) < SMALL_BYTES
    problem = answer.json()
    assert len(problem["errors"]) == MAX_ERRORS
    assert problem["errors"][0]["where"] == "body.options.k0"
    assert "(and 899 more; the first 20 are named)" in problem["detail"]


def test_the_documentation_names_these_limits() -> None:
    text = (Path(__file__).parents[2] / "docs/security.md").read_text()
    assert f"| entries in one object or list of it | {MAX_ENTRIES:,} | 422 |" in text
    assert f"| errors named in an answer | {MAX_ERRORS}, and how many more |" in text
