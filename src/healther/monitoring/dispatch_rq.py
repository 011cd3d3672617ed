"""Dispatch through Redis: a batch of claims goes to `health-checks` (`health-checks:<region>`), a job a worker.

Redis carries work and owns no state: a job holds watcher ids and fences, nothing else, and one that is lost is claimed
again when its lease ends (R3). Without Redis a worker hands batches to its own engine and says so.
"""

import asyncio
import time
from collections.abc import Sequence

import structlog
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Queue
from rq.serializers import JSONSerializer
from rq.worker_registration import WORKERS_BY_QUEUE_KEY

from healther.core.clock import SECOND_MS
from healther.monitoring.dispatch import Dispatcher
from healther.monitoring.model import Claim
from healther.monitoring.store import LEASE_GRACE_MS

log = structlog.get_logger()

JOB = "healther.workers.jobs.check_batch"
MAX_QUEUED_JOBS = 20
MOST_AT_ONCE = 1000
# A job costs RQ some two milliseconds, whatever is in it: fewer checks than this are not shared out.
LEAST_IN_A_JOB = 100
_CONNECT_TIMEOUT_S = 2.0
# A Redis that answers nothing costs each question its time-out: checks must not wait for that at every turn (R15).
_ASK_AGAIN_S = 3.0


def queue_name(region: str) -> str:
    """The RQ queue of a region."""
    return "health-checks" if region == "default" else f"health-checks:{region}"


def connect(redis_url: str) -> Redis:
    """A Redis connection that fails fast: the caller knows what to do without it."""
    return Redis.from_url(
        redis_url,
        socket_connect_timeout=_CONNECT_TIMEOUT_S,
        socket_timeout=_CONNECT_TIMEOUT_S,
        retry=Retry(NoBackoff(), 1),
    )


class RqDispatcher:
    """A few jobs a batch. `fallback` takes batches while Redis is away; None (an API) = they are released."""

    def __init__(self, redis: Redis, region: str, fallback: Dispatcher | None = None) -> None:
        # JSON, not pickle: whoever can write to Redis must not be able to run code here.
        self._queue = Queue(queue_name(region), connection=redis, serializer=JSONSerializer)
        self._fallback = fallback
        self._workers = 1
        self._away = False
        self._ask_again_at = 0.0

    async def room(self) -> int:
        """A short queue takes a batch; a long one leaves the work in the database."""
        if self._fallback and time.monotonic() < self._ask_again_at:
            return await self._fallback.room()
        try:
            queued, self._workers = await asyncio.to_thread(self._look)
        except RedisError as error:
            self._say_away(error)
            return await self._fallback.room() if self._fallback else 0
        self._say_back()
        return 0 if queued >= MAX_QUEUED_JOBS else MOST_AT_ONCE

    async def dispatch(self, claims: Sequence[Claim]) -> bool:
        """Enqueues ids and fences; a job that waited longer than its lease would only be thrown away, so it expires."""
        if self._fallback and time.monotonic() < self._ask_again_at:
            return await self._fallback.dispatch(claims)
        try:
            await asyncio.to_thread(self._enqueue, deal(claims, self._workers))
        except RedisError as error:
            self._say_away(error)
            return await self._fallback.dispatch(claims) if self._fallback else False
        self._say_back()
        return True

    def _look(self) -> tuple[int, int]:
        """How many jobs wait, and how many workers there were lately."""
        with self._queue.connection.pipeline(transaction=False) as pipeline:
            pipeline.llen(self._queue.key)
            pipeline.scard(WORKERS_BY_QUEUE_KEY % self._queue.name)
            queued, workers = pipeline.execute()
        return queued, workers

    def _enqueue(self, shares: Sequence[Sequence[Claim]]) -> None:
        """All or none: in one transaction of Redis."""
        self._queue.enqueue_many(
            [
                Queue.prepare_data(
                    JOB,
                    args=([[claim.watcher_id.hex, claim.fence] for claim in share],),
                    description=f"{len(share)} checks",
                    timeout=-1,
                    result_ttl=0,
                    failure_ttl=0,
                    ttl=LEASE_GRACE_MS // SECOND_MS,
                )
                for share in shares
            ]
        )

    def _say_away(self, error: RedisError) -> None:
        if not self._away:
            then = "checks run in this worker" if self._fallback else "checks wait for a worker's schedule"
            log.warning("redis is away", error=str(error)[:200], then=then)
        self._away = True
        self._ask_again_at = time.monotonic() + _ASK_AGAIN_S

    def _say_back(self) -> None:
        if self._away:
            log.info("redis is back")
        self._away = False


def deal(claims: Sequence[Claim], workers: int) -> list[Sequence[Claim]]:
    """Shares of like size, one a worker, each with slots over the whole time: whoever took all of them would be busy
    while the others wait."""
    shares = max(1, min(workers, len(claims) // LEAST_IN_A_JOB))
    return [claims[first::shares] for first in range(shares)]
