"""Import: an export as a new workspace, with ids of its own; nothing is checked or told until somebody resumes it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import psycopg
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts.audit import workspace_note
from healther.accounts.models import User, Workspace
from healther.accounts.service.users import find_user
from healther.accounts.service.workspaces import create_workspace
from healther.core.clock import to_utc
from healther.core.db import Database, first_line
from healther.core.ids import new_id
from healther.history import lifecycle
from healther.incidents.automatic import Left, leave
from healther.migrations.state import head_revision
from healther.transfer.archive import ArchiveError, ArchiveReader, Manifest, TableEntry, open_archive
from healther.transfer.load import Row, load_rows, prepare_events
from healther.transfer.scope import parts_of
from healther.transfer.values import Kind, decoder, row_of
from healther.transfer.vetting import Vetting, event_days, workspace_name
from healther.transfer.whole import check_whole
from healther.watchers.models import ServiceWatcher
from healther.watchers.states import State

_WATCHERS_AT_ONCE = 500


async def import_workspace(db: Database, path: Path, owner: str, now_ms: int) -> tuple[Workspace, Manifest]:
    """Makes a workspace of an export, owned by the account `owner`, in one transaction; raises ArchiveError.

    Its watchers are paused, for their secrets are not in an export; open incidents of theirs end with that.
    """
    with open_archive(path) as archive:
        manifest = archive.manifest
        if manifest.format != "healther-export":
            raise ArchiveError(f"{path} is a backup of everything: `healther restore` takes it")
        if manifest.revision != head_revision():
            raise ArchiveError(f"{path} has the schema {manifest.revision}, this version's is {head_revision()}")
        archive.verify()
        _check_tables(archive)
        try:
            async with db.write() as session:
                user = await find_user(session, owner)
                if user is None:
                    raise ArchiveError(f"nobody here has the address {owner}; `healther user create` makes an account")
                workspace = await _new_workspace(session, archive, user, now_ms)
                await _load(await session.connection(), archive, workspace, now_ms)
                await check_whole(session, workspace.id)
                await _pause(session, workspace.id, now_ms)
        except (IntegrityError, DataError, psycopg.IntegrityError, psycopg.DataError) as error:
            raise ArchiveError(f"{path} cannot be used: its rows do not fit together: {first_line(error)}") from error
    return workspace, manifest


def _check_tables(archive: ArchiveReader) -> None:
    known = {part.table.name: [column.name for column in part.columns] for part in parts_of(new_id())}
    for entry in archive.manifest.tables:
        if not entry.file.endswith(".jsonl"):
            raise ArchiveError("this export is CSV, for people to read; one made with --format jsonl can be imported")
        if [name for name, _ in entry.columns] != known.get(entry.name):
            raise ArchiveError(f"{entry.name} is not as this version exports it")
    if {entry.name for entry in archive.manifest.tables} != known.keys():
        raise ArchiveError("there are tables missing")


async def _new_workspace(session: AsyncSession, archive: ArchiveReader, user: User, now_ms: int) -> Workspace:
    entry = next(each for each in archive.manifest.tables if each.name == "workspace")
    rows = [dict(zip(_names(entry), orjson.loads(line), strict=True)) for line in archive.lines(entry)]
    if len(rows) != 1:
        raise ArchiveError("it does not hold one workspace")
    name = workspace_name(rows[0]["name"])
    workspace = await create_workspace(session, user, name=name, slug=None, is_public=False, now_ms=now_ms)
    await session.flush()
    workspace_note(session, user, workspace, now_ms)
    return workspace


async def _load(connection: AsyncConnection, archive: ArchiveReader, workspace: Workspace, now_ms: int) -> None:
    entry = next(each for each in archive.manifest.tables if each.name == "workspace")
    old = orjson.loads(next(archive.lines(entry)))[_names(entry).index("id")]
    ids = {UUID(old): workspace.id}
    sqlite = connection.dialect.name == "sqlite"
    events = next(each.rows for each in archive.manifest.tables if each.name == "healthevent")
    await prepare_events(connection, event_days(archive.manifest.event_days, events, now_ms))
    for each in archive.manifest.tables:
        if each.name != "workspace":
            vetting = Vetting(each.name, workspace.name, now_ms)
            rows = _renewed(archive, each, ids, vetting, now_ms, sqlite=sqlite)
            await load_rows(connection, each.name, _names(each), rows)


def _renewed(
    archive: ArchiveReader, entry: TableEntry, ids: dict[UUID, UUID], vetting: Vetting, now_ms: int, *, sqlite: bool
) -> Iterator[Row]:
    """The rows with new ids; whatever has a part still to come (alerts, turns) is done with."""
    fixed: dict[str, Callable[[Any], Any]] = {
        "planned_at": lambda value: now_ms if value is None else value,
        "running_since": lambda _value: None,
        "running_until": lambda _value: None,
        "next_turn_at": lambda value: None if value is None else now_ms,
        "lease_slot": lambda _value: None,
    }
    if entry.name == "watcherstate":
        fixed["in_maintenance"] = lambda _value: 0 if sqlite else False

    def renew(value: UUID) -> UUID | bytes:
        if value not in ids:
            ids[value] = new_id()
        return ids[value].bytes if sqlite else ids[value]

    decoders = [
        (lambda text: renew(UUID(text))) if kind is Kind.ID else decoder(kind, sqlite=sqlite)
        for _, kind in entry.columns
    ]
    changes = [(place, fixed[name]) for place, name in enumerate(_names(entry)) if name in fixed]
    for number, line in enumerate(archive.lines(entry), 1):
        try:
            row = list(row_of(decoders, line))
        except (ValueError, TypeError) as error:
            raise ArchiveError(f"{entry.file}, line {number}: {error}") from error
        vetting.vet(dict(zip(_names(entry), orjson.loads(line), strict=True)), f"{entry.file}, line {number}")
        for place, change in changes:
            row[place] = change(row[place])
        yield tuple(row)


async def _pause(session: AsyncSession, workspace_id: UUID, now_ms: int) -> None:
    mine = select(ServiceWatcher.id).where(ServiceWatcher.workspace_id == workspace_id)
    watcher_ids = (await session.exec(mine.order_by(col(ServiceWatcher.id)))).all()
    unpaused = col(ServiceWatcher.paused_at).is_(None)
    for start in range(0, len(watcher_ids), _WATCHERS_AT_ONCE):
        some = watcher_ids[start : start + _WATCHERS_AT_ONCE]
        await session.exec(
            update(ServiceWatcher).where(col(ServiceWatcher.id).in_(some), unpaused).values(paused_at=to_utc(now_ms))
        )
        watchers = await session.exec(select(ServiceWatcher).where(col(ServiceWatcher.id).in_(some)))
        by_id = {watcher.id: watcher for watcher in watchers}
        rows = await lifecycle.lock_hot_rows(session, some)
        for row in rows:
            lifecycle.take_schedule(row, by_id[row.watcher_id])
        running = [row for row in rows if row.due_at is not None or row.state is not State.PAUSED]
        await lifecycle.pause_many(session, running, now_ms)
        await leave(session, some, Left.PAUSED, now_ms)


def _names(entry: TableEntry) -> list[str]:
    return [name for name, _ in entry.columns]
