"""The hot path on SQLite: one writer, so claiming needs no row locks; a batch is one step (see bulk_sqlite)."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from healther.core.clock import CLOCK_STEP_MS
from healther.history.ledger import Segment
from healther.history.repaint import FOREVER_MS
from healther.monitoring.bulk_sqlite import ID_ROWS, Packed, id_parameters, rows_of
from healther.monitoring.hot_row import HOT_COLUMNS, HotRow
from healther.monitoring.model import Claim
from healther.monitoring.store import CLAIM_AHEAD_MS, INTERVAL_SQL, LEASE_GRACE_MS, PHASE_SQL, TIMEOUT_SQL, Fence
from healther.monitoring.writes import (
    EVENT_COLUMNS,
    FULL_COLUMNS,
    QUIET_COLUMNS,
    STATE_CHANGE_COLUMNS,
    SpanSwitch,
    Writes,
)
from healther.watchers.states import State

# See store_postgres._LATEST.
_LATEST = f"max(coalesce(lease_slot, due_at), {PHASE_SQL} + (:now - {PHASE_SQL}) / {INTERVAL_SQL} * {INTERVAL_SQL})"
_RETURNING = "RETURNING watcher_id, lease_slot, fence, version, due_at"
_IS_DUE = f"region = :region AND due_at <= :now + {CLAIM_AHEAD_MS}"
_DUE = f"SELECT watcher_id FROM watcherstate WHERE {_IS_DUE} ORDER BY due_at LIMIT :limit"
_TAKE = f"""
UPDATE watcherstate SET
    fence = fence + 1, lease_slot = max({_LATEST}, coalesce(last_slot, 0) + 1),
    due_at = max(:now, due_at) + {TIMEOUT_SQL} + {LEASE_GRACE_MS},
    missed_slots = missed_slots + ({_LATEST} - coalesce(lease_slot, due_at)) / {INTERVAL_SQL}
"""
_CLAIM = f"{_TAKE} WHERE watcher_id IN ({_DUE}) {_RETURNING}"
_PUT_OFF = "UPDATE watcherstate SET due_at = :until, lease_slot = NULL WHERE watcher_id = :watcher"
_CLAIM_ONE = f"""
UPDATE watcherstate SET
    fence = fence + 1, lease_slot = max(:now, coalesce(last_slot, 0) + 1),
    due_at = :now + {TIMEOUT_SQL} + {LEASE_GRACE_MS}
WHERE watcher_id = :watcher AND due_at IS NOT NULL AND (lease_slot IS NULL OR due_at <= :now) {_RETURNING}
"""
_HELD = """
SELECT watcher_id, lease_slot, fence, version, due_at FROM watcherstate
WHERE watcher_id = ? AND fence = ? AND lease_slot IS NOT NULL
"""
# See store_postgres._RELEASE.
_RELEASE = f"""
UPDATE watcherstate SET lease_slot = NULL,
    due_at = CASE WHEN lease_slot <= ?1 + {CLAIM_AHEAD_MS} THEN lease_slot ELSE ?1 END
