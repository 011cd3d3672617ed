"""How an API without an engine beside it makes a check start at once: it claims the watcher and enqueues the job."""

from collections.abc import Sequence
from uuid import UUID

from redis import Redis
from sqlmodel import col, select

from healther.core.db import Database
from healther.monitoring.claim import Claims
from healther.monitoring.dispatch_rq import RqDispatcher
from healther.watchers.models import WatcherState

MOST_AT_ONCE = 20


class QueueWaker:
    """Waker for `healther api` beside workers."""

    def __init__(self, db: Database, redis: Redis) -> None:
        self._db = db
        self._redis = redis
        self._claims = Claims(db)

    async def due_now(self, watcher_ids: Sequence[UUID]) -> None:
        """Puts the next check of each on its region's queue; without Redis the workers' schedule finds them.

        So it does with those behind the first few of many: a claim each would take longer than its next look.
        """
        by_region: dict[str, list[UUID]] = {}
        query = select(WatcherState.region, WatcherState.watcher_id).where(
            col(WatcherState.watcher_id).in_(list(watcher_ids[:MOST_AT_ONCE]))
        )
        async with self._db.read() as session:
            for region, watcher_id in await session.exec(query):
                by_region.setdefault(region, []).append(watcher_id)
        for region, ids in by_region.items():
            claims = [claim for watcher_id in ids if (claim := await self._claims.one(watcher_id)) is not None]
            if claims and not await RqDispatcher(self._redis, region).dispatch(claims):
                await self._claims.release(claims)
