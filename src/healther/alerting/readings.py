"""What only the database and Redis know, read for metrics: what is overdue, what waits, what is queued."""

import asyncio
import time
from typing import TYPE_CHECKING

import structlog
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.alerting.models import Delivery, DeliveryState, Lane
from healther.core.clock import SECOND_MS, now_ms
from healther.core.db import TRANSIENT_ERRORS, Database, first_line
from healther.core.later import Later
from healther.core.settings import Settings
from healther.history.models import StateChange
from healther.monitoring.readiness import oldest_overdue_s
from healther.observability import metrics
from healther.watchers.regions import REMEMBERED_MS, served_since

if TYPE_CHECKING:
    from redis import Redis

    from healther.alerting import queued_jobs
else:
    queued_jobs = Later("healther.alerting.queued_jobs")

log = structlog.get_logger()

FRESH_S = 5.0
"""However often metrics are asked for, the database is not asked more often."""


class Readings:
    """Sets the gauges of what this process shares with others."""

    def __init__(self, db: Database, settings: Settings, redis: "Redis | None" = None) -> None:
        self._db = db
        self._region = settings.region
        self._redis = redis
        self._turn = asyncio.Lock()
        self._read_at: float | None = None

    async def refresh(self) -> None:
        """Reads anew what is older than FRESH_S; what cannot be read stays as it was, and a metric says so."""
        async with self._turn:
            if self._read_at is not None and time.monotonic() - self._read_at < FRESH_S:
                return
            try:
                await self._read(now_ms())
                metrics.READ_FAILED.set(0)
            except TRANSIENT_ERRORS as error:
                log.warning("cannot read figures for metrics", error=first_line(error))
                metrics.READ_FAILED.set(1)
            self._read_at = time.monotonic()

    async def _read(self, now: int) -> None:
        metrics.OVERDUE.set(await oldest_overdue_s(self._db, self._region, now))
        async with self._db.read() as session:
            await _read_alerting(session, now)
            regions = await served_since(session, now - REMEMBERED_MS) | {self._region}
        if self._redis is not None:
            for name, jobs in (await queued_jobs.count_jobs(self._redis, regions)).items():
                metrics.QUEUE_JOBS.labels(name).set(jobs)


async def _read_alerting(session: AsyncSession, now: int) -> None:
    unplanned = select(func.min(col(StateChange.detected_at))).where(col(StateChange.planned_at).is_(None))
    metrics.OUTBOX_AGE.set(_age_s((await session.exec(unplanned)).one(), now))
    queued = (
        select(Delivery.lane, func.count(), func.min(col(Delivery.next_at)))
        .where(Delivery.state == DeliveryState.QUEUED)
        .group_by(col(Delivery.lane))
    )
    found = {lane: (count, next_at) for lane, count, next_at in (await session.exec(queued)).all()}
    for lane in Lane:
        count, next_at = found.get(lane, (0, None))
        metrics.DELIVERIES_WAITING.labels(lane).set(count)
        metrics.DELIVERY_OVERDUE.labels(lane).set(_age_s(next_at, now))


def _age_s(at: int | None, now: int) -> float:
    return 0.0 if at is None else max(0, now - at) / SECOND_MS
