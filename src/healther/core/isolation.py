"""One's fault is nobody else's: what fails by itself is put off, and everything else goes on."""

from collections.abc import Awaitable, Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar

import structlog

from healther.core.backoff import doubled
from healther.core.clock import MINUTE_MS, SECOND_MS
from healther.core.db import TRANSIENT_ERRORS, first_line

log = structlog.get_logger()

FIRST_WAIT_MS, LONGEST_WAIT_MS = SECOND_MS, 60 * SECOND_MS
# What nobody has tried for so long, though it was time, is no part any more: it was deleted, or has nothing to do.
FORGOTTEN_MS = 10 * MINUTE_MS

Key = TypeVar("Key", bound=Hashable)
Item = TypeVar("Item")
Done = TypeVar("Done")


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
        self._forget(now_ms)
        try:
            yield
        except TRANSIENT_ERRORS:
            # It may be this part that the database gives up on: next time the others come first.
            self._failed(key, not_before=now_ms)
            raise
        except Exception:
            failing = self._failed(key, not_before=now_ms)
            wait_ms = doubled(FIRST_WAIT_MS, LONGEST_WAIT_MS, failing.in_a_row - 1)
            failing.not_before = now_ms + wait_ms
            self._count()
            log.exception("a part failed and is tried again, the others go on", loop=self._loop, part=str(key),
                          failures=failing.in_a_row, again_in_ms=wait_ms)  # fmt: skip
        else:
            self._failing.pop(key, None)

    async def together(
        self, work: Mapping[Key, Sequence[Item]], do: Callable[[Sequence[Item]], Awaitable[None]], now_ms: int
    ) -> None:
        """All parts at once; where that fails each by itself, so that one costs nobody else."""
        if not work:
            return
        try:
            await do([item for items in work.values() for item in items])
        except TRANSIENT_ERRORS:
            raise
        except Exception as error:
            log.warning("cannot do all parts together, doing one by one", loop=self._loop, error=first_line(error))
            for key, items in work.items():
                with self.attempt(key, now_ms):
                    await do(items)

    def not_before(self, key: Key, now_ms: int) -> int:
        """When a part may be tried again, epoch ms; 0 = at any time.

        Also where that lies further ahead than anything is put off: then the clock has been set back since (R12).
        """
        failing = self._failing.get(key)
        return 0 if failing is None or failing.not_before > now_ms + LONGEST_WAIT_MS else failing.not_before

    def put_off(self, now_ms: int) -> list[Key]:
        """The parts that have failed and did not work since, but those that nobody has tried for long."""
        self._forget(now_ms)
        return list(self._failing)

    def ready(self, keys: Iterable[Key], now_ms: int) -> list[Key]:
        """Those that may be tried now, the ones that work before those that failed."""
        return self.in_order(key for key in keys if self.not_before(key, now_ms) <= now_ms)

    def in_order(self, keys: Iterable[Key]) -> list[Key]:
        """The ones that work before those that failed."""
        return sorted(keys, key=lambda key: self._failing[key].in_a_row if key in self._failing else 0)

    def _failed(self, key: Key, *, not_before: int) -> _Failing:
        failing = self._failing.setdefault(key, _Failing())
        failing.in_a_row += 1
        failing.not_before = max(failing.not_before, not_before)
        return failing

    def _forget(self, now_ms: int) -> None:
        old = [key for key, failing in self._failing.items() if failing.not_before + FORGOTTEN_MS < now_ms]
        for key in old:
            del self._failing[key]


async def by_halves(
    items: Sequence[Item],
    do: Callable[[Sequence[Item]], Awaitable[Sequence[Done]]],
    alone: Callable[[Item, Exception], Awaitable[Sequence[Done]]],
) -> list[Done]:
    """What `do` makes of all at once; where that fails, of each half by itself, and of one that fails alone, `alone`.

    So an item that nobody foresaw costs itself; `alone` runs while its error is handled (`log.exception`). Only errors
    of the database itself pass: they concern every item.
    """
    if not items:
        return []
    try:
        return list(await do(items))
    except TRANSIENT_ERRORS:
        raise
    except Exception as error:
        if len(items) == 1:
            return list(await alone(items[0], error))
        half = len(items) // 2
        return await by_halves(items[:half], do, alone) + await by_halves(items[half:], do, alone)
