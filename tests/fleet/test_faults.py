"""R11, R12: what a machine does to its healther: a full disk, a stepped clock, a silent name server."""

import resource
import socket
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text

from healther.core.clock import HOUR_MS, now_ms
from healther.core.db import Database
from healther.watchers.cadence import CadenceUnit
from healther.watchers.states import State
from tests.support.checks import events_of
from tests.support.faketime import needs_faketime, wall_clock
from tests.support.processes import Processes
from tests.support.servers import wait_until
from tests.support.target import Target
from tests.support.waiting import until
from tests.support.watchers import add_watcher, spans_of

WATCHERS = 3


async def watch(db: Database, target: Target, **columns: object) -> list[UUID]:
    return [
        (
            await add_watcher(
                db, now_ms(), url=target.url(f"/{n}"), every_value=10, every_unit=CadenceUnit.SECONDS, **columns
            )
        ).id
        for n in range(WATCHERS)
    ]


async def checks(db: Database) -> int:
    async with db.read_connection() as connection:
        return int((await connection.execute(text("SELECT count(*) FROM healthevent"))).scalar_one())


async def test_a_disk_that_is_full_pauses_recording_and_nothing_that_was_checked_is_lost(
    processes: Processes, target: Target, sqlite_url: str
) -> None:
    """R11: the files of a running healther may not grow any more, until they may."""
    db = Database(sqlite_url)
    ids = await watch(db, target)
    processes.settings(DATABASE_URL=sqlite_url, LOG_LEVEL="INFO")
    up = processes.up()
    await until(lambda: _at_least(db, WATCHERS), "all are checked", 40)
    resource.prlimit(up.pid, resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
    wait_until(lambda: "cannot record, trying again" in up.log or "cannot claim" in up.log, "it has noticed", 40)
    assert up.alive
    resource.prlimit(up.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    healed = await checks(db)
    await until(lambda: _at_least(db, healed + WATCHERS), "it goes on by itself", 60)
    for number, watcher_id in enumerate(ids):
        events = await events_of(db, watcher_id)
        assert {event.status for event in events} == {State.HEALTHY}
        # What was asked of the target is recorded, but for what is under way.
        assert len(target.hits(f"/{number}")) - len(events) <= 1
    await db.close()


async def _at_least(db: Database, count: int) -> bool:
    return await checks(db) >= count


async def _has_events(db: Database, watcher_id: UUID, count: int) -> bool:
    return len(await events_of(db, watcher_id)) >= count


@needs_faketime
async def test_a_clock_stepped_by_an_hour_forth_and_back_stops_nothing_and_falsifies_nothing(
    processes: Processes, target: Target, sqlite_url: str, tmp_path: Path
) -> None:
    """R12: the wall clock of a running healther jumps; its monotonic clock does not."""
    db = Database(sqlite_url)
    ids = await watch(db, target)
    processes.settings(DATABASE_URL=sqlite_url, LOG_LEVEL="INFO")
    clock = wall_clock(processes, tmp_path)
    up = processes.up()
    await until(lambda: _at_least(db, WATCHERS), "all are checked", 40)
    for step in ("+3600", "+0"):
        clock.write_text(step)
        stepped = await checks(db)
        # A step between two looks at the clock is found by the look each minute (clock_steps.LOOK_EVERY_MS).
        await until(lambda at=stepped: _at_least(db, at + WATCHERS), f"checks go on at {step} s", 90)
    assert up.alive
    for watcher_id in ids:
        events = await events_of(db, watcher_id)
        assert {event.status for event in events} == {State.HEALTHY}
        assert max(event.created_at for event in events) - min(event.created_at for event in events) > HOUR_MS
        spans = await spans_of(db, watcher_id)
        # The hour nobody lived through is unknown, neither up nor down, and stretches touch.
        assert {state for state, _, _ in spans} <= {State.UNKNOWN, State.HEALTHY}
        assert all(one[2] == other[1] for one, other in pairwise(spans))
        assert all(end is None or end > start for _, start, end in spans)
    await db.close()


@pytest.fixture
def silent_name_server() -> Iterator[str]:
    """A name server that takes every question and answers none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{listening.getsockname()[1]}"


async def test_a_name_server_that_does_not_answer_holds_up_only_those_who_ask_it(
    processes: Processes, target: Target, sqlite_url: str, silent_name_server: str
) -> None:
    db = Database(sqlite_url)
    ids = await watch(db, target)
    named = [
        (
            await add_watcher(
                db,
                now_ms(),
                url=f"http://shop-{number}.example.test:{target.port}/",
                every_value=10,
                every_unit=CadenceUnit.SECONDS,
                timeout_ms=2_000,
            )
        ).id
        for number in range(50)
    ]
    processes.settings(DATABASE_URL=sqlite_url, DNS_SERVERS=silent_name_server)
    processes.up()
    for watcher_id in [*ids, named[0], named[-1]]:
        await until(lambda each=watcher_id: _has_events(db, each, 2), "it was checked twice", 60)
    for watcher_id in ids:
        events = await events_of(db, watcher_id)
        assert {event.status for event in events} == {State.HEALTHY}
        assert max(event.created_at - event.slot for event in events[1:]) < 10_000
    reasons = {(event.status, event.reason) for each in named for event in await events_of(db, each)}
    assert reasons <= {(State.DOWN, "timeout"), (State.DOWN, "dns_failed")}
    await db.close()
