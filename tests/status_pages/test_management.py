"""Managing pages: who may do what is in the role matrix; this is what it does, and what it refuses."""

import base64
from io import BytesIO

import pytest
from PIL import Image
from sqlmodel import select

from healther.status_pages.models import StatusPage
from tests.support.api import Api, where
from tests.support.status_pages import make_page, workspace_with


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 20)) -> str:
    out = BytesIO()
    Image.new("RGB", size, "#0a7d4f").save(out, kind, **({"exif": b"Exif\x00\x00canary"} if kind == "JPEG" else {}))
    return base64.b64encode(out.getvalue()).decode()


async def test_a_page_comes_back_as_it_was_made(api: Api) -> None:
    owner, workspace, watchers = await workspace_with(api, "Shop", "Blog")
    made = await make_page(
        owner,
        workspace,
        [],
        custom_domain="Status.Example.ORG.",
        accent="#0A7D4F",
        footer_links=[{"label": "Imprint", "url": "https://example.org/imprint"}],
        sections=[
            {"name": "Public", "components": [{"watcher_id": watchers[0]["id"], "name": "Web shop"}]},
            {"name": "", "components": [{"watcher_id": watchers[1]["id"], "name": "Blog", "key": "news"}]},
        ],
    )
    path = f"/workspaces/{workspace}/status-pages"
    assert (await owner.get(f"{path}/{made['id']}")).json() == made
    assert (await owner.get(path)).json()["items"] == [made]
    assert (made["custom_domain"], made["accent"]) == ("status.example.org", "#0a7d4f")
    assert made["url"] == "https://status.example.org/"
    assert [(s["name"], [(c["name"], c["key"]) for c in s["components"]]) for s in made["sections"]] == [
        ("Public", [("Web shop", "web-shop")]),
        ("", [("Blog", "news")]),
    ]
    assert (await owner.delete(f"{path}/{made['id']}")).status_code == 204
    assert (await owner.get(f"{path}/{made['id']}")).status_code == 404
    assert len((await owner.get(f"/workspaces/{workspace}/watchers")).json()["items"]) == 2


async def test_a_patch_changes_what_is_sent_and_null_takes_away(api: Api) -> None:
    owner, workspace, watchers = await workspace_with(api, "Shop")
    made = await make_page(owner, workspace, watchers, accent="#112233", custom_domain="status.example.org")
    path = f"/workspaces/{workspace}/status-pages/{made['id']}"
    changed = (await owner.patch(path, {"title": "Renamed", "accent": None, "custom_domain": None})).json()
    kept = made.keys() - {"title", "accent", "custom_domain", "domain", "updated_at", "url"}
    assert {name: changed[name] for name in kept} == {name: made[name] for name in kept}
    assert (changed["title"], changed["accent"], changed["custom_domain"]) == ("Renamed", None, None)
    assert where(await owner.patch(path, {"title": None})) == ["body.title"]


async def test_keys_of_badges_stay_while_a_watcher_stays_on_the_page(api: Api) -> None:
    owner, workspace, (shop, blog) = await workspace_with(api, "Shop", "Blog")
    made = await make_page(owner, workspace, [shop])
    body = {
        "sections": [
            {"components": [{"watcher_id": blog["id"], "name": "Shop"}, {"watcher_id": shop["id"], "name": "New name"}]}
        ]
    }
    changed = (await owner.patch(f"/workspaces/{workspace}/status-pages/{made['id']}", body)).json()
    assert [component["key"] for component in changed["sections"][0]["components"]] == ["shop-2", "shop"]


async def test_s6_a_watcher_of_another_workspace_is_refused_like_one_that_does_not_exist(api: Api) -> None:
    owner, workspace, (shop,) = await workspace_with(api, "Shop")
    eve = await api.person("eve")
    other = await eve.workspace("Other")
    theirs = await eve.watcher(other, name="canary")
    path = f"/workspaces/{workspace}/status-pages"
    answers = []
    for stranger in (theirs["id"], "01a209c3-4d4f-77a1-9ccc-47d635fc90f9"):
        shown = [{"watcher_id": shop["id"], "name": "Shop"}, {"watcher_id": stranger, "name": "x"}]
        answer = await owner.post(path, {"title": "Mine", "sections": [{"components": shown}]})
        assert where(answer) == ["body.sections.0.components.1.watcher_id"]
        answers.append(answer.json()["detail"])
    assert answers[0] == answers[1]
    twice = [{"watcher_id": shop["id"], "name": "a"}, {"watcher_id": shop["id"], "name": "b"}]
    assert where(await owner.post(path, {"title": "Mine", "sections": [{"components": twice}]}))
    assert (await owner.get(path)).json()["items"] == []


