"""Whatever happens to a watcher: its incident is open exactly while something is wrong, and it never has two."""

from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from healther.core.clock import HOUR_MS
from healther.core.db import Database
from healther.incidents.models import Impact
from healther.monitoring import record as record_module
from healther.monitoring.claim import store_for
from healther.monitoring.record import record
from healther.watchers.states import State
from tests.support.incidents import incidents, members, pause, resume, set_flapping
from tests.support.results import claim_many, result_of
from tests.support.watchers import add_watcher, state_of

START = 1_800_000_000_000
STEP = 20_000
IMPAIRED = (State.DEGRADED, State.DOWN)
ACTIONS = ["check"] * 8 + ["pause", "resume", "flap", "settle", "replay", "gap", "crash"]
steps = st.lists(
    st.tuples(st.sampled_from(ACTIONS), st.sampled_from([State.HEALTHY, State.DEGRADED, State.DOWN, State.UNKNOWN])),
    min_size=1,
    max_size=30,
)


class Life:
    """What happens to one watcher, and what must be so after every step."""

    def __init__(self, db: Database, watcher_id: UUID) -> None:
        self.db = db
        self.watcher_id = watcher_id
        self.now = START
        self.flapping = False
        self.expected_open = False

    async def step(self, action: str, status: State) -> None:
        self.now += STEP
        paused = (await state_of(self.db, self.watcher_id)).state == State.PAUSED
        if action == "pause" and not paused:
            await pause(self.db, self.watcher_id, self.now)
            self.expected_open = False
        elif action == "resume" and paused:
            await resume(self.db, self.watcher_id, self.now)
        elif action in ("flap", "settle"):
            self.flapping = action == "flap"
            await set_flapping(self.db, self.watcher_id, self.now, on=self.flapping)
        elif action in ("check", "replay", "gap", "crash") and not paused:
            self.now += HOUR_MS if action == "gap" else 0
            await self.check(status, twice=action == "replay", crash=action == "crash")
        await self.holds()

    async def check(self, status: State, *, twice: bool, crash: bool) -> None:
        (claim,) = await claim_many(self.db, [self.watcher_id], self.now)
        results = [result_of(claim, self.now, status)]
        if crash:
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(record_module, "add_rollups", failing)
                with pytest.raises(OSError, match="away"):
                    await record(self.db, store_for(self.db), results, self.now)
        assert (await record(self.db, store_for(self.db), results, self.now)).refused == 0
        if twice:
            assert (await record(self.db, store_for(self.db), results, self.now)).refused == 1

    async def holds(self) -> None:
        state = (await state_of(self.db, self.watcher_id)).state
        if state in IMPAIRED:
            self.expected_open = True
        elif state is State.HEALTHY and not self.flapping:
            self.expected_open = False
        theirs = [each for each in await members(self.db) if each.watcher_id == self.watcher_id]
        open_members = [each for each in theirs if each.left_at is None]
        assert len(open_members) == self.expected_open
        ids = {each.incident_id for each in open_members}
        mine = {each.incident_id for each in theirs}
        for incident in await incidents(self.db):
            if incident.id in mine:
                assert (incident.resolved_at is None) == (incident.id in ids)
                assert incident.resolved_at is None or incident.resolved_at >= incident.started_at
        for member in open_members:
            wanted = {State.DOWN: Impact.DOWN, State.DEGRADED: Impact.DEGRADED, State.HEALTHY: Impact.NONE}
            assert member.impact == wanted.get(state, member.impact)


async def failing(*args: object) -> None:
    raise OSError("the database is away")


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
async def test_an_incident_is_open_exactly_while_something_is_wrong(
    db: Database, steps: list[tuple[str, State]]
) -> None:
    life = Life(db, (await add_watcher(db, START)).id)
    for action, status in steps:
        await life.step(action, status)
