"""D5: what a workspace no longer keeps is forgotten in small steps, and no published figure changes by it."""

import asyncio
from itertools import pairwise
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text
from sqlmodel import col, select, update

from healther.accounts.models import Workspace
from healther.core.clock import DAY_MS, HOUR_MS, to_utc
from healther.core.db import Database
from healther.history.models import RollupDaily, RollupHourly, Span, healthevent
from healther.history.partitions import ensure_partitions, partition_name
from healther.history.retention import forget
from healther.history.retention.forget import forget_history
from healther.history.retention.models import Retention, Tier
from healther.history.service.daily import daily_bars
from healther.history.service.latency import latency
from healther.history.service.uptime import uptime
from healther.history.steps import Step
from healther.reports.build import build
from healther.reports.months import Month
from healther.reports.scope import load_scope
from healther.status_pages.documents import document
from healther.status_pages.read import read_snapshot
from healther.status_pages.source import Ref, load_source
from healther.watchers.models import WatcherState
from tests.support.api import Api
from tests.support.history import counted_statements, random_past, write_past
from tests.support.watchers import add_watcher, add_workspace

NOW = 1_800_000_000_000 + 12_345_678
TODAY = NOW - NOW % DAY_MS
START = NOW - 20 * DAY_MS - 7_654_321


async def keep(db: Database, workspace_id: UUID, **days: int | None) -> None:
    async with db.write() as session:
        await session.merge(Retention(workspace_id=workspace_id, **days))


async def watcher_with_a_past(db: Database, seed: int = 1, workspace_id: UUID | None = None) -> UUID:
    watcher = await add_watcher(db, START)
    if workspace_id is not None:
        async with db.write() as session:
            watcher.workspace_id = workspace_id
            session.add(watcher)
    for day in range(-21, 1, 7):
        await ensure_partitions(db, TODAY + day * DAY_MS)
    await write_past(db, watcher.id, random_past(seed, START, NOW, checks=400))
    return watcher.id


async def workspace_of(db: Database, slug: str) -> UUID:
    async with db.write() as session:
        found = (await session.exec(select(Workspace).where(col(Workspace.slug) == slug))).first()
        return (found or await add_workspace(session, slug)).id


async def turn(db: Database, now_ms: int = NOW, stopping: asyncio.Event | None = None) -> dict[Tier, int]:
    return await forget_history(db, now_ms, stopping or asyncio.Event())


async def slots(db: Database, watcher_id: UUID) -> list[int]:
    async with db.read_connection() as connection:
        query = select(healthevent.c.slot).where(healthevent.c.watcher_id == watcher_id)
        return sorted((await connection.execute(query)).scalars())


async def moments(db: Database, column: int | None) -> list[int]:
    async with db.read() as session:
        return sorted((await session.exec(select(column))).all())


async def figures(db: Database, watcher_id: UUID) -> list[object]:
    """All that is published of it: bars, uptime of any window, latency by the day, reports, the page."""
    workspace_id = await workspace_of(db, "acme")
    only = col(WatcherState.watcher_id) == watcher_id
    async with db.read() as session:
        found: list[object] = []
        for zone in (ZoneInfo("UTC"), ZoneInfo("Europe/Berlin")):
            bars = await daily_bars(session, only, days=90, zone=zone, now_ms=NOW)
            found += [bars.bars, bars.uptime_percent(watcher_id)]
        for from_ms in (START - DAY_MS, START + 12_345, TODAY - 10 * DAY_MS, NOW - HOUR_MS):
            found.append(await uptime(session, watcher_id, from_ms=from_ms, to_ms=NOW, now_ms=NOW))
        scope = await load_scope(session, workspace_id, None, tz="Europe/Berlin", language=None)
        found += [await build(session, scope, Month.of(f"{to_utc(at):%Y-%m}"), NOW) for at in (START, NOW)]
        source = await load_source(session, Ref(workspace_id, None))
        assert source is not None
        found.append(document((await read_snapshot(session, source, "default", NOW))[0], stale=False))
        by_day = await latency(session, watcher_id, from_ms=START, to_ms=NOW, step=Step.DAY, now_ms=NOW)
        found += [(at, values.healthy_checks, values.sketch.to_bytes()) for at, values in by_day.points]
        return found


async def test_no_published_figure_changes_when_events_and_hours_go(db: Database) -> None:
    watcher_id = await watcher_with_a_past(db)
    async with db.write() as session:
        await session.exec(update(Workspace).values(is_public=True))
    await keep(db, await workspace_of(db, "acme"), keep_events_days=2, keep_hourly_days=7)
    before, all_slots = await figures(db, watcher_id), await slots(db, watcher_id)
    all_spans = await moments(db, Span.started_at)
    assert min(await moments(db, RollupHourly.starts_at)) < TODAY - 7 * DAY_MS
    forgotten = await turn(db)
    assert await figures(db, watcher_id) == before
    assert await slots(db, watcher_id) == [slot for slot in all_slots if slot >= TODAY - 2 * DAY_MS] != all_slots
    assert min(await moments(db, RollupHourly.starts_at)) >= TODAY - 7 * DAY_MS
    assert await moments(db, Span.started_at) == all_spans
    assert forgotten[Tier.HOURLY] > 0 == forgotten[Tier.DAILY]
    assert await turn(db) == dict.fromkeys(forgotten, 0)


