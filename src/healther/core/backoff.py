"""How long to wait before what failed is tried again: longer each time, up to a bound, each at a moment of its own."""

import random

FIRST_S = 0.5
MOST_S = 5.0
# Far past any bound: more doublings make large numbers and no difference.
_COUNT_MOST = 32


def doubled(first: int, most: int, times: int) -> int:
    """`first` doubled so many times, `most` at most; without chance, for waits that are written down."""
    return min(most, first << min(times, _COUNT_MOST))


class Backoff:
    """Of one loop: seconds after each failure in a row, half by chance, from `first_s`, doubled, to `most_s`."""

    def __init__(self, first_s: float = FIRST_S, most_s: float = MOST_S) -> None:
        self._first_s, self._most_s = first_s, most_s
        self._failures = 0

    def failed(self) -> float:
        """Notes a failure; how long to wait, in seconds."""
        half_s = min(self._most_s, self._first_s * 2.0**self._failures) / 2
        wait_s = half_s + random.uniform(0, half_s)  # noqa: S311 - apart from others, not secret
        self._failures = min(self._failures + 1, _COUNT_MOST)
        return wait_s

    def worked(self) -> None:
        """Notes that it worked: the next failure is a first one."""
        self._failures = 0
