"""R12: a clock that is set back leaves times behind that would wait for an hour to come again: they are looked for."""

from healther.core.clock import CLOCK_STEP_MS, MINUTE_MS, has_passed

# The step itself is seen at once; this finds what the old clock wrote while it happened, or before a start.
LOOK_EVERY_MS = MINUTE_MS


class StepWatch:
    """Of one loop: when to look for what a clock that was set back has left."""

    def __init__(self) -> None:
        self._seen_at = self._looked_at = 0

    def look(self, now_ms: int) -> int | None:
        """By how much the clock has been set back since the last call, where it is time to look; None = it is not.

        0: only because nobody has looked for a while.
        """
        set_back_ms, self._seen_at = self._seen_at - now_ms, now_ms
        stepped = set_back_ms > CLOCK_STEP_MS
        if not stepped and not has_passed(LOOK_EVERY_MS, self._looked_at, now_ms):
            return None
        self._looked_at = now_ms
        return set_back_ms if stepped else 0
