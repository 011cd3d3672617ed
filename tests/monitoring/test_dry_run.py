"""Dry runs are for people: a bounded number at a time, and a share of them for each."""

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from healther.core.errors import ThrottledProblem
from healther.monitoring.dry_run import MOST_AT_ONCE, MOST_OF_ONE, DryRunner
from healther.net.client import Net
from healther.probes.base import Observation, Phases, ProbeContext

LIMITS = {"timeout_ms": 60_000, "degraded_after_ms": None, "certificate_days": 14}


class Hanging:
    """A probe that ends when it is told to."""

    def __init__(self) -> None:
        self.end = asyncio.Event()

    async def run(self, _context: ProbeContext) -> Observation:
        await self.end.wait()
        return Observation(Phases())


@pytest.fixture
async def runner() -> AsyncIterator[DryRunner]:
    net = Net()
    yield DryRunner(net)
    await net.close()


async def test_one_person_whose_tests_hang_leaves_room_for_everybody_else(runner: DryRunner) -> None:
    probe, greedy = Hanging(), uuid4()
    async with asyncio.TaskGroup() as group:
        for _ in range(MOST_OF_ONE):
            group.create_task(runner.run(probe, user_id=greedy, **LIMITS))
        await asyncio.sleep(0)
        with pytest.raises(ThrottledProblem):
            await runner.run(probe, user_id=greedy, **LIMITS)
        others = [
            group.create_task(runner.run(probe, user_id=uuid4(), **LIMITS)) for _ in range(MOST_AT_ONCE - MOST_OF_ONE)
        ]
        await asyncio.sleep(0)
        assert not any(other.done() for other in others)
        with pytest.raises(ThrottledProblem):
            await runner.run(probe, user_id=uuid4(), **LIMITS)
        probe.end.set()
    assert (await runner.run(probe, user_id=greedy, **LIMITS)).status == "healthy"
