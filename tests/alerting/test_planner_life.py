"""What a workspace's alerting may live through, in any order: what is promised of messages holds all the same."""

import asyncio
import sqlite3
from collections import defaultdict
from collections.abc import Coroutine, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import delete, update
from sqlmodel import col, select

from healther.alerting.deliver.claim import claim
from healther.alerting.deliver.outcome import GIVE_UP_AFTER_MS, Outcome, Result, failed
from healther.alerting.deliver.record import Attempt, record
from healther.alerting.deliver.story import CLOSING
from healther.alerting.flapping import LONGEST_CALM_MS
from healther.alerting.models import AlertPolicy, Channel, Delivery, DeliveryState, Lane
from healther.alerting.planner.told import OPENING
from healther.channels.base import RetryLaterError, UndeliverableError
from healther.core.clock import MINUTE_MS
from healther.core.db import Database
from healther.maintenance.models import MaintenanceCover, MaintenanceWindow
from healther.watchers.models import Flapping, WatcherParent
from healther.watchers.states import State
from tests.support.alerting import CHANGES, LINKS, START_MS, World, acknowledge

EXAMPLES = 10
# The router is what the shop depends on; till and desk are on one address.
NAMES = ("router", "shop", "till", "desk", "blog")
ADDRESSES = {"till": "10.0.0.7", "desk": "10.0.0.7"}
SEEN = st.sampled_from([State.HEALTHY, State.HEALTHY, State.DEGRADED, State.DOWN, State.DOWN, State.UNKNOWN])
SOME = st.sets(st.sampled_from(NAMES), min_size=1)
# Outage, recovery, outage, recovery, flapping; what else a place may hear of is an incident or a step that was due.
MOST_OF_ALTERNATION = 8


ONCE = UndeliverableError("refused", ends_channel=False)


