"""Large bodies are refused before anybody reads them, let alone signs in (S13), by the real server."""

import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

import psutil
import pytest
import uvicorn

from healther.app import create_app
from healther.core.db import Database
from tests.support.api import CountingHasher, settings_for

MEBIBYTE = 1024 * 1024
HALF_A_GIGABYTE = 500 * MEBIBYTE
FLAT_BYTES = 24 * MEBIBYTE
PATHS = ["/api/v1/auth/register", "/api/v1/auth/token", "/api/v1/workspaces", "/nowhere"]


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """The real server, in a thread; its app never opens its database: nobody gets that far."""
    settings = settings_for("sqlite+aiosqlite:///never-opened.db")
    app = create_app(settings, passwords=CountingHasher())
    app.state.db = Database(settings.database_url)
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        app, loop="asyncio", http="httptools", lifespan="off", log_config=None, access_log=False, proxy_headers=False
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listening],))
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(20)


@contextmanager
def request(port: int, path: str, *headers: str) -> Iterator[socket.socket]:
    """A POST whose head was sent."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        kind = "x-www-form-urlencoded" if path.endswith("/token") else "json"
        head = [f"POST {path} HTTP/1.1", "Host: x", f"Content-Type: application/{kind}", *headers]
        connection.sendall("\r\n".join([*head, "", ""]).encode())
        yield connection


def answer_of(connection: socket.socket) -> bytes:
    """The answer's head and what came with it."""
    received = b""
    while b"\r\n\r\n" not in received:
        chunk = connection.recv(65_536)
        assert chunk, received
        received += chunk
    return received


def send_until_answered(connection: socket.socket, chunk: bytes, limit_bytes: int) -> int:
    """Sends until something comes back; how much was sent."""
    sent = 0
    while sent < limit_bytes:
        connection.setblocking(False)
        try:
            connection.recv(1, socket.MSG_PEEK)
            return sent
        except BlockingIOError:
            pass
        finally:
            connection.settimeout(30)
        connection.sendall(chunk)
        sent += len(chunk)
    return sent


def test_a_declared_half_gigabyte_is_refused_before_it_is_sent(port: int) -> None:
    for path in PATHS:
        with request(port, path, f"Content-Length: {HALF_A_GIGABYTE}") as connection:
            assert answer_of(connection).startswith(b"HTTP/1.1 413 "), path


def test_an_endless_body_is_refused_at_the_limit_and_memory_stays_flat(port: int) -> None:
    process = psutil.Process()
    before = process.memory_info().rss
    block = b"x" * 65_536
    chunk = b"%x\r\n%s\r\n" % (len(block), block)
    for path in PATHS[:3]:
        with request(port, path, "Transfer-Encoding: chunked") as connection:
            sent = send_until_answered(connection, chunk, HALF_A_GIGABYTE)
            assert sent < 16 * MEBIBYTE, "the limit is noticed while the body comes in"
            assert answer_of(connection).startswith(b"HTTP/1.1 413 "), path
            # Whoever goes on sending fills nothing: what comes after the answer is thrown away.
            # (Closing the connection would be an answer too.)
            with suppress(OSError):
                for _ in range(48 * MEBIBYTE // len(block)):
                    connection.sendall(chunk)
    assert process.memory_info().rss - before < FLAT_BYTES


def test_many_large_bodies_at_once_are_refused_and_others_served(port: int) -> None:
    with ExitStack() as stack:
        heads = [request(port, PATHS[0], f"Content-Length: {HALF_A_GIGABYTE}") for _ in range(20)]
        connections = [stack.enter_context(head) for head in heads]
        for connection in connections:
            assert answer_of(connection).startswith(b"HTTP/1.1 413 ")
        with request(port, PATHS[0], "Content-Length: 2") as small:
            small.sendall(b"{}")
            assert answer_of(small).startswith(b"HTTP/1.1 422 ")


def test_a_body_at_the_limit_is_read(port: int) -> None:
    body = b'{"email": "%s"}' % (b"x" * (MEBIBYTE - 13))
    assert len(body) <= MEBIBYTE
    with request(port, PATHS[0], f"Content-Length: {len(body)}") as connection:
        connection.sendall(body)
        assert answer_of(connection).startswith(b"HTTP/1.1 422 ")
    with request(port, PATHS[0], f"Content-Length: {MEBIBYTE + 1}") as connection:
        assert answer_of(connection).startswith(b"HTTP/1.1 413 ")
