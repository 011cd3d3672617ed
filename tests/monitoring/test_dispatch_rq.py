"""Dispatch through Redis: what stands in a job, and where checks go when Redis does not take it."""

import functools
import operator
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from redis import Redis
from rq import Queue, SimpleWorker
from rq.serializers import JSONSerializer

from healther.core.clock import SECOND_MS, now_ms
from healther.core.ids import new_id
from healther.monitoring import dispatch_rq
from healther.monitoring.dispatch_rq import (
    JOB,
    LEAST_IN_A_JOB,
    MAX_QUEUED_JOBS,
    MOST_AT_ONCE,
    RqDispatcher,
    connect,
    deal,
    queue_name,
)
from healther.monitoring.model import Claim
from healther.monitoring.store import LEASE_GRACE_MS
from tests.support.proxy import port_of, proxy, through
from tests.support.servers import free_port


@dataclass
class Beside:
    """An engine beside the dispatcher."""

    taken: list[Claim] = field(default_factory=list)

    async def room(self) -> int:
        return 7

    async def dispatch(self, claims: Sequence[Claim]) -> bool:
        self.taken += claims
        return True


def claim() -> Claim:
    return Claim(new_id(), now_ms(), 3, 1, now_ms() + 25_000)


def test_every_region_has_its_queue() -> None:
    assert queue_name("default") == "health-checks"
    assert queue_name("eu-west") == "health-checks:eu-west"


async def test_a_batch_is_one_job_of_ids_and_fences_that_expires_and_a_long_queue_has_no_room(redis_url: str) -> None:
    redis = connect(redis_url)
    dispatcher = RqDispatcher(redis, "default", Beside())
    claims = [claim(), claim()]
    assert await dispatcher.room() == MOST_AT_ONCE
    assert await dispatcher.dispatch(claims)
    queue = Queue("health-checks", connection=redis, serializer=JSONSerializer)
    (job,) = queue.jobs
    assert (job.func_name, job.args) == (JOB, [[[each.watcher_id.hex, 3] for each in claims]])
    assert 0 < redis.ttl(job.key) <= LEASE_GRACE_MS // SECOND_MS
    for _ in range(MAX_QUEUED_JOBS - 1):
        await dispatcher.dispatch([claim()])
    assert await dispatcher.room() == 0
    redis.close()


async def test_a_batch_is_dealt_to_as_many_jobs_as_there_are_workers(redis_url: str) -> None:
    """Or one of them would open every connection of a turn while the others wait."""
    redis = connect(redis_url)
    queue = Queue("health-checks", connection=redis, serializer=JSONSerializer)
    for _ in range(3):
        SimpleWorker([queue], connection=redis, serializer=JSONSerializer).register_birth()
    dispatcher = RqDispatcher(redis, "default", Beside())
    claims = [claim() for _ in range(3 * LEAST_IN_A_JOB + 1)]
    await dispatcher.room()
    assert await dispatcher.dispatch(claims)
    shares = [[watcher_id for watcher_id, _ in job.args[0]] for job in queue.jobs]
    assert sorted(len(share) for share in shares) == [LEAST_IN_A_JOB, LEAST_IN_A_JOB, LEAST_IN_A_JOB + 1]
    assert sorted(functools.reduce(operator.iadd, shares, [])) == sorted(each.watcher_id.hex for each in claims)
    redis.close()


def test_few_claims_are_not_dealt_and_as_many_as_there_are_come_out() -> None:
    claims = [claim() for _ in range(2 * LEAST_IN_A_JOB)]
    assert deal(claims[:-1], 8) == [claims[:-1]]
    assert deal(claims, 8) == [claims[::2], claims[1::2]]
    # Redis was emptied: nobody knows of a worker.
    assert deal(claims, 0) == [claims]


async def test_without_redis_the_engine_beside_it_checks_and_an_api_gives_back() -> None:
    redis = connect(f"redis://127.0.0.1:{free_port()}/0")
    beside, one = Beside(), claim()
    worker = RqDispatcher(redis, "default", beside)
    assert await worker.room() == 7
    assert await worker.dispatch([one])
    assert beside.taken == [one]
    api = RqDispatcher(redis, "default")
    assert await api.room() == 0
    assert not await api.dispatch([one])
    redis.close()


async def test_a_redis_that_answers_nothing_is_asked_now_and_then_only(
    redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R15: its time-out is not paid at every turn of the schedule."""
    monkeypatch.setattr(dispatch_rq, "_CONNECT_TIMEOUT_S", 0.2)
    with proxy(port_of(redis_url)) as between:
        redis: Redis = connect(through(between, redis_url))
        beside = Beside()
        dispatcher = RqDispatcher(redis, "default", beside)
        asked = 0
        look = dispatcher._look

        def counting() -> tuple[int, int]:
            nonlocal asked
            asked += 1
            return look()

        monkeypatch.setattr(dispatcher, "_look", counting)
        assert await dispatcher.room() == MOST_AT_ONCE
        between.stall()
        for _ in range(5):
            assert await dispatcher.room() == 7
            assert await dispatcher.dispatch([claim()])
        assert asked == 2
        assert len(beside.taken) == 5
        between.strand()
        monkeypatch.setattr(dispatcher, "_ask_again_at", 0.0)
        assert await dispatcher.room() == MOST_AT_ONCE
        redis.close()
