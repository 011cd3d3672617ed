"""D1, D2, R12: the five states add up exactly, whatever the spans are, against an oracle that counts every unit."""

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healther.core.clock import HOUR_MS
from healther.history.ledger import (
    GAP_GRACE_MS,
    Segment,
    StateTimes,
    account,
    add_times,
    clip,
    gap_start,
    known_spans,
    ledger_state,
    shown_since,
    shown_state,
    time_per_state,
    time_per_window,
    uptime_percent,
)
from healther.history.values import TIME_COLUMNS
from healther.watchers.states import LEDGER_STATES, State

WATCHED = (State.HEALTHY, State.DEGRADED, State.DOWN)


class SpanRow(NamedTuple):
    state: State
    started_at: int
    ended_at: int | None


@dataclass
class Row:
    state: State = State.HEALTHY
    since: int = 0
    known_until: int | None = None


def field_of(state: State) -> str:
    return f"{state.label}_ms"


@st.composite
def ledgers(draw: st.DrawFn) -> tuple[list[SpanRow], Row, int]:
    """Touching spans of one watcher, the last one perhaps open, its hot row, and a now."""
    edges = sorted(draw(st.sets(st.integers(0, 300), min_size=1, max_size=8)))
    states = draw(st.lists(st.sampled_from(LEDGER_STATES), min_size=len(edges), max_size=len(edges)))
    rows = [
        SpanRow(state, start, end)
        for state, start, end in zip(states, edges, [*edges[1:], draw(st.none() | st.just(edges[-1] + 5))], strict=True)
    ]
    # Scaled so that the grace is one unit: a gap begins when now is more than one unit after known_until.
    known_until = draw(st.none() | st.integers(0, 400))
    now = draw(st.integers(0, 400))
    scaled = [
        SpanRow(r.state, r.started_at * GAP_GRACE_MS, None if r.ended_at is None else r.ended_at * GAP_GRACE_MS)
        for r in rows
    ]
    row = Row(rows[-1].state, scaled[-1].started_at, None if known_until is None else known_until * GAP_GRACE_MS)
    return scaled, row, now * GAP_GRACE_MS


def state_at(spans: list[SpanRow], row: Row, now: int, at: int) -> State:
    """The slow, obvious oracle: the state of one unit of time."""
    if at >= now and any(span.ended_at is None and span.started_at <= at for span in spans):
        return State.UNKNOWN
    for span in spans:
        if span.started_at <= at and (span.ended_at is None or at < span.ended_at):
            stale = (
                span.ended_at is None
                and span.state in WATCHED
                and row.known_until is not None
                and now > row.known_until + GAP_GRACE_MS
                and at >= row.known_until
            )
            return State.UNKNOWN if stale else span.state
    return State.UNKNOWN


@given(ledgers(), st.integers(0, 400), st.integers(0, 400))
def test_the_five_add_up_and_agree_with_counting_every_unit(
    ledger: tuple[list[SpanRow], Row, int], one: int, other: int
) -> None:
    spans, row, now = ledger
    first, last = min(one, other), max(one, other)
    times = time_per_state(known_spans(spans, row, now), first * GAP_GRACE_MS, last * GAP_GRACE_MS)
    oracle = Counter(state_at(spans, row, now, unit * GAP_GRACE_MS) for unit in range(first, last))
    assert times.total_ms == (last - first) * GAP_GRACE_MS
    for state in LEDGER_STATES:
        assert getattr(times, field_of(state)) == oracle[state] * GAP_GRACE_MS


@given(
    st.lists(
        st.builds(
            SpanRow,
            st.sampled_from(LEDGER_STATES),
            st.integers(-(10**6), 10**6),
            st.none() | st.integers(-(10**6), 10**6),
        ),
        max_size=10,
    ),
    st.none() | st.integers(-(10**6), 10**6),
    st.integers(-(10**6), 10**6),
)
def test_spans_a_stepped_clock_left_behind_never_count_twice_or_negative(
    spans: list[SpanRow], known_until: int | None, now: int
) -> None:
    segments = known_spans(spans, Row(known_until=known_until), now)
    assert all(segment.end > segment.start for segment in segments)
    assert all(after.start >= before.end for before, after in pairwise(segments))
    times = time_per_state(segments, -(10**6), 10**6)
    assert times.total_ms == 2 * 10**6
    assert min(getattr(times, field_of(state)) for state in LEDGER_STATES) >= 0
    assert times.uptime_percent is None or 0 <= times.uptime_percent <= 100


segment_lists = st.lists(st.tuples(st.sampled_from(LEDGER_STATES), st.integers(1, 3 * HOUR_MS)), max_size=12)


