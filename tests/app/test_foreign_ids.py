"""Ids of another workspace, in path, query and body of requests within one's own: they are nobody's (A9, S6)."""

import re
from collections.abc import Iterator
from dataclasses import fields, replace
from string import Formatter
from typing import Any

import httpx
import pytest

from healther.core.clock import DAY_MS, now_ms, to_utc
from tests.support.api import PASSWORD, Api, Json, description
from tests.support.house import House
from tests.support.role_row import WORKSPACE
from tests.support.role_table import (
    CHANNELS,
    INCIDENT,
    INCIDENTS,
    NEW_OVERRIDE,
    POLICIES,
    POLICY,
    ROTATION,
    ROTATIONS,
    ROWS,
    STATUS_PAGE,
    STATUS_PAGES,
    WATCHER,
    Ids,
)

NOBODY = "01a209c3-4d4f-77a1-9ccc-47d635fc90f9"
NOTHING = Ids(**{field.name: NOBODY for field in fields(Ids)})
# What a workspace has of its own, as far as the house has one of each.
OBJECTS = {
    "watcher_id", "user_id", "channel_id", "policy_id", "rotation_id", "page_id", "window_id", "amendment_id",
    "incident_id", "template_id", "key_id",
}  # fmt: skip
# A route whose query is looked at first gets one that is right.
STRETCH = {"from": "2026-03-01T00:00:00Z", "to": "2026-03-08T00:00:00Z"}
QUERIES = {("GET", ROTATION + "/schedule"): STRETCH}
MAINTENANCE = WORKSPACE + "/maintenance"
AMENDMENTS = WORKSPACE + "/amendments"
SOON = "2030-01-01T02:00:00Z"

Key = tuple[str, str]


@pytest.fixture
async def house(sqlite_api: Api) -> House:
    built = House(sqlite_api)
    await built.build()
    return built


def within_mine(house: House) -> Ids:
    """The stranger's things, asked for in the owner's workspace."""
    return replace(house.foreign, workspace_id=house.ids.workspace_id, user_id=house.people["stranger"].id)


async def test_nothing_of_another_workspace_is_found_by_its_path_in_ones_own(house: House) -> None:
    theirs = within_mine(house)
    asked, wrong = set(), []
    for key, row in ROWS.items():
        named = {name for _, name, _, _ in Formatter().parse(key[1]) if name}
        if "workspace_id" not in named or not named & OBJECTS:
            continue
        asked |= named & OBJECTS
        answer = await house.ask("owner", key, theirs, params=QUERIES.get(key))
        if answer.status_code != 404 or "canary" in answer.text:
            wrong.append((*key, row.body, answer.status_code, answer.text[:200]))
    assert wrong == []
    assert asked == OBJECTS


async def test_what_hangs_on_a_thing_is_not_found_on_ones_own_thing(house: House) -> None:
    overrides, foreign = ROTATION + "/overrides", house.foreign
    stretch = {"starts_at": to_utc(now_ms()).isoformat(), "ends_at": to_utc(now_ms() + DAY_MS).isoformat()}
    turn = {"user_id": house.people["stranger"].id, **stretch}
    override = await house.ask("stranger", ("POST", overrides), foreign, body=turn)
    entry = await house.ask("stranger", ("POST", INCIDENT + "/updates"), foreign, body={"body": "A canary."})
    assert (override.status_code, entry.status_code) == (201, 201), (override.text, entry.text)
    mixed = replace(house.ids, override_id=override.json()["id"], entry_id=entry.json()["id"])
    for key in (("DELETE", overrides + "/{override_id}"), ("PATCH", INCIDENT + "/updates/{entry_id}")):
        answer = await house.ask("owner", key, mixed)
        assert answer.status_code == 404
        assert "canary" not in answer.text
    kept = await house.ask("stranger", ("GET", overrides), foreign)
    assert [each["id"] for each in kept.json()["items"]] == [override.json()["id"]]


