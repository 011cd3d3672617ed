"""Coroutines without a task: they go on inside the event they waited for, and become a task for anything else."""

import asyncio
import contextlib
import socket
import time
from collections.abc import AsyncIterator, Iterator

import pytest

from healther.net.errors import DeadlineError
from healther.net.reactor import Reactor, Waits
from healther.net.steps import Steps
from tests.support.waiting import until


@pytest.fixture
async def reactor() -> AsyncIterator[Reactor]:
    reactor = Reactor()
    yield reactor
    reactor.close()


@contextlib.contextmanager
def line(reactor: Reactor) -> Iterator[tuple[socket.socket, Waits]]:
    """A socket that somebody sends to, and what the reactor knows of its other end."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.setblocking(False)
        waits = Waits()
        reactor.watch(ours.fileno(), waits)
        yield theirs, waits
        reactor.forget(ours.fileno())


class Course:
    """Waits for its line to be readable, again and again, and notes where it is."""

    def __init__(self, reactor: Reactor, waits: Waits) -> None:
        self.reactor, self.waits = reactor, waits
        self.seen: list[str] = []

    async def said(self, text: str) -> bool:
        return bool(self.seen) and self.seen[-1] == text

    async def readable(self) -> None:
        self.waits.readable = False
        while not self.waits.readable:
            await self.reactor.wait(self.waits)

    async def run(self) -> None:
        try:
            self.seen.append("begun")
            await self.readable()
            self.seen.append("once")
            await self.readable()
            self.seen.append("twice")
        finally:
            self.seen.append("closed")


async def test_it_runs_up_to_its_first_wait_at_once_and_on_at_each_event(reactor: Reactor) -> None:
    with line(reactor) as (theirs, waits):
        course = Course(reactor, waits)
        steps = Steps(reactor, course.run())
        steps.start()
        assert course.seen == ["begun"]
        theirs.send(b"x")
        await until(lambda: course.said("once"), "the first event was heard")
        assert not steps.done()
        theirs.send(b"x")
        await until(lambda: course.said("closed"), "the second event was heard")
        assert course.seen == ["begun", "once", "twice", "closed"]
        assert steps.done()


async def test_a_deadline_is_raised_where_it_waits(reactor: Reactor) -> None:
    with line(reactor) as (_, waits):
        course = Course(reactor, waits)
        reactor.expire_at(time.monotonic() + 0.05, waits)
        caught: list[Exception] = []

        async def run() -> None:
            try:
                await course.run()
            except DeadlineError as error:
                caught.append(error)

        Steps(reactor, run()).start()
        await until(lambda: course.said("closed"), "the deadline was heard")
        assert len(caught) == 1


async def test_a_deadline_that_has_passed_when_another_expires_is_not_forgotten(reactor: Reactor) -> None:
    """What a step asks for while the wheel is swept is for the next sweep: this one has gone past it."""
    with line(reactor) as (_, first), line(reactor) as (_, second):
        ended: list[str] = []

        async def run() -> None:
            with pytest.raises(DeadlineError):
                await Course(reactor, first).readable()
            reactor.expire_at(time.monotonic() - 1, second)
            with pytest.raises(DeadlineError):
                await Course(reactor, second).readable()
            ended.append("both")

        async def both() -> bool:
            return ended == ["both"]

        reactor.expire_at(time.monotonic() + 0.05, first)
        Steps(reactor, run()).start()
        await until(both, "both have expired")


async def test_the_rest_is_a_task_from_the_first_thing_it_awaits_besides(reactor: Reactor) -> None:
    with line(reactor) as (theirs, waits):
        course = Course(reactor, waits)
        other = asyncio.get_running_loop().create_future()

        async def run() -> None:
            assert asyncio.current_task() is mine
            course.seen.append(await other)
            assert asyncio.current_task() is not mine
            async with asyncio.timeout(10):
                await course.run()

        mine = asyncio.current_task()
        Steps(reactor, run()).start()
        assert course.seen == []
        other.set_result("woken")
        await until(lambda: course.said("begun"), "it went on as a task")
        theirs.send(b"x")
        await until(lambda: course.said("once"), "a task is woken by the reactor as well")
        theirs.send(b"x")
        await until(lambda: course.said("closed"), "it has ended")
        assert course.seen == ["woken", "begun", "once", "twice", "closed"]


@pytest.mark.parametrize("as_task", [False, True])
async def test_cancelling_closes_it_where_it_waits_and_later_events_find_nobody(
    reactor: Reactor, as_task: bool
) -> None:
    with line(reactor) as (_, waits):
        course = Course(reactor, waits)

        async def run() -> None:
            if as_task:
                await asyncio.sleep(0)
            await course.run()

        steps = Steps(reactor, run())
        steps.start()
        await until(lambda: course.said("begun"), "it waits")
        steps.cancel()
        await until(lambda: course.said("closed"), "it was closed")
        waits.wake()
        waits.expire()
        assert course.seen == ["begun", "closed"]


async def test_a_fault_is_told_to_the_loop_and_the_other_events_of_the_turn_are_delivered(reactor: Reactor) -> None:
    told: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context["exception"]))
    with line(reactor) as (first, broken), line(reactor) as (second, waits):
        course = Course(reactor, waits)

        async def run() -> None:
            await reactor.wait(broken)
            raise LookupError("a bug of ours")

        faulty = Steps(reactor, run())
        faulty.start()
        Steps(reactor, course.run()).start()
        first.send(b"x")
        second.send(b"x")
        await until(lambda: course.said("once"), "the other went on")
        assert [type(each) for each in told] == [LookupError]
        assert faulty.done()
