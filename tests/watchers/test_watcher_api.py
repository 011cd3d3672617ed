"""Watchers through the API: made, read, changed, and what that does to their schedule."""

from uuid import UUID

from sqlmodel import select

from healther.core.clock import now_ms
from healther.history.models import Span
from healther.watchers.cadence import phase_ms
from healther.watchers.models import WatcherState
from healther.watchers.regions import say_served
from healther.watchers.secrets import MASK
from healther.watchers.states import State
from tests.support.api import Api, Json, Person, where

PUBLIC_FIELDS = {
    "id", "workspace_id", "name", "kind", "url", "expected_status", "expected_body", "options", "every_value",
    "every_unit", "region", "region_served", "failure_threshold", "recovery_threshold", "degraded_after_ms",
    "certificate_days", "timeout_ms", "tags", "depends_on", "version", "created_at", "updated_at", "paused_at", "state",
    "since", "last_checked_at", "last_response_time_ms", "last_reason", "last_message", "next_check_at",
    "certificate_not_after", "missed_slots", "maintenance", "flapping_since", "settles_at",
}  # fmt: skip
WRONG_CREATIONS: list[tuple[Json, list[str]]] = [
    ({"url": "file:///etc/passwd"}, ["body.url"]),
    ({"url": "ftp://example.org/"}, ["body.url"]),
    ({"url": "gopher://x:70/"}, ["body.url"]),
    ({"url": "http://user:pw@example.org/"}, ["body.url"]),
    ({"url": "http://2130706433/"}, ["body.url"]),
    ({"url": "http://;id/"}, ["body.url"]),
    ({"url": "http://a\x00b/"}, ["body.url"]),
    ({"url": "x" * 3_000}, ["body.url"]),
    ({"name": "a\r\nb"}, ["body.name"]),
    ({"name": None}, ["body.name"]),
    ({"kind": "carrier-pigeon"}, ["body.kind"]),
    ({"every_value": 0}, ["body.every_value"]),
    ({"every_value": 9, "every_unit": "seconds"}, ["body.every_value"]),
    ({"every_value": 53, "every_unit": "weeks"}, ["body.every_value"]),
    ({"every_unit": "fortnights"}, ["body.every_unit"]),
    ({"every_value": 10, "every_unit": "seconds", "timeout_ms": 11_000}, ["body.timeout_ms"]),
    ({"timeout_ms": 99}, ["body.timeout_ms"]),
    ({"timeout_ms": 60_001}, ["body.timeout_ms"]),
    ({"failure_threshold": 0}, ["body.failure_threshold"]),
    ({"failure_threshold": 11}, ["body.failure_threshold"]),
    ({"recovery_threshold": 11}, ["body.recovery_threshold"]),
    ({"degraded_after_ms": 0}, ["body.degraded_after_ms"]),
    ({"certificate_days": 366}, ["body.certificate_days"]),
    ({"region": "EU West"}, ["body.region"]),
    ({"region": "mars"}, ["body.region"]),
    ({"expected_status": "9xx"}, ["body.expected_status"]),
    ({"expected_body": "/(/"}, ["body.expected_body"]),
    ({"expected_body": "a\x00b"}, ["body.expected_body"]),
    ({"options": {"nope": 1}}, ["body.options.nope"]),
    ({"options": {"max_redirects": 99}}, ["body.options.max_redirects"]),
    ({"options": {"url": "http://b/"}}, ["body.options.url"]),
    ({"options": {"bearer_token": MASK}}, ["body.options.bearer_token"]),
    ({"options": []}, ["body.options"]),
    ({"workspace_id": "01a209c3-4d4f-77a1-9ccc-47d635fc90f9"}, ["body.workspace_id"]),
    ({"sealed_options": "x"}, ["body.sealed_options"]),
    ({"paused_at": None}, ["body.paused_at"]),
]
WRONG_CHANGES: list[tuple[Json, list[str]]] = [
    ({"url": None}, ["body.url"]),
    ({"timeout_ms": None}, ["body.timeout_ms"]),
    ({"timeout_ms": 60_000, "every_value": 30, "every_unit": "seconds"}, ["body.timeout_ms"]),
    ({"every_unit": "weeks", "every_value": 53}, ["body.every_value"]),
    ({"kind": "http"}, ["body.kind"]),
    ({"url": "file:///etc/passwd"}, ["body.url"]),
    ({"version": 9}, ["body.version"]),
    ({"state": "healthy"}, ["body.state"]),
]


async def hot_row(api: Api, watcher: Json) -> WatcherState:
    async with api.db.read() as session:
        return await session.get_one(WatcherState, UUID(watcher["id"]))


async def test_a_new_watcher_is_pending_due_at_once_and_unknown_in_its_ledger(
    api: Api, ada: Person, watchers: str
) -> None:
    before = now_ms()
    answer = await ada.post(watchers, {"name": "Shop", "url": "http://127.0.0.1:9/", "every_value": 5})
    assert answer.status_code == 201
    watcher = answer.json()
    assert watcher.keys() == PUBLIC_FIELDS
    assert (watcher["state"], watcher["last_checked_at"], watcher["paused_at"]) == ("pending", None, None)
    assert (watcher["kind"], watcher["expected_status"], watcher["region"]) == ("http", "200-299", "default")
    assert api.waker.woken == [UUID(watcher["id"])]
    assert (await ada.get(f"{watchers}/{watcher['id']}")).json() == watcher

    row = await hot_row(api, watcher)
    assert row.due_at is not None
    assert before <= row.due_at <= now_ms()
    assert row.since == row.accounted_until == row.due_at
    assert (row.interval_ms, row.phase_ms) == (300_000, phase_ms(UUID(watcher["id"]), 300_000))
    async with api.db.read() as session:
        span = (await session.exec(select(Span))).one()
    assert (span.started_at, span.ended_at, span.state) == (row.since, None, State.UNKNOWN)


