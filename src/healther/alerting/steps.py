"""Where a policy at work on an incident stands: which steps are due, and when to look again. Pure; epoch ms."""

from collections.abc import Sequence
from dataclasses import dataclass

from healther.core.clock import CLOCK_STEP_MS


@dataclass(frozen=True, slots=True)
class Progress:
    """What is due now. `steps` are places in the policy's list."""

    steps: tuple[int, ...]
    remind: bool
    next_step: int
    next_at: int | None


def advance(
    after_ms: Sequence[int], remind_ms: int | None, *, started_at: int, next_step: int, next_at: int | None, now_ms: int
) -> Progress:
    """The steps due by `now_ms`, counted from `started_at`; once all have gone out, a reminder every `remind_ms`.

    Late is late, not more: several reminders that were missed are one.
    """
    due = []
    while next_step < len(after_ms) and started_at + after_ms[next_step] <= now_ms:
        due.append(next_step)
        next_step += 1
    if next_step < len(after_ms):
        return Progress(tuple(due), False, next_step, started_at + after_ms[next_step])
    if due or next_at is None:
        # Nothing, or the last step, has just gone out: reminders count from here.
        return Progress(tuple(due), False, next_step, None if remind_ms is None else now_ms + remind_ms)
    if remind_ms is None or next_at > now_ms:
        return Progress((), False, next_step, None if remind_ms is None else next_at)
    return Progress((), True, next_step, now_ms + remind_ms)


def pulled_back(at_ms: int, most_ms: int, now_ms: int, set_back_ms: int) -> int:
    """A moment that lies `most_ms` ahead at most, where the clock has been set back since it was noted (R12).

    By as much earlier as the clock was set back, where that is known (else 0), and no further ahead than it can be.
    """
    if at_ms <= now_ms + most_ms + CLOCK_STEP_MS:
        return at_ms
    return min(at_ms - set_back_ms, now_ms + most_ms)


def next_at_by_new_rules(
    after_ms: Sequence[int], remind_ms: int | None, *, started_at: int, next_step: int, next_at: int | None, now_ms: int
) -> int | None:
    """When to look again where the rules have changed: at the next step, or for a reminder, by now + `remind_ms`."""
    if next_step < len(after_ms):
        return started_at + after_ms[next_step]
    if remind_ms is None:
        return None
    return now_ms + remind_ms if next_at is None else min(next_at, now_ms + remind_ms)