@given(segment_lists, st.integers(0, 5 * HOUR_MS), st.integers(0, 9 * HOUR_MS), st.integers(0, 9 * HOUR_MS))
def test_hours_accounted_add_up_to_the_window(
    parts: list[tuple[State, int]], start: int, from_ms: int, until_ms: int
) -> None:
    segments = []
    for state, length in parts:
        segments.append(Segment(state, start, start + length))
        start += length
    whole = time_per_state(segments, from_ms, until_ms)
    hours = account(segments, from_ms, until_ms)
    assert [hour for hour, _ in hours] == sorted({hour for hour, _ in hours})
    for state in set(LEDGER_STATES) - {State.UNKNOWN}:
        column = TIME_COLUMNS[state]
        assert sum(getattr(values, column) for _, values in hours) == getattr(whole, field_of(state))
    for hour, values in hours:
        within = time_per_state(segments, max(hour, from_ms), min(hour + HOUR_MS, until_ms))
        assert hour % HOUR_MS == 0
        assert {s: getattr(values, TIME_COLUMNS[s]) for s in LEDGER_STATES} == {
            s: getattr(within, field_of(s)) for s in LEDGER_STATES
        }
        assert within.unknown_ms < within.total_ms


@given(segment_lists, st.integers(0, 9 * HOUR_MS), st.integers(0, 9 * HOUR_MS), st.integers(0, 9 * HOUR_MS))
def test_a_window_is_the_sum_of_its_parts(parts: list[tuple[State, int]], a: int, b: int, c: int) -> None:
    segments, start = [], 0
    for state, length in parts:
        segments.append(Segment(state, start, start + length))
        start += length
    a, b, c = sorted((a, b, c))
    halves = time_per_window(segments, (a, b, c))
    assert halves == [time_per_state(segments, a, b), time_per_state(segments, b, c)]
    assert add_times(halves) == time_per_state(segments, a, c)


@given(*[st.integers(0, 10**13)] * 3)
def test_uptime_is_floored_and_only_perfect_is_a_hundred(healthy: int, degraded: int, down: int) -> None:
    percent = uptime_percent(healthy, degraded, down)
    known = healthy + degraded + down
    if known == 0:
        assert percent is None
        return
    assert percent is not None
    assert (percent == 100) == (down == 0)
    thousandths = round(percent * 1000)
    assert thousandths * known <= (healthy + degraded) * 100_000 < (thousandths + 1) * known


def test_one_lost_second_in_ninety_days_is_not_a_hundred_percent() -> None:
    assert uptime_percent(90 * 24 * HOUR_MS - 1000, 0, 1000) == 99.999
    assert uptime_percent(2, 0, 1) == 66.666


def test_maintenance_and_unknown_leave_the_denominator() -> None:
    assert StateTimes(healthy_ms=1, down_ms=1, unknown_ms=8, maintenance_ms=8).uptime_percent == 50.0
    assert StateTimes(unknown_ms=5, maintenance_ms=5).uptime_percent is None


def test_a_state_is_shown_until_results_are_overdue() -> None:
    row = Row(State.DOWN, since=1_000, known_until=60_000)
    assert shown_state(row, 60_000 + GAP_GRACE_MS) is State.DOWN
    assert shown_state(row, 60_001 + GAP_GRACE_MS) is State.UNKNOWN
    assert shown_since(row, 60_000) == 1_000
    assert shown_since(row, 60_001 + GAP_GRACE_MS) == 60_000


@pytest.mark.parametrize("state", [State.PENDING, State.PAUSED, State.UNKNOWN, State.MAINTENANCE])
def test_what_was_not_watched_cannot_go_stale(state: State) -> None:
    assert gap_start(state, 0, 10**12) is None
    assert shown_state(Row(state, 0, 0), 10**12) is state


def test_pending_and_paused_are_unknown_time() -> None:
    assert [ledger_state(state) for state in State] == [
        State.UNKNOWN,
        State.HEALTHY,
        State.DEGRADED,
        State.DOWN,
        State.MAINTENANCE,
        State.UNKNOWN,
        State.UNKNOWN,
    ]


def test_clipping_keeps_only_what_is_inside() -> None:
    segments = [Segment(State.HEALTHY, 0, 10), Segment(State.DOWN, 10, 20), Segment(State.HEALTHY, 20, 30)]
    assert clip(segments, 10, 20) == [Segment(State.DOWN, 10, 20)]
    assert clip(segments, 5, 12) == [Segment(State.HEALTHY, 5, 10), Segment(State.DOWN, 10, 12)]


def test_a_day_shows_its_worst_state() -> None:
    assert StateTimes(healthy_ms=9, down_ms=1, maintenance_ms=5).worst is State.DOWN
    assert StateTimes(healthy_ms=9, degraded_ms=1).worst is State.DEGRADED
    assert StateTimes(maintenance_ms=9, unknown_ms=9).worst is State.MAINTENANCE
    assert StateTimes(unknown_ms=9).worst is State.UNKNOWN
