"""A workspace's services for Prometheus: by an API key, in a format that parses, with the figures the app shows."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample
from sqlalchemy import update

from healther.core.clock import DAY_MS, MINUTE_MS, now_ms
from healther.history.overview.metrics_text import SERIES_MOST
from healther.monitoring.claim import store_for
from healther.monitoring.record import record
from healther.watchers.models import WatcherState
from healther.watchers.states import State
from tests.support.api import Api, joined
from tests.support.results import AT_ONCE, FAILED, OBSERVATIONS, check, claim_many, result_of
from tests.support.watchers import add_watcher

NAME = 'Shop "A" \\ B'


async def scrape(api: Api, path: str, key: str) -> httpx.Response:
    return await api.client().get(path, headers={"Authorization": f"Bearer {key}"})


def samples(text: str) -> dict[tuple[str, str], float]:
    """The value of each sample of the one watcher by its name and by its state or window."""
    (watcher_id,) = {each.labels["watcher_id"] for each in all_samples(text)}
    return found_of(text, watcher_id)


def found_of(text: str, watcher_id: str) -> dict[tuple[str, str], float]:
    """The same of one watcher among others."""
    return {
        (each.name, each.labels.get("state") or each.labels.get("window", "")): each.value
        for each in all_samples(text)
        if each.labels["watcher_id"] == watcher_id
    }


def all_samples(text: str) -> list[Sample]:
    return [each for family in text_string_to_metric_families(text) for each in family.samples]


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
    (family, *_) = text_string_to_metric_families(answer.text)
    assert family.samples[0].labels == {"watcher_id": watcher["id"], "watcher": NAME}


async def test_uptime_state_and_the_days_of_a_certificate_are_what_the_app_says_in_seven_series_a_watcher(
    api: Api,
) -> None:
    now = now_ms()
    ends_at = now + 20 * DAY_MS
    secure = replace(OBSERVATIONS[State.HEALTHY], certificate_not_after_ms=ends_at)
    watchers = [await add_watcher(api.db, now - 4 * MINUTE_MS) for _ in range(3)]
    async with api.db.write() as session:
        # Their slots are those minutes: with others, nobody would have watched for a part of one.
        await session.exec(update(WatcherState).values(phase_ms=now % MINUTE_MS))
    # Up for three minutes, down for one, up again.
    for minutes, seen in ((4, secure), (3, secure), (2, secure), (1, FAILED), (0, secure)):
        at = now - minutes * MINUTE_MS
        claims = await claim_many(api.db, [each.id for each in watchers], at)
        results = [replace(result_of(each, at, State.HEALTHY), observation=seen) for each in claims]
        await record(api.db, store_for(api.db), results, at)
    owner = await api.person("owner")
    path = await joined(api, owner)
    text = (await owner.get(f"{path}/metrics")).text
    by_watcher = {str(each.id): found_of(text, str(each.id)) for each in watchers}
    assert {len(found) for found in by_watcher.values()} == {SERIES_MOST}
    assert sum(not line.startswith("#") for line in text.splitlines()) == SERIES_MOST * len(watchers)
    for shown in (await owner.get(f"{path}/overview")).json()["watchers"]:
        found = by_watcher[shown["id"]]
        assert found[("healther_watcher_state", "healthy")] == found[("healther_watcher_up", "")] == 1
        days = (found[("healther_watcher_certificate_not_after_timestamp_seconds", "")] * 1000 - now) / DAY_MS
        assert days == pytest.approx(20)
        for window in ("24h", "90d"):
            ratio = found[("healther_watcher_uptime_ratio", window)]
            # Asked a moment later, it has been up for a moment longer.
            assert ratio == pytest.approx(shown[f"uptime_{window}_percent"] / 100, abs=0.02)
            assert 0.74 < ratio < 0.9, "three of four minutes, and what has passed since"


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
