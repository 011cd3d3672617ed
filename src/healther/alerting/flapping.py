"""Flapping: a watcher that changes its state too often to be believed. Pure; times in epoch ms, oldest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from healther.core.clock import HOUR_MS, MINUTE_MS

SHORTEST_CALM_MS = 10 * MINUTE_MS
LONGEST_CALM_MS = 6 * HOUR_MS
CALM_FACTOR = 3
LAST_CHANGES = 5


@dataclass(frozen=True, slots=True)
class FlapRule:
    """So many changes within so long are flapping."""

    changes: int
    within_ms: int


# The first stops a service that comes and goes by the minute, the second one that is out six times a day. Whatever
# breaks the second keeps a state for less than five hours, less than LONGEST_CALM_MS: it never seems to have settled.
FLAP_RULES = (FlapRule(5, 30 * MINUTE_MS), FlapRule(12, 24 * HOUR_MS))
LOOK_BACK_MS = max(rule.within_ms for rule in FLAP_RULES)


def flaps(changes: Sequence[int], now_ms: int, rules: Sequence[FlapRule] = FLAP_RULES) -> FlapRule | None:
    """The rule that changes at these times break, if one is: those up to `now_ms`, since it was calm for six hours."""
    until_now = [at for at in changes if at <= now_ms]
    calm = [after for before, after in pairwise(until_now) if after - before >= LONGEST_CALM_MS]
    counting = [at for at in until_now if not calm or at >= calm[-1]]
    for rule in rules:
        if sum(now_ms - rule.within_ms < at for at in counting) >= rule.changes:
            return rule
    return None


def settles_at(changes: Sequence[int]) -> int:
    """When a flapping watcher that changes no more has settled.

    After three times the average time between its last five changes; at least ten minutes, at most six hours.
    """
    last = changes[-LAST_CHANGES:]
    average_ms = (last[-1] - last[0]) // max(1, len(last) - 1)
    return last[-1] + min(max(CALM_FACTOR * average_ms, SHORTEST_CALM_MS), LONGEST_CALM_MS)
