"""D6: one history, up, down and up again with data, on both databases; killed midway, a rerun works."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.resources import files

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import SQLModel, select

from healther.core.db import Database
from healther.migrations.run import downgrade, upgrade
from healther.migrations.state import current_revision, head_revision, is_known, revisions
from healther.status_pages.models import DomainProof, PageDomain, StatusPage
from tests.support import rows

# Says on its standard output that it stands in the middle of the upgrade, and waits there for its end.
KILLED_MIDWAY = """
import asyncio, sys, time
from alembic import op
from healther.migrations.run import upgrade

made = []

def make_index(*args, _make=op.create_index, **kwargs):
    _make(*args, **kwargs)
    made.append(args)
    if len(made) == 4:
        print("midway", flush=True)
        time.sleep(60)

op.create_index = make_index
asyncio.run(upgrade(sys.argv[1]))
"""


@asynccontextmanager
async def reading(url: str) -> AsyncIterator[AsyncConnection]:
    db = Database(url)
    try:
        async with db.read_connection() as connection:
            yield connection
    finally:
        await db.close()


async def fill(url: str) -> None:
    db = Database(url)
    try:
        async with db.write_connection() as connection:
            await rows.fill(connection)
    finally:
        await db.close()


async def revision(url: str) -> str | None:
    db = Database(url)
    try:
        return await current_revision(db)
    finally:
        await db.close()


async def table_names(url: str) -> set[str]:
    async with reading(url) as connection:
        return set(await connection.run_sync(lambda sync: inspect(sync).get_table_names()))


async def test_upgrade_reaches_the_newest_revision_and_is_idempotent(empty_url: str) -> None:
    await upgrade(empty_url)
    await upgrade(empty_url)
    assert await revision(empty_url) == head_revision()


def test_the_revisions_that_files_are_named_by_are_alembic_s() -> None:
    history = ScriptDirectory(str(files("healther.migrations"))).walk_revisions()
    assert revisions() == [each.revision for each in history][::-1]


async def test_up_down_and_up_again_with_a_row_in_every_table(empty_url: str) -> None:
    await upgrade(empty_url)
    await fill(empty_url)
    async with reading(empty_url) as connection:
        assert all(count == 1 for count in (await rows.counts(connection)).values())
    await downgrade(empty_url, "base")
    assert await table_names(empty_url) <= {"alembic_version"}
    await upgrade(empty_url)
    await fill(empty_url)
    assert await revision(empty_url) == head_revision()


async def test_domains_that_are_served_need_no_proof_after_the_upgrade(empty_url: str) -> None:
    await upgrade(empty_url)
    await fill(empty_url)
    await downgrade(empty_url, "0026")
    await upgrade(empty_url)
    async with reading(empty_url) as connection:
        page = (await connection.execute(select(StatusPage.id, StatusPage.custom_domain))).one()
        domain = (await connection.execute(select(PageDomain.page_id, PageDomain.domain, PageDomain.proof))).one()
    assert tuple(domain) == (*page, DomainProof.TRUSTED)


async def test_an_upgrade_that_has_nothing_to_do_changes_no_row(empty_url: str) -> None:
    await upgrade(empty_url)
    await fill(empty_url)
    async with reading(empty_url) as connection:
        before = await rows.contents(connection)
    await upgrade(empty_url)
    async with reading(empty_url) as connection:
        assert await rows.contents(connection) == before


async def test_the_migrations_make_what_the_models_say(empty_url: str) -> None:
    await upgrade(empty_url)
    async with reading(empty_url) as connection:
        assert await connection.run_sync(differences) == []


def differences(connection: Connection) -> list[object]:
    """What Alembic would generate; healthevent's keys apart: one Table stands for two layouts (history/models.py).

    PostgreSQL has the primary key (watcher_id, slot), because a partitioned table's key must hold the partition's
    column; SQLite has the rowid as `id` and a unique pair. The partitions are no tables of the models.
    """

    def is_ours(name: str | None, kind: str, _parents: object) -> bool:
        return not (kind == "table" and (name or "").startswith("healthevent_"))

    context = MigrationContext.configure(
        connection, opts={"compare_type": True, "compare_server_default": False, "include_name": is_ours}
    )
    return [each for each in compare_metadata(context, SQLModel.metadata) if not concerns_event_keys(each)]


def concerns_event_keys(difference: object) -> bool:
    if isinstance(difference, list):
        return all(concerns_event_keys(each) for each in difference)
    assert isinstance(difference, tuple)
    verb = difference[0]
    if verb in ("add_constraint", "remove_constraint"):
        return difference[1].table.name == "healthevent"
    return verb == "modify_nullable" and difference[2:4] == ("healthevent", "id")


async def test_an_upgrade_killed_midway_leaves_nothing_and_is_done_by_the_next(empty_url: str) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", KILLED_MIDWAY, empty_url, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"midway\n"
    process.kill()
    assert await process.wait() == -signal.SIGKILL
    assert await table_names(empty_url) == set()
    await upgrade(empty_url)
    await fill(empty_url)
    assert await revision(empty_url) == head_revision()


async def test_two_upgrades_at_once_take_turns(empty_url: str) -> None:
    script = "import asyncio, sys; from healther.migrations.run import upgrade; asyncio.run(upgrade(sys.argv[1]))"
    command = [sys.executable, "-c", script, empty_url]
    processes = [await asyncio.create_subprocess_exec(*command) for _ in range(2)]
    assert [await process.wait() for process in processes] == [0, 0]
    assert await revision(empty_url) == head_revision()


@pytest.mark.parametrize(("name", "known"), [("0001", True), ("9999", False)])
def test_a_revision_of_a_newer_healther_is_told_apart(name: str, known: bool) -> None:
    assert is_known(name) is known
