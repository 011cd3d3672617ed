"""One worker process from inside: what it takes from the queue, when it lets go, and what it does without Redis."""

import asyncio
import os
import signal
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from redis import Redis
from rq import Callback, Queue, Worker
from rq.job import Job
from rq.serializers import JSONSerializer

from healther.core.clock import now_ms
from healther.core.db import Database
from healther.core.settings import Settings, SettingsError
from healther.monitoring.claim import Claims
from healther.monitoring.dispatch_rq import JOB, RqDispatcher, connect, queue_name
from healther.watchers.states import State
from healther.workers import host as host_module
from healther.workers.host import ThreadedWorker, WorkerHost, make_current
from healther.workers.jobs import check_batch
from tests.support import servers
from tests.support.target import target
from tests.support.waiting import until
from tests.support.watchers import add_watcher, state_of

SECRET_KEY = "a-secret-only-for-tests-0123456789-abcdef"


def settings(database_url: str, redis_url: str | None, **values: object) -> Settings:
    return Settings(
        database_url=database_url,
        redis_url=redis_url,
        secret_key=SECRET_KEY,
        allow_networks="127.0.0.0/8",
        reference_targets="",
        **values,
    )


@asynccontextmanager
async def working(given: Settings) -> AsyncIterator[WorkerHost]:
    """A host in this process, ended by the signal it would be ended by."""
    host = WorkerHost(given)
    make_current(host)
    task = asyncio.create_task(host.run())
    await asyncio.sleep(0)  # its first turn installs the signal handlers
    try:
        yield host
    finally:
        assert not task.done()
        signal.raise_signal(signal.SIGTERM)
    async with asyncio.timeout(20):
        assert await task


def test_a_worker_told_to_end_in_the_moment_it_takes_a_job_still_does_it_and_takes_no_other(redis_url: str) -> None:
    class ToldNow(ThreadedWorker):
        done: list[str]

        def reorder_queues(self, reference_queue: Queue) -> None:
            super().reorder_queues(reference_queue)
            self.ending.set()  # RQ comes here right after it took a job

        def execute_job(self, job: Job, queue: Queue) -> None:
            self.done.append(job.id)

    redis = connect(redis_url)
    queue = Queue(queue_name("default"), connection=redis, serializer=JSONSerializer)
    first, second = (queue.enqueue_call(JOB, args=([],)) for _ in range(2))
    worker = ToldNow([queue], connection=redis, serializer=JSONSerializer)
    worker.done, worker.ending = [], threading.Event()
    worker.work(logging_level="WARNING")
    assert worker.done == [first.id]
    assert queue.job_ids == [second.id]
    redis.close()


def test_a_worker_of_a_redis_that_was_emptied_is_counted_again(redis_url: str) -> None:
    """Batches are dealt by how many there are."""
    redis = connect(redis_url)
    queue = Queue(queue_name("default"), connection=redis, serializer=JSONSerializer)
    worker = ThreadedWorker([queue], connection=redis, serializer=JSONSerializer)
    worker.ending = threading.Event()
    worker.register_birth()
    redis.flushall()
    worker.run_maintenance_tasks()
    assert Worker.count(queue=queue) == 1
    redis.close()


async def test_a_batch_from_the_queue_is_checked_by_the_engine(postgres_url: str, redis_url: str) -> None:
    db = Database(postgres_url)
    given = settings(postgres_url, redis_url)
    with target() as served:
        async with working(given):
            # Its own schedule does not look at another region; only the queue brings this one.
            watcher = await add_watcher(db, now_ms(), url=served.url(), region="elsewhere")
            claim = await Claims(db).one(watcher.id)
            assert claim is not None
            redis = connect(redis_url)
            assert await RqDispatcher(redis, "default").dispatch([claim])

            async def healthy() -> bool:
                return (await state_of(db, watcher.id)).state == State.HEALTHY

            await until(healthy, "it was checked")
            redis.close()
        assert len(served.hits("/")) == 1
    await db.close()


async def test_claims_that_were_taken_over_and_nonsense_in_the_queue_are_thrown_away(
    postgres_url: str, redis_url: str, tmp_path: Path
) -> None:
    db = Database(postgres_url)
    with target() as served:
        async with working(settings(postgres_url, redis_url)):
            watcher = await add_watcher(db, now_ms(), url=served.url(), region="elsewhere")
            stale = await Claims(db).one(watcher.id)
            assert stale is not None
            await Claims(db).release([stale])
            fresh = await Claims(db).one(watcher.id)
            assert fresh is not None
            redis = Redis.from_url(redis_url)
            queue = Queue(queue_name("default"), connection=redis, serializer=JSONSerializer)
            for batch in ([[str(uuid4()), 7]], [["no uuid", "no fence"]], [], [[str(watcher.id), stale.fence]]):
                await asyncio.to_thread(queue.enqueue_call, JOB, args=(batch,), result_ttl=0, failure_ttl=0)
            good = [[str(watcher.id), fresh.fence]]
            # S4: whoever can write to Redis is not thereby able to run code here.
            await asyncio.to_thread(queue.enqueue_call, "os.mkdir", args=(str(tmp_path / "job"),))
            await asyncio.to_thread(
                queue.enqueue_call, JOB, args=(good,), on_success=Callback("os.mkdir"), result_ttl=0
            )
            await asyncio.to_thread(queue.enqueue_call, JOB, args=(good,), result_ttl=0, failure_ttl=0)

            async def healthy() -> bool:
                return (await state_of(db, watcher.id)).state == State.HEALTHY

            await until(healthy, "the one claim that is good was checked")
            redis.close()
        assert len(served.hits("/")) == 1
    assert not os.listdir(tmp_path)
    await db.close()


async def test_without_redis_a_worker_checks_by_itself_and_joins_the_queue_when_it_comes(postgres_url: str) -> None:
    """R3."""
    db = Database(postgres_url)
    port = servers.free_port()
    redis_url = f"redis://127.0.0.1:{port}/0"
    with target() as served:
        watcher = await add_watcher(db, now_ms(), url=served.url())
        async with working(settings(postgres_url, redis_url)):

            async def healthy() -> bool:
                return (await state_of(db, watcher.id)).state == State.HEALTHY

            await until(healthy, "it was checked without Redis")
            with servers.redis(port):
                redis = Redis.from_url(redis_url)

                async def joined() -> bool:
                    return bool(await asyncio.to_thread(redis.scard, "rq:workers"))

                await until(joined, "the worker is at the queue", 15)
                redis.close()
    await db.close()


def test_it_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match="HEALTHER_REDIS_URL is not set"):
        WorkerHost(settings("postgresql+psycopg://nobody@127.0.0.1:1/none", None))
    monkeypatch.setattr(host_module, "_current", [])
    with pytest.raises(LookupError, match="runs only inside"):
        check_batch([])
