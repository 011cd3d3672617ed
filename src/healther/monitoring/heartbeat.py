"""Who watches the watcher (R14): a canary that went all the way, and only then a ping to somebody outside.

A loop that merely turns proves nothing. The canary is the newest check that this process claimed, probed, judged and
recorded with an answer: it is read back from the database, and nothing may be overdue beside it.
"""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from enum import StrEnum

import structlog
from sqlalchemy import select

from healther.core.clock import SECOND_MS, now_ms
from healther.core.db import TRANSIENT_ERRORS, Database, first_line
from healther.core.setting_values import EVERYWHERE
from healther.core.settings import Settings
from healther.history.models import healthevent
from healther.monitoring.readiness import oldest_overdue_s
from healther.monitoring.record import Proof
from healther.net.client import Net
from healther.net.errors import NetError
from healther.net.fetch import fetch
from healther.net.target import Target, parse_url
from healther.observability.metrics import CANARY_OK_AT, CANARY_RUNS, HEARTBEATS
from healther.watchers.regions import OVERDUE_LIMIT_S

log = structlog.get_logger()

RETRY_S = 5.0
_PING_TIMEOUT_S = 10.0


class Canary(StrEnum):
    """How far a canary came."""

    OK = "ok"
    NO_CHECK = "no_check"
    NOT_READ_BACK = "not_read_back"
    OVERDUE = "overdue"
    NO_DATABASE = "no_database"


class Heartbeat:
    """Runs canaries until stopped and, where HEALTHER_HEARTBEAT_URL says so, pings after each that went all the way."""

    def __init__(self, db: Database, settings: Settings, newest: Callable[[], Proof | None]) -> None:
        self._db = db
        self._region = settings.region
        self._every_s = float(settings.heartbeat_every_s)
        self._dns_servers = settings.dns_servers
        self._target = parse_url(settings.heartbeat_url) if settings.heartbeat_url else None
        self._newest = newest
        self._last: Proof | None = None
        self._said: str | None = None
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """`run` returns after the canary it is in."""
        self._stopping.set()

    async def run(self) -> None:
        """Until `stop`: a canary every HEALTHER_HEARTBEAT_EVERY_S, sooner after one that failed."""
        net = Net(EVERYWHERE, self._dns_servers)
        try:
            wait_s = min(RETRY_S, self._every_s)
            while not await self._stopped_within(wait_s):
                outcome = await self.canary(now_ms())
                CANARY_RUNS.labels(outcome).inc()
                alive = outcome is Canary.OK
                if alive and self._target is not None:
                    alive = await self._ping(net, self._target)
                elif self._target is not None:
                    self._say(f"withheld: {outcome}")
                wait_s = self._every_s if alive else min(RETRY_S, self._every_s)
        finally:
            await net.close()

    async def canary(self, now: int) -> Canary:
        """Whether a check went all the way since the last canary that did."""
        proof = self._newest()
        if proof is None or proof == self._last:
            return Canary.NO_CHECK
        watcher_id, slot = proof
        try:
            async with self._db.read_connection() as connection:
                stored = select(healthevent.c.slot).where(
                    healthevent.c.watcher_id == watcher_id, healthevent.c.slot == slot
                )
                found = (await connection.execute(stored.limit(1))).first()
            overdue_s = await oldest_overdue_s(self._db, self._region, now)
        except TRANSIENT_ERRORS as error:
            log.warning("the canary cannot read the database", error=first_line(error))
            return Canary.NO_DATABASE
        if found is None:
            return Canary.NOT_READ_BACK
        if overdue_s > OVERDUE_LIMIT_S:
            return Canary.OVERDUE
        self._last = proof
        CANARY_OK_AT.set(now / SECOND_MS)
        return Canary.OK

    async def _ping(self, net: Net, target: Target) -> bool:
        """Whether it was taken. The address is a secret of its own: the log says its host."""
        try:
            answer = await fetch(net, "GET", target, deadline=time.monotonic() + _PING_TIMEOUT_S)
        except NetError as error:
            outcome: str = error.reason
        else:
            outcome = "sent" if 200 <= answer.status < 300 else f"status {answer.status}"
        taken = outcome == "sent"
        HEARTBEATS.labels("sent" if taken else "failed").inc()
        self._say(outcome)
        return taken

    def _say(self, what: str) -> None:
        """In the log, when it is something else than the last time."""
        if what != self._said and self._target is not None:
            say = log.info if what == "sent" else log.warning
            say("heartbeat", outcome=what, host=self._target.host)
        self._said = what

    async def _stopped_within(self, wait_s: float) -> bool:
        with suppress(TimeoutError):
            async with asyncio.timeout(wait_s):
                await self._stopping.wait()
        return self._stopping.is_set()
