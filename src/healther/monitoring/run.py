"""Step 3, run: one engine a process, a bounded number of checks in flight, every check with one total deadline.

A check counts as in flight until its result is recorded: when the database is slow or gone, claiming stops and the
backlog stays where it is safe, in the database and the queue, not in this process's memory.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import count
from uuid import UUID

import structlog

from healther.core.clock import SECOND_MS, now_ms
from healther.monitoring.model import Claim, Plan, Result
from healther.monitoring.store import CLAIM_AHEAD_MS
from healther.monitoring.witness import NetworkWitness
from healther.net.client import Net
from healther.net.steps import Steps
from healther.probes.base import INCONCLUSIVE_REASONS, NETWORK_REASONS, Observation, Phases, ProbeContext, Reason

log = structlog.get_logger()

# Many connections begun in one turn of the loop wait for each other and the wait is measured as theirs
# (docs/adr/0005-honest-timings.md).
STARTS_PER_TURN = 4
# Checks of the same hundredth of a second start together, up to this late: a process that wakes for each alone spends
# more on waking up than on checking (0.17 against 0.10 ms of CPU a check at 1,000/s, docs/adr/0010).
START_TICK_MS = 10
# Claims are made a second ahead: room for what a fast schedule brings in that time.
MIN_WAITING = 5_000


class Engine:
    """Runs checks on the current event loop, each at its slot, and hands each result to `on_result`."""

    def __init__(
        self, net: Net, witness: NetworkWitness, on_result: Callable[[Result], None], *, max_in_flight: int
    ) -> None:
        self._net = net
        self._witness = witness
        self._on_result = on_result
        self._max_in_flight = max_in_flight
        self._most_waiting = max(max_in_flight, MIN_WAITING)
        # When each starts, by the monotonic clock: the wall clock may be set while they wait (R12). The first is last.
        self._waiting: list[tuple[int, int, Claim, Plan]] = []
        self._arrival = count()
        self._running: dict[int, tuple[Claim, Steps | asyncio.Task[None]]] = {}
        self._all_ended: asyncio.Event | None = None
        self._unrecorded = 0
        self._next_start: asyncio.TimerHandle | asyncio.Handle | None = None
        self._has_room = asyncio.Event()
        self._loop = asyncio.get_running_loop()

    @property
    def in_flight(self) -> int:
        """Checks started and not recorded yet."""
        return self._unrecorded

    @property
    def waiting(self) -> int:
        """Claims that wait for their slot."""
        return len(self._waiting)

    @property
    def room(self) -> int:
        """How many more claims may wait here for their slot."""
        return max(0, self._most_waiting - len(self._waiting))

    async def accept(self, work: Sequence[tuple[Claim, Plan]]) -> None:
        """Takes a batch, waiting until it fits; one larger than the engine is let in when nothing else waits."""
        while self._waiting and len(work) > self.room:
            self._has_room.clear()
            await self._has_room.wait()
        now, ticks = now_ms(), _ticks_ms()
        for claim, plan in work:
            # Nothing is claimed further ahead than this: such a slot was counted by a clock that has been set back.
            ahead_ms = claim.slot - now if claim.slot <= now + 2 * CLAIM_AHEAD_MS else 0
            start_at = ticks + ahead_ms + (ahead_ms > 0)  # both clocks were cut to milliseconds: never before the slot
            self._waiting.append((start_at, next(self._arrival), claim, plan))
        # Two sorted runs are merged in one go, which costs less than a heap's log n for each that comes and goes.
        self._waiting.sort(reverse=True)
        self._start_soon()

    def recorded(self, results: int) -> None:
        """Says that so many results are safe (or refused): others may start."""
        self._unrecorded -= results
        self._start_soon()

    async def drain(self, timeout_s: float) -> list[Claim]:
        """Lets running checks finish; returns the claims that were not started or did not make it."""
        undone = [claim for _, _, claim, _ in self._waiting]
        self._waiting.clear()
        if self._running:
            self._all_ended = asyncio.Event()
            with suppress(TimeoutError):
                async with asyncio.timeout(timeout_s):
                    await self._all_ended.wait()
            for claim, unfinished in self._running.values():
                undone.append(claim)
                unfinished.cancel()
        return undone

    def _start_soon(self) -> None:
        if self._next_start is not None:
            self._next_start.cancel()
        self._next_start = self._loop.call_soon(self._start_due)

    def _start_due(self) -> None:
        """Starts a few checks whose slot has come, and comes back for the rest in the next turn of the loop."""
        self._next_start = None
        now, ticks = now_ms(), _ticks_ms()
        waiting = self._waiting
        for _ in range(STARTS_PER_TURN):
            if not waiting or waiting[-1][0] > ticks or self._unrecorded >= self._max_in_flight:
                break
            _, number, claim, plan = waiting.pop()
            if now + plan.timeout_ms > claim.lease_until:
                continue  # its lease may end before its result is in: whoever claims it next runs it
            self._unrecorded += 1
            check = self._check(number, claim, plan)
            if plan.stepped:
                self._running[number] = claim, (steps := Steps(self._net.reactor, check))
                steps.start()
            else:
                self._running[number] = claim, self._loop.create_task(check)
        if len(waiting) < self._most_waiting:
            self._has_room.set()
        if not waiting or self._unrecorded >= self._max_in_flight:
            return  # `accept` or `recorded` starts it again
        first = waiting[-1][0]
        if first > ticks:
            wait_ms = first + -first % START_TICK_MS - ticks
            self._next_start = self._loop.call_later(wait_ms / SECOND_MS, self._start_due)
        else:
            self._next_start = self._loop.call_soon(self._start_due)

    async def _check(self, number: int, claim: Claim, plan: Plan) -> None:
        started_at_ms = now_ms()
        observation = await observe(self._net, plan, claim.watcher_id)
        if observation.reason in NETWORK_REASONS:
            self._witness.failed(plan.target)
            if await self._witness.own_network_is_gone(plan.target):
                observation = Observation(
                    observation.phases,
                    reason=Reason.NO_NETWORK,
                    message="healther itself had no network: none of its reference targets answered either",
                )
        elif observation.reason not in INCONCLUSIVE_REASONS:
            self._witness.answered(plan.target)
        del self._running[number]
        if self._all_ended is not None and not self._running:
            self._all_ended.set()
        self._on_result(Result(claim, plan, started_at_ms, observation))


def _ticks_ms() -> int:
    return time.monotonic_ns() // 1_000_000


async def observe(net: Net, plan: Plan, watcher_id: UUID) -> Observation:
    """One probe under its total deadline; a fault of ours is `internal`, never a failure of the service."""
    timeout_s = plan.timeout_ms / SECOND_MS
    try:
        return await plan.probe.run(ProbeContext(net=net, deadline=time.monotonic() + timeout_s))
    except Exception as error:  # a bug in a probe must not look like downtime, nor stop the engine
        kind, name = type(plan.probe).__name__, type(error).__name__
        log.exception("probe failed", watcher=str(watcher_id), kind=kind, error=name)
        return Observation(Phases(), reason=Reason.INTERNAL, message=f"healther's own fault: {type(error).__name__}")