async def test_days_are_kept_for_ever_unless_somebody_says_otherwise(db: Database) -> None:
    watcher_id = await watcher_with_a_past(db)
    workspace_id = await workspace_of(db, "acme")
    later = NOW + 500 * DAY_MS
    await turn(db, later)
    assert await slots(db, watcher_id) == []
    assert await moments(db, RollupHourly.starts_at) == []
    assert min(await moments(db, RollupDaily.starts_at)) < START
    await keep(db, workspace_id, keep_daily_days=510)
    edge = later - later % DAY_MS - 510 * DAY_MS
    await turn(db, later)
    assert min(await moments(db, RollupDaily.starts_at)) >= edge
    async with db.read() as session:
        left = (await session.exec(select(Span).order_by(col(Span.started_at)))).all()
    # The span that was going on then is whole, and those after it touch as they did.
    assert left[0].started_at < edge < (left[0].ended_at or NOW)
    assert all(one.ended_at == other.started_at for one, other in pairwise(left))


async def test_each_workspace_forgets_after_its_own_time(db: Database) -> None:
    short, long = await workspace_of(db, "short"), await workspace_of(db, "long")
    first, second = await watcher_with_a_past(db, 1, short), await watcher_with_a_past(db, 2, long)
    await keep(db, short, keep_events_days=1)
    await keep(db, long, keep_events_days=10)
    theirs = await slots(db, second)
    await turn(db)
    assert min(await slots(db, first)) >= TODAY - DAY_MS
    assert await slots(db, second) == [slot for slot in theirs if slot >= TODAY - 10 * DAY_MS]
    async with db.read() as session:
        assert (await session.get_one(Retention, short)).events_from == TODAY - DAY_MS
        assert (await session.get_one(Retention, long)).events_from == TODAY - 10 * DAY_MS


async def test_steps_are_small_and_a_turn_that_is_stopped_is_finished_by_the_next(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forget, "ROWS_AT_ONCE", 20)
    watcher_id = await watcher_with_a_past(db)
    workspace_id = await workspace_of(db, "acme")
    # The longest keeper of all: on PostgreSQL no day may go whole.
    await keep(db, await workspace_of(db, "other"), keep_events_days=365)
    await keep(db, workspace_id, keep_events_days=1)
    old = [slot for slot in await slots(db, watcher_id) if slot < TODAY - DAY_MS]
    stopping = asyncio.Event()
    stopping.set()
    await turn(db, stopping=stopping)
    async with db.read() as session:
        assert (await session.get_one(Retention, workspace_id)).events_from == 0
    with counted_statements(db) as statements:
        forgotten = await turn(db)
    assert forgotten[Tier.EVENTS] == len(old)
    deletes = [each for each in statements if each.startswith("DELETE FROM healthevent")]
    assert len(deletes) == len(old) // 20 + 1


async def test_a_day_that_nobody_keeps_goes_whole_and_waits_for_who_reads_it(postgres_url: str) -> None:
    db = Database(postgres_url)
    watcher_id = await watcher_with_a_past(db)
    await keep(db, await workspace_of(db, "acme"), keep_events_days=3)
    oldest, kept = partition_name(TODAY - 15 * DAY_MS), partition_name(TODAY - 3 * DAY_MS)
    async with db.read_connection() as backup:
        await backup.execute(text("SELECT count(*) FROM healthevent"))
        await turn(db)
        # Nothing was dropped under the reader; what was old was removed row by row meanwhile.
        assert await there(db, oldest)
        assert min(await slots(db, watcher_id)) >= TODAY - 3 * DAY_MS
    await turn(db)
    assert not await there(db, oldest)
    assert await there(db, kept)
    await db.close()


async def there(db: Database, table: str) -> bool:
    async with db.read_connection() as connection:
        return (await connection.execute(text("SELECT to_regclass(:name)"), {"name": table})).scalar_one() is not None


async def test_partitions_that_are_due_wait_for_a_backup_without_holding_up_the_checks(postgres_url: str) -> None:
    """Who waits for a lock on all partitions stands before everybody who comes later."""
    db = Database(postgres_url)
    async with db.read_connection() as backup:
        await backup.execute(text("SELECT count(*) FROM healthevent"))
        await ensure_partitions(db, NOW)
        assert not await there(db, partition_name(TODAY))
    await ensure_partitions(db, NOW)
    assert await there(db, partition_name(TODAY))
    await db.close()


async def test_owners_decide_what_is_kept_and_everybody_in_the_workspace_may_read_it(api: Api) -> None:
    owner = await api.person("ada")
    path = f"/workspaces/{await owner.workspace()}/retention"
    shown = (await owner.get(path)).json()
    assert shown == {
        "keep_events_days": 30,
        "keep_hourly_days": 365,
        "keep_daily_days": None,
        "keep_deliveries_days": 90,
        "events_from": None,
        "hourly_from": None,
        "daily_from": None,
        "deliveries_from": None,
    }
    changed = await owner.patch(path, {"keep_events_days": 7, "keep_hourly_days": None})
    assert changed.status_code == 200
    assert changed.json() == {**shown, "keep_events_days": 7, "keep_hourly_days": None}
    assert (await owner.get(path)).json() == changed.json()
    for wrong in ({"keep_events_days": 0}, {"keep_events_days": None}, {"keep_daily_days": 399}, {"events_from": None}):
        assert (await owner.patch(path, wrong)).status_code == 422, wrong
