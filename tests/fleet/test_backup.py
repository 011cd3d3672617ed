"""D7: `healther backup` beside a healther at work, and `healther restore` into another database, as commands."""

import os
import resource
import subprocess
import sys
from pathlib import Path

from sqlalchemy import text

from healther.core.clock import now_ms
from healther.core.db import Database
from healther.transfer.backup import backup
from healther.transfer.restore import restore
from healther.watchers.cadence import CadenceUnit
from tests.support.checks import events_of
from tests.support.processes import Processes
from tests.support.target import Target
from tests.support.waiting import until
from tests.support.watchers import add_watcher, state_of

WATCHERS = 10
HEALTHER = Path(sys.executable).with_name("healther")


async def test_a_backup_beside_a_healther_at_work_is_one_moment_and_goes_on_from_there(
    processes: Processes, target: Target, database_url: str, tmp_path: Path
) -> None:
    db = Database(database_url)
    ids = [
        (await add_watcher(db, now_ms(), url=target.url("/"), every_value=10, every_unit=CadenceUnit.SECONDS)).id
        for _ in range(WATCHERS)
    ]
    processes.settings(DATABASE_URL=database_url)
    processes.up()
    await until(lambda: _checked_since(db, 0), "all are checked", 40)
    await backup(db, tmp_path / "one.zip", secret_key=None)
    first = now_ms()
    await until(lambda: _checked_since(db, first, "max"), "checks go on", 20)

    # From SQLite or PostgreSQL into a new SQLite file, which a healther takes over.
    restored_url = f"sqlite+aiosqlite:///{tmp_path}/restored.db"
    restored = Database(restored_url)
    await restore(restored, tmp_path / "one.zip", now_ms())
    for watcher_id in ids:
        row, events = await state_of(restored, watcher_id), await events_of(restored, watcher_id)
        # What is written in one transaction is here together: the last event, and the row that tells of it.
        assert (row.last_slot, row.last_checked_at) == (events[-1].slot, events[-1].created_at)
        assert [event.slot for event in events] == [
            event.slot for event in await events_of(db, watcher_id) if event.slot <= events[-1].slot
        ]
    if not db.is_sqlite:
        second = now_ms()
        processes.settings(DATABASE_URL=restored_url)
        processes.up()
        await until(lambda: _checked_since(restored, second), "the restored watchers are checked", 40)
    await db.close()
    await restored.close()


async def _checked_since(db: Database, since_ms: int, which: str = "min") -> bool:
    query = text(f"SELECT {which}(coalesce(last_checked_at, 0)) FROM watcherstate")
    async with db.read_connection() as connection:
        return int((await connection.execute(query)).scalar_one()) > since_ms


async def test_a_disk_that_is_full_leaves_a_sentence_and_no_half_backup(sqlite_url: str, tmp_path: Path) -> None:
    """R11: no file may grow beyond 150 kB, as on a disk that has no more."""
    db = Database(sqlite_url)
    async with db.write_connection() as connection:
        insert = "INSERT INTO healthevent (watcher_id, slot, created_at, status) VALUES (?, ?, ?, 1)"
        await connection.exec_driver_sql(insert, [(os.urandom(16), n, n) for n in range(10_000)])
    await db.close()
    folder = tmp_path / "small"
    folder.mkdir()
    failed = _backup(folder, sqlite_url, 150_000)
    assert failed.returncode == 1, failed.stderr
    assert failed.stderr == (
        "No backup was made: backup.zip cannot be written: File too large; nothing of it was left\n"
    )
    assert os.listdir(folder) == []
    assert _backup(folder, sqlite_url, 10_000_000).returncode == 0
    assert os.listdir(folder) == ["backup.zip"]


def _backup(folder: Path, database_url: str, most_bytes: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [HEALTHER, "backup", "backup.zip"],
        env={**os.environ, "HEALTHER_DATABASE_URL": database_url},
        cwd=folder,
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes)),
    )
