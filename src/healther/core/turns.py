"""Turns at work that costs seconds of a processor: few at once, few waiting, and none for whoever went away."""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager

from starlette.requests import Request

from healther.core.errors import ThrottledProblem

AGAIN_S = 5


class Turns:
    """Lets `at_once` requests in, in the order in which they asked; those that wait hold a place and nothing else.

    Of `most` places in a process one person, and one workspace, has `most_of_one`: nobody keeps all others out.
    """

    def __init__(self, what: str, *, at_once: int, most: int, most_of_one: int) -> None:
        self._what = what
        self._at_once, self._most, self._most_of_one = at_once, most, most_of_one
        self._held: Counter[Hashable] = Counter()
        self._inside = 0
        self._waiting: deque[asyncio.Future[None]] = deque()

    @asynccontextmanager
    async def turn(self, request: Request, *whose: Hashable) -> AsyncIterator[None]:
        """Waits for a turn, and ends it with the block. Raises ThrottledProblem where no place is free."""
        if self._inside + len(self._waiting) >= self._most:
            raise self._refusal(f"Too many {self._what} are asked for at this moment")
        if any(self._held[each] >= self._most_of_one for each in whose):
            raise self._refusal(f"As many {self._what} as you may ask for at once are under way")
        self._held.update(whose)
        try:
            await self._begin(request)
            try:
                yield
            finally:
                self._end()
        finally:
            self._held -= Counter(whose)

    async def _begin(self, request: Request) -> None:
        if self._inside < self._at_once:
            self._inside += 1
            return
        mine = asyncio.get_running_loop().create_future()
        self._waiting.append(mine)
        leaving = asyncio.create_task(_until_gone(request))
        try:
            await asyncio.wait((mine, leaving), return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            if mine.done():
                self._end()
            raise
        finally:
            leaving.cancel()
            if not mine.done():
                self._waiting.remove(mine)
        if not mine.done():
            await leaving
            raise self._refusal("Whoever asked went away")

    def _end(self) -> None:
        if self._waiting:
            self._waiting.popleft().set_result(None)
        else:
            self._inside -= 1

    @staticmethod
    def _refusal(why: str) -> ThrottledProblem:
        return ThrottledProblem(f"{why}; try again in a few seconds.", retry_after_s=AGAIN_S)


async def _until_gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
