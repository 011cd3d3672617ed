"""What a connection may take before anybody has signed in: bytes, time, descriptors (S13, S19), on real sockets."""

import asyncio
import select
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

import httpx
import psutil
import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from healther.app.addresses import parse_proxies
from healther.app.connections import ConnectionLimits, bounded
from healther.cli.listening import MAX_CONNECTIONS, connection_limit
from tests.support.servers import wait_until

KIBIBYTE = 1024
MEBIBYTE = 1024 * 1024
FLAT_BYTES = 24 * MEBIBYTE
HEAD = b"GET / HTTP/1.1\r\nHost: x\r\n"
ENOUGH_S = 30.0


class Site:
    """The real server around a small app, in a thread."""

    def __init__(self, limits: ConnectionLimits) -> None:
        listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = listening.getsockname()[1]
        self.go_on = threading.Event()
        self.disconnected = 0
        config = uvicorn.Config(
            self._app,
            loop="uvloop",
            http=bounded(limits),
            interface="asgi3",
            lifespan="off",
            log_config=None,
            access_log=False,
            ws="none",
        )
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, args=([listening],))
        self.thread.start()

    @property
    def open(self) -> int:
        """How many connections it has."""
        return len(self.server.server_state.connections)

    def connect(self, *sent: bytes) -> socket.socket:
        """A connection on which this was sent."""
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=ENOUGH_S)
        for each in sent:
            connection.sendall(each)
        return connection

    def get(self) -> httpx.Response:
        """One ordinary request."""
        return httpx.get(f"http://127.0.0.1:{self.port}/", timeout=ENOUGH_S)

    async def _app(self, scope: Scope, receive: Receive, send: Send) -> None:
        size = 0
        while scope["method"] == "POST":
            message = await receive()
            if message["type"] == "http.disconnect":
                self.disconnected += 1
                return
            size += len(message["body"])
            if not message["more_body"]:
                break
        await send({"type": "http.response.start", "status": 200, "headers": []})
        if scope["path"] == "/stream":
            await send({"type": "http.response.body", "body": b"first", "more_body": True})
            await asyncio.to_thread(self.go_on.wait, ENOUGH_S)
        while scope["path"] == "/endless" and not self.go_on.is_set():
            await send({"type": "http.response.body", "body": b"x" * MEBIBYTE, "more_body": True})
            await asyncio.sleep(0)
        await send({"type": "http.response.body", "body": b"last %d" % size})


@contextmanager
def site(limits: ConnectionLimits) -> Iterator[Site]:
    started = Site(limits)
    try:
        yield started
    finally:
        started.go_on.set()
        started.server.should_exit = True
        started.thread.join(20)


@pytest.fixture(scope="module")
def patient() -> Iterator[Site]:
    """A site with the limits healther has."""
    with site(ConnectionLimits(connections=1000)) as started:
        yield started


@pytest.fixture(scope="module")
def hasty() -> Iterator[Site]:
    """A site that waits for nothing longer than a moment."""
    with site(ConnectionLimits(connections=1000, head_s=0.2, body_s=0.2, unread_s=0.2)) as started:
        yield started


def everything_from(connection: socket.socket) -> bytes:
    """What comes until the other end hangs up."""
    received = b""
    with connection, suppress(ConnectionResetError):
        while chunk := connection.recv(65_536):
            received += chunk
    return received


def send_until_refused(connection: socket.socket, chunk: bytes, limit_bytes: int) -> int:
    """Sends until something comes back or the line is cut; how much was sent."""
    sent = 0
    with suppress(ConnectionResetError, BrokenPipeError):
        while sent < limit_bytes:
            connection.sendall(chunk)
            sent += len(chunk)
            if select.select([connection], [], [], 0)[0]:
                break
    return sent


