"""Incidents that follow states: at most one open per watcher, while something is wrong, written with the change."""

import asyncio
from uuid import UUID

import pytest
from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col, select

from healther.core.clock import HOUR_MS
from healther.core.db import Database
from healther.history.models import StateChange
from healther.incidents import automatic
from healther.incidents.models import (
    EntryKind,
    Impact,
    Incident,
    IncidentEntry,
    IncidentMember,
    Severity,
    Stage,
)
from healther.incidents.moved import Moved
from healther.incidents.titles import call, of_one, title_in
from healther.monitoring import record as record_module
from healther.monitoring.claim import store_for
from healther.monitoring.record import record
from healther.monitoring.removal import delete_watchers
from healther.watchers.models import ServiceWatcher
from healther.watchers.states import State
from tests.support.incidents import incidents, members, pause, resume, told
from tests.support.results import ADDRESS, check_many, claim_many, result_of
from tests.support.watchers import add_watcher, state_of

START = 1_800_000_000_000
STEP = 20_000
"""Sooner than any slot and its grace: no gap."""


async def check(db: Database, watcher: ServiceWatcher, at: int, *statuses: State) -> int:
    """Checks one after the other, shortly after each other; when the next one is due."""
    for status in statuses:
        await check_many(db, [watcher.id], at, status)
        at += STEP
    return at


async def test_a_failure_opens_an_incident_dated_back_and_recovery_resolves_it(db: Database) -> None:
    watcher = await add_watcher(db, START)
    at = await check(db, watcher, START, State.HEALTHY, State.DOWN, State.DOWN, State.HEALTHY)
    (incident,) = await incidents(db)
    assert incident.title == "a service is down"
    assert (incident.severity, incident.impact, incident.origin) == (Severity.MAJOR, Impact.DOWN, "automatic")
    assert (incident.started_at, incident.detected_at) == (START + STEP, START + STEP)
    assert (incident.resolved_at, incident.stage) == (at - STEP, Stage.RESOLVED)
    (member,) = await members(db)
    assert (member.impact, member.reason, member.message) == (Impact.DOWN, "connect_refused", "refused")
    assert (member.joined_at, member.left_at, member.automatic) == (START + STEP, at - STEP, True)
    assert await told(db, incident.id) == [
        (EntryKind.DETECTED, START + STEP),
        (EntryKind.CONFIRMED, START + STEP),
        (EntryKind.RECOVERED, at - STEP),
        (EntryKind.RESOLVED, at - STEP),
    ]


async def test_a_service_that_is_fine_has_no_incident_and_its_first_look_opens_none(db: Database) -> None:
    watcher = await add_watcher(db, START)
    await check(db, watcher, START, State.HEALTHY, State.HEALTHY, State.UNKNOWN, State.HEALTHY)
    assert await incidents(db) == []


async def test_degraded_is_minor_worsens_and_improves_and_stays_as_bad_as_it_was(db: Database) -> None:
    watcher = await add_watcher(db, START)
    at = await check(db, watcher, START, State.HEALTHY, State.DEGRADED)
    (incident,) = await incidents(db)
    assert (incident.title, incident.severity, incident.impact) == (
        "a service is degraded",
        Severity.MINOR,
        Impact.DEGRADED,
    )
    await check(db, watcher, at, State.DOWN, State.DEGRADED)
    (incident,) = await incidents(db)
    assert (incident.title, incident.severity, incident.impact) == ("a service is down", Severity.MAJOR, Impact.DOWN)
    assert incident.version == 3
    (member,) = await members(db)
    assert (member.impact, member.reason) == (Impact.DEGRADED, "slow")
    kinds = [kind for kind, _ in await told(db, incident.id)]
    assert kinds == [EntryKind.DETECTED, EntryKind.CONFIRMED, EntryKind.WORSENED, EntryKind.IMPROVED]


async def test_an_outage_that_ended_slowly_is_an_outage_in_the_record(db: Database) -> None:
    watcher = await add_watcher(db, START)
    at = await check(db, watcher, START, State.HEALTHY, State.DOWN, State.DEGRADED)
    async with db.write() as session:  # as the planner calls it while it is slow
        (incident,) = (await session.exec(select(Incident))).all()
        call(incident, of_one("a service", Impact.DEGRADED))
        session.add(incident)
    await check(db, watcher, at, State.HEALTHY)
    (incident,) = await incidents(db)
    assert (incident.title, incident.impact) == ("a service is down", Impact.DOWN)
    assert title_in("de", incident) == "a service ist ausgefallen"


async def test_unknown_changes_nothing_but_the_timeline(db: Database) -> None:
    watcher = await add_watcher(db, START)
    await check(db, watcher, START, State.DOWN, State.UNKNOWN, State.DOWN)
    (incident,) = await incidents(db)
    assert incident.resolved_at is None
    kinds = [kind for kind, _ in await told(db, incident.id)]
    assert kinds == [EntryKind.DETECTED, EntryKind.CONFIRMED, EntryKind.UNKNOWN, EntryKind.CONFIRMED]
    async with db.read() as session:
        lines = (await session.exec(select(IncidentEntry).where(IncidentEntry.kind == EntryKind.CONFIRMED))).all()
    assert sorted(line.facts.get("again", False) for line in lines) == [False, True], "confirmed once, then still so"
    await check(db, watcher, START + HOUR_MS, State.HEALTHY)
    (incident,) = await incidents(db)
    assert incident.resolved_at == START + HOUR_MS


