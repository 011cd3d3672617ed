"""The web server, which tells open answers to end before it waits for them."""

from collections.abc import Callable
from typing import Any

import uvicorn


class Server(uvicorn.Server):
    """uvicorn's, calling `before_waiting` when it was asked to stop: a live stream would never end by itself."""

    def __init__(self, config: uvicorn.Config, before_waiting: Callable[[], None]) -> None:
        super().__init__(config)
        self._before_waiting = before_waiting

    async def shutdown(self, sockets: list[Any] | None = None) -> None:
        self._before_waiting()
        await super().shutdown(sockets)
