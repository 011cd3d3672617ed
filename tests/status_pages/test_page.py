"""The page as people get it: what it says, in which words, and how little it weighs."""

import re
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest
from sqlalchemy import update

from healther.status_pages.schemas_page import PublicStatusPage
from healther.watchers.models import ServiceWatcher
from healther.watchers.states import State
from tests.support.api import Api
from tests.support.status_pages import live_through, look, make_page, text_of, workspace_with

PAGE = "/status/acme"


async def test_every_public_workspace_has_a_page_without_anybody_making_one(api: Api) -> None:
    _, _, (shop, blog, _) = await workspace_with(api, "Shop", "Blog", "Mail")
    await live_through(api, shop, State.DOWN, State.HEALTHY)
    await live_through(api, blog, State.DOWN)
    html = (await look(api, PAGE)).text
    text = text_of(html)
    assert "1 of 3 services is down" in text
    assert re.search(r"Shop Operational .* 99\.9\d\d\W% uptime in 90 days, \d+\Wd watched ", text)
    assert re.search(r"Blog Down ", text)
    assert re.search(r"Mail First check pending .* no data", text)
    assert len(re.findall(r"<i[ >]", html)) == 3 * 90
    today = f"{datetime.now(UTC):%-d %b}"
    yesterday = f"{datetime.now(UTC) - timedelta(hours=1):%-d %b}"
    assert re.search(r'<i class="?d[^>]*>', html)
    assert re.search(rf"<li>({today}|{yesterday}): 10\Wmin down", html)
    assert re.search(r'data-days="[^"]+" data-good="no downtime" data-unwatched="not watched"', html)
    assert "Days with trouble (1)" in text
    assert re.search(r"Shop Down .* for 10\Wmin", text)
    assert re.search(r"Blog Down .* still going on", text)
    assert re.search(r"Data as of \d+ \w+ \d{4}, \d\d:\d\d UTC", text)


async def test_a_page_of_its_own_shows_what_it_was_given_and_nothing_else(api: Api) -> None:
    owner, workspace, (shop, blog) = await workspace_with(api, "Shop internal", "canary", is_public=False)
    sections = [{"name": "Checkout", "components": [{"watcher_id": shop["id"], "name": "Shop"}]}]
    links = [{"label": "Imprint", "url": "https://example.org/imprint"}]
    await make_page(owner, workspace, [], sections=sections, description="About us.", footer_links=links)
    await live_through(api, shop, State.HEALTHY)
    await live_through(api, blog, State.DOWN)
    html = (await look(api, "/status/acme-status")).text
    text = text_of(html)
    assert re.search(r"Acme status About us\. All services are up .* Checkout Shop Operational", text)
    assert '<a href="https://example.org/imprint" rel="noopener nofollow">Imprint</a>' in html
    assert "canary" not in html
    assert "internal" not in html
    assert (await look(api, PAGE)).status_code == 404


async def test_what_a_page_does_not_show_is_in_none_of_its_forms(api: Api) -> None:
    owner, workspace, (shop,) = await workspace_with(api, "Shop")
    await live_through(api, shop, State.HEALTHY)
    hidden = {"show_bars": False, "show_uptime": False, "show_latency": False}
    await make_page(owner, workspace, [shop], **hidden)
    html = (await look(api, "/status/acme-status")).text
    assert "<i" not in html
    assert "uptime" not in html
    assert 'class="chart"' not in html
    (component,) = (await look(api, "/status/acme-status.json")).json()["sections"][0]["components"]
    assert {component[name] for name in ("days", "uptime_percent", "watched_s", "latency_ms")} == {None}
    for figure in ("uptime-24h", "uptime-90d", "latency"):
        assert (await look(api, f"/badge/acme-status/shop/{figure}.svg")).status_code == 404
    await make_page(owner, workspace, [shop], slug="all-of-it", show_latency=True)
    html = (await look(api, "/status/all-of-it")).text
    assert '<path d="M' in html
    assert re.search(r"median 12\d ms", html)


async def test_german_days_and_words_where_the_page_says_so(api: Api) -> None:
    owner, workspace, (shop,) = await workspace_with(api, "Shop")
    await live_through(api, shop, State.DOWN, State.HEALTHY)
    await make_page(owner, workspace, [shop], language="de", time_zone="Europe/Berlin")
    answer = await look(api, "/status/acme-status", Accept_Language="en")
    text = text_of(answer.text)
    assert '<html lang="de">' in answer.text
    assert "Alle Dienste sind in Betrieb" in text
    assert re.search(r"99,9\d\d\W% verfügbar in 90 Tagen, \d+\Wd überwacht ", text)
    assert re.search(r"Stand: \d+\. \w+\.? \d{4}, \d\d:\d\d CE", text)
    english = {"Operational", "uptime", "Today", "down", "Feed of", "Data as of"}
    assert not [word for word in english if word in text]


async def test_an_empty_page_and_an_empty_history_say_so(api: Api) -> None:
    owner, workspace, (shop,) = await workspace_with(api, "Shop")
    await make_page(owner, workspace, [])
    assert "Nothing is shown here yet" in text_of((await look(api, "/status/acme-status")).text)
    assert "No trouble in the last 14 days." in text_of((await look(api, PAGE)).text)
    await owner.post(f"/workspaces/{workspace}/watchers/{shop['id']}/pause")
    await make_page(owner, workspace, [shop], slug="paused-one")
    assert "Watching is paused" in text_of((await look(api, "/status/paused-one")).text)


