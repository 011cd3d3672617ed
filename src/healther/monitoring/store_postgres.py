"""The hot path on PostgreSQL: SKIP LOCKED to claim, COPY for events, UNNEST to update, psycopg underneath.

Arrays are bound in binary (`%b`): as text, a batch of 500 ids and fences takes four times the CPU.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection as PgConnection
from sqlalchemy.ext.asyncio import AsyncConnection

from healther.core.clock import CLOCK_STEP_MS
from healther.history.ledger import Segment
from healther.history.repaint import FOREVER_MS
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

_TYPES = {
    "watcher_id": "uuid", "id": "uuid", "hour_counts": "bytea", "last_response_time_ms": "float8", "state": "int2",
    "last_known": "int2", "last_status": "int2", "last_reason": "text", "last_message": "text", "reason": "text",
    "message": "text", "from_state": "int2", "to_state": "int2", "impaired_run": "int4", "down_run": "int4",
    "address": "text", "certificate": "text", "http_version": "text", "tls_version": "text", "tls_cipher": "text",
}  # fmt: skip
_EVENT_TYPES = ["uuid", "int8", "int8", "int2", "int2", *["float4"] * 6, "text", "text"]

# The slot: the one that was due, or, when its time was missed by more, the latest one that has come (missed slots
# are counted, never replayed); always later than the last recorded, even if the clock was set back.
_LATEST = f"""GREATEST(
    COALESCE(w.lease_slot, w.due_at), {PHASE_SQL} + (%(now)s - {PHASE_SQL}) / {INTERVAL_SQL} * {INTERVAL_SQL}
)"""
_TAKE = f"""
    fence = w.fence + 1, lease_slot = GREATEST({_LATEST}, COALESCE(w.last_slot, 0) + 1),
    due_at = GREATEST(%(now)s, w.due_at) + {TIMEOUT_SQL} + {LEASE_GRACE_MS},
    missed_slots = w.missed_slots + ({_LATEST} - COALESCE(w.lease_slot, w.due_at)) / {INTERVAL_SQL}
"""
_RETURNING = "RETURNING w.watcher_id, w.lease_slot, w.fence, w.version, w.due_at"
_DUE = f"SELECT watcher_id FROM watcherstate WHERE region = %(region)s AND due_at <= %(now)s + {CLAIM_AHEAD_MS}"
_FIRST = "ORDER BY due_at LIMIT %(limit)s"


def _claim(*further: str) -> str:
    return f"""
    WITH due AS ({_DUE} {" ".join(further)} {_FIRST} FOR UPDATE SKIP LOCKED)
    UPDATE watcherstate AS w SET {_TAKE} FROM due WHERE w.watcher_id = due.watcher_id {_RETURNING}
    """


_CLAIM = _claim()
_CLAIM_ONLY = _claim("AND watcher_id = ANY(%(only)b)")
_PUT_OFF = "UPDATE watcherstate SET due_at = %(until)s, lease_slot = NULL WHERE watcher_id = %(watcher)s"
_CLAIM_ONE = f"""
UPDATE watcherstate AS w SET
    fence = w.fence + 1, lease_slot = GREATEST(%(now)s, COALESCE(w.last_slot, 0) + 1),
    due_at = %(now)s + {TIMEOUT_SQL} + {LEASE_GRACE_MS}
WHERE w.watcher_id = %(watcher)s AND w.due_at IS NOT NULL AND (w.lease_slot IS NULL OR w.due_at <= %(now)s) {_RETURNING}
"""
_HELD = """
SELECT w.watcher_id, w.lease_slot, w.fence, w.version, w.due_at FROM watcherstate AS w
JOIN unnest(%(ids)b::uuid[], %(fences)b::int8[]) AS v(watcher_id, fence) USING (watcher_id)
WHERE w.fence = v.fence AND w.lease_slot IS NOT NULL
"""
# At its own slot, or it would be made early and then once more; one further ahead than claims are made was counted by
# a clock that has been set back.
_RELEASE = f"""
UPDATE watcherstate AS w SET lease_slot = NULL,
    due_at = CASE WHEN w.lease_slot <= %(now)s + {CLAIM_AHEAD_MS} THEN w.lease_slot ELSE %(now)s END