async def test_slugs_and_domains_belong_to_one_page(api: Api) -> None:
    owner, workspace, _ = await workspace_with(api)
    await make_page(owner, workspace, [], slug="status-of-acme", custom_domain="status.example.org")
    eve = await api.person("eve")
    other = await eve.workspace("Other", slug="other")
    path = f"/workspaces/{other}/status-pages"
    for taken in ({"slug": "status-of-acme"}, {"slug": "acme"}, {"custom_domain": "STATUS.example.org"}):
        assert (await eve.post(path, {"title": "Mine", **taken})).status_code == 409, taken
    assert (await eve.post(path, {"title": "Mine", "slug": "other"})).status_code == 201
    assert (await eve.post(path, {"title": "status of acme"})).json()["slug"].startswith("status-of-acme-")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("custom_domain", "https://status.example.org/"),
        ("custom_domain", "10.0.0.1"),
        ("custom_domain", "localhost"),
        ("custom_domain", "status.example.org:8000"),
        ("custom_domain", "healther.example.com"),
        ("accent", "red"),
        ("accent", "#fff"),
        ("slug", "admin"),
        ("slug", "assets"),
        ("time_zone", "Mars/Olympus"),
        ("time_zone", "Factory"),
        ("time_zone", "../../etc/passwd"),
        ("language", "tlh"),
        ("access", "secret"),
        ("password", "short"),
        ("title", "a\nb"),
        ("footer_links", [{"label": "x", "url": "javascript:alert(1)"}]),
        ("footer_links", [{"label": "x", "url": "JaVaScRiPt:alert(1)"}]),
        ("footer_links", [{"label": "x", "url": "data:text/html,<script>alert(1)</script>"}]),
        ("footer_links", [{"label": "x", "url": "//evil.example"}]),
        ("footer_links", [{"label": "x", "url": "http://"}]),
        ("footer_links", [{"label": "x", "url": "https://a\r\nb"}]),
        ("access", "password"),
    ],
)
async def test_what_a_page_cannot_have_is_refused_where_it_stands(sqlite_api: Api, field: str, value: object) -> None:
    sqlite_api.app.state.settings.public_url = "https://healther.example.com"
    owner, workspace, _ = await workspace_with(sqlite_api)
    answer = await owner.post(f"/workspaces/{workspace}/status-pages", {"title": "Mine", field: value})
    wrong = "body.password" if value == "password" else f"body.{field}"
    assert all(each.startswith(wrong) for each in where(answer))


async def test_a_password_goes_in_and_never_comes_out(api: Api) -> None:
    owner, workspace, _ = await workspace_with(api)
    made = await make_page(owner, workspace, [], access="password", password="canary password")
    assert made["has_password"] is True
    path = f"/workspaces/{workspace}/status-pages"
    for answer in (await owner.get(path), await owner.get(f"{path}/{made['id']}")):
        assert "canary" not in answer.text
        assert "hash" not in answer.text
    async with api.db.read() as session:
        stored = (await session.exec(select(StatusPage.password_hash))).one()
    assert stored is not None
    assert "canary" not in stored
    assert where(await owner.patch(f"{path}/{made['id']}", {"password": None})) == ["body.password"]
    opened = await owner.patch(f"{path}/{made['id']}", {"password": None, "access": "public"})
    assert opened.json()["has_password"] is False


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
async def test_a_logo_is_redrawn_small_and_without_what_else_was_in_it(sqlite_api: Api, kind: str) -> None:
    owner, workspace, _ = await workspace_with(sqlite_api)
    made = await make_page(owner, workspace, [])
    path = f"/workspaces/{workspace}/status-pages/{made['id']}/logo"
    assert (await owner.http.put(path, json={"image": picture(kind, (2000, 1000))})).status_code == 204
    logo = (await sqlite_api.client(base="").get("/status/acme-status/logo")).content
    assert (await owner.get(path)).content == logo
    image = Image.open(BytesIO(logo))
    assert (image.format, image.size) == ("PNG", (256, 128))
    assert b"canary" not in logo
    assert (await owner.delete(path)).status_code == 204


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"GIF89a" + b"\x00" * 20,
        b"\x89PNG\r\n\x1a\n" + b"\x00" * 40,
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x01\x86\xa0\x00\x01\x86\xa0\x08\x02\x00\x00\x00" + b"\x00" * 4,
        b"\xff" * (513 * 1024),
    ],
    ids=["empty", "svg", "gif", "broken", "ten thousand million pixels", "too large"],
)
async def test_s11_what_is_no_small_picture_is_no_logo(sqlite_api: Api, content: bytes) -> None:
    owner, workspace, _ = await workspace_with(sqlite_api)
    made = await make_page(owner, workspace, [])
    path = f"/workspaces/{workspace}/status-pages/{made['id']}/logo"
    answer = await owner.http.put(path, json={"image": base64.b64encode(content).decode()})
    assert where(answer) == ["body.image"]


async def test_no_workspace_takes_the_address_of_another_ones_page(api: Api) -> None:
    owner, workspace, watchers = await workspace_with(api, "Shop", slug="acme")
    await make_page(owner, workspace, watchers, slug="acme-status", is_published=False)
    eve = await api.person("eve")
    assert (await eve.post("/workspaces", {"name": "Eve", "slug": "acme-status"})).status_code == 409
    made = (await eve.post("/workspaces", {"name": "Acme status"})).json()
    assert made["slug"].startswith("acme-status-")
    refused = await eve.patch(f"/workspaces/{made['id']}", {"slug": "acme-status"})
    assert (refused.status_code, refused.json()["detail"]) == (
        409,
        "A status page of another workspace uses the slug 'acme-status'; choose another.",
    )
    assert (await owner.patch(f"/workspaces/{workspace}", {"slug": "acme-status"})).status_code == 200


async def test_a_badge_under_the_watcher_s_id_outlives_its_name(sqlite_api: Api) -> None:
    owner, workspace, [shop] = await workspace_with(sqlite_api, "Shop")
    await owner.patch(f"/workspaces/{workspace}/watchers/{shop['id']}", {"name": "Store"})
    public = sqlite_api.client(base="")
    for path in (f"/badge/acme/{shop['id']}.svg", f"/badge/acme/{shop['id']}/uptime-30d.json", "/badge/acme/store.svg"):
        assert (await public.get(path)).status_code == 200, path
    assert (await public.get("/badge/acme/shop.svg")).status_code == 404
