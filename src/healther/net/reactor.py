"""Readiness and deadlines for many short connections: one edge-triggered epoll nested in the asyncio loop.

A connection is registered once, for both directions, and never unregistered (closing its descriptor does that), so a
check costs one `epoll_ctl` and no timer. docs/adr/0001-own-http-engine.md has the measurements behind this.
"""

import asyncio
import select
import time
from typing import Protocol

from healther.net.errors import DeadlineError
from healther.net.steps import PAUSE, Pause, Steps

SWEEP_S = 0.025
RECEIVE_BYTES = 65_536
MAX_EVENTS = 256

_EVENTS = select.EPOLLIN | select.EPOLLOUT | select.EPOLLRDHUP | select.EPOLLET
_READABLE = select.EPOLLIN | select.EPOLLRDHUP | select.EPOLLHUP | select.EPOLLERR
_ENDED = select.EPOLLRDHUP | select.EPOLLHUP | select.EPOLLERR


class Expiring(Protocol):
    """Something that has to end when its deadline passes."""

    def expire(self) -> None:
        """Called once, after the deadline."""
        ...


class Waits:
    """One descriptor's side of the reactor: what is ready, since when, and who waits for it.

    Plain class attributes are the defaults: making one of these costs every check, setting what happens is cheap.
    """

    waiter: "asyncio.Future[None] | Steps | None" = None
    readable = False
    writable = False
    ended = False
    """The peer will send nothing more: reading must go on until it says so, for no further edge will come."""
    failed = False
    expired = False
    event_at = 0.0
    """`perf_counter` when the last event was delivered, before any other check got its turn."""

    def expire(self) -> None:
        """Wakes the waiter with DeadlineError, now and whenever it waits again."""
        self.expired = True
        waiter, self.waiter = self.waiter, None
        if waiter is not None and not waiter.done():
            waiter.set_exception(DeadlineError())

    def wake(self) -> None:
        """Lets the waiter look again at what is ready."""
        waiter = self.waiter
        if waiter is not None:
            self.waiter = None
            if not waiter.done():
                waiter.set_result(None)


class Reactor:
    """Delivers readiness to `Waits` and expires what has passed its deadline, on the loop that is running."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.buffer = bytearray(RECEIVE_BYTES)
        """One receive buffer for all: filled and parsed without an await between."""
        self.view = memoryview(self.buffer)
        self.stepping: Steps | None = None
        """Whose step this is; None = a task's, which waits for futures."""
        self._epoll = select.epoll()
        self._watched: dict[int, Waits] = {}
        self._wheel: dict[int, set[Expiring]] = {}
        self._swept = 0
        self._sweep: asyncio.TimerHandle | None = None
        self._closed = False
        self.loop.add_reader(self._epoll.fileno(), self._deliver)

    @property
    def watched(self) -> int:
        """How many connections are open."""
        return len(self._watched)

    def watch(self, fd: int, waits: Waits) -> None:
        """Registers a connecting or connected descriptor; `forget` it before closing."""
        self._watched[fd] = waits
        self._epoll.register(fd, _EVENTS)

    def forget(self, fd: int) -> None:
        """The descriptor is about to be closed."""
        self._watched.pop(fd, None)

    def wait(self, waits: Waits) -> asyncio.Future[None] | Pause:
        """Awaitable until the next event; raises DeadlineError at once when the deadline has passed."""
        if waits.expired:
            raise DeadlineError
        if self.stepping is not None:
            waits.waiter = self.stepping
            return PAUSE
        waits.waiter = waiter = self.loop.create_future()
        return waiter

    def expire_at(self, deadline: float, expiring: Expiring) -> int:
        """Calls `expiring.expire()` within SWEEP_S after `deadline` (`time.monotonic`); returns the key to cancel."""
        tick = int(deadline / SWEEP_S) + 1
        if self._sweep is None:
            self._swept = int(time.monotonic() / SWEEP_S)
            self._sweep = self.loop.call_later(SWEEP_S, self._expire_due)
        if tick <= self._swept:
            tick = self._swept + 1
        bucket = self._wheel.get(tick)
        if bucket is None:
            self._wheel[tick] = {expiring}
        else:
            bucket.add(expiring)
        return tick

    def cancel_expiry(self, tick: int, expiring: Expiring) -> None:
        """The deadline does not matter any more."""
        bucket = self._wheel.get(tick)
        if bucket is not None:
            bucket.discard(expiring)

    def close(self) -> None:
        """Ends everything that still waits and gives the epoll back; idempotent."""
        if self._closed:
            return
        self._closed = True
        self.loop.remove_reader(self._epoll.fileno())
        self._epoll.close()
        if self._sweep is not None:
            self._sweep.cancel()
        for bucket in list(self._wheel.values()):
            for expiring in list(bucket):
                expiring.expire()
        self._wheel.clear()

    def _deliver(self) -> None:
        events = self._epoll.poll(0, MAX_EVENTS)
        now = time.perf_counter()
        watched = self._watched
        for fd, event in events:
            waits = watched.get(fd)
            if waits is None:
                continue
            waits.event_at = now
            if event & _READABLE:
                waits.readable = True
                if event & _ENDED:
                    waits.ended = True
                    if event & select.EPOLLERR:
                        waits.failed = True
            if event & select.EPOLLOUT:
                waits.writable = True
            waits.wake()

    def _expire_due(self) -> None:
        now = int(time.monotonic() / SWEEP_S)
        first, self._swept = self._swept + 1, now
        for tick in range(first, now + 1):
            for expiring in self._wheel.pop(tick, ()):
                expiring.expire()
        self._sweep = self.loop.call_later(SWEEP_S, self._expire_due) if self._wheel else None
