"""R7: is it them or us? A failure while no reference answers is ours, unless something else answers meanwhile."""

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


async def gone(who: NetworkWitness, *failing: str) -> bool:
    """What it says of the last of these failures, which come one right after the other."""
    for name in failing:
        who.failed(name)
    return await who.own_network_is_gone(failing[-1])


@pytest.fixture
def answers_are_prompt(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is told of as answered has just been answered."""
    monkeypatch.setattr(module, "_LATE_TURN_S", 0.0)


@pytest.fixture(autouse=True)
def asked_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_ASK_AGAIN_S", 0.0)


async def of_a_line_just_lost(reference: Target) -> NetworkWitness:
    """It knows three targets that answered; now the reference is silent, and the first failure is nobody's."""
    who = witness(reference)
    await acquaint(who, "a", "b", "c")
    reference.refuse()
    assert await gone(who, "a")
    return who


async def test_the_very_first_failure_of_a_lost_line_is_nobody_s_downtime(reference: Target) -> None:
    """A watcher with a `failure_threshold` of 1 would be down before a second target could fail."""
    who = await of_a_line_just_lost(reference)
    reference.listen()
    assert not await gone(who, "a")


async def test_three_unrelated_failures_and_no_reference_are_our_own_network_whoever_else_answers(
    reference: Target, answers_are_prompt: None
) -> None:
    who = await of_a_line_just_lost(reference)
    who.answered("lan")
    assert not await gone(who, "a")
    assert not await gone(who, "b")
    assert await gone(who, "c")
    reference.listen()
    assert not await gone(who, "c")


async def test_a_firewall_that_begins_to_refuse_the_references_hides_no_outage_once_something_answers(
    reference: Target, answers_are_prompt: None
) -> None:
    who = await of_a_line_just_lost(reference)
    who.answered("b")
    for _ in range(3):
        assert not await gone(who, "a")
        who.answered("c")


async def test_references_that_answer_again_are_believed_again(reference: Target, answers_are_prompt: None) -> None:
    who = await of_a_line_just_lost(reference)
    who.answered("b")
    assert not await gone(who, "a")
    reference.listen()
    assert not await gone(who, "a")
    reference.refuse()
    assert await gone(who, "a")


async def test_a_line_that_is_back_is_noticed_by_the_next_answer_so_that_its_next_loss_is_seen(
    reference: Target, answers_are_prompt: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = await of_a_line_just_lost(reference)
    reference.listen()
    heard: list[bool] = []
    reaches = module.reaches

    async def listening(name: str, timeout_s: float) -> bool:
        heard.append(await reaches(name, timeout_s))
        return heard[-1]

    async def asked() -> bool:
        return heard == [True] and who._asking is None

    monkeypatch.setattr(module, "reaches", listening)
    who.answered("b")
    await until(asked, "the references were asked without a failure")
    reference.refuse()
    assert await gone(who, "a")


async def test_what_was_answered_before_the_references_fell_silent_says_nothing_however_late_its_turn(
    reference: Target,
) -> None:
    who = await of_a_line_just_lost(reference)
    who.answered("b")
    assert await gone(who, "a")


async def test_a_reference_that_answers_means_it_is_them(reference: Target) -> None:
    who = witness(reference)
    for name in ("a", "b", "c"):
        assert not await gone(who, name)


async def test_the_same_target_failing_three_times_is_one_failure(reference: Target, answers_are_prompt: None) -> None:
    who = await of_a_line_just_lost(reference)
    who.answered("b")
    assert [await gone(who, "a") for _ in range(3)] == [False] * 3


async def test_whoever_watches_only_one_target_is_believed_with_one(reference: Target) -> None:
    who = witness(reference)
    await acquaint(who, "only")
    reference.refuse()
    assert await gone(who, "only")


async def test_a_target_that_answered_since_no_longer_counts(reference: Target, answers_are_prompt: None) -> None:
    who = witness(reference)
    await acquaint(who, "a", "b", "c")
    reference.refuse()
    for name in ("a", "b", "c"):
        assert await gone(who, name)
    who.answered("b")
    assert not await gone(who, "a")


async def test_failures_of_longer_ago_no_longer_count(
    reference: Target, monkeypatch: pytest.MonkeyPatch, answers_are_prompt: None
) -> None:
    who = await of_a_line_just_lost(reference)
    who.answered("d")
    assert [await gone(who, name) for name in ("b", "c")] == [False, True]
    monkeypatch.setattr(module, "WINDOW_S", -1.0)
    assert not await gone(who, "c")


async def test_references_that_never_answered_prove_nothing_once_something_has(reference: Target) -> None:
    """A network that lets nothing out to them is no reason never to call anything down."""
    reference.refuse()
    who = witness(reference)
    who.answered("a")
    assert not await gone(who, "a", "b", "c")


async def test_a_laptop_that_wakes_without_any_network_knows_it(reference: Target) -> None:
    reference.refuse()
    who = witness(reference)
    assert await gone(who, "a", "b", "c")


async def test_without_references_nobody_is_asked() -> None:
    who = NetworkWitness(())
    who.answered("a")
    assert not await gone(who, "a", "b", "c")


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
    assert all(await asyncio.gather(*(gone(who, "a", "b", "c") for _ in range(50))))
    assert await gone(who, "a")
    assert asked == 1


async def test_who_watches_only_this_machine_has_no_reference_dialled(monkeypatch: pytest.MonkeyPatch) -> None:
    async def reaches(name: str, timeout_s: float) -> bool:
        raise AssertionError(f"{name} was dialled")

    monkeypatch.setattr(module, "reaches", reaches)
    who = NetworkWitness(("192.0.2.1:443",))
    for name in ("127.0.0.1", "127.9.9.9", "localhost", "::1"):
        who.answered(name)
        assert not await gone(who, name)
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
