"""A nudge through Redis, for an API beside workers."""

import asyncio

import structlog
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from rq.serializers import JSONSerializer

from healther.alerting.models import Lane
from healther.alerting.nudge import JOB, QUEUES

log = structlog.get_logger()

_TTL_S = 5


class QueueNudge:
    """For `healther api` beside workers: a job on the lane's queue."""

    def __init__(self, redis: Redis) -> None:
        self._queues = {lane: Queue(name, connection=redis, serializer=JSONSerializer) for lane, name in QUEUES.items()}

    async def queued(self, lane: Lane) -> None:
        """Enqueues the job; without Redis the workers find out by themselves."""
        try:
            await asyncio.to_thread(
                self._queues[lane].enqueue_call, JOB, timeout=-1, result_ttl=0, failure_ttl=0, ttl=_TTL_S
            )
        except RedisError as error:
            log.warning("redis is away, senders look by themselves", error=str(error)[:200])
