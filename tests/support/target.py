"""A real HTTP server on loopback that does what a test tells it: answer, fail, hang, reset, refuse."""

import asyncio
import contextlib
import threading
import time
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tests.support.servers import free_port


@dataclass(frozen=True)
class Answer:
    """How a path behaves; `hangs` and `resets` never get to a status."""

    status: int = 200
    body: bytes = b"ok"
    after_s: float = 0.0
    hangs: bool = False
    resets: bool = False


@dataclass(frozen=True)
class Hit:
    """One request that came in."""

    at_ms: int
    client_port: int


class Target:
    """The server, in a thread of its own; everything here may be called from the test's thread."""

    def __init__(self, hosts: Sequence[str]) -> None:
        self.port = free_port()
        self._hosts = list(hosts)
        self._answers: dict[str, Answer] = {}
        self._hits: dict[str, list[Hit]] = {}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="target", daemon=True)
        self._server: asyncio.Server | None = None
        self._tasks: dict[asyncio.Task[None], asyncio.StreamWriter] = {}
        self._thread.start()
        self.listen()

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        """The address of a path."""
        return f"http://{host}:{self.port}{path}"

    def set(self, path: str, answer: Answer) -> None:
        """From now on `path` behaves like this; unset paths answer 200."""
        self._answers[path] = answer

    def hits(self, path: str) -> list[Hit]:
        """The requests for `path` so far."""
        return list(self._hits.get(path, ()))

    def refuse(self) -> None:
        """Nobody listens any more: connections are refused."""
        self._run(self._close())

    def listen(self) -> None:
        """Listens (again), on the same port."""
        self._run(self._listen())

    def stop(self) -> None:
        """Ends the server and whoever still hangs in it."""
        self._run(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._accept, self._hosts, self.port, backlog=256)

    async def _close(self) -> None:
        if self._server is not None:
            # Accept no more, and let those being accepted arrive here, before closing: asyncio (3.11) loses, unclosed,
            # a connection whose server closed between its accept and its transport.
            for listening in self._server.sockets:
                self._loop.remove_reader(listening.fileno())
            await _turns()
            accepting = asyncio.all_tasks() - self._tasks.keys() - {asyncio.current_task()}
            await asyncio.gather(*accepting, return_exceptions=True)
            self._server.close()
            self._server = None
        tasks = dict(self._tasks)
        for task, writer in tasks.items():
            task.cancel()
            writer.transport.abort()
        await asyncio.gather(*tasks, return_exceptions=True)
        await _turns()  # transports close one turn after they were told to

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # A plain function: the connection is known here before anything else can happen to it.
        task = self._loop.create_task(self._serve(reader, writer))
        self._tasks[task] = writer
        task.add_done_callback(self._tasks.pop)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
                await self._answer(reader, writer)
        finally:
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        path = head.split(b" ", 2)[1].decode()
        hit = Hit(time.time_ns() // 1_000_000, writer.get_extra_info("peername")[1])
        self._hits.setdefault(path, []).append(hit)
        answer = self._answers.get(path, Answer())
        if answer.resets:
            writer.transport.abort()
            return
        if answer.hangs:
            await reader.read()  # until the other side gives up
            return
        await asyncio.sleep(answer.after_s)
        head_out = f"HTTP/1.1 {answer.status} X\r\nContent-Length: {len(answer.body)}\r\nConnection: close\r\n\r\n"
        writer.write(head_out.encode() + answer.body)
        await writer.drain()


async def _turns() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


@contextmanager
def target(hosts: Sequence[str] = ("127.0.0.1",)) -> Iterator[Target]:
    """A target listening on one free port of each of these loopback addresses."""
    server = Target(hosts)
    try:
        yield server
    finally:
        server.stop()
