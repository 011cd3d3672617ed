"""The canary: how far it has to come before healther says that it works."""

from sqlalchemy import update

from healther.core.clock import HOUR_MS, MINUTE_MS, now_ms
from healther.core.db import Database
from healther.core.ids import new_id
from healther.monitoring.claim import store_for
from healther.monitoring.heartbeat import Canary, Heartbeat
from healther.monitoring.record import Proof, record
from healther.watchers.models import WatcherState
from healther.watchers.states import State
from tests.support.api import settings_for
from tests.support.results import claim_many, result_of
from tests.support.watchers import add_watcher


async def checked(db: Database, status: State) -> Proof | None:
    """What a recorded check of a new watcher proves."""
    watcher = await add_watcher(db, now_ms())
    (claim,) = await claim_many(db, [watcher.id], now_ms())
    return (await record(db, store_for(db), [result_of(claim, now_ms(), status)], now_ms())).proof


def heartbeat(db: Database, database_url: str, proofs: list[Proof | None]) -> Heartbeat:
    return Heartbeat(db, settings_for(database_url), lambda: proofs[-1])


async def test_each_check_that_went_all_the_way_proves_it_once(db: Database, database_url: str) -> None:
    proofs: list[Proof | None] = [None]
    beating = heartbeat(db, database_url, proofs)
    assert await beating.canary(now_ms()) is Canary.NO_CHECK
    for status in (State.HEALTHY, State.DOWN):
        proofs.append(await checked(db, status))
        assert await beating.canary(now_ms()) is Canary.OK
        assert await beating.canary(now_ms()) is Canary.NO_CHECK


async def test_each_check_in_an_hour_that_comes_again_proves_it(db: Database, database_url: str) -> None:
    """R12: a watcher's own time stands still meanwhile, and whoever waits for the ping would hear of a fault."""
    proofs: list[Proof | None] = [None]
    beating, watcher, now = heartbeat(db, database_url, proofs), await add_watcher(db, now_ms()), now_ms()
    for at in (now, now - HOUR_MS, now - HOUR_MS + MINUTE_MS):
        (claim,) = await claim_many(db, [watcher.id], at)
        proofs.append((await record(db, store_for(db), [result_of(claim, at, State.HEALTHY)], at)).proof)
        assert await beating.canary(at) is Canary.OK


async def test_what_could_not_be_looked_at_proves_nothing(db: Database) -> None:
    assert await checked(db, State.UNKNOWN) is None


async def test_a_result_that_cannot_be_read_back_is_no_proof(db: Database, database_url: str) -> None:
    assert await heartbeat(db, database_url, [(new_id(), now_ms())]).canary(now_ms()) is Canary.NOT_READ_BACK


async def test_while_others_are_overdue_one_check_is_no_proof(db: Database, database_url: str) -> None:
    beating = heartbeat(db, database_url, [await checked(db, State.HEALTHY)])
    async with db.write() as session:
        await session.exec(update(WatcherState).values(due_at=now_ms() - 2 * MINUTE_MS))
    assert await beating.canary(now_ms()) is Canary.OVERDUE


async def test_without_its_database_nothing_is_proven() -> None:
    gone = Database("postgresql+psycopg://nobody@127.0.0.1:9/nothing")
    assert await heartbeat(gone, "sqlite+aiosqlite://", [(new_id(), 1)]).canary(now_ms()) is Canary.NO_DATABASE
    await gone.close()
