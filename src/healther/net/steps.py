"""A coroutine that goes on inside the event it waited for, without a task, as long as it waits on the reactor alone."""

import asyncio
import types
from collections.abc import Callable, Coroutine, Generator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from healther.net.reactor import Reactor


Running = Coroutine[Any, Any, None]


class Pause:
    """What a stepped coroutine awaits: control goes back to whoever made the step."""

    __slots__ = ()

    def __await__(self) -> Generator["Pause", None, None]:
        yield self


PAUSE = Pause()


class Steps:
    """Runs a coroutine up to its first wait, and on at each event; has a future's verbs for those who wake it.

    A task and a future for each wait cost a check about a tenth of the engine's time. What the coroutine awaits besides
    (a reference target, a thread) makes a task of the rest of it; what needs `asyncio.current_task` before that
    (`asyncio.timeout`) must run as a task from the beginning.
    """

    __slots__ = ("_coroutine", "_ended", "_reactor", "_rest")

    def __init__(self, reactor: "Reactor", coroutine: Running) -> None:
        self._reactor = reactor
        self._coroutine = coroutine
        self._ended = False
        self._rest: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Runs it up to its first wait, now."""
        self._step(self._coroutine.send, None)

    def done(self) -> bool:
        """Whether it has ended: an answer to what it waited for may come after it was cancelled."""
        return self._ended

    def set_result(self, _: None) -> None:
        """Goes on."""
        self._step(self._coroutine.send, None)

    def set_exception(self, error: BaseException) -> None:
        """Goes on with an error where it waited."""
        self._step(self._coroutine.throw, error)

    def cancel(self) -> None:
        """Ends it where it waits; what it holds is closed."""
        if self._rest is None:
            self._ended = True
            self._coroutine.close()
        else:
            self._rest.cancel()

    def _step(self, resume: Callable[[Any], Any], value: BaseException | None) -> None:
        reactor = self._reactor
        outer, reactor.stepping = reactor.stepping, self
        try:
            awaited = resume(value)
        except StopIteration:
            self._ended = True
            return
        except Exception as error:  # as with a task nobody asks: loud, and nobody else's trouble
            self._ended = True
            reactor.loop.call_exception_handler({"message": "a stepped coroutine failed", "exception": error})
            return
        finally:
            reactor.stepping = outer
        if awaited is not PAUSE:
            self._rest = reactor.loop.create_task(_finish(self._coroutine, awaited))


async def _finish(coroutine: Running, awaited: Any) -> None:  # noqa: ANN401
    await _rest_of(coroutine, awaited)


@types.coroutine
def _rest_of(coroutine: Running, awaited: Any) -> Generator[Any, Any, None]:  # noqa: ANN401
    """Yields to the task what the coroutine yields, from what it awaits already."""
    resume: Callable[[Any], Any] = coroutine.send
    while True:
        try:
            value, resume = (yield awaited), coroutine.send
        except BaseException as error:
            value, resume = error, coroutine.throw
        try:
            awaited = resume(value)
        except StopIteration:
            return
