"""D7: what was backed up is what is restored, on either database, whole or not at all."""

import errno
import os
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from healther.core.clock import DAY_MS, HOUR_MS
from healther.core.db import Database
from healther.history.ledger import StateTimes
from healther.history.partitions import partition_name
from healther.history.service.uptime import uptime
from healther.migrations.state import current_revision, head_revision
from healther.transfer.archive import ArchiveError, _give_name
from healther.transfer.backup import backup, key_name
from healther.transfer.restore import restore
from healther.transfer.tables import OF_THE_MOMENT, PAGE_ROWS, tables
from tests.support import rows

NOW_MS = 1_800_000_000_000
# 2026-06-01T00:00:00Z
JUNE_MS = 1_780_272_000_000
KEY = "a-secret-only-for-tests-0123456789-abcdef"


async def fill(db: Database) -> None:
    async with db.write_connection() as connection:
        await rows.fill(connection)


async def contents(db: Database) -> dict[str, list[dict[str, Any]]]:
    """Everything that travels; rows in an order of their own, for neither database promises one."""
    async with db.read_connection() as connection:
        found = await rows.contents(connection)
    return {name: sorted(each, key=repr) for name, each in found.items() if name not in OF_THE_MOMENT}


def files_in(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Mode and content of the files."""
    return {path.name: (stat.S_IMODE(path.stat().st_mode), path.read_bytes()) for path in folder.iterdir()}


async def test_a_row_of_every_table_comes_back_as_it_was_on_either_database(
    db: Database, empty_db: Database, archive: Path
) -> None:
    await fill(db)
    made = await backup(db, archive, secret_key=KEY)
    assert {table.name: table.rows for table in made.tables} == {table.name: 1 for table in tables()}
    assert await restore(empty_db, archive, NOW_MS) == made
    assert await contents(empty_db) == await contents(db)
    assert await current_revision(empty_db) == head_revision()


async def test_sqlite_to_postgres_to_sqlite_gives_equal_rows_page_after_page(
    sqlite_url: str, postgres_url: str, new_sqlite: Callable[[], Database], tmp_path: Path
) -> None:
    first, second, third = Database(sqlite_url), Database(postgres_url), new_sqlite()
    days = [NOW_MS - NOW_MS % DAY_MS - number * DAY_MS for number in range(40)]
    events = [(number.to_bytes(16, "big"), days[number % 40] + number) for number in range(2 * PAGE_ROWS + 7)]
    async with first.write_connection() as connection:
        await rows.fill(connection)
        insert = "INSERT INTO healthevent (watcher_id, slot, created_at, status, dns_ms) VALUES (?, ?, 7, 1, 0.5)"
        await connection.exec_driver_sql(insert, events)
    await backup(first, tmp_path / "one.zip", secret_key=None)
    await restore(second, tmp_path / "one.zip", NOW_MS)
    async with second.read_connection() as connection:
        in_a_day = text(f"SELECT count(*) FROM {partition_name(days[39])}")
        assert (await connection.execute(in_a_day)).scalar_one() == len(events) // 40
        assert (await connection.execute(text("SELECT count(*) FROM healthevent_other"))).scalar_one() == 0
    await backup(second, tmp_path / "two.zip", secret_key=None)
    await restore(third, tmp_path / "two.zip", NOW_MS)
    assert await contents(third) == await contents(first)
    await first.close()
    await second.close()


async def test_after_a_restore_new_events_get_numbers_of_their_own(
    sqlite_url: str, postgres_url: str, archive: Path
) -> None:
    source, db = Database(sqlite_url), Database(postgres_url)
    await fill(source)
    await backup(source, archive, secret_key=None)
    await restore(db, archive, NOW_MS)
    async with db.write_connection() as connection:
        insert = "INSERT INTO healthevent (watcher_id, slot, created_at, status) VALUES (gen_random_uuid(), 1, 1, 1)"
        highest = (await connection.execute(text("SELECT max(id) FROM healthevent"))).scalar_one()
        number = (await connection.execute(text(f"{insert} RETURNING id"))).scalar_one()
    assert number == highest + 1
    await source.close()
    await db.close()


async def test_a_backup_is_its_user_s_alone_and_never_written_over(db: Database, archive: Path) -> None:
    await backup(db, archive, secret_key=KEY)
    before = files_in(archive.parent)
    assert before[archive.name][0] == 0o600
    with pytest.raises(ArchiveError, match="exists already"):
        await backup(db, archive, secret_key=KEY)
    assert {name: each for name, each in files_in(archive.parent).items() if "zip" in name} == {
        archive.name: before[archive.name]
    }


async def test_on_a_file_system_without_links_a_backup_is_written_whole_and_never_over_another(
    db: Database, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ExFAT and SMB answer so; a Linux machine cannot make such a file system for a test."""

    def link(_source: str, target: Path) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted", str(target))

    monkeypatch.setattr(os, "link", link)
    await backup(db, archive, secret_key=None)
    before = files_in(archive.parent)
    assert before[archive.name][0] == 0o600
    assert not [name for name in before if name.endswith(".partial")]
    with pytest.raises(FileExistsError):
        _give_name("what was written", archive)
    assert files_in(archive.parent) == before
    with zipfile.ZipFile(archive) as packed:
        assert packed.testzip() is None


async def test_the_manifest_tells_which_key_sealed_it_and_does_not_hold_it(db: Database, archive: Path) -> None:
    made = await backup(db, archive, secret_key=KEY)
    assert made.key == key_name(KEY) != key_name(KEY + "x")
    with zipfile.ZipFile(archive) as packed:
        assert all(KEY.encode() not in packed.read(name) for name in packed.namelist())


async def test_a_database_that_is_not_empty_is_left_as_it_is(db: Database, archive: Path) -> None:
    await fill(db)
    await backup(db, archive, secret_key=None)
    before = await contents(db)
    with pytest.raises(ArchiveError, match="the database is not empty"):
        await restore(db, archive, NOW_MS)
    assert await contents(db) == before


async def test_a_database_on_which_a_healther_is_at_work_is_refused(db: Database, archive: Path) -> None:
    await backup(db, archive, secret_key=None)
    async with db.write_connection() as connection:
        await connection.execute(text(f"INSERT INTO servedregion (region, seen_at) VALUES ('fra', {NOW_MS - 20_000})"))
    with pytest.raises(ArchiveError, match="a healther is at work"):
        await restore(db, archive, NOW_MS)
    await restore(db, archive, NOW_MS + 60_000)


async def test_a_database_without_a_schema_has_nothing_to_write(empty_db: Database, archive: Path) -> None:
    with pytest.raises(ArchiveError, match="the database is empty"):
        await backup(empty_db, archive, secret_key=None)
    assert not [name for name in files_in(archive.parent) if "zip" in name]


async def test_a_backup_of_an_older_schema_is_migrated_and_its_figures_are_the_same(empty_db: Database) -> None:
    """Made at schema 0010: a watcher watched from 1 June 2026, 01:00, and down for ten minutes on the 2nd."""
    made = await restore(empty_db, Path(__file__).parent / "backups/schema-0010.zip", NOW_MS)
    assert made.revision == "0010"
    assert await current_revision(empty_db) == head_revision()
    found = await contents(empty_db)
    assert {table.name: len(found[table.name]) for table in made.tables} == {
        each.name: each.rows for each in made.tables
    }
    watcher_id = found["watcherstate"][0]["watcher_id"]
    start, end = JUNE_MS, JUNE_MS + 3 * DAY_MS
    async with empty_db.read() as session:
        figures = await uptime(session, watcher_id, from_ms=start, to_ms=end, now_ms=end)
    assert figures.raw is None
    assert figures.times == StateTimes(healthy_ms=71 * HOUR_MS - 600_000, down_ms=600_000, unknown_ms=HOUR_MS)
