"""Step 1, claim: the database is the only truth of the schedule; every slot is handed out once."""

from collections.abc import Sequence
from uuid import UUID

import structlog

from healther.core.clock import MINUTE_MS, now_ms
from healther.core.db import TRANSIENT_ERRORS, Database, first_line
from healther.core.isolation import by_halves
from healther.monitoring.model import Claim
from healther.monitoring.store import HotStore
from healther.monitoring.store_postgres import PostgresStore
from healther.monitoring.store_sqlite import SqliteStore

log = structlog.get_logger()

PUT_OFF_MS = 1 * MINUTE_MS


def store_for(db: Database) -> HotStore:
    """The hot path's SQL for this database."""
    return SqliteStore() if db.is_sqlite else PostgresStore()


class Claims:
    """Claiming as short transactions of their own."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self.store = store_for(db)

    async def due(self, region: str, limit: int) -> list[Claim]:
        """Takes up to `limit` watchers of the region whose time has come.

        Where they cannot be claimed together each half is by itself: a row that nobody foresaw costs itself, is put off
        and is loud, instead of stopping all the checks of its region.
        """
        at_ms = now_ms()
        try:
            async with self._db.write_connection() as connection:
                return await self.store.claim(connection, region, at_ms, limit)
        except TRANSIENT_ERRORS:
            raise
        except Exception as error:
            log.warning("cannot claim together, claiming in parts", error=first_line(error))
            async with self._db.read_connection() as connection:
                due = await self.store.due(connection, region, at_ms, limit)

        async def take(some: Sequence[UUID]) -> list[Claim]:
            async with self._db.write_connection() as connection:
                return await self.store.claim(connection, region, at_ms, len(some), some)

        async def put_off(watcher_id: UUID, _error: Exception) -> list[Claim]:
            log.exception("a watcher cannot be claimed and is put off", watcher=str(watcher_id), for_ms=PUT_OFF_MS)
            async with self._db.write_connection() as connection:
                await self.store.put_off(connection, watcher_id, at_ms + PUT_OFF_MS)
            return []

        return await by_halves(due, take, put_off)

    async def one(self, watcher_id: UUID) -> Claim | None:
        """Takes this watcher now; None when a check of it is under way or it is paused."""
        async with self._db.write_connection() as connection:
            return await self.store.claim_one(connection, watcher_id, now_ms())

    async def still_held(self, fences: Sequence[tuple[UUID, int]]) -> list[Claim]:
        """Of claims that waited in a queue, those that nobody has taken over."""
        async with self._db.read_connection() as connection:
            return await self.store.still_held(connection, fences)

    async def release(self, claims: Sequence[Claim]) -> None:
        """Gives claims back: due again at the slot they were taken for."""
        fences = [(claim.watcher_id, claim.fence) for claim in claims]
        async with self._db.write_connection() as connection:
            await self.store.release(connection, fences, now_ms())

    async def pull_back(self, region: str) -> int:
        """After the clock was set back: makes due what would otherwise wait for the old time to come again."""
        async with self._db.write_connection() as connection:
            return await self.store.pull_back(connection, region, now_ms())
