"""R13: workers are replaced one by one while hundreds of checks a second are made and an API is read from."""

import asyncio
import signal
import threading
from collections import Counter, defaultdict
from uuid import UUID

from sqlalchemy import func, select

from healther.core.clock import now_ms
from healther.core.db import Database
from healther.history.models import healthevent
from healther.watchers.cadence import next_slot, phase_ms
from healther.watchers.states import State
from tests.support.people import Workspace
from tests.support.processes import Processes
from tests.support.target import Answer, Target
from tests.support.waiting import until
from tests.support.watchers import add_watchers

WATCHERS = 2_000
EVERY_S = 10
EVERY_MS = EVERY_S * 1000
STARTS_IN_S = 1
# Some take their time: they are under way when their worker is told to end.
SLOW_ONE_IN = 10
_PATHS = [f"/{number}" for number in range(WATCHERS)]


async def test_replacing_every_worker_at_two_hundred_checks_a_second_misses_no_slot_and_makes_none_twice(
    processes: Processes, target: Target, postgres_url: str, redis_url: str
) -> None:
    db = Database(postgres_url)
    processes.settings(DATABASE_URL=postgres_url, REDIS_URL=redis_url)
    started = processes.start_server("api"), *(processes.start_worker() for _ in range(2))
    workspace = processes.workspace(processes.serving(started[0]))
    workers = [processes.working(each) for each in started[1:]]
    since = now_ms()
    urls = [target.url(path) for path in _PATHS]
    for path in _PATHS[::SLOW_ONE_IN]:
        target.set(path, Answer(after_s=0.5))
    ids = await add_watchers(db, UUID(workspace.id), urls, since, every_s=EVERY_S, starts_in_s=STARTS_IN_S)
    enough = threading.Event()
    reader = asyncio.create_task(asyncio.to_thread(_read, workspace, ids[0], enough))
    try:
        await until(lambda: _at_least(db, WATCHERS), "all have been checked", 40)
        for number in range(2):
            workers.append(processes.working(processes.start_worker()))
            workers[number].send(signal.SIGTERM)
            assert await asyncio.to_thread(workers[number].wait, 20) == 0
        last = now_ms()
        expected = {each: _slots(each, since + STARTS_IN_S * 1000, last) for each in ids}
        await until(lambda: _at_least(db, sum(map(len, expected.values())), last), "every slot is recorded", 30)
    finally:
        # The loop waits for its threads when it ends: a failure would be a run that hangs.
        enough.set()
    answers = await reader
    for worker in workers[2:]:
        worker.send(signal.SIGTERM)
    assert [await asyncio.to_thread(worker.wait, 20) for worker in workers] == [0, 0, 0, 0]

    made: dict[UUID, list[int]] = defaultdict(list)
    late = []
    for watcher_id, slot, created_at, status in await _events(db):
        assert status == State.HEALTHY
        made[watcher_id].append(slot)
        late.append(created_at - slot)
    # Exactly the slots of each watcher's own phase, and as many requests: none missed, none made twice.
    assert {each: [slot for slot in made[each] if slot <= last] for each in ids} == expected
    asked = Counter({each: len(target.hits(path)) for each, path in zip(ids, _PATHS, strict=True)})
    assert asked == {each: len(slots) for each, slots in made.items()}
    late.sort()
    p50, p99 = late[len(late) // 2], late[len(late) * 99 // 100]
    print(f"{len(late)} checks, late p50 {p50} ms, p99 {p99} ms, most {late[-1]} ms; {answers} answers of the API")  # noqa: T201
    await db.close()


def _read(workspace: Workspace, watcher_id: UUID, enough: threading.Event) -> int:
    """Reads what a page of the app reads, again and again; how many answers there were. One that is not 200 fails."""
    answers = 0
    while not enough.wait(0.1):
        workspace.client.call("GET", f"{workspace.path}/overview")
        workspace.watcher(watcher_id)
        workspace.of(watcher_id, "events")
        answers += 3
    return answers


def _slots(watcher_id: UUID, after_ms: int, until_ms: int) -> list[int]:
    first = next_slot(after_ms, EVERY_MS, phase_ms(watcher_id, EVERY_MS))
    return list(range(first, until_ms + 1, EVERY_MS))


async def _at_least(db: Database, events: int, last_slot: int | None = None) -> bool:
    query = select(func.count()).select_from(healthevent)
    if last_slot is not None:
        query = query.where(healthevent.c.slot <= last_slot)
    async with db.read_connection() as connection:
        return (await connection.execute(query)).scalar_one() >= events


async def _events(db: Database) -> list[tuple[UUID, int, int, State]]:
    columns = healthevent.c
    query = select(columns.watcher_id, columns.slot, columns.created_at, columns.status)
    async with db.read_connection() as connection:
        return [(*row,) for row in await connection.execute(query.order_by(columns.slot))]
