"""Lists of watchers: sorted, filtered by what is shown, page by page."""

from uuid import UUID

import pytest

from healther.core.clock import now_ms
from healther.history.ledger import GAP_GRACE_MS
from healther.watchers.models import WatcherState
from healther.watchers.states import State
from tests.support.api import Api, Json, Person, where
from tests.support.history import counted_statements

NAMES = ["beta", "alpha", "beta", "delta", "gamma"]


@pytest.fixture
async def made(ada: Person) -> list[Json]:
    """Watchers of one workspace, in the order in which they were made."""
    workspace_id = await ada.workspace()
    return [await ada.watcher(workspace_id, name=name) for name in NAMES]


async def pages(ada: Person, path: str, limit: int, **params: str) -> list[Json]:
    """Every item, page by page."""
    items: list[Json] = []
    while True:
        page = (await ada.get(path, limit=limit, **params)).json()
        assert len(page["items"]) <= limit
        items += page["items"]
        if page["next_cursor"] is None:
            return items
        params["cursor"] = page["next_cursor"]


async def test_every_order_is_complete_in_pages_of_any_size(ada: Person, made: list[Json]) -> None:
    path = f"/workspaces/{made[0]['workspace_id']}/watchers"
    by_name = sorted(made, key=lambda watcher: (watcher["name"], watcher["id"]))
    expected = {"name": by_name, "-name": by_name[::-1], "created_at": made, "-created_at": made[::-1]}
    for sort, watchers in expected.items():
        for limit in (1, 2, 5, 200):
            items = await pages(ada, path, limit, sort=sort)
            assert [item["id"] for item in items] == [watcher["id"] for watcher in watchers], (sort, limit)


async def test_a_list_and_a_single_watcher_take_four_queries(api: Api, ada: Person, made: list[Json]) -> None:
    """Who asks, the watchers, their tags, what they depend on: beside checks each query waits for the loop again."""
    workspace = f"/workspaces/{made[0]['workspace_id']}/watchers"
    for path in (workspace, f"{workspace}/{made[0]['id']}"):
        with counted_statements(api.db) as statements:
            await ada.get(path)
        assert len(statements) == 4, statements


async def test_a_cursor_of_another_order_or_another_list_is_refused(ada: Person, made: list[Json]) -> None:
    workspace = f"/workspaces/{made[0]['workspace_id']}"
    other = f"/workspaces/{await ada.workspace('Other')}"
    cursor = (await ada.get(f"{workspace}/watchers", limit=1, sort="name")).json()["next_cursor"]
    for sort in ("-name", "created_at", "-created_at"):
        assert where(await ada.get(f"{workspace}/watchers", sort=sort, cursor=cursor)) == ["query.cursor"], sort
    for path in (f"{other}/watchers", f"{workspace}/uptime/daily", f"{workspace}/members", "/workspaces"):
        answer = await ada.get(path, cursor=cursor)
        assert where(answer) == ["query.cursor"], path
        assert "another list or order" in answer.json()["detail"]


async def test_a_list_is_of_one_workspace(ada: Person, made: list[Json]) -> None:
    other = await ada.workspace("Other")
    await ada.watcher(other)
    assert len((await ada.get(f"/workspaces/{other}/watchers")).json()["items"]) == 1
    assert len((await ada.get(f"/workspaces/{made[0]['workspace_id']}/watchers")).json()["items"]) == len(NAMES)


async def test_the_filter_goes_by_what_is_shown(api: Api, ada: Person, made: list[Json]) -> None:
    now = now_ms()
    fresh, stale = now + 60_000, now - GAP_GRACE_MS - 60_000
    believed = [(State.HEALTHY, fresh), (State.DOWN, fresh), (State.HEALTHY, stale), (State.UNKNOWN, fresh),
                (State.PENDING, None)]  # fmt: skip
    async with api.db.write() as session:
        for watcher, (state, known_until) in zip(made, believed, strict=True):
            row = await session.get_one(WatcherState, UUID(watcher["id"]))
            row.state, row.known_until = state, known_until
            session.add(row)
    await ada.post(f"/workspaces/{made[1]['workspace_id']}/watchers/{made[1]['id']}/pause")
    path = f"/workspaces/{made[0]['workspace_id']}/watchers"
    expected = {"healthy": {0}, "paused": {1}, "unknown": {2, 3}, "pending": {4}, "down": set(), "degraded": set()}
    for state, numbers in expected.items():
        items = (await ada.get(path, state=state)).json()["items"]
        assert {item["id"] for item in items} == {made[number]["id"] for number in numbers}, state
        assert {item["state"] for item in items} <= {state}
    stale_one = (await ada.get(f"{path}/{made[2]['id']}")).json()
    assert stale_one["state"] == "unknown", "nobody watched since"
