"""Workspaces: made, listed, changed, deleted."""

import asyncio
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import func, select

from healther.accounts.models import Membership, Workspace
from healther.accounts.slugs import PATTERN, RESERVED, check_slug, slug_from, with_suffix
from healther.core.pagination import Cursors
from healther.history.models import Span, healthevent
from healther.watchers.models import ServiceWatcher, WatcherState
from tests.support.api import Api, Json, where

WRONG_WORKSPACES: list[tuple[Json, str]] = [
    ({}, "body.name"),
    ({"name": ""}, "body.name"),
    ({"name": "a\r\nb"}, "body.name"),
    ({"name": "a\u202eb"}, "body.name"),
    ({"name": "x" * 101}, "body.name"),
    ({"name": "Acme", "slug": "Acme"}, "body.slug"),
    ({"name": "Acme", "slug": "status"}, "body.slug"),
    ({"name": "Acme", "slug": "x" * 64}, "body.slug"),
    ({"name": "Acme", "owner_id": "x"}, "body.owner_id"),
]
WRONG_CURSORS = [
    "x", "%%%", "AAAA", "eyJhIjoxfQ", "W10", "é", "ZZZ\n", "WyJcdWQ4MDAiLCIwMWEyMGE2NyJd", "W" * 999,
]  # fmt: skip
WRONG_KEYS: list[tuple[str | int, ...]] = [(), ("a",), ("a", 1), ("a\x00", "b"), ("a", "b"), ("a", 2**70)]


@given(st.text(min_size=1, max_size=100))
def test_a_slug_from_any_name_is_a_slug(name: str) -> None:
    for slug in (slug_from(name), with_suffix(slug_from(name))):
        assert PATTERN.fullmatch(slug)
        assert 2 <= len(slug) <= 63


def test_a_slug_spells_what_ascii_has_no_letter_for() -> None:
    names = ["Müller", "Mu\u0308ller", "Größe & Söhne", "Café Ærø", "Ünlü"]
    assert [slug_from(each) for each in names] == ["mueller", "mueller", "groesse-soehne", "cafe-aeroe", "uenlue"]


@pytest.mark.parametrize("slug", ["-a", "a-", "a--b", "A", "a_b", "a b", "ü", "api", "a\n", "..%2f"])
def test_what_is_no_slug_is_refused(slug: str) -> None:
    with pytest.raises(ValueError, match=r"must be|reserved"):
        check_slug(slug)


async def test_a_workspace_belongs_to_who_made_it(api: Api) -> None:
    ada, bob = await api.person("ada"), await api.person("bob")
    answer = await ada.post("/workspaces", {"name": " Acme  EU ", "is_public": True})
    assert answer.status_code == 201
    workspace = answer.json()
    assert workspace["name"] == "Acme  EU"
    assert workspace["slug"] == "acme-eu"
    assert workspace["role"] == "owner"
    assert (await ada.get(f"/workspaces/{workspace['id']}")).json() == workspace
    assert (await bob.get(f"/workspaces/{workspace['id']}")).status_code == 404
    assert (await bob.get("/workspaces")).json() == {"items": [], "next_cursor": None}


async def test_a_slug_is_used_once_and_a_made_one_steps_aside(api: Api) -> None:
    ada = await api.person("ada")
    assert (await ada.post("/workspaces", {"name": "Acme", "slug": "acme"})).status_code == 201
    assert (await ada.post("/workspaces", {"name": "Other", "slug": "acme"})).status_code == 409
    second = (await ada.post("/workspaces", {"name": "Acme"})).json()
    assert second["slug"].startswith("acme-")
    assert (await ada.patch(f"/workspaces/{second['id']}", {"slug": "acme"})).status_code == 409
    for reserved in ("Admin", "API", "Public"):
        made = (await ada.post("/workspaces", {"name": reserved})).json()["slug"]
        assert made not in RESERVED


async def test_many_workspaces_of_one_name_at_once_get_slugs_of_their_own(api: Api) -> None:
    ada = await api.person("ada")
    answers = await asyncio.gather(*(ada.post("/workspaces", {"name": "Acme"}) for _ in range(6)))
    made = [answer.json()["slug"] for answer in answers if answer.status_code == 201]
    assert len(made) == len(set(made))
    assert {answer.status_code for answer in answers} <= {201, 409}


async def test_a_wrong_field_of_a_workspace_is_named(sqlite_api: Api) -> None:
    ada = await sqlite_api.person("ada")
    for body, field in WRONG_WORKSPACES:
        assert where(await ada.post("/workspaces", body)) == [field], body


