"""An account that a stranger made with somebody's address: its owner gets it back, and the stranger keeps nothing."""

from dataclasses import dataclass
from uuid import UUID

import httpx
import pytest
from sqlmodel import select

from healther.accounts.models import AuditEntry, MailAddress
from healther.accounts.service.consent import mail_of
from healther.accounts.service.users import TAKEN, find_user
from healther.core.clock import DAY_MS, now_ms, to_utc
from tests.support.api import PASSWORD, Api, Person, token_of
from tests.support.consent import confirm, text_of
from tests.support.inviting import NEWCOMER, invite, mailed_token
from tests.support.recovering import NEW_PASSWORD, link_for, reset
from tests.support.sinks import SmtpSink

VICTIM = "victim@example.org"


@dataclass
class Squatter:
    """What a stranger can make of an account while they have it."""

    person: Person
    other_device: Person
    workspace: str
    program: httpx.AsyncClient
    calendar: str
    invitation: str
    links: list[str]

    async def ways_in(self, api: Api) -> dict[str, int]:
        """What each of them answers now."""
        accomplice = await api.person(f"accomplice{now_ms()}")
        email_link, reset_link = self.links
        sent = await api.client().post("/auth/reset", json={"token": reset_link, "password": "a squatter's phrase"})
        moved = await api.client().post("/auth/email", json={"token": email_link})
        looked = await api.client().post("/invitations/look", json={"token": self.invitation})
        return {
            "token": (await self.person.get("/users/me")).status_code,
            "another device": (await self.other_device.get("/users/me")).status_code,
            "cookie": (await self.person.post("/auth/refresh")).status_code,
            "API key": (await self.program.get(f"/workspaces/{self.workspace}")).status_code,
            "calendar": (await api.client(base="").get(self.calendar)).status_code,
            "invitation": looked.status_code,
            "accomplice": (await accomplice.get(f"/workspaces/{self.workspace}")).status_code,
            "link to set a password": sent.status_code,
            "link to another address": moved.status_code,
            "password": (await self.person.sign_in(PASSWORD)).status_code,
        }


@pytest.fixture
async def squatter(api: Api) -> Squatter:
    """Their account had another address before, which was confirmed: mail would still go there."""
    person = await api.person("victim")
    async with api.db.write() as session:
        row = MailAddress(user_id=UUID(person.id), address="evil@example.org", language="en", confirmed_at=now_ms())
        session.add(row)
    workspace = await person.workspace("Theirs")
    path = f"/workspaces/{workspace}"
    key = (await person.post(f"{path}/api-keys", {"name": "Way in", "scope": "write"})).json()["key"]
    program = api.client()
    program.headers["Authorization"] = f"Bearer {key}"
    nights = {"name": "Nights", "starts_on": "2026-03-02", "members": [person.id]}
    rotation = (await person.post(f"{path}/rotations", nights)).json()
    feed = (await person.post(f"{path}/rotations/{rotation['id']}/feed")).json()["url"]
    body = {"email": "accomplice@example.org", "role": "owner", "by": "link"}
    shown = (await person.post(f"{path}/invitations", body)).json()["link"]
    async with api.db.read() as session:
        user = await find_user(session, VICTIM)
    assert user is not None
    links = [
        token_of(api.app.state.email_links.make(user, now_ms(), "evil@example.org")),
        token_of(api.app.state.reset_links.make(user, now_ms())),
    ]
    made = Squatter(
        person,
        await person.another_client(),
        workspace,
        program,
        f"/oncall/{feed.rpartition('/oncall/')[2]}",
        token_of(shown),
        links,
    )
    for client in (made.person.http, made.other_device.http):
        assert (await client.get("/users/me")).status_code == 200
    assert (await program.get(path)).status_code == 200
    assert (await api.client(base="").get(made.calendar)).status_code == 200
    return made


async def test_whoever_is_invited_gets_their_address_back_and_the_stranger_who_had_it_keeps_nothing(
    api: Api, owner: Person, base: str, sink: SmtpSink, squatter: Squatter
) -> None:
    await invite(owner, base, VICTIM)
    invitation = mailed_token(sink)
    refused = await api.client().post("/invitations/register", json={"token": invitation, **NEWCOMER})
    assert (refused.status_code, refused.json()["detail"]) == (409, TAKEN)

    assert (await reset(api, await link_for(api, sink, VICTIM))).status_code == 204
    ways_in = await squatter.ways_in(api)
    assert ways_in == {
        "token": 401, "another device": 401, "cookie": 401, "API key": 401, "calendar": 404, "invitation": 404,
        "accomplice": 404, "link to set a password": 404, "link to another address": 404, "password": 401,
    }  # fmt: skip
    victim = Person(api, VICTIM, squatter.person.id, api.client())
    assert (await victim.sign_in(NEW_PASSWORD)).status_code == 200
    joined = await victim.post("/invitations/accept", {"token": invitation})
    assert (joined.status_code, joined.json()["name"]) == (201, "Acme")
    async with api.db.read() as session:
        user = await find_user(session, VICTIM)
        assert user is not None
        assert await mail_of(session, {user.id: user.email}) == {user.id: VICTIM}


