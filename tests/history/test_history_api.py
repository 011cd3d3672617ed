"""The API of history: exact sums, pages, filters, and refusals that say what to do."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from healther.core.clock import DAY_MS, HOUR_MS, MINUTE_MS, now_ms, to_utc
from healther.history.ledger import Segment
from healther.history.schemas import DailyPublic, WatcherDailyPublic
from healther.probes.base import Phases
from healther.watchers.states import State
from tests.support.api import Api, Person, where
from tests.support.history import Check, Past, add_change, counted_statements, random_past, write_past

SECONDS = ("healthy_s", "degraded_s", "down_s", "unknown_s", "maintenance_s")


def exact_sum(answer: dict[str, Any]) -> Decimal:
    return sum((Decimal(str(answer[name])) for name in SECONDS), Decimal())


def instant(at_ms: int) -> str:
    return to_utc(at_ms).isoformat()


def window_s(answer: dict[str, Any]) -> Decimal:
    begin, end = (datetime.fromisoformat(answer[name]) for name in ("from", "to"))
    length = end - begin
    return Decimal(length.days * 86_400 + length.seconds) + Decimal(length.microseconds) / 1_000_000


async def watched(api: Api) -> tuple[Person, str, str]:
    """An owner, the path of their workspace and of a watcher in it."""
    owner = await api.person("ada")
    workspace = f"/workspaces/{await owner.workspace()}"
    watcher = await owner.watcher(workspace.rsplit("/", 1)[1])
    return owner, workspace, f"{workspace}/watchers/{watcher['id']}"


def id_of(path: str) -> UUID:
    return UUID(path.rsplit("/", 1)[1])


async def test_the_five_add_up_to_the_window_exactly(api: Api) -> None:
    owner, _, watcher = await watched(api)
    now = now_ms()
    await write_past(api.db, id_of(watcher), random_past(1, now - 3 * DAY_MS - 4_321, now))
    for from_ms, to_ms in ((now - 9 * DAY_MS - 1, now - 777), (now - DAY_MS - 333, now - 5), (now - 1_001, now)):
        answer = (await owner.get(f"{watcher}/uptime", **{"from": instant(from_ms), "to": instant(to_ms)})).json()
        assert exact_sum(answer) == window_s(answer) == Decimal(to_ms - from_ms) / 1000
        assert answer["uptime_percent"] is None or 0 <= answer["uptime_percent"] <= 100


async def test_a_window_that_ends_in_the_future_ends_now_and_says_so(api: Api) -> None:
    owner, _, watcher = await watched(api)
    before = now_ms()
    tomorrow = datetime.fromtimestamp((before + DAY_MS) / 1000, UTC).isoformat()
    answer = (await owner.get(f"{watcher}/uptime", to=tomorrow)).json()
    assert before <= datetime.fromisoformat(answer["to"]).timestamp() * 1000 + 1 <= now_ms() + 1
    assert exact_sum(answer) == window_s(answer)
    assert answer["uptime_percent"] is None


async def test_daily_bars_of_a_watcher_and_of_its_workspace_say_the_same(api: Api) -> None:
    owner, workspace, watcher = await watched(api)
    now = now_ms()
    await write_past(api.db, id_of(watcher), random_past(2, now - 3 * DAY_MS, now))
    for tz in ("UTC", "Europe/Berlin"):
        one = (await owner.get(f"{watcher}/uptime/daily", days=5, tz=tz)).json()
        page = (await owner.get(f"{workspace}/uptime/daily", days=5, tz=tz)).json()
        (item,) = page["items"]
        DailyPublic.model_validate(one)
        WatcherDailyPublic.model_validate(item)
        assert page["next_cursor"] is None
        assert (item.pop("watcher_id"), item.pop("name")) == (str(id_of(watcher)), "Shop")
        # The newest day grows between two requests.
        assert one["days"][:-1] == item["days"][:-1]
        assert (one["tz"], len(one["days"])) == (tz, 5)
        for day in one["days"][:-1]:
            assert exact_sum(day) in (82_800, 86_400, 90_000)


async def test_a_workspace_with_more_watchers_costs_no_query_more(api: Api) -> None:
    owner, workspace, _ = await watched(api)
    with counted_statements(api.db) as for_one:
        await owner.get(f"{workspace}/uptime/daily")
    for name in ("b", "c", "d"):
        await owner.watcher(workspace.rsplit("/", 1)[1], name=name)
    with counted_statements(api.db) as for_four:
        answer = await owner.get(f"{workspace}/uptime/daily")
    assert len(answer.json()["items"]) == 4
    assert len(for_one) == len(for_four)


async def test_a_workspace_s_days_come_in_pages(api: Api) -> None:
    owner, workspace, _ = await watched(api)
    for name in ("b", "Shop", "a"):
        await owner.watcher(workspace.rsplit("/", 1)[1], name=name)
    whole = [item["watcher_id"] for item in (await owner.get(f"{workspace}/uptime/daily")).json()["items"]]
    seen, cursor = [], {}
    while cursor is not None:
        page = (await owner.get(f"{workspace}/uptime/daily", limit=1, **cursor)).json()
        seen += [item["watcher_id"] for item in page["items"]]
        cursor = {"cursor": page["next_cursor"]} if page["next_cursor"] else None
    assert seen == whole
    assert len(set(seen)) == 4


async def some_events(api: Api, watcher: str) -> list[Check]:
    begin = now_ms() - HOUR_MS
    checks = [
        Check(
            begin + n * MINUTE_MS + 40,
            State.HEALTHY,
            12.5,
            Phases(1.0, 2.0, None, 3.0, 4.0),
            slot=begin + n * MINUTE_MS,
        )
        for n in range(10)
    ]
    checks[3] = Check(checks[3].at, State.DOWN, None, Phases(dns_ms=1.0), checks[3].slot, "timeout", "took too long")
    checks[7] = Check(checks[7].at, State.DEGRADED, 900.0, Phases(), checks[7].slot, "slow", "answered in 900 ms")
    past = Past([Segment(State.HEALTHY, begin, now_ms())], checks, now_ms(), begin)
    await write_past(api.db, id_of(watcher), past)
    return checks


async def test_events_come_newest_first_page_by_page(api: Api) -> None:
    owner, _, watcher = await watched(api)
    checks = await some_events(api, watcher)
    seen, cursor = [], {}
    while cursor is not None:
        page = (await owner.get(f"{watcher}/events", limit=4, **cursor)).json()
        seen += page["items"]
        cursor = {"cursor": page["next_cursor"]} if page["next_cursor"] else None
    assert [datetime.fromisoformat(event["created_at"]) for event in seen] == [to_utc(c.at) for c in reversed(checks)]
    healthy, down = seen[0], seen[6]
    assert (healthy["status"], healthy["response_time_ms"], healthy["tls_ms"]) == ("healthy", 12.5, None)
    assert (down["status"], down["reason"], down["message"]) == ("down", "timeout", "took too long")
    assert down["response_time_ms"] is None


async def test_events_are_filtered_by_status_and_time(api: Api) -> None:
    owner, _, watcher = await watched(api)
    checks = await some_events(api, watcher)

    async def statuses(**query: object) -> list[str]:
        answer = await owner.get(f"{watcher}/events", **query)
        return [event["status"] for event in answer.json()["items"]]

    assert await statuses(status="down") == ["down"]
    assert await statuses(status=["down", "degraded"]) == ["degraded", "down"]
    assert len(await statuses(status=["healthy", "down"])) == 9
    assert await statuses(status="unknown") == []
    begin, end = instant(checks[3].at), instant(checks[7].at)
    assert await statuses(**{"from": begin, "to": end}) == ["healthy", "healthy", "healthy", "down"]
    assert await statuses(**{"from": begin, "to": end, "status": "degraded"}) == []


async def test_changes_come_newest_first_page_by_page(api: Api) -> None:
    owner, _, watcher = await watched(api)
    begin = now_ms() - HOUR_MS
    spoken = {"http_version": "1.1", "tls_version": "TLSv1.3", "tls_cipher": "TLS_AES_256_GCM_SHA384"}
    seen_by = {"address": "192.0.2.7", "certificate": "ab" * 32, **spoken}
    for n in range(5):
        states = (State.HEALTHY, State.DOWN) if n % 2 else (State.DOWN, State.HEALTHY)
        # Dated back: two changes may carry the same time, but never the same slot.
        columns = {"slot": begin + n, "reason": "timeout", **seen_by}
        await add_change(api.db, id_of(watcher), begin + n // 2 * 1_000, *states, **columns)
    seen, cursor = [], {}
    while cursor is not None:
        page = (await owner.get(f"{watcher}/changes", limit=2, **cursor)).json()
        seen += page["items"]
        cursor = {"cursor": page["next_cursor"]} if page["next_cursor"] else None
    assert len({change["id"] for change in seen}) == len(seen) == 5
    times = [datetime.fromisoformat(change["at"]) for change in seen]
    assert times == sorted(times, reverse=True)
    assert {(change["from_state"], change["to_state"]) for change in seen} == {("healthy", "down"), ("down", "healthy")}
    assert {(change["address"], change["certificate_sha256"]) for change in seen} == {("192.0.2.7", "ab" * 32)}
    assert all(change.items() >= spoken.items() for change in seen)


async def test_latency_is_a_point_a_step_empty_ones_included(api: Api) -> None:
    owner, _, watcher = await watched(api)
    checks = await some_events(api, watcher)
    query = {"from": instant(checks[0].at), "to": instant(checks[9].at + 1), "step": "1m"}
    answer = (await owner.get(f"{watcher}/latency", **query)).json()
    assert answer["step"] == "1m"
    assert [point["checks"] for point in answer["points"]].count(1) == 10
    healthy = next(point for point in answer["points"] if point["measured"])
    assert healthy["p50_ms"] == pytest.approx(12.5, rel=0.01)
    assert (healthy["dns_ms"], healthy["tls_ms"], healthy["transfer_ms"]) == (1.0, None, 4.0)
    down = next(point for point in answer["points"] if point["checks"] and not point["measured"])
    assert (down["p50_ms"], down["dns_ms"]) == (None, None)
    hourly = (await owner.get(f"{watcher}/latency", step="1h")).json()
    assert sum(point["checks"] for point in hourly["points"]) == 10


async def test_percentiles_of_a_hundred_known_times_are_within_what_the_sketch_promises(api: Api) -> None:
    owner, _, watcher = await watched(api)
    begin = now_ms() - 2 * HOUR_MS
    begin -= begin % HOUR_MS
    checks = [
        Check(begin + n * 30_000, State.HEALTHY, float(n), Phases(None, 1.0, None, n - 1.0, 0.0), begin + n * 30_000)
        for n in range(1, 101)
    ]
    past = Past([Segment(State.HEALTHY, begin, now_ms())], checks, now_ms(), begin)
    await write_past(api.db, id_of(watcher), past)
    query = {"from": instant(begin), "to": instant(begin + HOUR_MS), "step": "1h"}
    (point,) = (await owner.get(f"{watcher}/latency", **query)).json()["points"]
    assert point["checks"] == point["measured"] == 100
    assert [point[name] for name in ("p50_ms", "p95_ms", "p99_ms")] == pytest.approx([50, 95, 99], rel=0.02)


UNANSWERABLE: list[tuple[str, dict[str, str], str]] = [
    ("uptime", {"from": "2026-01-31T00:00:00"}, "query.from"),
    ("uptime", {"from": "2999-01-31T00:00:00Z"}, "query.from"),
    ("uptime", {"to": "0001-01-01T00:00:00+14:00"}, "query.to"),
    ("uptime", {"to": "9999-12-31T23:59:59Z", "from": "9999-12-31T00:00:00-12:00"}, "query.to"),
    ("uptime/daily", {"tz": "Mars/Olympus"}, "query.tz"),
    ("uptime/daily", {"days": "367"}, "query.days"),
    ("latency", {"step": "2m"}, "query.step"),
    ("latency", {"step": "1m", "from": "2020-01-01T00:00:00Z"}, "query.step"),
    ("events", {"status": "paused"}, "query.status.0"),
    ("events", {"from": "2026-01-31T00:00:00Z", "to": "2026-01-30T00:00:00Z"}, "query.from"),
    ("events", {"cursor": "nonsense"}, "query.cursor"),
    ("events", {"cursor": "Wzk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5XQ"}, "query.cursor"),
    ("events", {"limit": "0"}, "query.limit"),
]


async def test_a_question_that_cannot_be_answered_names_the_field(sqlite_api: Api) -> None:
    owner, _, watcher = await watched(sqlite_api)
    for path, query, field in UNANSWERABLE:
        assert where(await owner.get(f"{watcher}/{path}", **query)) == [field], (path, query)


async def test_somebody_else_s_watcher_is_not_there(sqlite_api: Api) -> None:
    _, _, watcher = await watched(sqlite_api)
    stranger = await sqlite_api.person("eve")
    own = f"/workspaces/{await stranger.workspace('Other')}/watchers/{id_of(watcher)}"
    for path in ("events", "changes", "uptime", "uptime/daily", "latency"):
        assert (await stranger.get(f"{watcher}/{path}")).status_code == 404
        assert (await stranger.get(f"{own}/{path}")).status_code == 404
