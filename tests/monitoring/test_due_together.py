"""SQLite: watchers that come due together lie on the same pages, however and whenever they were made (ADR 7)."""

from pathlib import Path

from sqlalchemy import text

from healther.core.clock import now_ms
from healther.core.db import Database
from healther.migrations.run import downgrade, upgrade
from tests.support.watchers import add_watchers, add_workspace

MANY = 200
BEFORE_THEY_DID = "0018"


async def made(db: Database, *, every_s: int) -> None:
    async with db.write() as session:
        workspace = await add_workspace(session, f"every-{every_s}")
    await add_watchers(db, workspace.id, ["http://127.0.0.1:9/"] * MANY, now_ms(), every_s=every_s, starts_in_s=0)


async def lie_by_interval_and_phase(db: Database) -> bool:
    async with db.read_connection() as connection:
        rows = (await connection.execute(text("SELECT interval_ms, phase_ms FROM watcherstate ORDER BY rowid"))).all()
    return [tuple(row) for row in rows] == sorted(tuple(row) for row in rows)


async def test_watchers_lie_by_when_they_are_due_whatever_order_they_were_made_in(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/h.db"
    await upgrade(url)
    db = Database(url)
    await made(db, every_s=60)
    await made(db, every_s=10)
    assert await lie_by_interval_and_phase(db)
    await db.close()


async def test_a_watcher_that_is_rescheduled_moves_to_those_it_will_be_due_with(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/h.db"
    await upgrade(url)
    db = Database(url)
    await made(db, every_s=60)
    async with db.write_connection() as connection:
        await connection.execute(text("UPDATE watcherstate SET interval_ms = 10000, phase_ms = phase_ms % 10000"))
    assert await lie_by_interval_and_phase(db)
    await db.close()


async def test_watchers_of_an_older_healther_are_moved(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/h.db"
    await upgrade(url)
    await downgrade(url, BEFORE_THEY_DID)
    db = Database(url)
    await made(db, every_s=60)
    assert not await lie_by_interval_and_phase(db)
    await db.close()
    await upgrade(url)
    db = Database(url)
    assert await lie_by_interval_and_phase(db)
    await db.close()


async def test_watchers_of_the_same_millisecond_are_all_kept(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/h.db"
    await upgrade(url)
    db = Database(url)
    await made(db, every_s=10)
    async with db.write_connection() as connection:
        await connection.execute(text("UPDATE watcherstate SET phase_ms = 7"))
        same = (await connection.execute(text("SELECT count(*), count(DISTINCT rowid) FROM watcherstate"))).one()
    assert tuple(same) == (MANY, MANY)
    assert await lie_by_interval_and_phase(db)
    await db.close()
