"""The decisions as plain functions, against slow and obvious oracles."""

from bisect import bisect_right
from dataclasses import replace
from itertools import combinations, pairwise
from typing import Any
from uuid import UUID, uuid5

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from healther.alerting.flapping import FLAP_RULES, LONGEST_CALM_MS, SHORTEST_CALM_MS, flaps, settles_at
from healther.alerting.grouping import GROUP_WINDOW_MS, MOMENT_COUNT, Candidate, group
from healther.alerting.holds import CHILD_WAIT_MS, PARENT_WAIT_MS, Child, Held, Parent, held
from healther.alerting.planner.load import causes_of
from healther.alerting.planner.situation import Case, Standing
from healther.alerting.steps import advance
from healther.alerting.waits import GROUP_WAIT_MS, LONGEST_WAIT_MS, ready_in
from healther.core.clock import HOUR_MS, MINUTE_MS, SECOND_MS
from healther.incidents.grounds import Because, Grounds
from healther.incidents.models import CauseKind, Hold, Incident
from healther.watchers.states import State

NAMESPACE = UUID(int=7)

causes = st.frozensets(
    st.tuples(st.sampled_from([CauseKind.HOST, CauseKind.ADDRESS, CauseKind.ZONE]), st.sampled_from("abc")), max_size=3
)
one = st.builds(
    lambda started, region, shared, told: Candidate(NAMESPACE, started * SECOND_MS, region, shared, told),
    st.integers(0, 200),
    st.sampled_from(["here", "there"]),
    causes,
    st.booleans(),
)


@st.composite
def candidates(draw: st.DrawFn) -> list[Candidate]:
    drawn = draw(st.lists(one, max_size=25))
    return [replace(each, incident_id=uuid5(NAMESPACE, str(number))) for number, each in enumerate(drawn)]


@settings(deadline=None)
@given(candidates(), st.randoms())
def test_grouping_is_the_same_in_any_order_and_joins_only_what_belongs_together(
    given_: list[Candidate], random: object
) -> None:
    merges = group(given_)
    shuffled = list(given_)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert group(shuffled) == merges
    by_id = {each.incident_id: each for each in given_}
    taken = [each for merge in merges for each in (merge.target, *merge.sources)]
    assert len(taken) == len(set(taken)), "an incident is in one merge at most"
    for merge in merges:
        sources = [by_id[each] for each in merge.sources]
        assert sources
        assert not any(each.told for each in sources), "what people know of is never merged away"
        members = [by_id[merge.target], *sources]
        spread = max(each.started_at for each in members) - min(each.started_at for each in members)
        kind, value = merge.cause
        if kind is CauseKind.REGION:
            assert spread <= 2 * GROUP_WINDOW_MS, "groups that began within the window"
            assert {each.region for each in members} == {value}
        else:
            assert spread <= GROUP_WINDOW_MS
            assert all(merge.cause in each.causes for each in members)


@settings(deadline=None)
@given(candidates())
def test_nothing_that_belongs_together_is_left_apart(given_: list[Candidate]) -> None:
    taken = {each for merge in group(given_) for each in (merge.target, *merge.sources)}
    left = [each for each in given_ if each.incident_id not in taken]
    for first, second in combinations(left, 2):
        near = abs(first.started_at - second.started_at) <= GROUP_WINDOW_MS
        assert not (near and first.causes & second.causes) or (first.told and second.told)
    for each in left:
        at_once = [
            other for other in left
            if other.region == each.region and 0 <= other.started_at - each.started_at <= GROUP_WINDOW_MS
        ]  # fmt: skip
        assert len(at_once) < MOMENT_COUNT or all(other.told for other in at_once)


def test_ten_at_the_same_moment_are_one_and_nine_are_not() -> None:
    many = [
        Candidate(uuid5(NAMESPACE, str(number)), number, "here", frozenset({(CauseKind.HOST, str(number))}))
        for number in range(MOMENT_COUNT)
    ]
    assert group(many[1:]) == []
    (merge,) = group(many)
    assert (merge.target, len(merge.sources), merge.cause) == (many[0].incident_id, 9, (CauseKind.REGION, "here"))
    told = replace(many[0], told=True, grouped=True, causes=frozenset({(CauseKind.REGION, "here")}))
    (joined,) = group([told, many[5]])
    assert (joined.target, joined.sources) == (told.incident_id, (many[5].incident_id,)), "a moment that goes on"


