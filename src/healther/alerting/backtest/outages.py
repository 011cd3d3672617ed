"""The outages that a watcher's changes of state make, as incidents follow them, flapping included. Pure; epoch ms."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from healther.alerting.flapping import FLAP_RULES, FlapRule, flaps, settles_at
from healther.incidents.moved import IMPAIRED
from healther.monitoring.judge import Belief
from healther.monitoring.replay import Confirmed
from healther.watchers.states import State

_SEEN = (State.HEALTHY, *IMPAIRED)


@dataclass(slots=True, eq=False)
class Outage:
    """From the first failing check to the first good one; `over_at`: when that was certain, and the incident ended."""

    watcher_id: UUID
    started_at: int
    confirmed_at: int
    state: State
    reason: str | None = None
    message: str | None = None
    before: bool = False
    """It was going on when the time that is looked at began: whoever was to hear of it had heard."""
    first_reason: str | None = None
    worse_at: int | None = None
    """When it was confirmed to be down after all."""
    ended_at: int | None = None
    over_at: int | None = None
    flapping: list[tuple[int, int | None]] = field(default_factory=list)
    """When it came and went too often to be told of: from, until (None = to the end of the time looked at)."""

    @property
    def first_state(self) -> State:
        """What it was when it was confirmed."""
        return State.DEGRADED if self.worse_at is not None else self.state

    @property
    def flaps_now(self) -> bool:
        """Whether it has not settled."""
        return bool(self.flapping) and self.flapping[-1][1] is None


def outages_of(
    watcher_id: UUID, start: Belief, changes: Iterable[Confirmed], until_ms: int, rules: Sequence[FlapRule] = FLAP_RULES
) -> list[Outage]:
    """A watcher's outages in order, from what was believed at the start until `until_ms`."""
    walk = _Walk(watcher_id, rules, start.state)
    if start.state in IMPAIRED:
        walk.begin(Outage(watcher_id, start.since, start.since, start.state, before=True))
    for each in changes:
        walk.pass_to(each.confirmed_at)
        walk.take(each)
    walk.pass_to(until_ms)
    return walk.found


@dataclass(slots=True)
class _Walk:
    watcher_id: UUID
    rules: Sequence[FlapRule]
    state: State
    found: list[Outage] = field(default_factory=list)
    going_on: Outage | None = None
    times: list[int] = field(default_factory=list)
    """When it changed from one known state to another, as far back as the rules look."""

    def begin(self, outage: Outage) -> None:
        self.going_on = outage
        self.found.append(outage)

    def pass_to(self, at: int) -> None:
        """Time goes on to `at`: what has not changed for long enough has settled."""
        outage = self.going_on
        if outage is None or not outage.flaps_now or self.state not in _SEEN:
            return
        since = outage.flapping[-1][0]
        settled_at = max(since, settles_at(self.times or [since]))
        if settled_at > at:
            return
        outage.flapping[-1] = (since, settled_at)
        if self.state is State.HEALTHY:
            outage.over_at, self.going_on = settled_at, None

    def take(self, seen: Confirmed) -> None:
        change, at = seen.change, seen.confirmed_at
        self.state = change.to_state
        if self.state in _SEEN and change.last_known not in (None, self.state):
            looks_back_ms = max(rule.within_ms for rule in self.rules)
            self.times = [each for each in self.times if each > change.at - looks_back_ms] + [change.at]
        outage = self.going_on
        if self.state in IMPAIRED:
            self._impaired(seen)
        elif self.state is State.HEALTHY and outage is not None:
            outage.ended_at = change.at
            if not outage.flaps_now:
                outage.over_at, self.going_on = at, None

    def _impaired(self, seen: Confirmed) -> None:
        change, at = seen.change, seen.confirmed_at
        outage = self.going_on
        if outage is None:
            outage = Outage(
                self.watcher_id, change.at, at, change.to_state, seen.reason, seen.message, first_reason=seen.reason
            )
            self.begin(outage)
        outage.ended_at = None
        if change.to_state is State.DOWN and outage.state is State.DEGRADED:
            outage.state, outage.worse_at = State.DOWN, at
            outage.reason, outage.message = seen.reason, seen.message
        if not outage.flaps_now and flaps(self.times, at, self.rules) is not None:
            outage.flapping.append((at, None))
