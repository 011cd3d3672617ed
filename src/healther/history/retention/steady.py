"""Whether the clock may be believed: what is forgotten by a clock that is years ahead for a minute is gone for good.

History itself is the witness: something was recorded two or three days ago, as this clock counts. Checks that were
made since the clock went wrong are no witness before it has been wrong for days.
"""

import time

from sqlmodel import col, select

from healther.core.clock import DAY_MS, HOUR_MS, SECOND_MS, now_ms
from healther.core.db import Database
from healther.history.models import RollupDaily
from healther.history.retention.due import today_of
from healther.watchers.models import ServiceWatcher

_WITNESS_DAYS = (3, 2)
_STEP_MS = HOUR_MS


class SteadyClock:
    """Of one process: also without checks (everything is paused) it is believed after it has run evenly for a day."""

    def __init__(self) -> None:
        self._since = (now_ms(), time.monotonic())

    def has_run_a_day(self, at_ms: int) -> bool:
        """Whether wall and monotonic clock have agreed for a day; a step of an hour or more begins anew."""
        wall_ms, ticks = self._since
        ran_ms = (time.monotonic() - ticks) * SECOND_MS
        if abs(at_ms - wall_ms - ran_ms) >= _STEP_MS:
            self._since = (at_ms, time.monotonic())
            return False
        return ran_ms >= DAY_MS


async def has_witness(db: Database, at_ms: int) -> bool:
    """Whether something was recorded two or three days before this moment."""
    first, last = (today_of(at_ms) - days * DAY_MS for days in _WITNESS_DAYS)
    return await _recorded(db, first, last)


async def has_past(db: Database, at_ms: int) -> bool:
    """Whether something is older than that: else nothing is lost by waiting, and nothing is to be said."""
    return await _recorded(db, 0, today_of(at_ms) - _WITNESS_DAYS[0] * DAY_MS)


async def _recorded(db: Database, first: int, last: int) -> bool:
    # By watcher, along the key of the rollups: they have no index by day.
    days = select(RollupDaily.watcher_id).where(
        RollupDaily.watcher_id == ServiceWatcher.id,
        col(RollupDaily.starts_at) >= first,
        col(RollupDaily.starts_at) <= last,
    )
    async with db.read() as session:
        return (await session.exec(select(ServiceWatcher.id).where(days.exists()).limit(1))).first() is not None
