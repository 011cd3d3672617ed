"""The senders of one lane in one process: claim, send, record, until stopped.

Any number of processes may have them. Sending takes no transaction; what was sent is written a moment later, many at a
time. A process that ends in between leaves a lease that runs out, and the message is sent again under the same id.
"""

import asyncio
import time
from uuid import UUID

import structlog

from healther.alerting.deliver import traced
from healther.alerting.deliver.address import Address, to_of
from healther.alerting.deliver.claim import LEASE_MS, SEND_TIMEOUT_S, claim, next_due
from healther.alerting.deliver.depart import Departures, Leaving
from healther.alerting.deliver.outcome import Outcome, Result, failed
from healther.alerting.deliver.record import Attempt, record
from healther.alerting.deliver.set_back import pull_back
from healther.alerting.deliver.shares import AT_ONCE
from healther.alerting.deliver.supersede import Superseding
from healther.alerting.messages import Links
from healther.alerting.models import Delivery, Lane
from healther.alerting.subscribers.post import SubscriberPost
from healther.channels import CHANNEL_KINDS
from healther.channels.base import (
    MailServer,
    Message,
    Receipt,
    RetryLaterError,
    SendContext,
    SendError,
    UndeliverableError,
)
from healther.channels.mail_lines import MailLines
from healther.core.backoff import Backoff
from healther.core.clock import SECOND_MS, now_ms
from healther.core.clock_steps import StepWatch
from healther.core.crypto import Sealer
from healther.core.db import TRANSIENT_ERRORS, Database, first_line
from healther.net.client import Net
from healther.observability import metrics

log = structlog.get_logger()

