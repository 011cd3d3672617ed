"""What sockets of this process are connected to, seen by the interpreter's own audit events (S2)."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

Destination = tuple[object, ...]


@dataclass(eq=False)
class _Watch:
    """What is seen by one who watches; not what threads do that were there before: a worker's of an earlier test."""

    others: frozenset[threading.Thread]
    seen: list[Destination] = field(default_factory=list)


_watching: list[_Watch] = []


def _audit(event: str, arguments: Destination) -> None:
    if _watching and event == "socket.connect":
        thread = threading.current_thread()
        for each in _watching:
            if thread not in each.others:
                each.seen.append(arguments[1])


@contextmanager
def dials() -> Iterator[list[Destination]]:
    """Every destination any socket of this thread, and of those begun meanwhile, is connected to."""
    if not getattr(sys, "_healther_audit", False):
        sys.addaudithook(_audit)  # hooks cannot be removed: one for the process
        sys._healther_audit = True
    watch = _Watch(frozenset(threading.enumerate()) - {threading.current_thread()})
    _watching.append(watch)
    try:
        yield watch.seen
    finally:
        _watching.remove(watch)