@pytest.mark.parametrize(
    ("url", "zone"),
    [
        ("https://shop.eu.example.co.uk/", "example.co.uk"), ("http://example.org:8080/x", "example.org"),
        ("http://127.0.0.1/", None), ("http://[::1]/", None), ("http://localhost/", None),
    ],
)  # fmt: skip
def test_a_zone_is_what_somebody_registered(url: str, zone: str | None) -> None:
    assert {value for kind, value in causes_of(url, None, None) if kind is CauseKind.ZONE} == ({zone} - {None})


times = st.lists(st.integers(0, 40 * 60), min_size=1, max_size=30, unique=True).map(
    lambda minutes: sorted(each * MINUTE_MS for each in minutes)
)


@settings(deadline=None)
@given(times, st.integers(0, 40 * 60))
def test_flapping_is_so_many_changes_within_so_long(changes: list[int], now_minute: int) -> None:
    now = now_minute * MINUTE_MS
    until_now = changes[: bisect_right(changes, now)]
    for before, after in pairwise(until_now):
        if after - before >= 6 * HOUR_MS:
            until_now = [each for each in until_now if each >= after]
    expected = [
        rule for rule in FLAP_RULES
        if len(until_now) >= rule.changes and until_now[-rule.changes] > now - rule.within_ms
    ]  # fmt: skip
    assert flaps(changes, now) == (expected[0] if expected else None)


@settings(deadline=None)
@given(times)
def test_it_has_settled_after_three_average_gaps_within_bounds(changes: list[int]) -> None:
    calm = settles_at(changes) - changes[-1]
    assert SHORTEST_CALM_MS <= calm <= LONGEST_CALM_MS
    last = changes[-5:]
    gaps = [after - before for before, after in pairwise(last)]
    if gaps and SHORTEST_CALM_MS < calm < LONGEST_CALM_MS:
        assert abs(calm - 3 * sum(gaps) / len(gaps)) <= 3


@settings(deadline=None)
@given(st.integers(1, 600), st.integers(1, 600), st.integers(12, 80))
def test_what_alternates_at_an_even_pace_never_leaves_flapping_once_it_is_in_it(
    down_minutes: int, up_minutes: int, count: int
) -> None:
    """Down for so long, then up for so long, again and again; up to ten hours each."""
    changes: list[int] = []
    inside, at, seen = False, 0, 0
    for number in range(2 * count):
        at += (up_minutes if number % 2 == 0 else down_minutes) * MINUTE_MS
        assert not inside or settles_at(changes) > at, "it would be told again and again"
        changes.append(at)
        seen += not inside
        inside = inside or flaps(changes, at) is not None
    outage = down_minutes + up_minutes
    if 6 * outage <= 24 * 60:
        assert inside
        assert seen <= 12, "told this often at most"
    else:
        assert not inside or 5 * outage < 24 * 60, "less than six a day are told"


@settings(deadline=None)
@given(
    st.lists(st.integers(0, 20), min_size=1, max_size=4, unique=True).map(sorted),
    st.none() | st.integers(1, 10),
    st.lists(st.integers(0, 6), min_size=1, max_size=40),
)
def test_steps_go_out_once_in_order_never_early_and_reminders_only_after_the_last(
    after: list[int], remind: int | None, waits: list[int]
) -> None:
    next_step, next_at, now = 0, 0, 0
    sent: list[int] = []
    reminded: list[int] = []
    for wait in waits:
        now += wait
        found = advance(after, remind, started_at=0, next_step=next_step, next_at=next_at, now_ms=now)
        sent += found.steps
        assert all(after[step] <= now for step in found.steps)
        assert sent == [step for step in range(len(after)) if after[step] <= now], "each as soon as it is due"
        if found.remind:
            assert remind is not None
            assert len(sent) == len(after)
            assert not reminded or now - reminded[-1] >= remind
            reminded.append(now)
        if len(sent) < len(after):
            assert found.next_at == after[len(sent)]
        elif remind is None:
            assert found.next_at is None
        else:
            assert found.next_at is not None
            assert now < found.next_at <= now + remind
        next_step, next_at = found.next_step, found.next_at


CHILD = Child(State.DOWN, started_at=100_000, detected_at=110_000, last_checked_at=110_000)
ROUTER = Parent("router", State.HEALTHY, since=0, last_checked_at=105_000)
NOW = 112_000


