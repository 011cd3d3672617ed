"""Why nobody is told of a failing watcher for now: maintenance, flapping, a parent, healther's own line.

Pure; times in epoch ms.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from healther.core.clock import MINUTE_MS, SECOND_MS, has_passed
from healther.history.ledger import GAP_GRACE_MS
from healther.incidents.grounds import Because, Grounds
from healther.incidents.models import Hold
from healther.watchers.states import State

# A parent that broke too is seen within its confirmation; one that is looked at seldom is not waited for.
PARENT_WAIT_MS = 30 * SECOND_MS
# Once the parent is back, a child is believed from its next check on, or after this.
CHILD_WAIT_MS = 5 * MINUTE_MS
# Where nobody has checked for a while, the next check is waited for, or this: one that never comes must not be silence.
UNWATCHED_WAIT_MS = MINUTE_MS
_SEEN = (State.HEALTHY, State.DEGRADED, State.DOWN)


@dataclass(frozen=True, slots=True)
class Parent:
    """What is known of a watcher that another one depends on."""

    name: str
    state: State
    since: int
    last_checked_at: int | None
    failing: bool = False
    """Its last check failed and is not confirmed yet."""
    flapping: bool = False


@dataclass(frozen=True, slots=True)
class Child:
    """A watcher that is in an open incident, and what could explain it."""

    state: State
    started_at: int
    """When this incident began."""
    detected_at: int
    last_checked_at: int | None
    told: bool = False
    """People have heard of it: nothing that is only possible holds it back any more."""
    maintenance: str | None = None
    """The window it is in."""
    flapping: bool = False
    blind: bool = False
    """healther cannot see it: its own network is gone."""
    unwatched: bool = False
    """Nobody has checked it for a while, and somebody is about to."""
    parents: Sequence[Parent] = ()


@dataclass(frozen=True, slots=True)
class Held:
    """Nobody is told, and why. `wait`: only until it is known whether there is a reason."""

    hold: Hold
    why: Grounds
    wait: bool = False


def held(child: Child, now_ms: int) -> Held | None:
    """Why nobody is told of this watcher now, if so."""
    if child.maintenance is not None:
        return Held(Hold.MAINTENANCE, Grounds(because=Because.MAINTENANCE, name=child.maintenance))
    if child.flapping:
        return Held(Hold.FLAPPING, Grounds(because=Because.FLAPPING))
    if child.blind:
        return Held(Hold.NETWORK, Grounds(because=Because.NO_NETWORK))
    for parent in child.parents:
        if _explains(parent, child):
            return Held(Hold.PARENT, _of(parent, Because.PARENT_IS))
        if parent.flapping:
            return Held(Hold.PARENT, _of(parent, Because.PARENT_FLAPS))
    if child.unwatched:
        return Held(Hold.NETWORK, Grounds(because=Because.NOT_CHECKED), wait=True)
    for parent in child.parents:
        if (why := _may_explain(parent, child, now_ms)) is not None:
            return Held(Hold.PARENT, _of(parent, why), wait=True)
    return None


def unwatched(known_until: int | None, since_ms: int, now_ms: int) -> bool:
    """Whether a check of what is known until then was missed and is to be waited for; planned is since `since_ms`."""
    if known_until is None:
        return False
    missed = known_until < since_ms or now_ms > known_until + GAP_GRACE_MS
    return missed and now_ms <= max(known_until, since_ms) + UNWATCHED_WAIT_MS


def _explains(parent: Parent, child: Child) -> bool:
    """A parent that is down explains everything below it; a slow one only what is slow."""
    return parent.state == State.DOWN or (parent.state == State.DEGRADED and child.state == State.DEGRADED)


def _may_explain(parent: Parent, child: Child, now_ms: int) -> Because | None:
    if parent.state not in _SEEN or child.told:
        return None
    soon = not has_passed(PARENT_WAIT_MS, child.detected_at, now_ms)
    if soon and parent.failing:
        return Because.PARENT_FAILS
    if soon and (parent.last_checked_at or 0) < child.started_at:
        return Because.PARENT_NOT_CHECKED
    back = parent.state == State.HEALTHY and child.started_at <= parent.since
    unseen = (child.last_checked_at or 0) < parent.since
    if back and unseen and not has_passed(CHILD_WAIT_MS, parent.since, now_ms):
        return Because.PARENT_IS_BACK
    return None


def _of(parent: Parent, because: Because) -> Grounds:
    state = parent.state.label if because is Because.PARENT_IS else None
    return Grounds(because=because, name=parent.name, state=state)
