"""Step 5, judge: what one check says, and what is believed after it. Pure: no clock, no I/O, no database.

Two switches, `impaired` (degraded or worse) and `down`, each with hysteresis: a switch turns on after
`failure_threshold` consecutive checks at or above its level and off after `recovery_threshold` consecutive checks
below it, and the change is dated back to the first check of that run. Below the threshold the old state is shown.
"""

from dataclasses import dataclass

from healther.core.clock import DAY_MS, SECOND_MS
from healther.probes.base import INCONCLUSIVE_REASONS, Observation, Reason
from healther.watchers.states import State

MAX_CONFIRM_DELAY_MS = 10 * SECOND_MS
_UNDECIDED = (State.PENDING, State.UNKNOWN)


@dataclass(slots=True, frozen=True)
class Thresholds:
    """How many consecutive checks it takes to believe a change."""

    failure: int = 2
    recovery: int = 1


@dataclass(slots=True)
class Belief:
    """What is believed of a watcher, and the run of checks that contradicts it so far. Times in epoch ms."""

    state: State
    since: int
    impaired_run: int = 0
    impaired_since: int | None = None
    down_run: int = 0
    down_since: int | None = None
    last_known: State | None = None
    """The last state that was not unknown or pending: what a person was last told."""


@dataclass(slots=True, frozen=True)
class Change:
    """A confirmed change of state; `at` is the first check that showed it, epoch ms."""

    from_state: State
    to_state: State
    at: int
    last_known: State | None


def status_of(
    observation: Observation, degraded_after_ms: int | None, certificate_days: int, now_ms: int
) -> tuple[State, Reason | None, str | None]:
    """What one check says by itself: status, and why when it is not healthy."""
    reason = observation.reason
    if reason is not None:
        return (State.UNKNOWN if reason in INCONCLUSIVE_REASONS else State.DOWN), reason, observation.message
    took_ms = observation.response_time_ms
    if degraded_after_ms is not None and took_ms is not None and took_ms > degraded_after_ms:
        return State.DEGRADED, Reason.SLOW, _too_slow(took_ms, degraded_after_ms)
    ends_ms = observation.certificate_not_after_ms
    if ends_ms is not None and ends_ms - now_ms < certificate_days * DAY_MS:
        left = max(0, ends_ms - now_ms) // DAY_MS
        return (
            State.DEGRADED,
            Reason.CERTIFICATE_EXPIRING,
            f"the certificate ends in {left} days, sooner than {certificate_days}; renew it",
        )
    return State.HEALTHY, None, None


def _too_slow(took_ms: float, limit_ms: int) -> str:
    """In whole milliseconds, or as exactly as it takes to be more than the limit."""
    for digits in range(4):
        told = f"{took_ms:.{digits}f}"
        if float(told) > limit_ms:
            return f"answered in {told} ms, slower than {limit_ms} ms"
    return f"answered in just over {limit_ms} ms"


def judge(belief: Belief, status: State, at: int, thresholds: Thresholds) -> tuple[Belief, Change | None]:
    """The belief after a check that said `status` at `at`, and the change it confirms, if any."""
    state = belief.state
    if status == state and not belief.impaired_run and not belief.down_run:
        return belief, None
    if status == State.UNKNOWN:
        return _moved(belief, State.UNKNOWN, at)
    if state in _UNDECIDED and (
        status == State.HEALTHY or (belief.last_known is not None and status <= belief.last_known)
    ):
        # Nothing is contradicted: a first good answer, or what was last known is (still) so.
        return _moved(belief, status, at)
    impaired_on, down_on = state in (State.DEGRADED, State.DOWN), state == State.DOWN
    impaired, impaired_run, impaired_since = _switch(
        impaired_on, status >= State.DEGRADED, belief.impaired_run, belief.impaired_since, at, thresholds
    )
    down, down_run, down_since = _switch(
        down_on, status >= State.DOWN, belief.down_run, belief.down_since, at, thresholds
    )
    if (impaired, down) == (impaired_on, down_on):
        run_on = Belief(state, belief.since, impaired_run, impaired_since, down_run, down_since, belief.last_known)
        return run_on, None
    new_state = State.DOWN if down else State.DEGRADED if impaired else State.HEALTHY
    flipped = (
        belief.impaired_since if impaired != impaired_on else None,
        belief.down_since if down != down_on else None,
    )
    dated = min((since for since in flipped if since is not None), default=at)
    moved, change = _moved(belief, new_state, dated)
    # The switch that did not flip keeps its run: it may be on its own way.
    if impaired == impaired_on:
        moved.impaired_run, moved.impaired_since = impaired_run, impaired_since
    if down == down_on:
        moved.down_run, moved.down_since = down_run, down_since
    return moved, change


def follow(
    belief: Belief, unwatched_since: int | None, status: State, at: int, thresholds: Thresholds
) -> tuple[Belief, Change | None, Change | None]:
    """The belief after a check in front of which nobody watched since `unwatched_since` (None = somebody did).

    Also the change to unknown that makes, and the change the check confirms.
    """
    unwatched = None
    if unwatched_since is not None:
        belief, unwatched = interrupted(belief, max(unwatched_since, belief.since))
    belief, change = judge(belief, status, at, thresholds)
    return belief, unwatched, change


def interrupted(belief: Belief, at: int) -> tuple[Belief, Change]:
    """The belief after nobody watched since `at`: unknown, with every unconfirmed run void."""
    return Belief(State.UNKNOWN, at, last_known=belief.state), Change(belief.state, State.UNKNOWN, at, belief.state)


def is_confirming(belief: Belief) -> bool:
    """Whether a worse state is waiting for its confirmation: the next check comes early."""
    worse_than_shown = belief.down_run > 0 and belief.state != State.DOWN
    return worse_than_shown or (belief.impaired_run > 0 and belief.state not in (State.DEGRADED, State.DOWN))


def confirm_delay_ms(interval_ms: int) -> int:
    """How soon a failed check is repeated: 10 s, or a tenth of the interval where that is shorter."""
    return min(MAX_CONFIRM_DELAY_MS, interval_ms // 10)


def _switch(
    on: bool, seen: bool, run: int, since: int | None, at: int, thresholds: Thresholds
) -> tuple[bool, int, int | None]:
    """One switch after one check: (on, contradicting run, its first check)."""
    if seen == on:
        return on, 0, None
    run += 1
    if run >= (thresholds.failure if seen else thresholds.recovery):
        return seen, 0, None
    return on, run, at if since is None else since


def _moved(belief: Belief, to_state: State, at: int) -> tuple[Belief, Change | None]:
    known = belief.state if belief.state not in _UNDECIDED else belief.last_known
    if to_state == belief.state:
        return Belief(to_state, belief.since, last_known=belief.last_known), None
    return Belief(to_state, at, last_known=known), Change(belief.state, to_state, at, known)
