"""The public page: what is on it and nothing else (S8), in a fixed number of queries."""

from typing import Any
from uuid import UUID

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from healther.core.clock import DAY_MS, HOUR_MS, MINUTE_MS, now_ms, to_utc
from healther.history.ledger import GAP_GRACE_MS, Segment
from healther.status_pages.schemas import PublicPage
from healther.status_pages.service import overall
from healther.watchers.states import State
from tests.support.api import Api, Person
from tests.support.canaries import every_id, plant
from tests.support.history import Check, Past, add_change, counted_statements, write_past

# Everything that is public. A field more is a decision: make it here first.
PUBLIC_FIELDS = {
    "name",
    "state",
    "watchers[].name",
    "watchers[].state",
    "watchers[].since",
    "watchers[].uptime_percent",
    "watchers[].days[].date",
    "watchers[].days[].state",
    "watchers[].days[].uptime_percent",
    "watchers[].days[].degraded_s",
    "watchers[].days[].down_s",
    "watchers[].days[].maintenance_s",
    "recent_events[].watcher",
    "recent_events[].status",
    "recent_events[].started_at",
    "recent_events[].ended_at",
    "recent_events[].duration_s",
    "recent_events[].reason",
}
PUBLIC_COLUMNS = {"workspace.name", "workspace.slug", "servicewatcher.name", "statechange.reason"}


def fields_of(value: object, path: str = "") -> set[str]:
    if isinstance(value, dict):
        return {field for key, each in value.items() for field in fields_of(each, f"{path}.{key}".lstrip("."))}
    if isinstance(value, list):
        return {field for each in value for field in fields_of(each, f"{path}[]")}
    return {path}


async def published(api: Api, slug: str = "acme", *, is_public: bool = True) -> tuple[Person, str]:
    """An owner and their workspace."""
    owner = await api.person("ada")
    return owner, await owner.workspace("Acme", slug=slug, is_public=is_public)


async def page(api: Api, slug: str = "acme", **headers: str) -> httpx.Response:
    """The page as a stranger gets it."""
    return await api.client().get(f"/public/workspaces/{slug}", headers=headers)


async def with_trouble(api: Api, watcher_id: UUID, *, ended: bool = True, ago_ms: int = HOUR_MS) -> int:
    """Ten days of history with ten minutes of trouble an hour ago (or still going on); when it began."""
    now = now_ms()
    begin, trouble = now - 10 * DAY_MS, now - ago_ms
    segments = [Segment(State.HEALTHY, begin, trouble), Segment(State.DOWN, trouble, trouble + 10 * MINUTE_MS)]
    if ended:
        segments.append(Segment(State.HEALTHY, trouble + 10 * MINUTE_MS, now))
    checks = [Check(trouble, State.DOWN, reason="timeout", message="http://10.0.0.7/ took too long")]
    accounted = (now - 2 * HOUR_MS) // HOUR_MS * HOUR_MS
    await write_past(api.db, watcher_id, Past(segments, checks, now, accounted, known_until=now + MINUTE_MS))
    await add_change(
        api.db,
        watcher_id,
        trouble,
        State.HEALTHY,
        State.DOWN,
        reason="timeout",
        message="http://10.0.0.7/ took too long",
    )
    return trouble


async def test_the_page_shows_states_bars_and_recent_trouble(api: Api) -> None:
    owner, workspace = await published(api)
    watcher = await owner.watcher(workspace, name="Shop")
    await owner.watcher(workspace, name="Blog")
    trouble = await with_trouble(api, UUID(watcher["id"]))
    answer = await page(api)
    assert answer.status_code == 200
    body = answer.json()
    PublicPage.model_validate(body)
    assert (body["name"], body["state"]) == ("Acme", "healthy")
    blog, shop = body["watchers"]
    assert (blog["name"], blog["state"], blog["uptime_percent"]) == ("Blog", "pending", None)
    assert (shop["name"], shop["state"], len(shop["days"])) == ("Shop", "healthy", 90)
    assert 99.9 <= shop["uptime_percent"] < 99.96
    assert sum(day["down_s"] for day in shop["days"]) == 600
    assert [day["state"] for day in shop["days"]].count("unknown") == 79
    (event,) = body["recent_events"]
    assert event["started_at"] == to_utc(trouble).isoformat().replace("+00:00", "Z")
    assert (event["watcher"], event["status"], event["duration_s"], event["reason"]) == ("Shop", "down", 600, "timeout")


async def test_nothing_is_public_that_is_not_on_the_list(api: Api) -> None:
    owner, workspace = await published(api)
    watcher = await owner.watcher(workspace)
    await with_trouble(api, UUID(watcher["id"]))
    assert fields_of((await page(api)).json()) == PUBLIC_FIELDS


async def test_canaries_in_every_private_column_stay_private(api: Api) -> None:
    owner, workspace = await published(api)
    watcher = await owner.watcher(workspace, options={"headers": {"X-Key": "canary"}})
    await with_trouble(api, UUID(watcher["id"]))
    async with api.db.write_connection() as connection:
        planted = await plant(connection, PUBLIC_COLUMNS)
        ids = await every_id(connection)
    assert {"servicewatcher.url", "servicewatcher.options", "healthevent.message", "statechange.message"} <= set(
        planted
    )
    answer = await page(api)
    assert answer.status_code == 200
    assert "canary" not in answer.text
    assert not [each for each in ids if str(each) in answer.text or each.hex in answer.text]


