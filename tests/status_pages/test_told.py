"""Incidents on status pages: what people published, in every form of a page, and nothing else (S8, S11)."""

from uuid import UUID
from xml.etree import ElementTree

import pytest
from sqlalchemy import update
from sqlmodel import col

from healther.core.clock import now_ms
from healther.core.markdown import to_html
from healther.incidents.models import Hold, Incident, IncidentEntry, IncidentMember
from healther.status_pages.schemas_page import PublicStatusPage
from healther.status_pages.words import ENGLISH
from healther.watchers.states import State
from tests.support.api import Api, Json, Person
from tests.support.canaries import every_id, plant
from tests.support.public_surface import NOT_TEXT, PAYLOADS, PUBLIC_COLUMNS, forms, inert
from tests.support.results import check_many
from tests.support.status_pages import live_through, look, make_page, text_of, workspace_with

# Words of closed lists, and what people publish: that of updates alone, as a test of its own shows.
TOLD_COLUMNS = {
    "incident.impact", "incident.stage", "incident.severity", "incidentmember.impact", "incidententry.kind",
    "incidententry.stage", "incidententry.body",
}  # fmt: skip


class Published:
    """A public page with one service, and incidents told on it."""

    def __init__(self, api: Api, owner: Person, workspace: str, shop: Json, page: Json) -> None:
        self.api = api
        self.owner = owner
        self.base = f"/workspaces/{workspace}/incidents"
        self.shop = shop
        self.page = page

    @property
    def on_it(self) -> Json:
        return {"page_ids": [self.page["id"]]}

    async def opens(self, impact: str = "down", **fields: object) -> Json:
        components = [{"watcher_id": self.shop["id"], "impact": impact}]
        body = {"title": "Payments fail", "components": components, **self.on_it, **fields}
        answer = await self.owner.post(self.base, body)
        assert answer.status_code == 201, answer.text
        made: Json = answer.json()
        return made

    async def says(self, incident: Json, body: str, stage: str | None = None) -> None:
        answer = await self.owner.post(f"{self.base}/{incident['id']}/updates", {"body": body, "stage": stage})
        assert answer.status_code == 201, answer.text

    async def fails(self) -> Json:
        """The service goes down by itself; its incident, on no page yet."""
        await check_many(self.api.db, [UUID(self.shop["id"])], now_ms(), State.DOWN)
        found: Json = (await self.owner.get(self.base)).json()["items"][0]
        return found

    async def json(self) -> Json:
        answer = await look(self.api, "/status/acme-status.json")
        PublicStatusPage.model_validate_json(answer.content)
        shown: Json = answer.json()
        return shown

    async def html(self) -> str:
        return (await look(self.api, "/status/acme-status")).text


@pytest.fixture
async def published(api: Api, compared_always: None) -> Published:
    return await _published(api)


@pytest.fixture
async def sqlite_published(sqlite_api: Api, compared_always: None) -> Published:
    return await _published(sqlite_api)


async def _published(api: Api) -> Published:
    owner, workspace, (shop,) = await workspace_with(api, "Shop at db-7.internal")
    sections = [{"components": [{"watcher_id": shop["id"], "name": "Shop", "key": "shop"}]}]
    return Published(api, owner, workspace, shop, await make_page(owner, workspace, [], sections=sections))


async def test_an_open_incident_stands_on_top_and_colours_what_it_concerns(published: Published) -> None:
    await check_many(published.api.db, [UUID(published.shop["id"])], now_ms(), State.HEALTHY)
    assert (await published.json())["state"] == "healthy"
    incident = await published.opens("degraded", body="We are **on** it.")
    shown = await published.json()
    assert (shown["state"], shown["sections"][0]["components"][0]["state"]) == ("degraded", "degraded")
    (story,) = shown["incidents"]
    assert (story["title"], story["impact"], story["stage"]) == ("Payments fail", "degraded", "investigating")
    assert (story["components"], story["resolved_at"]) == (["shop"], None)
    await published.says(incident, "The provider is down.", "identified")
    html = await published.html()
    text = text_of(html)
    assert text.index("Payments fail") < text.index("The provider is down.") < text.index("We are on it.")
    assert "<strong>on</strong>" in html
    assert "Concerns Shop" in text
    assert (await look(published.api, "/badge/acme-status/shop.json")).json()["message"] == "Degraded"
    done = await published.owner.post(f"{published.base}/{incident['id']}/resolve", {"body": "All is well."})
    assert done.status_code == 200
    shown = await published.json()
    assert (shown["state"], shown["incidents"][0]["stage"]) == ("healthy", "resolved")
    text = text_of(await published.html())
    assert text.index("Last 14 days") < text.index("Payments fail") < text.index("All is well.")


