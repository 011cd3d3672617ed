"""Two APIs, two workers, PostgreSQL and Redis: one product, and what it takes to lose a check (it does not)."""

import asyncio
import signal
from uuid import UUID

from redis import Redis
from rq import Queue

from healther.core.clock import now_ms
from healther.core.db import Database
from healther.watchers.cadence import CadenceUnit
from healther.watchers.states import State
from tests.support import servers
from tests.support.checks import events_of, longest_wait_ms
from tests.support.processes import Process, Processes
from tests.support.servers import wait_until
from tests.support.target import Answer, Target
from tests.support.waiting import until
from tests.support.watchers import add_watcher, all_checked_since, state_of

INTERVAL_MS = 10_000
# What R3 and R4 allow: one interval and 30 s.
LONGEST_WAIT_MS = INTERVAL_MS + 30_000


async def test_two_apis_and_two_workers_share_the_work_and_survive_losing_redis_and_one_of_them(
    processes: Processes, target: Target, postgres_url: str
) -> None:
    """R3, R4, R5: the queue carries work and owns nothing; every slot is checked once."""
    db = Database(postgres_url)
    with servers.redis() as redis:
        redis_url = f"redis://127.0.0.1:{redis.port}/0"
        processes.settings(DATABASE_URL=postgres_url, REDIS_URL=redis_url)
        apis = [processes.start_server("api") for _ in range(2)]
        workers = processes.start_worker("--processes", "2")
        for api in apis:
            processes.serving(api)
        processes.working(workers, 2)

        workspace = processes.workspace(apis[0])
        client = workspace.client
        queue = Redis.from_url(redis_url)
        before = _jobs_done(queue)
        ids = []
        for number in range(8):
            client.api = apis[number % 2].url
            ids.append(workspace.watch(target.url(f"/{number}")))
        for watcher_id in ids:
            wait_until(lambda each=watcher_id: workspace.state(each) == "healthy", "its first check was made", 30)
        assert _jobs_done(queue) > before

        queue.flushall()
        flushed_at = now_ms()
        await until(lambda: all_checked_since(db, ids, flushed_at), "all are checked after FLUSHALL", 40)
        target.set("/0", Answer(status=500))
        assert workspace.checked(ids[0], "down")["reason"] == "status_mismatch"
        wait_until(lambda: workspace.state(ids[0]) == "down", "the first is down", 40)
        target.set("/0", Answer())
        workspace.checked(ids[0], "healthy")
        wait_until(lambda: workspace.state(ids[0]) == "healthy", "the first is healthy again", 40)
        queue.close()
        port = redis.port
    # Redis is gone now. The API answers, and what is made meanwhile is checked.
    newcomer = workspace.watch(target.url("/new"))
    wait_until(lambda: workspace.state(newcomer) == "healthy", "a watcher made without Redis is checked", 40)
    gone_at = now_ms()
    await until(lambda: all_checked_since(db, ids, gone_at), "all are checked without Redis", 40)
    assert '"redis is away"' in workers.log
    assert "checks run in this worker" in workers.log

    with servers.redis(port):
        queue = Redis.from_url(redis_url)
        wait_until(lambda: _jobs_done(queue) > 0, "the workers take jobs from the new Redis by themselves", 40)
        assert '"redis is back"' in workers.log
        queue.close()
        missed = [(await state_of(db, each)).missed_slots for each in ids]
        workers.children()[0].kill()
        killed_at = now_ms()
        wait_until(lambda: workers.log.count('"worker started"') == 3, "a third worker has been started", 120)
        assert "a worker process ended" in workers.log
        await until(lambda: all_checked_since(db, [*ids, newcomer], killed_at), "all are checked", 40)
        for each, before in zip(ids, missed, strict=True):
            assert (await state_of(db, each)).missed_slots - before <= 1
        family = workers.children()
        assert len(family) == 2
        workers.send(signal.SIGTERM)
        assert workers.wait(40) == 0
        assert not any(child.is_running() for child in family)
    total = 0
    for number, watcher_id in enumerate(ids):
        events = await events_of(db, watcher_id)
        assert longest_wait_ms(events) < LONGEST_WAIT_MS
        # Every check that was recorded was made, none was made twice, and the kill has cost one at most.
        assert 0 <= len(target.hits(f"/{number}")) - len(events) <= 1
        if number > 0:
            assert {event.status for event in events} == {State.HEALTHY}
        total += len(events)
    assert total >= 16
    await db.close()


