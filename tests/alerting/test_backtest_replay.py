"""A backtest judges as the pipeline did: by the rules in force then, stored checks give the record back exactly."""

from typing import NamedTuple

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from healther.alerting.backtest import load
from healther.alerting.backtest.course import Course
from healther.alerting.backtest.schemas import ProposedRules
from healther.alerting.flapping import FLAP_RULES
from healther.core.clock import DAY_MS, HOUR_MS
from healther.core.db import Database
from healther.history.ledger import GAP_GRACE_MS
from healther.history.models import StateChange
from healther.monitoring.claim import store_for
from healther.monitoring.judge import Thresholds
from healther.monitoring.model import Plan, Result
from healther.monitoring.record import record
from healther.monitoring.replay import StoredCheck, observation_of
from healther.probes.base import Observation, Phases, Reason
from healther.watchers.cadence import phase_ms
from healther.watchers.models import ServiceWatcher
from tests.support.results import INTERVAL_MS, START_MS, NeverRun, claim_many
from tests.support.watchers import add_watcher

LIMIT_MS = 1_000
DAYS = 14


class Seen(NamedTuple):
    """What a check saw: how long it took (None = it failed), and how long its certificate lasts."""

    took_ms: float | None = 10.0
    certificate_ms: int | None = None
    reason: Reason = Reason.CONNECT_REFUSED

    def at(self, now_ms: int) -> Observation:
        if self.took_ms is None:
            return Observation(Phases(1.0), reason=self.reason, message="did not work")
        ends = None if self.certificate_ms is None else now_ms + self.certificate_ms
        return Observation(Phases(1.0), self.took_ms, 200, certificate_not_after_ms=ends)


FAILED, UNSEEN = Seen(None), Seen(None, reason=Reason.NO_NETWORK)
# PostgreSQL rounds the third to 1000: it was slow, and stays so. The clock may also be set back.
SLOW, BARELY = Seen(2_000.0), Seen(1_000.000001)
waits = st.sampled_from(
    [-5_000, 500, 6_000, 59_000, 60_000, 61_000, 2 * INTERVAL_MS, INTERVAL_MS + GAP_GRACE_MS + 1, 47 * 60_000, DAY_MS]
)
sights = st.one_of(
    st.sampled_from([Seen(), Seen(), FAILED, FAILED, UNSEEN, SLOW, BARELY, Seen(1_000.0)]),
    st.builds(Seen, st.sampled_from([5.0, 1_500.0]), st.integers(-DAY_MS, 20 * DAY_MS)),
)
thresholds = st.builds(Thresholds, failure=st.integers(1, 4), recovery=st.integers(1, 3))


async def _past(
    db: Database, steps: list[tuple[int, Seen]], limits: Thresholds, days: int
) -> tuple[ServiceWatcher, int]:
    """A watcher that was checked so, through the real recorder; and the end of it."""
    watcher = await add_watcher(
        db, START_MS, failure_threshold=limits.failure, recovery_threshold=limits.recovery,
        degraded_after_ms=LIMIT_MS, certificate_days=days,
    )  # fmt: skip
    phase = phase_ms(watcher.id, INTERVAL_MS)
    plan = Plan(1, NeverRun(), limits, INTERVAL_MS, phase, 10_000, LIMIT_MS, days, "t")
    now = START_MS
    for wait_ms, seen in steps:
        now += wait_ms
        (claim,) = await claim_many(db, [watcher.id], now)
        recorded = await record(db, store_for(db), [Result(claim, plan, now, seen.at(now))], now)
        assert recorded.refused == 0
    return watcher, max(now, START_MS) + HOUR_MS


async def _replayed(db: Database, watcher: ServiceWatcher, from_ms: int, to_ms: int) -> Course:
    group = load.Stretched(INTERVAL_MS, [watcher.id], *load.slots_of(from_ms, to_ms, INTERVAL_MS, 20))
    async with db.read() as session:
        recorded = await load.recorded(session, group)
        course = Course.of(watcher, INTERVAL_MS, (from_ms, to_ms), recorded[watcher.id], ProposedRules())
        async for part in load.checks_in_parts(session, group):
            for key, *check in part:
                assert key in load.keys_of(watcher.id)
                course.take(*check)
    return course


async def _changes(db: Database, watcher: ServiceWatcher) -> list[StateChange]:
    query = select(StateChange).where(StateChange.watcher_id == watcher.id).order_by(col(StateChange.id))
    async with db.read() as session:
        return list((await session.exec(query)).all())


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(waits, sights), min_size=1, max_size=25), thresholds, st.sampled_from([DAYS, 0]))
@example([(0, Seen()), (60_000, BARELY), (60_000, BARELY), (60_000, Seen(5.0, 3 * DAY_MS))], Thresholds(2, 1), DAYS)
@example([(0, Seen()), (60_000, Seen(5.0, -5)), (60_000, Seen(5.0, 5))], Thresholds(1, 1), 0)
async def test_by_the_rules_that_were_in_force_a_replay_is_the_record(
    db: Database, steps: list[tuple[int, Seen]], limits: Thresholds, days: int
) -> None:
    watcher, end = await _past(db, steps, limits, days)
    course = await _replayed(db, watcher, START_MS - DAY_MS, end)
    recorded = [
        (each.from_state, each.to_state, each.at, each.last_known, each.reason) for each in await _changes(db, watcher)
    ]
    assert course.checks == len(steps)
    for side in (course.present, course.proposed):
        replayed = [
            (seen.change.from_state, seen.change.to_state, seen.change.at, seen.change.last_known, seen.reason)
            for seen in side.changes
        ]
        assert replayed == recorded


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.just(60_000), sights), min_size=30, max_size=40), st.integers(2, 29))
async def test_a_replay_that_begins_in_the_middle_takes_up_what_was_believed(
    db: Database, steps: list[tuple[int, Seen]], skipped: int
) -> None:
    """Of what happened before only the last checks are judged: enough for each run of failures."""
    watcher, end = await _past(db, steps, Thresholds(3, 2), DAYS)
    begin = START_MS + skipped * 60_000 + 1
    course = await _replayed(db, watcher, begin, end)
    course.end(FLAP_RULES)
    recorded = [each for each in await _changes(db, watcher) if each.detected_at >= begin]
    assert [(seen.change.to_state, seen.change.at) for seen in course.present.changes] == [
        (each.to_state, each.at) for each in recorded
    ]


@given(st.integers(0, 400), st.integers(0, 400), st.integers(0, DAY_MS - 1))
def test_a_certificate_that_was_about_to_end_is_judged_by_fewer_days_as_it_would_have_been(
    limit: int, proposed: int, rest_ms: int
) -> None:
    from_now = (limit - 1) * DAY_MS + rest_ms
    told = f"the certificate ends in {max(0, from_now) // DAY_MS} days, sooner than {limit}; renew it"
    again = observation_of(StoredCheck(START_MS, Reason.CERTIFICATE_EXPIRING, told, 5.0))
    ends = again.certificate_not_after_ms
    assert ends is not None
    if proposed <= limit:
        assert (ends - START_MS < proposed * DAY_MS) == (from_now < proposed * DAY_MS)
