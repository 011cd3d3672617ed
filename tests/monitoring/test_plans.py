"""Plans: what a stored configuration becomes, also one that no API would have stored (S1)."""

import time
from dataclasses import fields
from typing import Any

import pytest

from healther.core.clock import MINUTE_MS, now_ms
from healther.core.crypto import Sealer
from healther.core.db import Database
from healther.core.setting_values import AllowedNetwork
from healther.monitoring.judge import Thresholds, status_of
from healther.monitoring.model import Claim, Plan
from healther.monitoring.plans import PlanCache
from healther.net.client import Net
from healther.probes import compile_probe
from healther.probes.base import Observation, ProbeContext
from healther.watchers.cadence import CadenceUnit, phase_ms
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
        ({"url": "http://["}, "url"),
        ({"url": "http://a]/"}, "url"),
        ({"url": "http://\uff0e\u2100/"}, "url"),
        ({"expected_status": "fine"}, "expected_status"),
        ({"options": {"max_redirects": 1_000}}, "max_redirects"),
        ({"options": {"run": "rm -rf /"}}, "run"),
        ({"options": "x"}, "options: must be a JSON object"),
        ({"options": ["url"]}, "options: must be a JSON object"),
        ({"options": {"url": "http://127.0.0.1:9/"}}, "options.url belongs beside options"),
        ({"timeout_ms": 0}, "timeout_ms: must be 100 or more"),
        ({"timeout_ms": -1}, "timeout_ms: must be 100 or more"),
        ({"timeout_ms": 2**31 - 1}, "timeout_ms: must be 60000 or less"),
        ({"failure_threshold": 0}, "failure_threshold: must be 1 or more"),
        ({"recovery_threshold": -3}, "recovery_threshold: must be 1 or more"),
        ({"degraded_after_ms": -1}, "degraded_after_ms: must be 1 or more"),
        ({"certificate_days": 2**31 - 1}, "certificate_days: must be 365 or less"),
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


async def test_every_setting_of_a_watcher_reaches_its_checks(db: Database) -> None:
    now, hours_ms = now_ms(), 7 * 3_600_000
    request = {"url": "http://status.example.org:81/deep?a=1", "expected_status": "204", "expected_body": "fine"}
    options = {"method": "PUT", "max_redirects": 2, "verify_tls": False, "http2": True, "max_body_bytes": 77}
    secrets = {"bearer_token": "t0ken", "body": "b0dy"}
    watcher = await add_watcher(
        db, now, **request, options=options, sealed_options=seal_options(secrets, SEALER), every_value=7,
        every_unit=CadenceUnit.HOURS, failure_threshold=4, recovery_threshold=3, degraded_after_ms=1_234,
        certificate_days=33, timeout_ms=5_678, version=9,
    )  # fmt: skip
    usual = await add_watcher(db, now)
    plans = await PlanCache(db, SEALER).get_many([claim_of(watcher, 9), claim_of(usual)])
    plan = plans[watcher.id]
    assert plan == Plan(
        version=9,
        probe=compile_probe("http", request | options | secrets),
        thresholds=Thresholds(failure=4, recovery=3),
        interval_ms=hours_ms,
        phase_ms=phase_ms(watcher.id, hours_ms),
        timeout_ms=5_678,
        degraded_after_ms=1_234,
        certificate_days=33,
        target="status.example.org",
        kind="http",
        stepped=False,
    )
    # There is one kind: all else is told apart from what a usual watcher has.
    alike = [each.name for each in fields(Plan) if getattr(plan, each.name) == getattr(plans[usual.id], each.name)]
    assert alike == ["kind"]


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"every_value": 5, "every_unit": "seconds"}, "every_value must be between 10 and 31449600 seconds (got 5)"),
        ({"every_value": 0}, "every_value must be between 1 and 524160 minutes (got 0)"),
        ({"every_value": 2**31 - 1}, "every_value must be between"),
        ({"every_unit": "fortnights"}, "every_unit: must be one of"),
        ({"timeout_ms": 20_000}, "timeout_ms is 20000 and its schedule allows 10000 ms"),
    ],
)
async def test_a_cadence_edited_by_hand_is_unknown_and_goes_on_at_the_pace_of_its_schedule(
    db: Database, columns: dict[str, Any], said: str
) -> None:
    watcher = await add_watcher(db, now_ms(), every_value=2)
    async with db.write() as session:
        stored = await session.get_one(ServiceWatcher, watcher.id)
        for name, value in columns.items():
            setattr(stored, name, value)
    observation = await look(db, watcher)
    assert observation.reason == "misconfigured"
    assert said in (observation.message or "")
    assert (await PlanCache(db, SEALER).get_many([claim_of(watcher)]))[watcher.id].interval_ms == 2 * MINUTE_MS


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
