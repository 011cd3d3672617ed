"""Deleting one's account: when it is refused, what goes, and who is let in afterwards."""

import asyncio
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlmodel import col, func, select

from healther.accounts.models import (
    ApiKey,
    AuditEntry,
    Invitation,
    MailAddress,
    Membership,
    RefreshToken,
    User,
    Workspace,
)
from healther.accounts.routes.auth import REFRESH_COOKIE
from healther.accounts.service import users
from healther.accounts.throttle import PASSWORD_CHECK
from healther.alerting.models import Rotation, RotationOverride
from healther.core.clock import now_ms
from healther.erasure import delete
from healther.monitoring.removal import delete_workspace
from tests.support.api import PASSWORD, Api, Person, settings_for, where
from tests.support.departing import delete_account, deletion
from tests.support.inviting import invite

ME = "/users/me"


async def emails(api: Api) -> list[str]:
    async with api.db.read() as session:
        return sorted((await session.exec(select(User.email))).all())


async def test_every_way_in_is_shut_on_the_very_next_request(api: Api) -> None:
    ada, owner = await api.person("ada"), await api.person("owner")
    phone = await ada.another_client()
    base = f"/workspaces/{await owner.workspace()}"
    assert (await owner.add(base.split("/")[2], ada, "admin")).is_success
    key = (await ada.post(f"{base}/api-keys", {"name": "CI", "scope": "write"})).json()["key"]
    program = api.client()
    program.headers["Authorization"] = f"Bearer {key}"
    assert (await program.get(f"{base}/overview")).status_code == 200
    assert REFRESH_COOKIE in ada.http.cookies

    deleted = await delete_account(ada)
    assert (deleted.status_code, deleted.text) == (204, "")
    assert f"{REFRESH_COOKIE}=" in deleted.headers["Set-Cookie"]
    assert REFRESH_COOKIE not in ada.http.cookies
    for asked in (ada.get(ME), phone.get(ME), phone.http.post("/auth/refresh"), program.get(f"{base}/overview")):
        assert (await asked).status_code == 401
    assert (await ada.sign_in()).status_code == 401
    assert (await delete_account(phone)).status_code == 401
    members = (await owner.get(f"{base}/members")).json()["items"]
    assert [each["email"] for each in members] == ["owner@example.org"]


async def test_the_last_owner_of_others_stays_until_somebody_else_is_one(api: Api) -> None:
    ada, bob, eve = [await api.person(name) for name in ("ada", "bob", "eve")]
    shop, blog = await ada.workspace("Shop"), await ada.workspace("Blog")
    theirs = await eve.workspace("Theirs")
    for workspace_id in (shop, blog):
        assert (await ada.add(workspace_id, bob, "admin")).is_success
    assert (await eve.add(theirs, ada, "observer")).is_success
    assert await deletion(ada) == {
        "alone": [],
        "left": ["Theirs"],
        "last_owner": ["Blog", "Shop"],
        "only_account": False,
    }
    refused = await delete_account(ada)
    assert refused.status_code == 409
    assert "last owner of Blog, Shop" in refused.json()["detail"]
    assert (await ada.get(ME)).status_code == 200

    assert (await ada.patch(f"/workspaces/{shop}/members/{bob.id}", {"role": "owner"})).is_success
    assert "last owner of Blog," in (await delete_account(ada)).json()["detail"]
    assert (await ada.delete(f"/workspaces/{blog}")).status_code == 204
    assert (await deletion(ada))["left"] == ["Shop", "Theirs"]
    assert (await delete_account(ada)).status_code == 204
    assert (await bob.get(f"/workspaces/{shop}")).json()["role"] == "owner"


