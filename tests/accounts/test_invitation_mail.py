"""How the link of an invitation gets to somebody; nothing in it tells who has an account."""

import re
from uuid import UUID

import pytest
from sqlmodel import select

from healther.accounts.mailer import Mailer
from healther.accounts.models import MailAddress
from healther.accounts.service import invitations
from healther.accounts.throttle import Limit
from healther.core.clock import DAY_MS, now_ms
from tests.support.api import PASSWORD, Api, Person, settings_for, token_of, where
from tests.support.consent import confirm
from tests.support.inviting import LINK, NEWCOMER, invite, mailed_token, text_of
from tests.support.sinks import SmtpSink
from tests.support.wire import guarded_net


async def test_somebody_invited_by_mail_makes_an_account_and_joins_though_signing_up_is_closed(
    api: Api, owner: Person, base: str, sink: SmtpSink
) -> None:
    api.app.state.settings = settings_for(api.app.state.settings.database_url, registration="closed")
    made = await invite(owner, base, "Grace@Example.org", role="admin")
    assert (made["email"], made["link"], made["mailed"], made["mail_error"]) == ("grace@example.org", None, True, None)
    assert sink.mails[-1].parsed["To"] == "grace@example.org"
    assert sink.mails[-1].parsed["Subject"] == "Somebody who goes by “Owner” invites you to a workspace called “Acme”"
    token, grace = mailed_token(sink), api.client()
    seen = (await grace.post("/invitations/look", json={"token": token})).json()
    assert seen.keys() == {"workspace", "role", "email", "expires_at", "expired"}
    assert (seen["workspace"], seen["role"], seen["email"], seen["expired"]) == (
        "Acme", "admin", "g•••@example.org", False,
    )  # fmt: skip
    joined = await grace.post("/invitations/register", json={"token": token, **NEWCOMER})
    assert joined.status_code == 201, joined.text
    assert joined.json()["email"] == "grace@example.org"
    assert joined.json()["workspace"]["role"] == "admin"
    assert "healther_refresh" in joined.headers["Set-Cookie"]
    grace.headers["Authorization"] = f"Bearer {joined.json()['access_token']}"
    assert (await grace.get(base)).json()["items"] == [], "an admin sees what is open, and this is not any more"
    members = (await grace.get(base.replace("invitations", "members"))).json()["items"]
    assert [(each["email"], each["role"]) for each in members] == [
        ("grace@example.org", "admin"), ("owner@example.org", "owner"),
    ]  # fmt: skip


@pytest.mark.parametrize("by", ["mail", "link"])
async def test_an_address_with_an_account_and_one_without_get_the_same_answers(
    api: Api, owner: Person, base: str, sink: SmtpSink, by: str
) -> None:
    await api.person("known")
    told = []
    for name in ("known", "gnome"):
        made = await owner.post(base, {"email": f"{name}@example.org", "by": by})
        listed = await owner.get(base)
        again = await owner.post(f"{base}/{made.json()['id']}/resend", {"by": by})
        token = mailed_token(sink) if by == "mail" else token_of(again.json()["link"])
        looked = await api.client().post("/invitations/look", json={"token": token})
        withdrawn = await owner.delete(f"{base}/{made.json()['id']}")
        answers = [made, listed, again, looked, withdrawn]
        assert [each.status_code for each in answers] == [201, 200, 200, 200, 204]
        told.append([_alike(f"{each.headers} {each.text}", name) for each in answers])
    assert told[0] == told[1]


