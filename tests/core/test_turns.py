"""Turns at heavy work: in the order of asking, no more than there are places, none kept by whoever went away."""

import asyncio

import pytest
from starlette.requests import Request
from starlette.types import Message

from healther.core.errors import ThrottledProblem
from healther.core.turns import Turns


class Asker:
    """Somebody whose request waits for its turn until they let go, or leave."""

    def __init__(self, turns: Turns, name: str, whose: str | None = None) -> None:
        self.name, self._turns, self._whose = name, turns, whose or name
        self.may_end, self.left = asyncio.Event(), asyncio.Event()
        self.is_inside = False
        self.task = asyncio.create_task(self._ask())

    async def _ask(self) -> str:
        async with self._turns.turn(Request({"type": "http"}, self._receive), self._whose):
            self.is_inside = True
            await self.may_end.wait()
        return self.name

    async def _receive(self) -> Message:
        await self.left.wait()
        return {"type": "http.disconnect"}


async def settled() -> None:
    """Every task has come as far as it can: none of them waits for anything but events."""
    for _ in range(10):
        await asyncio.sleep(0)


async def test_turns_are_had_in_the_order_of_asking() -> None:
    turns = Turns("tests", at_once=2, most=9, most_of_one=9)
    askers = [Asker(turns, name) for name in "abcde"]
    await settled()
    assert [each.name for each in askers if each.is_inside] == ["a", "b"]
    askers[1].may_end.set()
    await settled()
    assert [each.name for each in askers if each.is_inside] == ["a", "b", "c"]
    for each in askers:
        each.may_end.set()
    assert await asyncio.gather(*(each.task for each in askers)) == list("abcde")


async def test_who_finds_no_place_is_refused_and_may_come_again() -> None:
    turns = Turns("tests", at_once=1, most=2, most_of_one=9)
    first, second, third = (Asker(turns, name) for name in "abc")
    with pytest.raises(ThrottledProblem, match="Too many tests are asked for at this moment") as refused:
        await third.task
    assert refused.value.headers == {"Retry-After": "5"}
    first.may_end.set()
    await first.task
    again = Asker(turns, "c")
    for each in (second, again):
        each.may_end.set()
        await each.task


async def test_one_person_has_only_so_many_places_and_others_have_theirs() -> None:
    turns = Turns("tests", at_once=1, most=9, most_of_one=2)
    mine = [Asker(turns, name, "ada") for name in "abc"]
    other = Asker(turns, "d", "bea")
    with pytest.raises(ThrottledProblem, match="As many tests as you may ask for at once"):
        await mine[2].task
    for each in (*mine[:2], other):
        each.may_end.set()
        await each.task
    again = Asker(turns, "e", "ada")
    again.may_end.set()
    assert await again.task == "e"


@pytest.mark.parametrize("how", ["went away", "was cancelled"])
async def test_who_waits_and_goes_away_gives_the_place_up(how: str) -> None:
    turns = Turns("tests", at_once=1, most=2, most_of_one=1)
    first, second = Asker(turns, "a"), Asker(turns, "b")
    await settled()
    if how == "went away":
        second.left.set()
        with pytest.raises(ThrottledProblem, match="went away"):
            await second.task
    else:
        second.task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await second.task
    third = Asker(turns, "b")
    first.may_end.set()
    third.may_end.set()
    assert await asyncio.gather(first.task, third.task) == ["a", "b"]


async def test_a_turn_that_comes_as_its_asker_is_cancelled_goes_to_the_next() -> None:
    turns = Turns("tests", at_once=1, most=9, most_of_one=9)
    first, second, third = (Asker(turns, name) for name in "abc")
    await settled()
    first.may_end.set()
    await first.task
    second.task.cancel()
    third.may_end.set()
    with pytest.raises(asyncio.CancelledError):
        await second.task
    assert await third.task == "c"


async def test_work_that_fails_ends_its_turn() -> None:
    turns = Turns("tests", at_once=1, most=1, most_of_one=1)
    first = Asker(turns, "a")
    await settled()
    first.task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first.task
    again = Asker(turns, "a")
    again.may_end.set()
    assert await again.task == "a"
