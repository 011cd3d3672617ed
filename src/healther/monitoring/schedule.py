"""The loop that drives the pipeline: what is due is claimed in batches and dispatched, as fast as there is room.

Any number of these may run, on any number of machines: each slot is claimed by one of them (R5).
"""

import asyncio
import time

import structlog

from healther.core.backoff import Backoff
from healther.core.clock import HOUR_MS, SECOND_MS, has_passed, now_ms
from healther.core.clock_steps import StepWatch
from healther.core.db import TRANSIENT_ERRORS, Database, first_line
from healther.history.partitions import ensure_partitions
from healther.monitoring.claim import Claims
from healther.monitoring.dispatch import Dispatcher
from healther.monitoring.store import CLAIM_AHEAD_MS
from healther.observability import metrics
from healther.watchers.regions import SAID_EVERY_S, say_served

log = structlog.get_logger()

CLAIM_BATCH = 1000
# Half of what is claimed ahead: a turn may come late and still be in time.
TURN_S = CLAIM_AHEAD_MS / SECOND_MS / 2
_REFUSED_WAIT_S = 1.0


class Scheduler:
    """Claims and dispatches until stopped."""

    def __init__(self, db: Database, region: str, dispatcher: Dispatcher) -> None:
        self._db = db
        self._region = region
        self._dispatcher = dispatcher
        self._claims = Claims(db)
        self._wake = asyncio.Event()
        self._stopping = False
        self._partitions_seen_at = 0
        self._said_at: float | None = None
        self._steps = StepWatch()

    def wake(self) -> None:
        """Something became due out of turn: look at once."""
        self._wake.set()

    def stop(self) -> None:
        """Claims nothing more; `run` returns after the turn it is in."""
        self._stopping = True
        self._wake.set()

    async def run(self) -> None:
        """Until `stop`. A database that is away is waited for; nothing else ends the loop."""
        backoff = Backoff()
        while not self._stopping:
            try:
                wait_s = await self._turn()
                backoff.worked()
            except TRANSIENT_ERRORS as error:
                metrics.DATABASE_FAILURES.labels("schedule").inc()
                log.warning("cannot claim, trying again", error=first_line(error))
                wait_s = backoff.failed()
            await self._sleep(wait_s)

    async def _turn(self) -> float:
        """One look at what is due; returns how long to wait for the next, in seconds."""
        await self._keep_house()
        limit = min(CLAIM_BATCH, await self._dispatcher.room())
        if limit <= 0:
            return TURN_S
        began = time.monotonic()
        claims = await self._claims.due(self._region, limit)
        metrics.CLAIM_DURATION.observe(time.monotonic() - began)
        if claims:
            metrics.CLAIM_BATCH.observe(len(claims))
        if claims and not await self._dispatcher.dispatch(claims):
            await self._claims.release(claims)
            return _REFUSED_WAIT_S
        return 0.0 if len(claims) == limit else TURN_S

    async def _keep_house(self) -> None:
        """Who is at work, partitions ahead of time, and what a clock that was set back would keep waiting."""
        wall_ms, ticks = now_ms(), time.monotonic()
        if self._said_at is None or ticks - self._said_at >= SAID_EVERY_S:
            await say_served(self._db, self._region, wall_ms)
            self._said_at = ticks
        if self._steps.look(wall_ms) is not None:
            pulled = await self._claims.pull_back(self._region)
            if pulled:
                log.warning("the clock was set back", watchers_rescheduled=pulled)
        if has_passed(HOUR_MS, self._partitions_seen_at, wall_ms):
            await ensure_partitions(self._db, wall_ms)
            self._partitions_seen_at = wall_ms

    async def _sleep(self, wait_s: float) -> None:
        if wait_s > 0 and not self._wake.is_set():
            try:
                async with asyncio.timeout(wait_s):
                    await self._wake.wait()
            except TimeoutError:
                return
        else:
            await asyncio.sleep(0)
        self._wake.clear()
