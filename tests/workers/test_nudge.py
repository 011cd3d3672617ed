"""What an API alone queues is sent by the workers at once: a job on `alerts` or `email` wakes their senders."""

from redis import Redis
from rq import Queue

from healther.alerting.models import Lane
from healther.alerting.nudge import QUEUES
from healther.alerting.nudge_rq import QueueNudge
from healther.monitoring.dispatch_rq import connect
from tests.support.servers import free_port
from tests.support.waiting import until
from tests.workers.test_host import settings, working


async def test_a_nudge_wakes_the_senders_of_a_worker(postgres_url: str, redis_url: str) -> None:
    woken: list[bool] = []
    async with working(settings(postgres_url, redis_url)) as host:

        async def started() -> bool:
            return host._alerting is not None

        await until(started, "the worker has senders")
        assert host._alerting is not None
        host._alerting.wake = lambda: woken.append(True)  # type: ignore[method-assign]
        redis = connect(redis_url)
        for lane in Lane:
            woken.clear()
            await QueueNudge(redis).queued(lane)

            async def awake() -> bool:
                return bool(woken)

            async def taken(lane: Lane = lane) -> bool:
                return Queue(QUEUES[lane], connection=redis).count == 0

            await until(taken, "the job was taken")
            await until(awake, "the senders were woken")
        redis.close()


async def test_a_nudge_without_redis_is_no_failure() -> None:
    redis = Redis(port=free_port(), socket_connect_timeout=0.2)
    await QueueNudge(redis).queued(Lane.ALERT)
    redis.close()