async def test_workspaces_in_which_they_are_alone_go_with_them_when_they_are_named_and_no_others(api: Api) -> None:
    ada, bob = await api.person("ada"), await api.person("bob")
    alone, others = await ada.workspace("Alone"), await bob.workspace("Others")
    shop = await ada.watcher(alone)
    await bob.watcher(others)
    assert (await bob.add(others, ada, "owner")).is_success
    for named in ((), (others,), (alone, others)):
        refused = await delete_account(ada, *named)
        assert (refused.status_code, "Alone go with it" in refused.json()["detail"]) == (409, True)
    assert (await ada.get(f"/workspaces/{alone}/watchers/{shop['id']}")).status_code == 200
    assert (await delete_account(ada, alone)).status_code == 204
    async with api.db.read() as session:
        assert (await session.exec(select(Workspace.name))).all() == ["Others"]
    watchers = (await bob.get(f"/workspaces/{others}/watchers")).json()["items"]
    assert [each["name"] for each in watchers] == ["Shop"]


async def test_nothing_in_the_database_points_at_it_afterwards(api: Api) -> None:
    ada, bob = await api.person("ada"), await api.person("bob")
    base = f"/workspaces/{await bob.workspace()}"
    assert (await bob.add(base.split("/")[2], ada, "admin")).is_success
    await ada.post(f"{base}/api-keys", {"name": "CI", "scope": "read"})
    await invite(ada, f"{base}/invitations", "carl@example.org", by="link")
    rotation = (
        await ada.post(f"{base}/rotations", {"name": "Nights", "starts_on": "2026-03-02", "members": [ada.id, bob.id]})
    ).json()
    turn = {"user_id": ada.id, "starts_at": "2099-01-01T00:00:00Z", "ends_at": "2099-01-02T00:00:00Z"}
    assert (await bob.post(f"{base}/rotations/{rotation['id']}/overrides", turn)).is_success
    feed = (await ada.post(f"{base}/rotations/{rotation['id']}/feed")).json()["url"]
    calendar = "/oncall/" + feed.rpartition("/")[2]
    assert (await api.client(base="").get(calendar)).status_code == 200

    assert (await delete_account(ada)).status_code == 204
    assert (await api.client(base="").get(calendar)).status_code == 404
    async with api.db.read() as session:
        for column in (
            User.id, Membership.user_id, RefreshToken.user_id, ApiKey.created_by, Invitation.invited_by,
            RotationOverride.user_id, MailAddress.user_id,
        ):  # fmt: skip
            left = select(func.count()).where(col(column) == UUID(ada.id))
            assert (await session.exec(left)).one() == 0, column
        assert (await session.exec(select(Rotation.feed_token_hash))).all() == [None]
    found = (await bob.get(f"{base}/rotations/{rotation['id']}")).json()
    assert found["now"]["user"]["name"] == "Bob"
    assert [(each["name"], each["left"]) for each in found["members"]] == [("somebody who left", True), ("Bob", False)]
    assert (await bob.get(f"{base}/invitations")).json()["items"] == []
    trail = (await bob.get(f"{base}/audit")).json()["items"]
    ended = {each["action"] for each in trail if each["details"].get("deleted")}
    assert ended == {"api_key.revoke", "rotation_feed.delete", "invitation.withdraw", "member.leave"}


async def test_it_needs_the_password_ten_times_in_a_quarter_of_an_hour_at_most(api: Api) -> None:
    ada = await api.person("ada")
    assert where(await ada.http.request("DELETE", ME, json={})) == ["body.current_password"]
    for _ in range(PASSWORD_CHECK.tries):
        assert where(await delete_account(ada, password="not my password")) == ["body.current_password"]
    throttled = await delete_account(ada)
    assert (throttled.status_code, int(throttled.headers["Retry-After"]) > 0) == (429, True)
    assert await emails(api) == ["ada@example.org"]


async def test_no_api_key_deletes_whoever_made_it(api: Api) -> None:
    ada = await api.person("ada")
    workspace = await ada.workspace()
    key = (await ada.post(f"/workspaces/{workspace}/api-keys", {"name": "CI", "scope": "write"})).json()["key"]
    program = api.client()
    program.headers["Authorization"] = f"Bearer {key}"
    assert (await delete_account(ada, workspace, client=program)).status_code == 403
    assert (await program.get(f"{ME}/deletion")).status_code == 403


