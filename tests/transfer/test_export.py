"""A workspace leaves without people and secrets, and comes in again with ids of its own and the same figures."""

import csv
import zipfile
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text, update
from sqlmodel import SQLModel, col, select

from healther.accounts.models import AuditEntry, Membership, User, Workspace
from healther.accounts.schemas import WorkspacePublic
from healther.core.clock import DAY_MS
from healther.core.db import Database
from healther.core.text import normal_email
from healther.history.amendments.schemas import AmendmentPublic
from healther.history.ledger import StateTimes
from healther.history.retention.schemas import RetentionPublic
from healther.history.schemas import ChangePublic, EventPublic
from healther.history.service.uptime import uptime
from healther.incidents.schemas import IncidentEntryPublic, IncidentMemberPublic, IncidentPublic
from healther.maintenance.schemas import MaintenancePublic
from healther.migrations.run import upgrade
from healther.transfer.archive import ArchiveError
from healther.transfer.backup import backup
from healther.transfer.export import export_workspace
from healther.transfer.scope import parts_of
from healther.transfer.spreadsheet import name_of, shown
from healther.transfer.take_in import import_workspace
from healther.watchers.models import ServiceWatcher, WatcherState
from healther.watchers.schemas import WatcherPublic
from tests.support import rows
from tests.support.api import joined, running_api
from tests.support.history import random_past, write_past
from tests.support.watchers import add_watcher

NOW = 1_800_000_000_000 + 12_345_678
START = NOW - 9 * DAY_MS
ADA = normal_email("ada@example.org")


async def add_ada(db: Database) -> None:
    async with db.write() as session:
        session.add(User(email=ADA, full_name="Ada", hashed_password="x"))


async def acme_with_a_past(db: Database) -> UUID:
    watcher = await add_watcher(db, START)
    async with db.write() as session:
        row = await session.get_one(ServiceWatcher, watcher.id)
        row.name, row.sealed_options = "=1+1", b"canary-hush"
    past = random_past(3, START, NOW)
    await write_past(db, watcher.id, past)
    return watcher.id


async def times_of(db: Database, watcher_id: UUID) -> StateTimes:
    async with db.read() as session:
        return (await uptime(session, watcher_id, from_ms=START, to_ms=NOW, now_ms=NOW)).times


async def test_an_import_has_the_same_figures_under_ids_of_its_own_here_and_elsewhere(
    db: Database, empty_db: Database, archive: Path
) -> None:
    watcher_id = await acme_with_a_past(db)
    made = await export_workspace(db, "acme", archive, "jsonl")
    counted = {table.name: table.rows for table in made.tables}
    assert (counted["servicewatcher"], counted["healthevent"]) == (1, 300)
    await upgrade(str(empty_db.engine.url.render_as_string(hide_password=False)))
    for target in (db, empty_db):
        await add_ada(target)
        workspace, _ = await import_workspace(target, archive, ADA, NOW)
        async with target.read() as session:
            mine = select(ServiceWatcher).where(ServiceWatcher.workspace_id == workspace.id)
            watcher = (await session.exec(mine)).one()
            state = await session.get_one(WatcherState, watcher.id)
            member = (await session.exec(select(Membership).where(Membership.workspace_id == workspace.id))).one()
            trail = (await session.exec(select(AuditEntry).where(AuditEntry.workspace_id == workspace.id))).one()
        assert (workspace.name, workspace.is_public, member.role) == ("Acme", False, "owner")
        assert watcher.id != watcher_id
        assert (watcher.name, watcher.sealed_options) == ("=1+1", None)
        assert (watcher.paused_at is None, state.due_at, state.state.label) == (False, None, "paused")
        assert trail.action == "workspace.create"
        assert await times_of(target, watcher.id) == await times_of(db, watcher_id)
    async with db.read() as session:
        slugs = (await session.exec(select(Workspace.slug).order_by(col(Workspace.created_at)))).all()
    assert len(set(slugs)) == 2


