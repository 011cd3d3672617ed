"""How many jobs wait in Redis, for metrics."""

import asyncio
from collections.abc import Iterable

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue

from healther.alerting.nudge import QUEUES
from healther.monitoring.dispatch_rq import queue_name


async def count_jobs(redis: Redis, regions: Iterable[str]) -> dict[str, int]:
    """By queue: those of checks in these regions, and of deliveries. Raises ConnectionError without Redis."""
    names = (*map(queue_name, sorted(regions)), *QUEUES.values())
    try:
        return {name: await asyncio.to_thread(_length, Queue(name, connection=redis)) for name in names}
    except RedisError as error:
        raise ConnectionError(str(error)) from error


def _length(queue: Queue) -> int:
    return int(queue.count)
