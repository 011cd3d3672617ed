"""What fails by itself is put off, the others go on, and what is gone is forgotten."""

import sys
from collections.abc import Sequence

import pytest

from healther.core.clock import HOUR_MS, SECOND_MS
from healther.core.isolation import FORGOTTEN_MS, Isolation, by_halves


def isolation() -> tuple[Isolation[str], list[str]]:
    counted: list[str] = []
    return Isolation[str]("a loop", lambda: counted.append("failed")), counted


def fail(alone: Isolation[str], key: str, now_ms: int) -> None:
    with alone.attempt(key, now_ms):
        raise ValueError("by a fault")


def test_one_that_fails_waits_twice_as_long_each_time_and_comes_after_the_others() -> None:
    alone, counted = isolation()
    for now_ms, again_ms in ((0, SECOND_MS), (SECOND_MS, 3 * SECOND_MS)):
        fail(alone, "a", now_ms)
        assert alone.not_before("a", now_ms) == again_ms
    assert alone.ready("ab", 2 * SECOND_MS) == ["b"]
    assert alone.ready("ab", 3 * SECOND_MS) == ["b", "a"]
    assert (alone.put_off(3 * SECOND_MS), len(counted)) == (["a"], 2)
    with alone.attempt("a", 3 * SECOND_MS):
        pass
    assert alone.put_off(3 * SECOND_MS) == []


def test_one_that_failed_before_the_clock_was_set_back_waits_for_no_hour() -> None:
    """R12."""
    alone, _ = isolation()
    fail(alone, "a", HOUR_MS)
    assert alone.not_before("a", 0) == 0
    assert alone.ready("a", 0) == ["a"]


def test_one_that_was_deleted_while_it_failed_is_forgotten() -> None:
    alone, _ = isolation()
    for number in range(100):
        fail(alone, f"part {number}", 0)
    until = SECOND_MS + FORGOTTEN_MS
    assert len(alone.put_off(until)) == 100
    fail(alone, "another", until + 1)
    assert alone.put_off(until + 1) == ["another"]


def test_one_by_which_the_database_failed_comes_last_and_is_forgotten_too() -> None:
    alone, counted = isolation()
    with pytest.raises(TimeoutError), alone.attempt("a", SECOND_MS):
        raise TimeoutError
    assert (alone.ready("ab", SECOND_MS), counted) == (["b", "a"], [])
    assert alone.put_off(SECOND_MS + FORGOTTEN_MS + 1) == []


async def test_what_fails_together_is_done_by_itself_and_costs_the_others_nothing() -> None:
    alone, counted = isolation()
    done: list[Sequence[int]] = []

    async def do(items: Sequence[int]) -> None:
        if 2 in items:
            raise ValueError("a fault in 2")
        done.append(items)

    work = {"a": [1, 3], "b": [2], "c": [4]}
    await alone.together(work, do, 0)
    assert (done, alone.put_off(0), len(counted)) == ([[1, 3], [4]], ["b"], 1)
    await alone.together({"a": [1], "c": [4]}, do, 0)
    assert done[2:] == [[1, 4]]


async def test_what_cannot_be_done_together_is_done_by_halves_and_one_alone_costs_itself() -> None:
    tried: list[list[int]] = []
    left: list[tuple[int, str]] = []

    async def do(items: Sequence[int]) -> list[int]:
        tried.append(list(items))
        if 3 in items:
            raise ValueError("three")
        return [item * 10 for item in items]

    async def alone(item: int, error: Exception) -> list[int]:
        assert sys.exception() is error, "loudly: its traceback is what is logged"
        left.append((item, str(error)))
        return []

    assert await by_halves([1, 2, 3, 4], do, alone) == [10, 20, 40]
    assert left == [(3, "three")]
    assert tried == [[1, 2, 3, 4], [1, 2], [3, 4], [3], [4]]
    assert await by_halves([], do, alone) == []


async def test_an_error_of_the_database_is_nobodys_alone() -> None:
    async def do(_items: Sequence[int]) -> list[int]:
        raise TimeoutError

    async def alone(item: int, _error: Exception) -> list[int]:
        raise AssertionError(f"{item} was blamed")

    with pytest.raises(TimeoutError):
        await by_halves([1, 2], do, alone)
