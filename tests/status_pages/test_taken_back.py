"""What is taken back is not sent from memory: pages unpublished, moved or locked, here or by another process."""

import asyncio
from uuid import UUID

import pytest

from healther.status_pages import pages
from healther.status_pages.entry import Entry
from healther.status_pages.models import StatusPage
from healther.status_pages.snapshot import Ref
from tests.status_pages.conftest import Clock
from tests.support.api import Api, Json
from tests.support.history import counted_statements
from tests.support.status_pages import look, make_page, pages_of, workspace_with

PAGE = "/status/acme"


async def test_what_is_written_here_is_forgotten_at_once(api: Api) -> None:
    owner, workspace, (shop,) = await workspace_with(api, "Shop")
    made = await make_page(owner, workspace, [shop], custom_domain="status.example.org")
    path = f"/workspaces/{workspace}/status-pages/{made['id']}"
    forms = ("", ".json", "/feed.atom", "/embed", "/card.png")
    own = "/status/acme-status"

    async def codes(page: str) -> set[int]:
        return {(await look(api, page + form)).status_code for form in forms}

    assert await codes(own) == await codes(PAGE) == {200}
    await owner.patch(path, {"slug": "moved", "custom_domain": "other.example.org"})
    assert (await codes(own), await codes("/status/moved")) == ({404}, {200})
    assert "Acme status" in (await look(api, "/", host="other.example.org")).text
    assert "Acme status" not in (await look(api, "/", host="status.example.org")).text
    await owner.patch(path, {"is_published": False})
    assert await codes("/status/moved") == {404}
    assert "Acme status" not in (await look(api, "/", host="other.example.org")).text
    assert await codes(PAGE) == {200}
    await owner.patch(f"/workspaces/{workspace}", {"is_public": False})
    assert await codes(PAGE) == {404}


async def test_a_refused_write_forgets_nothing(api: Api) -> None:
    owner, workspace, _ = await workspace_with(api, "Shop")
    await look(api, PAGE)
    assert (await owner.patch(f"/workspaces/{workspace}", {"name": ""})).status_code == 422
    assert (await api.client().patch(f"/workspaces/{workspace}", json={"is_public": False})).status_code == 401
    with counted_statements(api.db) as statements:
        assert (await look(api, PAGE)).status_code == 200
    assert statements == []


async def test_what_was_being_read_during_a_write_is_not_kept(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    owner, workspace, (shop,) = await workspace_with(api, "Shop")
    made = await make_page(owner, workspace, [shop])
    reading, written = asyncio.Event(), asyncio.Event()
    original = Entry.render_like

    async def held(self: Entry, before: Entry | None) -> None:
        reading.set()
        await written.wait()
        await original(self, before)

    monkeypatch.setattr(Entry, "render_like", held)
    early = asyncio.create_task(look(api, "/status/acme-status"))
    await reading.wait()
    await owner.patch(f"/workspaces/{workspace}/status-pages/{made['id']}", {"is_published": False})
    written.set()
    await early
    assert (await look(api, "/status/acme-status")).status_code == 404


async def written_elsewhere(api: Api, made: Json, **fields: object) -> None:
    """As another process does."""
    async with api.db.write() as session:
        page = await session.get_one(StatusPage, UUID(made["id"]))
        page.sqlmodel_update({**fields, "version": page.version + 1})


@pytest.mark.parametrize("also_looked_at", [False, True])
async def test_after_a_pause_a_page_is_compared_before_it_is_sent(
    api: Api, clock: Clock, *, also_looked_at: bool
) -> None:
    owner, workspace, (shop,) = await workspace_with(api, "Shop")
    made = await make_page(owner, workspace, [shop])
    forms = ("", ".json", "/feed.atom")
    for form in forms:
        assert (await look(api, f"/status/acme-status{form}")).status_code == 200
    await look(api, PAGE)
    await written_elsewhere(api, made, is_published=False)
    clock.moved_s += 1.6
    if also_looked_at:
        # A comparison was made just now, without the page that nobody looked at.
        pages_of(api)._entries[Ref(UUID(workspace), UUID(made["id"]))].used = False
        await look(api, PAGE)
    answers = await asyncio.gather(*(look(api, f"/status/acme-status{form}") for form in forms * 3))
    assert {answer.status_code for answer in answers} == {404}


async def test_a_page_in_use_is_sent_at_once_while_it_is_compared_and_that_once_a_second(
    api: Api, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await workspace_with(api, "Shop")
    first = await look(api, PAGE)
    compared = 0
    let_go = asyncio.Event()
    original = pages.fingerprints

    async def counted(*arguments: object) -> object:
        nonlocal compared
        compared += 1
        await let_go.wait()
        return await original(*arguments)

    monkeypatch.setattr(pages, "fingerprints", counted)
    clock.moved_s += 1.1
    for _ in range(5):
        assert (await look(api, PAGE)).text == first.text
    let_go.set()
    task = pages_of(api)._check_task
    assert task is not None
    await task
    for _ in range(5):
        assert (await look(api, PAGE)).text == first.text
    assert compared == 1