def _alike(text: str, name: str) -> str:
    """The text without what differs anyway: the address, ids, tokens, and moments (a whole second is a shorter one)."""
    text = re.sub(r"'content-length': '\d+'", "", text)
    text = text.replace(f"{name}@", "x@").replace(f"{name[0]}•••@", "x•••@")
    text = re.sub(r"[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}", "ID", text)
    return re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z|(?<=#)[\w-]{43}", "X", text)


async def test_without_a_mail_server_the_link_is_shown(api: Api, owner: Person, base: str) -> None:
    made = await invite(owner, base, "bob@example.org")
    assert made["mailed"] is False
    assert LINK.fullmatch(made["link"])
    assert where(await owner.post(base, {"email": "eve@example.org", "by": "mail"})) == ["body.by"]
    listed = (await owner.get(base)).json()
    assert [each["email"] for each in listed["items"]] == ["bob@example.org"]
    assert token_of(made["link"]) not in str(listed)


async def test_a_mail_that_does_not_leave_leaves_the_link_to_hand_over(
    api: Api, owner: Person, base: str, sink: SmtpSink
) -> None:
    async with guarded_net() as net:
        api.app.state.mailer = Mailer(net, sink.server(port=1))
        made = await invite(owner, base, "bob@example.org")
        assert made["mailed"] is False
        assert made["mail_error"]
        assert (await owner.get(base)).json()["items"][0]["mailed"] is False
        looked = await api.client().post("/invitations/look", json={"token": token_of(made["link"])})
        assert looked.status_code == 200


async def test_mails_are_bounded_for_a_person_a_workspace_and_an_address(
    api: Api, owner: Person, base: str, sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, limit in (("TO_ADDRESS", 2), ("OF_WORKSPACE", 4), ("OF_PERSON", 5)):
        monkeypatch.setattr(invitations, name, Limit(name, limit, DAY_MS))
    person, workspace = (f"A {who} mails {n} invitations a day at most" for who, n in (("person", 5), ("workspace", 4)))
    made = await invite(owner, base, "bob@example.org")
    resend = f"{base}/{made['id']}/resend"
    assert (await owner.post(resend, {})).status_code == 200
    assert (await owner.post(resend, {})).status_code == 429
    tagged = await owner.post(base, {"email": "bob+tag@example.org"})
    assert tagged.status_code == 429, "a tag is no other mailbox"
    assert (await owner.post(resend, {"by": "link"})).status_code == 200, "a link needs no mail"
    third = [await owner.post(base, {"email": f"a{n}@example.org"}) for n in range(3)][-1]
    assert (third.status_code, third.json()["detail"].partition(";")[0]) == (429, workspace)
    assert re.search(r"; try again in (1 d|23 h 59 min)\.$", third.json()["detail"]), "no count of 86,400 seconds"
    other = f"/workspaces/{await owner.workspace('Other')}/invitations"
    second = [await owner.post(other, {"email": f"b{n}@example.org"}) for n in range(2)][-1]
    assert (second.status_code, second.json()["detail"].partition(";")[0]) == (429, person)
    assert len(sink.mails) == 5


@pytest.mark.parametrize(
    ("first", "second", "third"),
    [
        ("bob@example.org", "bob+tag@example.org", "bob@example.org"),
        ("bob@gmail.com", "b.o.b@gmail.com", "bo.b+tag@googlemail.com"),
    ],
)
async def test_no_workspace_uses_up_alone_what_an_address_gets_and_none_is_told_that_another_wrote(
    owner: Person, base: str, sink: SmtpSink, first: str, second: str, third: str
) -> None:
    async def send(where: str, email: str) -> list[str]:
        made = await invite(owner, where, email)
        again = [await owner.post(f"{where}/{made['id']}/resend", {}) for _ in range(2)]
        assert [each.status_code for each in again][-1] == 429
        return [each.json()["detail"].partition(";")[0] for each in again if each.status_code == 429]

    few = "An address is mailed a few invitations a day at most"
    others = [f"/workspaces/{await owner.workspace(name)}/invitations" for name in ("Two", "Three")]
    assert await send(base, first) == [few], "its own limit: two"
    assert await send(others[0], second) == [few], "there is room for another"
    assert await send(others[1], third) == [few] * 2, "five of all together"
    assert len(sink.mails) == 5


async def test_nobody_is_mailed_in_the_name_of_somebody_whose_own_address_is_not_confirmed(
    api: Api, sink: SmtpSink
) -> None:
    eve = await api.person("eve")
    base = f"/workspaces/{await eve.workspace()}/invitations"
    refused = await eve.post(base, {"email": "bob@example.org"})
    assert (refused.status_code, refused.json()["detail"]) == (409, invitations.UNCONFIRMED)
    made = await invite(eve, base, "bob@example.org", by="link")
    again = await eve.post(f"{base}/{made['id']}/resend", {"by": "mail"})
    assert (again.status_code, again.json()["detail"]) == (409, invitations.UNCONFIRMED)
    assert sink.mails == []
    await confirm(api, "eve@example.org")
    assert (await eve.post(f"{base}/{made['id']}/resend", {"by": "mail"})).json()["mailed"] is True


@pytest.mark.parametrize("said_to", ["account", "workspace"])
async def test_among_strangers_a_mailbox_that_said_no_to_one_gets_no_invitation_of_any(
    api: Api, owner: Person, base: str, sink: SmtpSink, said_to: str
) -> None:
    elsewhere = await api.person("elsewhere")
    row = MailAddress(address="bob+shop@example.org", language="en", refused_at=now_ms())
    if said_to == "workspace":
        row.workspace_id = UUID(await elsewhere.workspace("Elsewhere"))
    else:
        row.user_id = UUID((await elsewhere.get("/users/me")).json()["id"])
    async with api.db.write() as session:
        session.add(row)
    for email in ("bob@example.org", "bob+shop@example.org", "bob+2@example.org"):
        refused = await owner.post(base, {"email": email})
        assert (refused.status_code, refused.json()["detail"]) == (409, invitations.REFUSED)
    assert (await owner.post(base, {"email": "bo@example.org"})).status_code == 201, "that is another mailbox"


async def test_an_address_that_wants_no_mail_of_a_workspace_is_sent_no_invitation_of_it(
    api: Api, owner: Person, base: str, sink: SmtpSink
) -> None:
    api.app.state.settings = settings_for(api.app.state.settings.database_url, registration="closed")
    made = await invite(owner, base, "bob@example.org")
    workspace_id = base.split("/")[2]
    async with api.db.write() as session:
        session.add(
            MailAddress(workspace_id=UUID(workspace_id), address="bob@example.org", language="en", refused_at=now_ms())
        )
    again = await owner.post(f"{base}/{made['id']}/resend", {})
    assert (again.status_code, again.json()["detail"]) == (409, invitations.REFUSED)
    assert (await owner.post(f"{base}/{made['id']}/resend", {"by": "link"})).status_code == 200
    other = f"/workspaces/{await owner.workspace('Other')}/invitations"
    assert (await owner.post(other, {"email": "bob@example.org"})).status_code == 201, "it said no to the first alone"
    assert len(sink.mails) == 2


async def test_what_tenants_name_themselves_leads_nowhere_in_the_mail(api: Api, owner: Person, sink: SmtpSink) -> None:
    name = "Win at https://evil.example now"
    base = f"/workspaces/{await owner.workspace(name)}/invitations"
    assert (await owner.patch("/users/me", {"full_name": "{place} www.evil.example"})).status_code == 200
    await invite(owner, base, "bob@example.org")
    assert "evil" not in sink.mails[-1].raw.decode()
    assert sink.mails[-1].parsed["Subject"] == "Somebody invites you to a workspace"
    assert (await owner.patch("/users/me", {"full_name": "{{7*7}} {place}", "language": "de"})).status_code == 200
    await invite(owner, base, "eve@example.org")
    assert sink.mails[-1].parsed["Subject"] == "Jemand lädt dich ein: ein Arbeitsbereich"
    assert "Einladung ansehen: http://127.0.0.1:8000/invitation#" in text_of(sink)
    assert (await owner.patch("/users/me", {"full_name": "Call 0800 55 44 33 to win"})).status_code == 200
    await invite(owner, base, "sue@example.org")
    assert "0800" not in text_of(sink) + str(sink.mails[-1].parsed["Subject"])
    assert (await owner.patch("/users/me", {"full_name": "Ada " * 20})).status_code == 200
    await invite(owner, base, "tom@example.org")
    assert "Ada " * 10 + "Ada" not in text_of(sink), "40 characters"


@pytest.mark.parametrize(("by", "confirmed"), [("mail", True), ("link", False)])
async def test_a_link_that_was_mailed_confirms_the_address_and_one_that_was_shown_does_not(
    api: Api, owner: Person, base: str, sink: SmtpSink, by: str, confirmed: bool
) -> None:
    made = await invite(owner, base, "grace@example.org", by=by)
    token = mailed_token(sink) if by == "mail" else token_of(made["link"])
    joined = await api.client().post("/invitations/register", json={"token": token, **NEWCOMER})
    assert joined.status_code == 201, joined.text
    async with api.db.read() as session:
        query = select(MailAddress).where(MailAddress.address == "grace@example.org")
        (said,) = (await session.exec(query)).all()
    assert (said.confirmed_at is not None, said.asked_at is not None) == (confirmed, not confirmed)


async def test_nobody_joins_by_a_mailed_link_with_an_address_their_account_took_on_after_it_was_sent(
    api: Api, owner: Person, base: str, sink: SmtpSink
) -> None:
    eve = await api.person("eve")

    async def become(name: str) -> None:
        # As it was while there was no mail server: at once, and not confirmed.
        mailing = api.app.state.mailer
        async with guarded_net() as net:
            api.app.state.mailer = Mailer(net, None)
            changed = await eve.patch("/users/me", {"email": f"{name}@example.org", "current_password": PASSWORD})
        api.app.state.mailer = mailing
        assert changed.status_code == 200, changed.text

    # Tried on before: that it was theirs once is no proof.
    await become("grace")
    await become("eve")
    await invite(owner, base, "grace@example.org")
    token = mailed_token(sink)
    await become("grace")
    refused = await eve.post("/invitations/accept", {"token": token})
    assert (refused.status_code, refused.json()["detail"]) == (403, invitations.TAKEN_ON)
    assert (await eve.get("/users/me/email")).json()["state"] == "waiting", "nothing is confirmed by it"
    assert (await eve.get("/workspaces")).json()["items"] == []
    await confirm(api, "grace@example.org")
    assert (await eve.post("/invitations/accept", {"token": token})).status_code == 201


async def test_a_mailed_link_confirms_the_address_an_account_had_before_it_was_sent(
    api: Api, owner: Person, base: str, sink: SmtpSink
) -> None:
    grace = await api.person("grace")
    await invite(owner, base, "grace@example.org")
    assert (await grace.post("/invitations/accept", {"token": mailed_token(sink)})).status_code == 201
    assert (await grace.get("/users/me/email")).json()["state"] == "confirmed"


@pytest.mark.parametrize(
    ("language", "subject"),
    [
        ("en", "Somebody who goes by “healther ops” invites you to a workspace called “healther security team”"),
        (
            "de",
            "Jemand mit dem Namen „healther ops“ lädt dich ein: ein Arbeitsbereich namens „healther security team“",
        ),
    ],
    ids=["en", "de"],
)
async def test_what_tenants_name_themselves_passes_for_no_word_of_the_operator(
    api: Api, owner: Person, sink: SmtpSink, language: str, subject: str
) -> None:
    base = f"/workspaces/{await owner.workspace('healther security team')}/invitations"
    assert (await owner.patch("/users/me", {"full_name": "healther ops", "language": language})).status_code == 200
    await invite(owner, base, "bob@example.org")
    mail = sink.mails[-1].parsed
    assert mail["From"].addresses[0].display_name == "healther"
    assert mail["Subject"] == subject
    unquoted = re.sub(r"[“„][^“„”]*[”“]", "", text_of(sink))
    assert "healther ops" not in unquoted
    assert "security" not in unquoted
