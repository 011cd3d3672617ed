"""D1, D4: what is read from rollups and the ledger's end is what the spans and the events say, at any window."""

import math
import random
from datetime import UTC, tzinfo
from itertools import pairwise
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import col

from healther.core.clock import DAY_MS, HOUR_MS, MINUTE_MS
from healther.core.db import Database
from healther.core.errors import InvalidProblem
from healther.history.days import day_edges
from healther.history.hour import append, fold
from healther.history.ledger import GAP_GRACE_MS, Segment, time_per_state
from healther.history.service.daily import DailyBars, daily_bars
from healther.history.service.latency import Latency, fitting_step, latency
from healther.history.service.uptime import uptime
from healther.history.sketch import Sketch
from healther.history.steps import Step
from healther.history.values import NUMBERS
from healther.watchers.models import WatcherState
from healther.watchers.states import State
from tests.support.history import Past, counted_statements, random_past, truth, write_past
from tests.support.watchers import add_watcher

CHECKS = tuple(name for name in NUMBERS if name.endswith("_checks"))
SUMS = tuple(name for name in NUMBERS if name.endswith("_sum_ms"))
NOW = 1_800_000_000_000 + 12_345_678
START = NOW - 5 * DAY_MS - 7_654_321


async def watcher_with(db: Database, past: Past) -> UUID:
    watcher = await add_watcher(db, past.segments[0].start)
    await write_past(db, watcher.id, past)
    return watcher.id


async def bars_of(db: Database, *watcher_ids: UUID, days: int, zone: tzinfo, now_ms: int = NOW) -> DailyBars:
    async with db.read() as session:
        these = col(WatcherState.watcher_id).in_(watcher_ids)
        return await daily_bars(session, these, days=days, zone=zone, now_ms=now_ms)


async def latency_of(db: Database, watcher_id: UUID, from_ms: int, to_ms: int, step: Step) -> Latency:
    async with db.read() as session:
        return await latency(session, watcher_id, from_ms=from_ms, to_ms=to_ms, step=step, now_ms=NOW)