async def test_what_is_left_out_of_a_change_stays(api: Api) -> None:
    ada = await api.person("ada")
    workspace_id = await ada.workspace("Acme", slug="acme", is_public=True)
    changed = (await ada.patch(f"/workspaces/{workspace_id}", {"name": "Acme 2"})).json()
    assert (changed["name"], changed["slug"], changed["is_public"]) == ("Acme 2", "acme", True)
    assert where(await ada.patch(f"/workspaces/{workspace_id}", {"name": None})) == ["body.name"]
    assert where(await ada.patch(f"/workspaces/{workspace_id}", {"id": workspace_id})) == ["body.id"]


async def test_a_list_goes_on_where_the_page_before_ended(api: Api) -> None:
    ada = await api.person("ada")
    names = ["Beta", "Alpha", "Beta", "Gamma", "Delta", "Beta"]
    for name in names:
        await ada.workspace(name)
    seen: list[str] = []
    cursor = None
    for _ in range(10):
        page = (await ada.get("/workspaces", limit=2, **({"cursor": cursor} if cursor else {}))).json()
        seen += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == len(names)
    everything = (await ada.get("/workspaces")).json()["items"]
    assert [item["id"] for item in everything] == seen
    assert [item["name"] for item in everything] == sorted(names)


async def test_a_cursor_we_did_not_make_and_a_size_we_do_not_serve_are_refused(sqlite_api: Api) -> None:
    ada = await sqlite_api.person("ada")
    for cursor in WRONG_CURSORS:
        assert where(await ada.get("/workspaces", cursor=cursor)) == ["query.cursor"], cursor
    ours = Cursors("workspaces", ada.id)
    for key in WRONG_KEYS:
        assert where(await ada.get("/workspaces", cursor=ours.encode(*key))) == ["query.cursor"], key
    for limit in ("0", "-1", "201", "x", "99999999999999999999"):
        assert where(await ada.get("/workspaces", limit=limit)) == ["query.limit"], limit


async def test_a_name_of_any_script_fits_into_a_cursor(sqlite_api: Api) -> None:
    ada = await sqlite_api.person("ada")
    for last in "ab":
        await ada.workspace("\U0001f511" * 99 + last)
    first = (await ada.get("/workspaces", limit=1)).json()
    second = (await ada.get("/workspaces", limit=1, cursor=first["next_cursor"])).json()
    assert [page["items"][0]["name"][-1] for page in (first, second)] == ["a", "b"]


async def test_a_lone_surrogate_in_a_cursor_is_refused_by_every_list(sqlite_api: Api) -> None:
    ada = await sqlite_api.person("ada")
    workspace = f"/workspaces/{await ada.workspace()}"
    for path, scope in (
        ("/workspaces", ("workspaces", ada.id)),
        (f"{workspace}/watchers", ("watchers", workspace[12:], "name")),
        (f"{workspace}/members", ("members", workspace[12:])),
        (f"{workspace}/status-pages", ("status-pages", workspace[12:])),
        (f"{workspace}/uptime/daily", ("uptime/daily", workspace[12:])),
    ):
        mark = json.loads(urlsafe_b64decode(Cursors(*scope).encode() + "=="))[0]
        spelled = json.dumps([mark, "\ud800", workspace[12:]])
        cursor = urlsafe_b64encode(spelled.encode()).decode().rstrip("=")
        assert where(await ada.get(path, cursor=cursor)) == ["query.cursor"], path


async def test_deleting_a_workspace_leaves_nothing_of_it(api: Api) -> None:
    ada = await api.person("ada")
    doomed, kept = await ada.workspace("Doomed"), await ada.workspace("Kept")
    watchers = [await ada.watcher(doomed, name=f"W{number}") for number in range(3)]
    other = await ada.watcher(kept)
    async with api.db.write() as session:
        for watcher in (*watchers, other):
            watcher_id = UUID(watcher["id"])
            rows = [{"watcher_id": watcher_id, "slot": slot, "created_at": slot, "status": 1} for slot in range(7)]
            await session.exec(healthevent.insert(), params=rows)
    assert (await ada.delete(f"/workspaces/{doomed}")).status_code == 204
    assert (await ada.get(f"/workspaces/{doomed}")).status_code == 404
    async with api.db.read() as session:
        for table, left in ((Workspace, 1), (Membership, 1), (ServiceWatcher, 1), (WatcherState, 1), (Span, 1)):
            assert (await session.exec(select(func.count()).select_from(table))).one() == left
        assert (await session.exec(select(func.count()).select_from(healthevent))).one() == 7
