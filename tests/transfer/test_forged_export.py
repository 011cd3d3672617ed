"""S1, S15: an export somebody edited, its checksums made anew, gets nothing in that the API would have refused."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlmodel import col, select

from healther.accounts.models import User, Workspace
from healther.core.clock import DAY_MS
from healther.core.db import Database
from healther.core.text import normal_email
from healther.history.retention.models import Retention
from healther.maintenance.models import MaintenanceWindow
from healther.transfer.archive import ArchiveError
from healther.transfer.export import export_workspace
from healther.transfer.take_in import import_workspace
from healther.watchers.cadence import phase_ms
from healther.watchers.models import ServiceWatcher, WatcherParent, WatcherState, WatcherTag
from tests.support.archives import Rows, forged, manifest_with, rewritten, with_another_table
from tests.support.history import random_past, write_past
from tests.support.watchers import add_watcher

NOW = 1_800_000_000_000 + 12_345_678
START = NOW - 3 * DAY_MS
ADA = normal_email("ada@example.org")


def each_with(**values: object) -> Callable[[Rows], None]:
    def change(rows: Rows) -> None:
        for row in rows:
            row |= values

    return change


def options_with(**values: object) -> Callable[[Rows], None]:
    def change(rows: Rows) -> None:
        for row in rows:
            row["options"] |= values

    return change


MASKED = {
    "method": "POST", "headers": {"X-Key": "********"}, "body": "********", "basic_username": "ada",
    "basic_password": "********", "client_certificate": "-----BEGIN CERTIFICATE-----", "client_key": "********",
}  # fmt: skip


@pytest.fixture
async def export(db: Database, archive: Path) -> Path:
    """An export with something in the tables that matter here."""
    watcher = await add_watcher(db, START, options={"bearer_token": "********"})
    other = await add_watcher(db, START, options=MASKED)
    await write_past(db, watcher.id, random_past(3, START, NOW))
    async with db.write() as session:
        (await session.get_one(ServiceWatcher, watcher.id)).name = "Shop"
        session.add(User(email=ADA, full_name="Ada", hashed_password="x"))
        session.add(WatcherTag(watcher_id=watcher.id, folded="prod", workspace_id=watcher.workspace_id, name="Prod"))
        session.add(WatcherParent(watcher_id=watcher.id, parent_id=other.id))
        session.add(Retention(workspace_id=watcher.workspace_id))
        session.add(
            MaintenanceWindow(
                workspace_id=watcher.workspace_id, title="Upgrade", starts_at=NOW, duration_ms=3_600_000,
                rrule="FREQ=WEEKLY;BYDAY=SU", all_watchers=True, next_turn_at=NOW,
            )
        )  # fmt: skip
    await export_workspace(db, "acme", archive, "jsonl")
    return archive


FORGERIES = [
    ("servicewatcher", each_with(url="file:///etc/passwd"), r'"Acme", "Shop": url: only http:// and https://'),
    ("servicewatcher", each_with(url="http://["), "url: "),
    ("servicewatcher", each_with(every_value=5, every_unit="seconds"), "every_value must be between 10 and"),
    ("servicewatcher", each_with(every_value=0), "every_value: must be 1 or more"),
    ("servicewatcher", each_with(every_unit="fortnights"), "every_unit: must be one of"),
    ("servicewatcher", each_with(timeout_ms=0), "timeout_ms: must be 100 or more"),
    ("servicewatcher", each_with(timeout_ms=2**31 - 1), "timeout_ms: must be 60000 or less"),
    ("servicewatcher", each_with(failure_threshold=0), "failure_threshold: must be 1 or more"),
    ("servicewatcher", each_with(degraded_after_ms=60_000), "degraded_after_ms: must not be longer than timeout_ms"),
    ("servicewatcher", each_with(certificate_days=9_999), "certificate_days: must be 365 or less"),
    ("servicewatcher", each_with(kind="shell"), "kind: there is no kind 'shell'"),
    ("servicewatcher", each_with(region="Über all"), "region: "),
    ("servicewatcher", each_with(name="a\nb"), '"a b": name: must be one line'),
    ("servicewatcher", each_with(options="x"), "options: must be a JSON object"),
    ("servicewatcher", options_with(url="http://127.0.0.1/"), "options.url: belongs beside options"),
    ("servicewatcher", options_with(bearer_token="t0ken"), "options.bearer_token: is a secret and not masked"),
    ("servicewatcher", each_with(created_at=2**62), "created_at: must be between 0 and"),
    ("servicewatcher", each_with(version=2**40), "version: must be between 0 and"),
    ("watcherstate", each_with(state=99), "state: must be one of"),
    ("watcherstate", each_with(phase_ms=-5), "phase_ms: must be between 0 and"),
    ("watcherstate", each_with(hour_counts="AP8gYnl0ZXM="), "hour_counts: "),
    ("watcherstate", each_with(accounted_until=0), "accounted_until: must not lie more than ten years back"),
    ("watcherstate", each_with(last_slot=NOW + 99 * DAY_MS), "last_slot: must not lie in the future"),
    ("watcherstate", lambda rows: rows.pop(), "has no row in watcherstate"),
    ("span", lambda rows: rows.clear(), "has 0 rows in span that go on"),
    ("span", each_with(state=5), "state: must be one of"),
    ("healthevent", each_with(status=4), "status: must be one of"),
    ("healthevent", each_with(slot=NOW + 99 * DAY_MS), "slot: must not lie in the future"),
    ("healthevent", lambda rows: rows.append(rows[0]), "its rows do not fit together"),
    ("rollupdaily", each_with(latency_sketch="AP8gYnl0ZXM="), "latency_sketch: not a latency sketch"),
    ("watchertag", each_with(name="a/b"), "name: must not contain a slash"),
    ("watchertag", each_with(folded="Other"), "folded: must be 'prod'"),
    ("maintenancewindow", each_with(rrule="FREQ=SECONDLY"), '"Upgrade": rrule: must have FREQ='),
    ("maintenancewindow", each_with(time_zone="Mars/Olympus"), "must be a time zone such as"),
    ("maintenancewindow", each_with(duration_ms=400 * DAY_MS), "duration_s: must be"),
    ("maintenancewindow", each_with(tags={"a": 1}), "tags: must be a list"),
    ("retention", each_with(keep_events_days=0), "keep_events_days: must be 1 or more"),
    ("retention", each_with(keep_daily_days=1), "keep_daily_days: must be 400 or more"),
    ("workspace", each_with(name="a\nb"), "workspace: name: must be one line"),
    ("workspace", each_with(name="x" * 101), "workspace: name: must have 100 characters at most"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("table", "change", "said"), FORGERIES, ids=lambda value: value if isinstance(value, str) else ""
)
async def test_what_the_api_refuses_is_named_and_nothing_is_imported(
    db: Database, export: Path, table: str, change: Callable[[Rows], None], said: str
) -> None:
    with pytest.raises(ArchiveError, match=said):
        await import_workspace(db, forged(export, table, change), ADA, NOW)
    async with db.read() as session:
        assert len((await session.exec(select(Workspace))).all()) == 1
        assert len((await session.exec(select(ServiceWatcher))).all()) == 2


async def test_watchers_that_wait_for_each_other_are_no_import(db: Database, export: Path) -> None:
    def close_the_ring(rows: Rows) -> None:
        (edge,) = rows
        rows.append({"watcher_id": edge["parent_id"], "parent_id": edge["watcher_id"]})

    with pytest.raises(ArchiveError, match="depends on itself"):
        await import_workspace(db, forged(export, "watcherparent", close_the_ring), ADA, NOW)


async def test_the_schedule_is_made_of_the_configuration_whatever_the_hot_row_says(db: Database, export: Path) -> None:
    forgery = each_with(
        interval_ms=0, phase_ms=7, timeout_ms=1, region="elsewhere", version=9, lease_slot=5, due_at=None
    )
    workspace, _ = await import_workspace(db, forged(export, "watcherstate", forgery), ADA, NOW)
    async with db.read() as session:
        query = (
            select(ServiceWatcher, WatcherState)
            .join(WatcherState)
            .where(col(ServiceWatcher.workspace_id) == workspace.id)
        )
        rows = (await session.exec(query)).all()
        ids = {watcher.id for watcher, _ in rows}
        edges = (await session.exec(select(WatcherParent))).all()
    assert len(ids) == 2
    assert sum({edge.watcher_id, edge.parent_id} == ids for edge in edges) == 1
    for watcher, hot in rows:
        assert (hot.interval_ms, hot.phase_ms) == (60_000, phase_ms(watcher.id, 60_000))
        assert (hot.timeout_ms, hot.region, hot.version) == (watcher.timeout_ms, "default", watcher.version)
        assert (hot.state.label, hot.due_at, hot.lease_slot) == ("paused", None, None)


@pytest.mark.parametrize(
    "days", [[-DAY_MS], [1], [NOW // DAY_MS * DAY_MS + 3 * DAY_MS], [day * DAY_MS for day in range(999)]]
)
async def test_days_without_events_get_no_partitions(db: Database, export: Path, days: list[int]) -> None:
    with pytest.raises(ArchiveError, match="event_days"):
        await import_workspace(db, rewritten(export, manifest_with(event_days=days)), ADA, NOW)


@pytest.mark.parametrize("table", ["statuspage", "channel", "user", "membership"])
async def test_tables_that_no_export_has_are_refused(db: Database, export: Path, table: str) -> None:
    """People, roles, channels, and pages with the proof of their domain come in with a restore alone."""
    with pytest.raises(ArchiveError, match=f"{table} is not as this version exports it"):
        await import_workspace(db, with_another_table(export, table), ADA, NOW)
