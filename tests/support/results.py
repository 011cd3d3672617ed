"""Checks recorded without a network: results made up by the test, through the real recorder."""

from collections.abc import Sequence
from uuid import UUID

from healther.core.clock import HOUR_MS, MINUTE_MS
from healther.core.db import Database
from healther.monitoring.claim import store_for
from healther.monitoring.judge import Thresholds
from healther.monitoring.model import Claim, Plan, Result
from healther.monitoring.record import Recorded, record
from healther.probes.base import Observation, Phases, ProbeContext, Reason
from healther.watchers.cadence import phase_ms
from healther.watchers.states import State

# In the middle of an hour.
START_MS = 1_800_000_000_000 - 1_800_000_000_000 % HOUR_MS + 1_234_567
INTERVAL_MS = MINUTE_MS
ADDRESS = "127.0.0.1"
FAILED = Observation(Phases(1.0), reason=Reason.CONNECT_REFUSED, message="refused", address=ADDRESS)
OBSERVATIONS = {
    State.HEALTHY: Observation(Phases(1.0, 2.0, None, 3.0, 4.0), 10.0, 200, address=ADDRESS),
    State.DEGRADED: Observation(Phases(1.0, 2.0, None, 3.0, 4.0), 2_000.0, 200, address=ADDRESS),
    State.DOWN: FAILED,
    State.UNKNOWN: Observation(Phases(), reason=Reason.NO_NETWORK, message="no network"),
}
AT_ONCE = Thresholds(failure=1, recovery=1)


class NeverRun:
    """Stands where a probe is: results come from the test."""

    async def run(self, context: ProbeContext) -> Observation:
        raise AssertionError("results come from the test")


def result_of(
    claim: Claim, at_ms: int, status: State, limits: Thresholds = AT_ONCE, *, interval_ms: int = INTERVAL_MS
) -> Result:
    """What a check at `at_ms` would have brought."""
    plan = Plan(
        version=1,
        probe=NeverRun(),
        thresholds=limits,
        interval_ms=interval_ms,
        phase_ms=phase_ms(claim.watcher_id, interval_ms),
        timeout_ms=10_000,
        degraded_after_ms=1_000,
        certificate_days=14,
        target="t",
    )
    return Result(claim, plan, at_ms, OBSERVATIONS[status])


async def claim_many(db: Database, watcher_ids: Sequence[UUID], at_ms: int) -> list[Claim]:
    """Takes these watchers, due or not; one that is paused or being checked is left out."""
    async with db.write_connection() as connection:
        claims = [await store_for(db).claim_one(connection, each, at_ms) for each in watcher_ids]
    return [claim for claim in claims if claim is not None]


async def check_many(
    db: Database, watcher_ids: Sequence[UUID], at_ms: int, status: State, limits: Thresholds = AT_ONCE
) -> Recorded:
    """Claims and records one check of each, all in one transaction."""
    claims = await claim_many(db, watcher_ids, at_ms)
    return await record(db, store_for(db), [result_of(each, at_ms, status, limits) for each in claims], at_ms)


async def check(db: Database, watcher_id: UUID, at_ms: int, status: State, limits: Thresholds | None = None) -> None:
    """Claims, 'runs' and records one check of a watcher, with the thresholds that watchers have by themselves."""
    (claim,) = await claim_many(db, [watcher_id], at_ms)
    recorded = await record(db, store_for(db), [result_of(claim, at_ms, status, limits or Thresholds())], at_ms)
    assert recorded.refused == 0
