"""The part of a watcherstate row that recording reads and writes."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from healther.monitoring.judge import Belief
from healther.watchers.states import State

# In the order the stores select them.
HOT_COLUMNS = (
    "watcher_id", "fence", "lease_slot", "state", "since", "impaired_run", "impaired_since", "down_run",
    "down_since", "last_known", "known_until", "accounted_until", "hour", "hour_counts", "last_checked_at",
    "in_maintenance", "ledger_moved_at",
)  # fmt: skip


@dataclass(slots=True)
class HotRow:
    """What recording needs to know of a watcher; times in epoch ms (see WatcherState)."""

    watcher_id: UUID
    fence: int
    lease_slot: int | None
    belief: Belief
    known_until: int | None
    accounted_until: int
    hour: int | None
    hour_counts: bytes | None
    last_checked_at: int | None
    in_maintenance: bool
    ledger_moved_at: int | None

    @classmethod
    def of(cls, watcher_id: UUID, values: tuple[Any, ...]) -> "HotRow":
        """From the columns after watcher_id, in HOT_COLUMNS' order."""
        (fence, lease_slot, state, since, impaired_run, impaired_since, down_run, down_since, last_known,
         *rest) = values  # fmt: skip
        known = None if last_known is None else _STATES[last_known]
        belief = Belief(_STATES[state], since, impaired_run, impaired_since, down_run, down_since, known)
        return cls(watcher_id, fence, lease_slot, belief, *rest)


_STATES = tuple(State)
