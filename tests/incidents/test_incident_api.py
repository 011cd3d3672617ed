"""What people do with incidents through the API."""

from uuid import UUID

import pytest
from sqlmodel import col, select

from healther.accounts.models import AuditEntry
from healther.core.clock import now_ms
from healther.watchers.states import State
from tests.support.api import Api, Json, Person, where
from tests.support.results import check_many


class Desk:
    """An owner at a workspace with two watchers."""

    def __init__(self, api: Api, owner: Person, workspace: str, watchers: list[Json]) -> None:
        self.api = api
        self.owner = owner
        self.base = f"/workspaces/{workspace}/incidents"
        self.workspace = workspace
        self.watchers = watchers

    async def fails(self, number: int = 0, status: State = State.DOWN) -> Json:
        """A watcher goes down; its incident."""
        await check_many(self.api.db, [UUID(self.watchers[number]["id"])], now_ms(), status)
        return (await self.list(watcher_id=self.watchers[number]["id"]))[0]

    async def recovers(self, number: int = 0) -> None:
        """It answers again."""
        await check_many(self.api.db, [UUID(self.watchers[number]["id"])], now_ms(), State.HEALTHY)

    async def list(self, **params: object) -> list[Json]:
        """The incidents, as listed."""
        answer = await self.owner.get(self.base, **params)
        assert answer.status_code == 200, answer.text
        items: list[Json] = answer.json()["items"]
        return items

    async def get(self, incident: Json) -> Json:
        """One of them, in full."""
        answer = await self.owner.get(f"{self.base}/{incident['id']}")
        assert answer.status_code == 200, answer.text
        found: Json = answer.json()
        return found

    async def opens(self, **fields: object) -> Json:
        """One by hand."""
        answer = await self.owner.post(self.base, {"title": "Payments fail", **fields})
        assert answer.status_code == 201, answer.text
        made: Json = answer.json()
        return made

    async def does(self, incident: Json, verb: str, body: Json | None = None, *, expect: int = 200) -> Json:
        """A verb on one of them."""
        answer = await self.owner.post(f"{self.base}/{incident['id']}/{verb}", body)
        assert answer.status_code == expect, answer.text
        done: Json = answer.json()
        return done


@pytest.fixture
async def desk(api: Api) -> Desk:
    owner = await api.person("ada")
    workspace = await owner.workspace()
    return Desk(api, owner, workspace, [await owner.watcher(workspace, name=name) for name in ("Shop", "Blog")])


@pytest.fixture
async def sqlite_desk(sqlite_api: Api) -> Desk:
    owner = await sqlite_api.person("ada")
    workspace = await owner.workspace()
    return Desk(sqlite_api, owner, workspace, [await owner.watcher(workspace, name=name) for name in ("Shop", "Blog")])


def kinds(incident: Json) -> list[str]:
    """The timeline's kinds, oldest first."""
    return [entry["kind"] for entry in reversed(incident["timeline"]["items"])]


async def test_an_incident_tells_what_failed_since_when_and_why(desk: Desk) -> None:
    listed = await desk.fails()
    assert (listed["title"], listed["severity"], listed["impact"]) == ("Shop is down", "major", "down")
    assert (listed["members"], listed["members_open"], listed["resolved_at"]) == (1, 1, None)
    found = await desk.get(listed)
    (member,) = found["watchers"]["items"]
    assert (member["name"], member["impact"], member["reason"]) == ("Shop", "down", "connect_refused")
    assert member["watcher_id"] == desk.watchers[0]["id"]
    assert kinds(found) == ["detected", "confirmed"]
    await desk.recovers()
    found = await desk.get(listed)
    assert kinds(found) == ["detected", "confirmed", "recovered", "resolved"]
    assert found["resolved_at"] is not None
    assert found["stage"] == "resolved"


async def test_acknowledging_says_who_once_and_can_be_taken_back(desk: Desk) -> None:
    incident = await desk.fails()
    taken = await desk.does(incident, "acknowledge")
    assert taken["acknowledged_by"] == "Ada"
    again = await desk.does(incident, "acknowledge")
    assert again["acknowledged_at"] == taken["acknowledged_at"]
    assert (await desk.does(incident, "unacknowledge"))["acknowledged_by"] is None
    assert kinds(await desk.get(incident))[2:] == ["acknowledged", "unacknowledged"]
    await desk.recovers()
    await desk.does(incident, "acknowledge", expect=409)