def bodies(ids: Ids) -> Iterator[tuple[Key, str, Json]]:
    """Every body that names something by its id: the route, where in the body, and a body with `ids` there."""
    watcher, page = ids.watcher_id, ids.page_id
    going = {"current_password": PASSWORD, "workspaces": [ids.workspace_id]}
    yield ("DELETE", "/api/v1/users/me"), "workspaces[]", going
    yield ("POST", WORKSPACE + "/watchers/bulk"), "ids[]", {"ids": [watcher], "action": "pause"}
    new = {"name": "New", "url": "http://127.0.0.1:9/"}
    yield ("POST", WORKSPACE + "/watchers"), "depends_on[]", {**new, "depends_on": [watcher]}
    yield ("PATCH", WATCHER), "depends_on[]", {"depends_on": [watcher]}
    yield ("POST", WORKSPACE + "/probe"), "watcher_id", {"watcher_id": watcher, "url": new["url"], "options": {}}
    hit = [{"watcher_id": watcher, "impact": "down"}]
    for key, rest in ((("POST", INCIDENTS), {"title": "New"}), (("PATCH", INCIDENT), {})):
        yield key, "components[].watcher_id", {**rest, "components": hit}
        yield key, "page_ids[]", {**rest, "page_ids": [page]}
    yield ("POST", INCIDENT + "/updates"), "page_ids[]", {"body": "A note.", "page_ids": [page]}
    window = {"title": "Upgrade", "starts_at": SOON}
    for key, rest in ((("POST", MAINTENANCE), window), (("PATCH", MAINTENANCE + "/{window_id}"), {})):
        yield key, "watcher_ids[]", {**rest, "watcher_ids": [watcher], "all_watchers": False}
        yield key, "page_ids[]", {**rest, "page_ids": [page], "all_watchers": True}
    stretch = {"from": "2020-01-01T00:00:00Z", "to": "2020-01-02T00:00:00Z", "state": "unknown", "reason": "Egress."}
    yield ("POST", AMENDMENTS), "watcher_ids[]", {**stretch, "watcher_ids": [watcher]}
    yield ("POST", CHANNELS + "/test"), "channel_id", {
        "kind": "webhook", "options": {"url": "https://hooks.example.org/"}, "channel_id": ids.channel_id,
    }  # fmt: skip
    for kind, value in (("channel", ids.channel_id), ("rotation", ids.rotation_id), ("user", ids.user_id)):
        step = {"steps": [{f"{kind}_ids": [value]}]}
        yield ("POST", POLICIES), f"steps[].{kind}_ids[]", {"name": "New", **step}
        yield ("POST", POLICIES + "/preview"), f"policy.steps[].{kind}_ids[]", {"policy": {"name": "New", **step}}
        yield ("PATCH", POLICY), f"steps[].{kind}_ids[]", step
    chosen = {"name": "New", "steps": [{}], "watcher_ids": [watcher]}
    yield ("POST", POLICIES), "watcher_ids[]", chosen
    yield ("POST", POLICIES + "/preview"), "policy.watcher_ids[]", {"policy": chosen}
    yield ("PATCH", POLICY), "watcher_ids[]", {"watcher_ids": [watcher]}
    yield ("POST", WORKSPACE + "/backtest"), "watcher_ids[]", {"watcher_ids": [watcher], "rules": {}}
    turns = {"name": "New", "starts_on": "2026-03-02", "members": [ids.user_id]}
    yield ("POST", ROTATIONS), "members[]", turns
    yield ("PATCH", ROTATION), "members[]", {"members": [ids.user_id]}
    yield ("POST", ROTATION + "/overrides"), "user_id", {**NEW_OVERRIDE, "user_id": ids.user_id}
    shown = {"sections": [{"components": [{"watcher_id": watcher, "name": "Shown"}]}]}
    yield ("POST", STATUS_PAGES), "sections[].components[].watcher_id", {"title": "New", **shown}
    yield ("PATCH", STATUS_PAGE), "sections[].components[].watcher_id", shown


