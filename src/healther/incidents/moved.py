"""A change of state, as incidents follow it."""

from typing import NamedTuple
from uuid import UUID

from healther.watchers.states import State

IMPAIRED = (State.DEGRADED, State.DOWN)


class Moved(NamedTuple):
    """A confirmed change: `at` is the first check that showed it, epoch ms; reason and message are that check's.

    `since`: when what it ends began. While a clock that was set back lives through an hour again, both lie ahead.
    """

    watcher_id: UUID
    from_state: State
    to_state: State
    at: int
    reason: str | None
    message: str | None
    since: int = 0
