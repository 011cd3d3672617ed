"""One's fault is nobody else's: what fails by itself is put off, and everything else goes on."""

from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar

import structlog

from healther.core.backoff import doubled
from healther.core.clock import SECOND_MS
from healther.core.db import TRANSIENT_ERRORS

log = structlog.get_logger()

FIRST_WAIT_MS, LONGEST_WAIT_MS = SECOND_MS, 60 * SECOND_MS

Key = TypeVar("Key", bound=Hashable)


@dataclass(slots=True)
class _Failing:
    in_a_row: int = 0
    not_before: int = 0


class Isolation(Generic[Key]):
    """Keeps a loop going over its parts, each by a key of its own, while some of them fail.

    `count` is called for each failure. Nothing is given up: a part is tried again, after twice as long each time.
    """

    def __init__(self, loop: str, count: Callable[[], None]) -> None:
        self._loop = loop
        self._count = count
        self._failing: dict[Key, _Failing] = {}

    @contextmanager
    def attempt(self, key: Key, now_ms: int) -> Iterator[None]:
        """Around the work on one part. Only errors of the database itself pass: they concern every part."""
        try:
            yield
        except TRANSIENT_ERRORS:
            # It may be this part that the database gives up on: next time the others come first.
            self._known(key).in_a_row += 1
            raise
        except Exception:
            failing = self._known(key)
            wait_ms = doubled(FIRST_WAIT_MS, LONGEST_WAIT_MS, failing.in_a_row)
            failing.in_a_row += 1
            failing.not_before = now_ms + wait_ms
            self._count()
            log.exception("a part failed and is tried again, the others go on", loop=self._loop, part=str(key),
                          failures=failing.in_a_row, again_in_ms=wait_ms)  # fmt: skip
        else:
            self._failing.pop(key, None)

    def not_before(self, key: Key) -> int:
        """When a part may be tried again, epoch ms; 0 = at any time."""
        failing = self._failing.get(key)
        return 0 if failing is None else failing.not_before

    @property
    def put_off(self) -> int:
        """How many parts have failed and did not work since."""
        return len(self._failing)

    def ready(self, keys: Iterable[Key], now_ms: int) -> list[Key]:
        """Those that may be tried now, the ones that work before those that failed."""
        return self.in_order(key for key in keys if self.not_before(key) <= now_ms)

    def in_order(self, keys: Iterable[Key]) -> list[Key]:
        """The ones that work before those that failed."""
        return sorted(keys, key=lambda key: self._failing[key].in_a_row if key in self._failing else 0)

    def _known(self, key: Key) -> _Failing:
        return self._failing.setdefault(key, _Failing())
