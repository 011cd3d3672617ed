"""The engine: each check at its slot, a bounded number in flight, and nothing kept that others may have taken over."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest

from healther.core import clock
from healther.core.clock import now_ms
from healther.core.ids import new_id
from healther.monitoring import run as engine_module
from healther.monitoring import witness as witness_module
from healther.monitoring.judge import Thresholds
from healther.monitoring.model import Claim, Plan, Result
from healther.monitoring.run import MIN_WAITING, STARTS_PER_TURN, Engine, observe
from healther.monitoring.witness import NetworkWitness
from healther.net.client import Net
from healther.probes.base import Observation, Phases, ProbeContext, Reason
from tests.support.target import target as a_target

LEASE_MS = 25_000
STEPPED = False


@dataclass
class Gate:
    """A probe that waits until it is let through; counts who is inside and notes when each came."""

    open: asyncio.Event = field(default_factory=asyncio.Event)
    inside: int = 0
    most_inside: int = 0
    entered_at_ms: list[int] = field(default_factory=list)

    async def run(self, context: ProbeContext) -> Observation:
        self.inside += 1
        self.most_inside = max(self.most_inside, self.inside)
        self.entered_at_ms.append(now_ms())
        try:
            await self.open.wait()
        finally:
            self.inside -= 1
        return Observation(Phases(), 1.0, 200)


@dataclass
class Says:
    """A probe that fails for a reason."""

    reason: Reason

    async def run(self, context: ProbeContext) -> Observation:
        return Observation(Phases(), reason=self.reason, message="so it is told")


class Broken:
    async def run(self, context: ProbeContext) -> Observation:
        raise RuntimeError("a bug of ours")


def plan(probe: Gate | Says | Broken, timeout_ms: int = 10_000, target: str = "127.0.0.1") -> Plan:
    return Plan(1, probe, Thresholds(), 60_000, 0, timeout_ms, None, 14, target, stepped=STEPPED)


@pytest.fixture(params=[False, True], ids=["tasks", "steps"], autouse=True)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever holds of checks holds of both ways to run them."""
    monkeypatch.setattr(sys.modules[__name__], "STEPPED", request.param)


def claim(slot: int, lease_until: int | None = None) -> Claim:
    return Claim(new_id(), slot, 1, 1, slot + LEASE_MS if lease_until is None else lease_until)


@dataclass
class Rig:
    """An engine and what came out of it."""

    net: Net
    results: list[Result] = field(default_factory=list)

    def engine(self, max_in_flight: int = 100, witness: NetworkWitness | None = None) -> Engine:
        return Engine(self.net, witness or NetworkWitness(()), self.results.append, max_in_flight=max_in_flight)


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    net = Net()
    yield Rig(net)
    await net.close()


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0.002)


async def turns(count: int = 30) -> None:
    """Lets everything that could happen now happen."""
    for _ in range(count):
        await asyncio.sleep(0)


async def test_a_check_starts_at_its_slot_and_not_before(rig: Rig) -> None:
    engine, gate = rig.engine(), Gate()
    slot = now_ms() + 150
    gate.open.set()
    await engine.accept([(claim(slot), plan(gate))])
    await turns()
    assert gate.entered_at_ms == []
    await until(lambda: bool(rig.results))
    assert gate.entered_at_ms[0] >= slot
    assert rig.results[0].started_at_ms >= slot


async def test_checks_start_in_the_order_of_their_slots_whatever_order_they_came_in(rig: Rig) -> None:
    engine, gate = rig.engine(), Gate()
    gate.open.set()
    now = now_ms()
    await engine.accept([(claim(now + offset), plan(gate)) for offset in (40, 20)])
    await engine.accept([(claim(now + offset), plan(gate)) for offset in (30, -10)])
    await until(lambda: len(rig.results) == 4)
    assert [result.claim.slot - now for result in rig.results] == [-10, 20, 30, 40]


async def test_no_more_than_the_bound_are_in_flight_until_their_results_are_recorded(rig: Rig) -> None:
    engine, gate = rig.engine(max_in_flight=3), Gate()
    await engine.accept([(claim(now_ms()), plan(gate)) for _ in range(10)])
    await until(lambda: gate.inside == 3)
    await turns()
    assert (gate.inside, engine.in_flight) == (3, 3)
    gate.open.set()
    await until(lambda: len(rig.results) == 3)
    await turns()
    # Finished is not enough: the database has not got them yet.
    assert (len(rig.results), engine.in_flight) == (3, 3)
    engine.recorded(2)
    await until(lambda: len(rig.results) == 5)
    assert gate.most_inside == 3


async def test_a_batch_waits_until_it_fits_and_one_that_never_would_is_let_in_alone(rig: Rig) -> None:
    engine, gate = rig.engine(max_in_flight=1), Gate()
    too_many = MIN_WAITING + 500
    await engine.accept([(claim(now_ms()), plan(gate)) for _ in range(too_many)])
    assert engine.room == 0
    second = asyncio.create_task(engine.accept([(claim(now_ms()), plan(gate))]))
    await turns()
    assert not second.done()
    gate.open.set()
    taken = 0
    async with asyncio.timeout(10):
        while not second.done():
            engine.recorded(len(rig.results) - taken)
            taken = len(rig.results)
            await asyncio.sleep(0)
    assert taken >= 500


