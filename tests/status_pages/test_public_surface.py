"""What the public sees is what was written down as public, in every form a page has (S8), and inert (S11)."""

import re
from xml.etree import ElementTree

from healther.watchers.states import State
from tests.support.api import Api
from tests.support.canaries import every_id, plant
from tests.support.public_surface import NOT_TEXT, PAYLOADS, PUBLIC_COLUMNS, forms, inert
from tests.support.status_pages import live_through, look, make_page, workspace_with


async def test_s8_canaries_in_every_private_column_are_in_no_form_of_a_page(api: Api) -> None:
    owner, workspace, (shop,) = await workspace_with(api, "Shop")
    await owner.watcher(workspace, name="Blog", options={"headers": {"X-Key": "canary"}})
    await make_page(owner, workspace, [shop], show_latency=True, password="canary password")
    await live_through(api, shop, State.DOWN, State.HEALTHY)
    async with api.db.write_connection() as connection:
        planted = await plant(connection, PUBLIC_COLUMNS | NOT_TEXT)
        ids = await every_id(connection)
    assert {"statuspage.password_hash", "servicewatcher.url", "statechange.message", "user.email"} <= set(planted)
    for path in (*forms("acme", "shop"), *forms("acme-status", "shop")):
        answer = await look(api, path)
        if path.startswith("/badge/acme/shop/latency"):
            assert answer.status_code == 404
            continue
        assert answer.status_code == 200, path
        body = answer.content.lower()
        assert b"canary" not in body, path
        assert not [each for each in ids if str(each).encode() in body or each.hex.encode() in body], path
        assert "canary" not in str(answer.headers)


async def test_s11_payloads_in_every_text_come_out_as_text(sqlite_api: Api) -> None:
    owner, workspace, watchers = await workspace_with(sqlite_api, *(p for p in PAYLOADS if "\u2066" not in p))
    for number, payload in enumerate(PAYLOADS):
        if "\u2066" in payload:
            continue
        watcher = watchers[number]
        await live_through(sqlite_api, watcher, State.DOWN, State.HEALTHY, reason="<script>")
        await make_page(
            owner,
            workspace,
            [],
            slug=f"xss-{number}",
            title=payload,
            description=payload,
            show_latency=True,
            footer_links=[{"label": payload, "url": 'https://example.org/?"><script>alert(1)</script>'}],
            sections=[{"name": payload, "components": [{"watcher_id": watcher["id"], "name": payload, "key": "it"}]}],
        )
        for path in forms(f"xss-{number}", "it"):
            answer = await look(sqlite_api, path)
            kind = answer.headers["Content-Type"]
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            if "html" in kind:
                assert inert(answer.text), (payload, path)
            elif "svg" in kind or "atom" in kind:
                tags = {element.tag.partition("}")[2] for element in ElementTree.fromstring(answer.text).iter()}
                assert not tags & {"script", "img", "b", "x"}, (payload, path)
            else:
                assert kind in ("application/json", "image/png")
    assert inert((await look(sqlite_api, "/status/acme")).text)
    assert "<h1>{{7*7}}{% include &#39;x&#39; %}</h1>" in (await look(sqlite_api, "/status/xss-4")).text


async def test_s8_other_workspaces_and_watchers_off_the_page_do_not_show(api: Api) -> None:
    owner, workspace, (shop, blog) = await workspace_with(api, "Shop", "canary blog")
    await make_page(owner, workspace, [shop])
    eve = await api.person("eve")
    other = await eve.workspace("Canary", slug="canary", is_public=True)
    await live_through(api, await eve.watcher(other, name="canary of eve"), State.DOWN)
    await live_through(api, blog, State.DOWN)
    for path in forms("acme-status", "shop"):
        answer = await look(api, path)
        assert "canary" not in answer.text.lower(), path
    assert (await look(api, "/badge/acme-status/canary-blog.svg")).status_code == 404


async def test_badges_tell_state_uptime_and_response(api: Api) -> None:
    owner, workspace, (shop, _) = await workspace_with(api, "Shop", "Blog")
    await live_through(api, shop, State.DOWN, State.HEALTHY)
    await make_page(owner, workspace, [shop], show_latency=True)

    async def badge(path: str) -> tuple[str, str, bool]:
        answer = await look(api, f"/badge/acme-status{path}.json")
        told = answer.json()
        assert told["schemaVersion"] == 1
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        svg = (await look(api, f"/badge/acme-status{path}.svg")).text
        assert f'aria-label="{told["label"]}: {told["message"]}"' in svg
        return told["label"], told["message"], told["isError"]

    assert await badge("") == ("Acme status", "Operational", False)
    assert await badge("/shop") == await badge("/shop/state") == ("Shop", "Operational", False)
    label, day, _ = await badge("/shop/uptime-24h")
    assert (label, day) == ("uptime 24h", "99.305\u202f%")
    week = (await badge("/shop/uptime-7d"))[1]
    month = (await badge("/shop/uptime-30d"))[1]
    assert day < week < month == (await badge("/shop/uptime-90d"))[1]
    label, message, _ = await badge("/shop/latency")
    assert label == "response"
    assert re.fullmatch(r"12\d ms", message)
    assert (await look(api, "/badge/acme-status/shop/uptime-1d.svg")).status_code == 422
