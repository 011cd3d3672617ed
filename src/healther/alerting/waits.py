"""How long changes wait for others that belong to them. Pure; epoch ms."""

from healther.core.clock import SECOND_MS

GROUP_WAIT_MS = 1_500
LONGEST_WAIT_MS = 10 * SECOND_MS


def ready_in(oldest_ms: int, newest_ms: int, now_ms: int) -> int:
    """In how many ms the undecided changes of a workspace are decided on; 0 = now.

    Once none has come for GROUP_WAIT_MS, LONGEST_WAIT_MS after the first at the latest. Ones from the future (clocks
    of several machines) wait for no longer than that either.
    """
    if oldest_ms > now_ms + LONGEST_WAIT_MS:
        return 0
    quiet = newest_ms + GROUP_WAIT_MS
    return max(0, min(quiet, oldest_ms + LONGEST_WAIT_MS) - now_ms)
