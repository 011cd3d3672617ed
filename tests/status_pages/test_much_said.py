"""A page about which much is said: it stays light, says what it leaves out, and holds no other page up (S12)."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.status_pages import pages
from healther.status_pages.read import read_snapshot
from healther.status_pages.schemas_page import PublicStatusPage
from healther.status_pages.source import Source
from healther.status_pages.told import MOST_CHARACTERS, MOST_UPDATES
from tests.support.api import Api, Json, Person
from tests.support.status_pages import look, make_page, text_of, workspace_with

PAGE = "/status/acme-status"


async def told_page(api: Api) -> tuple[Person, str, Json]:
    """An owner, the path of the incidents, and one open on a page."""
    owner, workspace, watchers = await workspace_with(api, "Shop")
    page = await make_page(owner, workspace, watchers)
    base = f"/workspaces/{workspace}/incidents"
    made = await owner.post(base, {"title": "Payments fail", "page_ids": [page["id"]]})
    assert made.status_code == 201, made.text
    return owner, base, made.json()


async def say(owner: Person, path: str, body: str) -> None:
    answer = await owner.post(f"{path}/updates", {"body": body, "stage": "identified"})
    assert answer.status_code == 201, answer.text


async def story_on(api: Api) -> Json:
    answer = await look(api, f"{PAGE}.json")
    PublicStatusPage.model_validate_json(answer.content)
    story: Json = answer.json()["incidents"][0]
    return story


@pytest.mark.usefixtures("compared_always")
async def test_the_newest_updates_of_an_incident_are_told_and_how_many_more_there_are(api: Api) -> None:
    owner, base, incident = await told_page(api)
    for number in range(MOST_UPDATES + 2):
        await say(owner, f"{base}/{incident['id']}", f"Word {number}")
    other = await owner.post(base, {"title": "Mail is late", "page_ids": [incident["pages"][0]["id"]], "body": "Other"})
    assert other.status_code == 201
    shown = (await look(api, f"{PAGE}.json")).json()["incidents"]
    by_title = {each["title"]: each for each in shown}
    story = by_title["Payments fail"]
    said = [update["body_html"] for update in story["updates"]]
    assert said == [f"<p>Word {number}</p>" for number in range(MOST_UPDATES + 1, 1, -1)]
    assert story["updates_left_out"] == 2
    assert (len(by_title["Mail is late"]["updates"]), by_title["Mail is late"]["updates_left_out"]) == (1, 0)
    text = text_of((await look(api, PAGE)).text)
    assert "Older updates that are not shown here: 2" in text
    assert text.count("not shown here") == 1


@pytest.mark.usefixtures("compared_always")
async def test_s12_long_updates_leave_the_page_light(sqlite_api: Api) -> None:
    owner, base, incident = await told_page(sqlite_api)
    path = f"{base}/{incident['id']}"
    for number in range(14):
        await say(owner, path, f"{number} {'& ' * 9000}")
    edited = {"post_mortem": "word " * 3900, "post_mortem_published": True}
    assert (await owner.post(f"{path}/resolve", {"body": "x" * 20_000})).status_code == 200
    assert (await owner.patch(path, edited)).status_code == 200
    story = await story_on(sqlite_api)
    told = sum(len(each["body_html"]) for each in story["updates"]) + len(story["post_mortem_html"])
    assert MOST_CHARACTERS / 2 < told <= MOST_CHARACTERS
    assert story["updates_left_out"] > 0
    page = await look(sqlite_api, PAGE)
    assert len(page.content) < MOST_CHARACTERS + 50_000
    assert "not shown here" in text_of(page.text)


async def test_a_post_mortem_for_which_there_is_no_room_is_missed(
    sqlite_api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("healther.status_pages.told.MOST_CHARACTERS", 100)
    owner, base, incident = await told_page(sqlite_api)
    path = f"{base}/{incident['id']}"
    assert (await owner.post(f"{path}/resolve", {"body": "Over."})).status_code == 200
    edited = {"post_mortem": "word " * 30, "post_mortem_published": True}
    assert (await owner.patch(path, edited)).status_code == 200
    story = await story_on(sqlite_api)
    assert (story["post_mortem_html"], story["post_mortem_left_out"]) == ("", True)
    assert "too long to be shown here" in text_of((await look(sqlite_api, PAGE)).text)


@pytest.mark.usefixtures("compared_always")
async def test_a_page_that_takes_long_to_make_holds_no_other_up(
    sqlite_api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, slow_workspace, _ = await workspace_with(sqlite_api, "Shop")
    other = await sqlite_api.person("bob")
    await other.watcher(await other.workspace("Other", slug="other", is_public=True), name="Blog")
    for slug in ("acme", "other"):
        assert (await look(sqlite_api, f"/status/{slug}")).status_code == 200
    goes_on, begun = asyncio.Event(), asyncio.Event()

    async def slow(session: AsyncSession, source: Source, *arguments: Any) -> object:  # noqa: ANN401 - passed on
        if source.ref.workspace_id == UUID(slow_workspace):
            begun.set()
            await goes_on.wait()
        return await read_snapshot(session, source, *arguments)

    monkeypatch.setattr(pages, "read_snapshot", slow)
    monkeypatch.setattr(pages, "READ_EVERY_S", -1.0)
    waiting = asyncio.create_task(look(sqlite_api, "/status/acme"))
    try:
        await begun.wait()
        async with asyncio.timeout(20):
            for _ in range(2):
                assert "Blog" in (await look(sqlite_api, "/status/other")).text
        assert not waiting.done()
    finally:
        goes_on.set()
        assert "Shop" in (await waiting).text
