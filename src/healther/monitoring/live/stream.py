"""One listener: what waits to be sent, and the answer that sends it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

import orjson
import structlog
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from healther.accounts.tokens import Claims

log = structlog.get_logger()

RETRY_MS = 2_000
HEARTBEAT_S = 15.0
# Whoever does not read for so long, or lets so much pile up, is cut; they come back and resume.
SLOW_READER_S = 20.0
MOST_BYTES = 4 * 1024 * 1024
HEARTBEAT = b":\n\n"


def message(event: str, data: bytes, message_id: str | None = None) -> bytes:
    """A server-sent event; `data` is one line of JSON."""
    head = b"" if message_id is None else b"id: " + message_id.encode() + b"\n"
    return head + b"event: " + event.encode() + b"\ndata: " + data + b"\n\n"


def bye(reason: str) -> bytes:
    """The last event of a stream."""
    return message("bye", orjson.dumps({"reason": reason}))


@dataclass(slots=True, eq=False)
class Stream:
    """What one listener has not been sent yet."""

    workspace_id: UUID
    claims: Claims
    last_id: str | None = None
    """Where they left off the last time, as they say."""
    ended: bool = False
    _waiting: list[bytes] = field(default_factory=list)
    _bytes: int = 0
    _wake: asyncio.Event = field(default_factory=asyncio.Event)

    def offer(self, chunk: bytes) -> None:
        """Puts a message in line; a listener who is too far behind is cut."""
        if self.ended:
            return
        self._waiting.append(chunk)
        self._bytes += len(chunk)
        if self._bytes > MOST_BYTES:
            log.info("a live stream was cut: its reader is too slow")
            self._waiting.clear()
            self.end()
        self._wake.set()

    def end(self, reason: str | None = None) -> None:
        """Ends the stream after what is in line; `reason` is told."""
        if not self.ended and reason is not None:
            self.offer(bye(reason))
        self.ended = True
        self._wake.set()

    async def take(self) -> bytes:
        """What is in line, waiting for it; a heartbeat when nothing comes; empty = the end."""
        if not self._waiting and not self.ended:
            try:
                async with asyncio.timeout(HEARTBEAT_S):
                    await self._wake.wait()
            except TimeoutError:
                return HEARTBEAT
        self._wake.clear()
        chunk = b"".join(self._waiting)
        self._waiting.clear()
        self._bytes = 0
        return chunk


class LiveResponse(Response):
    """Sends a stream until it ends or its reader is gone, then calls `on_end`."""

    media_type = "text/event-stream"

    def __init__(self, stream: Stream, on_end: Callable[[Stream], None]) -> None:
        super().__init__(headers={"X-Accel-Buffering": "no"})
        del self.headers["content-length"]
        self._stream = stream
        self._on_end = on_end

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        leaving = asyncio.create_task(self._until_gone(receive))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            await self._write(send, f"retry: {RETRY_MS}\n\n".encode())
            while chunk := await self._stream.take():
                await self._write(send, chunk)
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        except TimeoutError:
            log.info("a live stream was cut: its reader does not read")
        finally:
            self._on_end(self._stream)
            leaving.cancel()

    async def _until_gone(self, receive: Receive) -> None:
        received: Message = await receive()
        while received["type"] != "http.disconnect":
            received = await receive()
        self._stream.end()

    @staticmethod
    async def _write(send: Send, chunk: bytes) -> None:
        async with asyncio.timeout(SLOW_READER_S):
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