async def test_one_by_hand_concerns_several_is_told_and_resolved_by_people(desk: Desk) -> None:
    shop, blog = (watcher["id"] for watcher in desk.watchers)
    made = await desk.opens(
        severity="critical",
        stage="identified",
        body="The *provider* is down.",
        components=[{"watcher_id": shop, "impact": "down"}, {"watcher_id": blog, "impact": "degraded"}],
    )
    assert (made["origin"], made["impact"], made["severity"], made["members"]) == ("manual", "down", "critical", 2)
    assert kinds(made) == ["opened", "update"]
    update = made["timeline"]["items"][0]
    assert (update["actor"], update["stage"]) == ("Ada", "identified")
    assert update["body"] == "The *provider* is down."
    assert update["body_html"] == "<p>The <em>provider</em> is down.</p>"
    await desk.fails()
    await desk.recovers()
    assert (await desk.get(made))["resolved_at"] is None
    done = await desk.does(made, "resolve", {"body": "It is back."})
    assert (done["stage"], done["members_open"]) == ("resolved", 0)
    await desk.does(made, "resolve", {}, expect=409)
    back = await desk.does(made, "reopen", {"body": "Not quite."})
    assert (back["resolved_at"], back["stage"], back["members_open"]) == (None, "investigating", 2)
    await desk.does(made, "reopen", {}, expect=409)


async def test_updates_move_the_stage_notes_do_not_and_both_can_be_put_in_other_words(desk: Desk) -> None:
    incident = await desk.fails()
    await desk.does(incident, "updates", {"stage": "monitoring", "body": "Fixed."}, expect=201)
    found = await desk.does(incident, "updates", {"body": "Call Eve <script>"}, expect=201)
    assert found["stage"] == "monitoring"
    note = found["timeline"]["items"][0]
    assert (note["kind"], note["stage"]) == ("note", None)
    assert "<script" not in note["body_html"]
    path = f"{desk.base}/{incident['id']}/updates/{note['id']}"
    assert (await desk.owner.patch(path, {"body": "Call Bob"})).status_code == 200
    timeline = (await desk.get(incident))["timeline"]["items"]
    assert timeline[0]["kind"] == "edited"
    assert timeline[0]["facts"] == {"entry_id": note["id"], "before": "Call Eve <script>"}
    assert (timeline[1]["body"], timeline[1]["edited_at"] is not None) == ("Call Bob", True)
    detected = timeline[-1]
    assert (
        await desk.owner.patch(f"{desk.base}/{incident['id']}/updates/{detected['id']}", {"body": "x"})
    ).status_code == 404
    assert where(await desk.owner.post(f"{desk.base}/{incident['id']}/updates", {"body": ""})) == ["body.body"]


async def test_what_is_down_is_not_resolved_by_saying_so(desk: Desk) -> None:
    incident = await desk.fails()
    for verb, body in (("resolve", {}), ("updates", {"stage": "resolved", "body": "All good"})):
        answer = await desk.owner.post(f"{desk.base}/{incident['id']}/{verb}", body)
        assert answer.status_code == 409
        assert "Still impaired: Shop" in answer.json()["detail"]
    await desk.fails(status=State.UNKNOWN)
    assert (await desk.does(incident, "resolve", {}))["stage"] == "resolved"
    assert (await desk.fails())["id"] != incident["id"]


async def test_a_reopened_one_is_peoples_and_a_new_failure_has_its_own(desk: Desk) -> None:
    incident = await desk.fails()
    await desk.recovers()
    await desk.does(incident, "reopen", {})
    fresh = await desk.fails()
    assert fresh["id"] != incident["id"]
    await desk.recovers()
    assert [each["id"] for each in await desk.list(status="open")] == [incident["id"]]
    await desk.does(incident, "resolve", {})
    assert await desk.list(status="open") == []


async def test_people_change_title_severity_impact_and_write_what_happened(desk: Desk) -> None:
    incident = await desk.fails()
    path = f"{desk.base}/{incident['id']}"
    changes = {
        "title": "Checkout is down",
        "severity": "critical",
        "components": [{"watcher_id": desk.watchers[1]["id"], "impact": "degraded"}],
        "root_cause": "A **disk** was full.",
    }
    found = (await desk.owner.patch(path, changes)).json()
    assert (found["title"], found["severity"], found["members_open"]) == ("Checkout is down", "critical", 2)
    assert found["root_cause_html"] == "<p>A <strong>disk</strong> was full.</p>"
    assert found["timeline"]["items"][0]["facts"]["changes"] == {
        "title": ["Shop is down", "Checkout is down"],
        "severity": ["major", "critical"],
        "root_cause": True,
        "components": {"Blog": [None, "degraded"]},
    }
    assert where(await desk.owner.patch(path, {"post_mortem_published": True})) == ["body.post_mortem"]
    found = (await desk.owner.patch(path, {"post_mortem": "We learned.", "post_mortem_published": True})).json()
    assert found["post_mortem_published_at"] is not None
    assert kinds(found)[-1] == "post_mortem"
    await desk.recovers()
    assert (await desk.get(incident))["members_open"] == 0
    assert where(await desk.owner.patch(path, {"title": None})) == ["body.title"]