async def test_what_is_not_public_is_the_same_404_as_what_is_not_there(api: Api) -> None:
    owner, workspace = await published(api, "hidden", is_public=False)
    await owner.watcher(workspace)

    def told(answer: httpx.Response) -> dict[str, Any]:
        assert answer.status_code == 404
        return {key: value for key, value in answer.json().items() if key != "request_id"}

    nowhere = told(await page(api, "nowhere"))
    assert told(await page(api, "hidden")) == nowhere
    for slug in ("HIDDEN", "hidden%00", "%27--", "hidden%20", "é"):
        assert told(await page(api, slug)) == nowhere
    await owner.patch(f"/workspaces/{workspace}", {"is_public": True})
    assert (await page(api, "hidden")).status_code == 200
    await owner.patch(f"/workspaces/{workspace}", {"is_public": False})
    assert told(await page(api, "hidden")) == nowhere


async def test_other_workspaces_do_not_show(api: Api) -> None:
    await published(api)
    stranger = await api.person("eve")
    other = await stranger.workspace("Other")
    watcher = await stranger.watcher(other, name="Secret project")
    await with_trouble(api, UUID(watcher["id"]))
    body = (await page(api)).json()
    assert (body["watchers"], body["recent_events"], body["state"]) == ([], [], "unknown")


async def test_more_watchers_cost_no_query_more(api: Api) -> None:
    owner, workspace = await published(api)
    await owner.watcher(workspace)
    with counted_statements(api.db) as for_one:
        await page(api)
    for name in ("b", "c", "d"):
        watcher = await owner.watcher(workspace, name=name)
        await with_trouble(api, UUID(watcher["id"]))
    with counted_statements(api.db) as for_four:
        body = (await page(api)).json()
    assert (len(body["watchers"]), len(body["recent_events"])) == (4, 3)
    assert len(for_one) == len(for_four) <= 8


async def test_an_unchanged_page_is_not_sent_again(api: Api) -> None:
    owner, workspace = await published(api)
    watcher = await owner.watcher(workspace)
    # Days ago: the uptime of a day that goes on with trouble in it grows by a thousandth every few seconds.
    await with_trouble(api, UUID(watcher["id"]), ago_ms=3 * DAY_MS)
    first = await page(api)
    etag = first.headers["ETag"]
    assert "max-age=" in first.headers["Cache-Control"]
    for header in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        again = await page(api, **{"If-None-Match": header})
        assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", etag)
    await owner.post(f"/workspaces/{workspace}/watchers/{watcher['id']}/pause")
    changed = await page(api, **{"If-None-Match": etag})
    assert changed.status_code == 200
    assert changed.json()["watchers"][0]["state"] == "paused"


async def test_trouble_that_goes_on_has_no_end_yet(api: Api) -> None:
    owner, workspace = await published(api)
    watcher = await owner.watcher(workspace)
    await with_trouble(api, UUID(watcher["id"]), ended=False)
    body = (await page(api)).json()
    assert (body["state"], body["watchers"][0]["state"]) == ("down", "down")
    (event,) = body["recent_events"]
    assert (event["ended_at"], event["duration_s"]) == (None, None)


async def test_trouble_nobody_watches_any_more_is_not_said_to_go_on(api: Api) -> None:
    owner, workspace = await published(api)
    watcher = await owner.watcher(workspace)
    now = now_ms()
    known_until = now - GAP_GRACE_MS - MINUTE_MS
    begin = now - HOUR_MS
    past = Past([Segment(State.DOWN, begin, now)], [], now, accounted_until=begin, known_until=known_until)
    await write_past(api.db, UUID(watcher["id"]), past)
    body = (await page(api)).json()
    (event,) = body["recent_events"]
    assert body["watchers"][0]["state"] == "unknown"
    assert event["duration_s"] == (known_until - begin) / 1000


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ({State.HEALTHY, State.MAINTENANCE, State.DOWN}, State.DOWN),
        ({State.HEALTHY, State.DEGRADED, State.UNKNOWN}, State.DEGRADED),
        ({State.HEALTHY, State.UNKNOWN}, State.UNKNOWN),
        ({State.HEALTHY, State.MAINTENANCE}, State.MAINTENANCE),
        ({State.HEALTHY, State.PENDING, State.PAUSED}, State.HEALTHY),
        ({State.PENDING, State.PAUSED}, State.PENDING),
        ({State.PAUSED}, State.UNKNOWN),
        (set(), State.UNKNOWN),
    ],
)
def test_the_page_s_state_is_the_worst_there_is(states: set[State], expected: State) -> None:
    assert overall(states) is expected


@given(st.lists(st.sampled_from(State)))
def test_what_is_down_is_never_hidden(states: list[State]) -> None:
    assert (overall(states) is State.DOWN) == (State.DOWN in states)
