"""The overview: what its one call says is what the calls for each watcher say, in a fixed number of queries."""

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from healther.core.clock import DAY_MS, HOUR_MS, MINUTE_MS, now_ms, to_ms, to_utc
from healther.core.db import Database
from healther.history.overview.past import Pasts
from healther.history.overview.schemas import OverviewPublic
from healther.history.overview.service import overview
from healther.watchers.cadence import CadenceUnit
from healther.watchers.models import Flapping, ServiceWatcher, WatcherState
from healther.watchers.regions import say_served
from healther.watchers.states import State
from tests.support.api import Api, Json, Person, joined
from tests.support.history import Check, Past, counted_statements, random_past, write_past
from tests.support.watchers import add_watcher

NOW = now_ms() // HOUR_MS * HOUR_MS + 25 * MINUTE_MS
LETTERS = {"healthy": "h", "degraded": "d", "down": "x", "maintenance": "m", "unknown": "u"}


@pytest.fixture
async def ada(api: Api) -> Person:
    return await api.person("ada")


async def past_watchers(db: Database, count: int) -> list[tuple[ServiceWatcher, Past]]:
    """Watchers with random pasts, from hours to months long."""
    made = []
    for seed in range(count):
        start = NOW - (100, 1, 3, 40)[seed % 4] * DAY_MS - seed * HOUR_MS - 1234
        watcher = await add_watcher(db, start)
        past = random_past(seed, start, NOW, checks=200)
        # Maintenance is in ledgers; no watcher's own state says it.
        past.segments[-1] = past.segments[-1]._replace(state=(State.HEALTHY, State.DOWN)[seed % 2])
        await write_past(db, watcher.id, past)
        made.append((watcher, past))
    return made


async def seen(db: Database, workspace_id: UUID, pasts: Pasts, now: int) -> dict[str, Json]:
    """The overview's watchers by id, held against its schema."""
    async with db.read() as session:
        _, body = await overview(session, workspace_id, pasts, now)
    parsed = OverviewPublic.model_validate_json(body)
    assert sum(parsed.counts.values()) == len(parsed.watchers)
    return {str(each.id): each.model_dump(mode="json") for each in parsed.watchers}