async def test_few_checks_start_in_one_turn_of_the_loop(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    engine, gate = rig.engine(), Gate()
    started_per_turn: list[int] = []
    start_due = engine._start_due

    def counting() -> None:
        before = engine.in_flight
        start_due()
        started_per_turn.append(engine.in_flight - before)

    monkeypatch.setattr(engine, "_start_due", counting)
    await engine.accept([(claim(now_ms()), plan(gate)) for _ in range(3 * STARTS_PER_TURN)])
    await until(lambda: gate.inside == 3 * STARTS_PER_TURN)
    assert max(started_per_turn) == STARTS_PER_TURN


async def test_a_claim_that_cannot_finish_within_its_lease_is_left_to_whoever_claims_it_next(rig: Rig) -> None:
    engine, gate = rig.engine(), Gate()
    gate.open.set()
    now = now_ms()
    stale, fresh = claim(now - 20_000, now + 9_000), claim(now, now + LEASE_MS)
    await engine.accept([(stale, plan(gate)), (fresh, plan(gate))])
    await until(lambda: bool(rig.results))
    await turns()
    assert [result.claim for result in rig.results] == [fresh]
    assert engine.in_flight == 1


async def test_a_slot_long_past_is_checked_all_the_same_while_its_lease_is_fresh(rig: Rig) -> None:
    """R4: an hourly check missed for twenty minutes is claimed late; it must not wait for the next hour."""
    engine, gate = rig.engine(), Gate()
    gate.open.set()
    now = now_ms()
    late = claim(now - 20 * 60_000, now + LEASE_MS)
    await engine.accept([(late, plan(gate))])
    await until(lambda: bool(rig.results))
    assert rig.results[0].claim == late


async def test_a_slot_counted_by_a_clock_that_was_set_back_starts_at_once(rig: Rig) -> None:
    """R12: slots stay unique by counting on from the last one, which then lies in the future."""
    engine, gate = rig.engine(), Gate()
    gate.open.set()
    now = now_ms()
    await engine.accept([(claim(now + 3_600_000, now + LEASE_MS), plan(gate))])
    await until(lambda: bool(rig.results))


async def test_a_clock_set_back_while_claims_wait_for_their_slot_does_not_make_them_wait_for_it_again(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R12: they would also take the room of those that are claimed by the new clock, for as long as it was set back."""
    engine, gate = rig.engine(), Gate()
    gate.open.set()
    now = now_ms()
    waits, stays = claim(now + 150), claim(now + 200, now + LEASE_MS)
    await engine.accept([(waits, plan(gate)), (stays, plan(gate))])
    monkeypatch.setattr(clock, "time", SimpleNamespace(time_ns=lambda: time.time_ns() - 3_600 * 10**9))
    await until(lambda: len(rig.results) == 2)
    assert engine.waiting == 0


async def test_the_same_claim_delivered_twice_does_not_upset_the_engine(rig: Rig) -> None:
    engine, gate = rig.engine(), Gate()
    gate.open.set()
    twice = (claim(now_ms()), plan(gate))
    await engine.accept([twice, twice])
    await until(lambda: len(rig.results) == 2)


async def test_draining_lets_running_checks_finish_and_gives_the_rest_back(rig: Rig) -> None:
    engine, quick, hung = rig.engine(max_in_flight=2), Gate(), Gate()
    now = now_ms()
    finishes, hangs, waits, later = (claim(slot) for slot in (now - 2, now - 1, now, now + 900))
    await engine.accept([(finishes, plan(quick)), (hangs, plan(hung)), (waits, plan(quick)), (later, plan(quick))])
    await until(lambda: (quick.inside, hung.inside) == (1, 1))
    draining = asyncio.create_task(engine.drain(0.2))
    await turns()
    quick.open.set()
    undone = await draining
    assert [result.claim for result in rig.results] == [finishes]
    assert set(undone) == {hangs, waits, later}
    await until(lambda: hung.inside == 0)
    assert len(hung.entered_at_ms) == 1


async def test_a_bug_in_a_probe_is_ours_and_stops_nothing(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(engine_module.log, "exception", lambda event, **_: said.append(event))
    observation = await observe(rig.net, plan(Broken()), new_id())
    assert observation.reason is Reason.INTERNAL
    assert said == ["probe failed"]


async def test_the_first_failure_while_no_reference_answers_is_no_downtime_and_what_was_not_looked_at_is_no_answer(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R7: with a `failure_threshold` of 1 this one check decides; a blocked one proves nothing of the line."""
    monkeypatch.setattr(witness_module, "_ASK_AGAIN_S", 0.0)
    monkeypatch.setattr(witness_module, "_LATE_TURN_S", 0.0)
    with a_target() as reference:
        witness = NetworkWitness((f"127.0.0.1:{reference.port}",))
        engine = rig.engine(witness=witness)

        async def check(probe: Gate | Says, target: str) -> Reason | None:
            before = len(rig.results)
            await engine.accept([(claim(now_ms()), plan(probe, target=target))])
            await until(lambda: len(rig.results) > before)
            return rig.results[-1].observation.reason

        gate = Gate()
        gate.open.set()
        for name in ("a", "b", "c"):
            assert await check(gate, name) is None
        await until(lambda: witness.can_testify)
        assert await check(Says(Reason.TIMEOUT), "a") == Reason.TIMEOUT
        reference.refuse()
        assert await check(Says(Reason.TIMEOUT), "a") == Reason.NO_NETWORK
        assert await check(Says(Reason.BLOCKED), "b") == Reason.BLOCKED
        assert await check(Says(Reason.TIMEOUT), "a") == Reason.NO_NETWORK
        assert await check(Says(Reason.STATUS_MISMATCH), "b") == Reason.STATUS_MISMATCH
        assert await check(Says(Reason.TIMEOUT), "a") == Reason.TIMEOUT
    await witness.close()