@pytest.mark.parametrize(
    ("start", "chunk"),
    [
        (HEAD, b"X-n: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n" * 100),
        (HEAD + b"X-n: ", b"a" * 5_000),
        (HEAD, b"a" * 5_000),
        (b"GET /", b"a" * 5_000),
        (b"", b"\r\n" * 2_500),
        (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5;", b"a" * 5_000),
        (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", b"X-n: aaaaaaaaaa\r\n" * 300),
    ],
    ids=["many lines", "one value", "one name", "the path", "empty lines", "the size of a chunk", "trailers"],
)
def test_a_head_without_end_is_refused_and_memory_stays_flat(patient: Site, start: bytes, chunk: bytes) -> None:
    process = psutil.Process()
    before = process.memory_info().rss
    with patient.connect(start) as connection:
        sent = send_until_refused(connection, chunk, 300 * MEBIBYTE)
        assert sent < 32 * MEBIBYTE, "noticed while it comes in; the rest is what the sockets hold"
        with suppress(ConnectionResetError):
            assert connection.recv(32).startswith(b"HTTP/1.1 431 ")
    assert process.memory_info().rss - before < FLAT_BYTES


def test_the_refusal_is_a_problem_that_can_be_read(patient: Site) -> None:
    answer = everything_from(patient.connect(HEAD + b"X-n: " + b"a" * 70 * KIBIBYTE))
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 431 Request Header Fields Too Large\r\n")
    assert b"content-type: application/problem+json" in head
    assert b"connection: close" in head
    assert b'"detail": "The head of a request has 65536 bytes at most."' in body


def test_a_head_of_a_usual_size_and_a_large_body_are_served(patient: Site) -> None:
    url = f"http://127.0.0.1:{patient.port}/"
    with httpx.Client(timeout=ENOUGH_S) as client:
        assert client.get(url, headers={"Cookie": "a" * 30 * KIBIBYTE}).status_code == 200
        for _ in range(3):
            assert client.post(url, content=b"b" * MEBIBYTE, headers={"X-n": "a" * KIBIBYTE}).text == f"last {MEBIBYTE}"
        chunks = (b"c" * 100 for _ in range(2_000))
        assert client.post(url, content=chunks).text == "last 200000", "the sizes of chunks count only in a row"


def test_many_requests_in_one_go_are_each_a_head(patient: Site) -> None:
    with patient.connect((HEAD + b"\r\n") * 5_000 + HEAD + b"Connection: close\r\n\r\n") as connection:
        assert everything_from(connection).count(b"HTTP/1.1 200 OK") == 5_001


@pytest.mark.parametrize(
    ("request_line", "status"),
    [(b"GET /" + b"a" * 69_800, b"431"), (b"GET /" + b"a" * 65_540, b"400"), (b"CONNECT a:1", b"400")],
    ids=["long", "longer than an address may be", "no address"],
)
def test_a_request_line_that_cannot_be_read_is_answered(patient: Site, request_line: bytes, status: bytes) -> None:
    answer = everything_from(patient.connect(request_line + b" HTTP/1.1\r\nHost: x\r\n\r\n"))
    assert answer.startswith(b"HTTP/1.1 " + status)


def test_what_is_no_http_is_a_problem(patient: Site) -> None:
    answer = everything_from(patient.connect(b"\x16\x03\x01 this is no request\r\n\r\n"))
    assert answer.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert b"application/problem+json" in answer


@pytest.mark.parametrize("start", [HEAD, b"G", HEAD + b"\r\n" + HEAD])
def test_half_a_head_is_timed_out(hasty: Site, start: bytes) -> None:
    assert b"HTTP/1.1 408 Request Timeout" in everything_from(hasty.connect(start))


def test_who_says_nothing_is_hung_up_on_without_a_word(hasty: Site) -> None:
    assert everything_from(hasty.connect()) == b""
    assert everything_from(hasty.connect(b"\r\n")) == b""


def test_a_byte_at_a_time_gains_no_time(hasty: Site) -> None:
    with hasty.connect() as connection, suppress(ConnectionResetError, BrokenPipeError):
        connection.settimeout(0.02)
        for byte in (HEAD * 1_000)[:3_000]:
            connection.sendall(bytes([byte]))
            with suppress(TimeoutError):
                assert connection.recv(32).startswith(b"HTTP/1.1 408 ")
                return
        raise AssertionError("nobody hung up")


def test_half_a_body_is_timed_out_and_the_app_knows(hasty: Site) -> None:
    before = hasty.disconnected
    answer = everything_from(hasty.connect(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf"))
    assert answer.startswith(b"HTTP/1.1 408 ")
    wait_until(lambda: hasty.disconnected == before + 1, "the app was told")


def test_an_answer_that_streams_takes_as_long_as_it_likes(hasty: Site) -> None:
    with hasty.connect(b"GET /stream HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n") as connection:
        assert connection.recv(65_536).startswith(b"HTTP/1.1 200 ")
        # Several times as long as a head may take: connections that said nothing have come and gone meanwhile.
        for _ in range(3):
            everything_from(hasty.connect())
        hasty.go_on.set()
        assert everything_from(connection).endswith(b"last 0\r\n0\r\n\r\n")


def test_an_answer_nobody_reads_is_given_up(hasty: Site) -> None:
    hasty.go_on.clear()
    with hasty.connect(b"GET /endless HTTP/1.1\r\nHost: x\r\n\r\n"):
        wait_until(lambda: hasty.open >= 1, "it is connected")
        wait_until(lambda: hasty.open == 0, "the server has hung up")
    hasty.go_on.set()


def test_newcomers_are_served_while_others_hold_every_place() -> None:
    with site(ConnectionLimits(connections=20)) as full, ExitStack() as stack:
        held = [stack.enter_context(full.connect(HEAD)) for _ in range(100)]
        for _ in range(5):
            assert full.get().status_code == 200
        wait_until(lambda: full.open <= 20, "only so many are open")
        assert b" 408 " not in held[0].recv(100), "the one that waited longest made way, long before its time was up"


def test_one_address_holds_so_many_connections_and_others_are_served() -> None:
    stream = b"GET /stream HTTP/1.1\r\nHost: x\r\n\r\n"
    with site(ConnectionLimits(connections=100, per_address=3)) as busy, ExitStack() as stack:
        waiting = stack.enter_context(busy.connect(HEAD))
        wait_until(lambda: busy.open == 1, "the first is connected")
        for _ in range(3):
            assert b"200 OK" in stack.enter_context(busy.connect(stream)).recv(65_536)
        assert b" 503 " in waiting.recv(100), "it said nothing yet, so it made way"
        answer = everything_from(busy.connect(HEAD + b"\r\n"))
        assert answer.startswith(b"HTTP/1.1 429 Too Many Requests\r\n")
        assert b'"detail": "3 connections from your address are being answered."' in answer
        with httpx.Client(transport=httpx.HTTPTransport(local_address="127.0.0.2")) as other:
            assert other.get(f"http://127.0.0.1:{busy.port}/").status_code == 200
        busy.go_on.set()
        stack.close()
        wait_until(lambda: busy.open == 0, "they are gone")
        assert busy.get().status_code == 200


def test_a_trusted_proxy_holds_as_many_as_there_are() -> None:
    limits = ConnectionLimits(connections=100, per_address=3, proxies=parse_proxies(["127.0.0.1"]))
    with site(limits) as busy, ExitStack() as stack:
        for _ in range(20):
            stack.enter_context(busy.connect(HEAD))
        wait_until(lambda: busy.open == 20, "nobody made way")


def test_who_is_being_answered_keeps_the_place() -> None:
    with site(ConnectionLimits(connections=8, proxies=parse_proxies(["127.0.0.1"]))) as full, ExitStack() as stack:
        request = b"GET /stream HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        streaming = [stack.enter_context(full.connect(request)) for _ in range(8)]
        for each in streaming:
            assert each.recv(65_536).startswith(b"HTTP/1.1 200 ")
        assert everything_from(full.connect()).startswith(b"HTTP/1.1 503 ")
        full.go_on.set()
        for each in streaming:
            assert everything_from(each).endswith(b"0\r\n\r\n")
        wait_until(lambda: full.open == 0, "all are done")
        assert full.get().status_code == 200


@pytest.mark.parametrize(("descriptors", "in_flight"), [(256, 1000), (1024, 1000), (4096, 1000), (1 << 20, 20_000)])
def test_connections_leave_descriptors_for_checks_and_for_accepting(descriptors: int, in_flight: int) -> None:
    connections = connection_limit(descriptors, in_flight)
    assert 8 <= connections <= MAX_CONNECTIONS
    assert 2 * connections + min(in_flight, connections) + 64 <= descriptors
