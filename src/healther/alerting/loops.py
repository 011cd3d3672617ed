"""Alerting's loops of one process - planning, and sending in two lanes - started and stopped as one.

Beside them what else goes on in the background and asks others: addresses, and DNS for the domains of pages.
"""

import asyncio
import signal
from collections.abc import Awaitable, Callable
from functools import partial

import structlog

from healther.alerting.consent.asking import Asking
from healther.alerting.consent.links import ConsentLinks
from healther.alerting.deliver.address import SEALER_PURPOSE
from healther.alerting.deliver.senders import DRAIN_TIMEOUT_S, Senders
from healther.alerting.forget import forget_deliveries
from healther.alerting.mail_server import mail_server_of
from healther.alerting.messages import Links
from healther.alerting.models import Lane
from healther.alerting.plan import Planner
from healther.alerting.subscribers.fan_out import FanOut
from healther.alerting.subscribers.post import SubscriberPost
from healther.core.backoff import Backoff
from healther.core.clock import SECOND_MS, now_ms
from healther.core.db import TRANSIENT_ERRORS, Database, first_line
from healther.core.settings import Settings
from healther.history.retention.loop import RetentionLoop
from healther.net.client import Net
from healther.observability.metrics import DATABASE_FAILURES
from healther.status_pages.domain_loop import DomainLooks
from healther.status_pages.subscribers.links import SubscriptionLinks
from healther.status_pages.subscribers.places import Places

log = structlog.get_logger()

# Alerts and mail to subscribers have senders of their own: neither waits for the other.
LANES = (Lane.ALERT, Lane.SUBSCRIBER)
LOOK_S = 0.5
_TURN_EVERY_S = 1.0
# Of domains whose turn has come: who waits for an answer of DNS asks by "check now".
_DOMAINS_EVERY_S = 10.0
_STOP_GRACE_S = 1.0


class AlertingLoops:
    """Plans and sends on the running loop, from `start` to `stop`."""

    def __init__(self, settings: Settings, db: Database, net: Net) -> None:
        links, sealer = Links.of(settings), settings.sealer(SEALER_PURPOSE)
        asks_first = settings.asks_addresses
        self._planner = Planner(db, links, asks_first=asks_first)
        mail_server = mail_server_of(settings)
        subscriptions = SubscriptionLinks(settings)
        self._fan_out = FanOut(db, subscriptions, settings.public_url.rstrip("/"))
        post = SubscriberPost(Places(settings), subscriptions)
        most = settings.max_mails_per_hour
        # Anybody subscribes by the form of a page: what the operator allows tenants to reach is not for them.
        nets = {Lane.ALERT: net, Lane.SUBSCRIBER: net.for_strangers()}
        self._senders = [
            Senders(db, nets[lane], sealer, mail_server, links, lane, post, most_mails=most, asks_first=asks_first)
            for lane in LANES
        ]
        self._asking = Asking(db, net, mail_server, ConsentLinks(settings), settings.public_url)
        self._domains = DomainLooks(db, net.resolver, settings.page_domains)
        self._retention = RetentionLoop(db, forget_deliveries)
        self._stopping = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self.failed = False
        """Whether a loop ended by a fault: the process should end as a failure."""

    def start(self) -> None:
        """Starts the loops."""
        self._start(self._plan, "plan alerts")
        self._start(self._tell_subscribers, "tell subscribers")
        self._start(self._ask_addresses, "ask addresses")
        self._start(self._look_for_domains, "look for domains")
        self._start(self._retention.run, "forget old deliveries")
        for senders, lane in zip(self._senders, LANES, strict=True):
            self._start(senders.run, f"send {lane}")

    async def queued(self, lane: Lane) -> None:
        """Nudge: something was queued in this process."""
        self.wake()

    def wake(self) -> None:
        """Something was queued by somebody else: the senders look at once."""
        for senders in self._senders:
            senders.wake()

    async def stop(self) -> None:
        """Decides and claims nothing more; what is being sent has DRAIN_TIMEOUT_S to end."""
        self._stopping.set()
        self._retention.stop()
        for senders in self._senders:
            senders.stop()
        _, hanging = await asyncio.wait(self._tasks, timeout=DRAIN_TIMEOUT_S + _STOP_GRACE_S)
        for task in hanging:
            log.warning("a loop did not stop in time", loop=task.get_name())
            task.cancel()

    async def _plan(self) -> None:
        backoff = Backoff()
        while not self._stopping.is_set():
            wait_s = LOOK_S
            try:
                wait_ms = await self._planner.turn(now_ms())
                backoff.worked()
                if wait_ms is not None:
                    wait_s = min(LOOK_S, wait_ms / SECOND_MS)
                    self.wake()
            except TRANSIENT_ERRORS as error:
                DATABASE_FAILURES.labels("plan").inc()
                log.warning("cannot plan alerts, trying again", error=first_line(error))
                wait_s = backoff.failed()
            try:
                async with asyncio.timeout(wait_s):
                    await self._stopping.wait()
            except TimeoutError:
                continue

    async def _tell_subscribers(self) -> None:
        async def turn() -> None:
            if await self._fan_out.turn(now_ms()):
                self.wake()

        await self._every(_TURN_EVERY_S, turn, "tell subscribers")

    async def _ask_addresses(self) -> None:
        await self._every(_TURN_EVERY_S, partial(self._until_idle, self._asking.turn), "ask addresses")

    async def _look_for_domains(self) -> None:
        await self._every(_DOMAINS_EVERY_S, partial(self._until_idle, self._domains.turn), "look for domains")

    async def _until_idle(self, turn: Callable[[int], Awaitable[bool]]) -> None:
        """Takes turns as long as they find something to do."""
        while await turn(now_ms()) and not self._stopping.is_set():
            pass

    async def _every(self, every_s: float, turn: Callable[[], Awaitable[None]], loop: str) -> None:
        backoff = Backoff()
        while not self._stopping.is_set():
            wait_s = every_s
            try:
                await turn()
                backoff.worked()
            except TRANSIENT_ERRORS as error:
                DATABASE_FAILURES.labels(loop).inc()
                log.warning("cannot use the database, trying again", loop=loop, error=first_line(error))
                wait_s = backoff.failed()
            try:
                async with asyncio.timeout(wait_s):
                    await self._stopping.wait()
            except TimeoutError:
                continue

    def _start(self, run: Callable[[], Awaitable[None]], name: str) -> None:
        async def loop() -> None:
            await run()

        task = asyncio.create_task(loop(), name=name)
        task.add_done_callback(self._ended)
        self._tasks.append(task)

    def _ended(self, task: asyncio.Task[None]) -> None:
        """A loop that ends by a fault takes the process with it: better restarted than silently not alerting (R6)."""
        if not task.cancelled() and task.exception() is not None:
            log.critical("a loop of alerting failed, stopping", loop=task.get_name(), exc_info=task.exception())
            self.failed = True
            signal.raise_signal(signal.SIGTERM)
