"""One TCP connection on the reactor: connect, send, receive, close. TLS lies on top of it (tls_stream.py)."""

import errno
import os
import socket
from typing import Protocol

from healther.net.errors import NetError
from healther.net.reactor import RECEIVE_BYTES, Reactor, Waits

_TYPE = socket.SOCK_STREAM | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC
_REFUSED = "connection refused: nothing listens on {where}"
_UNREACHABLE = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT}


def where(peer: tuple[str, int]) -> str:
    """An address and port as people write them."""
    return f"[{peer[0]}]:{peer[1]}" if ":" in peer[0] else f"{peer[0]}:{peer[1]}"


class Stream(Protocol):
    """What an HTTP exchange needs of a connection, with TLS or without."""

    @property
    def event_at(self) -> float:
        """`perf_counter` of the last event."""
        ...

    async def send(self, data: bytes) -> None:
        """Sends everything."""
        ...

    async def receive(self) -> memoryview:
        """The next bytes, valid until the next await; empty at the end."""
        ...


class Connection(Waits):
    """A TCP connection to one checked address; every wait ends at the deadline with DeadlineError."""

    peer: tuple[str, int] = ("", 0)
    _sock: socket.socket | None = None

    def __init__(self, reactor: Reactor, deadline: float) -> None:
        self._reactor = reactor
        self._tick = reactor.expire_at(deadline, self)

    def extend(self, deadline: float) -> None:
        """Puts the deadline off."""
        self._reactor.cancel_expiry(self._tick, self)
        self._tick = self._reactor.expire_at(deadline, self)

    async def connect(self, address: str, port: int, *, no_delay: bool) -> None:
        """Dials an address the guard has passed (a literal, never a name); raises NetError connect_*."""
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self.peer = (address, port)
        try:
            self._sock = sock = socket.socket(family, _TYPE)
        except OSError as error:
            if error.errno in (errno.EMFILE, errno.ENFILE):
                raise NetError("misconfigured", "healther has too few file descriptors: raise ulimit -n") from error
            raise self._failed(error.errno or 0) from error
        if no_delay:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        code = sock.connect_ex(self.peer)
        if code not in (0, errno.EINPROGRESS):
            raise self._failed(code)
        self._reactor.watch(sock.fileno(), self)
        while not self.writable:
            await self._reactor.wait(self)
        # The kernel flags EPOLLERR exactly when the socket has an error to tell: no getsockopt for the others.
        if self.failed and (code := sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)):
            raise self._failed(code)

    async def send(self, data: bytes) -> None:
        """Sends everything; a connection the peer has reset is left for `receive` to report."""
        sock = self._sock
        assert sock is not None
        rest: bytes | memoryview = data
        while True:
            try:
                sent = sock.send(rest)
            except BlockingIOError:
                sent = 0
            except (BrokenPipeError, ConnectionResetError):
                return
            except OSError as error:
                raise NetError("connection_lost", f"sending to {where(self.peer)} failed: {error.strerror}") from error
            if sent == len(rest):
                return
            rest = memoryview(rest)[sent:]
            self.writable = False
            while not self.writable:
                await self._reactor.wait(self)

    async def receive(self) -> memoryview:
        """The next bytes, valid until the next await; empty when the peer has closed."""
        reactor = self._reactor
        sock = self._sock
        assert sock is not None
        while True:
            while not self.readable:
                await reactor.wait(self)
            try:
                count = sock.recv_into(reactor.buffer)
            except BlockingIOError:
                self.readable = False
                continue
            except OSError as error:
                raise NetError(
                    "connection_lost", f"{where(self.peer)} reset the connection ({error.strerror})"
                ) from error
            # A short read has drained the socket; the next bytes are a new edge, unless the peer has ended.
            if count < RECEIVE_BYTES and not self.ended:
                self.readable = False
            return reactor.view[:count]

    def certificate(self) -> None:
        """There is none without TLS."""

    def secured(self) -> None:
        """Nothing is, without TLS."""

    def close(self) -> None:
        """Closes at once; idempotent."""
        self._reactor.cancel_expiry(self._tick, self)
        sock = self._sock
        if sock is not None:
            self._sock = None
            self._reactor.forget(sock.fileno())
            sock.close()

    def _failed(self, code: int) -> NetError:
        if code == errno.ECONNREFUSED:
            return NetError("connect_refused", _REFUSED.format(where=where(self.peer)))
        if code == errno.ETIMEDOUT:
            return NetError("connect_timeout", f"{where(self.peer)} did not answer the connection attempt")
        hint = "; has this machine a route to it?" if code in _UNREACHABLE else ""
        return NetError("connect_failed", f"could not connect to {where(self.peer)}: {os.strerror(code)}{hint}")
