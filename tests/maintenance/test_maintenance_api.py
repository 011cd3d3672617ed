"""Maintenance windows through the API, from the wire to the ledger, the watcher and the page."""

from uuid import UUID

import pytest
from sqlmodel import select

from healther.accounts.models import AuditEntry
from healther.core.clock import HOUR_MS, now_ms, to_utc
from healther.maintenance.models import MaintenanceWindow
from healther.monitoring.maintenance_turn import look_around, take_turns
from healther.watchers.states import State
from tests.support.api import Api, Json, Person, where
from tests.support.results import check_many
from tests.support.status_pages import pages_compared
from tests.support.watchers import state_of


async def desk(api: Api) -> tuple[Person, str, str]:
    owner = await api.person("owner")
    workspace = await owner.workspace("Acme")
    watcher = await owner.watcher(workspace, name="Shop", tags=["Prod"])
    return owner, f"/workspaces/{workspace}", watcher["id"]


def at(offset_ms: int) -> str:
    return to_utc(now_ms() + offset_ms).isoformat()


async def made(owner: Person, base: str, **fields: object) -> Json:
    answer = await owner.post(f"{base}/maintenance", {"title": "Upgrade", "starts_at": at(-1_000), **fields})
    assert answer.status_code == 201, answer.text
    window: Json = answer.json()
    return window


async def test_a_running_window_stands_beside_what_is_believed_and_hides_nothing(api: Api) -> None:
    owner, base, watcher_id = await desk(api)
    page = (await owner.post(f"{base}/status-pages", {"title": "Acme", "slug": "acme"})).json()
    assert page["slug"] == "acme", page
    sections = [{"name": "", "components": [{"watcher_id": watcher_id, "name": "Till"}]}]
    assert (await owner.patch(f"{base}/status-pages/{page['id']}", {"sections": sections})).status_code == 200
    window = await made(owner, base, tags=["PROD"], page_ids=[page["id"]], description="A new switch.")
    assert (window["status"], window["tags"], window["page_ids"]) == ("running", ["prod"], [page["id"]])
    await take_turns(api.db, now_ms())

    await check_many(api.db, [UUID(watcher_id)], now_ms(), State.HEALTHY)
    shown = (await owner.get(f"{base}/watchers/{watcher_id}")).json()
    assert shown["state"] == "healthy"
    assert (shown["maintenance"]["window_id"], shown["maintenance"]["title"]) == (window["id"], "Upgrade")
    assert shown["maintenance"]["until"] == window["running"]["ends_at"]
    (line,) = (await owner.get(f"{base}/overview")).json()["watchers"]
    assert (line["state"], line["maintenance"]) == ("healthy", shown["maintenance"])
    public = (await api.client(base="").get("/status/acme.json")).json()
    (component,) = public["sections"][0]["components"]
    assert (component["state"], component["in_maintenance"], public["state"]) == ("maintenance", True, "maintenance")
    (told,) = public["maintenance"]
    assert (told["title"], told["running"], told["components"]) == ("Upgrade", True, ["till"])
    html = (await api.client(base="").get("/status/acme")).text
    assert "Under way" in html
    assert "A new switch." in html
    assert "A new switch." in (await api.client(base="").get("/status/acme/feed.atom")).text

    await check_many(api.db, [UUID(watcher_id)], now_ms() + 1, State.DOWN)
    await pages_compared(api)
    public = (await api.client(base="").get("/status/acme.json")).json()
    (component,) = public["sections"][0]["components"]
    assert (component["state"], component["in_maintenance"], public["state"]) == ("down", True, "down")

    ended = await owner.post(f"{base}/maintenance/{window['id']}/end")
    assert (ended.status_code, ended.json()["status"]) == (200, "over")
    await take_turns(api.db, now_ms())
    assert (await owner.get(f"{base}/watchers/{watcher_id}")).json()["maintenance"] is None
    assert (await owner.post(f"{base}/maintenance/{window['id']}/end")).status_code == 409
    async with api.db.read() as session:
        actions = [each.action for each in await session.exec(select(AuditEntry))]
    assert {"maintenance.create", "maintenance.end"} <= set(actions)


async def test_watchers_come_and_go_while_a_window_runs(sqlite_api: Api) -> None:
    owner, base, _ = await desk(sqlite_api)
    await made(owner, base, tags=["prod"], duration_s=None)
    other = await owner.watcher(base.rpartition("/")[2], name="Blog")
    await take_turns(sqlite_api.db, now_ms())

    async def inside() -> bool:
        await take_turns(sqlite_api.db, now_ms())
        return (await state_of(sqlite_api.db, UUID(other["id"]))).in_maintenance

    assert not await inside()
    await owner.patch(f"{base}/watchers/{other['id']}", {"tags": ["prod"]})
    assert await inside()
    body = {"ids": [other["id"]], "action": "untag", "tags": ["prod"]}
    assert (await owner.post(f"{base}/watchers/bulk", body)).status_code == 200
    assert not await inside()
    new = await owner.watcher(base.rpartition("/")[2], name="New", tags=["prod"])
    await take_turns(sqlite_api.db, now_ms())
    assert (await state_of(sqlite_api.db, UUID(new["id"]))).in_maintenance
    # A renamed tag is told by nobody; the loop looks around now and then.
    await owner.patch(f"{base}/tags/prod", {"name": "live"})
    await look_around(sqlite_api.db, now_ms())
    await take_turns(sqlite_api.db, now_ms())
    assert not (await state_of(sqlite_api.db, UUID(new["id"]))).in_maintenance


