"""D1 for reports: the five states of each service add up to the month, and agree with counting every stretch."""

import math
from datetime import UTC, datetime
from itertools import groupby, pairwise
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healther.core.clock import DAY_MS, SECOND_MS, to_ms
from healther.core.db import Database
from healther.core.ids import new_id
from healther.history.amendments.overlay import Correction
from healther.history.ledger import Segment, uptime_percent
from healther.history.models import Amendment
from healther.reports.build import build
from healther.reports.figures import outages_of
from healther.reports.months import Month, days_in_utc
from healther.reports.schemas import ReportPublic
from healther.reports.scope import load_scope
from healther.watchers.states import LEDGER_STATES, State
from tests.support.history import Past, random_past, truth, write_past
from tests.support.watchers import add_watcher

OCTOBER = Month(2026, 10)
START = to_ms(datetime(2026, 9, 20, 7, 13, 5, tzinfo=UTC)) + 21
NOW = to_ms(datetime(2026, 11, 5, 16, 41, 2, tzinfo=UTC)) + 987


def stretches(past: Past, corrections: list[Correction], begin: int, end: int) -> list[Segment]:
    """The oracle: between any two moments at which something changes, what was said last, or recorded, or nothing."""
    segments = truth(past)
    moments = {begin, end, *(at for each in (*segments, *corrections) for at in (each.start, each.end))}
    found = []
    for start, stop in pairwise(sorted(at for at in moments if begin <= at <= end)):
        states = [each.state for each in (*segments, *corrections) if each.start <= start < each.end]
        found.append(Segment(states[-1] if states else State.UNKNOWN, start, stop))
    return found


def seconds(parts: list[Segment]) -> dict[str, float]:
    """Seconds by state."""
    return {
        f"{state.label}_s": sum(each.end - each.start for each in parts if each.state is state) / SECOND_MS
        for state in LEDGER_STATES
    }


def outages(parts: list[Segment]) -> tuple[int, float]:
    """How many stretches of down, and the longest in seconds."""
    runs = [list(run) for down, run in groupby(parts, lambda each: each.state is State.DOWN) if down]
    return len(runs), max((run[-1].end - run[0].start for run in runs), default=0) / SECOND_MS


async def report_of(db: Database, workspace_id: UUID, month: Month, tz: str) -> ReportPublic:
    async with db.read() as session:
        scope = await load_scope(session, workspace_id, None, tz=tz, language=None)
        return await build(session, scope, month, NOW)


@pytest.mark.parametrize("tz", ["Europe/Berlin", "UTC", "America/St_Johns"])
async def test_every_figure_of_a_month_is_what_counting_each_stretch_says(db: Database, tz: str) -> None:
    pasts: dict[UUID, Past] = {}
    corrections: dict[UUID, list[Correction]] = {}
    for seed in range(3):
        watcher = await add_watcher(db, START)
        pasts[watcher.id] = past = random_past(seed, START, NOW)
        await write_past(db, watcher.id, past)
        corrections[watcher.id] = [
            Correction(state, START + day * DAY_MS, START + (day + 3) * DAY_MS + 5)
            for state, day in ((State.DOWN, 9 + seed), (State.MAINTENANCE, 11), (State.HEALTHY, 39))
        ][: 3 * seed]
    async with db.write() as session:
        for watcher_id, theirs in corrections.items():
            session.add_all(
                Amendment(
                    batch_id=new_id(), watcher_id=watcher_id, starts_at=start, ends_at=end, state=state, reason="r",
                    created_by_name="n", created_at=NOW + number,
                )
                for number, (state, start, end) in enumerate(theirs)
            )  # fmt: skip
    report = await report_of(db, watcher.workspace_id, OCTOBER, tz)
    begin, end = to_ms(report.from_), to_ms(report.to)
    assert report.complete
    assert report.seconds == (end - begin) / SECOND_MS
    assert report.seconds == 745 * 3600 if tz == "Europe/Berlin" else 744 * 3600
    assert len(report.services) == 3
    for service in report.services:
        past, theirs = pasts[service.watcher_id], corrections[service.watcher_id]
        counted = stretches(past, theirs, begin, end)
        said = service.model_dump()
        assert {name: said[name] for name in seconds(counted)} == seconds(counted)
        assert math.fsum(said[name] for name in seconds(counted)) == report.seconds
        assert (service.outages, service.longest_outage_s) == outages(counted)
        recorded = seconds(stretches(past, [], begin, end))
        assert service.amended == (recorded != seconds(counted)) == bool(theirs)
        if service.raw is not None:
            assert {name: service.raw.model_dump()[name] for name in recorded} == recorded
        known = (round(said[f"{state.label}_s"] * SECOND_MS) for state in (State.HEALTHY, State.DEGRADED, State.DOWN))
        assert service.uptime_percent == uptime_percent(*known)
        assert len(service.days) == 31
        assert service.days.count("x") == len(
            {day for each in counted if each.state is State.DOWN for day in days_touched(each, begin, service.days, tz)}
        )
    total = report.total.model_dump()
    for name in seconds([]):
        assert total[name] == pytest.approx(sum(getattr(each, name) for each in report.services), abs=1e-6)


