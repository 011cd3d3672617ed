"""Is it them or us? Before a failure that our own line could have caused counts as downtime, references are asked.

Our own network is taken to be gone when no reference target can be reached now, and either at least three unrelated
targets failed within a minute (all of them where fewer are watched), or nothing has answered since the references fell
silent. So the very first failures of a lost line are nobody's downtime, and a firewall that begins to refuse the
references hides no outage of a single service for long: as soon as something else answers, their silence alone proves
nothing until one of them answers again.

References that never answered prove nothing: then the network only counts as gone while nothing at all has ever
answered this process (a laptop waking without Wi-Fi).

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
# An answer of the references is believed for so long: a line may be lost right after it.
_ASK_AGAIN_S = 1.0
_REFERENCE_TIMEOUT_S = 2.0
# A check that ends so long after the references fell silent was answered after that, however late its turn came.
_LATE_TURN_S = 2.0
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
        self._silent_since: float | None = None
        self._outlived = False
        self._said_gone = False
        self._asked_at = float("-inf")
        self._asking: asyncio.Task[None] | None = None

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
        if self._silent_since is not None:
            self._answered_in_silence(self._silent_since)

    def failed(self, target: str) -> None:
        """A check of `target` failed in a way our own network could have caused."""
        if not self._counts(target):
            return
        now = time.monotonic()
        if len(self._seen) < SEVERAL or target in self._seen:
            self._seen[target] = now
        if len(self._failed) < _MOST_TARGETS:
            self._failed[target] = now

    async def own_network_is_gone(self, target: str) -> bool:
        """Whether the failure of `target` just now is ours. Asks the references at most once a second."""
        if not self._references or not self._counts(target):
            return False
        if time.monotonic() - self._asked_at >= _ASK_AGAIN_S:
            await asyncio.shield(self._ask_soon())
        gone = self._silence_means_us()
        if gone and not self._said_gone:
            self._said_gone = True
            log.warning("own network is gone: results are unknown")
        return gone

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

    def _silence_means_us(self) -> bool:
        if self._silent_since is None:
            return False
        if self._several_failed():
            return self._reference_ever_answered or not self._ever_answered
        return self._reference_ever_answered and not self._outlived

    def _answered_in_silence(self, since: float) -> None:
        """The line is back, and the references will say so; or it is only them who cannot be reached."""
        if not self._outlived and self._asking is None and time.monotonic() - since >= _LATE_TURN_S:
            self._outlived = True
            log.warning("others answer while no reference target does: asking those again")
            self._ask_soon()

    def _ask_soon(self) -> asyncio.Task[None]:
        if self._asking is None:
            self._asking = asyncio.create_task(self._ask(), name="ask references")
            self._asking.add_done_callback(self._asked)
        return self._asking

    async def _ask(self) -> None:
        if not await self._none_answers():
            if self._said_gone:
                log.warning("own network is back")
            self._silent_since, self._outlived, self._said_gone = None, False, False
        elif self._silent_since is None:
            self._silent_since = time.monotonic()
        self._asked_at = time.monotonic()

    async def _none_answers(self) -> bool:
        answers = await asyncio.gather(*(reaches(target, _REFERENCE_TIMEOUT_S) for target in self._references))
        self._reference_ever_answered = self._reference_ever_answered or any(answers)
        return not any(answers)

    def _asked(self, _task: asyncio.Task[None]) -> None:
        self._asking = None


def _is_local(host: str) -> bool:
    return host.startswith("127.") or host in ("localhost", "::1", "[::1]")
