"""S15: archives that are damaged, forged or hostile are refused, and the database stays as it was."""

import json
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from healther.core.db import Database
from healther.migrations.state import current_revision
from healther.transfer.archive import MANIFEST, ArchiveError
from healther.transfer.backup import backup
from healther.transfer.restore import restore
from tests.support import rows
from tests.support.archives import manifest_with, rewritten

NOW_MS = 1_800_000_000_000


async def fill(db: Database) -> None:
    async with db.write_connection() as connection:
        await rows.fill(connection)


def first_table_with(**changes: object) -> Callable[[dict[str, bytes]], None]:
    def change(members: dict[str, bytes]) -> None:
        manifest = json.loads(members[MANIFEST])
        table = manifest["tables"][0]
        members[changes.get("file", table["file"])] = members.pop(table["file"])  # type: ignore[index]
        table.update(changes)
        members[MANIFEST] = json.dumps(manifest).encode()

    return change


def another_row(members: dict[str, bytes]) -> None:
    members["workspace.jsonl"] += members["workspace.jsonl"]


def another_letter(members: dict[str, bytes]) -> None:
    members["workspace.jsonl"] = members["workspace.jsonl"].replace(b"name", b"mane")


def another_file(members: dict[str, bytes]) -> None:
    members["../../etc/cron.d/healther"] = b"* * * * * root id"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (another_row, "workspace.jsonl is not what was written"),
        (another_letter, "workspace.jsonl is not what was written"),
        (another_file, "its files are not those of its manifest"),
        (lambda members: members.pop("workspace.jsonl"), "its files are not those of its manifest"),
        (lambda members: members.pop(MANIFEST), "it has no manifest.json"),
        (manifest_with(revision="9999"), "this version does not know"),
        (manifest_with(format_version=2), "a newer healther made it"),
        (manifest_with(format="healther-export"), "healther import"),
        (manifest_with(surprise=1), "cannot be understood: surprise"),
        (first_table_with(file="../x.jsonl"), "cannot be understood: tables.0.file"),
        (first_table_with(name='x"; DROP TABLE span; --'), "cannot be understood: tables.0.name"),
        (first_table_with(name="pg_authid"), "has a table pg_authid"),
        (first_table_with(name="alembic_version"), "has a table alembic_version"),
        (first_table_with(columns=[["surprise", "text"]]), "columns that its schema has not: .'surprise'"),
    ],
)
async def test_an_archive_that_is_not_what_was_written_is_refused_and_nothing_is_left(
    sqlite_url: str, new_sqlite: Callable[[], Database], archive: Path, change: Callable[..., None], said: str
) -> None:
    source, target = Database(sqlite_url), new_sqlite()
    await fill(source)
    await backup(source, archive, secret_key=None)
    with pytest.raises(ArchiveError, match=said):
        await restore(target, rewritten(archive, change), NOW_MS)
    assert await current_revision(target) is None
    await source.close()


def cut_off(archive: Path) -> Iterator[Path]:
    """The archive, ever shorter."""
    whole = archive.read_bytes()
    for size in (len(whole) - 1, len(whole) - 100, len(whole) // 2, 100, 1, 0):
        archive.write_bytes(whole[:size])
        yield archive


async def test_an_archive_cut_off_anywhere_is_refused(
    sqlite_url: str, new_sqlite: Callable[[], Database], archive: Path
) -> None:
    source, target = Database(sqlite_url), new_sqlite()
    await fill(source)
    await backup(source, archive, secret_key=None)
    for damaged in cut_off(archive):
        with pytest.raises(ArchiveError, match="cannot be used"):
            await restore(target, damaged, NOW_MS)
    assert await current_revision(target) is None
    await source.close()


async def test_a_line_that_is_no_row_leaves_the_database_as_it_was(
    db: Database, empty_db: Database, archive: Path
) -> None:
    """The checksums are right and the content is not: the transaction takes back what was loaded before."""
    await fill(db)
    await backup(db, archive, secret_key=None)

    def forged(members: dict[str, bytes]) -> None:
        manifest = json.loads(members[MANIFEST])
        entry = next(table for table in manifest["tables"] if table["name"] == "span")
        members["span.jsonl"] = line = b'["no uuid",1,2,3]\n'
        entry |= {"bytes": len(line), "sha256": sha256(line).hexdigest()}
        members[MANIFEST] = json.dumps(manifest).encode()

    with pytest.raises(ArchiveError, match=r"span\.jsonl, line 1"):
        await restore(empty_db, rewritten(archive, forged), NOW_MS)
    assert await current_revision(empty_db) is None