async def test_a_service_that_joins_an_open_incident_later_is_told_of_too(published: Published) -> None:
    workspace = f"/workspaces/{published.shop['workspace_id']}"
    blog = await published.owner.watcher(published.shop["workspace_id"], name="Blog at db-8.internal")
    shown = [{"watcher_id": each["id"], "name": name} for each, name in ((published.shop, "Shop"), (blog, "Blog"))]
    page = f"{workspace}/status-pages/{published.page['id']}"
    assert (await published.owner.patch(page, {"sections": [{"components": shown}]})).status_code == 200
    incident = await published.opens("down")
    assert "Concerns Shop" in text_of(await published.html())
    for impact in ("degraded", "down"):
        components = [{"watcher_id": blog["id"], "impact": impact}]
        changed = await published.owner.patch(f"{published.base}/{incident['id']}", {"components": components})
        assert changed.status_code == 200
        page_now = await published.json()
        assert page_now["sections"][0]["components"][1]["state"] == impact
        assert page_now["incidents"][0]["components"] == ["blog", "shop"]
        assert "Concerns Blog, Shop" in text_of(await published.html())


async def test_of_several_those_that_are_back_are_named_apart_with_how_long_it_took(published: Published) -> None:
    workspace = f"/workspaces/{published.shop['workspace_id']}"
    blog = await published.owner.watcher(published.shop["workspace_id"], name="Blog at db-8.internal")
    shown = [{"watcher_id": each["id"], "name": name} for each, name in ((published.shop, "Shop"), (blog, "Blog"))]
    page = f"{workspace}/status-pages/{published.page['id']}"
    assert (await published.owner.patch(page, {"sections": [{"components": shown}]})).status_code == 200
    impacts = ((published.shop, "degraded"), (blog, "down"))
    components = [{"watcher_id": each["id"], "impact": impact} for each, impact in impacts]
    incident = await published.opens(components=components)
    async with published.api.db.write() as session:
        left = update(IncidentMember).where(col(IncidentMember.watcher_id) == UUID(blog["id"]))
        await session.exec(left.values(left_at=col(IncidentMember.joined_at) + 140_000))
    (story,) = (await published.json())["incidents"]
    assert (story["impact"], story["components"]) == ("degraded", ["shop"])
    assert story["back"] == [{"component": "blog", "duration_s": 140.0}]
    assert "Concerns Shop · Back: Blog (2 min 20 s)" in text_of(await published.html())
    listed = (await published.owner.get(published.base, status="open")).json()["items"]
    assert [(each["impact"], each["members"], each["members_open"]) for each in listed] == [("degraded", 2, 1)]
    for watcher, count in ((published.shop, 1), (blog, 0)):
        theirs = await published.owner.get(published.base, status="open", watcher_id=watcher["id"])
        assert len(theirs.json()["items"]) == count, watcher["name"]
    await published.owner.post(f"{published.base}/{incident['id']}/resolve", {})
    (story,) = (await published.json())["incidents"]
    assert (story["components"], [each["component"] for each in story["back"]]) == (["blog", "shop"], ["blog", "shop"])


def test_what_subscribers_hear_at_the_end_names_each_with_how_long_it_took() -> None:
    back = [("blog", "Blog", 140_000), ("shop", "Shop", 1_200_000)]
    said = ENGLISH.concerning(("Blog", "Shop"), back, over=True)
    assert said == ["Concerns Blog (2\u00a0min 20\u00a0s), Shop (20\u00a0min)"]
    assert ENGLISH.concerning(("Blog", "Shop"), [(*each[:2], 5) for each in back], over=True) == ["Concerns Blog, Shop"]


async def test_what_is_down_is_down_whatever_people_say(published: Published) -> None:
    await published.fails()
    await published.opens("degraded")
    assert (await published.json())["sections"][0]["components"][0]["state"] == "down"
    incident = await published.opens("none")
    await published.owner.post(f"{published.base}/{incident['id']}/resolve", {})
    assert (await published.json())["state"] == "down"


async def test_what_flaps_is_unstable_whatever_it_is_at_the_moment(published: Published) -> None:
    incident = await published.fails()
    path = f"{published.base}/{incident['id']}"
    assert (await published.owner.patch(path, published.on_it)).status_code == 200
    shown = await published.json()
    assert [(each["title"], each["impact"], each["flapping"]) for each in shown["incidents"]] == [
        ("Shop is down", "down", False)
    ]
    for impact in ("down", "none"):
        async with published.api.db.write() as session:
            held = update(Incident).values(hold=Hold.FLAPPING, version=col(Incident.version) + 1)
            await session.exec(held.where(col(Incident.id) == UUID(incident["id"])))
            await session.exec(update(IncidentMember).values(impact=impact))
        shown = await published.json()
        assert [(each["title"], each["impact"], each["flapping"]) for each in shown["incidents"]] == [
            ("Shop keeps failing and coming back", "degraded", True)
        ]
        text = text_of(await published.html())
        assert "Shop keeps failing and coming back" in text
        assert "Unstable" in text
    assert shown["sections"][0]["components"][0]["state"] == "down", "what it is at the moment is not hidden"


