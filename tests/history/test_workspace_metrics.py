"""A workspace's services for Prometheus: by an API key, in a format that parses, with the figures the app shows."""

from datetime import UTC, datetime
from uuid import UUID

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from healther.core.clock import now_ms
from healther.watchers.states import State
from tests.support.api import Api
from tests.support.results import AT_ONCE, check

NAME = 'Shop "A" \\ B'


async def scrape(api: Api, path: str, key: str) -> httpx.Response:
    return await api.client().get(path, headers={"Authorization": f"Bearer {key}"})


def samples(text: str) -> dict[tuple[str, str], float]:
    """The value of each sample by its name and by its state or window."""
    return {
        (each.name, each.labels.get("state") or each.labels.get("window", "")): each.value
        for family in text_string_to_metric_families(text)
        for each in family.samples
    }


async def test_a_key_reads_its_workspace_s_own_series(api: Api) -> None:
    owner = await api.person("owner")
    workspace_id = await owner.workspace()
    watcher = await owner.watcher(workspace_id, name=NAME)
    key = (await owner.post(f"/workspaces/{workspace_id}/api-keys", {"name": "Prometheus"})).json()["key"]
    path = f"/workspaces/{workspace_id}/metrics"
    before = samples((await scrape(api, path, key)).text)
    assert before == {("healther_watcher_state", "pending"): 1}

    at = now_ms()
    await check(api.db, UUID(watcher["id"]), at, State.HEALTHY)
    answer = await scrape(api, path, key)
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    found = samples(answer.text)
    assert found[("healther_watcher_up", "")] == 1
    assert found[("healther_watcher_state", "healthy")] == 1
    assert found[("healther_watcher_response_time_seconds", "")] == 0.01
    checked = datetime.fromtimestamp(found[("healther_watcher_last_check_timestamp_seconds", "")], UTC)
    assert checked.timestamp() * 1000 == pytest.approx(at, abs=1)
    shown = (await owner.get(f"/workspaces/{workspace_id}/overview")).json()["watchers"][0]
    if shown["uptime_90d_percent"] is not None:
        assert found[("healther_watcher_uptime_ratio", "90d")] == pytest.approx(shown["uptime_90d_percent"] / 100)
    (family, *_) = text_string_to_metric_families(answer.text)
    assert family.samples[0].labels == {"watcher_id": watcher["id"], "watcher": NAME}


async def test_down_is_no_one_and_a_paused_watcher_is_neither_up_nor_down(api: Api) -> None:
    owner = await api.person("owner")
    workspace_id = await owner.workspace()
    watcher = await owner.watcher(workspace_id)
    await check(api.db, UUID(watcher["id"]), now_ms(), State.DOWN, AT_ONCE)
    path = f"/workspaces/{workspace_id}/metrics"
    assert samples((await owner.get(path)).text)[("healther_watcher_up", "")] == 0
    assert (await owner.post(f"/workspaces/{workspace_id}/watchers/{watcher['id']}/pause")).status_code == 200
    paused = samples((await owner.get(path)).text)
    assert ("healther_watcher_up", "") not in paused
    assert paused[("healther_watcher_state", "paused")] == 1


async def test_a_stranger_s_key_finds_nothing(sqlite_api: Api) -> None:
    owner, stranger = await sqlite_api.person("owner"), await sqlite_api.person("stranger")
    workspace_id, other = await owner.workspace(), await stranger.workspace()
    key = (await stranger.post(f"/workspaces/{other}/api-keys", {"name": "Prometheus"})).json()["key"]
    assert (await scrape(sqlite_api, f"/workspaces/{workspace_id}/metrics", key)).status_code == 404
