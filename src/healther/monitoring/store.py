"""The hot path's SQL behind one protocol: a verb is one statement for many rows, on either database."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from healther.core.clock import SECOND_MS
from healther.history.ledger import Segment
from healther.monitoring.hot_row import HotRow
from healther.monitoring.model import Claim
from healther.monitoring.writes import SpanSwitch, Writes
from healther.watchers.cadence import (
    FALLBACK_INTERVAL_MS,
    MAX_INTERVAL_MS,
    MAX_TIMEOUT_MS,
    MIN_INTERVAL_MS,
    MIN_TIMEOUT_MS,
)

# A lease lasts the check's own deadline and this much for queueing and recording; then the watcher is claimed again.
# Less than the shortest interval: as no deadline is longer than its interval, a worker that dies costs one check.
LEASE_GRACE_MS = 8 * SECOND_MS

# Watchers are claimed this long before they are due and started on time by the engine: few large transactions and
# jobs instead of many small ones, and nobody waits for the next turn of the schedule.
CLAIM_AHEAD_MS = 1 * SECOND_MS

# What a hand may have left in a hot row is not counted with: one row in error would fail the claim of its whole region.
# Bounds here and no CHECK: those would be a copy of the largest table on SQLite, and refuse the rows that are there.
INTERVAL_SQL, TIMEOUT_SQL, PHASE_SQL = (
    f"CASE WHEN {column} BETWEEN {least} AND {most} THEN {column} ELSE {otherwise} END"
    for column, least, most, otherwise in (
        ("interval_ms", MIN_INTERVAL_MS, MAX_INTERVAL_MS, FALLBACK_INTERVAL_MS),
        ("timeout_ms", MIN_TIMEOUT_MS, MAX_TIMEOUT_MS, MAX_TIMEOUT_MS),
        ("phase_ms", 0, MAX_INTERVAL_MS, 0),
    )
)

Fence = tuple[UUID, int]
"""A watcher and the number of a claim on it."""


class HotStore(Protocol):
    """One database's way of claiming and recording. Runs inside the caller's transaction."""

    async def claim(
        self, connection: AsyncConnection, region: str, now_ms: int, limit: int, only: Sequence[UUID] | None = None
    ) -> list[Claim]:
        """Takes up to `limit` watchers due by CLAIM_AHEAD_MS from now (of `only`): each slot is handed out once."""
        ...

    async def due(self, connection: AsyncConnection, region: str, now_ms: int, limit: int) -> list[UUID]:
        """Those that `claim` would take, most overdue first."""
        ...

    async def put_off(self, connection: AsyncConnection, watcher_id: UUID, until_ms: int) -> None:
        """Has a watcher that cannot be claimed wait."""
        ...

    async def claim_one(self, connection: AsyncConnection, watcher_id: UUID, now_ms: int) -> Claim | None:
        """Takes this watcher now, whatever its slot; None while a check of it is under way or it is paused."""
        ...

    async def still_held(self, connection: AsyncConnection, fences: Sequence[Fence]) -> list[Claim]:
        """Those claims that nobody has taken over since: what a queued batch may still run."""
        ...

    async def release(self, connection: AsyncConnection, fences: Sequence[Fence], now_ms: int) -> None:
        """Gives claims back unrun: due again at the slot they were taken for."""
        ...

    async def pull_back(self, connection: AsyncConnection, region: str, now_ms: int) -> int:
        """Makes watchers due whose `due_at` lies further ahead than they ever wait: the clock was set back."""
        ...

    async def hot_rows(self, connection: AsyncConnection, watcher_ids: Sequence[UUID]) -> dict[UUID, HotRow]:
        """The rows to be written, locked until the transaction ends."""
        ...

    async def spans_since(
        self, connection: AsyncConnection, wanted: Sequence[tuple[UUID, int]]
    ) -> dict[UUID, list[Segment]]:
        """Each watcher's ledger from its given time on, oldest first; the open span ends FOREVER_MS."""
        ...

    async def switch_spans(self, connection: AsyncConnection, switches: Sequence[SpanSwitch]) -> None:
        """Ends and opens spans; one switch a watcher."""
        ...

    async def write(self, connection: AsyncConnection, writes: Writes) -> None:
        """Writes events, hot rows and state changes in bulk (spans and rollups have their own verbs)."""
        ...
