"""API keys: shown once, kept as a hash, good for one workspace, and never for more than their maker may (A10)."""

import httpx
import pytest
from sqlmodel import select, update

from healther.accounts import api_keys, throttle
from healther.accounts.models import ApiKey, AuditEntry
from healther.accounts.service.standing import standing_of
from healther.accounts.throttle import Limit
from healther.core.clock import MINUTE_MS, now_ms
from tests.support.api import Api, Json, Person, where


async def make(person: Person, workspace_id: str, **fields: object) -> Json:
    """A key as its maker is shown it."""
    answer = await person.post(f"/workspaces/{workspace_id}/api-keys", {"name": "CI", **fields})
    assert answer.status_code == 201, answer.text
    made: Json = answer.json()
    return made


def program(api: Api, made: Json) -> httpx.AsyncClient:
    """A client that shows a key."""
    client = api.client()
    client.headers["Authorization"] = f"Bearer {made['key']}"
    return client


async def row_of(api: Api, made: Json) -> ApiKey:
    async with api.db.read() as session:
        rows = (await session.exec(select(ApiKey))).all()
    return next(row for row in rows if str(row.id) == made["id"])


async def test_a_key_is_shown_once_and_only_its_hash_is_kept(api: Api) -> None:
    owner = await api.person("owner")
    workspace_id = await owner.workspace()
    made = await make(owner, workspace_id)
    assert made["key"].startswith(made["prefix"])
    assert len(made["key"]) == 46
    listed = (await owner.get(f"/workspaces/{workspace_id}/api-keys")).json()["items"]
    assert [each["prefix"] for each in listed] == [made["prefix"]]
    assert made["key"] not in str(listed)
    row = await row_of(api, made)
    assert row.key_hash == api_keys.key_hash(made["key"])
    assert made["key"] not in str(row)


async def test_a_key_reaches_its_own_workspace_and_nothing_else(api: Api) -> None:
    owner = await api.person("owner")
    mine, other = await owner.workspace(), await owner.workspace("Other")
    client = program(api, await make(owner, mine, scope="write"))
    assert (await client.get(f"/workspaces/{mine}")).json()["role"] == "admin"
    assert (await client.get(f"/workspaces/{other}")).status_code == 404
    for path in ("/workspaces", "/users/me", "/users/me/sessions"):
        assert (await client.get(path)).status_code == 403
    assert (await client.post("/workspaces", json={"name": "More"})).status_code == 403
    assert (await client.delete(f"/workspaces/{mine}")).status_code == 403


async def test_read_reads_and_write_writes_and_the_trail_names_the_key(api: Api) -> None:
    owner = await api.person("owner")
    workspace_id = await owner.workspace()
    channel = {"name": "Hook", "kind": "webhook", "options": {"url": "https://hooks.example.org/"}}
    channels = f"/workspaces/{workspace_id}/channels"
    reader = program(api, await make(owner, workspace_id, name="Reader"))
    assert (await reader.get(channels)).status_code == 200
    assert (await reader.post(channels, json=channel)).status_code == 403
    writer = program(api, await make(owner, workspace_id, name="Writer", scope="write"))
    assert (await writer.post(channels, json=channel)).status_code == 201
    async with api.db.read() as session:
        trail = {row.action: row for row in (await session.exec(select(AuditEntry))).all()}
    assert trail["channel.create"].actor == "owner@example.org (API key Writer)"
    assert str(trail["channel.create"].actor_id) == owner.id
    assert trail["api_key.create"].object_name in ("Reader", "Writer")


async def test_a_revoked_or_expired_key_is_refused_on_the_next_request(api: Api) -> None:
    owner = await api.person("owner")
    workspace_id = await owner.workspace()
    revoked, expired = await make(owner, workspace_id), await make(owner, workspace_id, expires_in_days=1)
    for made in (revoked, expired):
        assert (await program(api, made).get(f"/workspaces/{workspace_id}")).status_code == 200
    assert (await owner.delete(f"/workspaces/{workspace_id}/api-keys/{revoked['id']}")).status_code == 204
    async with api.db.write() as session:
        await session.exec(update(ApiKey).values(expires_at=now_ms()))
    for made in (revoked, expired):
        answer = await program(api, made).get(f"/workspaces/{workspace_id}")
        assert answer.status_code == 401
        assert made["key"] not in answer.text
    (left,) = (await owner.get(f"/workspaces/{workspace_id}/api-keys")).json()["items"]
    assert not left["works"]


