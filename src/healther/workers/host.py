"""One worker process: the pipeline on the main thread's loop, the RQ worker on a thread beside it."""

import asyncio
import signal
import threading
import time
from collections.abc import Sequence
from uuid import UUID

import structlog
from redis.exceptions import RedisError
from rq import SimpleWorker
from rq.exceptions import DeserializationError, StopRequested
from rq.job import Job
from rq.queue import Queue
from rq.serializers import JSONSerializer
from rq.timeouts import TimerDeathPenalty
from rq.worker_registration import register

from healther.alerting.loops import AlertingLoops
from healther.alerting.models import Lane
from healther.alerting.nudge import JOB as SEND_JOB
from healther.alerting.nudge import QUEUES
from healther.alerting.sealed import warn_of_sealed
from healther.core.backoff import MOST_S, Backoff
from healther.core.db import Database
from healther.core.settings import Settings, SettingsError
from healther.monitoring.dispatch_rq import JOB, connect, queue_name
from healther.monitoring.pipeline import Pipeline
from healther.net import tracing
from healther.observability import pools, sql_spans
from healther.watchers.secrets import SEALER_PURPOSE
from healther.workers.endpoint import WorkerEndpoint

log = structlog.get_logger()

_JOBS = frozenset({JOB, SEND_JOB})
_WORKER_TTL_S = 60
_JOIN_TIMEOUT_S = 2.5


class ThreadedWorker(SimpleWorker):
    """RQ's worker without what needs the main thread, looking every second whether `ending` is set."""

    ending: threading.Event
    death_penalty_class = TimerDeathPenalty
    # However long Redis was away, checks go through the queue again seconds after it is back.
    max_connection_wait_time = 2.0

    def _install_signal_handlers(self) -> None:
        """The host handles signals."""

    def subscribe(self) -> None:
        """No commands through Redis: nobody needs them, and their thread would outlive a worker that lost Redis."""

    def unsubscribe(self) -> None:
        """Nothing was subscribed to."""

    @property
    def dequeue_timeout(self) -> int:
        return 1

    def execute_job(self, job: Job, queue: Queue) -> None:
        """Only healther's own jobs are run: RQ would import and call whatever name stands in Redis (S4)."""
        if not _is_ours(job):
            log.error("a job that is not healther's was thrown away", job=job.id[:100])
            job.delete()
            return
        super().execute_job(job, queue)

    @property
    def should_run_maintenance_tasks(self) -> bool:
        return self.ending.is_set() or super().should_run_maintenance_tasks

    def run_maintenance_tasks(self) -> None:
        """The one place to end a waiting worker: RQ comes here between two waits and never with a job in its hand.

        Its `heartbeat` looks like such a place too, but is also called with the job just taken: that job would be lost.
        """
        if self.ending.is_set():
            raise StopRequested
        super().run_maintenance_tasks()  # type: ignore[no-untyped-call]  # RQ annotates it not
        register(self)  # Redis may have been emptied since: batches are dealt by how many workers it knows


def _is_ours(job: Job) -> bool:
    try:
        plain = job.func_name in _JOBS and job.instance is None
    except DeserializationError:
        return False
    return plain and not (job._success_callback_name or job._failure_callback_name or job._stopped_callback_name)


class WorkerHost:
    """Everything of one worker process."""

    def __init__(self, settings: Settings, number: int = 0) -> None:
        if settings.redis_url is None:
            raise SettingsError("HEALTHER_REDIS_URL is not set; without Redis use `healther up`, which needs no worker")
        self._settings = settings
        self._number = number
        self._redis_url = settings.redis_url
        self._sealer = settings.sealer(SEALER_PURPOSE)
        self._pipeline: Pipeline | None = None
        self._alerting: AlertingLoops | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop = threading.Event()

    async def run(self) -> bool:
        """Works until SIGTERM or SIGINT, then drains; False = it ended because of a fault of its own."""
        loop = self._loop = asyncio.get_running_loop()
        ended = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, ended.set)
        db = Database(self._settings.database_url, answer_timeout_s=self._settings.database_timeout_s)
        pools.count(db.engines)
        if self._settings.traces_endpoint is not None:
            tracing.start(self._settings.traces_endpoint, self._settings.traces_sample, self._settings.dns_servers)
            sql_spans.watch(db.engines)
        await warn_of_sealed(db, self._settings)
        self._pipeline = Pipeline(self._settings, db, self._sealer)
        self._alerting = AlertingLoops(self._settings, db, self._pipeline.net)
        endpoint = WorkerEndpoint.of(self._settings, self._number)
        if endpoint is not None:
            await endpoint.start()
        await self._pipeline.start()
        self._alerting.start()
        thread = threading.Thread(target=self._consume, name="rq", daemon=True)
        thread.start()
        log.info("worker started", region=self._settings.region, queue=queue_name(self._settings.region))
        await ended.wait()
        log.info("worker stopping: no new checks, those under way are finished")
        self._stop.set()
        # The job in hand may still be waiting for room in the engine: the loop goes on until it has handed over.
        await asyncio.to_thread(thread.join, _JOIN_TIMEOUT_S)
        await self._alerting.stop()
        await self._pipeline.stop()
        if endpoint is not None:
            await endpoint.stop()
        await db.close()
        await tracing.stop()
        return not (self._pipeline.failed or self._alerting.failed)

    def accept(self, fences: Sequence[tuple[UUID, int]]) -> None:
        """Called by a job, on the RQ thread: returns when the engine has taken the batch."""
        assert self._pipeline is not None
        assert self._loop is not None
        asyncio.run_coroutine_threadsafe(self._pipeline.accept(fences), self._loop).result()

    def send_deliveries(self) -> None:
        """Called by a job, on the RQ thread: something was queued by a process that does not send."""
        assert self._alerting is not None
        assert self._loop is not None
        self._loop.call_soon_threadsafe(self._alerting.wake)

    def _consume(self) -> None:
        """The RQ thread: works the queue; a Redis that is away or was emptied is joined again as a new worker."""
        backoff = Backoff()
        while not self._stop.is_set():
            began = time.monotonic()
            try:
                self._work()
            except RedisError as error:
                log.warning("queue is away, trying again", error=str(error)[:200])
            # RQ also returns, after it has logged why, when Redis answers with an error.
            if time.monotonic() - began > MOST_S:
                backoff.worked()
            self._stop.wait(backoff.failed())

    def _work(self) -> None:
        redis = connect(self._redis_url)
        redis.connection_pool.connection_kwargs["socket_timeout"] = None
        names = (QUEUES[Lane.ALERT], queue_name(self._settings.region), QUEUES[Lane.SUBSCRIBER])
        queues = [Queue(name, connection=redis, serializer=JSONSerializer) for name in names]
        worker = ThreadedWorker(
            queues, connection=redis, serializer=JSONSerializer, worker_ttl=_WORKER_TTL_S, log_job_description=False
        )
        worker.ending = self._stop
        worker.work(logging_level="WARNING")


_current: list[WorkerHost] = []


def current_host() -> WorkerHost:
    """The host of this process; raises LookupError in a process that is no worker."""
    if not _current:
        raise LookupError("this job runs only inside `healther worker`")
    return _current[0]


def make_current(host: WorkerHost) -> None:
    """Makes `host` the one that jobs find."""
    _current[:] = [host]
