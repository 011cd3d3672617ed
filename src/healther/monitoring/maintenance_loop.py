"""The loop beside the schedule that has maintenance begin and end."""

import asyncio
import time
from contextlib import suppress

import structlog

from healther.core.backoff import Backoff
from healther.core.clock import now_ms
from healther.core.clock_steps import StepWatch
from healther.core.db import TRANSIENT_ERRORS, Database, first_line
from healther.monitoring.maintenance_turn import isolated, look_again, look_around, take_turns

log = structlog.get_logger()

TURN_S = 1.0
"""So late the ledger may be told; what it is told is dated exactly."""
LOOK_AROUND_S = 10.0
"""So late a window that is running may notice that a tag was renamed."""


class MaintenanceLoop:
    """Takes turns until stopped. Any number of these may run."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._wake = asyncio.Event()
        self._stopping = False
        self._looked_at = time.monotonic()
        self._steps = StepWatch()
        self._looked_again = False
        self._alone = isolated()

    def wake(self) -> None:
        """A window, or a watcher one may cover, was edited: look at once."""
        self._wake.set()

    def stop(self) -> None:
        """`run` returns after the turn it is in."""
        self._stopping = True
        self._wake.set()

    async def run(self) -> None:
        """Until `stop`. A database that is away is waited for, a workspace that fails is put off."""
        backoff = Backoff(TURN_S)
        while not self._stopping:
            wait_s = TURN_S
            try:
                # The clock may also have been set back before the start.
                if self._steps.look(now_ms()) or not self._looked_again:
                    await look_again(self._db, now_ms())
                    self._looked_again = True
                if time.monotonic() - self._looked_at > LOOK_AROUND_S:
                    self._looked_at = time.monotonic()
                    await look_around(self._db, now_ms())
                await take_turns(self._db, now_ms(), self._alone)
                backoff.worked()
            except TRANSIENT_ERRORS as error:
                log.warning("cannot turn maintenance, trying again", error=first_line(error))
                wait_s = backoff.failed()
            with suppress(TimeoutError):
                async with asyncio.timeout(wait_s):
                    await self._wake.wait()
            self._wake.clear()
