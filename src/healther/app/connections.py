"""What a connection may take before it is a request: bytes, time, and its place among the others (S13, S19)."""

import asyncio
import json
from collections import Counter
from dataclasses import dataclass, field
from enum import Enum, auto
from http import HTTPStatus
from typing import Any, ClassVar

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol
from uvicorn.server import ServerState

from healther.app.addresses import Networks, holder_of

_PIECE_BYTES = 4 * 1024
_LINGER_S = 1.0


class _Phase(Enum):
    """What is read next: a request line, the rest of a head, the rest of a request."""

    IDLE = auto()
    HEAD = auto()
    BODY = auto()


@dataclass(slots=True)
class ConnectionLimits:
    """What one process grants the connections of its listening sockets; one object for all of them."""

    connections: int
    per_address: int = 1000
    proxies: Networks = ()
    head_bytes: int = 64 * 1024
    head_s: float = 10.0
    body_s: float = 30.0
    unread_s: float = 60.0
    waiting: "dict[BoundedProtocol, None]" = field(default_factory=dict)
    holders: Counter[str] = field(default_factory=Counter)
    """How many connections whoever has any has (addresses.holder_of); proxies are not counted."""


class BoundedProtocol(HttpToolsProtocol):
    """uvicorn's protocol, which itself waits for ever and reads heads without end.

    Refused are: heads, trailers and chunk sizes of more than `head_bytes` (431); heads that take longer than `head_s`
    and bodies that take longer than `body_s` (408). Whoever leaves an answer unread for `unread_s` is cut off. With
    more than `connections` open, the one that has waited longest without a request makes way. One address has
    `per_address` at most, and half of all; then one of its own makes way or, when all are being answered, the newcomer
    is refused (429). An answer that streams takes as long as it likes.
    """

    limits: ClassVar[ConnectionLimits]

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._phase = _Phase.IDLE
        self._deadline: asyncio.TimerHandle | None = None
        self._write_deadline: asyncio.TimerHandle | None = None
        # Bytes in a row that were no body: a head, trailers, the sizes of chunks.
        self._bare_bytes = 0
        self._asked = False
        self._refused = False
        self._holder: str | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Takes a place; with none left, whoever waits longest gives theirs."""
        super().connection_made(transport)
        waiting = self.limits.waiting
        waiting[self] = None
        self._watch()
        if len(self.connections) > self.limits.connections:
            next(iter(waiting))._make_way()
        self._holder = holder_of(self.client[0], self.limits.proxies) if self.client else None
        if self._holder is not None:
            self.limits.holders[self._holder] += 1
            self._share(min(self.limits.per_address, max(1, self.limits.connections // 2)))

    def connection_lost(self, exc: Exception | None) -> None:
        """Gives the place back."""
        self._stop_watching()
        self.resume_writing()
        self.limits.waiting.pop(self, None)
        if self._holder is not None:
            self.limits.holders[self._holder] -= 1
            if not self.limits.holders[self._holder]:
                del self.limits.holders[self._holder]
        super().connection_lost(exc)
        self._unset_keepalive_if_required()

    def data_received(self, data: bytes) -> None:
        """Reads in pieces, and no further than the first that goes too far."""
        for start in range(0, len(data), _PIECE_BYTES):
            if self._refused or self.transport.is_closing():
                return
            piece = data[start : start + _PIECE_BYTES]
            self._bare_bytes += len(piece)
            super().data_received(piece)
            if self._bare_bytes > self.limits.head_bytes:
                self._refuse_head()
        if not self._refused:
            self._watch()

    def on_message_begin(self) -> None:
        """The first byte of a request."""
        self._phase, self._bare_bytes = _Phase.HEAD, 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """The head is there; what follows has a deadline of its own."""
        # First uvicorn's part: an address it cannot read is still answered, as a part of the head.
        super().on_headers_complete()
        self._phase, self._asked = _Phase.BODY, True
        self._stop_watching()
        self.limits.waiting.pop(self, None)

    def on_body(self, body: bytes) -> None:
        """Bytes that are counted by whoever reads the body."""
        self._bare_bytes = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The client owes nothing; how long the answer takes is ours."""
        self._phase = _Phase.IDLE
        self._stop_watching()
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Waits for the next request, as long as keep-alive allows, and first to make way."""
        super().on_response_complete()
        if self.transport.is_closing():
            return
        if not self._answering():
            self.limits.waiting[self] = None
        if self._phase is _Phase.HEAD:
            # Of the next request a part is there already: that is more than being kept alive.
            self._unset_keepalive_if_required()
        self._watch()

    def pause_writing(self) -> None:
        """The client does not read."""
        super().pause_writing()
        self._write_deadline = self.loop.call_later(self.limits.unread_s, self.transport.abort)

    def resume_writing(self) -> None:
        """It does again."""
        super().resume_writing()
        if self._write_deadline is not None:
            self._write_deadline.cancel()
            self._write_deadline = None

    def send_400_response(self, msg: str) -> None:
        """What is no HTTP, told like every other refusal."""
        if self._bare_bytes > self.limits.head_bytes:
            self._refuse_head()
        else:
            self._refuse(HTTPStatus.BAD_REQUEST, msg)

    def _answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _watch(self) -> None:
        """Starts the clock where the client owes us the rest of something and nothing of ours holds it up."""
        if self._deadline is not None or self.transport.is_closing():
            return
        if self._phase is _Phase.BODY:
            patience_s = None if self.pipeline else self.limits.body_s
        else:
            idle = self._answering() or self.timeout_keep_alive_task is not None
            patience_s = None if idle else self.limits.head_s
        if patience_s is not None:
            self._deadline = self.loop.call_later(patience_s, self._too_slow)

    def _stop_watching(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _too_slow(self) -> None:
        self._deadline = None
        if self._phase is _Phase.IDLE:
            self.transport.close()
        else:
            self._refuse(HTTPStatus.REQUEST_TIMEOUT, "The request did not arrive in time.")

    def _share(self, most: int) -> None:
        """Among the connections of one address, who waits longest makes way too."""
        if self._holder is None or self.limits.holders[self._holder] <= most:
            return
        longest = next(each for each in self.limits.waiting if each._holder == self._holder)
        if longest is not self:
            longest._make_way()
        else:
            self._refuse(HTTPStatus.TOO_MANY_REQUESTS, f"{most} connections from your address are being answered.")

    def _make_way(self) -> None:
        self.limits.waiting.pop(self, None)
        if not self._asked and not self._refused:
            self._say(HTTPStatus.SERVICE_UNAVAILABLE, "Too many connections are open; try again in a moment.")
            self.transport.close()
        else:
            self.transport.abort()

    def _refuse_head(self) -> None:
        most = f"The head of a request has {self.limits.head_bytes} bytes at most."
        self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, most)

    def _refuse(self, status: HTTPStatus, detail: str) -> None:
        """Answers, where no answer has begun, and hangs up, soon enough for the client to read why."""
        if self._refused or self.transport.is_closing():
            return
        self._refused = True
        self._stop_watching()
        self._unset_keepalive_if_required()
        answering = self._answering()
        begun = bool(self.pipeline) or self.cycle.response_started if answering else self._phase is _Phase.BODY
        if answering:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        if begun:
            self.transport.close()
            return
        self.limits.waiting.setdefault(self)
        self._say(status, detail)
        # Closed with bytes unread, the kernel would throw our answer away: they are read, and dropped, for a moment.
        self.flow.resume_reading()
        self.transport.write_eof()
        self.loop.call_later(_LINGER_S, self.transport.abort)

    def _say(self, status: HTTPStatus, detail: str) -> None:
        """A problem (RFC 9457) where no ASGI application is asked."""
        slug = status.phrase.lower().replace(" ", "-")
        problem = {"type": f"/problems/{slug}", "title": status.phrase, "status": status, "detail": detail}
        body = json.dumps(problem).encode()
        fields = [
            *self.server_state.default_headers,
            (b"content-type", b"application/problem+json"),
            (b"content-length", str(len(body)).encode()),
            (b"cache-control", b"no-store"),
            (b"x-content-type-options", b"nosniff"),
            (b"connection", b"close"),
        ]
        lines = b"".join(b"%s: %s\r\n" % each for each in fields)
        self.transport.write(STATUS_LINE[status] + lines + b"\r\n" + body)


def bounded(limits: ConnectionLimits) -> type[BoundedProtocol]:
    """The protocol with these limits, for uvicorn's `http`."""
    return type("Bounded", (BoundedProtocol,), {"limits": limits})