FROM unnest(%(ids)b::uuid[], %(fences)b::int8[]) AS v(watcher_id, fence)
WHERE w.watcher_id = v.watcher_id AND w.fence = v.fence AND w.lease_slot IS NOT NULL
"""
_PULL_BACK = f"""
UPDATE watcherstate SET due_at = %(now)s, lease_slot = NULL, fence = fence + 1 WHERE region = %(region)s
AND due_at > %(now)s + GREATEST({INTERVAL_SQL}, {TIMEOUT_SQL} + {LEASE_GRACE_MS}) + {CLOCK_STEP_MS}
"""
_HOT_ROWS = f"""
SELECT {", ".join(HOT_COLUMNS)} FROM watcherstate WHERE watcher_id = ANY(%(ids)b) ORDER BY watcher_id FOR UPDATE
"""
_SPANS = """
SELECT s.watcher_id, s.started_at, s.ended_at, s.state FROM span AS s
JOIN unnest(%(ids)b::uuid[], %(since)b::int8[]) AS v(watcher_id, since) USING (watcher_id)
WHERE s.ended_at IS NULL OR s.ended_at > v.since ORDER BY s.watcher_id, s.started_at
"""
_SWITCH_VALUES = "unnest(%(ids)b::uuid[], %(at)b::int8[]) AS v(watcher_id, at)"
_SPAN_DROP = f"""
DELETE FROM span AS s USING {_SWITCH_VALUES}
WHERE s.watcher_id = v.watcher_id AND s.ended_at IS NULL AND s.started_at >= v.at
"""
_SPAN_END = f"""
UPDATE span AS s SET ended_at = v.at FROM {_SWITCH_VALUES} WHERE s.watcher_id = v.watcher_id AND s.ended_at IS NULL
"""
_SPAN_START = """
INSERT INTO span (watcher_id, started_at, state)
SELECT * FROM unnest(%(ids)b::uuid[], %(at)b::int8[], %(states)b::int2[])
"""
_COPY_EVENTS = f"COPY healthevent ({', '.join(EVENT_COLUMNS)}) FROM STDIN (FORMAT BINARY)"


def _update(columns: tuple[str, ...]) -> str:
    """An UPDATE of watcherstate from arrays, one a column, that also ends the lease."""
    arrays = ", ".join(f"%b::{_TYPES.get(column, 'int8')}[]" for column in columns)
    sets = ", ".join(
        f"{column} = v.{column}" for column in columns if column not in ("watcher_id", "certificate_not_after")
    )
    return f"""
    UPDATE watcherstate AS w SET lease_slot = NULL, known_until = v.due_at, {sets},
        certificate_not_after = COALESCE(v.certificate_not_after, w.certificate_not_after)
    FROM unnest({arrays}) AS v({", ".join(columns)}) WHERE w.watcher_id = v.watcher_id
    """


_UPDATE_QUIET = _update(QUIET_COLUMNS)
_UPDATE_FULL = _update(FULL_COLUMNS)
_INSERT_CHANGES = f"""
INSERT INTO statechange ({", ".join(STATE_CHANGE_COLUMNS)})
SELECT * FROM unnest({", ".join(f"%b::{_TYPES.get(column, 'int8')}[]" for column in STATE_CHANGE_COLUMNS)})
"""


class PostgresStore:
    """HotStore on PostgreSQL."""

    async def claim(
        self, connection: AsyncConnection, region: str, now_ms: int, limit: int, only: Sequence[UUID] | None = None
    ) -> list[Claim]:
        given = {"region": region, "now": now_ms, "limit": limit}
        if only is None:
            rows = await _rows(connection, _CLAIM, given)
        else:
            rows = await _rows(connection, _CLAIM_ONLY, {**given, "only": list(only)})
        return [Claim(*row) for row in rows]

    async def due(self, connection: AsyncConnection, region: str, now_ms: int, limit: int) -> list[UUID]:
        rows = await _rows(connection, f"{_DUE} {_FIRST}", {"region": region, "now": now_ms, "limit": limit})
        return [row[0] for row in rows]

    async def put_off(self, connection: AsyncConnection, watcher_id: UUID, until_ms: int) -> None:
        await _execute(connection, _PUT_OFF, {"until": until_ms, "watcher": watcher_id})

    async def claim_one(self, connection: AsyncConnection, watcher_id: UUID, now_ms: int) -> Claim | None:
        rows = await _rows(connection, _CLAIM_ONE, {"watcher": watcher_id, "now": now_ms})
        return Claim(*rows[0]) if rows else None

    async def still_held(self, connection: AsyncConnection, fences: Sequence[Fence]) -> list[Claim]:
        return [Claim(*row) for row in await _rows(connection, _HELD, _fence_arrays(fences))]

    async def release(self, connection: AsyncConnection, fences: Sequence[Fence], now_ms: int) -> None:
        await _execute(connection, _RELEASE, {**_fence_arrays(fences), "now": now_ms})

    async def pull_back(self, connection: AsyncConnection, region: str, now_ms: int) -> int:
        return await _execute(connection, _PULL_BACK, {"region": region, "now": now_ms})

    async def hot_rows(self, connection: AsyncConnection, watcher_ids: Sequence[UUID]) -> dict[UUID, HotRow]:
        rows = await _rows(connection, _HOT_ROWS, {"ids": list(watcher_ids)})
        return {row[0]: HotRow.of(row[0], row[1:]) for row in rows}

    async def spans_since(
        self, connection: AsyncConnection, wanted: Sequence[tuple[UUID, int]]
    ) -> dict[UUID, list[Segment]]:
        arrays = {"ids": [watcher for watcher, _ in wanted], "since": [since for _, since in wanted]}
        found: dict[UUID, list[Segment]] = {watcher: [] for watcher, _ in wanted}
        for watcher_id, started_at, ended_at, state in await _rows(connection, _SPANS, arrays):
            found[watcher_id].append(Segment(State(state), started_at, FOREVER_MS if ended_at is None else ended_at))
        return found

    async def switch_spans(self, connection: AsyncConnection, switches: Sequence[SpanSwitch]) -> None:
        arrays = {
            "ids": [switch.watcher_id for switch in switches],
            "at": [switch.at for switch in switches],
            "states": [int(switch.state) for switch in switches],
        }
        for statement in (_SPAN_DROP, _SPAN_END, _SPAN_START):
            await _execute(connection, statement, arrays)

    async def write(self, connection: AsyncConnection, writes: Writes) -> None:
        pg = await _psycopg(connection)
        async with pg.cursor(binary=True) as cursor:
            if writes.events:
                async with cursor.copy(_COPY_EVENTS) as copy:
                    copy.set_types(_EVENT_TYPES)
                    for event in writes.events:
                        await copy.write_row(event)
            for statement, rows in (
                (_UPDATE_QUIET, writes.quiet),
                (_UPDATE_FULL, writes.full),
                (_INSERT_CHANGES, writes.state_changes),
            ):
                if rows:
                    await cursor.execute(statement, [list(column) for column in zip(*rows, strict=True)])


async def _psycopg(connection: AsyncConnection) -> PgConnection[Any]:
    raw = await connection.get_raw_connection()
    assert isinstance(raw.driver_connection, PgConnection)
    return raw.driver_connection


async def _rows(connection: AsyncConnection, statement: str, params: dict[str, Any]) -> list[Any]:
    pg = await _psycopg(connection)
    async with pg.cursor(binary=True) as cursor:
        await cursor.execute(statement, params)
        return await cursor.fetchall()


async def _execute(connection: AsyncConnection, statement: str, params: dict[str, Any]) -> int:
    pg = await _psycopg(connection)
    async with pg.cursor(binary=True) as cursor:
        await cursor.execute(statement, params)
        return cursor.rowcount


def _fence_arrays(fences: Sequence[Fence]) -> dict[str, Any]:
    return {"ids": [watcher for watcher, _ in fences], "fences": [fence for _, fence in fences]}
