"""What one recording transaction writes, as rows ready for a driver, and the order of their columns."""

from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from healther.history.repaint import Since
from healther.history.values import RollupValues
from healther.watchers.states import State

EVENT_COLUMNS = (
    "watcher_id", "slot", "created_at", "status", "response_status", "response_time_ms", "dns_ms", "connect_ms",
    "tls_ms", "first_byte_ms", "transfer_ms", "reason", "message",
)  # fmt: skip

# A check that said what was already believed changes only these; `due_at` is also the new `known_until`.
QUIET_COLUMNS = (
    "watcher_id", "due_at", "last_slot", "hour", "hour_counts", "last_checked_at", "last_response_time_ms",
    "certificate_not_after",
)  # fmt: skip

FULL_COLUMNS = (
    *QUIET_COLUMNS, "state", "since", "impaired_run", "impaired_since", "down_run", "down_since", "last_known",
    "accounted_until", "last_status", "last_reason", "last_message",
)  # fmt: skip

STATE_CHANGE_COLUMNS = (
    "id", "watcher_id", "slot", "from_state", "to_state", "last_known", "at", "detected_at", "reason", "message",
    "address", "certificate", "http_version", "tls_version", "tls_cipher",
)  # fmt: skip


class SpanSwitch(NamedTuple):
    """The open span of a watcher ends at `at` (epoch ms) and one of `state` starts there."""

    watcher_id: UUID
    at: int
    state: State


@dataclass(slots=True)
class Writes:
    """The rows of one recording transaction, in the column orders above."""

    events: list[tuple[object, ...]] = field(default_factory=list)
    quiet: list[tuple[object, ...]] = field(default_factory=list)
    full: list[tuple[object, ...]] = field(default_factory=list)
    switches: list[list[SpanSwitch]] = field(default_factory=list)
    """In rounds: the nth list holds the nth switch of each watcher, so that a round has one row a watcher."""
    repaints: dict[UUID, list[Since]] = field(default_factory=dict)
    """Switches from before the last time maintenance began or ended: stretches that are written already change."""
    state_changes: list[tuple[object, ...]] = field(default_factory=list)
    rollups: list[tuple[UUID, int, RollupValues]] = field(default_factory=list)

    def add_switches(self, switches: list[SpanSwitch]) -> None:
        """Adds one watcher's switches, oldest first."""
        while len(self.switches) < len(switches):
            self.switches.append([])
        for round_, switch in zip(self.switches, switches, strict=False):
            round_.append(switch)