async def test_two_owners_who_delete_their_accounts_at_once_leave_one_behind(api: Api) -> None:
    ada, bob, eve = [await api.person(name) for name in ("ada", "bob", "eve")]
    workspace = await ada.workspace()
    assert (await ada.add(workspace, bob, "owner")).is_success
    assert (await ada.add(workspace, eve, "observer")).is_success
    answers = await asyncio.gather(delete_account(ada), delete_account(bob))
    assert sorted(each.status_code for each in answers) == [204, 409]
    async with api.db.read() as session:
        roles = (await session.exec(select(Membership.role).order_by(col(Membership.role)))).all()
    assert roles == ["observer", "owner"]


async def test_nobody_joins_what_is_about_to_go(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    ada, bob = await api.person("ada"), await api.person("bob")
    workspace = await ada.workspace()
    made = await ada.post(f"/workspaces/{workspace}/invitations", {"email": bob.email, "by": "link"})
    token = made.json()["link"].partition("#")[2]
    joined = []

    async def meanwhile(*arguments: object) -> None:
        joined.append((await bob.post("/invitations/accept", {"token": token})).status_code)
        await delete_workspace(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(delete, "delete_workspace", meanwhile)
    assert (await delete_account(ada, workspace)).status_code == 204
    assert joined == [404]


async def test_a_workspace_made_meanwhile_is_not_taken_along(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = await api.person("ada")
    workspace = await ada.workspace("First")

    async def meanwhile(*arguments: object) -> None:
        await delete_workspace(*arguments)  # type: ignore[arg-type]
        await ada.workspace("Second")

    monkeypatch.setattr(delete, "delete_workspace", meanwhile)
    refused = await delete_account(ada, workspace)
    assert (refused.status_code, refused.json()["detail"]) == (409, delete.CHANGED)
    assert await deletion(ada) == {"alone": ["Second"], "left": [], "last_owner": [], "only_account": True}


@pytest.mark.parametrize(
    ("registration", "needed", "said"),
    [("first", False, users.ALL_DELETED), ("closed", False, users.CLOSED), ("open", True, None)],
)
async def test_deleting_the_only_account_opens_the_installation_to_nobody_and_shuts_out_no_operator(
    api: Api, registration: str, needed: bool, said: str | None
) -> None:
    settings = settings_for(api.app.state.settings.database_url, registration=registration)
    ada = await api.person("ada")
    workspace = await ada.workspace()
    assert (await deletion(ada))["only_account"]
    assert (await delete_account(ada, workspace)).status_code == 204
    api.app.state.settings = settings
    visitor = api.client()
    assert (await visitor.get("/setup")).json()["needed"] is needed
    body = {"email": "eve@example.org", "full_name": "Eve", "password": PASSWORD}
    answer = await visitor.post("/auth/register", json=body)
    assert (answer.status_code, answer.json().get("detail")) == ((403, said) if said else (201, None))
    if said:
        # What `healther user create` does.
        async with api.db.write() as session:
            await users.create_user(
                session, email="ada@example.org", full_name="Ada", hashed_password="x", now_ms=now_ms()
            )
        assert await emails(api) == ["ada@example.org"]


async def test_the_database_holds_its_rules_without_it(api: Api) -> None:
    ada, bob = await api.person("ada"), await api.person("bob")
    workspace = await bob.workspace()
    assert (await bob.add(workspace, ada, "admin")).is_success
    assert (await delete_account(ada)).status_code == 204
    if api.db.is_sqlite:
        async with api.db.read() as session:
            assert (await session.exec(text("PRAGMA foreign_key_check"))).all() == []
    async with api.db.read() as session:
        said = (await session.exec(select(AuditEntry).where(AuditEntry.action == "user.delete"))).one()
    assert (said.actor, said.object_name, said.object_id) == ("deleted account", "deleted account", ada.id)


async def test_the_address_may_be_somebody_s_again(api: Api) -> None:
    ada = await api.person("ada")
    assert (await delete_account(ada)).status_code == 204
    again: Person = await api.person("ada")
    assert again.id != ada.id
    assert (await again.get("/workspaces")).json()["items"] == []
