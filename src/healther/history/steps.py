"""The steps of a latency chart."""

from enum import StrEnum

from healther.core.clock import DAY_MS, HOUR_MS, MINUTE_MS


class Step(StrEnum):
    """How long a point of a latency chart is."""

    ONE_MINUTE = "1m"
    FIVE_MINUTES = "5m"
    FIFTEEN_MINUTES = "15m"
    HOUR = "1h"
    SIX_HOURS = "6h"
    DAY = "1d"

    @property
    def ms(self) -> int:
        """Its length."""
        return _STEP_MS[self]


_STEP_MS = {
    Step.ONE_MINUTE: MINUTE_MS,
    Step.FIVE_MINUTES: 5 * MINUTE_MS,
    Step.FIFTEEN_MINUTES: 15 * MINUTE_MS,
    Step.HOUR: HOUR_MS,
    Step.SIX_HOURS: 6 * HOUR_MS,
    Step.DAY: DAY_MS,
}
