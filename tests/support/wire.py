"""Servers that answer byte for byte what a test wants, on loopback, and the guarded network to look at them."""

import asyncio
import contextlib
import ssl
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence

from healther.core.setting_values import AllowedNetwork
from healther.net.client import Net
from healther.probes import parse_probe
from healther.probes.base import Observation, ProbeContext, Trace

LOOPBACK = ("127.0.0.0/8", "::1/128")

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@contextlib.asynccontextmanager
async def serving(
    handler: Handler, *, host: str = "127.0.0.1", port: int = 0, tls: ssl.SSLContext | None = None
) -> AsyncIterator[int]:
    """A server whose connections `handler` answers; yields its port. Every connection is over when it ends."""
    tasks: set[asyncio.Task[None]] = set()

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if tls is not None:
                # Here and not in start_server, so that a handshake that never ends can be cancelled.
                await writer.start_tls(tls)
            await handler(reader, writer)
            writer.close()
            await writer.wait_closed()
        except (ConnectionError, ssl.SSLError, asyncio.IncompleteReadError, TimeoutError):
            pass  # what the check does to its server is the test's to judge
        finally:
            writer.transport.abort()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(one(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(connected, host, port)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0)


@contextlib.contextmanager
def serving_beside(handler: Handler, *, tls: ssl.SSLContext | None = None) -> Iterator[int]:
    """`serving` in a thread of its own, for what runs a loop itself; yields its port."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="serving", daemon=True)
    thread.start()
    server = serving(handler, tls=tls)
    try:
        port = asyncio.run_coroutine_threadsafe(server.__aenter__(), loop).result(10)
        try:
            yield port
        finally:
            asyncio.run_coroutine_threadsafe(server.__aexit__(None, None, None), loop).result(10)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


async def read_request(reader: asyncio.StreamReader) -> bytes:
    """The head of a request, and its body where it has a Content-Length."""
    head = await reader.readuntil(b"\r\n\r\n")
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            head += await reader.readexactly(int(value))
    return head


def answering(*parts: bytes, seen: list[bytes] | None = None, pause_s: float = 0.0) -> Handler:
    """A handler that reads one request, sends `parts` and closes."""

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await read_request(reader)
        if seen is not None:
            seen.append(request)
        for part in parts:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(pause_s)

    return handler


def response(status: str = "200 OK", body: bytes = b"", *headers: str) -> bytes:
    """A complete response with a Content-Length."""
    lines = [f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}", "", ""]
    return "\r\n".join(lines).encode() + body


@contextlib.asynccontextmanager
async def guarded_net(
    allow: Sequence[str] = LOOPBACK, *, dns: Sequence[str] = (), ca_file: str | None = None
) -> AsyncIterator[Net]:
    """The network as a worker has it; loopback is allowed unless a test says otherwise."""
    net = Net(tuple(AllowedNetwork(text) for text in allow), dns, ca_file=ca_file)
    try:
        yield net
    finally:
        await net.close()


async def look(
    net: Net, url: str, *, timeout_s: float = 10.0, trace: Trace | None = None, **config: object
) -> Observation:
    """One check of `url`."""
    probe = parse_probe("http", {"url": url, **config})
    return await probe.run(ProbeContext(net=net, deadline=time.monotonic() + timeout_s, trace=trace))
