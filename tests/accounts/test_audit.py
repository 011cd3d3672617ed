"""A14: the trail is read by owners and admins, filtered and paged, and nobody changes or removes a row of it."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import col, func, select

from healther.accounts.models import AuditEntry
from tests.support.api import Api, Json, Person

CHANGES = (
    "UPDATE auditentry SET actor = 'nobody'",
    "UPDATE auditentry SET details = '{}' WHERE action = 'workspace.create'",
    "DELETE FROM auditentry",
    "TRUNCATE auditentry",
)


async def trail(person: Person, workspace: str, **params: object) -> list[Json]:
    answer = await person.get(f"/workspaces/{workspace}/audit", **params)
    assert answer.status_code == 200, answer.text
    items: list[Json] = answer.json()["items"]
    return items


@pytest.mark.parametrize("change", CHANGES)
async def test_a14_the_database_refuses_to_change_or_remove_a_row(api: Api, change: str) -> None:
    if change.startswith("TRUNCATE") and api.db.is_sqlite:
        pytest.skip("SQLite has no TRUNCATE; what it makes a DELETE is refused")
    await (await api.person("ada")).workspace()
    with pytest.raises(DBAPIError, match="append-only"):
        async with api.db.write() as session:
            await session.exec(text(change))
    async with api.db.read() as session:
        rows = (await session.exec(select(AuditEntry.actor).order_by(col(AuditEntry.at), col(AuditEntry.id)))).all()
    assert list(rows) == ["ada@example.org"] * 2


async def test_what_was_done_is_told_the_latest_first_with_who_and_to_what(api: Api) -> None:
    ada, bob = await api.person("ada"), await api.person("bob")
    workspace = await ada.workspace("Acme", is_public=True)
    await ada.add(workspace, bob, "admin")
    shop = await bob.watcher(workspace, name="Shop", options={"bearer_token": "canary-hush"})
    await bob.patch(f"/workspaces/{workspace}/watchers/{shop['id']}", {"options": {"bearer_token": "canary-hush-2"}})
    await ada.patch(f"/workspaces/{workspace}", {"name": "Acme EU"})
    rows = await trail(ada, workspace)
    assert [(row["actor"], row["action"], row["object_name"], row["details"]) for row in rows] == [
        ("ada@example.org", "workspace.update", "Acme", {"name": "Acme EU"}),
        ("bob@example.org", "watcher.update", "Shop", {"changed": ["options"]}),
        ("bob@example.org", "watcher.create", "Shop", {"kind": "http"}),
        ("bob@example.org", "invitation.accept", "bob@example.org", {"role": "admin"}),
        ("ada@example.org", "invitation.create", "bob@example.org", {"role": "admin", "mailed": False}),
        ("ada@example.org", "workspace.create", "Acme", {"is_public": True}),
    ]
    assert rows[1]["actor_id"] == bob.id
    assert rows[1]["object_id"] == shop["id"]
    assert await trail(bob, workspace) == rows


async def test_the_trail_is_found_by_action_person_thing_and_time_and_read_page_by_page(api: Api) -> None:
    ada, bob = await api.person("ada"), await api.person("bob")
    workspace = await ada.workspace()
    await ada.add(workspace, bob, "admin")
    for name in ("Shop", "Blog", "Till"):
        watcher = await bob.watcher(workspace, name=name)
    await ada.delete(f"/workspaces/{workspace}/watchers/{watcher['id']}")
    everything = await trail(ada, workspace)

    async def found(**params: object) -> list[str]:
        return [row["action"] for row in await trail(ada, workspace, **params)]

    assert await found(action="watcher") == ["watcher.delete", *["watcher.create"] * 3]
    assert await found(action="watcher.delete") == ["watcher.delete"]
    assert await found(action="watch") == []
    assert await found(actor_id=bob.id) == [*["watcher.create"] * 3, "invitation.accept"]
    assert await found(object_id=watcher["id"]) == ["watcher.delete", "watcher.create"]
    last = everything[0]["at"]
    assert "watcher.delete" not in await found(to=last)
    assert "watcher.delete" in await found(**{"from": last})
    pages, cursor = [], None
    while len(pages) < 10:
        params = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        answer = (await ada.get(f"/workspaces/{workspace}/audit", **params)).json()
        pages += answer["items"]
        cursor = answer["next_cursor"]
        if cursor is None:
            break
    assert pages == everything
    assert (await ada.get(f"/workspaces/{workspace}/audit", action="Watcher%")).status_code == 422


async def test_the_trail_of_a_workspace_and_of_its_people_outlives_them(api: Api) -> None:
    ada = await api.person("ada")
    workspace = await ada.workspace()
    await ada.watcher(workspace, name="Shop")
    assert (await ada.delete(f"/workspaces/{workspace}")).status_code == 204
    assert (await ada.get(f"/workspaces/{workspace}/audit")).status_code == 404
    async with api.db.read() as session:
        rows = await session.exec(
            select(AuditEntry.action, AuditEntry.object_name)
            .where(col(AuditEntry.workspace_id).is_not(None))
            .order_by(col(AuditEntry.at), col(AuditEntry.id))
        )
        assert [tuple(row) for row in rows.all()] == [
            ("workspace.create", "Acme"),
            ("watcher.create", "Shop"),
            ("workspace.delete", "Acme"),
        ]


async def test_what_was_not_done_is_not_in_the_trail(api: Api) -> None:
    ada = await api.person("ada")
    workspace = await ada.workspace()
    shop = await ada.watcher(workspace)
    path = f"/workspaces/{workspace}/watchers/{shop['id']}"
    before = await trail(ada, workspace)
    assert (await ada.patch(path, {"timeout_ms": -1})).status_code == 422
    assert (await ada.patch(f"/workspaces/{workspace}", {"slug": "status"})).status_code == 422
    assert (await ada.post(f"{path}/resume")).status_code == 200
    assert (await ada.delete(f"/workspaces/{workspace}/tags/nobody-has")).status_code == 404
    assert (await ada.post(f"/workspaces/{workspace}/leave")).status_code == 409
    nothing = {"ids": ["01a209c3-4d4f-77a1-9ccc-47d635fc90f8"], "action": "pause"}
    assert (await ada.post(f"/workspaces/{workspace}/watchers/bulk", nothing)).status_code == 200
    assert await trail(ada, workspace) == before


async def test_many_watchers_at_once_are_one_row_that_names_them(api: Api) -> None:
    ada = await api.person("ada")
    workspace = await ada.workspace()
    ids = [(await ada.watcher(workspace, name=name))["id"] for name in ("Shop", "Blog")]
    answer = await ada.post(f"/workspaces/{workspace}/watchers/bulk", {"ids": ids, "action": "delete"})
    assert answer.json()["done"] == ids
    (row,) = await trail(ada, workspace, action="watcher.delete")
    assert row["object_id"] is None
    assert row["details"] == {"count": 2, "names": ["Shop", "Blog"], "ids": ids}


async def test_accounts_have_rows_that_no_workspace_shows(api: Api) -> None:
    ada = await api.person("ada")
    workspace = await ada.workspace()
    body = {"current_password": "correct horse battery", "new_password": "another long phrase"}
    assert (await ada.post("/users/me/password", body)).status_code == 200
    async with api.db.read() as session:
        rows = (await session.exec(select(AuditEntry).where(col(AuditEntry.workspace_id).is_(None)))).all()
        assert {row.action for row in rows} == {"user.register", "user.password"}
        assert "phrase" not in str([row.model_dump() for row in rows])
        count = select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "workspace.create")
        assert (await session.exec(count)).one() == 1
    await ada.sign_in("another long phrase")
    assert [row["action"] for row in await trail(ada, workspace)] == ["workspace.create"]
