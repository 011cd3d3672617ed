"""What a worker answers over HTTP: `/metrics` of its own process, and `/healthz` for whoever restarts what hangs."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Self

import uvicorn
from starlette.types import Receive, Scope, Send

from healther.core.settings import Settings
from healther.observability.exposition import exposition, refusal
from healther.observability.metrics import REGISTRY

_PLAIN = "text/plain; charset=utf-8"


class _Server(uvicorn.Server):
    """uvicorn's, leaving signals to the worker."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class WorkerEndpoint:
    """A small server on the worker's own loop: it answers as long as the loop turns."""

    def __init__(self, host: str, port: int, token: str | None) -> None:
        self._token = token
        config = uvicorn.Config(
            self._answer,
            host=host,
            port=port,
            lifespan="off",
            ws="none",
            http="httptools",
            log_config=None,
            access_log=False,
            # Told, for of a method uvicorn guesses wrongly.
            interface="asgi3",
            server_header=False,
            proxy_headers=False,
            limit_concurrency=20,
            timeout_graceful_shutdown=1,
        )
        self._server = _Server(config)
        self._task: asyncio.Task[None] | None = None

    @classmethod
    def of(cls, settings: Settings, number: int) -> Self | None:
        """The endpoint of worker `number` (from 0) where HEALTHER_METRICS_LISTEN says; None where it says nothing."""
        if settings.metrics_listen is None:
            return None
        host, _, port = settings.metrics_listen.rpartition(":")
        return cls(host.strip("[]"), int(port) + number, settings.metrics_token)

    async def start(self) -> None:
        """Listens; a port that is taken ends the process, with uvicorn's word of it in the log."""
        self._task = asyncio.create_task(self._server.serve(), name="worker endpoint")

    async def stop(self) -> None:
        """Answers what is under way, and closes."""
        self._server.should_exit = True
        if self._task is not None:
            await asyncio.wait([self._task])

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        status, content, media_type = HTTPStatus.OK, b"ok\n", _PLAIN
        if scope["path"] == "/metrics":
            refused = refusal(scope, self._token)
            if refused is None:
                content, media_type = await exposition(scope, REGISTRY)
            else:
                status = HTTPStatus.FORBIDDEN if self._token is None else HTTPStatus.UNAUTHORIZED
                content = f"{refused}\n".encode()
        elif scope["path"] != "/healthz":
            status, content = HTTPStatus.NOT_FOUND, b"There is /healthz and /metrics.\n"
        headers = [(b"content-type", media_type.encode()), (b"content-length", str(len(content)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content})