async def test_an_incident_on_no_page_shows_nowhere_until_it_is_published_and_after_it_is_not(
    published: Published,
) -> None:
    incident = await published.fails()
    assert (await published.json())["incidents"] == []
    path = f"{published.base}/{incident['id']}"
    assert (await published.owner.patch(path, published.on_it)).status_code == 200
    (story,) = (await published.json())["incidents"]
    # What healther calls it by itself names the watcher as people call it inside.
    assert story["title"] == "Shop is down"
    assert "internal" not in await published.html()
    found = (await published.owner.patch(path, {"page_ids": []})).json()
    assert found["pages"] == []
    assert (await published.json())["incidents"] == []


async def test_the_feed_has_an_entry_for_every_update(published: Published) -> None:
    incident = await published.opens(body="First & **foremost**")
    await published.says(incident, "Second", "monitoring")
    answer = await look(published.api, "/status/acme-status/feed.atom")
    atom = "{http://www.w3.org/2005/Atom}"
    entries = ElementTree.fromstring(answer.text).findall(f"{atom}entry")
    assert [each.findtext(f"{atom}title") for each in entries] == [
        "Payments fail: Monitoring",
        "Payments fail: Investigating",
    ]
    content = entries[1].find(f"{atom}content")
    assert content is not None
    assert (content.get("type"), content.text) == ("html", to_html("First & **foremost**"))
    assert len({each.findtext(f"{atom}id") for each in entries}) == 2


async def test_a_post_mortem_is_public_once_it_is_published(published: Published) -> None:
    incident = await published.opens()
    path = f"{published.base}/{incident['id']}"
    await published.owner.patch(path, {"post_mortem": "A *disk* was full.", "root_cause": "canary: Eve forgot"})
    await published.owner.post(f"{path}/resolve", {})
    assert "disk" not in await published.html()
    await published.owner.patch(path, {"post_mortem_published": True})
    assert "A <em>disk</em> was full." in await published.html()
    assert (await published.json())["incidents"][0]["post_mortem_html"] == "<p>A <em>disk</em> was full.</p>"
    assert "canary" not in await published.html()


async def test_s8_canaries_in_what_is_private_of_an_incident_are_in_no_form_of_a_page(published: Published) -> None:
    incident = await published.fails()
    await published.owner.patch(f"{published.base}/{incident['id']}", published.on_it)
    await published.owner.post(f"{published.base}/{incident['id']}/acknowledge")
    await published.says(incident, "We see it.", "identified")
    await published.says(incident, "a note")
    async with published.api.db.write_connection() as connection:
        planted = await plant(connection, PUBLIC_COLUMNS | NOT_TEXT | TOLD_COLUMNS)
        ids = await every_id(connection)
        hidden = update(IncidentEntry).where(col(IncidentEntry.kind) != "update")
        await connection.execute(hidden.values(body="canary"))
    assert {"incident.title", "incident.root_cause", "incident.post_mortem", "incident.acknowledged_by"} <= set(planted)
    assert {"incident.cause", "incidententry.actor", "incidententry.facts", "incidentmember.message"} <= set(planted)
    assert "We see it." in await published.html()
    for path in forms("acme-status", "shop"):
        body = (await look(published.api, path)).content.lower()
        assert b"canary" not in body, path
        assert not [each for each in ids if str(each).encode() in body or each.hex.encode() in body], path


async def test_s11_payloads_in_an_incident_come_out_inert(sqlite_published: Published) -> None:
    for payload in PAYLOADS:
        if "\u2066" not in payload:
            incident = await sqlite_published.opens(title=payload, body=payload)
            await sqlite_published.says(incident, payload, "resolved")
    await sqlite_published.opens(title=PAYLOADS[0], body="all of them")
    async with sqlite_published.api.db.write() as session:
        # One of them is refused by now, and may be there from before.
        everything = update(IncidentEntry).where(col(IncidentEntry.body) == "all of them")
        found = await session.exec(everything.values(body="\n\n".join(PAYLOADS)))
        assert found.rowcount == 1
    assert inert(await sqlite_published.html())
    feed = (await look(sqlite_published.api, "/status/acme-status/feed.atom")).text
    tags = {element.tag.partition("}")[2] for element in ElementTree.fromstring(feed).iter()}
    assert not tags & {"script", "img", "b", "x"}


async def test_german_pages_tell_in_german(sqlite_published: Published) -> None:
    path = sqlite_published.base.replace("incidents", f"status-pages/{sqlite_published.page['id']}")
    assert (await sqlite_published.owner.patch(path, {"language": "de"})).status_code == 200
    incident = await sqlite_published.fails()
    await sqlite_published.owner.patch(f"{sqlite_published.base}/{incident['id']}", sqlite_published.on_it)
    text = text_of(await sqlite_published.html())
    assert "Vorfälle Shop ist ausgefallen Ausfall Wird untersucht, seit" in text
    assert "Betrifft Shop" in text


async def test_a_page_that_tells_nothing_says_nothing_of_incidents(sqlite_published: Published) -> None:
    await live_through(sqlite_published.api, sqlite_published.shop, State.HEALTHY)
    html = await sqlite_published.html()
    assert "<article" not in html
    assert 'data-state="none"' in html
