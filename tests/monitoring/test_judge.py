"""The judge against slow, obvious oracles: every false alarm is won or lost here."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healther.monitoring.judge import Belief, Change, Thresholds, confirm_delay_ms, is_confirming, judge, status_of
from healther.probes.base import INCONCLUSIVE_REASONS, Observation, Phases, Reason
from healther.watchers.states import State

KNOWN = (State.HEALTHY, State.DEGRADED, State.DOWN)
thresholds = st.builds(Thresholds, failure=st.integers(1, 4), recovery=st.integers(1, 4))
known_statuses = st.lists(st.sampled_from(KNOWN), max_size=40)
any_statuses = st.lists(st.sampled_from([*KNOWN, State.UNKNOWN]), max_size=40)


def run(statuses: list[State], limits: Thresholds, start: Belief) -> list[tuple[Belief, Change | None]]:
    """The belief after each check; check number i happens at second i."""
    beliefs = []
    belief = start
    for number, status in enumerate(statuses):
        belief, change = judge(belief, status, number * 1000, limits)
        beliefs.append((belief, change))
    return beliefs


def last_run_ending(flags: list[bool], length: int) -> int:
    """The index at which the latest run of `length` true flags was complete; -1 = never."""
    complete = [end for end in range(length - 1, len(flags)) if all(flags[end - length + 1 : end + 1])]
    return max(complete, default=-1)


def oracle_state(statuses: list[State], limits: Thresholds) -> State:
    """From the definition: a level is on if its last confirming run is later than its last clearing run."""
    for level in (State.DOWN, State.DEGRADED):
        reached = [status >= level for status in statuses]
        below = [not flag for flag in reached]
        if last_run_ending(reached, limits.failure) > last_run_ending(below, limits.recovery):
            return level
    return State.HEALTHY


@given(known_statuses, thresholds)
def test_the_state_is_what_the_definition_says_after_every_check(statuses: list[State], limits: Thresholds) -> None:
    beliefs = run(statuses, limits, Belief(State.HEALTHY, 0))
    for number, (belief, _) in enumerate(beliefs):
        assert belief.state == oracle_state(statuses[: number + 1], limits)


@given(known_statuses, thresholds)
def test_a_change_is_dated_back_to_the_first_check_of_its_run(statuses: list[State], limits: Thresholds) -> None:
    for number, (_, change) in enumerate(run(statuses, limits, Belief(State.HEALTHY, 0))):
        if change is None:
            continue
        needed = limits.failure if change.to_state > change.from_state else limits.recovery
        assert change.at == (number - needed + 1) * 1000


@given(any_statuses, thresholds)
def test_changes_form_a_chain_whose_dates_never_go_back(statuses: list[State], limits: Thresholds) -> None:
    state, since = State.PENDING, 0
    for belief, change in run(statuses, limits, Belief(State.PENDING, 0)):
        if change is None:
            assert (belief.state, belief.since) == (state, since)
            continue
        assert change.from_state == state != change.to_state
        assert change.at >= since
        state, since = belief.state, belief.since
        assert (state, since) == (change.to_state, change.at)


@given(any_statuses, thresholds)
def test_what_healther_could_not_see_is_never_called_down(statuses: list[State], limits: Thresholds) -> None:
    for status, (belief, _) in zip(statuses, run(statuses, limits, Belief(State.PENDING, 0)), strict=True):
        if status == State.UNKNOWN:
            assert belief.state == State.UNKNOWN


@given(st.lists(st.sampled_from([State.UNKNOWN, State.DOWN]), max_size=20), thresholds)
def test_after_unknown_time_a_service_still_down_is_down_at_once_and_says_what_was_known(
    statuses: list[State], limits: Thresholds
) -> None:
    start = Belief(State.DOWN, 0)
    for status, (belief, change) in zip(statuses, run(statuses, limits, start), strict=True):
        assert belief.state == status
        if change is not None and change.to_state == State.DOWN:
            assert change.last_known == State.DOWN  # alerting sees: nothing new


@given(st.lists(st.sampled_from([State.HEALTHY, State.DOWN]), min_size=1, max_size=40))
def test_alternation_never_becomes_down_with_the_default_thresholds(statuses: list[State]) -> None:
    alternating = [State.HEALTHY if number % 2 else State.DOWN for number, _ in enumerate(statuses)]
    assert all(belief.state == State.HEALTHY for belief, _ in run(alternating, Thresholds(), Belief(State.HEALTHY, 0)))


def test_a_first_good_answer_needs_no_confirmation_and_a_first_failure_does() -> None:
    healthy, _ = run([State.HEALTHY], Thresholds(), Belief(State.PENDING, 0))[0]
    assert healthy.state == State.HEALTHY
    first, second = run([State.DOWN, State.DOWN], Thresholds(), Belief(State.PENDING, 0))
    assert (first[0].state, second[0].state) == (State.PENDING, State.DOWN)
    assert second[0].since == 0


@pytest.mark.parametrize(
    ("state", "status", "expected"),
    [
        (State.HEALTHY, State.DOWN, True),
        (State.HEALTHY, State.DEGRADED, True),
        (State.DEGRADED, State.DOWN, True),
        (State.PENDING, State.DOWN, True),
        (State.UNKNOWN, State.DOWN, True),
        (State.DOWN, State.HEALTHY, False),
        (State.DOWN, State.DOWN, False),
        (State.HEALTHY, State.HEALTHY, False),
    ],
)
def test_only_a_worse_state_is_confirmed_early(state: State, status: State, expected: bool) -> None:
    belief, _ = judge(Belief(state, 0), status, 1000, Thresholds(failure=3, recovery=3))
    assert is_confirming(belief) is expected


def test_a_failure_is_confirmed_after_ten_seconds_or_a_tenth_of_a_shorter_interval() -> None:
    assert confirm_delay_ms(10_000) == 1_000
    assert confirm_delay_ms(60_000) == 6_000
    assert confirm_delay_ms(3_600_000) == 10_000


@pytest.mark.parametrize("reason", Reason)
def test_every_failure_is_down_unless_healther_could_not_look(reason: Reason) -> None:
    status, why, message = status_of(Observation(Phases(), reason=reason, message="m"), None, 14, 0)
    assert status == (State.UNKNOWN if reason in INCONCLUSIVE_REASONS else State.DOWN)
    assert (why, message) == (reason, "m")


@pytest.mark.parametrize(
    ("took_ms", "said"),
    [
        (739.4, "answered in 739 ms, slower than 1 ms"),
        (1.5, "answered in 2 ms, slower than 1 ms"),
        (1.4, "answered in 1.4 ms, slower than 1 ms"),
        (1.04, "answered in 1.04 ms, slower than 1 ms"),
        (1.000_1, "answered in just over 1 ms"),
    ],
)
def test_how_slow_an_answer_was_is_told_so_that_it_is_more_than_its_limit(took_ms: float, said: str) -> None:
    slow = Observation(Phases(), response_time_ms=took_ms)
    assert status_of(slow, 1, 14, 0) == (State.DEGRADED, Reason.SLOW, said)


def test_slow_answers_and_ending_certificates_are_degraded() -> None:
    day_ms = 86_400_000
    fine = Observation(Phases(), response_time_ms=500.0, certificate_not_after_ms=14 * day_ms)
    assert status_of(fine, 500, 14, 0)[0] == State.HEALTHY
    assert status_of(fine, 499, 14, 0)[:2] == (State.DEGRADED, Reason.SLOW)
    status, reason, message = status_of(fine, None, 14, 1)
    assert (status, reason) == (State.DEGRADED, Reason.CERTIFICATE_EXPIRING)
    assert message is not None
    assert "13 days" in message
