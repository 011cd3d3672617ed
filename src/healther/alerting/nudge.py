"""Telling the senders that something was queued, after the commit, so that they need not wait for their next look."""

import asyncio
from typing import Protocol

import structlog
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from rq.serializers import JSONSerializer

from healther.alerting.models import Lane

log = structlog.get_logger()

JOB = "healther.workers.jobs.send_deliveries"
# Redis carries the nudge and owns nothing: the deliveries are in the database, where senders look every second anyway.
QUEUES = {Lane.ALERT: "alerts", Lane.SUBSCRIBER: "email"}
_TTL_S = 5


class Nudge(Protocol):
    """Whoever sends is told to look; losing the call costs a second, never a message."""

    async def queued(self, lane: Lane) -> None:
        """Something was queued in this lane, and committed."""
        ...


class NoNudge:
    """For an API without senders beside it and without Redis: they look by themselves."""

    async def queued(self, lane: Lane) -> None:
        """Nobody to tell."""


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