class Life(RuleBasedStateMachine):
    """One workspace; `mail` always arrives, `phone` refuses and dies."""

    template: Path
    folder: Path
    lives = 0

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        Life.lives += 1
        file = self.folder / f"{Life.lives}.db"
        with sqlite3.connect(self.template) as source, sqlite3.connect(file) as target:
            source.backup(target)
        source.close()
        target.close()
        self.phone: Exception | None = None
        self.arrived: list[Delivery] = []
        self.run(self.begin(f"sqlite+aiosqlite:///{file}"))

    def run(self, what: Coroutine[Any, Any, None]) -> None:
        self.runner.run(what)

    async def begin(self, url: str) -> None:
        self.db = Database(url)
        self.world = await World.build(self.db)
        await self.world.policy((0, "mail"), (600, "phone"), remind_every_s=1_800)
        await self.world.policy((0, "mail"), name="Urgent", changes=["down", "recovered"])
        self.second = await self.world.policy((0, "phone"), (300, "mail"), name="Second")
        made = await self.world.watchers(*NAMES, url="http://{name}.test/")
        self.watchers = dict(zip(NAMES, made, strict=True))
        async with self.db.write() as session:
            session.add(WatcherParent(watcher_id=self.watchers["shop"], parent_id=self.watchers["router"]))
            window = MaintenanceWindow(
                workspace_id=self.world.workspace_id, title="New switch", starts_at=START_MS, all_watchers=True
            )
            session.add(window)
        self.window = window.id

    @rule(names=SOME, state=SEEN)
    def check(self, names: set[str], state: State) -> None:
        self.run(self.checked(sorted(names), state))

    @rule(names=SOME, after_s=st.sampled_from([2, 400]), deliver=st.booleans())
    def some_go_down(self, names: set[str], after_s: int, deliver: bool) -> None:
        self.run(self.checked(sorted(names), State.DOWN))
        self.run(self.lived(after_s * 1_000, deliver=deliver))

    @rule(after_s=st.sampled_from([2, 60]), deliver=st.booleans())
    def all_come_back(self, after_s: int, deliver: bool) -> None:
        self.run(self.checked(NAMES, State.HEALTHY))
        self.run(self.lived(after_s * 1_000, deliver=deliver))

    @rule(after_s=st.sampled_from([1, 2, 31, 90, 310, 700, 2_000, 8_000]), deliver=st.booleans())
    def time_passes(self, after_s: int, deliver: bool) -> None:
        self.run(self.lived(after_s * 1_000, deliver=deliver))

    @rule(names=SOME, refused=st.booleans())
    def senders_are_away_for_a_whole_outage(self, names: set[str], refused: bool) -> None:
        for state in (State.DOWN, State.HEALTHY):
            self.run(self.checked(sorted(names), state))
            self.run(self.lived(2_000, deliver=False))
        self.phone = ONCE if refused else self.phone
        self.run(self.lived(2_000))

    @rule(on=st.booleans())
    def somebody_acknowledges_or_hands_back(self, on: bool) -> None:
        self.run(acknowledge(self.db, self.world.now if on else None))

    @rule(names=SOME)
    def maintenance_begins(self, names: set[str]) -> None:
        self.run(self.covered(sorted(names)))

    @rule()
    def maintenance_ends(self) -> None:
        self.run(self.covered([]))

    @rule(how=st.sampled_from([RetryLaterError("busy"), UndeliverableError("gone", ends_channel=True), ONCE, None]))
    def phone_refuses_dies_or_works(self, how: Exception | None) -> None:
        self.phone = how
        self.run(self.switched_on(how in (None, ONCE)))

    @rule(
        enabled=st.booleans(),
        changes=st.sampled_from([CHANGES, ["down", "recovered"], ["degraded", "flapping", "recovered"]]),
        remind_every_s=st.sampled_from([None, 600]),
    )
    def policy_is_edited(self, **values: object) -> None:
        self.run(self.edited(values))

    @precondition(lambda self: self.phone is None)
    @rule(name=st.sampled_from(NAMES))
    def service_comes_and_goes(self, name: str) -> None:
        self.run(self.alternated(name))

    @invariant()
    def nobody_hears_of_an_end_without_a_beginning(self) -> None:
        for messages in self.conversations(self.arrived).values():
            begun = False
            for each in messages:
                begun = begun or each.kind in OPENING
                assert begun or each.kind not in CLOSING or each.body["first"], told_as(messages)

    @invariant()
    def nothing_comes_after_the_end(self) -> None:
        for messages in self.conversations(self.arrived).values():
            assert not [each for each in messages[:-1] if each.kind in CLOSING], told_as(messages)

    @invariant()
    def nobody_hears_the_same_twice(self) -> None:
        assert len({each.id for each in self.arrived}) == len(self.arrived)
        for messages in self.conversations(self.arrived).values():
            news = [each for each in messages if " more " not in (each.body["note"] or "")]
            kinds = [each.kind for each in news if each.kind not in ("reminder", "escalation")]
            assert all(one != other for one, other in pairwise(kinds)), told_as(messages)

    def teardown(self) -> None:
        """All is well again, and stays so: everything is over, told and delivered."""
        try:
            self.phone_refuses_dies_or_works(None)
            self.maintenance_ends()
            self.run(self.ended())
        finally:
            self.run(self.db.close())
            self.runner.close()

    async def checked(self, names: Sequence[str], state: State) -> None:
        self.world.now += 200
        for address in {ADDRESSES.get(name) for name in names}:
            group = [self.watchers[name] for name in names if ADDRESSES.get(name) == address]
            await self.world.check(group, state, address=address)

    async def lived(self, after_ms: int, *, deliver: bool = True) -> None:
        await self.world.turn(after_ms)
        while deliver and (claimed := await claim(self.db, Lane.ALERT, 64, self.world.now)):
            async with self.db.write() as session:
                attempts = [Attempt(each, await self.outcome(each), self.world.now, 1) for each in claimed]
                assert await record(session, attempts, LINKS, self.world.now) == attempts
            self.arrived += [each.delivery for each in attempts if each.outcome.result is Result.SENT]

    async def outcome(self, delivery: Delivery) -> Outcome:
        if self.phone is None or delivery.channel_id != self.world.channels["phone"]:
            return Outcome(Result.SENT, "ok")
        assert isinstance(self.phone, RetryLaterError | UndeliverableError)
        why, self.phone = self.phone, None if self.phone is ONCE else self.phone
        return failed(why, delivery.attempts + 1, delivery.created_at, self.world.now)

    async def covered(self, names: Sequence[str]) -> None:
        async with self.db.write() as session:
            await session.exec(delete(MaintenanceCover))
            session.add_all(
                MaintenanceCover(watcher_id=self.watchers[name], window_id=self.window, since=self.world.now)
                for name in names
            )

    async def switched_on(self, on: bool) -> None:
        if on:
            phone = update(Channel).where(col(Channel.id) == self.world.channels["phone"])
            async with self.db.write() as session:
                await session.exec(phone.values(enabled=True, disabled_reason=None, failures=0, retry_at=None))

    async def edited(self, values: dict[str, object]) -> None:
        async with self.db.write() as session:
            await session.exec(update(AlertPolicy).where(col(AlertPolicy.id) == self.second).values(**values))

    async def alternated(self, name: str) -> None:
        await self.lived(2_000)
        before = len(self.arrived)
        for state in [State.DOWN, State.HEALTHY] * 8:
            await self.checked([name], state)
            await self.lived(MINUTE_MS)
        about = f"http://{name}.test/"
        places: defaultdict[UUID | None, list[Delivery]] = defaultdict(list)
        for each in self.arrived[before:]:
            if about in [one["target"] for one in each.body["affected"]] and each.kind not in (
                "reminder",
                "escalation",
            ):
                places[each.channel_id].append(each)
        for messages in places.values():
            assert len(messages) <= MOST_OF_ALTERNATION, told_as(messages)

    async def ended(self) -> None:
        for _ in range(2):
            await self.checked(NAMES, State.HEALTHY)
            await self.lived(MINUTE_MS)
        for _ in range(4):
            await self.lived(LONGEST_CALM_MS // 2)
        await self.lived(GIVE_UP_AFTER_MS)
        assert [each.id for each in await self.world.incidents() if each.resolved_at is None] == []
        async with self.db.read() as session:
            assert (await session.exec(select(Flapping))).all() == []
        waiting = [each for each in await self.world.deliveries() if each.state == DeliveryState.QUEUED]
        assert waiting == [], told_as(waiting)
        mail = self.world.channels["mail"]
        for (channel_id, _), messages in self.conversations(self.arrived).items():
            assert channel_id != mail or messages[-1].kind in CLOSING, told_as(messages)

    def conversations(self, messages: Sequence[Delivery]) -> dict[tuple[UUID | None, UUID], list[Delivery]]:
        """What each channel heard of each incident, in the order of its arrival."""
        found: defaultdict[tuple[UUID | None, UUID], list[Delivery]] = defaultdict(list)
        for each in messages:
            if each.incident_id is not None:
                found[each.channel_id, each.incident_id].append(each)
        return found


def told_as(messages: Sequence[Delivery]) -> list[tuple[str, str, str | None]]:
    return [(each.kind, each.body["title"], each.body["note"]) for each in messages]


def test_whatever_happens_messages_tell_a_story_from_its_beginning_to_its_end_and_once(
    sqlite_template: Path, tmp_path: Path
) -> None:
    Life.template, Life.folder = sqlite_template, tmp_path
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=EXAMPLES, stateful_step_count=20, deadline=None, derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
