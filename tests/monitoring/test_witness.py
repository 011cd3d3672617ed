"""R7: is it them or us? Several unrelated failures and unreachable references mean us; anything less means them."""

import asyncio
from collections.abc import Iterator

import pytest

from healther.monitoring import witness as module
from healther.monitoring.witness import NetworkWitness
from tests.support.target import Target, target
from tests.support.waiting import until


@pytest.fixture(name="reference")
def a_reference() -> Iterator[Target]:
    with target() as running:
        yield running


def witness(reference: Target) -> NetworkWitness:
    return NetworkWitness((f"127.0.0.1:{reference.port}",))


async def acquaint(who: NetworkWitness, *targets: str) -> None:
    """Something answered, so the references were asked as well."""
    for name in targets:
        who.answered(name)

    async def can_testify() -> bool:
        return who.can_testify

    await until(can_testify, "a reference answers")


def fail(who: NetworkWitness, *targets: str) -> None:
    for name in targets:
        who.failed(name)


@pytest.fixture(autouse=True)
def asked_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_ASK_AGAIN_S", 0.0)


async def test_three_unrelated_failures_and_no_reference_are_our_own_network(reference: Target) -> None:
    who = witness(reference)
    await acquaint(who, "a", "b", "c")
    reference.refuse()
    fail(who, "a", "b")
    assert not await who.own_network_is_gone()
    fail(who, "c")
    assert await who.own_network_is_gone()
    reference.listen()
    assert not await who.own_network_is_gone()


async def test_a_reference_that_answers_means_it_is_them(reference: Target) -> None:
    who = witness(reference)
    fail(who, "a", "b", "c")
    assert not await who.own_network_is_gone()


async def test_the_same_target_failing_three_times_is_one_failure(reference: Target) -> None:
    who = witness(reference)
    await acquaint(who, "a", "b", "c")
    reference.refuse()
    fail(who, "a", "a", "a")
    assert not await who.own_network_is_gone()


async def test_whoever_watches_only_one_target_is_believed_with_one(reference: Target) -> None:
    who = witness(reference)
    await acquaint(who, "only")
    reference.refuse()
    fail(who, "only")
    assert await who.own_network_is_gone()


async def test_a_target_that_answered_since_no_longer_counts(reference: Target) -> None:
    who = witness(reference)
    await acquaint(who, "a", "b", "c")
    fail(who, "a", "b", "c")
    who.answered("b")
    reference.refuse()
    assert not await who.own_network_is_gone()


async def test_failures_of_longer_ago_no_longer_count(reference: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    who = witness(reference)
    await acquaint(who, "a", "b", "c")
    fail(who, "a", "b", "c")
    reference.refuse()
    monkeypatch.setattr(module, "WINDOW_S", -1.0)
    assert not await who.own_network_is_gone()


async def test_references_that_never_answered_prove_nothing_once_something_has(reference: Target) -> None:
    """A network that lets nothing out to them is no reason never to call anything down."""
    reference.refuse()
    who = witness(reference)
    who.answered("a")
    fail(who, "a", "b", "c")
    assert not await who.own_network_is_gone()


async def test_a_laptop_that_wakes_without_any_network_knows_it(reference: Target) -> None:
    reference.refuse()
    who = witness(reference)
    fail(who, "a", "b", "c")
    assert await who.own_network_is_gone()


async def test_without_references_nobody_is_asked() -> None:
    who = NetworkWitness(())
    who.answered("a")
    fail(who, "a", "b", "c")
    assert not await who.own_network_is_gone()


async def test_many_checks_that_fail_together_ask_once(reference: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = 0
    reaches = module.reaches

    async def counting(name: str, timeout_s: float) -> bool:
        nonlocal asked
        asked += 1
        return await reaches(name, timeout_s)

    monkeypatch.setattr(module, "reaches", counting)
    monkeypatch.setattr(module, "_ASK_AGAIN_S", 60.0)
    who = witness(reference)
    reference.refuse()
    fail(who, "a", "b", "c")
    assert all(await asyncio.gather(*(who.own_network_is_gone() for _ in range(50))))
    assert await who.own_network_is_gone()
    assert asked == 1


async def test_who_watches_only_this_machine_has_no_reference_dialled(monkeypatch: pytest.MonkeyPatch) -> None:
    async def reaches(name: str, timeout_s: float) -> bool:
        raise AssertionError(f"{name} was dialled")

    monkeypatch.setattr(module, "reaches", reaches)
    who = NetworkWitness(("192.0.2.1:443",))
    for name in ("127.0.0.1", "127.9.9.9", "localhost", "::1"):
        who.answered(name)
        fail(who, name)
    assert not await who.own_network_is_gone()
    await who.close()


async def test_references_are_asked_once_when_something_first_answers(
    reference: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = 0
    reaches = module.reaches

    async def counting(name: str, timeout_s: float) -> bool:
        nonlocal asked
        asked += 1
        return await reaches(name, timeout_s)

    monkeypatch.setattr(module, "reaches", counting)
    who = witness(reference)
    assert asked == 0
    await acquaint(who, "a", "b", "a")
    who.answered("c")
    assert asked == 1
    await who.close()
