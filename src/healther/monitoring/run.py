"""Step 3, run: one engine a process, a bounded number of checks in flight, every check with one total deadline.

A check counts as in flight until its result is recorded: when the database is slow or gone, claiming stops and the
backlog stays where it is safe, in the database and the queue, not in this process's memory.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence

import structlog

from healther.core.clock import SECOND_MS, now_ms
from healther.monitoring.model import Claim, Plan, Result
from healther.monitoring.witness import NetworkWitness
from healther.net.client import Net
from healther.probes.base import NETWORK_REASONS, Observation, Phases, ProbeContext, Reason

log = structlog.get_logger()

# Many connections begun in one turn of the loop wait for each other and the wait is measured as theirs
# (docs/adr/0005-honest-timings.md).
STARTS_PER_TURN = 4


class Engine:
    """Runs checks on the current event loop and hands each result to `on_result`."""

    def __init__(
        self, net: Net, witness: NetworkWitness, on_result: Callable[[Result], None], *, max_in_flight: int
    ) -> None:
        self._net = net
        self._witness = witness
        self._on_result = on_result
        self._max_in_flight = max_in_flight
        self._queue: deque[tuple[Claim, Plan]] = deque()
        self._running: dict[asyncio.Task[None], Claim] = {}
        self._unrecorded = 0
        self._pumping = False
        self._has_room = asyncio.Event()
        self._has_room.set()
        self._loop = asyncio.get_running_loop()

    @property
    def in_flight(self) -> int:
        """Checks accepted and not recorded yet."""
        return len(self._queue) + self._unrecorded

    @property
    def room(self) -> int:
        """How many more checks it takes now."""
        return max(0, self._max_in_flight - self.in_flight)

    async def accept(self, work: Sequence[tuple[Claim, Plan]]) -> None:
        """Takes a batch, waiting until it fits; a batch larger than the engine is let in when the engine is empty."""
        while self.in_flight and len(work) > self.room:
            self._has_room.clear()
            await self._has_room.wait()
        self._queue.extend(work)
        if not self._pumping:
            self._pumping = True
            self._loop.call_soon(self._pump)

    def recorded(self, count: int) -> None:
        """Says that `count` results are safe (or refused): their room is free again."""
        self._unrecorded -= count
        self._has_room.set()

    async def drain(self, timeout_s: float) -> list[Claim]:
        """Lets running checks finish; returns the claims that were not started or did not make it."""
        undone = [claim for claim, _ in self._queue]
        self._queue.clear()
        if self._running:
            _, unfinished = await asyncio.wait(self._running, timeout=timeout_s)
            undone += [self._running[task] for task in unfinished]
            for task in unfinished:
                task.cancel()
        return undone

    def _pump(self) -> None:
        for _ in range(min(STARTS_PER_TURN, len(self._queue))):
            claim, plan = self._queue.popleft()
            self._unrecorded += 1
            task = self._loop.create_task(self._check(claim, plan))
            self._running[task] = claim
            task.add_done_callback(self._running.pop)
        self._pumping = bool(self._queue)
        if self._pumping:
            self._loop.call_soon(self._pump)

    async def _check(self, claim: Claim, plan: Plan) -> None:
        started_at_ms = now_ms()
        observation = await observe(self._net, plan)
        if observation.reason in NETWORK_REASONS:
            self._witness.failed(plan.target)
            if await self._witness.own_network_is_gone():
                observation = Observation(
                    observation.phases,
                    reason=Reason.NO_NETWORK,
                    message="healther itself had no network: several targets and its reference targets failed at once",
                )
        else:
            self._witness.answered(plan.target)
        self._on_result(Result(claim, plan, started_at_ms, observation))


async def observe(net: Net, plan: Plan) -> Observation:
    """One probe under its total deadline; a fault of ours is `internal`, never a failure of the service."""
    timeout_s = plan.timeout_ms / SECOND_MS
    try:
        return await plan.probe.run(ProbeContext(net=net, deadline=time.monotonic() + timeout_s))
    except Exception as error:  # a bug in a probe must not look like downtime, nor stop the engine
        log.exception("probe failed", kind=type(plan.probe).__name__, error=type(error).__name__)
        return Observation(Phases(), reason=Reason.INTERNAL, message=f"healther's own fault: {type(error).__name__}")