def test_every_id_in_a_body_is_asked_about() -> None:
    documented = {
        (method.upper(), path, where)
        for path, operations in description()["paths"].items()
        for method, operation in operations.items()
        for content in operation.get("requestBody", {}).get("content", {}).values()
        for where in ids_in(content["schema"])
    }
    assert documented == {(*key, where) for key, where, _ in bodies(NOTHING)}


def ids_in(schema: Json, where: str = "", above: tuple[str, ...] = ()) -> set[str]:
    """Where in a body of this schema ids are, as `steps[].channel_ids[]`."""
    schemas = description()["components"]["schemas"]
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        return set() if name in above else ids_in(schemas[name], where, (*above, name))
    found = {where.lstrip(".")} if schema.get("format") == "uuid" else set()
    parts: list[tuple[str, Any]] = [(where, each) for each in schema.get("anyOf", []) + schema.get("oneOf", [])]
    parts += [(f"{where}.{name}", each) for name, each in schema.get("properties", {}).items()]
    parts += [(f"{where}[]", schema["items"])] if "items" in schema else []
    return found.union(*(ids_in(each, deeper, above) for deeper, each in parts))


async def test_foreign_ids_in_a_body_are_nobody_s(house: House) -> None:
    before = (await house.ask("stranger", ("GET", WATCHER), house.foreign)).json()
    theirs, wrong = within_mine(house), []
    for (key, where, body), (_, _, of_nobody) in zip(bodies(theirs), bodies(NOTHING), strict=True):
        answer = await house.ask("owner", key, house.ids, body=body)
        nobody_s = await house.ask("owner", key, house.ids, body=of_nobody)
        # The bulk action is done to those that there are; with an account go those in which it is alone.
        refused = answer.status_code in (404, 422, *([409] if key[0] == "DELETE" else [])) or key[1].endswith("/bulk")
        said, expected = told(answer, theirs), told(nobody_s, NOTHING)
        if not refused or "canary" in answer.text or said != expected:
            wrong.append((*key, where, said, expected))
    assert wrong == []
    assert (await house.ask("stranger", ("GET", WATCHER), house.foreign)).json() == before


FILTERS = {
    ("GET", WORKSPACE + "/audit"): {"actor_id": "user_id"},
    ("GET", WORKSPACE + "/reports/{month}"): {"status_page_id": "page_id"},
    ("GET", WORKSPACE + "/reports/{month}.html"): {"status_page_id": "page_id"},
    ("GET", WORKSPACE + "/reports/{month}.csv"): {"status_page_id": "page_id"},
    ("GET", WORKSPACE + "/reports/{month}.pdf"): {"status_page_id": "page_id"},
    ("GET", INCIDENTS): {"watcher_id": "watcher_id"},
    ("GET", AMENDMENTS): {"watcher_id": "watcher_id"},
    ("GET", WORKSPACE + "/deliveries"): {"channel_id": "channel_id", "incident_id": "incident_id"},
}


def test_every_id_in_a_query_is_asked_about() -> None:
    documented = {
        (method.upper(), path, parameter["name"])
        for path, operations in description()["paths"].items()
        for method, operation in operations.items()
        for parameter in operation.get("parameters", [])
        if parameter["in"] == "query" and ids_in(parameter["schema"])
    }
    assert documented == {(*key, name) for key, names in FILTERS.items() for name in names}


async def test_foreign_ids_in_a_query_are_nobody_s(house: House) -> None:
    theirs, wrong = within_mine(house), []
    for key, names in FILTERS.items():
        for name, kind in names.items():
            answer, nobody_s = [
                await house.ask("owner", key, house.ids, params={name: getattr(ids, kind)}) for ids in (theirs, NOTHING)
            ]
            said, expected = told(answer, theirs), told(nobody_s, NOTHING)
            if "canary" in answer.text or said != expected:
                wrong.append((*key, name, said, expected))
    assert wrong == []


def told(answer: httpx.Response, ids: Ids) -> tuple[int, str]:
    """What an answer says, whichever id it repeats."""
    text = re.sub('"request_id":"[0-9a-f]+"', "", answer.text)
    for name in OBJECTS:
        text = text.replace(getattr(ids, name), "the id")
    return answer.status_code, text
