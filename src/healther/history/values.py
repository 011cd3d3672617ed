"""What a rollup holds, as a plain value: the sum of some checks and of some time."""

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from operator import attrgetter

from healther.history.sketch import Sketch
from healther.watchers.states import State

PHASES = ("dns", "connect", "tls", "first_byte", "transfer")


@dataclass(slots=True)
class RollupValues:
    """Checks per status, milliseconds per ledger state, count and sum of each phase, and the latency sketch.

    The fields are the columns of the rollup tables. Every field adds up: merging is commutative and associative
    (sums of phases up to floating point).
    """

    healthy_checks: int = 0
    degraded_checks: int = 0
    down_checks: int = 0
    unknown_checks: int = 0
    healthy_time_ms: int = 0
    degraded_time_ms: int = 0
    down_time_ms: int = 0
    unknown_time_ms: int = 0
    maintenance_time_ms: int = 0
    dns_checks: int = 0
    connect_checks: int = 0
    tls_checks: int = 0
    first_byte_checks: int = 0
    transfer_checks: int = 0
    dns_sum_ms: float = 0.0
    connect_sum_ms: float = 0.0
    tls_sum_ms: float = 0.0
    first_byte_sum_ms: float = 0.0
    transfer_sum_ms: float = 0.0
    sketch: Sketch = field(default_factory=Sketch)

    @property
    def checks(self) -> int:
        """Checks of every status."""
        return self.healthy_checks + self.degraded_checks + self.down_checks + self.unknown_checks

    def merge(self, other: "RollupValues") -> None:
        """Adds everything `other` holds."""
        for name in NUMBERS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.sketch.merge(other.sketch)

    def add_time(self, state: State, ms: int) -> None:
        """Adds time in a ledger state."""
        name = TIME_COLUMNS[state]
        setattr(self, name, getattr(self, name) + ms)

    def phase_means(self) -> dict[str, float | None]:
        """Each phase's mean in milliseconds over the checks that had it; None where none had."""
        return {
            phase: getattr(self, f"{phase}_sum_ms") / checks if (checks := getattr(self, f"{phase}_checks")) else None
            for phase in PHASES
        }


NUMBERS = tuple(each.name for each in fields(RollupValues) if each.name != "sketch")
"""The names of all columns that are plain numbers, in the order of the table."""

numbers_of: Callable[[RollupValues], tuple[float, ...]] = attrgetter(*NUMBERS)
"""Those numbers of a RollupValues as a tuple."""

TIME_COLUMNS = {
    State.HEALTHY: "healthy_time_ms",
    State.DEGRADED: "degraded_time_ms",
    State.DOWN: "down_time_ms",
    State.UNKNOWN: "unknown_time_ms",
    State.MAINTENANCE: "maintenance_time_ms",
}
