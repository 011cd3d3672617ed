"""Traces: one for each check that is sampled, from its slot to the messages that followed.

Nothing is carried along: a trace's id is made of the watcher and the slot, which every step knows, whatever queue,
database or process lies between. Off unless HEALTHER_TRACES_ENDPOINT is set; then the SDK, an extra, is loaded.
"""

from collections.abc import Mapping
from hashlib import blake2b
from typing import NamedTuple, Protocol
from uuid import UUID

Attributes = Mapping[str, str | int]


class Ids(NamedTuple):
    """The trace of a check, and its first span."""

    trace_id: int
    span_id: int


class Tracer(Protocol):
    """What is behind it while traces are on (net/otlp.py)."""

    share: int
    """Of 2**64: how many of the places that `place_of` gives are sampled."""

    def step(
        self, ids: Ids, name: str, begin_ms: int, end_ms: int, attributes: Attributes, *, first: bool = False
    ) -> None: ...
    async def stop(self) -> None: ...


_current: list[Tracer] = []
_MASK = (1 << 64) - 1
_GOLDEN = 0x9E3779B97F4A7C15
_SPREAD = 0xD6E8FEB86659FD93


def place_of(watcher_id: UUID, slot: int) -> int:
    """A number below 2**64, spread evenly, the same in every process: cheaper than ids, which few need."""
    return (watcher_id.int * _SPREAD + slot * _GOLDEN) & _MASK


def ids_of(watcher_id: UUID, slot: int) -> Ids:
    """The same in every process."""
    digest = blake2b(watcher_id.bytes + slot.to_bytes(8), digest_size=24).digest()
    return Ids(int.from_bytes(digest[:16]) or 1, int.from_bytes(digest[16:]) or 1)


def current() -> Tracer | None:
    """The tracer of this process; None = traces are off."""
    return _current[0] if _current else None


def sampled(watcher_id: UUID, slot: int) -> Ids | None:
    """The ids of a check that is traced; None = it is not, or traces are off."""
    if not _current or place_of(watcher_id, slot) >= _current[0].share:
        return None
    return ids_of(watcher_id, slot)


def use(tracer: Tracer | None) -> None:
    """Makes it the tracer of this process."""
    _current[:] = [] if tracer is None else [tracer]
