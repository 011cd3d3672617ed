"""What became of an attempt, and when the next one is: pure."""

import random
from dataclasses import dataclass
from enum import StrEnum

from healther.channels.base import RetryLaterError, SendError, UndeliverableError
from healther.core.backoff import doubled
from healther.core.clock import HOUR_MS, MINUTE_MS, SECOND_MS, lasting

FIRST_WAIT_MS = 5 * SECOND_MS
LONGEST_WAIT_MS = 15 * MINUTE_MS
GIVE_UP_AFTER_MS = 24 * HOUR_MS
# A channel rests at most this long after a failure: what is queued now may be of more use than what failed.
LONGEST_REST_MS = MINUTE_MS

_JITTER = (0.75, 1.25)


class Result(StrEnum):
    """How an attempt ended, as it is shown."""

    SENT = "sent"
    RETRY = "retry"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One attempt: `answer` in words, without secrets; `wait_ms` until the next, where there is one."""

    result: Result
    answer: str
    wait_ms: int = 0
    ends_channel: bool = False
    reached: tuple[str, ...] = ()
    """Who has it by this attempt, of the addresses of an email channel."""


def failed(error: SendError, attempt: int, first_at: int, now_ms: int) -> Outcome:
    """What a failure means for attempt number `attempt` (from 1) of a delivery: another try, or the end.

    A day is counted from the first attempt: what waited for quiet hours, or for its turn, has all of it. Who asks to be
    tried again after that is not waited for: somebody else may hear of it now.
    """
    if isinstance(error, UndeliverableError):
        return Outcome(Result.DEAD, error.answer, ends_channel=error.ends_channel, reached=error.reached)
    retry_after_s = error.retry_after_s if isinstance(error, RetryLaterError) else None
    own_ms, asked_ms = backoff_ms(attempt), int((retry_after_s or 0) * SECOND_MS)
    wait_ms = max(own_ms, asked_ms)
    if now_ms + wait_ms > first_at + GIVE_UP_AFTER_MS:
        why = f"after 24 hours and {attempt} attempts"
        if now_ms + own_ms <= first_at + GIVE_UP_AFTER_MS:
            why = f"because it asks to be tried again in {lasting(asked_ms)}, later than a day after the first attempt"
        return Outcome(Result.DEAD, f"given up {why}: {error.answer}", reached=error.reached)
    return Outcome(Result.RETRY, error.answer, wait_ms, reached=error.reached)


def backoff_ms(attempt: int) -> int:
    """5 s, doubled with each attempt up to 15 minutes, give or take a quarter: many must not return together."""
    base = doubled(FIRST_WAIT_MS, LONGEST_WAIT_MS, attempt - 1)
    return int(base * random.uniform(*_JITTER))  # noqa: S311 - jitter