def why(because: Because, name: str | None = "router", state: str | None = None) -> Grounds:
    return Grounds(because=because, name=name, state=state)


@pytest.mark.parametrize(
    ("child", "parent", "now", "expected"),
    [
        (CHILD, ROUTER, NOW, None),
        (
            replace(CHILD, maintenance="New switch", flapping=True), ROUTER, NOW,
            Held(Hold.MAINTENANCE, why(Because.MAINTENANCE, "New switch")),
        ),
        (replace(CHILD, flapping=True), ROUTER, NOW, Held(Hold.FLAPPING, why(Because.FLAPPING, None))),
        (CHILD, replace(ROUTER, state=State.DOWN), NOW, Held(Hold.PARENT, why(Because.PARENT_IS, state="down"))),
        (CHILD, replace(ROUTER, state=State.DEGRADED), NOW, None),
        (
            replace(CHILD, state=State.DEGRADED), replace(ROUTER, state=State.DEGRADED), NOW,
            Held(Hold.PARENT, why(Because.PARENT_IS, state="degraded")),
        ),
        (CHILD, replace(ROUTER, flapping=True), NOW, Held(Hold.PARENT, why(Because.PARENT_FLAPS))),
        (CHILD, replace(ROUTER, state=State.UNKNOWN, last_checked_at=None), NOW, None),
        (CHILD, replace(ROUTER, failing=True), NOW, Held(Hold.PARENT, why(Because.PARENT_FAILS), True)),
        (CHILD, replace(ROUTER, failing=True), 110_000 + PARENT_WAIT_MS, None),
        (replace(CHILD, told=True), replace(ROUTER, failing=True), NOW, None),
        (
            CHILD, replace(ROUTER, last_checked_at=99_999), NOW,
            Held(Hold.PARENT, why(Because.PARENT_NOT_CHECKED), True),
        ),
        (
            CHILD, replace(ROUTER, since=200_000, last_checked_at=200_000), 201_000,
            Held(Hold.PARENT, why(Because.PARENT_IS_BACK), True),
        ),
        (CHILD, replace(ROUTER, since=200_000, last_checked_at=200_000), 200_000 + CHILD_WAIT_MS, None),
        (replace(CHILD, last_checked_at=200_001), replace(ROUTER, since=200_000), 201_000, None),
    ],
)  # fmt: skip
def test_what_holds_an_alert_back(child: Child, parent: Parent, now: int, expected: Held | None) -> None:
    assert held(replace(child, parents=[parent]), now) == expected


@settings(deadline=None)
@given(st.lists(st.integers(0, 30_000), min_size=1, max_size=30).map(sorted))
def test_changes_wait_for_those_that_follow_and_never_for_longer_than_ten_seconds(detected: list[int]) -> None:
    now = detected[-1]
    wait = ready_in(detected[0], now, now)
    assert 0 <= wait <= GROUP_WAIT_MS
    assert now + wait - detected[0] <= max(LONGEST_WAIT_MS, now - detected[0])
    assert ready_in(detected[0], now, now + wait) == 0


def test_changes_from_the_future_do_not_wait_for_it() -> None:
    assert ready_in(HOUR_MS, HOUR_MS, 0) == 0


@pytest.mark.parametrize(
    ("columns", "waits", "standing"),
    [
        ({}, False, Standing.NEW),
        ({}, True, Standing.HELD),
        ({"acknowledged_at": 2}, False, Standing.NEW),
        ({"planned_at": 2}, False, Standing.TOLD),
        ({"planned_at": 2, "acknowledged_at": 3}, False, Standing.TAKEN_ON),
        ({"planned_at": 2, "acknowledged_at": 3, "hold": "parent"}, False, Standing.HELD),
        ({"hold": "flapping"}, True, Standing.FLAPPING),
        ({"hold": "flapping", "resolved_at": 3}, False, Standing.MISSED),
        ({"planned_at": 2, "acknowledged_at": 3, "resolved_at": 4}, False, Standing.OVER),
    ],
)
def test_an_incident_stands_in_one_way_for_alerting(columns: dict[str, Any], waits: bool, standing: Standing) -> None:
    incident = Incident(workspace_id=NAMESPACE, title="Shop", started_at=1, detected_at=1, **columns)
    assert Case(incident, waits=waits).standing is standing
