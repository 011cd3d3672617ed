"""How pages are served: from memory, compared with the database, bounded, and still there while it is away."""

import asyncio

import httpx
import pytest

from healther.status_pages import entry, pages
from healther.status_pages.pages import StatusPages
from healther.watchers.states import State
from tests.support.api import Api
from tests.support.history import counted_statements
from tests.support.status_pages import cut_off, live_through, look, make_page, pages_of, text_of, workspace_with

PAGE = "/status/acme"


@pytest.mark.parametrize("encoding", ["br", "gzip", "identity"])
@pytest.mark.parametrize("path", [PAGE, f"{PAGE}.json", f"{PAGE}/feed.atom", "/badge/acme/shop.svg"])
async def test_what_a_client_has_already_is_not_sent_again(sqlite_api: Api, path: str, encoding: str) -> None:
    await workspace_with(sqlite_api, "Shop")
    plain = await look(sqlite_api, path, Accept_Encoding="identity")
    for _ in range(2):
        first = await look(sqlite_api, path, Accept_Encoding=encoding)
        assert (first.status_code, first.content) == (200, plain.content)
        assert first.headers.get("Content-Encoding", "identity") in (encoding, "identity")
        assert first.headers["Cache-Control"].startswith("public, max-age=")
        etag = first.headers["ETag"]
        assert not etag.startswith("W/")
        for known in (etag, f'"other", {etag}', "*"):
            again = await look(sqlite_api, path, Accept_Encoding=encoding, If_None_Match=known)
            assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", etag)
        changed = await look(sqlite_api, path, Accept_Encoding=encoding, If_None_Match='"other"')
        assert changed.status_code == 200


@pytest.mark.parametrize("path", [PAGE, f"{PAGE}/embed", "/badge/acme.svg"])
async def test_a_304_puts_no_other_policy_in_the_place_of_the_page_s(sqlite_api: Api, path: str) -> None:
    await workspace_with(sqlite_api, "Shop")
    first = await look(sqlite_api, path)
    assert first.headers["Content-Security-Policy"]
    for _ in ("from memory", "read anew"):
        again = await look(sqlite_api, path, If_None_Match="*")
        assert again.status_code == 304
        kept = first.headers["Content-Security-Policy"]
        assert again.headers.get("Content-Security-Policy", kept) == kept
        assert again.headers["Cache-Control"] == first.headers["Cache-Control"]
        sqlite_api.app.state.status_pages = StatusPages(sqlite_api.db, "http://testserver", "default")


async def test_encodings_have_tags_of_their_own(sqlite_api: Api) -> None:
    await workspace_with(sqlite_api, "Shop")
    tags = {(await look(sqlite_api, PAGE, Accept_Encoding=each)).headers["ETag"] for each in ("br", "gzip", "identity")}
    assert len(tags) == 3


async def test_head_is_get_without_a_body_and_nothing_else_is_allowed(sqlite_api: Api) -> None:
    await workspace_with(sqlite_api, "Shop")
    for path in (f"{PAGE}/feed.atom", "/status/nowhere", PAGE, PAGE, "/status/assets/none.css"):
        head = await look(sqlite_api, path, method="HEAD", Accept_Encoding="br")
        got = await look(sqlite_api, path, Accept_Encoding="br")
        assert (head.status_code, head.content) == (got.status_code, b"")
        assert head.headers.get("ETag") == got.headers.get("ETag")
        assert head.headers["Content-Length"] == got.headers["Content-Length"]
    for method in ("PUT", "DELETE", "PATCH"):
        assert (await look(sqlite_api, f"{PAGE}.json", method=method)).status_code == 405
    slash = await look(sqlite_api, f"{PAGE}/?x=1")
    assert (slash.status_code, slash.headers["Location"]) == (308, PAGE)


async def test_no_query_header_or_cookie_gets_past_memory_or_changes_what_is_sent(api: Api) -> None:
    await workspace_with(api, "Shop")
    expected = await look(api, PAGE, Accept_Encoding="br")
    with counted_statements(api.db) as statements:
        for query in ("?nocache=1", "?slug=other", "?" + "x" * 3000, "?v=%00"):
            for headers in (
                {"Cache_Control": "no-cache"},
                {"Pragma": "no-cache", "X-Forwarded-Host": "evil.example", "Accept-Language": "fr, *"},
                {"Cookie": "healther_page_acme=1", "Authorization": "Bearer x", "Range": "bytes=0-1"},
                {"X-HTTP-Method-Override": "POST", "X-Original-URL": "/api/v1/workspaces", "Accept": "text/plain"},
            ):
                answer = await look(api, PAGE, query=query, Accept_Encoding="br", **headers)
                assert (answer.status_code, answer.content) == (200, expected.content)
                assert answer.headers["ETag"] == expected.headers["ETag"]
                assert answer.headers["Vary"] == "Accept-Language, Accept-Encoding"
    assert statements == []


