"""Invitations: nobody becomes a member unasked, and a link opens what it should, once."""

import asyncio

import pytest
from sqlalchemy import update
from sqlmodel import col, select

from healther.accounts.models import AuditEntry, Invitation
from healther.accounts.service import invitations
from healther.core.clock import DAY_MS, now_ms
from tests.support.api import PASSWORD, Api, Person, token_of
from tests.support.inviting import NEWCOMER, invite, link_for


async def change(api: Api, **values: object) -> None:
    """What time or somebody else does to every invitation."""
    async with api.db.write() as session:
        await session.exec(update(Invitation).values(**values))


async def test_the_link_that_was_shown_lets_an_account_join_once(api: Api, owner: Person, base: str) -> None:
    bob, eve = await api.person("bob"), await api.person("eve")
    token = await link_for(owner, base, bob.email)
    refused = await eve.post("/invitations/accept", {"token": token})
    assert refused.status_code == 403
    assert "This invitation is for b•••@example.org, and you are signed in as eve@example.org" in refused.text
    joined = await bob.post("/invitations/accept", {"token": token})
    assert joined.status_code == 201
    assert joined.json()["name"] == "Acme"
    assert joined.json()["role"] == "observer", "the least is the default"
    assert (await bob.post("/invitations/accept", {"token": token})).status_code == 404
    assert (await owner.post(base, {"email": bob.email})).status_code == 409


async def test_a_token_that_is_not_good_is_the_same_whyever(api: Api, owner: Person, base: str) -> None:
    bob, admin = await api.person("bob"), await api.person("admin")
    workspace_id = base.split("/")[2]
    assert (await owner.add(workspace_id, admin, "admin")).status_code == 201
    used = await link_for(owner, base, bob.email)
    assert (await bob.post("/invitations/accept", {"token": used})).status_code == 201
    withdrawn = await invite(owner, base, "withdrawn@example.org", by="link")
    assert (await owner.delete(f"{base}/{withdrawn['id']}")).status_code == 204
    renewed = await invite(owner, base, "renewed@example.org", by="link")
    assert (await owner.post(f"{base}/{renewed['id']}/resend", {"by": "link"})).status_code == 200
    void = await link_for(admin, base, "void@example.org")
    gone = await link_for(admin, base, "gone@example.org", role="admin")
    members = f"/workspaces/{workspace_id}/members/{admin.id}"
    assert (await owner.patch(members, {"role": "observer"})).status_code == 200
    works = {each["email"]: each["works"] for each in (await owner.get(base)).json()["items"]}
    assert works == {"void@example.org": False, "gone@example.org": False, "renewed@example.org": True}
    tokens = [used, token_of(withdrawn["link"]), token_of(renewed["link"]), void, gone, "A" * 43, "x", "ö"]
    for path, body in (("look", {}), ("accept", {}), ("register", NEWCOMER)):
        answers = set()
        hashed = api.passwords.hashed
        for token in tokens:
            client = bob.http if path == "accept" else api.client()
            answer = await client.post(f"/invitations/{path}", json={"token": token, **body})
            answers.add((answer.status_code, answer.json()["detail"]))
        assert answers == {(404, invitations.GONE)}, path
        assert api.passwords.hashed == hashed, "nobody without a good token has a password hashed"


async def test_an_expired_invitation_says_so_and_is_sent_again_by_another_link(
    api: Api, owner: Person, base: str
) -> None:
    bob = await api.person("bob")
    token = await link_for(owner, base, bob.email)
    assert await expires_in_a_week(owner, base)
    await change(api, expires_at=now_ms())
    seen = await api.client().post("/invitations/look", json={"token": token})
    assert seen.json()["expired"] is True
    accepted = await bob.post("/invitations/accept", {"token": token})
    registered = await api.client().post("/invitations/register", json={"token": token, **NEWCOMER})
    assert [(each.status_code, each.json()["detail"]) for each in (accepted, registered)] == [
        (409, invitations.EXPIRED)
    ] * 2
    (open_one,) = (await owner.get(base)).json()["items"]
    assert open_one["works"] is False
    again = (await owner.post(f"{base}/{open_one['id']}/resend", {"by": "link"})).json()
    assert again["works"] is True
    assert await expires_in_a_week(owner, base)
    assert (await bob.post("/invitations/accept", {"token": token})).status_code == 404, "the first link has ended"
    assert (await bob.post("/invitations/accept", {"token": token_of(again["link"])})).status_code == 201


async def expires_in_a_week(owner: Person, base: str) -> bool:
    async with owner.api.db.read() as session:
        (row,) = (await session.exec(select(Invitation))).all()
    return now_ms() + 6 * DAY_MS < row.expires_at <= now_ms() + 7 * DAY_MS


