"""Is it them or us? Before several failures at once count as downtime, healther asks its reference targets.

Its own network is taken to be gone when, within a minute, at least three unrelated targets failed (all of them where
fewer are watched) and no reference target can be reached now. References that never answered prove nothing: then the
network only counts as gone while nothing at all has ever answered this process (a laptop waking without Wi-Fi).

Targets on this machine say nothing about its line, so they neither count nor have a reference dialled: somebody who
watches only localhost talks to nobody else. With references that are on this machine themselves, they do count.
"""

import asyncio
import time
from collections.abc import Sequence

import structlog

from healther.net.reach import reaches

log = structlog.get_logger()

SEVERAL = 3
WINDOW_S = 60.0
_ASK_AGAIN_S = 5.0
_REFERENCE_TIMEOUT_S = 2.0
_MOST_TARGETS = 10_000


class NetworkWitness:
    """Remembers who failed lately, and asks the references when it matters."""

    def __init__(self, references: Sequence[str]) -> None:
        self._references = tuple(references)
        self._local_counts = all(_is_local(reference.rpartition(":")[0]) for reference in self._references)
        self._learning: asyncio.Task[None] | None = None
        self._seen: dict[str, float] = {}
        self._failed: dict[str, float] = {}
        self._ever_answered = False
        self._reference_ever_answered = False
        self._verdict = False
        self._asked_at = float("-inf")
        self._asking: asyncio.Task[bool] | None = None

    def answered(self, target: str) -> None:
        """A check of `target` got through: the moment to ask the references too, so that they can testify later."""
        if not self._counts(target):
            return
        if not self._ever_answered:
            self._ever_answered = True
            if self._references and not self._reference_ever_answered:
                self._learning = asyncio.create_task(self._learn(), name="learn references")
        if self._failed:
            self._failed.pop(target, None)
        if len(self._seen) < SEVERAL or target in self._seen:
            self._seen[target] = time.monotonic()

    def failed(self, target: str) -> None:
        """A check of `target` failed in a way our own network could have caused."""
        if not self._counts(target):
            return
        now = time.monotonic()
        if len(self._seen) < SEVERAL or target in self._seen:
            self._seen[target] = now
        if len(self._failed) < _MOST_TARGETS:
            self._failed[target] = now

    async def own_network_is_gone(self) -> bool:
        """Whether the failures of the last minute are ours. Asks the references at most every 5 s."""
        if not self._references or not self._several_failed():
            return False
        if time.monotonic() - self._asked_at < _ASK_AGAIN_S:
            return self._verdict
        if self._asking is None:
            self._asking = asyncio.create_task(self._ask())
            self._asking.add_done_callback(self._asked)
        return await asyncio.shield(self._asking)

    @property
    def can_testify(self) -> bool:
        """Whether a reference has answered before, so that its silence means something."""
        return self._reference_ever_answered

    async def close(self) -> None:
        """Ends what is still being asked; idempotent."""
        asked = [task for task in (self._learning, self._asking) if task is not None]
        for task in asked:
            task.cancel()
        await asyncio.gather(*asked, return_exceptions=True)

    def _counts(self, target: str) -> bool:
        return self._local_counts or not _is_local(target)

    async def _learn(self) -> None:
        if await self._none_answers():
            log.warning("no reference target answers: healther cannot tell its own network's failure from theirs")

    def _several_failed(self) -> bool:
        since = time.monotonic() - WINDOW_S
        self._failed = {target: at for target, at in self._failed.items() if at >= since}
        # `seen` holds no more than SEVERAL targets: it only has to tell apart one, two and many.
        return len(self._failed) >= max(1, min(SEVERAL, len(self._seen)))

    async def _ask(self) -> bool:
        nobody = await self._none_answers()
        gone = nobody and (self._reference_ever_answered or not self._ever_answered)
        if gone != self._verdict:
            log.warning("own network is gone: results are unknown" if gone else "own network is back")
        self._verdict = gone
        self._asked_at = time.monotonic()
        return gone

    async def _none_answers(self) -> bool:
        answers = await asyncio.gather(*(reaches(target, _REFERENCE_TIMEOUT_S) for target in self._references))
        self._reference_ever_answered = self._reference_ever_answered or any(answers)
        return not any(answers)

    def _asked(self, _task: asyncio.Task[bool]) -> None:
        self._asking = None


def _is_local(host: str) -> bool:
    return host.startswith("127.") or host in ("localhost", "::1", "[::1]")