TURN_S = 1.0
# Alerts are claimed as soon as one has room; subscribers many at a time, for a claim is a transaction.
_GATHER_S = {Lane.ALERT: 0.0, Lane.SUBSCRIBER: 0.1}
_LEAST_ROOM = {Lane.ALERT: 1, Lane.SUBSCRIBER: AT_ONCE[Lane.SUBSCRIBER] // 2}
DRAIN_TIMEOUT_S = 4.0
_RECORD_AT_ONCE = 100
UNREADABLE = "what it says cannot be read: its row is damaged"


class Senders:
    """Sends what is queued in one lane."""

    def __init__(
        self,
        db: Database,
        net: Net,
        sealer: Sealer,
        mail_server: MailServer | None,
        links: Links,
        lane: Lane,
        post: SubscriberPost | None = None,
        *,
        most_mails: int,
        asks_first: bool,
    ) -> None:
        self._db = db
        self._net = net
        self._mail_server = mail_server
        self._links = links
        self._lane = lane
        self._superseding = Superseding(db)
        self._departures = Departures(db, sealer, post, links, most_mails=most_mails, asks_first=asks_first)
        # Mail to subscribers is many mails: a connection carries one after the other.
        self._lines = MailLines() if lane is Lane.SUBSCRIBER else None
        for kind in CHANNEL_KINDS:
            # From zero on: the first one that is given up is an increase, too.
            metrics.DEAD_LETTERS.labels(kind)
        self._steps = StepWatch()
        self._sending: set[asyncio.Task[None]] = set()
        self._under_way: set[UUID] = set()
        """What is being sent, or was and is not recorded yet."""
        self._done: list[Attempt] = []
        self._wake = asyncio.Event()
        self._finished = asyncio.Event()
        self._stopping = False

    def wake(self) -> None:
        """Something was queued: look at once."""
        self._wake.set()

    def stop(self) -> None:
        """Claims nothing more; `run` returns when what is under way has ended, or DRAIN_TIMEOUT_S later."""
        self._stopping = True
        self._wake.set()

    async def run(self) -> None:
        """Until `stop`. A database that is away is waited for; nothing else ends it."""
        recorder = asyncio.create_task(self._record_all(), name=f"record {self._lane} deliveries")
        backoff = Backoff()
        try:
            while not self._stopping:
                self._wake.clear()
                try:
                    wait_s = await self._turn()
                    backoff.worked()
                except TRANSIENT_ERRORS as error:
                    metrics.DATABASE_FAILURES.labels("send").inc()
                    log.warning("cannot claim deliveries, trying again", error=first_line(error))
                    wait_s = backoff.failed()
                if wait_s > 0 and not self._stopping:
                    await self._sleep(wait_s)
            await self._drain()
        finally:
            # Also after a fault of this loop: what was sent is written before it is told.
            self._stopping = True
            self._finished.set()
            await recorder

    async def _turn(self) -> float:
        """Claims what there is room for; returns how long to wait, in seconds."""
        if self._steps.look(now_ms()) is not None:
            await pull_back(self._db, self._lane, now_ms())
        room = AT_ONCE[self._lane] - len(self._sending)
        if room < _LEAST_ROOM[self._lane]:
            return TURN_S
        at, due = now_ms(), await next_due(self._db, self._lane)
        if due is None or due > at:
            return TURN_S if due is None else min(TURN_S, (due - at) / SECOND_MS)
        if self._lane is Lane.ALERT:
            await self._superseding.turn(at)
        claimed = await claim(self._db, self._lane, room, at, self._under_way)
        if not claimed:
            return TURN_S
        for each in await self._departures.ready(claimed, at):
            self._under_way.add(each.delivery.id)
            task = asyncio.create_task(self._send(each, at + LEASE_MS))
            self._sending.add(task)
            task.add_done_callback(self._ended)
        return 0.0

    async def _send(self, leaving: Leaving, lease_until: int) -> None:
        delivery, address, mails, first_at = leaving
        # The task's own context: every line on the way of this message says which one it is.
        structlog.contextvars.bind_contextvars(delivery=str(delivery.id), workspace=str(delivery.workspace_id))
        began, ticks = now_ms(), time.monotonic()
        if began + SEND_TIMEOUT_S * SECOND_MS > lease_until:
            self._under_way.discard(delivery.id)
            return  # this process was stopped for so long that somebody else may be sending it
        outcome = await self._attempt(delivery, address, first_at, ticks + SEND_TIMEOUT_S)
        took_ms = round((time.monotonic() - ticks) * SECOND_MS)
        kind = "none" if isinstance(address, SendError) else address.kind
        unsent = 0 if outcome.result is Result.SENT else mails - len(outcome.reached) if mails else 0
        self._done.append(Attempt(delivery, outcome, began, took_ms, kind, unsent))
        self._finished.set()

    async def _attempt(self, delivery: Delivery, address: Address, first_at: int, deadline: float) -> Outcome:
        """One try; whatever goes wrong is an outcome."""
        try:
            if isinstance(address, SendError):
                raise address
            if not delivery.readable:
                log.error("a stored message cannot be read and is given up", delivery=str(delivery.id))
                raise UndeliverableError(UNREADABLE, ends_channel=False)
            # What goes to many was written once: the id is the delivery's own.
            message = Message.model_validate({**delivery.body, "id": delivery.id})
            context = SendContext(
                net=self._net,
                mail_server=self._mail_server,
                deadline=deadline,
                reached=frozenset(delivery.reached or ()),
                mail_lines=self._lines,
            )
            async with asyncio.timeout(SEND_TIMEOUT_S + 1):
                receipt: Receipt = await address.send(context, message)
            # Of a subscriber nothing is kept that tells whose address it is.
            mailed = () if delivery.channel_id is None else to_of(address)
            return Outcome(Result.SENT, receipt.answer, reached=tuple(set(mailed) - context.reached))
        except SendError as error:
            failure: SendError = error
        except TimeoutError:
            failure = RetryLaterError("no answer in time")
        except Exception:
            log.exception("a channel failed by a fault of its own", delivery=str(delivery.id))
            failure = RetryLaterError("healther itself failed; its log says how")
        return failed(failure, delivery.attempts + 1, first_at, now_ms())

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._sending.discard(task)
        self._wake.set()

    async def _record_all(self) -> None:
        """Writes attempts as they end, until everything is over and written."""
        backoff = Backoff()
        while True:
            await self._finished.wait()
            if not self._stopping:
                await asyncio.sleep(_GATHER_S[self._lane])
            self._finished.clear()
            while self._done:
                batch, self._done = self._done[:_RECORD_AT_ONCE], self._done[_RECORD_AT_ONCE:]
                try:
                    await self._record(batch)
                    self._under_way.difference_update(each.delivery.id for each in batch)
                    backoff.worked()
                except TRANSIENT_ERRORS as error:
                    log.warning("cannot record deliveries, trying again", error=first_line(error))
                    self._done = [*batch, *self._done]
                    if self._stopping and not self._sending:
                        return
                    await asyncio.sleep(backoff.failed())
                self._wake.set()  # what waited for one of these may leave now
            if self._stopping and not self._sending:
                return

    async def _record(self, batch: list[Attempt]) -> None:
        """In one transaction; what nobody foresaw costs the one attempt it concerns, and is loud."""
        try:
            async with self._db.write() as session:
                written = await record(session, batch, self._links, now_ms())
            for each in written:
                metrics.DELIVERIES.labels(each.kind, each.outcome.result).inc()
                if each.outcome.result is Result.DEAD:
                    metrics.DEAD_LETTERS.labels(each.kind).inc()
            await traced.tell(self._db, written)
        except TRANSIENT_ERRORS:
            raise
        except Exception:
            if len(batch) == 1:
                log.exception("an attempt cannot be recorded, its lease will end", delivery=str(batch[0].delivery.id))
                return
            for each in batch:
                await self._record([each])

    async def _drain(self) -> None:
        if self._sending:
            _, hanging = await asyncio.wait(self._sending, timeout=DRAIN_TIMEOUT_S)
            for task in hanging:
                task.cancel()
            await asyncio.gather(*hanging, return_exceptions=True)
        self._sending.clear()
        if self._lines is not None:
            self._lines.close()

    async def _sleep(self, wait_s: float) -> None:
        try:
            async with asyncio.timeout(wait_s):
                await self._wake.wait()
        except TimeoutError:
            return
