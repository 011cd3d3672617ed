"""Metrics: what is counted, who may read it, and that batches count like single observations would."""

import asyncio
import shutil
import subprocess
from bisect import bisect_left
from uuid import UUID

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families
from redis import Redis
from rq import Queue
from sqlalchemy import text, update

from healther.alerting.readings import Readings
from healther.core.clock import MINUTE_MS, now_ms
from healther.core.db import Database
from healther.history.models import StateChange
from healther.monitoring.claim import store_for
from healther.monitoring.dispatch_rq import queue_name
from healther.monitoring.record import record
from healther.observability import pools
from healther.observability.metrics import REGISTRY, SHARED
from healther.observability.spread import Spread
from healther.watchers.models import WatcherState
from healther.watchers.regions import say_served
from healther.watchers.states import State
from tests.support.api import Api, running_api, settings_for
from tests.support.results import check, claim_many, result_of
from tests.support.watchers import add_watcher

TOKEN = "a-token-for-metrics"
BOUNDS = (0.1, 1.0, 5.0)


def value(name: str, **labels: str) -> float:
    """A sample of this process; 0 before it was first counted."""
    return REGISTRY.get_sample_value(name, labels) or 0.0


def shared(name: str, **labels: str) -> float:
    """A figure of the whole installation, as it was read last."""
    return SHARED.get_sample_value(name, labels) or 0.0


async def read(api: Api, address: str = "127.0.0.1", **headers: str) -> httpx.Response:
    return await api.client(address, base="").get("/metrics", headers=headers)


@given(st.lists(st.lists(st.floats(0, 10), max_size=30), max_size=5))
def test_batches_count_as_single_observations_would(batches: list[list[float]]) -> None:
    registry = CollectorRegistry()
    spread = Spread("took_seconds", "How long.", "kind", BOUNDS, registry)
    counts = [0] * (len(BOUNDS) + 1)
    for batch in batches:
        spread.observe_all("http", [each * 1000 for each in batch])
        for each in batch:
            counts[bisect_left(BOUNDS, each)] += 1
    for place, bound in enumerate((*map(str, BOUNDS), "+Inf")):
        seen = registry.get_sample_value("took_seconds_bucket", {"kind": "http", "le": bound}) or 0
        assert seen == sum(counts[: place + 1])
    total = registry.get_sample_value("took_seconds_sum", {"kind": "http"}) or 0
    assert total == pytest.approx(sum(map(sum, batches)))


async def test_recorded_checks_are_counted_by_kind_outcome_and_reason_once(db: Database) -> None:
    labels = {"kind": "unknown", "outcome": "down", "reason": "connect_refused"}
    before = value("healther_checks_total", **labels)
    lateness = value("healther_check_lateness_seconds_count", kind="unknown")
    refused = value("healther_results_refused_total")
    watcher = await add_watcher(db, now_ms())
    (claim,) = await claim_many(db, [watcher.id], now_ms())
    result = result_of(claim, now_ms(), State.DOWN)
    for _ in range(2):  # the second comes after its lease
        await record(db, store_for(db), [result], now_ms())
    assert value("healther_checks_total", **labels) == before + 1
    assert value("healther_check_lateness_seconds_count", kind="unknown") == lateness + 1
    assert value("healther_results_refused_total") == refused + 1


async def test_without_a_token_metrics_are_for_this_machine_alone(sqlite_api: Api) -> None:
    answer = await read(sqlite_api)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/plain; version=")
    families = {family.name for family in text_string_to_metric_families(answer.text)}
    assert {"healther_checks", "healther_oldest_overdue_seconds", "healther_http_requests"} <= families
    assert (await read(sqlite_api, "192.0.2.10")).status_code == 403
    assert (await read(sqlite_api, **{"X-Forwarded-For": "192.0.2.10"})).status_code == 403


async def test_with_a_token_metrics_are_for_whoever_sends_it(sqlite_url: str) -> None:
    db = Database(sqlite_url)
    async with running_api(db, sqlite_url, metrics_token=TOKEN) as api:
        assert (await read(api, "192.0.2.10", Authorization=f"Bearer {TOKEN}")).status_code == 200
        for wrong in ("Bearer wrong", f"Basic {TOKEN}", TOKEN):
            assert (await read(api, Authorization=wrong)).status_code == 401
        assert (await read(api)).status_code == 401
    await db.close()