async def test_lists_are_filtered_and_go_on_where_they_ended(desk: Desk) -> None:
    started = "2020-01-31T12:00:00Z"
    assert where(await desk.owner.post(desk.base, {"title": "x", "started_at": started})) == ["body.started_at"]
    await desk.fails()
    await desk.recovers()
    await desk.fails(1, State.DEGRADED)
    for number in range(3):
        await desk.opens(title=f"By hand {number}", severity="critical")
    assert len(await desk.list(status="resolved")) == 1
    assert {each["title"] for each in await desk.list(severity="minor")} == {"Blog is degraded"}
    assert len(await desk.list(watcher_id=desk.watchers[0]["id"])) == 1
    assert await desk.list(to="2020-01-01T00:00:00Z") == []
    assert len(await desk.list(**{"from": "2020-01-01T00:00:00Z"})) == 5
    backwards = {"from": "2020-01-02T00:00:00Z", "to": "2020-01-01T00:00:00Z"}
    assert where(await desk.owner.get(desk.base, **backwards)) == ["query.from"]
    assert where(await desk.owner.get(f"/workspaces/{desk.workspace}/audit", **backwards)) == ["query.from"]
    seen: list[str] = []
    cursor = None
    while True:
        page = (await desk.owner.get(desk.base, limit=2, **({"cursor": cursor} if cursor else {}))).json()
        seen += [each["id"] for each in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == [each["id"] for each in await desk.list()]
    assert len(set(seen)) == 5


async def test_a_long_timeline_and_many_members_go_on_under_their_own_addresses(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    incident = await desk.opens(components=[{"watcher_id": each["id"], "impact": "down"} for each in desk.watchers])
    for number in range(5):
        await desk.does(incident, "updates", {"body": f"note {number}"}, expect=201)
    path = f"{desk.base}/{incident['id']}"
    first = (await desk.owner.get(f"{path}/timeline", limit=4)).json()
    rest = (await desk.owner.get(f"{path}/timeline", cursor=first["next_cursor"])).json()
    bodies = [each["body"] for each in [*first["items"], *rest["items"]]]
    assert bodies == ["note 4", "note 3", "note 2", "note 1", "note 0", ""]
    one = (await desk.owner.get(f"{path}/members", limit=1)).json()
    two = (await desk.owner.get(f"{path}/members", cursor=one["next_cursor"])).json()
    assert [each["name"] for each in [*one["items"], *two["items"]]] == ["Blog", "Shop"]


async def test_s6_watchers_and_pages_of_others_are_refused(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    eve = await desk.api.person("eve")
    other = await eve.workspace("Other")
    foreign = await eve.watcher(other)
    page = (await eve.post(f"/workspaces/{other}/status-pages", {"title": "Eve"})).json()
    theirs = {"watcher_id": foreign["id"], "impact": "down"}
    mine = {"watcher_id": desk.watchers[0]["id"], "impact": "down"}
    for fields, place in (
        ({"components": [mine, theirs]}, "body.components.1.watcher_id"),
        ({"components": [mine, mine]}, "body.components.1.watcher_id"),
        ({"page_ids": [page["id"]]}, "body.page_ids.0"),
    ):
        assert where(await desk.owner.post(desk.base, {"title": "x", **fields})) == [place]
    incident = await desk.opens()
    answer = await eve.get(f"/workspaces/{other}/incidents/{incident['id']}")
    assert answer.status_code == 404


async def test_what_people_do_is_in_the_trail(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    incident = await desk.opens()
    await desk.does(incident, "acknowledge")
    await desk.does(incident, "resolve", {})
    async with desk.api.db.read() as session:
        rows = (await session.exec(select(AuditEntry).order_by(col(AuditEntry.id)))).all()
    mine = [(row.action, row.actor, row.object_name) for row in rows if row.object_id == incident["id"]]
    assert mine == [
        (f"incident.{verb}", "ada@example.org", "Payments fail") for verb in ("open", "acknowledge", "resolve")
    ]


async def test_words_prepared_for_updates(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    base = f"/workspaces/{desk.workspace}/update-templates"
    body = {"name": "Provider", "stage": "identified", "body": "**They** know."}
    made = (await desk.owner.post(base, body)).json()
    assert made["body_html"] == "<p><strong>They</strong> know.</p>"
    changed = await desk.owner.http.put(f"{base}/{made['id']}", json={**body, "name": "Our provider"})
    assert changed.status_code == 200
    assert [each["name"] for each in (await desk.owner.get(base)).json()["items"]] == ["Our provider"]
    assert (await desk.owner.delete(f"{base}/{made['id']}")).status_code == 204
    assert (await desk.owner.get(base)).json()["items"] == []


async def test_what_will_be_said_can_be_seen_before_and_is_not_kept(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    answer = await desk.owner.post(f"{desk.base}/preview", {"body": "**Down** <script>alert(1)</script>"})
    assert answer.json() == {"html": "<p><strong>Down</strong> &lt;script&gt;alert(1)&lt;/script&gt;</p>"}
    assert (await desk.owner.get(desk.base)).json()["items"] == []