async def test_invitations_of_another_workspace_are_not_there(api: Api, owner: Person, base: str) -> None:
    stranger = await api.person("stranger")
    theirs = f"/workspaces/{await stranger.workspace('Theirs')}/invitations"
    made = await invite(owner, base, "bob@example.org", by="link")
    assert (await stranger.get(theirs)).json()["items"] == []
    assert (await stranger.post(f"{theirs}/{made['id']}/resend", {"by": "link"})).status_code == 404
    assert (await stranger.delete(f"{theirs}/{made['id']}")).status_code == 404
    assert (await stranger.get(base)).status_code == 404
    assert (await stranger.post(base, {"email": stranger.email})).status_code == 404
    looked = await api.client().post("/invitations/look", json={"token": token_of(made["link"])})
    assert looked.status_code == 200, "it is still open"


async def test_an_invitation_gives_no_more_than_its_sender_may_give(api: Api, owner: Person, base: str) -> None:
    admin, workspace_id = await api.person("admin"), base.split("/")[2]
    assert (await owner.add(workspace_id, admin, "admin")).status_code == 201
    assert (await admin.post(base, {"email": "bob@example.org", "role": "owner"})).status_code == 403
    made = await invite(owner, base, "heir@example.org", role="owner", by="link")
    assert (await admin.post(f"{base}/{made['id']}/resend", {"by": "link"})).status_code == 403
    assert (await admin.delete(f"{base}/{made['id']}")).status_code == 403
    assert (await owner.patch(f"/workspaces/{workspace_id}/members/{admin.id}", {"role": "owner"})).status_code == 200
    assert (await admin.patch(f"/workspaces/{workspace_id}/members/{owner.id}", {"role": "admin"})).status_code == 200
    body = {"token": token_of(made["link"]), **NEWCOMER}
    assert (await api.client().post("/invitations/register", json=body)).status_code == 404
    # Whoever sends it again vouches for it.
    again = (await admin.post(f"{base}/{made['id']}/resend", {"by": "link"})).json()
    assert again["invited_by"] == "Admin"
    body["token"] = token_of(again["link"])
    joined = await api.client().post("/invitations/register", json=body)
    assert joined.json()["workspace"]["role"] == "owner"


async def test_one_token_shown_many_times_at_once_makes_one_account(api: Api, owner: Person, base: str) -> None:
    body = {"token": await link_for(owner, base, "grace@example.org"), **NEWCOMER}
    answers = await asyncio.gather(*(api.client().post("/invitations/register", json=body) for _ in range(6)))
    assert sorted(each.status_code for each in answers) == [201] + [404] * 5
    async with api.db.read() as session:
        rows = (await session.exec(select(AuditEntry).where(AuditEntry.action == "invitation.accept"))).all()
    assert [(each.actor, each.details["role"]) for each in rows] == [("grace@example.org", "observer")]


async def test_an_address_that_has_an_account_makes_no_second_one(api: Api, owner: Person, base: str) -> None:
    bob = await api.person("bob")
    token = await link_for(owner, base, bob.email)
    refused = await api.client().post("/invitations/register", json={"token": token, **NEWCOMER})
    assert refused.status_code == 409
    assert (await bob.sign_in(PASSWORD)).status_code == 200, "the password is what it was"
    assert (await bob.post("/invitations/accept", {"token": token})).status_code == 201


async def test_the_link_is_of_the_settings_and_only_its_hash_is_kept(api: Api, owner: Person, base: str) -> None:
    answer = await owner.http.post(base, json={"email": "bob@example.org"}, headers={"Host": "evil.example"})
    token = token_of(answer.json()["link"])
    assert answer.json()["link"].startswith("http://127.0.0.1:8000/invitation#")
    async with api.db.read() as session:
        kept = [*(await session.exec(select(Invitation))).all(), *(await session.exec(select(AuditEntry))).all()]
    assert kept
    assert token not in str([vars(each) for each in kept])


async def test_open_invitations_are_bounded_and_one_address_has_one(
    owner: Person, base: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(invitations, "MOST_OPEN", 2)
    made = await invite(owner, base, "a@example.org")
    assert (await owner.post(base, {"email": "A@example.org"})).status_code == 409
    await invite(owner, base, "b@example.org")
    refused = await owner.post(base, {"email": "c@example.org"})
    assert refused.status_code == 409
    assert "2 open invitations at most" in refused.text
    assert (await owner.delete(f"{base}/{made['id']}")).status_code == 204
    await invite(owner, base, "c@example.org")


async def test_an_invitation_that_ended_a_month_ago_is_forgotten(api: Api, owner: Person, base: str) -> None:
    await invite(owner, base, "old@example.org")
    await change(api, expires_at=now_ms() - 31 * DAY_MS)
    await invite(owner, base, "new@example.org")
    async with api.db.read() as session:
        assert (await session.exec(select(col(Invitation.email)))).all() == ["new@example.org"]
