"""R13: workers are replaced one after the other while checks are made: no slot is missed, none is made twice."""

import signal
from itertools import pairwise

from healther.core.clock import now_ms
from healther.core.db import Database
from healther.watchers.cadence import CadenceUnit
from healther.watchers.states import State
from tests.support.checks import events_of
from tests.support.processes import Processes
from tests.support.target import Answer, Target
from tests.support.waiting import until
from tests.support.watchers import add_watcher, all_checked_since

WATCHERS = 20
EVERY_MS = 10_000


async def test_a_rolling_restart_misses_no_slot_and_makes_none_twice(
    processes: Processes, target: Target, postgres_url: str, redis_url: str
) -> None:
    db = Database(postgres_url)
    processes.settings(DATABASE_URL=postgres_url, REDIS_URL=redis_url)
    ids = []
    for number in range(WATCHERS):
        # Some take their time: they are under way when their worker is told to end.
        target.set(f"/{number}", Answer(after_s=0.5 if number % 2 else 0.0))
        added = await add_watcher(
            db, now_ms(), url=target.url(f"/{number}"), every_value=10, every_unit=CadenceUnit.SECONDS
        )
        ids.append(added.id)
    workers = [processes.working(processes.start_worker())]
    await until(lambda: all_checked_since(db, ids, 0), "all are checked", 40)
    for _ in range(2):
        workers.append(processes.working(processes.start_worker()))
        workers[-2].send(signal.SIGTERM)
        assert workers[-2].wait(20) == 0
    since = now_ms()
    await until(lambda: all_checked_since(db, ids, since), "all are checked by the last one", 40)
    workers[-1].send(signal.SIGTERM)
    assert workers[-1].wait(20) == 0
    for number, watcher_id in enumerate(ids):
        events = await events_of(db, watcher_id)
        assert {event.status for event in events} == {State.HEALTHY}
        # The first is out of turn; from then on there is one in each slot of the watcher's own phase.
        slots = [event.slot for event in events[1:]]
        assert {later - earlier for earlier, later in pairwise(slots)} <= {EVERY_MS}
        assert len(events) <= len(target.hits(f"/{number}")) <= len(events) + 2
    await db.close()