def days_touched(part: Segment, begin: int, days: str, tz: str) -> list[int]:
    """The numbers of the days of the month that a stretch touches."""
    edges = OCTOBER.edges(ZoneInfo(tz))
    assert edges[0] == begin
    return [day for day in range(len(days)) if part.start < edges[day + 1] and part.end > edges[day]]


async def test_checks_and_response_times_are_those_of_the_days_in_utc(db: Database) -> None:
    watcher = await add_watcher(db, START)
    past = random_past(7, START, NOW, checks=900)
    await write_past(db, watcher.id, past)
    (service,) = (await report_of(db, watcher.workspace_id, OCTOBER, "Asia/Tokyo")).services
    begin, end = days_in_utc(OCTOBER)
    checks = [each for each in past.checks if begin <= each.at < end]
    assert service.checks == len(checks)
    working = (State.HEALTHY, State.DEGRADED)
    took = sorted(
        each.response_time_ms for each in checks if each.status in working and each.response_time_ms is not None
    )
    for quantile, said in ((0.50, service.p50_ms), (0.95, service.p95_ms)):
        assert said == pytest.approx(took[math.ceil(quantile * len(took)) - 1], rel=0.011)


async def test_the_month_under_way_is_counted_up_to_now(db: Database) -> None:
    watcher = await add_watcher(db, START)
    await write_past(db, watcher.id, random_past(5, START, NOW))
    report = await report_of(db, watcher.workspace_id, Month(2026, 11), "UTC")
    assert not report.complete
    assert to_ms(report.to) == NOW
    (service,) = report.services
    assert math.fsum(getattr(service, name) for name in seconds([])) == pytest.approx(report.seconds, abs=1e-9)
    assert len(service.days) == 5
    assert service.checks > 0


async def test_a_month_before_the_watcher_is_unknown_and_has_no_uptime(db: Database) -> None:
    watcher = await add_watcher(db, START)
    report = await report_of(db, watcher.workspace_id, Month(2026, 2), "UTC")
    (service,) = report.services
    assert service.unknown_s == report.seconds == 28 * 86_400
    assert (service.uptime_percent, service.days, service.p50_ms) == (None, "u" * 28, None)


@given(st.lists(st.tuples(st.sampled_from(LEDGER_STATES), st.integers(1, 9), st.booleans()), max_size=12))
def test_outages_are_stretches_of_down_without_a_break(parts: list[tuple[State, int, bool]]) -> None:
    segments, at = [], 0
    for state, length, gap in parts:
        at += gap
        segments.append(Segment(state, at, at + length))
        at += length
    moments = [any(s.state is State.DOWN and s.start <= moment < s.end for s in segments) for moment in range(at + 1)]
    runs = [len(list(run)) for down, run in groupby(moments) if down]
    assert outages_of(segments) == (len(runs), max(runs, default=0))
