"""One HTTP/1.1 request and its response over a stream, bounded in headers, interim responses, body and time."""

import time

import httptools

from healther.net.connection import Stream
from healther.net.errors import NetError
from healther.net.response import MAX_HEADER_BYTES, MAX_INTERIM_RESPONSES, Progress, Response

# Chunk sizes and trailers cost bytes too: what is read in all stays within a few times the body's cap.
OVERHEAD_FACTOR = 4

TOO_LARGE_HEADERS = f"the response headers are larger than {MAX_HEADER_BYTES // 1024} KiB"
TOO_MANY_INTERIM = f"more than {MAX_INTERIM_RESPONSES} interim (1xx) responses and no real one"


class _Receiver(Response):
    """A Response that httptools fills; without a callback for headers, which `Response.headers` reads when asked."""

    headers_done = False
    done = False
    interim = 0

    def __init__(self, *, head_only: bool, keep_body: bool, max_body_bytes: int) -> None:
        self.chunks = []
        self.head_only = head_only
        self.keep_body = keep_body
        self.max_body_bytes = max_body_bytes
        self.parser = httptools.HttpResponseParser(self)

    def on_headers_complete(self) -> None:
        status = self.parser.get_status_code()
        if 100 <= status < 200 and status != 101:
            self.interim += 1
        elif not self.headers_done:
            self.headers_done = True
            self.status = status
            self.done = self.head_only or status == 101

    def on_body(self, data: bytes) -> None:
        if not self.done and not self.add_body(data, keep=self.keep_body, max_body_bytes=self.max_body_bytes):
            self.done = True

    def on_message_complete(self) -> None:
        if self.headers_done:
            self.done = True


async def exchange(
    stream: Stream, request: bytes, progress: Progress, *, head_only: bool, keep_body: bool, max_body_bytes: int
) -> Response:
    """Sends `request`, reads the response; adds to first_byte_ms and transfer_ms.

    Raises NetError(bad_response | connection_lost), or DeadlineError.
    """
    phases = progress.phases
    progress.phase = "first_byte"
    started = time.perf_counter()
    await stream.send(request)
    data = await stream.receive()
    first_byte_at = stream.event_at
    if first_byte_at > started:
        phases.first_byte_ms = (phases.first_byte_ms or 0.0) + (first_byte_at - started) * 1e3
    progress.phase = "transfer"
    receiver = _Receiver(head_only=head_only, keep_body=keep_body, max_body_bytes=max_body_bytes)
    try:
        feed = receiver.parser.feed_data
        received = 0
        while True:
            if not data:
                _check_end(receiver, received)
                break
            received += len(data)
            if not receiver.headers_done:
                receiver.head += data
            try:
                feed(data)
            except httptools.HttpParserUpgrade:
                break
            except httptools.HttpParserError as error:
                if not receiver.done:
                    raise NetError("bad_response", _explain(error, receiver, data)) from error
            if receiver.done or not _may_go_on(receiver, received):
                break
            data = await stream.receive()
        receiver.http_version = receiver.parser.get_http_version()
    finally:
        progress.status = receiver.status or None
        del receiver.parser  # it holds bound methods: without this every response waits for the garbage collector
    phases.transfer_ms = (phases.transfer_ms or 0.0) + (stream.event_at - first_byte_at) * 1e3
    return receiver


def _may_go_on(receiver: _Receiver, received: int) -> bool:
    """Whether more may be read; raises NetError for headers or interim responses without end."""
    if receiver.interim > MAX_INTERIM_RESPONSES:
        raise NetError("bad_response", TOO_MANY_INTERIM)
    if not receiver.headers_done:
        if received > MAX_HEADER_BYTES:
            raise NetError("bad_response", TOO_LARGE_HEADERS)
        return True
    receiver.truncated = received > receiver.max_body_bytes * OVERHEAD_FACTOR + MAX_HEADER_BYTES
    return not receiver.truncated


def _check_end(receiver: _Receiver, received: int) -> None:
    """The peer has closed: fine for a body that ends there, otherwise a lost connection."""
    if not receiver.headers_done:
        what = "in the middle of the response headers" if received else "without answering"
        raise NetError("connection_lost", f"the server closed the connection {what}")
    length = receiver.header(b"content-length")
    if length is not None or "chunked" in (receiver.header(b"transfer-encoding") or "").lower():
        of = f" of {length}" if length is not None else ""
        raise NetError(
            "connection_lost",
            f"the server closed the connection in the middle of the body, after {receiver.body_bytes}{of} bytes",
        )


def _explain(error: Exception, receiver: _Receiver, data: memoryview) -> str:
    if receiver.headers_done:
        return f"the response body breaks HTTP's rules: {error}"
    if bytes(data[:1]) == b"\x15" or bytes(data[:2]) == b"\x16\x03":
        return "the answer is TLS, not HTTP: try https://"
    return f"the answer is not HTTP: {error}"