async def test_maintenance_of_one_never_hides_that_another_is_down(api: Api) -> None:
    _, _, (shop, blog) = await workspace_with(api, "Shop", "Blog")
    await live_through(api, shop, State.MAINTENANCE)
    await live_through(api, blog, State.DOWN)
    text = text_of((await look(api, PAGE)).text)
    assert "1 of 2 services is down" in text
    assert re.search(r"Shop Maintenance", text)


async def test_the_json_is_as_documented(api: Api) -> None:
    _, _, (shop, _) = await workspace_with(api, "Shop", "Blog")
    await live_through(api, shop, State.DOWN, State.HEALTHY)
    answer = await look(api, f"{PAGE}.json")
    page = PublicStatusPage.model_validate(answer.json())
    assert answer.json() == page.model_dump(mode="json") | {
        "as_of": answer.json()["as_of"],
        "sections": answer.json()["sections"],
        "events": answer.json()["events"],
    }
    assert (page.title, page.state, page.summary, page.stale) == ("Acme", "healthy", "All services are up", False)
    blog, shown = page.sections[0].components
    assert (blog.key, blog.state, shown.key, shown.state) == ("blog", "pending", "shop", "healthy")
    assert shown.days is not None
    assert (len(shown.days), sum(day.down_s for day in shown.days)) == (90, 600)
    (event,) = page.events
    assert (event.component, event.status, event.duration_s, event.reason) == ("Shop", "down", 600, "timeout")


async def test_the_feed_is_atom_with_an_entry_for_each_trouble(api: Api) -> None:
    _, _, (shop,) = await workspace_with(api, "Shop <&>", slug="acme")
    async with api.db.write() as session:
        # A name from before such characters were refused: XML cannot say it.
        await session.exec(update(ServiceWatcher).values(name="Shop <&> \ufffe"))
    await live_through(api, shop, State.DOWN, State.HEALTHY)
    answer = await look(api, f"{PAGE}/feed.atom")
    feed = ElementTree.fromstring(answer.text)
    atom = "{http://www.w3.org/2005/Atom}"
    (entry,) = feed.findall(f"{atom}entry")
    assert entry.findtext(f"{atom}title") == "Shop <&> : Down"
    assert feed.findtext(f"{atom}id") == "http://127.0.0.1:8000/status/acme"
    assert answer.headers["Content-Type"].startswith("application/atom+xml")


async def test_nothing_is_fetched_from_elsewhere_and_nothing_is_inline(api: Api) -> None:
    owner, workspace, (shop,) = await workspace_with(api, "Shop")
    await make_page(owner, workspace, [shop], accent="#ffee00")
    for path in (PAGE, "/status/acme-status", f"{PAGE}/embed", "/status/nowhere"):
        answer = await look(api, path)
        fetched = re.findall(r'<(?:link rel="(?:stylesheet|icon)"|script|img)[^>]+(?:href|src)="([^"]+)"', answer.text)
        assert fetched
        assert all(url.startswith("/status/") for url in fetched)
        assert not re.search(r"\sstyle=|\son\w+=|<script>|javascript:", answer.text)
        policy = answer.headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert policy.startswith("default-src 'none'")
        assert ("frame-ancestors *" in policy) == path.endswith("/embed")
        assert (answer.headers.get("X-Frame-Options") == "DENY") == (not path.endswith("/embed"))
        for url in fetched:
            asset = await look(api, url)
            assert (asset.status_code, "immutable" in asset.headers["Cache-Control"]) == (200, True), url
    assert "sha256-" in (await look(api, "/status/acme-status")).headers["Content-Security-Policy"]


@pytest.mark.parametrize("access", ["public", "unlisted"])
async def test_search_engines_are_told(api: Api, access: str) -> None:
    owner, workspace, (shop,) = await workspace_with(api, "Shop")
    await make_page(owner, workspace, [shop], access=access, noindex=False)
    answer = await look(api, "/status/acme-status")
    assert ("noindex" in answer.text) == (access == "unlisted")
    assert (answer.headers.get("X-Robots-Tag") == "noindex") == (access == "unlisted")


async def test_a_card_for_links_that_are_shared(api: Api) -> None:
    _, _, (shop,) = await workspace_with(api, "Shop")
    await live_through(api, shop, State.HEALTHY)
    answer = await look(api, f"{PAGE}/card.png")
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.content.startswith(b"\x89PNG")
    assert 'content="http://127.0.0.1:8000/status/acme/card.png?lang=en"' in (await look(api, PAGE)).text


async def test_pages_that_tell_of_no_state_name_an_icon_of_their_own(sqlite_api: Api) -> None:
    await workspace_with(sqlite_api, "Shop")
    for path in ("/status/nowhere", "/ack/none", "/subscription/none"):
        page = (await look(sqlite_api, path)).text
        icons = re.findall(r'<link rel="icon" href="([^"]+)"', page)
        assert len(icons) == 1, path
        assert (await look(sqlite_api, icons[0])).headers["Content-Type"] == "image/svg+xml"
    assert (await look(sqlite_api, "/status/acme")).text.count('rel="icon"') == 1