async def test_answers_are_counted_by_route_and_never_by_what_clients_make_up(sqlite_api: Api) -> None:
    owner = await sqlite_api.person("owner")
    route = "/api/v1/workspaces/{workspace_id}"
    before = value("healther_http_requests_total", method="GET", route=route, status="404")
    await owner.get("/workspaces/01a209c3-4d4f-77a1-9ccc-47d635fc90f9")
    assert value("healther_http_requests_total", method="GET", route=route, status="404") == before + 1
    await owner.http.request("SMUGGLED", "/nothing/smuggled")
    text = (await read(sqlite_api)).text
    assert "smuggled" not in text.lower()
    assert 'method="other",route="unmatched"' in text


@pytest.mark.parametrize("route", ["/api/v1/workspaces/{workspace_id}/watchers", "/status/{slug}"])
async def test_a_route_is_named_by_its_template(sqlite_api: Api, route: str) -> None:
    before = value("healther_http_requests_total", method="GET", route=route, status="404")
    token = (await sqlite_api.person("somebody")).http.headers["Authorization"]
    path = route.format(workspace_id="01a209c3-4d4f-77a1-9ccc-47d635fc90f9", slug="canary-page")
    answer = await sqlite_api.client(base="").get(path, headers={"Authorization": token})
    assert answer.status_code == 404
    assert value("healther_http_requests_total", method="GET", route=route, status="404") == before + 1


async def test_the_queue_of_every_region_that_is_served_is_counted(sqlite_url: str, redis_url: str) -> None:
    db, redis = Database(sqlite_url), Redis.from_url(redis_url)
    await say_served(db, "eu-west", now_ms())
    Queue(queue_name("eu-west"), connection=redis).enqueue_call("nobody.runs_it")
    await Readings(db, settings_for(sqlite_url), redis).refresh()
    assert shared("healther_queue_jobs", queue="health-checks:eu-west") == 1
    assert SHARED.get_sample_value("healther_queue_jobs", {"queue": "health-checks"}) == 0
    redis.close()
    await db.close()


async def test_connections_are_counted_at_the_moment_somebody_asks(db: Database) -> None:
    pools.count(db.engines)
    async with db.write_connection() as writing, db.read_connection() as reading:
        for each in (writing, reading):
            await each.execute(text("SELECT 1"))
        assert value("healther_database_connections", state="in_use") == 2
    assert value("healther_database_connections", state="in_use") == 0
    assert value("healther_database_connections", state="idle") == 2


async def test_what_waits_in_the_database_is_read_and_a_database_that_is_away_is_said(
    db: Database, database_url: str
) -> None:
    watcher = await add_watcher(db, now_ms())
    (claim,) = await claim_many(db, [watcher.id], now_ms())
    await record(db, store_for(db), [result_of(claim, now_ms(), State.DOWN)], now_ms())
    async with db.write() as session:
        await session.exec(update(StateChange).values(detected_at=now_ms() - 10 * MINUTE_MS))
        await session.exec(update(WatcherState).values(due_at=now_ms() - MINUTE_MS))
    await Readings(db, settings_for(database_url)).refresh()
    assert 600 <= shared("healther_outbox_oldest_seconds") < 700
    assert 60 <= shared("healther_oldest_overdue_seconds") < 160
    assert shared("healther_deliveries_waiting", lane="alert") == 0
    assert shared("healther_readings_failed") == 0

    gone = Database("postgresql+psycopg://nobody@127.0.0.1:9/nothing")
    await Readings(gone, settings_for(database_url)).refresh()
    assert shared("healther_readings_failed") == 1
    assert shared("healther_outbox_oldest_seconds") >= 600, "what cannot be read stays as it was"
    await gone.close()


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool (Debian's package prometheus) is not installed")
async def test_promtool_has_nothing_to_remark_in_either_place(sqlite_api: Api) -> None:
    owner = await sqlite_api.person("owner")
    workspace_id = await owner.workspace()
    watcher = await owner.watcher(workspace_id)
    await check(sqlite_api.db, UUID(watcher["id"]), now_ms(), State.HEALTHY)
    for answer in (await read(sqlite_api), await owner.get(f"/workspaces/{workspace_id}/metrics")):
        assert "healther_" in answer.text
        done = await asyncio.to_thread(
            subprocess.run, ["promtool", "check", "metrics"], input=answer.text, text=True, capture_output=True
        )
        assert (done.returncode, done.stdout + done.stderr) == (0, "")
