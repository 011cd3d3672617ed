"""Plans: what a stored configuration becomes, also one that no API would have stored (S1)."""

import time
from typing import Any

import pytest

from healther.core.clock import now_ms
from healther.core.crypto import Sealer
from healther.core.db import Database
from healther.core.setting_values import AllowedNetwork
from healther.monitoring.judge import status_of
from healther.monitoring.model import Claim
from healther.monitoring.plans import PlanCache
from healther.net.client import Net
from healther.probes.base import Observation, ProbeContext
from healther.watchers.models import ServiceWatcher
from healther.watchers.secrets import SEALER_PURPOSE, seal_options
from healther.watchers.states import State
from tests.support.watchers import add_watcher

SEALER = Sealer("a-secret-only-for-tests-0123456789-abcdef", SEALER_PURPOSE)
OTHER = Sealer("another-secret-for-tests-9876543210-zyxwv", SEALER_PURPOSE)


def claim_of(watcher: ServiceWatcher, version: int = 1) -> Claim:
    now = now_ms()
    return Claim(watcher.id, now, 1, version, now + 60_000)


async def look(db: Database, watcher: ServiceWatcher) -> Observation:
    """What a check of the watcher says, with everything allowed that could be dialled."""
    plan = (await PlanCache(db, SEALER).get_many([claim_of(watcher)]))[watcher.id]
    net = Net([AllowedNetwork("0.0.0.0/0"), AllowedNetwork("::/0")])
    try:
        return await plan.probe.run(ProbeContext(net=net, deadline=time.monotonic() + 5))
    finally:
        await net.close()


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"url": "file:///etc/passwd"}, "only http:// and https:// can be checked"),
        ({"url": "gopher://127.0.0.1/_FLUSHALL"}, "only http:// and https:// can be checked"),
        ({"url": "http://2130706433/"}, "url"),
        ({"kind": "shell"}, "there is no kind 'shell'"),
        ({"expected_status": "fine"}, "expected_status"),
        ({"options": {"max_redirects": 1_000}}, "max_redirects"),
        ({"options": {"run": "rm -rf /"}}, "run"),
        ({"sealed_options": b"not sealed by anybody"}, "sealed with another HEALTHER_SECRET_KEY"),
        ({"sealed_options": seal_options({"bearer_token": "t"}, OTHER)}, "sealed with another HEALTHER_SECRET_KEY"),
    ],
)
async def test_a_row_edited_by_hand_is_unknown_and_nothing_is_dialled(
    db: Database, columns: dict[str, Any], said: str
) -> None:
    observation = await look(db, await add_watcher(db, now_ms(), **columns))
    assert observation.reason == "misconfigured"
    assert said in (observation.message or "")
    assert observation.phases.connect_ms is None
    assert status_of(observation, None, 14, now_ms())[0] is State.UNKNOWN


async def test_a_plan_is_kept_until_its_version_moves_on(db: Database) -> None:
    watcher = await add_watcher(db, now_ms())
    cache = PlanCache(db, SEALER)
    first = (await cache.get_many([claim_of(watcher)]))[watcher.id]
    assert (await cache.get_many([claim_of(watcher)]))[watcher.id] is first
    async with db.write() as session:
        stored = await session.get_one(ServiceWatcher, watcher.id)
        stored.version, stored.failure_threshold = 2, 5
    assert (await cache.get_many([claim_of(watcher, 2)]))[watcher.id].thresholds.failure == 5


async def test_a_deleted_watcher_has_no_plan(db: Database) -> None:
    watcher = await add_watcher(db, now_ms())
    async with db.write() as session:
        await session.delete(await session.get_one(ServiceWatcher, watcher.id))
    assert await PlanCache(db, SEALER).get_many([claim_of(watcher)]) == {}


@pytest.mark.parametrize(
    ("columns", "stepped"),
    [
        ({}, True),
        ({"expected_body": "/a+b/"}, False),
        ({"kind": "tcp", "url": "tcp://127.0.0.1:1"}, False),
        ({"kind": "shell"}, False),
    ],
)
async def test_what_awaits_the_network_alone_needs_no_task(
    db: Database, columns: dict[str, Any], stepped: bool
) -> None:
    """A body is searched in a thread perhaps, and other kinds use asyncio's own timeouts, which a task must hold."""
    watcher = await add_watcher(db, now_ms(), **columns)
    plan = (await PlanCache(db, SEALER).get_many([claim_of(watcher)]))[watcher.id]
    assert plan.stepped is stepped
