"""The loop that forgets what nobody keeps any more, once an hour."""

import asyncio
import random
from collections.abc import Awaitable, Callable

import structlog

from healther.core.clock import now_ms
from healther.core.db import TRANSIENT_ERRORS, Database, first_line
from healther.history.retention.steady import SteadyClock, has_past, has_witness

log = structlog.get_logger()

EVERY_S = 3600.0
_FIRST_AFTER_S = 60.0
_ERROR_WAIT_S = 60.0

Turn = Callable[[Database, int, asyncio.Event], Awaitable[object]]
"""Forgets what is due at a moment, epoch ms, until the event is set."""


class RetentionLoop:
    """Takes turns until stopped. Any number of these may run: two at once do the same twice, and no harm."""

    def __init__(self, db: Database, turn: Turn) -> None:
        self._db = db
        self._turn = turn
        self._stopping = asyncio.Event()
        self._clock = SteadyClock()

    def stop(self) -> None:
        """`run` returns after the step it is in."""
        self._stopping.set()

    async def run(self) -> None:
        """Until `stop`. A database that is away is waited for; nothing else ends the loop."""
        wait_s = _FIRST_AFTER_S
        while not await self._stopped_within(wait_s * random.uniform(0.75, 1.25)):  # noqa: S311 - spreads processes
            try:
                at_ms = now_ms()
                if await self._believes(at_ms):
                    await self._turn(self._db, at_ms, self._stopping)
                wait_s = EVERY_S
            except TRANSIENT_ERRORS as error:
                log.warning("cannot forget what is old, trying again", error=first_line(error))
                wait_s = _ERROR_WAIT_S

    async def _believes(self, at_ms: int) -> bool:
        if self._clock.has_run_a_day(at_ms) or await has_witness(self._db, at_ms):
            return True
        if await has_past(self._db, at_ms):
            log.warning("nothing is forgotten: by this clock nothing was recorded two or three days ago; is it right?")
        return False

    async def _stopped_within(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                return await self._stopping.wait()
        except TimeoutError:
            return False
