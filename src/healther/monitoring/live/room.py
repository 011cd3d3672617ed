"""A workspace that is listened to: who listens, what was seen last, and what was told lately."""

import secrets
from collections import deque
from dataclasses import dataclass, field

import orjson

from healther.core.clock import MINUTE_MS, SECOND_MS
from healther.monitoring.live.diff import Snapshot
from healther.monitoring.live.stream import Stream, message

REMEMBERED_MS = 10 * MINUTE_MS
MOST_REMEMBERED = 5_000


@dataclass(slots=True)
class Room:
    """One workspace's streams.

    A message's id is `<room>-<number>`. A room that was forgotten, or is another process's, has another name: what a
    returning listener missed there is not known here, and they are told to start afresh.
    """

    name: str = field(default_factory=lambda: secrets.token_hex(6))
    snapshot: Snapshot | None = None
    seen_at: int = 0
    streams: set[Stream] = field(default_factory=set)
    arriving: list[Stream] = field(default_factory=list)
    stale: bytes | None = None
    """The last `stale` that was told, while it holds."""
    _told: deque[tuple[int, int, bytes]] = field(default_factory=deque)
    _number: int = 0
    _forgotten: int = 0

    @property
    def is_listened_to(self) -> bool:
        """Whether anybody is there, or about to be."""
        return bool(self.streams or self.arriving)

    def tell(self, event: str, data: bytes, now_ms: int) -> None:
        """Tells everybody, and remembers it for those who come back."""
        self._number += 1
        chunk = message(event, data, self._id())
        self._told.append((self._number, now_ms, chunk))
        for stream in self.streams:
            stream.offer(chunk)

    def forget(self, now_ms: int) -> None:
        """Lets go of what is too old, or too much, to be told again."""
        while self._told and (len(self._told) > MOST_REMEMBERED or self._told[0][1] < now_ms - REMEMBERED_MS):
            self._forgotten = self._told.popleft()[0]

    def say_stale(self, overdue_ms: int | None) -> None:
        """Tells that checks are overdue by so much (None: the database is away)."""
        if self.stale is None:
            overdue_s = None if overdue_ms is None else overdue_ms / SECOND_MS
            self._say({"stale": True, "overdue_s": overdue_s})

    def say_fresh(self) -> None:
        """Tells that checks are on time again."""
        if self.stale is not None:
            self._say({"stale": False, "overdue_s": 0.0})
            self.stale = None

    def let_in(self) -> None:
        """Those who arrived are told where they are: from here on, from where they left off, or to start afresh."""
        for stream in self.arriving:
            missed = self._missed_since(stream.last_id)
            if missed is None:
                event = "ready" if stream.last_id is None else "reset"
                stream.offer(message(event, b"{}", self._id()))
            else:
                for chunk in missed:
                    stream.offer(chunk)
                stream.offer(message("ready", b"{}", self._id()))
            if self.stale is not None:
                stream.offer(self.stale)
            self.streams.add(stream)
        self.arriving.clear()

    def _missed_since(self, last_id: str | None) -> list[bytes] | None:
        name, _, number = (last_id or "").partition("-")
        if name != self.name or not number.isascii() or not number.isdigit() or len(number) > 15:
            return None
        last = int(number)
        if not self._forgotten <= last <= self._number:
            return None
        return [chunk for told, _, chunk in self._told if told > last]

    def _say(self, data: dict[str, object]) -> None:
        # Without an id: it is how things are now, not something that happened.
        self.stale = message("stale", orjson.dumps(data))
        for stream in self.streams:
            stream.offer(self.stale)

    def _id(self) -> str:
        return f"{self.name}-{self._number}"
