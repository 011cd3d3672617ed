"""A watcher's past, written the way the recorder leaves it: events, spans, rollups, and the hour being counted."""

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any
from uuid import UUID

from sqlalchemy import event, insert, update
from sqlmodel import col

from healther.core.clock import HOUR_MS, MINUTE_MS
from healther.core.db import Database
from healther.history.hour import append, fold
from healther.history.ledger import Segment, account, known_spans
from healther.history.models import Span, StateChange, healthevent
from healther.history.rollups import add_rollups
from healther.history.values import RollupValues
from healther.probes.base import Phases
from healther.watchers.models import WatcherState
from healther.watchers.states import State

KNOWN = (State.HEALTHY, State.DEGRADED, State.DOWN)


@dataclass
class Check:
    """One check of the past."""

    at: int
    status: State
    response_time_ms: float | None = None
    phases: Phases = field(default_factory=Phases)
    slot: int | None = None
    reason: str | None = None
    message: str | None = None


@dataclass
class Past:
    """What happened: checks, and the ledger from the watcher's first moment to `now_ms`, its last state going on."""

    segments: list[Segment]
    checks: list[Check]
    now_ms: int
    accounted_until: int
    known_until: int | None = None


def random_past(seed: int, start_ms: int, now_ms: int, *, checks: int = 300) -> Past:
    """A past with a few dozen changes of state; every third check slow, failed, or without TLS."""
    dice = random.Random(seed)
    edges = sorted({start_ms, *(dice.randrange(start_ms, now_ms) for _ in range(40)), now_ms})
    states = [State.UNKNOWN, *dice.choices((*KNOWN, State.HEALTHY, State.MAINTENANCE, State.UNKNOWN), k=len(edges))]
    segments = [Segment(state, start, end) for state, (start, end) in zip(states, pairwise(edges), strict=False)]
    times = sorted(dice.sample(range(start_ms, now_ms), checks))
    return Past(
        segments,
        [_random_check(dice, at) for at in times],
        now_ms,
        accounted_until=max(start_ms, (now_ms - dice.randrange(3 * HOUR_MS)) // HOUR_MS * HOUR_MS),
        known_until=now_ms + MINUTE_MS,
    )


def _random_check(dice: random.Random, at: int) -> Check:
    status = dice.choice((*KNOWN, State.UNKNOWN, State.HEALTHY, State.HEALTHY))
    answered = status in (State.HEALTHY, State.DEGRADED) or dice.random() < 0.5
    phases = Phases(dns_ms=dice.uniform(0, 5), connect_ms=dice.uniform(0, 50))
    if answered and dice.random() < 0.7:
        phases = Phases(1.5, 2.5, dice.uniform(1, 90), dice.uniform(1, 900), 0.25)
    # What a REAL column gives back, so that nothing is lost on the way.
    took_ms = round(dice.lognormvariate(4, 1)) + 0.5 if answered else None
    return Check(at, status, took_ms, phases, slot=at - dice.randrange(2_000))


async def write_past(db: Database, watcher_id: UUID, past: Past) -> None:
    """Stores it; rollups are added in parts of a random size, as recorders do."""
    open_hour = past.checks[-1].at // HOUR_MS * HOUR_MS if past.checks else None
    hours: dict[int, bytes] = {}
    for check in past.checks:
        hour = check.at // HOUR_MS * HOUR_MS
        hours[hour] = append(hours.get(hour), check.status, check.response_time_ms, check.phases)
    counting = hours.pop(open_hour) if open_hour is not None else None
    last = past.segments[-1]
    begin = past.segments[0].start
    adds: list[tuple[UUID, int, RollupValues]] = [(watcher_id, hour, fold(counts)) for hour, counts in hours.items()]
    adds += [(watcher_id, hour, v) for hour, v in account(past.segments, begin, past.accounted_until)]
    dice = random.Random(begin)
    dice.shuffle(adds)
    async with db.write_connection() as connection:
        await connection.execute(Span.__table__.delete().where(col(Span.watcher_id) == watcher_id))
        if past.checks:
            await connection.execute(insert(healthevent), [_event(watcher_id, check) for check in past.checks])
        await connection.execute(
            insert(Span),
            [
                {
                    "watcher_id": watcher_id,
                    "started_at": segment.start,
                    "ended_at": None if segment is last else segment.end,
                    "state": segment.state,
                }
                for segment in past.segments
            ],
        )
        await connection.execute(
            update(WatcherState)
            .where(col(WatcherState.watcher_id) == watcher_id)
            .values(
                state=last.state,
                since=last.start,
                known_until=past.known_until,
                accounted_until=past.accounted_until,
                hour=open_hour,
                hour_counts=counting,
            )
        )
    while adds:
        size = dice.randrange(1, 40)
        part, adds = adds[:size], adds[size:]
        async with db.write_connection() as connection:
            await add_rollups(connection, part)


def _event(watcher_id: UUID, check: Check) -> dict[str, Any]:
    return {
        "watcher_id": watcher_id,
        "slot": check.at if check.slot is None else check.slot,
        "created_at": check.at,
        "status": check.status,
        "response_status": 200 if check.response_time_ms is not None else None,
        "response_time_ms": check.response_time_ms,
        "dns_ms": check.phases.dns_ms,
        "connect_ms": check.phases.connect_ms,
        "tls_ms": check.phases.tls_ms,
        "first_byte_ms": check.phases.first_byte_ms,
        "transfer_ms": check.phases.transfer_ms,
        "reason": check.reason,
        "message": check.message,
    }


async def add_change(
    db: Database, watcher_id: UUID, at: int, from_state: State, to_state: State, **columns: object
) -> None:
    """A change of state at `at`."""
    async with db.write() as session:
        session.add(
            StateChange(
                watcher_id=watcher_id,
                at=at,
                detected_at=at + 10_000,
                from_state=from_state,
                to_state=to_state,
                **{"slot": at, **columns},
            )
        )


def truth(past: Past) -> list[Segment]:
    """The ledger as it must be read at `past.now_ms`."""
    rows = [
        Span(started_at=s.start, ended_at=None if s is past.segments[-1] else s.end, state=s.state)
        for s in past.segments
    ]
    head = WatcherState(state=past.segments[-1].state, known_until=past.known_until)
    return known_spans(rows, head, past.now_ms)


@contextmanager
def counted_statements(db: Database) -> Iterator[list[str]]:
    """The statements sent to the database meanwhile, BEGIN and settings aside."""
    statements: list[str] = []

    def note(_c: object, _cur: object, statement: str, *_rest: Sequence[object]) -> None:
        if not statement.startswith(("BEGIN", "SET ")):
            statements.append(statement)

    for engine in db.engines:
        event.listen(engine.sync_engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        for engine in db.engines:
            event.remove(engine.sync_engine, "before_cursor_execute", note)