async def test_a_change_carries_what_failures_may_have_in_common(db: Database) -> None:
    watcher = await add_watcher(db, START)
    await check(db, watcher, START, State.HEALTHY, State.DOWN)
    async with db.read() as session:
        rows = (await session.exec(select(StateChange).order_by(col(StateChange.at)))).all()
    assert [(row.to_state, row.address, row.certificate) for row in rows] == [
        (State.HEALTHY, None, None),
        (State.DOWN, ADDRESS, None),
    ]


async def test_many_at_once_have_an_incident_each_and_leave_it_each(db: Database) -> None:
    ids = [(await add_watcher(db, START)).id for _ in range(30)]
    await check_many(db, ids, START, State.DOWN)
    assert len(await incidents(db)) == 30
    await check_many(db, ids[:10], START + STEP, State.HEALTHY)
    assert sum(each.resolved_at is not None for each in await incidents(db)) == 10


async def one_incident_of(db: Database, count: int) -> list[UUID]:
    """Watchers that are down together, in one incident, as the planner leaves it."""
    ids = [(await add_watcher(db, START)).id for _ in range(count)]
    await check_many(db, ids, START, State.DOWN)
    target, *others = await incidents(db)
    async with db.write() as session:
        joining = col(IncidentMember.incident_id).in_([other.id for other in others])
        await session.exec(update(IncidentMember).where(joining).values(incident_id=target.id))
        await session.exec(delete(Incident).where(col(Incident.id) != target.id))
    return ids


async def test_an_incident_of_several_is_over_with_the_last_of_them(db: Database) -> None:
    ids = await one_incident_of(db, 3)
    await check_many(db, ids[:2], START + STEP, State.HEALTHY)
    (incident,) = await incidents(db)
    assert incident.resolved_at is None
    await check_many(db, ids[2:], START + 2 * STEP, State.HEALTHY)
    (incident,) = await incidents(db)
    assert incident.resolved_at == START + 2 * STEP


async def test_two_that_recover_at_the_same_time_do_not_each_think_the_other_still_there(db: Database) -> None:
    first, second = await one_incident_of(db, 2)
    (claim,) = await claim_many(db, [second], START + STEP)
    async with db.write_connection() as connection:
        move = Moved(first, State.DOWN, State.HEALTHY, START + STEP, None, None)
        await automatic.follow(connection, [move], START + STEP)
        beside = asyncio.create_task(
            record(db, store_for(db), [result_of(claim, START + STEP, State.HEALTHY)], START + STEP)
        )
        # Time enough to go wrong: it may only wait.
        await asyncio.wait({beside}, timeout=0.3)
    await beside
    (incident,) = await incidents(db)
    assert incident.resolved_at == START + STEP


async def test_pausing_and_deleting_leave_and_say_so(db: Database) -> None:
    shop, blog = await add_watcher(db, START), await add_watcher(db, START)
    await check_many(db, [shop.id, blog.id], START, State.DOWN)
    await pause(db, shop.id, START + STEP)
    await delete_watchers(db, [blog.id], START + 2 * STEP)
    assert [each.resolved_at for each in await incidents(db)] == [START + STEP, START + 2 * STEP]
    async with db.read() as session:
        left = (await session.exec(select(IncidentEntry).where(IncidentEntry.kind == EntryKind.LEFT))).all()
    assert [each.facts for each in left] == [
        {"why": "paused", "watcher": "a service"},
        {"why": "deleted", "watcher": "a service"},
    ]
    await resume(db, shop.id, START + HOUR_MS)
    await check_many(db, [shop.id], START + HOUR_MS, State.DOWN)
    assert [each.resolved_at is None for each in await incidents(db)] == [False, False, True]


async def test_what_cannot_be_written_leaves_neither_change_nor_incident(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A crash anywhere in the transaction: the state and the incident come together or not at all."""
    watcher = await add_watcher(db, START)
    (claim,) = await claim_many(db, [watcher.id], START)
    results = [result_of(claim, START, State.DOWN)]
    follow = automatic.follow

    async def crash(connection: AsyncConnection, moves: list[Moved], now_ms: int) -> None:
        await follow(connection, moves, now_ms)
        raise OSError("the database went away")

    monkeypatch.setattr(record_module.automatic, "follow", crash)
    with pytest.raises(OSError, match="went away"):
        await record(db, store_for(db), results, START)
    assert (await incidents(db), await members(db)) == ([], [])
    assert (await state_of(db, watcher.id)).state == State.PENDING
    monkeypatch.undo()
    assert (await record(db, store_for(db), results, START)).refused == 0
    assert (await record(db, store_for(db), results, START)).refused == 1
    assert len(await incidents(db)) == 1
