"""Stored checks, judged again by other rules: what `settle` made of a result is made of its health event. Pure.

What a check saw is read back from what it was called then: how long it took, why it failed, and of a certificate that
was about to end, when. Times are epoch ms.
"""

import math
import re
from dataclasses import dataclass, field
from typing import NamedTuple

from healther.core.clock import DAY_MS
from healther.history.ledger import gap_start
from healther.monitoring.judge import Belief, Change, Thresholds, follow, status_of
from healther.probes.base import Observation, Phases, Reason

_CERTIFICATE_ENDS = re.compile(r"the certificate ends in (\d+) days, sooner than (\d+)")
_OURS = (Reason.SLOW, Reason.CERTIFICATE_EXPIRING)
"""Reasons that are a judgement: the probe itself found everything it expected."""


@dataclass(slots=True, frozen=True)
class Rules:
    """By what a watcher's checks are judged."""

    thresholds: Thresholds
    degraded_after_ms: int | None
    certificate_days: int


class StoredCheck(NamedTuple):
    """A health event; `unwatched_since`: nobody had watched since then."""

    at: int
    reason: Reason | None
    message: str | None
    response_time_ms: float | None
    unwatched_since: int | None = None


class Confirmed(NamedTuple):
    """A change of state, the start of the check that confirmed it, and what that check said."""

    change: Change
    confirmed_at: int
    reason: str | None
    message: str | None


@dataclass(slots=True)
class Replay:
    """One watcher's checks under one set of rules, oldest first."""

    belief: Belief
    rules: Rules
    changes: list[Confirmed] = field(default_factory=list)

    def take(self, check: StoredCheck, observation: Observation) -> None:
        """The next check, and what it saw (`observation_of`)."""
        rules, at = self.rules, check.at
        status, reason, message = status_of(observation, rules.degraded_after_ms, rules.certificate_days, at)
        gap = None if check.unwatched_since is None else gap_start(self.belief.state, check.unwatched_since, at, 0)
        self.belief, unwatched, change = follow(self.belief, gap, status, at, rules.thresholds)
        if unwatched is not None:
            self.changes.append(Confirmed(unwatched, at, None, None))
        if change is not None:
            self.changes.append(Confirmed(change, at, reason, message))


def observation_of(check: StoredCheck) -> Observation:
    """What a stored check saw, as far as it can be judged again."""
    reason, took_ms = check.reason, check.response_time_ms
    if reason not in _OURS:
        return Observation(Phases(), took_ms, None, reason, check.message)
    if reason is Reason.SLOW:
        # It was slower than its limit, also where the database rounded it down to just that.
        return Observation(Phases(), None if took_ms is None else math.nextafter(took_ms, math.inf))
    return Observation(Phases(), took_ms, certificate_not_after_ms=_certificate_end(check))


def _certificate_end(check: StoredCheck) -> int:
    """When a certificate that was called expiring ended: exact to the day, by which alone it is judged."""
    found = _CERTIFICATE_ENDS.match(check.message or "")
    left, sooner_than = (0, 1) if found is None else map(int, found.groups())
    # With a limit of no days only one that had ended already was called so.
    return check.at + left * DAY_MS if sooner_than else check.at - 1