async def test_every_line_says_what_the_watcher_s_own_pages_say(
    api: Api, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await past_watchers(api.db, 12)
    async with api.db.write() as session:
        session.add(Flapping(watcher_id=made[1][0].id, since=NOW - HOUR_MS, settles_at=NOW + MINUTE_MS))
    home = await joined(api, ada)
    monkeypatch.setattr("healther.accounts.deps.now_ms", lambda: NOW)
    pasts = Pasts()
    for _ in ("cold", "warm"):
        shown = await seen(api.db, made[0][0].workspace_id, pasts, NOW)
        assert shown.keys() == {str(watcher.id) for watcher, _ in made}
        for watcher, _ in made:
            await compare(ada, f"{home}/watchers/{watcher.id}", shown[str(watcher.id)])
        flapping = [key for key, line in shown.items() if line["flapping_since"] is not None]
        assert flapping == [str(made[1][0].id)]
    listed = (await ada.get(f"{home}/watchers")).json()["items"]
    one = (await ada.get(f"{home}/watchers/{flapping[0]}")).json()
    assert instant(one["settles_at"]) == to_utc(NOW + MINUTE_MS)
    assert [each["settles_at"] for each in listed if each["flapping_since"]] == [one["settles_at"]]


async def compare(ada: Person, path: str, line: dict[str, Any]) -> None:
    """One line of the overview against everything else that can be asked of the watcher."""
    one = (await ada.get(path)).json()
    for name in ("name", "kind", "url", "tags", "state", "last_reason", "last_message", "last_response_time_ms"):
        assert line[name] == one[name], name
    for name in ("since", "last_checked_at", "next_check_at", "certificate_not_after", "created_at", "flapping_since"):
        assert instant(line[name]) == instant(one[name]), name
    daily = (await ada.get(f"{path}/uptime/daily", days=90)).json()
    assert line["uptime_90d_percent"] == daily["uptime_percent"]
    created = to_ms(datetime.fromisoformat(one["created_at"]))
    days = [
        "-" if (NOW - NOW % DAY_MS) - (89 - index) * DAY_MS + DAY_MS <= created else LETTERS[day["state"]]
        for index, day in enumerate(daily["days"])
    ]
    assert line["days"] == "".join(days)
    window = {"from": to_utc(NOW - DAY_MS).isoformat(), "to": to_utc(NOW).isoformat()}
    assert line["uptime_24h_percent"] == (await ada.get(f"{path}/uptime", **window)).json()["uptime_percent"]
    window["from"] = to_utc(NOW - NOW % HOUR_MS - 23 * HOUR_MS).isoformat()
    latency = (await ada.get(f"{path}/latency", step="1h", **window)).json()
    assert line["latency_24h"] == [point["p50_ms"] for point in latency["points"]]


def instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


async def test_hours_that_pass_are_added_to_what_is_remembered(db: Database) -> None:
    start = NOW - 2 * DAY_MS
    watcher = await add_watcher(db, start)
    whole = random_past(3, start, NOW + 2 * DAY_MS, checks=400)
    pasts = Pasts()
    for step in range(0, 48, 5):
        now = NOW + step * HOUR_MS
        await rewrite(db, watcher.id, whole, now)
        remembered = await seen(db, watcher.workspace_id, pasts, now)
        assert remembered == await seen(db, watcher.workspace_id, Pasts(), now), step


@pytest.mark.parametrize("ahead_ms", [HOUR_MS, DAY_MS, 3 * 365 * DAY_MS])
async def test_what_a_clock_that_is_ahead_lets_go_of_is_back_when_it_is_right(db: Database, ahead_ms: int) -> None:
    """R12: a process that was asked meanwhile shows the same days and hours as one that was not."""
    (watcher, _), pasts = (await past_watchers(db, 1))[0], Pasts()
    for now in (NOW, NOW + ahead_ms, NOW):
        found = await seen(db, watcher.workspace_id, pasts, now)
        assert found == await seen(db, watcher.workspace_id, Pasts(), now)


async def rewrite(db: Database, watcher_id: UUID, whole: Past, now: int) -> None:
    """The part of the past up to `now`, as the recorder would have left it then."""
    segments = [each._replace(end=min(each.end, now)) for each in whole.segments if each.start < now]
    checks: list[Check] = [check for check in whole.checks if check.at < now]
    part = Past(segments, checks, now, accounted_until=now - now % HOUR_MS, known_until=now + MINUTE_MS)
    async with db.write_connection() as connection:
        for table in ("rollupdaily", "rolluphourly", "healthevent"):
            await connection.exec_driver_sql(f"DELETE FROM {table}")
    await write_past(db, watcher_id, part)


async def test_a_watcher_nobody_looks_after_is_unknown_since_then(db: Database) -> None:
    watcher = await add_watcher(db, NOW - 2 * DAY_MS)
    await rewrite(db, watcher.id, random_past(5, NOW - 2 * DAY_MS, NOW, checks=20), NOW)
    async with db.write() as session:
        row = await session.get_one(WatcherState, watcher.id)
        row.state, row.since, row.known_until = State.HEALTHY, NOW - 3 * HOUR_MS, NOW - HOUR_MS
        session.add(row)
    line = (await seen(db, watcher.workspace_id, Pasts(), NOW))[str(watcher.id)]
    assert line["state"] == "unknown"
    assert instant(line["since"]) == to_utc(NOW - HOUR_MS)


async def test_a_region_nobody_checks_is_told(db: Database) -> None:
    watcher = await add_watcher(db, NOW)
    assert not (await seen(db, watcher.workspace_id, Pasts(), NOW))[str(watcher.id)]["region_served"]
    await say_served(db, watcher.region, NOW)
    assert (await seen(db, watcher.workspace_id, Pasts(), NOW))[str(watcher.id)]["region_served"]


async def test_queries_do_not_grow_with_the_watchers(db: Database) -> None:
    counts = []
    for more in (3, 9):
        made = await past_watchers(db, more)
        pasts = Pasts()
        for _ in ("cold", "warm"):
            with counted_statements(db) as statements:
                await seen(db, made[0][0].workspace_id, pasts, NOW)
            counts.append(len(statements))
    cold, warm, cold_again, warm_again = counts
    assert (cold, warm) == (cold_again, warm_again)
    assert cold <= 9
    assert warm == 5


async def test_names_with_markup_arrive_as_they_are(api: Api, ada: Person) -> None:
    workspace_id = await ada.workspace()
    nasty = '<img src=x onerror=alert(1)> "\\ é \U0001f600'
    await ada.watcher(workspace_id, name=nasty, tags=["<script>", '"'])
    [line] = (await ada.get(f"/workspaces/{workspace_id}/overview")).json()["watchers"]
    assert (line["name"], line["tags"]) == (nasty, ['"', "<script>"])
    assert line["days"] == "-" * 89 + "u"


async def test_what_has_not_changed_is_not_sent_again(api: Api, ada: Person) -> None:
    path = f"/workspaces/{await ada.workspace()}"
    watcher = await ada.watcher(path.rpartition("/")[2])
    await ada.post(f"{path}/watchers/{watcher['id']}/pause")
    first = await ada.get(f"{path}/overview")
    assert first.json()["counts"]["paused"] == 1
    assert first.headers["Cache-Control"] == "private, no-cache"
    http = ada.http
    again = await http.get(f"{path}/overview", headers={"If-None-Match": f'"x", W/{first.headers["ETag"]}'})
    assert (again.status_code, again.content) == (304, b"")
    await ada.patch(f"{path}/watchers/{watcher['id']}", {"name": "Renamed"})
    changed = await http.get(f"{path}/overview", headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200


async def test_a_large_overview_is_sent_small(sqlite_api: Api) -> None:
    ada = await sqlite_api.person("ada")
    workspace_id = await ada.workspace()
    for number in range(4):
        await ada.watcher(workspace_id, name=f"Shop {number}")
    path, tags, bodies = f"/workspaces/{workspace_id}/overview", set(), set()
    for encoding in ("br", "gzip", "identity"):
        answer = await ada.http.get(path, headers={"Accept-Encoding": encoding})
        assert answer.headers.get("Content-Encoding", "identity") == encoding
        assert len(answer.json()["watchers"]) == 4
        tags.add(answer.headers["ETag"])
        bodies.add(answer.headers["Content-Length"])
    assert (len(tags), len(bodies)) == (3, 3)


async def test_an_empty_workspace_has_an_overview(ada: Person) -> None:
    found = (await ada.get(f"/workspaces/{await ada.workspace()}/overview")).json()
    assert found["watchers"] == []
    assert set(found["counts"].values()) == {0}


async def test_a_watcher_checked_rarely_shows_the_hour_it_was_checked_in(db: Database) -> None:
    start = NOW - DAY_MS
    watcher = await add_watcher(db, start, every_value=12, every_unit=CadenceUnit.HOURS)
    past = random_past(1, start, NOW, checks=0)
    past.checks.append(Check(NOW - 5 * HOUR_MS, State.HEALTHY, 80.0))
    await write_past(db, watcher.id, past)
    line = (await seen(db, watcher.workspace_id, Pasts(), NOW))[str(watcher.id)]
    assert [round(each) if each else None for each in line["latency_24h"]] == [None] * 18 + [80] + [None] * 5