async def test_first_checks_wait_in_the_queue_and_losing_them_loses_no_watcher(
    processes: Processes, target: Target, postgres_url: str
) -> None:
    """R3: creating a watcher puts its first check on `health-checks` at once; the truth of it is in the database."""
    db = Database(postgres_url)
    with servers.redis() as redis:
        redis_url = f"redis://127.0.0.1:{redis.port}/0"
        processes.settings(DATABASE_URL=postgres_url, REDIS_URL=redis_url)
        workspace = processes.workspace(processes.serving(processes.start_server("api")))
        connection = Redis.from_url(redis_url)
        queue = Queue("health-checks", connection=connection)
        ids = []
        for number in range(3):
            before = queue.count
            ids.append(workspace.watch(target.url(f"/{number}")))
            wait_until(lambda before=before: queue.count > before, "its first check is in the queue")
        assert [target.hits(f"/{number}") for number in range(3)] == [[], [], []]

        connection.flushall()
        assert queue.count == 0
        lost_at = now_ms()
        processes.working(processes.start_worker())
        await until(lambda: all_checked_since(db, ids, lost_at), "all are checked", LONGEST_WAIT_MS // 1000)
        assert {(await state_of(db, each)).state for each in ids} == {State.HEALTHY}
        connection.close()
    await db.close()


def _jobs_done(queue: Redis) -> int:
    """Jobs that any worker has finished, by RQ's own count."""
    counts = [
        queue.hget(key, "successful_job_count") for key in queue.keys("rq:worker:*") if queue.type(key) == b"hash"
    ]
    return sum(int(count or 0) for count in counts)


def test_workers_whose_parent_was_killed_drain_and_end(processes: Processes, postgres_url: str, redis_url: str) -> None:
    processes.settings(DATABASE_URL=postgres_url, REDIS_URL=redis_url)
    parent = processes.working(processes.start_worker("--processes", "2"), 2)
    children = parent.children()
    parent.send(signal.SIGKILL)
    wait_until(lambda: not any(child.is_running() for child in children), "the children have ended", 30)
    assert parent.log.count('"pipeline stopped"') == 2


async def test_a_killed_and_a_frozen_worker_lose_no_check_and_their_late_results_are_refused(
    processes: Processes, target: Target, postgres_url: str, redis_url: str
) -> None:
    """R4, R5, R15: leases end by themselves, slots are fenced, and nobody is called down for our own trouble."""
    processes.settings(DATABASE_URL=postgres_url, REDIS_URL=redis_url)
    db = Database(postgres_url)
    workers = [processes.start_worker() for _ in range(3)]
    for worker in workers:
        processes.working(worker)
    frozen_watcher = await _hanging_watcher(db, target, "/frozen")
    frozen = await _who_checks(workers, target, "/frozen")
    frozen.send(signal.SIGSTOP)
    target.set("/frozen", Answer())
    # A frozen client still waits at Redis' queue for up to a second; claims are made a second ahead.
    killed_watcher = await _hanging_watcher(db, target, "/killed", in_ms=3_000)
    killed = await _who_checks(workers, target, "/killed")
    assert killed is not frozen
    killed.send(signal.SIGKILL)
    target.set("/killed", Answer())
    lost_at = now_ms()

    for watcher_id in (frozen_watcher, killed_watcher):
        await until(lambda each=watcher_id: _is(db, each, State.HEALTHY), "its check was made by another", 50)
        row = await state_of(db, watcher_id)
        assert row.last_checked_at is not None
        assert row.last_checked_at - lost_at < LONGEST_WAIT_MS
    # The third has taken over: of the one whose worker was killed no more than one check is lost.
    assert (await state_of(db, killed_watcher)).missed_slots <= 1
    frozen.send(signal.SIGCONT)
    wait_until(lambda: "results refused" in frozen.log, "the late result is refused", 40)
    for watcher_id, path in ((frozen_watcher, "/frozen"), (killed_watcher, "/killed")):
        # The one that was lost, and those that were recorded (one may be on its way).
        await until(
            lambda each=watcher_id, path=path: _all_but_one_recorded(db, each, target, path), "the rest is recorded", 10
        )
        assert {event.status for event in await events_of(db, watcher_id)} == {State.HEALTHY}
        row = await state_of(db, watcher_id)
        assert row.state == State.HEALTHY
    await db.close()


async def _all_but_one_recorded(db: Database, watcher_id: UUID, target: Target, path: str) -> bool:
    events = await events_of(db, watcher_id)
    return len(target.hits(path)) == len(events) + 1


async def _hanging_watcher(db: Database, target: Target, path: str, in_ms: int = 0) -> UUID:
    target.set(path, Answer(hangs=True))
    now = now_ms()
    # Who has it is looked for among all connections of this machine, which may be many: that takes its time.
    watcher = await add_watcher(
        db, now, url=target.url(path), every_value=10, every_unit=CadenceUnit.SECONDS, timeout_ms=5_000,
        due_at=now + in_ms,
    )  # fmt: skip
    return watcher.id


async def _who_checks(workers: list[Process], target: Target, path: str) -> Process:
    """The worker whose request hangs at the target right now."""
    async with asyncio.timeout(40):
        while True:
            for hit in target.hits(path):
                for worker in workers:
                    if worker.alive and worker.owns_port(hit.client_port):
                        return worker
            await asyncio.sleep(0.01)


async def _is(db: Database, watcher_id: UUID, state: State) -> bool:
    return (await state_of(db, watcher_id)).state == state
