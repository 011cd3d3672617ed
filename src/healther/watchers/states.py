"""The words for how a service is: what one check says (Status) and what is believed (State)."""

from enum import IntEnum

from sqlalchemy import SmallInteger
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator


class State(IntEnum):
    """What healther believes of a watcher; stored as a small integer, shown as `label`.

    A health event's status is one of UNKNOWN, HEALTHY, DEGRADED, DOWN (UNKNOWN: healther could not look).
    A ledger span is one of those or MAINTENANCE. PENDING (not confirmed yet) and PAUSED count as unknown time.
    """

    UNKNOWN = 0
    HEALTHY = 1
    DEGRADED = 2
    DOWN = 3
    MAINTENANCE = 4
    PENDING = 5
    PAUSED = 6

    @property
    def label(self) -> str:
        """The word in the API, the database exports and the pages."""
        return self.name.lower()


EVENT_STATUSES = (State.HEALTHY, State.DEGRADED, State.DOWN, State.UNKNOWN)
LEDGER_STATES = (State.HEALTHY, State.DEGRADED, State.DOWN, State.UNKNOWN, State.MAINTENANCE)


class StateColumn(TypeDecorator[State]):
    """A State as SMALLINT."""

    impl = SmallInteger
    cache_ok = True

    def process_bind_param(self, value: State | None, dialect: Dialect) -> int | None:
        return None if value is None else int(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> State | None:
        return None if value is None else State(value)