@pytest.mark.parametrize("seed", range(2))
async def test_uptime_of_any_window_is_what_the_spans_say(db: Database, seed: int) -> None:
    past = random_past(seed, START, NOW)
    watcher = await watcher_with(db, past)
    dice = random.Random(seed)
    midnights = [(NOW // DAY_MS + day) * DAY_MS for day in range(-7, 2)]
    async with db.read() as session:
        for _ in range(40):
            edges = (dice.choice(midnights), dice.randrange(START - DAY_MS, NOW), dice.randrange(START, NOW + DAY_MS))
            from_ms, to_ms = sorted(dice.sample(edges, 2))
            if from_ms >= min(to_ms, NOW):
                continue
            found = await uptime(session, watcher, from_ms=from_ms, to_ms=to_ms, now_ms=NOW)
            assert (found.from_ms, found.to_ms) == (from_ms, min(to_ms, NOW))
            assert found.times.total_ms == found.to_ms - from_ms
            assert found.times == time_per_state(truth(past), from_ms, found.to_ms)


async def test_a_window_that_is_empty_or_has_not_begun_is_refused(db: Database) -> None:
    watcher = await add_watcher(db, START)
    for from_ms, to_ms in ((NOW, NOW), (NOW - 5, NOW - 9), (NOW + 5, NOW + 9)):
        with pytest.raises(InvalidProblem):
            async with db.read() as session:
                await uptime(session, watcher.id, from_ms=from_ms, to_ms=to_ms, now_ms=NOW)


@pytest.mark.parametrize("seed", range(2))
async def test_daily_bars_from_rollups_are_those_from_the_ledger(db: Database, seed: int) -> None:
    past = random_past(seed, START, NOW)
    watcher = await watcher_with(db, past)
    rolled = await bars_of(db, watcher, days=9, zone=UTC)
    # A zone at UTC all year, under another name: its days are read from the spans.
    spanned = await bars_of(db, watcher, days=9, zone=ZoneInfo("Africa/Abidjan"))
    assert rolled.bars == spanned.bars
    edges = day_edges(rolled.dates, UTC, NOW)
    expected = [time_per_state(truth(past), a, b) for a, b in pairwise(edges)]
    assert rolled.bars[watcher] == expected
    assert [bar.total_ms for bar in rolled.bars[watcher]] == [DAY_MS] * 8 + [NOW % DAY_MS]


async def test_days_healthy_throughout_and_days_nobody_watched_are_told_apart(db: Database) -> None:
    midnight = NOW // DAY_MS * DAY_MS
    segments = [
        Segment(State.HEALTHY, midnight - 6 * DAY_MS, midnight - 4 * DAY_MS),
        Segment(State.UNKNOWN, midnight - 4 * DAY_MS, midnight - 3 * DAY_MS),
        Segment(State.HEALTHY, midnight - 3 * DAY_MS, midnight - DAY_MS - 1),
        Segment(State.MAINTENANCE, midnight - DAY_MS - 1, midnight - DAY_MS + 1),
        Segment(State.HEALTHY, midnight - DAY_MS + 1, NOW),
    ]
    past = Past(segments, [], NOW, accounted_until=midnight + HOUR_MS, known_until=NOW)
    watcher = await watcher_with(db, past)
    rolled = await bars_of(db, watcher, days=8, zone=UTC)
    assert rolled.bars == (await bars_of(db, watcher, days=8, zone=ZoneInfo("Africa/Abidjan"))).bars
    healthy = [bar.healthy_ms for bar in rolled.bars[watcher]]
    assert healthy == [0, DAY_MS, DAY_MS, 0, DAY_MS, DAY_MS - 1, DAY_MS - 1, NOW - midnight]
    assert [bar.unknown_ms for bar in rolled.bars[watcher]] == [DAY_MS, 0, 0, DAY_MS, 0, 0, 0, 0]


async def test_daily_bars_of_a_zone_are_its_own_days(db: Database) -> None:
    past = random_past(11, START, NOW)
    watcher = await watcher_with(db, past)
    for zone in map(ZoneInfo, ("Europe/Berlin", "Asia/Kathmandu", "America/St_Johns")):
        found = await bars_of(db, watcher, days=7, zone=zone)
        edges = day_edges(found.dates, zone, NOW)
        assert found.bars[watcher] == [time_per_state(truth(past), a, b) for a, b in pairwise(edges)]


async def test_every_watcher_costs_no_query_more(db: Database) -> None:
    watchers = [await watcher_with(db, random_past(seed, START, NOW, checks=20)) for seed in range(3)]
    for zone in (UTC, ZoneInfo("Europe/Berlin")):
        with counted_statements(db) as for_one:
            await bars_of(db, watchers[0], days=90, zone=zone)
        with counted_statements(db) as for_three:
            found = await bars_of(db, *watchers, days=90, zone=zone)
        assert len(for_one) == len(for_three) <= 5
        assert found.bars.keys() == set(watchers)


async def test_a_watcher_nobody_checked_yet_is_unknown_throughout(db: Database) -> None:
    watcher = await add_watcher(db, NOW - HOUR_MS)
    found = await bars_of(db, watcher.id, days=3, zone=UTC)
    assert [bar.worst for bar in found.bars[watcher.id]] == [State.UNKNOWN] * 3
    assert found.uptime_percent(watcher.id) is None


async def test_when_results_stop_coming_the_time_since_is_unknown(db: Database) -> None:
    known_until = NOW - GAP_GRACE_MS - MINUTE_MS
    begin = NOW - 2 * HOUR_MS
    past = Past([Segment(State.HEALTHY, begin, NOW)], [], NOW, accounted_until=begin, known_until=known_until)
    watcher = await watcher_with(db, past)
    async with db.read() as session:
        found = await uptime(session, watcher, from_ms=begin, to_ms=NOW, now_ms=NOW)
    assert found.times.unknown_ms == GAP_GRACE_MS + MINUTE_MS
    assert found.times.uptime_percent == 100


async def test_a_clock_stepped_back_behind_the_rollups_gives_no_negative_time(db: Database) -> None:
    past = random_past(3, START, NOW)
    watcher = await watcher_with(db, past)
    earlier = past.accounted_until - 90 * MINUTE_MS
    for zone in (UTC, ZoneInfo("Europe/Berlin")):
        found = await bars_of(db, watcher, days=5, zone=zone, now_ms=earlier)
        assert min(ms for bar in found.bars[watcher] for ms in bar) >= 0
    async with db.read() as session:
        times = (await uptime(session, watcher, from_ms=START, to_ms=NOW, now_ms=earlier)).times
    assert times.total_ms == earlier - START
    assert min(times) >= 0


@pytest.mark.parametrize("seed", range(2))
async def test_latency_from_rollups_is_latency_from_events(db: Database, seed: int) -> None:
    past = random_past(seed, START, NOW)
    watcher = await watcher_with(db, past)
    for step in Step:
        from_ms = NOW - DAY_MS if step.ms < HOUR_MS else START
        found = await latency_of(db, watcher, from_ms, NOW, step)
        assert (found.from_ms % step.ms, found.to_ms % step.ms) == (0, 0)
        assert found.from_ms <= from_ms
        assert found.to_ms >= NOW
        assert [at for at, _ in found.points] == list(range(found.from_ms, found.to_ms, step.ms))
        counts: dict[int, bytes] = {}
        for check in past.checks:
            at = check.at // step.ms * step.ms
            counts[at] = append(counts.get(at), check.status, check.response_time_ms, check.phases)
        for at, values in found.points:
            expected = fold(counts.get(at))
            assert values.sketch.counts == expected.sketch.counts
            assert [getattr(values, name) for name in SUMS] == pytest.approx([getattr(expected, name) for name in SUMS])
            assert [getattr(values, name) for name in CHECKS] == [getattr(expected, name) for name in CHECKS]
        assert sum(values.checks for _, values in found.points) == sum(
            check.at >= found.from_ms for check in past.checks
        )


async def test_quantiles_are_within_one_percent_of_the_events(db: Database) -> None:
    past = random_past(5, START, NOW)
    watcher = await watcher_with(db, past)
    exact = sorted(
        check.response_time_ms
        for check in past.checks
        if check.response_time_ms is not None and check.status in (State.HEALTHY, State.DEGRADED)
    )
    found = await latency_of(db, watcher, START, NOW, Step.DAY)
    whole = Sketch()
    for _, values in found.points:
        whole.merge(values.sketch)
    for q in (0.5, 0.95, 0.99):
        assert whole.quantile(q) == pytest.approx(exact[math.ceil(q * len(exact)) - 1], rel=0.01)


async def test_a_chart_nobody_could_draw_is_refused(db: Database) -> None:
    watcher = await add_watcher(db, START)
    for from_ms, to_ms, step in (
        (NOW, NOW, Step.HOUR),
        (NOW + 1, NOW + 2, Step.HOUR),
        (NOW - 3 * DAY_MS, NOW, Step.FIVE_MINUTES),
        (0, NOW, Step.SIX_HOURS),
    ):
        with pytest.raises(InvalidProblem):
            await latency_of(db, watcher.id, from_ms, to_ms, step)


@given(st.integers(1, 40 * 365 * DAY_MS))
def test_the_step_that_is_chosen_makes_a_chart_that_can_be_drawn(length: int) -> None:
    step = fitting_step(NOW - length, NOW)
    assert step.ms >= HOUR_MS or length <= 2 * DAY_MS
    assert step is Step.DAY or length // step.ms <= 200
