"""A TCP proxy on loopback that can stall (a half-open connection), cut, and slow down what goes through it."""

import asyncio
import contextlib
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from tests.support.servers import free_port

_CHUNK_BYTES = 65_536


class Proxy:
    """Forwards its port to another one, in a thread of its own."""

    def __init__(self, to_port: int) -> None:
        self.port = free_port()
        self._to_port = to_port
        self._delay_s = 0.0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy", daemon=True)
        self._thread.start()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._server: asyncio.Server | None = None
        self._flows = asyncio.Event()
        """Replaced when what stalls now is to stall for ever: a pump waits for the event of its own time."""
        self._run(self._start())

    def stall(self) -> None:
        """Connections stay open and carry nothing more; new ones are accepted and get no answer."""
        self._loop.call_soon_threadsafe(self._flows.clear)

    def strand(self) -> None:
        """What stalls stays half-open for ever; new connections are carried."""
        self._run(self._strand())

    def slow(self, delay_s: float) -> None:
        """Carries each piece this much later."""
        self._delay_s = delay_s

    def cut(self) -> None:
        """Ends every connection, and what they held back is lost; new ones are served."""
        self._run(self._cut())

    def close(self) -> None:
        """Ends every connection and refuses new ones."""
        self._run(self._close())

    def stop(self) -> None:
        """Ends the proxy."""
        self.close()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _start(self) -> None:
        self._flows.set()
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", self.port)

    async def _strand(self) -> None:
        self._flows = asyncio.Event()
        self._flows.set()

    async def _close(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        await self._cut()

    async def _cut(self) -> None:
        await asyncio.sleep(0)  # whoever was just accepted gets as far as being known here
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.sleep(0)  # transports close one turn after they were told to

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # A task of ours: asyncio logs one of its own that is cancelled as a fault.
        task = self._loop.create_task(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        # Also where it is cut before it has begun.
        task.add_done_callback(lambda _: writer.transport.abort())

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        out_writer: asyncio.StreamWriter | None = None
        pumps: list[asyncio.Future[None]] = []
        try:
            with contextlib.suppress(OSError):
                out_reader, out_writer = await asyncio.open_connection("127.0.0.1", self._to_port)
                pumps += [
                    asyncio.ensure_future(self._pump(reader, out_writer)),
                    asyncio.ensure_future(self._pump(out_reader, writer)),
                ]
                await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for pump in pumps:
                pump.cancel()
            if out_writer is not None:
                out_writer.transport.abort()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        flows = self._flows
        with contextlib.suppress(OSError):
            while chunk := await reader.read(_CHUNK_BYTES):
                if self._delay_s:
                    await asyncio.sleep(self._delay_s)
                await flows.wait()
                writer.write(chunk)
                await writer.drain()


def port_of(url: str) -> int:
    """The port of a server's URL."""
    port = urlsplit(url).port
    assert port is not None
    return port


def through(between: Proxy, url: str) -> str:
    """The same database, as the same user, by way of the proxy."""
    parts = urlsplit(url)
    login, at, _ = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=f"{login}{at}127.0.0.1:{between.port}"))


@contextmanager
def proxy(to_port: int) -> Iterator[Proxy]:
    """A proxy in front of a loopback port."""
    running = Proxy(to_port)
    try:
        yield running
    finally:
        running.stop()