async def test_many_visitors_at_once_cost_one_reading(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    await workspace_with(api, "Shop")
    read = 0
    original = pages.read_snapshot

    async def counted(*arguments: object) -> object:
        nonlocal read
        read += 1
        return await original(*arguments)

    monkeypatch.setattr(pages, "read_snapshot", counted)
    answers = await asyncio.gather(*(look(api, PAGE) for _ in range(50)))
    assert {answer.status_code for answer in answers} == {200}
    assert read == 1


async def test_unknown_names_are_asked_for_together_and_remembered(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "MISSING_S", 600.0)
    await workspace_with(api, "Shop")
    await look(api, "/status/warm-up")
    with counted_statements(api.db) as statements:
        answers = await asyncio.gather(*(look(api, f"/status/nobody-{number}") for number in range(100)))
        assert {answer.status_code for answer in answers} == {404}
        assert len(statements) <= 2 * 4, "two queries a batch"
        before = len(statements)
        await asyncio.gather(*(look(api, f"/status/nobody-{number}") for number in range(100)))
        assert len(statements) == before
        for odd in ("A" * 70, "%27--", "..%2f", "é", "-x", "a--b"):
            assert (await look(api, f"/status/{odd}")).status_code == 404
        assert len(statements) == before


async def test_memory_is_bounded(sqlite_api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "MOST_PAGES", 3)
    monkeypatch.setattr(pages, "MOST_MISSING", 5)
    owner, workspace, watchers = await workspace_with(sqlite_api, "Shop")
    for number in range(6):
        await make_page(owner, workspace, watchers, slug=f"page-{number}")
    for number in range(6):
        assert (await look(sqlite_api, f"/status/page-{number}")).status_code == 200
        await look(sqlite_api, f"/status/none-{number}")
    held = pages_of(sqlite_api)
    assert (len(held._entries), len(held._names), len(held._hot), len(held._missing)) == (3, 3, 3, 5)
    monkeypatch.setattr(pages, "MOST_BYTES", 10)
    assert (await look(sqlite_api, "/status/page-0")).status_code == 200
    assert len(held._entries) == 1


@pytest.mark.usefixtures("compared_always")
async def test_a_change_shows_at_the_next_comparison_and_nothing_is_read_without_one(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, workspace, (shop,) = await workspace_with(api, "Shop")
    await live_through(api, shop, State.HEALTHY)
    first = await look(api, PAGE)
    with counted_statements(api.db) as statements:
        assert (await look(api, PAGE)).headers["ETag"] == first.headers["ETag"]
    assert len(statements) == 1, "one cheap query says that nothing has changed"

    async def shows(text: str) -> None:
        assert text in text_of((await look(api, PAGE)).text), text

    await live_through(api, shop, State.HEALTHY, State.DOWN)
    await shows("The service is down")
    watcher = f"/workspaces/{workspace}/watchers/{shop['id']}"
    await owner.patch(watcher, {"name": "Web shop"})
    await shows("Web shop Down")
    await owner.post(f"{watcher}/pause")
    await shows("Watching is paused")
    await owner.patch(f"/workspaces/{workspace}", {"name": "Acme Ltd"})
    await shows("· Acme Ltd")
    await owner.watcher(workspace, name="Blog")
    await shows("Blog First check pending")
    await owner.delete(watcher)
    assert "Web shop" not in (await look(api, PAGE)).text
    monkeypatch.setattr(pages, "READ_EVERY_S", -1.0)
    with counted_statements(api.db) as statements:
        await look(api, PAGE)
    assert len(statements) > 3, "figures grow with time: a page is read anew now and then"


@pytest.mark.usefixtures("compared_always")
async def test_a_page_s_own_edits_show_and_its_old_names_are_gone(api: Api) -> None:
    owner, workspace, (shop,) = await workspace_with(api, "Shop")
    made = await make_page(owner, workspace, [shop])
    path = f"/workspaces/{workspace}/status-pages/{made['id']}"
    assert (await look(api, "/status/acme-status")).status_code == 200
    await owner.patch(path, {"title": "Renamed"})
    assert "Renamed" in (await look(api, "/status/acme-status")).text
    await owner.patch(path, {"slug": "other-name"})
    assert (await look(api, "/status/acme-status")).status_code == 404
    assert (await look(api, "/status/other-name")).status_code == 200
    await owner.delete(path)
    assert (await look(api, "/status/other-name")).status_code == 404


@pytest.mark.usefixtures("compared_always")
async def test_s8_unpublished_is_the_very_same_404_as_none(api: Api) -> None:
    owner, workspace, (shop,) = await workspace_with(api, "Shop", is_public=False)
    made = await make_page(owner, workspace, [shop], is_published=False, custom_domain="status.example.org")
    path = f"/workspaces/{workspace}/status-pages/{made['id']}"

    def told(answer: httpx.Response) -> tuple[int, str, dict[str, str]]:
        moving = {"x-request-id", "content-length"}
        body = answer.text if "html" in answer.headers["Content-Type"] else answer.json() | {"request_id": None}
        return answer.status_code, str(body), {k: v for k, v in answer.headers.items() if k not in moving}

    for form in ("", ".json", "/feed.atom", "/embed", "/card.png", "/logo"):
        nowhere = told(await look(api, f"/status/nowhere{form}"))
        assert nowhere[0] == 404
        for slug in ("acme-status", "acme", "ACME-STATUS"):
            assert told(await look(api, f"/status/{slug}{form}")) == nowhere
        if form != "/logo":
            await owner.patch(path, {"is_published": True})
            assert (await look(api, f"/status/acme-status{form}")).status_code == 200
            await owner.patch(path, {"is_published": False})
            assert told(await look(api, f"/status/acme-status{form}")) == nowhere
    nowhere = told(await look(api, "/badge/nowhere/shop.svg"))
    assert told(await look(api, "/badge/acme-status/shop.svg")) == nowhere
    assert told(await look(api, "/", host="status.example.org")) == told(await look(api, "/", host="no.example.org"))


@pytest.mark.usefixtures("compared_always")
async def test_pages_are_served_and_marked_stale_while_the_database_is_away(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    await workspace_with(api, "Shop")
    fresh = await look(api, PAGE)
    assert '<p id="stale" class="stale" data-live hidden>' in fresh.text
    await look(api, f"{PAGE}.json")
    with monkeypatch.context() as away:
        cut_off(api, away)
        assert (await look(api, PAGE)).text == fresh.text, "a moment without the database is no news"
        away.setattr(pages, "STALE_AFTER_S", 0.0)
        stale = await look(api, PAGE)
        assert stale.status_code == 200
        assert '<p id="stale" class="stale" data-live>' in stale.text
        assert stale.headers["ETag"] != fresh.headers["ETag"]
        assert (await look(api, f"{PAGE}.json")).json()["stale"] is True
        unknown = await look(api, "/status/never-seen")
        assert (unknown.status_code, unknown.headers["Retry-After"]) == (503, "5")
        assert "cannot be shown right now" in unknown.text
        assert (await look(api, "/status/never-seen.json")).status_code == 503
    assert '<p id="stale" class="stale" data-live hidden>' in (await look(api, PAGE)).text
    assert (await look(api, f"{PAGE}.json")).json()["stale"] is False


@pytest.mark.usefixtures("compared_always")
async def test_a_database_that_hangs_holds_no_visitor_up_for_long(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    await workspace_with(api, "Shop")
    await look(api, PAGE)
    answers = asyncio.Event()
    original = pages.fingerprints

    async def hanging(*arguments: object) -> object:
        await answers.wait()
        return await original(*arguments)

    monkeypatch.setattr(pages, "fingerprints", hanging)
    monkeypatch.setattr(pages, "PATIENCE_S", 0.01)
    monkeypatch.setattr(pages, "STALE_AFTER_S", 0.0)
    stale = await look(api, PAGE)
    assert (stale.status_code, "data-live>healther cannot reach" in stale.text) == (200, True)
    answers.set()


@pytest.mark.usefixtures("compared_always")
async def test_a_fault_of_ours_is_logged_and_the_page_is_still_served(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    await workspace_with(api, "Shop")
    await look(api, PAGE)

    async def broken(*_: object) -> object:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(pages, "fingerprints", broken)
    assert (await look(api, PAGE)).status_code == 200


async def test_what_is_asked_for_again_and_again_is_rendered_once(
    sqlite_api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    await workspace_with(sqlite_api, "Shop")
    await look(sqlite_api, PAGE)
    rendered = []
    original = entry.renderer_of

    def counted(path: str, *arguments: object) -> object:
        rendered.append(path)
        return original(path, *arguments)

    monkeypatch.setattr(entry, "renderer_of", counted)
    await asyncio.gather(*(look(sqlite_api, f"{PAGE}/card.png") for _ in range(5)))
    await look(sqlite_api, f"{PAGE}/card.png")
    assert len(rendered) <= 5
    assert len(pages_of(sqlite_api)._hot) == 2
