"""One HTTP/1.1 request and its response over a stream, bounded in headers, interim responses, body and time."""

import time

import httptools

from healther.net.connection import Stream
from healther.net.errors import NetError
from healther.net.response import MAX_HEADER_BYTES, MAX_INTERIM_RESPONSES, Response, Timings

# Chunk sizes and trailers cost bytes too: what is read in all stays within a few times the body's cap.
OVERHEAD_FACTOR = 4


class _Collector:
    """httptools callbacks into a Response."""

    __slots__ = (
        "done",
        "head_only",
        "headers_done",
        "interim",
        "keep_body",
        "max_body_bytes",
        "parser",
        "response",
        "timings",
    )

    def __init__(self, timings: Timings, *, head_only: bool, keep_body: bool, max_body_bytes: int) -> None:
        self.timings = timings
        self.response = Response()
        self.head_only = head_only
        self.keep_body = keep_body
        self.max_body_bytes = max_body_bytes
        self.headers_done = False
        self.done = False
        self.interim = 0
        self.parser = httptools.HttpResponseParser(self)

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self.headers_done:
            self.response.headers.append((name, value))

    def on_headers_complete(self) -> None:
        status = self.parser.get_status_code()
        if 100 <= status < 200 and status != 101:
            self.interim += 1
            self.response.headers.clear()
            return
        if not self.headers_done:
            self.headers_done = True
            self.response.status = self.timings.status = status
            self.done = self.head_only or status == 101

    def on_body(self, data: bytes) -> None:
        if self.done:
            return
        response = self.response
        room = self.max_body_bytes - response.body_bytes
        if len(data) >= room:
            # Exactly at the cap may also be the end; whoever asks for more than the cap was not meant to be read.
            response.truncated = len(data) > room
            self.done = response.truncated
            data = data[:room]
        response.body_bytes += len(data)
        if self.keep_body:
            response.chunks.append(data)

    def on_message_complete(self) -> None:
        if self.headers_done:
            self.done = True


async def exchange(
    stream: Stream, request: bytes, timings: Timings, *, head_only: bool, keep_body: bool, max_body_bytes: int
) -> Response:
    """Sends `request`, reads the response; fills first_byte_s and transfer_s.

    Raises NetError(bad_response | connection_lost), or DeadlineError.
    """
    collector = _Collector(timings, head_only=head_only, keep_body=keep_body, max_body_bytes=max_body_bytes)
    feed = collector.parser.feed_data
    timings.phase = "first_byte"
    started = time.perf_counter()
    await stream.send(request)
    data = await stream.receive()
    first_byte_at = stream.event_at
    timings.first_byte_s = max(0.0, first_byte_at - started)
    timings.phase = "transfer"
    header_bytes = 0
    room = max_body_bytes * OVERHEAD_FACTOR + MAX_HEADER_BYTES
    while True:
        if not data:
            _check_end(collector, header_bytes)
            break
        if not collector.headers_done:
            header_bytes += len(data)
        room -= len(data)
        try:
            feed(data)
        except httptools.HttpParserUpgrade:
            break
        except httptools.HttpParserError as error:
            if not collector.done:
                raise NetError("bad_response", _explain(error, collector, data)) from error
        if collector.done:
            break
        if not collector.headers_done and header_bytes > MAX_HEADER_BYTES:
            raise NetError("bad_response", f"the response headers are larger than {MAX_HEADER_BYTES // 1024} KiB")
        if collector.interim > MAX_INTERIM_RESPONSES:
            raise NetError("bad_response", f"more than {MAX_INTERIM_RESPONSES} interim (1xx) responses and no real one")
        if room <= 0:
            collector.response.truncated = True
            break
        data = await stream.receive()
    timings.transfer_s = max(0.0, stream.event_at - first_byte_at)
    collector.response.http_version = collector.parser.get_http_version()
    return collector.response


def _check_end(collector: _Collector, header_bytes: int) -> None:
    """The peer has closed: fine for a body that ends there, otherwise a lost connection."""
    response = collector.response
    if not collector.headers_done:
        what = "in the middle of the response headers" if header_bytes else "without answering"
        raise NetError("connection_lost", f"the server closed the connection {what}")
    length = response.header(b"content-length")
    if length is not None or "chunked" in (response.header(b"transfer-encoding") or "").lower():
        of = f" of {length}" if length is not None else ""
        raise NetError(
            "connection_lost",
            f"the server closed the connection in the middle of the body, after {response.body_bytes}{of} bytes",
        )


def _explain(error: Exception, collector: _Collector, data: memoryview) -> str:
    if collector.headers_done:
        return f"the response body breaks HTTP's rules: {error}"
    if bytes(data[:1]) == b"\x15" or bytes(data[:2]) == b"\x16\x03":
        return "the answer is TLS, not HTTP: try https://"
    return f"the answer is not HTTP: {error}"
