"""The queries behind the streams: one for all workspaces that are listened to, and a few for what turns out new."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Row, case, inspect, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col

from healther.core.clock import to_utc
from healther.history.ledger import shown_since, shown_state
from healther.history.models import StateChange, healthevent
from healther.history.overview.past import Key
from healther.history.overview.rows import id_column, raw, uuid_of
from healther.history.schemas import EventPublic
from healther.history.service.events import public_event
from healther.monitoring.live.diff import Glance
from healther.watchers.models import Flapping, ServiceWatcher, WatcherState
from healther.watchers.regions import is_served

_AT_ONCE = 1_000

_WATCHER, _HOT = inspect(ServiceWatcher).columns, inspect(WatcherState).columns

Told = tuple[int, str, bytes]
"""A message: the slot it is ordered by, its event, its data as JSON."""


async def glance(
    connection: AsyncConnection, workspace_ids: Collection[UUID], own_region: str, now_ms: int
) -> dict[UUID, dict[Key, Glance]]:
    """Every watcher of these workspaces, as it is compared; `due_at` only where somebody is there to check it."""
    dialect = connection.dialect.name
    query = (
        select(
            id_column(dialect, _WATCHER.workspace_id),
            id_column(dialect, _WATCHER.id),
            _WATCHER.version,
            raw(_WATCHER.updated_at),
            raw(_HOT.state),
            _HOT.last_slot,
            case((is_served(own_region, now_ms), _HOT.due_at)),
            _HOT.in_maintenance,
            inspect(Flapping).columns.settles_at,
        )
        .join_from(ServiceWatcher, WatcherState, col(WatcherState.watcher_id) == ServiceWatcher.id)
        .outerjoin(Flapping, col(Flapping.watcher_id) == ServiceWatcher.id)
        .where(_WATCHER.workspace_id.in_(workspace_ids))
    )
    by_key: dict[Key, dict[Key, Glance]] = {}
    for workspace, watcher, *rest in (await connection.execute(query)).all():
        by_key.setdefault(workspace, {})[watcher] = Glance(*rest)
    found: dict[UUID, dict[Key, Glance]] = {workspace_id: {} for workspace_id in workspace_ids}
    for workspace, watchers in by_key.items():
        found[uuid_of(workspace)] = watchers
    return found


async def recorded(
    connection: AsyncConnection, checked: Mapping[Key, int], floor_slot: int, now_ms: int
) -> dict[UUID, list[Told]]:
    """By watcher, the results and changes recorded since its slot in `checked`, in the order in which they happened.

    Of those before `floor_slot` (checked rarely, or recorded late) the last result only.
    """
    since = {uuid_of(key): max(slot, floor_slot) for key, slot in checked.items()}
    told: dict[UUID, list[Told]] = {}
    for ids in _parts(list(since)):
        rows = {row.watcher_id: row for row in (await connection.execute(_present(ids))).all()}
        for event in await _events(connection, rows, since):
            result = (event.slot, "result", _result(rows[event.watcher_id], event, now_ms))
            told.setdefault(event.watcher_id, []).append(result)
        change = inspect(StateChange).columns
        first = min(since[each] for each in ids)
        changes = select(StateChange.__table__).where(change.watcher_id.in_(ids), change.slot > first)  # type: ignore[attr-defined]
        for each in (await connection.execute(changes)).all():
            row = rows.get(each.watcher_id)
            if row is not None and each.slot > since[each.watcher_id]:
                told.setdefault(each.watcher_id, []).append((each.slot, "state", _change(row, each)))
    for messages in told.values():
        messages.sort(key=lambda message: message[:2])
    return told


async def _events(
    connection: AsyncConnection, rows: Mapping[UUID, Row[Any]], since: Mapping[UUID, int]
) -> list[Row[Any]]:
    """The events of these watchers after their slots."""
    column = healthevent.c
    first = min((since[each] for each in rows), default=0)
    recent = select(healthevent).where(column.watcher_id.in_(list(rows)), column.slot > first)
    found = [row for row in (await connection.execute(recent)).all() if row.slot > since[row.watcher_id]]
    older = [(each, row.last_slot) for each, row in rows.items() if row.last_slot <= first]
    if older:
        last = select(healthevent).where(tuple_(column.watcher_id, column.slot).in_(older))
        found += (await connection.execute(last)).all()
    return found


def _present(ids: Sequence[UUID]) -> Any:  # noqa: ANN401 - a Select of a dozen columns
    names = (
        "watcher_id", "state", "since", "known_until", "due_at", "lease_slot", "last_slot", "last_checked_at",
        "last_response_time_ms", "last_reason", "last_message", "certificate_not_after",
    )  # fmt: skip
    return (
        select(_WATCHER.name, *(_HOT[name] for name in names))
        .join_from(ServiceWatcher, WatcherState, col(WatcherState.watcher_id) == ServiceWatcher.id)
        .where(_WATCHER.id.in_(ids))
    )


def _result(row: Row[Any], event: Row[Any], now_ms: int) -> bytes:
    took_ms = row.last_response_time_ms
    return _json(
        {
            "id": row.watcher_id,
            "state": shown_state(row, now_ms).label,
            "since": to_utc(shown_since(row, now_ms)),
            "last_checked_at": _time(row.last_checked_at),
            "last_response_time_ms": None if took_ms is None else round(took_ms, 3),
            "last_reason": row.last_reason,
            "last_message": row.last_message,
            "next_check_at": None if row.lease_slot is not None else _time(row.due_at),
            "certificate_not_after": _time(row.certificate_not_after),
            "event": EventPublic.model_dump(public_event(event)),
        }
    )


def _change(row: Row[Any], change: Row[Any]) -> bytes:
    return _json(
        {
            "id": change.watcher_id,
            "name": row.name,
            "from": change.from_state.label,
            "to": change.to_state.label,
            "at": to_utc(change.at),
            "detected_at": to_utc(change.detected_at),
            "reason": change.reason,
            "message": change.message,
        }
    )


def _json(data: dict[str, object]) -> bytes:
    return orjson.dumps(data, option=orjson.OPT_UTC_Z)


def _time(at_ms: int | None) -> object:
    return None if at_ms is None else to_utc(at_ms)


def _parts(ids: list[UUID]) -> Iterator[list[UUID]]:
    for start in range(0, len(ids), _AT_ONCE):
        yield ids[start : start + _AT_ONCE]
