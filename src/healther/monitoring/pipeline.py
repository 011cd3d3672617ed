"""The pipeline of one process: schedule -> claim -> dispatch -> run -> judge -> record, started and stopped as one."""

import asyncio
import signal
from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

import structlog

from healther.core.crypto import Sealer
from healther.core.db import TRANSIENT_ERRORS, Database, first_line
from healther.core.later import Later
from healther.core.settings import Settings
from healther.history.retention.forget import forget_history
from healther.history.retention.loop import RetentionLoop
from healther.monitoring.claim import Claims
from healther.monitoring.dispatch import Dispatcher, EmbeddedDispatcher
from healther.monitoring.heartbeat import Heartbeat
from healther.monitoring.maintenance_loop import MaintenanceLoop
from healther.monitoring.model import Claim
from healther.monitoring.plans import PlanCache
from healther.monitoring.record import Proof, Recorded
from healther.monitoring.record_loop import RecordLoop
from healther.monitoring.run import Engine
from healther.monitoring.schedule import Scheduler
from healther.monitoring.witness import NetworkWitness
from healther.net.client import Net
from healther.observability import metrics

if TYPE_CHECKING:
    from healther.monitoring import dispatch_rq
else:
    dispatch_rq = Later("healther.monitoring.dispatch_rq")

log = structlog.get_logger()

# Together less than the ten seconds after which `docker stop` kills; what is given back is checked by the next.
DRAIN_TIMEOUT_S = 5.0
_END_TIMEOUT_S = 1.5


class Pipeline:
    """Schedules, checks and records on the running loop, from `start` to `stop`."""

    def __init__(self, settings: Settings, db: Database, sealer: Sealer) -> None:
        self.claims = Claims(db)
        self._net = Net(settings.networks, settings.dns_servers, tells_addresses=settings.tells_blocked_addresses)
        self._witness = NetworkWitness(settings.reference_targets)
        self._recorder = RecordLoop(db, self.claims.store, self._on_recorded, max_in_flight=settings.max_in_flight)
        self._engine = Engine(self._net, self._witness, self._recorder.add, max_in_flight=settings.max_in_flight)
        self._local = EmbeddedDispatcher(self._engine, PlanCache(db, sealer))
        self.dispatcher: Dispatcher = self._local
        if settings.redis_url:
            redis = dispatch_rq.connect(settings.redis_url)
            self.dispatcher = dispatch_rq.RqDispatcher(redis, settings.region, fallback=self._local)
        self._scheduler = Scheduler(db, settings.region, self.dispatcher)
        self._maintenance = MaintenanceLoop(db)
        self._heartbeat = Heartbeat(db, settings, lambda: self._newest)
        self._newest: Proof | None = None
        self._retention = RetentionLoop(db, forget_history)
        self._tasks: list[asyncio.Task[None]] = []
        self.failed = False
        """Whether a loop ended by a fault: the process should end as a failure."""

    @property
    def net(self) -> Net:
        """The guarded network of this process."""
        return self._net

    @property
    def in_flight(self) -> int:
        """Checks accepted and not recorded yet."""
        return self._engine.in_flight

    async def start(self) -> None:
        """Starts the loops."""
        metrics.IN_FLIGHT.set_function(lambda: self._engine.in_flight)
        metrics.WAITING.set_function(lambda: self._engine.waiting)
        self._tasks = [
            asyncio.create_task(self._recorder.run(), name="record"),
            asyncio.create_task(self._scheduler.run(), name="schedule"),
            asyncio.create_task(self._maintenance.run(), name="maintenance"),
            asyncio.create_task(self._heartbeat.run(), name="heartbeat"),
            asyncio.create_task(self._retention.run(), name="retention"),
        ]
        for task in self._tasks:
            task.add_done_callback(self._ended)

    async def stop(self) -> None:
        """Drains: claims nothing more, lets running checks finish, records them, gives the rest back.

        Takes seconds whatever hangs: what is neither recorded nor given back is claimed again when its lease ends.
        """
        record, schedule, *others = self._tasks
        self._scheduler.stop()
        for each in (self._maintenance, self._heartbeat, self._retention):
            each.stop()
        await asyncio.gather(*map(_ended_or_cancelled, (schedule, *others)))
        undone = await self._engine.drain(DRAIN_TIMEOUT_S)
        self._recorder.stop()
        await _ended_or_cancelled(record)
        if undone:
            await self._give_back(undone)
        await self._witness.close()
        await self._net.close()
        log.info("pipeline stopped", not_finished=len(undone))

    async def due_now(self, watcher_ids: Sequence[UUID]) -> None:
        """Waker: something came due out of turn, a maintenance window perhaps."""
        self._scheduler.wake()
        self._maintenance.wake()

    async def accept(self, fences: Sequence[tuple[UUID, int]]) -> int:
        """Takes a batch from the queue; returns how many of its claims were still held."""
        held: list[Claim] = await self.claims.still_held(fences)
        if held:
            await self._local.dispatch(held)
        return len(held)

    async def _give_back(self, undone: Sequence[Claim]) -> None:
        try:
            async with asyncio.timeout(_END_TIMEOUT_S):
                await self.claims.release(undone)
        except TRANSIENT_ERRORS as error:
            log.warning("cannot give checks back, their leases will end", checks=len(undone), error=first_line(error))

    def _ended(self, task: asyncio.Task[None]) -> None:
        """A loop that ends by a fault takes the process with it: better restarted than silently not checking (R6)."""
        if not task.cancelled() and task.exception() is not None:
            log.critical("a loop of the pipeline failed, stopping", loop=task.get_name(), exc_info=task.exception())
            self.failed = True
            signal.raise_signal(signal.SIGTERM)

    def _on_recorded(self, count: int, recorded: Recorded) -> None:
        self._newest = recorded.proof or self._newest
        self._engine.recorded(count)


async def _ended_or_cancelled(task: asyncio.Task[None]) -> None:
    """Waits for a loop that was told to stop; a fault of its own has been told already."""
    _, hanging = await asyncio.wait([task], timeout=_END_TIMEOUT_S)
    if hanging:
        log.warning("a loop did not stop in time", loop=task.get_name())
        task.cancel()