# What the rows that are made of their tables' types alone have to say for an import to take them.
SENSIBLE: dict[str, dict[str, Any]] = {
    "servicewatcher": {
        "kind": "http", "url": "https://example.org/", "expected_status": "200", "expected_body": "ok", "options": {},
        "every_unit": "minutes", "region": "default", "timeout_ms": 10_000, "degraded_after_ms": 5_000,
    },
    "watcherstate": {"accounted_until": NOW, "hour_counts": None},
    "watchertag": {"name": "Prod", "folded": "prod"},
    "incident": {
        "origin": "automatic", "severity": "major", "impact": "down", "stage": "resolved", "hold": "parent",
    },
    "incidentmember": {"impact": "down"},
    "incidententry": {"kind": "update", "stage": "resolved"},
    "rolluphourly": {"latency_sketch": b""},
    "rollupdaily": {"latency_sketch": b""},
    "maintenancewindow": {
        "rrule": "FREQ=WEEKLY", "time_zone": "UTC", "tags": ["prod"], "duration_ms": 60_000, "announce_before_ms": 0,
    },
    "retention": {"keep_daily_days": 400},
}  # fmt: skip


async def test_a_row_of_every_table_comes_in(db: Database, archive: Path) -> None:
    """All the tables of an export, their references pointing at each other."""
    async with db.write_connection() as connection:
        await rows.fill(connection)
        await connection.execute(text("UPDATE healthevent SET watcher_id = (SELECT id FROM servicewatcher)"))
        await connection.execute(text("UPDATE span SET ended_at = NULL"))
        await connection.execute(text("DELETE FROM watcherparent"))
        for name, columns in SENSIBLE.items():
            await connection.execute(update(SQLModel.metadata.tables[name]).values(columns))
        slug = (await connection.execute(text("SELECT slug FROM workspace"))).scalar_one()
    await add_ada(db)
    made = await export_workspace(db, slug, archive, "jsonl")
    assert {table.name for table in made.tables if table.rows != 1} == {"watcherparent"}, "there is one watcher"
    workspace, _ = await import_workspace(db, archive, ADA, NOW)
    async with db.read_connection() as connection:
        after = await rows.counts(connection)
        joined = text(
            "SELECT count(*) FROM incident AS i JOIN incidentmember AS m ON m.incident_id = i.id"
            " JOIN servicewatcher AS w ON w.id = m.watcher_id AND w.workspace_id = i.workspace_id"
        )
        assert (await connection.execute(joined)).scalar_one() == 2
    assert {name: after[name] for name in (table.name for table in made.tables)} == {
        table.name: 2 * table.rows for table in made.tables
    }
    assert workspace.slug != slug


async def test_no_secret_and_no_account_is_in_an_export(sqlite_url: str, archive: Path) -> None:
    db = Database(sqlite_url)
    await acme_with_a_past(db)
    await add_ada(db)
    await export_workspace(db, "acme", archive, "jsonl")
    with zipfile.ZipFile(archive) as packed:
        everything = b"".join(packed.read(name) for name in packed.namelist())
    for canary in (b"canary-hush", b"Y2FuYXJ5LWh1c2g", b"ada@example.org", b"hashed_password", b"sealed"):
        assert canary not in everything
    await db.close()


async def csv_of(db: Database, slug: str, archive: Path) -> dict[str, list[dict[str, str]]]:
    """The rows of each table of a CSV export."""
    made = await export_workspace(db, slug, archive, "csv")
    with zipfile.ZipFile(archive) as packed:
        texts = {table.name: packed.read(table.file).decode() for table in made.tables}
    for table in made.tables:
        assert texts[table.name].splitlines()[0] == ",".join(name for name, _ in table.columns)
    return {name: list(csv.DictReader(StringIO(text))) for name, text in texts.items()}


async def test_csv_says_in_names_and_values_what_the_api_says(db: Database, database_url: str, archive: Path) -> None:
    watcher_id = await acme_with_a_past(db)
    tables = await csv_of(db, "acme", archive)
    async with running_api(db, database_url) as api:
        ada = await api.person("ada")
        path = await joined(api, ada)
        told = (await ada.get(f"{path}/watchers/{watcher_id}/events")).json()["items"]
        (watcher,) = (await ada.get(f"{path}/watchers")).json()["items"]
        home = (await ada.get(path)).json()
    rows = sorted(tables["healthevent"], key=lambda row: row["slot"], reverse=True)
    assert len(told) == 50, "a page"
    for row, event in zip(rows, told, strict=False):
        assert row == {name: in_a_cell(value) for name, value in event.items() if name != "id"}
    (configured,), (now,), (workspace,) = (tables[name] for name in ("servicewatcher", "watcherstate", "workspace"))
    assert configured.pop("name") == "'" + watcher["name"], "no formula"
    assert configured.pop("options") == "{}"
    now["id"] = now.pop("watcher_id")
    for row, shown_there in ((configured, watcher), (now, watcher), (workspace, home)):
        assert row == {name: in_a_cell(shown_there[name]) for name in row}


