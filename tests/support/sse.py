"""Somebody who listens to a live stream, on a thread of their own."""

import contextlib
import json
import socket
import threading
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import httpx

from tests.support.people import Workspace
from tests.support.servers import wait_until


@dataclass(frozen=True)
class Told:
    """One event of the stream."""

    event: str
    data: dict[str, Any]
    id: str | None


class Listener:
    """Reads a workspace's stream until it ends or is left (`with`)."""

    def __init__(self, workspace: Workspace, api: str | None = None, last_id: str | None = None) -> None:
        client = workspace.client
        self._headers = {"Authorization": client.http.headers["Authorization"]}
        if last_id is not None:
            self._headers["Last-Event-ID"] = last_id
        self._url = f"{api or client.api}/api/v1{workspace.path}/live"
        self._http = httpx.Client(timeout=60)
        self.told: list[Told] = []
        self.lines: list[str] = []
        self.status = 0
        self.headers: httpx.Headers = httpx.Headers()
        self.ended = threading.Event()
        self._answer: httpx.Response | None = None
        self._thread = threading.Thread(target=self._read, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._answer is not None and not self.ended.is_set():
            # Closing it would not wake the thread that reads it.
            with contextlib.suppress(OSError):
                self._answer.extensions["network_stream"].get_extra_info("socket").shutdown(socket.SHUT_RDWR)
        self._thread.join(20)
        self._http.close()

    def of(self, event: str, watcher: object = None) -> list[dict[str, Any]]:
        """The data of all events of one name (and about one watcher)."""
        return [each.data for each in self.told if each.event == event and watcher in (None, each.data.get("id"))]

    def names(self) -> list[str]:
        """The names of all events, in order."""
        return [each.event for each in self.told]

    @property
    def last_id(self) -> str:
        """The id that was received last."""
        return next(each.id for each in reversed(self.told) if each.id is not None)

    def until(self, event: str, watcher: object = None, count: int = 1) -> dict[str, Any]:
        """Waits for (so many of) an event; the last one's data."""
        wait_until(
            lambda: len(self.of(event, watcher)) >= count,
            f"{event} was told; there were {self.names()}, status {self.status}",
            30,
        )
        return self.of(event, watcher)[count - 1]

    def _read(self) -> None:
        try:
            with self._http.stream("GET", self._url, headers=self._headers) as answer:
                self._answer = answer
                self.status, self.headers = answer.status_code, answer.headers
                self._parse(answer)
        except httpx.HTTPError:
            self.lines.append("cut")
        finally:
            self.ended.set()

    def _parse(self, answer: httpx.Response) -> None:
        fields: dict[str, str] = {}
        for line in answer.iter_lines():
            self.lines.append(line)
            if line:
                name, _, value = line.partition(":")
                fields[name] = value.removeprefix(" ")
            elif "event" in fields:
                self.told.append(Told(fields["event"], json.loads(fields["data"]), fields.get("id")))
                fields = {}
