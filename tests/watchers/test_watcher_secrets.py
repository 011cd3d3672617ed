"""Secrets of watchers through the API: sealed, kept by an edit that does not name them, never another server's."""

from uuid import UUID

from healther.watchers.models import ServiceWatcher
from healther.watchers.secrets import MASK, open_options
from tests.support.api import Api, Json, Person, where

SECRET = {"headers": {"X-Key": "hush"}, "bearer_token": "hush"}


async def config(api: Api, watcher: Json) -> ServiceWatcher:
    async with api.db.read() as session:
        return await session.get_one(ServiceWatcher, UUID(watcher["id"]))


async def test_secrets_are_stored_sealed_and_never_come_back(api: Api, ada: Person, watchers: str) -> None:
    body = {"name": "Shop", "url": "http://127.0.0.1:9/", "options": SECRET | {"method": "HEAD"}}
    created = await ada.post(watchers, body)
    masked = {"headers": {"X-Key": MASK}, "bearer_token": MASK, "method": "HEAD"}
    assert created.json()["options"] == masked
    stored = await config(api, created.json())
    assert "hush" not in str(stored.options)
    assert stored.sealed_options is not None
    assert b"hush" not in stored.sealed_options
    assert open_options(stored, api.app.state.sealer) == SECRET | {"method": "HEAD"}
    for answer in (await ada.get(watchers), await ada.get(f"{watchers}/{stored.id}")):
        assert "hush" not in answer.text


async def test_a_mask_sent_back_keeps_the_secret(api: Api, ada: Person, watchers: str) -> None:
    watcher = await ada.watcher(watchers.split("/")[2], options=SECRET)
    path = f"{watchers}/{watcher['id']}"
    changed = await ada.patch(path, {"options": watcher["options"] | {"method": "POST"}, "expected_status": "204"})
    assert changed.status_code == 200
    assert open_options(await config(api, watcher), api.app.state.sealer) == SECRET | {"method": "POST"}
    assert (await ada.patch(path, {"name": "Shop 2"})).status_code == 200
    assert open_options(await config(api, watcher), api.app.state.sealer) == SECRET | {"method": "POST"}
    assert (await ada.patch(path, {"options": {"headers": {"X-Key": MASK, "X-New": "new"}}})).status_code == 200
    headers = {"X-Key": "hush", "X-New": "new"}
    expected = {**SECRET, "headers": headers, "method": "POST"}
    assert open_options(await config(api, watcher), api.app.state.sealer) == expected


async def test_an_option_that_is_not_sent_stays_and_null_puts_it_back_to_its_default(
    api: Api, ada: Person, watchers: str
) -> None:
    watcher = await ada.watcher(watchers.split("/")[2], options=SECRET | {"max_redirects": 0, "verify_tls": False})
    path = f"{watchers}/{watcher['id']}"
    changed = await ada.patch(path, {"options": {"method": "HEAD", "verify_tls": None}})
    masked = {"headers": {"X-Key": MASK}, "bearer_token": MASK, "max_redirects": 0, "method": "HEAD"}
    assert (changed.status_code, changed.json()["options"]) == (200, masked)
    assert open_options(await config(api, watcher), api.app.state.sealer) == {**masked, **SECRET}
    cleared = await ada.patch(path, {"options": {"bearer_token": None, "headers": None}})
    assert cleared.json()["options"] == {"max_redirects": 0, "method": "HEAD"}
    assert (await config(api, watcher)).sealed_options is None


async def test_kept_secrets_are_never_sent_to_another_server(api: Api, ada: Person, watchers: str) -> None:
    watcher = await ada.watcher(watchers.split("/")[2], url="https://shop.example.org/a", options=SECRET)
    path = f"{watchers}/{watcher['id']}"
    for url in ("https://evil.example.org/a", "http://shop.example.org/a", "https://shop.example.org:8443/a"):
        fields = ["body.options.bearer_token", "body.options.headers"]
        assert where(await ada.patch(path, {"url": url})) == fields
        assert where(await ada.patch(path, {"url": url, "options": watcher["options"]})) == fields
    assert (await ada.patch(path, {"url": "https://shop.example.org:443/b"})).status_code == 200
    entered = {"url": "https://evil.example.org/", "options": {"bearer_token": "new"}}
    assert where(await ada.patch(path, entered)) == ["body.options.headers"], "what is not sent is named, not dropped"
    without = {**entered, "options": {"bearer_token": "new", "headers": None}}
    assert (await ada.patch(path, without)).status_code == 200
    moved = await config(api, watcher)
    assert moved.url == "https://evil.example.org/"
    assert open_options(moved, api.app.state.sealer) == {"bearer_token": "new"}


async def test_kept_secrets_are_never_sent_to_another_host_of_the_same_front_end(
    api: Api, ada: Person, watchers: str
) -> None:
    watcher = await ada.watcher(watchers.split("/")[2], url="https://shop.example.org/a", options=SECRET)
    path = f"{watchers}/{watcher['id']}"
    elsewhere = {**watcher["options"], "headers": {**watcher["options"]["headers"], "host": "evil.example.org"}}
    refused = await ada.patch(path, {"options": elsewhere})
    assert where(refused) == ["body.options.bearer_token", "body.options.headers"]
    assert "Host header" in refused.json()["detail"]
    tried = {"watcher_id": watcher["id"], "url": "https://shop.example.org/a", "options": elsewhere}
    probe = f"{watchers.removesuffix('/watchers')}/probe"
    assert where(await ada.post(probe, tried)) == where(refused)
    stolen = {"watcher_id": watcher["id"], "url": "https://evil.example.org/a"}
    assert where(await ada.post(probe, stolen)) == where(refused), "a test sends what is stored, too"
    the_same = {**elsewhere, "headers": {**watcher["options"]["headers"], "Host": "Shop.example.org"}}
    assert (await ada.patch(path, {"options": the_same})).status_code == 200
    other_host = {"headers": {"Host": "evil.example.org"}}
    assert where(await ada.patch(path, {"options": other_host})) == ["body.options.bearer_token"]
    assert (await ada.patch(path, {"options": {**other_host, "bearer_token": None}})).status_code == 200


async def test_secrets_of_another_key_are_asked_for_again(api: Api, ada: Person, watchers: str) -> None:
    watcher = await ada.watcher(watchers.split("/")[2], options=SECRET)
    path = f"{watchers}/{watcher['id']}"
    async with api.db.write() as session:
        row = await session.get_one(ServiceWatcher, UUID(watcher["id"]))
        row.sealed_options = b"sealed elsewhere"
        session.add(row)
    assert (await ada.get(path)).json()["options"]["bearer_token"] == MASK
    assert (await ada.patch(path, {"name": "Shop 2"})).status_code == 200
    assert (await ada.patch(path, {"expected_status": "204"})).status_code == 409
    for sent in ({}, {"bearer_token": "new"}, {"bearer_token": MASK}):
        refused = await ada.patch(path, {"options": sent})
        assert (refused.status_code, "headers" in refused.json()["detail"]) == (409, True), "none is lost in silence"
    assert where(await ada.patch(path, {"options": watcher["options"]})) == [
        "body.options.bearer_token",
        "body.options.headers.X-Key",
    ]
    assert (await ada.patch(path, {"options": {"headers": None, "bearer_token": "new"}})).status_code == 200
    assert (await ada.patch(path, {"options": SECRET})).status_code == 200