async def test_what_ended_with_a_new_password_is_told_in_the_trail_of_its_workspace(
    api: Api, sink: SmtpSink, squatter: Squatter
) -> None:
    assert (await reset(api, await link_for(api, sink, VICTIM))).status_code == 204
    async with api.db.read() as session:
        rows = (await session.exec(select(AuditEntry).where(AuditEntry.at >= now_ms() - DAY_MS))).all()
    ended = {(row.action, row.object_name) for row in rows if row.details.get("reset")}
    assert ended == {
        ("api_key.revoke", "Way in"), ("rotation_feed.delete", "Nights"),
        ("invitation.withdraw", "accomplice@example.org"),
    }  # fmt: skip
    (told,) = [row for row in rows if row.action == "user.reset"]
    assert told.details == {"api_keys": 1, "calendar_links": 1, "invitations": 1}
    assert {str(row.workspace_id) for row in rows if row.details.get("reset")} == {squatter.workspace}


async def test_mail_goes_to_no_address_that_a_stranger_had_confirmed_for_the_account(api: Api, sink: SmtpSink) -> None:
    ada = await api.person("ada")
    await confirm(api, ada.email)
    async with api.db.write() as session:
        row = MailAddress(user_id=UUID(ada.id), address="evil@example.org", language="en", confirmed_at=now_ms())
        session.add(row)
    # While another address waits to be confirmed, mail goes to the one that was confirmed last.
    waiting = {UUID(ada.id): "later@example.org"}
    async with api.db.read() as session:
        assert await mail_of(session, waiting) == {UUID(ada.id): "evil@example.org"}
    assert (await reset(api, await link_for(api, sink, ada.email))).status_code == 204
    async with api.db.read() as session:
        assert await mail_of(session, waiting) == {UUID(ada.id): ada.email}


async def test_what_others_made_in_the_same_workspace_stays(api: Api, owner: Person, base: str, sink: SmtpSink) -> None:
    workspace_id, bob = base.split("/")[2], await api.person("bob")
    assert (await owner.add(workspace_id, bob, "admin")).status_code == 201
    made = await owner.post(f"/workspaces/{workspace_id}/api-keys", {"name": "CI"})
    program = api.client()
    program.headers["Authorization"] = f"Bearer {made.json()['key']}"
    nights = {"name": "Nights", "starts_on": to_utc(now_ms()).date().isoformat(), "members": [owner.id]}
    rotation = (await owner.post(f"/workspaces/{workspace_id}/rotations", nights)).json()
    feed = (await owner.post(f"/workspaces/{workspace_id}/rotations/{rotation['id']}/feed")).json()["url"]
    open_one = await invite(owner, base, "grace@example.org", by="link")
    assert (await reset(api, await link_for(api, sink, bob.email))).status_code == 204
    assert (await program.get(f"/workspaces/{workspace_id}")).status_code == 200
    assert (await api.client(base="").get(f"/oncall/{feed.rpartition('/oncall/')[2]}")).status_code == 200
    assert [each["id"] for each in (await owner.get(base)).json()["items"]] == [open_one["id"]]
    assert (await owner.get("/users/me")).status_code == 200
    assert (await bob.sign_in(NEW_PASSWORD)).status_code == 200
    assert (await bob.get(f"/workspaces/{workspace_id}")).json()["role"] == "admin", "what the account is a member of"


@pytest.mark.parametrize("language", ["en", "de"])
async def test_whoever_took_an_account_over_hears_who_else_is_in_and_removes_them(
    api: Api, sink: SmtpSink, squatter: Squatter, language: str
) -> None:
    assert (await squatter.person.patch("/users/me", {"language": language})).status_code == 200
    spy = await api.person("spy")
    assert (await squatter.person.add(squatter.workspace, spy, "owner")).status_code == 201
    assert (await reset(api, await link_for(api, sink, VICTIM))).status_code == 204
    said = text_of(sink.mails[-1])
    assert ("Other members in the workspaces of the account: 1." in said) == (language == "en")
    assert ("Andere Mitglieder in den Arbeitsbereichen des Kontos: 1." in said) == (language == "de")
    victim = Person(api, VICTIM, squatter.person.id, api.client())
    assert (await victim.sign_in(NEW_PASSWORD)).status_code == 200
    assert (await victim.delete(f"/workspaces/{squatter.workspace}/members/{spy.id}")).status_code == 204
    assert (await spy.get(f"/workspaces/{squatter.workspace}")).status_code == 404
    assert (await reset(api, await link_for(api, sink, VICTIM), PASSWORD)).status_code == 204
    assert "1." not in text_of(sink.mails[-1]), "whoever only forgot their password hears nothing of the kind"