def in_a_cell(value: object) -> str:
    """A value of the API's JSON as a cell has it."""
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


# What a table has beside what the API shows of the same thing: whose it is, and figures the API makes others of.
BESIDE = {
    "incident": {"workspace_id", "root_cause", "post_mortem", "post_mortem_published_at"},
    "incidententry": {"incident_id"},
    "incidentmember": {"incident_id", "merged_at", "seen_left_at", "return_told_at"},
    "maintenancewindow": {"workspace_id"},
    "retention": {"workspace_id"},
    "amendment": {"batch_id", "watcher_id"},
    "statechange": {"watcher_id", "slot"},
    "watcherstate": {"watcher_id"},
}
SHOWN = {
    "workspace": WorkspacePublic, "servicewatcher": WatcherPublic, "watcherstate": WatcherPublic,
    "healthevent": EventPublic, "statechange": ChangePublic, "amendment": AmendmentPublic,
    "incident": IncidentPublic, "incidententry": IncidentEntryPublic, "incidentmember": IncidentMemberPublic,
    "maintenancewindow": MaintenancePublic, "retention": RetentionPublic,
}  # fmt: skip


@pytest.mark.parametrize("table", SHOWN)
def test_columns_of_csv_are_called_as_in_the_api(table: str) -> None:
    (part,) = [each for each in parts_of(UUID(int=1)) if each.table.name == table]
    there = {field.serialization_alias or name for name, field in SHOWN[table].model_fields.items()}
    columns = {name_of(column) for column in part.columns if shown(column)}
    assert columns - there == BESIDE.get(table, set())


async def test_csv_of_what_was_imported_is_that_of_what_was_exported(
    sqlite_url: str, archive: Path, tmp_path: Path
) -> None:
    db = Database(sqlite_url)
    await acme_with_a_past(db)
    await add_ada(db)
    before = await csv_of(db, "acme", tmp_path / "before.zip")
    await export_workspace(db, "acme", archive, "jsonl")
    workspace, _ = await import_workspace(db, archive, ADA, NOW)
    after = await csv_of(db, workspace.slug, tmp_path / "after.zip")
    own = {"id", "watcher_id", "workspace_id", "paused_at", "slug", "created_at", "updated_at", "version"}
    for name in ("servicewatcher", "healthevent", "rolluphourly", "rollupdaily"):
        for row in (*before[name], *after[name]):
            for column in own & row.keys():
                del row[column]
        assert before[name] == after[name]
        assert before[name]
    await db.close()


async def test_csv_is_for_people_and_no_spreadsheet_computes_it(sqlite_url: str, archive: Path) -> None:
    """A12."""
    db = Database(sqlite_url)
    await acme_with_a_past(db)
    tables = await csv_of(db, "acme", archive)
    assert tables["servicewatcher"][0]["name"] == "'=1+1"
    assert len(tables["healthevent"]) == 300
    assert all(span["started_at"].endswith("Z") for span in tables["span"])
    await add_ada(db)
    with pytest.raises(ArchiveError, match="can be imported"):
        await import_workspace(db, archive, ADA, NOW)
    await db.close()


async def test_what_cannot_be_imported_leaves_nothing(sqlite_url: str, archive: Path, tmp_path: Path) -> None:
    db = Database(sqlite_url)
    await acme_with_a_past(db)
    with pytest.raises(ArchiveError, match="no workspace with the short name"):
        await export_workspace(db, "nobody", archive, "jsonl")
    await export_workspace(db, "acme", archive, "jsonl")
    with pytest.raises(ArchiveError, match="nobody here has the address"):
        await import_workspace(db, archive, ADA, NOW)
    await backup(db, tmp_path / "all.zip", secret_key=None)
    await add_ada(db)
    with pytest.raises(ArchiveError, match="healther restore"):
        await import_workspace(db, tmp_path / "all.zip", ADA, NOW)
    async with db.read() as session:
        assert len((await session.exec(select(Workspace))).all()) == 1
    await db.close()