async def test_a_key_never_does_more_than_its_maker_may(api: Api) -> None:
    owner, admin = await api.person("owner"), await api.person("admin")
    workspace_id = await owner.workspace()
    await owner.add(workspace_id, admin, "admin")
    client = program(api, await make(admin, workspace_id, scope="write"))
    member = f"/workspaces/{workspace_id}/members/{admin.id}"
    renamed = {"name": "Renamed"}
    assert (await client.patch(f"/workspaces/{workspace_id}", json=renamed)).status_code == 200
    await owner.patch(member, {"role": "observer"})
    assert (await client.patch(f"/workspaces/{workspace_id}", json=renamed)).status_code == 403
    assert (await client.get(f"/workspaces/{workspace_id}")).status_code == 200
    await owner.delete(member)
    answer = await client.get(f"/workspaces/{workspace_id}")
    assert (answer.status_code, "left the workspace" in answer.text) == (401, True)
    (left,) = (await owner.get(f"/workspaces/{workspace_id}/api-keys")).json()["items"]
    assert not left["works"]


async def test_no_key_manages_members_or_keys(api: Api) -> None:
    owner = await api.person("owner")
    workspace_id = await owner.workspace()
    made = await make(owner, workspace_id, scope="write")
    client = program(api, made)
    base = f"/workspaces/{workspace_id}"
    assert (await client.get(f"{base}/api-keys")).status_code == 403
    assert (await client.post(f"{base}/api-keys", json={"name": "Child"})).status_code == 403
    assert (await client.delete(f"{base}/api-keys/{made['id']}")).status_code == 403
    assert (await client.get(f"{base}/invitations")).status_code == 403
    assert (await client.post(f"{base}/invitations", json={"email": "eve@example.org"})).status_code == 403
    assert (await client.delete(f"{base}/members/{owner.id}")).status_code == 403
    assert (await client.post(f"{base}/leave")).status_code == 403


async def test_last_used_is_written_at_most_once_a_minute(api: Api) -> None:
    owner = await api.person("owner")
    workspace_id = await owner.workspace()
    made = await make(owner, workspace_id)
    assert made["last_used_at"] is None
    client = program(api, made)
    await client.get(f"/workspaces/{workspace_id}")
    first = (await row_of(api, made)).last_used_at
    assert first is not None
    await client.get(f"/workspaces/{workspace_id}")
    assert (await row_of(api, made)).last_used_at == first
    async with api.db.write() as session:
        await session.exec(update(ApiKey).values(last_used_at=first - MINUTE_MS))
    await client.get(f"/workspaces/{workspace_id}")
    again = (await row_of(api, made)).last_used_at
    assert again is not None
    assert again >= first


async def test_guessing_keys_is_throttled_by_address_and_holds_up_no_good_key(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttle, "API_KEY_ADDRESS", Limit("api key address", 2))
    owner = await api.person("owner")
    workspace_id = await owner.workspace()
    good = program(api, await make(owner, workspace_id))
    guesser = program(api, {"key": "hk_guess"})
    answers = [(await guesser.get(f"/workspaces/{workspace_id}")).status_code for _ in range(4)]
    assert answers == [401, 401, 429, 429]
    assert (await good.get(f"/workspaces/{workspace_id}")).status_code == 200


async def test_how_long_a_key_lives_is_asked_within_bounds(sqlite_api: Api) -> None:
    owner = await sqlite_api.person("owner")
    path = f"/workspaces/{await owner.workspace()}/api-keys"
    for days in (0, 3651):
        assert where(await owner.post(path, {"name": "CI", "expires_in_days": days})) == ["body.expires_in_days"]
    assert where(await owner.post(path, {"name": "CI", "scope": "ping"})) == ["body.scope"]
    forever = await make(owner, path.split("/")[2], expires_in_days=None)
    assert forever["expires_at"] is None


async def test_a_key_for_what_only_a_newer_healther_knows_opens_nothing(api: Api) -> None:
    """While an upgrade is on its way, the older API meets what the newer one wrote."""
    owner = await api.person("owner")
    workspace_id = await owner.workspace()
    made = await make(owner, workspace_id)
    async with api.db.write() as session:
        await session.exec(update(ApiKey).values(scope="deploy"))
    answer = await program(api, made).get(f"/workspaces/{workspace_id}")
    assert answer.status_code == 403
    assert made["key"] not in answer.text
    (listed,) = (await owner.get(f"/workspaces/{workspace_id}/api-keys")).json()["items"]
    assert (listed["scope"], listed["works"]) == (None, False)


async def test_a_live_stream_by_a_key_stands_as_long_as_the_key_does(api: Api) -> None:
    owner = await api.person("owner")
    workspace_id = await owner.workspace()
    made = await make(owner, workspace_id)
    stream = await program(api, made).get(f"/workspaces/{workspace_id}/live")
    assert stream.status_code == 200
    holder = await api_keys.of_api_key(api.db, made["key"], "192.0.2.1", now_ms())
    async with api.db.read() as session:
        standing = await standing_of(session, {holder.claims}, now_ms())
    assert {str(each) for each in standing[holder.claims]} == {workspace_id}
    await owner.delete(f"/workspaces/{workspace_id}/api-keys/{made['id']}")
    async with api.db.read() as session:
        assert await standing_of(session, {holder.claims}, now_ms()) == {}
