"""What travels along the pipeline: a claim, the plan it is run by, and its result."""

from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from healther.monitoring.judge import Thresholds
from healther.probes.base import Observation, Probe


class Claim(NamedTuple):
    """The right to run one watcher's check for one slot, until its lease ends.

    `fence` is the number of the claim: a result is accepted only while the watcher's row still carries it.
    `lease_until` (epoch ms) is when anybody may claim the slot again.
    """

    watcher_id: UUID
    slot: int
    fence: int
    version: int
    lease_until: int


@dataclass(slots=True, frozen=True)
class Plan:
    """A watcher's configuration, compiled for checking; replaced when `version` moves on."""

    version: int
    probe: Probe
    thresholds: Thresholds
    interval_ms: int
    phase_ms: int
    timeout_ms: int
    degraded_after_ms: int | None
    certificate_days: int
    target: str
    """The host that is checked: what counts as unrelated when the own network is in doubt."""
    kind: str = "unknown"
    stepped: bool = False
    """Whether its checks await the guarded network alone: those need no task (net/steps.py)."""


@dataclass(slots=True)
class Result:
    """One finished check on its way to the record."""

    claim: Claim
    plan: Plan
    started_at_ms: int
    observation: Observation