WHERE watcher_id = ?2 AND fence = ?3 AND lease_slot IS NOT NULL
"""
_PULL_BACK = f"""
UPDATE watcherstate SET due_at = :now, lease_slot = NULL, fence = fence + 1 WHERE region = :region
AND due_at > :now + max({INTERVAL_SQL}, {TIMEOUT_SQL} + {LEASE_GRACE_MS}) + {CLOCK_STEP_MS}
"""
_SPANS = """
SELECT started_at, ended_at, state FROM span
WHERE watcher_id = ? AND (ended_at IS NULL OR ended_at > ?) ORDER BY started_at
"""
_SPAN_DROP = "DELETE FROM span WHERE watcher_id = ? AND ended_at IS NULL AND started_at >= ?"
_SPAN_END = "UPDATE span SET ended_at = ? WHERE watcher_id = ? AND ended_at IS NULL"
_SPAN_START = "INSERT INTO span (watcher_id, started_at, state) VALUES (?, ?, ?)"


def _insert(table: str, columns: tuple[str, ...], ids: int) -> str:
    return f"INSERT INTO {table} ({', '.join(columns)}) {rows_of(columns, ids)}"


def _update(columns: tuple[str, ...]) -> str:
    """An UPDATE of many watcherstate rows that also ends their leases."""
    sets = ", ".join(
        f"{column} = new.{column}" for column in columns if column not in ("watcher_id", "certificate_not_after")
    )
    return f"""
    UPDATE watcherstate SET lease_slot = NULL, known_until = new.due_at, {sets},
        certificate_not_after = coalesce(new.certificate_not_after, watcherstate.certificate_not_after)
    FROM ({rows_of(columns, 1, blobs=("hour_counts",))}) AS new
    WHERE watcherstate.watcher_id = new.watcher_id
    """


def _select_hot() -> str:
    """One row however many are asked for: a JSON array, blobs in hexadecimal, an id as its place in the question."""
    wanted = ["position", *HOT_COLUMNS[1:]]
    wanted[_HOUR_COUNTS] = "hex(hour_counts)"
    return f"""
    SELECT json_group_array(json_array({", ".join(wanted)}))
    FROM ({ID_ROWS}) AS asked CROSS JOIN watcherstate ON watcher_id = asked.id
    """


_HOUR_COUNTS = HOT_COLUMNS.index("hour_counts")
_INSERT_EVENT = _insert("healthevent", EVENT_COLUMNS, 1)
_INSERT_CHANGE = _insert("statechange", STATE_CHANGE_COLUMNS, 2)
_UPDATE_QUIET = _update(QUIET_COLUMNS)
_UPDATE_FULL = _update(FULL_COLUMNS)
_SELECT_HOT = _select_hot()


class SqliteStore:
    """HotStore on SQLite."""

    async def claim(
        self, connection: AsyncConnection, region: str, now_ms: int, limit: int, only: Sequence[UUID] | None = None
    ) -> list[Claim]:
        if only is None:
            rows = await _rows(connection, _CLAIM, {"region": region, "now": now_ms, "limit": limit})
        else:
            ids = {f"id{place}": watcher.bytes for place, watcher in enumerate(only)}
            names = ", ".join(f":{name}" for name in ids)
            statement = f"{_TAKE} WHERE {_IS_DUE} AND watcher_id IN ({names}) {_RETURNING}"
            rows = await _rows(connection, statement, {"region": region, "now": now_ms, **ids})
        return [_claim(row) for row in rows]

    async def due(self, connection: AsyncConnection, region: str, now_ms: int, limit: int) -> list[UUID]:
        rows = await _rows(connection, _DUE, {"region": region, "now": now_ms, "limit": limit})
        return [UUID(bytes=row[0]) for row in rows]

    async def put_off(self, connection: AsyncConnection, watcher_id: UUID, until_ms: int) -> None:
        await connection.exec_driver_sql(_PUT_OFF, {"until": until_ms, "watcher": watcher_id.bytes})

    async def claim_one(self, connection: AsyncConnection, watcher_id: UUID, now_ms: int) -> Claim | None:
        rows = await _rows(connection, _CLAIM_ONE, {"watcher": watcher_id.bytes, "now": now_ms})
        return _claim(rows[0]) if rows else None

    async def still_held(self, connection: AsyncConnection, fences: Sequence[Fence]) -> list[Claim]:
        held: list[Claim] = []
        for watcher_id, fence in fences:
            held += [_claim(row) for row in await _rows(connection, _HELD, (watcher_id.bytes, fence))]
        return held

    async def release(self, connection: AsyncConnection, fences: Sequence[Fence], now_ms: int) -> None:
        await _many(connection, _RELEASE, [(now_ms, watcher.bytes, fence) for watcher, fence in fences])

    async def pull_back(self, connection: AsyncConnection, region: str, now_ms: int) -> int:
        result = await connection.exec_driver_sql(_PULL_BACK, {"region": region, "now": now_ms})
        return int(result.rowcount)

    async def hot_rows(self, connection: AsyncConnection, watcher_ids: Sequence[UUID]) -> dict[UUID, HotRow]:
        rows = await _rows(connection, _SELECT_HOT, id_parameters(watcher_ids))
        found: dict[UUID, HotRow] = {}
        for position, *values in orjson.loads(rows[0][0]):
            counts = values[_HOUR_COUNTS - 1]
            values[_HOUR_COUNTS - 1] = bytes.fromhex(counts) if counts else None
            watcher = watcher_ids[position]
            found[watcher] = HotRow.of(watcher, tuple(values))
        return found

    async def spans_since(
        self, connection: AsyncConnection, wanted: Sequence[tuple[UUID, int]]
    ) -> dict[UUID, list[Segment]]:
        found: dict[UUID, list[Segment]] = {}
        for watcher_id, since in wanted:
            rows = await _rows(connection, _SPANS, (watcher_id.bytes, since))
            found[watcher_id] = [
                Segment(State(state), start, FOREVER_MS if end is None else end) for start, end, state in rows
            ]
        return found

    async def switch_spans(self, connection: AsyncConnection, switches: Sequence[SpanSwitch]) -> None:
        await _many(connection, _SPAN_DROP, [(switch.watcher_id.bytes, switch.at) for switch in switches])
        await _many(connection, _SPAN_END, [(switch.at, switch.watcher_id.bytes) for switch in switches])
        starts = [(switch.watcher_id.bytes, switch.at, int(switch.state)) for switch in switches]
        await _many(connection, _SPAN_START, starts)

    async def write(self, connection: AsyncConnection, writes: Writes) -> None:
        for statement, rows, id_columns in (
            (_INSERT_EVENT, writes.events, 1),
            (_UPDATE_QUIET, writes.quiet, 1),
            (_UPDATE_FULL, writes.full, 1),
            (_INSERT_CHANGE, writes.state_changes, 2),
        ):
            if rows:
                await connection.exec_driver_sql(statement, Packed(rows, id_columns).parameters)


async def _rows(connection: AsyncConnection, statement: str, params: Any) -> Sequence[Any]:  # noqa: ANN401
    return (await connection.exec_driver_sql(statement, params)).fetchall()


async def _many(connection: AsyncConnection, statement: str, rows: Sequence[tuple[object, ...]]) -> None:
    await connection.exec_driver_sql(statement, list(rows))


def _claim(row: Any) -> Claim:  # noqa: ANN401
    return Claim(UUID(bytes=row[0]), *row[1:])
