"""R11: a disk on which every commit takes a third of a second: checks keep their slots, and nothing is lost."""

import pytest
from sqlalchemy import text

from healther.core.clock import now_ms
from healther.core.db import Database
from healther.watchers.cadence import CadenceUnit
from healther.watchers.states import State
from tests.support import strace
from tests.support.checks import events_of
from tests.support.processes import Processes
from tests.support.target import Target
from tests.support.waiting import until
from tests.support.watchers import add_watcher

WATCHERS = 20


@pytest.mark.skipif(strace.PROGRAM is None, reason="needs strace (Debian: strace)")
async def test_a_slow_disk_delays_what_is_recorded_and_no_check(
    processes: Processes, target: Target, sqlite_url: str
) -> None:
    db = Database(sqlite_url)
    ids = [
        (
            await add_watcher(
                db, now_ms(), url=target.url(f"/{number}"), every_value=10, every_unit=CadenceUnit.SECONDS
            )
        ).id
        for number in range(WATCHERS)
    ]
    processes.settings(DATABASE_URL=sqlite_url)
    up = processes.up()
    await until(lambda: _at_least(db, WATCHERS), "all are checked", 40)
    # Every fsync of the process takes 300 ms longer.
    with strace.injected(up.pid, "fsync,fdatasync", "delay_enter=300000") as tracing:
        since = await _count(db)
        await until(lambda: _at_least(db, since + 2 * WATCHERS), "checks go on", 60)
        assert tracing.poll() is None, "strace could not attach"
    assert up.alive
    for number, watcher_id in enumerate(ids):
        events = await events_of(db, watcher_id)
        assert {event.status for event in events} == {State.HEALTHY}
        assert max(event.created_at - event.slot for event in events[1:]) < 10_000
        assert len(target.hits(f"/{number}")) - len(events) <= 1
    await db.close()


async def _count(db: Database) -> int:
    async with db.read_connection() as connection:
        return int((await connection.execute(text("SELECT count(*) FROM healthevent"))).scalar_one())


async def _at_least(db: Database, count: int) -> bool:
    return await _count(db) >= count
