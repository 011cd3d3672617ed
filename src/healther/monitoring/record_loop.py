"""Collects results and records them in batches; keeps them and tries again while the database is away."""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

import structlog

from healther.core.backoff import Backoff
from healther.core.clock import now_ms
from healther.core.db import TRANSIENT_ERRORS, Database, first_line
from healther.core.isolation import by_halves
from healther.monitoring.model import Result
from healther.monitoring.record import Recorded, record
from healther.monitoring.store import HotStore
from healther.observability import metrics

log = structlog.get_logger()

# A lone result is written at once, almost; under load more of them share a transaction: one of 500 costs a sixth less
# a check than one of 250 (docs/adr/0010). No longer than until half of what may be in flight is here: the engine never
# stands still for it.
FLUSH_AFTER_S = 0.05
BUSY_FLUSH_AFTER_S = 0.35
BUSY_RESULTS = 10
BATCH = 1000
_TRANSACTION_TIMEOUT_S = 30.0
_RETRY_FIRST_S = 0.25


class RecordLoop:
    """Owns finished results until they are in the database."""

    def __init__(
        self, db: Database, store: HotStore, on_recorded: Callable[[int, Recorded], None], *, max_in_flight: int
    ) -> None:
        self._db = db
        self._store = store
        self._on_recorded = on_recorded
        self._pending: list[Result] = []
        self._arrived = asyncio.Event()
        self._enough = asyncio.Event()
        self._most_gathered = min(BATCH, max_in_flight) // 2
        self._stopping = False

    def add(self, result: Result) -> None:
        """Takes a finished check."""
        self._pending.append(result)
        self._arrived.set()
        if len(self._pending) >= self._most_gathered:
            self._enough.set()

    async def run(self) -> None:
        """Until `stop`: records what arrived, a few times a second, at most BATCH at a time."""
        while self._pending or not self._stopping:
            await self._arrived.wait()
            await self._gather(FLUSH_AFTER_S)
            if len(self._pending) >= BUSY_RESULTS:
                await self._gather(BUSY_FLUSH_AFTER_S)
            batch, self._pending = self._pending[:BATCH], self._pending[BATCH:]
            if batch:
                await by_halves(batch, self._record, self._lose)
            # What came meanwhile gathers like the first: recorded at once, each transaction would be as small as the
            # one before was short.
            if not self._pending:
                self._arrived.clear()
            if len(self._pending) < self._most_gathered and not self._stopping:
                self._enough.clear()

    async def _gather(self, at_most_s: float) -> None:
        """Lets results come together that can share a transaction, until there are enough."""
        with suppress(TimeoutError):
            async with asyncio.timeout(at_most_s):
                await self._enough.wait()

    def stop(self) -> None:
        """Records what is left, then `run` returns."""
        self._stopping = True
        self._arrived.set()
        self._enough.set()

    async def _record(self, batch: Sequence[Result]) -> tuple[()]:
        """Tries as long as the database is away: whatever a failed try left behind, a result is accepted once."""
        backoff = Backoff(_RETRY_FIRST_S)
        while True:
            began = time.monotonic()
            try:
                async with asyncio.timeout(_TRANSACTION_TIMEOUT_S):
                    recorded = await record(self._db, self._store, batch, now_ms())
            except TRANSIENT_ERRORS as error:
                metrics.DATABASE_FAILURES.labels("record").inc()
                log.warning("cannot record, trying again", results=len(batch), error=first_line(error))
                await asyncio.sleep(backoff.failed())
            else:
                metrics.RECORD_BATCH.observe(len(batch))
                metrics.RECORD_DURATION.observe(time.monotonic() - began)
                self._on_recorded(len(batch), recorded)
                return ()

    async def _lose(self, result: Result, _error: Exception) -> tuple[()]:
        """Loudly: it would hold up all the others for ever."""
        log.exception("a result cannot be recorded and is lost", watcher=str(result.claim.watcher_id))
        self._on_recorded(1, Recorded())
        return ()
