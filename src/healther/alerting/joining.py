"""When those who know of an incident hear of who has joined it since, and of who is back. Pure; times in epoch ms.

Of the first at once: what shares an address may have nothing to do with what was told. Of those that follow together:
once nobody can join any more, and then no oftener than every PACE_MS, unless as many have joined as were told of. So a
storm of n watchers costs a few messages, not n, and nobody waits for the first news. Where MANY were told of, the first
that joins is told of with those that follow: a storm is one message at first.
"""

from collections.abc import Sequence
from typing import NamedTuple

from healther.alerting.grouping import GROUP_WINDOW_MS
from healther.alerting.waits import LONGEST_WAIT_MS
from healther.core.clock import MINUTE_MS

PACE_MS = 5 * MINUTE_MS
MANY = 10
RETURN_WAIT_MS = GROUP_WINDOW_MS + LONGEST_WAIT_MS


class Following(NamedTuple):
    """How many watchers a policy has told of, and when it may tell of more; None = at once."""

    told_members: int
    at: int | None


def window_ends_at(started_at: int) -> int:
    """When nobody can join any more, who is confirmed in time, an incident that began then."""
    return started_at + RETURN_WAIT_MS


def begin(told_members: int) -> Following:
    """A policy sets to work on an incident, and tells of so many."""
    return Following(told_members, None)


def follow_up(following: Following, count: int, started_at: int, now_ms: int) -> tuple[bool, Following]:
    """Whether those `count` that have joined and were not told of are told of now, and how it goes on from there."""
    told_members, at = following
    ends_at = window_ends_at(started_at)
    if at is None and count and told_members >= MANY and now_ms < ends_at:
        return False, Following(told_members, ends_at)
    doubled = count >= told_members > 0 and now_ms >= ends_at
    if not (count > 0 if at is None else now_ms >= at or doubled):
        return False, following
    if not count:
        return False, Following(told_members, None)
    return True, Following(told_members + count, ends_at if now_ms < ends_at else now_ms + PACE_MS)


def returns_at(since: Sequence[int], told: int, last_at: int | None) -> int | None:
    """When those that are back, `since` these times, are told of while the incident goes on; None = there are none.

    The first ones once others have had the time to follow, then no oftener than those that join.
    """
    if not since:
        return None
    at = min(since) + RETURN_WAIT_MS
    return at if last_at is None or len(since) >= told else max(at, last_at + PACE_MS)


def by_this_clock(returns_at: int, known_at: int | None, now_ms: int) -> int:
    """When that is, where it is further ahead than it ever is: a clock that has been set back noted since when (R12).

    `known_at`: when those that are back were to be told of so far.
    """
    if returns_at <= now_ms + PACE_MS:
        return returns_at
    return now_ms + RETURN_WAIT_MS if known_at is None else min(known_at, now_ms + PACE_MS)