async def test_a_deleted_window_ends_and_is_gone_once_the_ledger_knows(sqlite_api: Api) -> None:
    owner, base, watcher_id = await desk(sqlite_api)
    window = await made(owner, base, watcher_ids=[watcher_id])
    await take_turns(sqlite_api.db, now_ms())
    assert (await owner.delete(f"{base}/maintenance/{window['id']}")).status_code == 204
    assert (await owner.get(f"{base}/maintenance/{window['id']}")).status_code == 404
    assert (await owner.get(f"{base}/maintenance")).json()["items"] == []
    await take_turns(sqlite_api.db, now_ms())
    assert not (await state_of(sqlite_api.db, UUID(watcher_id))).in_maintenance
    async with sqlite_api.db.read() as session:
        assert (await session.exec(select(MaintenanceWindow))).all() == []


async def test_a_window_moved_while_it_runs_ends_now_and_begins_again_then(sqlite_api: Api) -> None:
    owner, base, watcher_id = await desk(sqlite_api)
    window = await made(owner, base, all_watchers=True)
    await take_turns(sqlite_api.db, now_ms())
    moved = await owner.patch(f"{base}/maintenance/{window['id']}", {"starts_at": at(HOUR_MS)})
    assert (moved.status_code, moved.json()["status"], moved.json()["version"]) == (200, "upcoming", 2)
    await take_turns(sqlite_api.db, now_ms())
    assert not (await state_of(sqlite_api.db, UUID(watcher_id))).in_maintenance
    await take_turns(sqlite_api.db, now_ms() + HOUR_MS)
    assert (await state_of(sqlite_api.db, UUID(watcher_id))).in_maintenance


async def test_a_preview_says_when_a_rule_comes_about_whatever_clocks_do(sqlite_api: Api) -> None:
    owner, base, _ = await desk(sqlite_api)
    body = {
        "starts_at": "2030-03-24T01:30:00Z",
        "duration_s": 3600,
        "rrule": "freq=weekly;byday=SU;count=3",
        "time_zone": "Europe/Berlin",
    }
    answer = await owner.post(f"{base}/maintenance/preview", body)
    assert answer.status_code == 200, answer.text
    assert answer.json() == {
        "rrule": "FREQ=WEEKLY;BYDAY=SU;COUNT=3",
        "occurrences": [
            {"starts_at": "2030-03-24T01:30:00Z", "ends_at": "2030-03-24T02:30:00Z"},
            # 02:30 is skipped that night: with the offset before the change it is 03:30.
            {"starts_at": "2030-03-31T01:30:00Z", "ends_at": "2030-03-31T02:30:00Z"},
            {"starts_at": "2030-04-07T00:30:00Z", "ends_at": "2030-04-07T01:30:00Z"},
        ],
    }


@pytest.mark.parametrize(
    ("fields", "place", "says"),
    [
        ({"watcher_ids": []}, "body.watcher_ids", "covers nothing yet"),
        ({"watcher_ids": ["01a209c3-4d4f-77a1-9ccc-47d635fc90f7"]}, "body.watcher_ids.0", "no watcher of this"),
        ({"page_ids": ["01a209c3-4d4f-77a1-9ccc-47d635fc90f7"]}, "body.page_ids.0", "no status page of this"),
        ({"time_zone": "Berlin"}, "body.time_zone", "Europe/Berlin"),
        ({"time_zone": "right/Europe/Berlin"}, "body.time_zone", "on every machine"),
        ({"starts_at": "2020-01-01T00:00:00Z"}, "body.starts_at", "is over already"),
        ({"rrule": "FREQ=MINUTELY"}, "body.rrule", "more often than hourly is not taken"),
        ({"rrule": "FREQ=DAILY", "duration_s": None}, "body.duration_s", "7 days"),
        ({"rrule": "FREQ=DAILY;BYHOUR=25"}, "body.rrule", "from 0 to 23"),
    ],
)
async def test_what_cannot_be_is_refused_in_words(
    sqlite_api: Api, fields: dict[str, object], place: str, says: str
) -> None:
    owner, base, _ = await desk(sqlite_api)
    body = {"title": "Upgrade", "starts_at": at(HOUR_MS), "all_watchers": "watcher_ids" not in fields, **fields}
    answer = await owner.post(f"{base}/maintenance", body)
    assert answer.status_code == 422, answer.text
    assert where(answer) == [place]
    assert says in answer.json()["errors"][0]["message"]
