"""The link in the mail of an invitation by which its address wants no more of them."""

import re
from uuid import UUID

import pytest
from sqlmodel import select

from healther.accounts.models import AuditEntry
from healther.accounts.service import invitations
from tests.support.api import Api, Person, settings_for
from tests.support.inviting import invite, mailed_token, text_of
from tests.support.sinks import SmtpSink

LINK = re.compile(r"No more invitations to this address: http://127\.0\.0\.1:8000(/refusal/[\w-]+)\s")


def refusal(sink: SmtpSink) -> str:
    """Where the link of the last mail leads."""
    found = LINK.search(text_of(sink))
    assert found is not None, text_of(sink)
    return found[1]


async def test_following_the_link_changes_nothing_and_its_button_is_a_no_to_the_workspace(
    api: Api, owner: Person, base: str, sink: SmtpSink
) -> None:
    made = await invite(owner, base, "bob@example.org")
    path, browser = refusal(sink), api.client(base="")
    for _ in range(2):
        page = await browser.get(path)
        assert page.status_code == 200
        assert "bob@example.org was invited to a workspace called “Acme”" in page.text
        assert page.text.count("<button") == 1
    again = await owner.post(f"{base}/{made['id']}/resend", {})
    assert again.status_code == 200, "only the button says no"
    assert (await browser.get(path)).status_code == 200, "sending it again ends no way to say no"

    for _ in range(2):
        pressed = await browser.post(path, data={"answer": "no"})
        assert (pressed.status_code, "You have said no" in pressed.text) == (200, True)
        assert "<button" not in pressed.text
    assert "You have said no" in (await browser.get(path)).text
    for refused in (
        await owner.post(f"{base}/{made['id']}/resend", {}),
        await owner.post(base, {"email": "bob+tag@example.org"}),
    ):
        assert (refused.status_code, refused.json()["detail"]) == (409, invitations.REFUSED)
    looked = await api.client().post("/invitations/look", json={"token": mailed_token(sink)})
    assert looked.status_code == 200, "who changes their mind can still join"
    async with api.db.read() as session:
        rows = (await session.exec(select(AuditEntry).where(AuditEntry.action == "mail_address.refuse"))).all()
    assert [(row.actor, row.workspace_id) for row in rows] == [("bob@example.org", UUID(base.split("/")[2]))]


async def test_a_mail_program_says_no_by_one_post(api: Api, owner: Person, base: str, sink: SmtpSink) -> None:
    await invite(owner, base, "bob@example.org")
    mail = sink.mails[-1].parsed
    assert mail["List-Unsubscribe"] == f"<http://127.0.0.1:8000{refusal(sink)}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    headers = {"Origin": "https://mail.example.net"}
    pressed = await api.client(base="").post(refusal(sink), data={"List-Unsubscribe": "One-Click"}, headers=headers)
    assert pressed.status_code == 200
    assert (await owner.post(base, {"email": "bob+tag@example.org"})).status_code == 409


@pytest.mark.parametrize("registration", ["open", "closed"])
async def test_a_no_counts_whoever_may_sign_up(
    api: Api, owner: Person, base: str, sink: SmtpSink, registration: str
) -> None:
    api.app.state.settings = settings_for(api.app.state.settings.database_url, registration=registration)
    made = await invite(owner, base, "bob@example.org")
    assert (await api.client(base="").post(refusal(sink))).status_code == 200
    assert (await owner.post(f"{base}/{made['id']}/resend", {})).status_code == 409
    other = f"/workspaces/{await owner.workspace('Other')}/invitations"
    elsewhere = await owner.post(other, {"email": "bob@example.org"})
    assert elsewhere.status_code == (409 if registration == "open" else 201), "among strangers it is a no to all"


async def test_a_link_that_is_not_ours_leads_nowhere_and_the_page_is_in_the_reader_s_language(
    api: Api, owner: Person, base: str, sink: SmtpSink
) -> None:
    await invite(owner, base, "bob@example.org")
    path, browser = refusal(sink), api.client(base="")
    accept = mailed_token(sink)
    for token in (path[:-4] + "AAAA", "/refusal/x", f"/refusal/{accept}"):
        for answer in (await browser.get(token), await browser.post(token)):
            assert answer.status_code == 404
    german = await browser.get(path, headers={"Accept-Language": "de"})
    assert "Nichts mehr davon" in german.text
    assert (await owner.post(base, {"email": "eve@example.org"})).status_code == 201
    evil = f"/workspaces/{await owner.workspace('Win at https://evil.example')}/invitations"
    await invite(owner, evil, "sue@example.org")
    assert "evil" not in (await browser.get(refusal(sink))).text