async def test_a_wrong_field_of_a_watcher_is_named(sqlite_api: Api) -> None:
    ada = await sqlite_api.person("ada")
    path = f"/workspaces/{await ada.workspace()}/watchers"
    for changes, fields in WRONG_CREATIONS:
        answer = await ada.post(path, {"name": "Shop", "url": "http://127.0.0.1:9/"} | changes)
        assert where(answer) == fields, changes
    assert sqlite_api.waker.woken == []


async def test_errors_of_headers_do_not_repeat_their_values(sqlite_api: Api) -> None:
    ada = await sqlite_api.person("ada")
    body = {"name": "Shop", "url": "http://a/", "options": {"headers": {"X-Key": "hush\r\nhush"}, "client_key": "hush"}}
    answer = await ada.post(f"/workspaces/{await ada.workspace()}/watchers", body)
    assert answer.status_code == 422
    assert "hush" not in answer.text


async def check_under_way(api: Api, watcher: Json) -> WatcherState:
    """As after a claim, with a failure waiting for its confirmation."""
    async with api.db.write() as session:
        row = await session.get_one(WatcherState, UUID(watcher["id"]))
        row.state, row.fence, row.lease_slot, row.due_at = State.HEALTHY, 5, 1_000, now_ms() + 25_000
        row.down_run, row.down_since, row.impaired_run, row.impaired_since = 1, 900, 1, 900
        row.certificate_not_after = 10**13
        session.add(row)
    return row


async def test_a_changed_probe_is_checked_at_once_and_old_results_no_longer_count(
    api: Api, ada: Person, watchers: str
) -> None:
    watcher = await ada.watcher(watchers.split("/")[2])
    await check_under_way(api, watcher)
    api.waker.woken.clear()
    before = now_ms()
    answer = await ada.patch(f"{watchers}/{watcher['id']}", {"url": "http://127.0.0.1:10/"})
    assert answer.json()["version"] == 2
    row = await hot_row(api, watcher)
    assert (row.fence, row.lease_slot, row.version) == (6, None, 2)
    assert row.due_at is not None
    assert before <= row.due_at <= now_ms()
    assert (row.down_run, row.down_since, row.impaired_run, row.impaired_since) == (0, None, 0, None)
    assert row.certificate_not_after is None
    assert row.state == State.HEALTHY, "believed until something else is seen"
    assert api.waker.woken == [row.watcher_id]


async def test_a_changed_cadence_moves_the_schedule_and_keeps_the_runs(api: Api, ada: Person, watchers: str) -> None:
    watcher = await ada.watcher(watchers.split("/")[2])
    await check_under_way(api, watcher)
    await say_served(api.db, "eu", now_ms())
    await ada.patch(f"{watchers}/{watcher['id']}", {"every_value": 2, "every_unit": "hours", "region": "eu"})
    row = await hot_row(api, watcher)
    assert (row.interval_ms, row.region, row.down_run, row.fence, row.lease_slot) == (7_200_000, "eu", 1, 6, None)
    assert row.phase_ms == phase_ms(row.watcher_id, 7_200_000)


async def test_a_new_name_does_not_disturb_a_check_under_way(api: Api, ada: Person, watchers: str) -> None:
    watcher = await ada.watcher(watchers.split("/")[2])
    before = await check_under_way(api, watcher)
    api.waker.woken.clear()
    await ada.patch(f"{watchers}/{watcher['id']}", {"name": "Shop 2"})
    row = await hot_row(api, watcher)
    assert (row.fence, row.lease_slot, row.due_at) == (before.fence, before.lease_slot, before.due_at)
    assert api.waker.woken == []


async def test_a_wrong_change_is_named_and_changes_nothing(sqlite_api: Api) -> None:
    ada = await sqlite_api.person("ada")
    workspace_id = await ada.workspace()
    watcher = await ada.watcher(workspace_id)
    path = f"/workspaces/{workspace_id}/watchers/{watcher['id']}"
    for changes, fields in WRONG_CHANGES:
        assert where(await ada.patch(path, changes)) == fields, changes
    assert (await ada.get(path)).json() == watcher


async def test_null_takes_back_what_is_optional(sqlite_api: Api) -> None:
    ada = await sqlite_api.person("ada")
    workspace_id = await ada.workspace()
    watcher = await ada.watcher(workspace_id, expected_body="ok", degraded_after_ms=500)
    path = f"/workspaces/{workspace_id}/watchers/{watcher['id']}"
    changed = (await ada.patch(path, {"expected_body": None, "degraded_after_ms": None})).json()
    assert (changed["expected_body"], changed["degraded_after_ms"]) == (None, None)


async def test_the_kinds_of_check_come_with_their_forms(sqlite_api: Api) -> None:
    ada = await sqlite_api.person("ada")
    kinds = {kind["kind"]: kind["json_schema"] for kind in (await ada.get("/probe-kinds")).json()}
    assert kinds["http"]["properties"]["bearer_token"]["writeOnly"] is True
    assert (await sqlite_api.client().get("/probe-kinds")).status_code == 401
