"""Because of whom an address is asked, and whose no it is: nobody is mailed by a name or a spelling made up for it."""

from collections.abc import Iterator
from uuid import UUID

import pytest

from healther.accounts.service.consent import UNCONFIRMED
from healther.accounts.service.refusals import has_refused
from tests.support.api import Api
from tests.support.consent import answer, ask_all, confirmed_person, email_channel, states
from tests.support.sinks import SmtpSink, smtp_sink
from tests.support.subscribers import MAILS


@pytest.fixture
def mail() -> Iterator[SmtpSink]:
    with smtp_sink() as sink:
        yield sink


async def test_nobody_is_asked_because_of_somebody_whose_own_address_is_not_confirmed(api: Api, mail: SmtpSink) -> None:
    ada = await api.person("ada")
    for name in ("One", "Two"):
        workspace = await ada.workspace(name)
        strangers = [f"p{number}@{name.lower()}.example.org" for number in range(19)]
        channel = await email_channel(ada, workspace, *strangers, "ada@example.org")
        assert set(states(channel).values()) == {"waiting"}
        assert {each["asked_at"] for each in channel["addresses"]} == {None}
    path = f"/workspaces/{workspace}/channels/{channel['id']}"
    assert (await ada.patch(path, {"name": "Renamed"})).status_code == 200
    early = await ada.post(f"{path}/ask", {"address": strangers[0]})
    assert (early.status_code, early.json()["detail"]) == (409, UNCONFIRMED)
    await ask_all(api, mail)
    assert [each.to for each in mail.mails] == [["ada@example.org"]], "the question to the account, and that is all"
    await answer(api, mail.mails[0])
    assert (await ada.post(f"{path}/ask", {"address": strangers[0]})).status_code == 200
    assert states((await ada.patch(path, {"name": "Again"})).json())["ada@example.org"] == "confirmed"
    await ask_all(api, mail)
    assert sorted(each.to[0] for each in mail.mails[1:]) == sorted(strangers), "saving it asks whom nobody has asked"


async def test_a_no_by_a_mailbox_of_gmail_counts_for_every_way_to_write_it_and_for_no_other(
    api: Api, mail: SmtpSink
) -> None:
    api.app.state.settings = api.app.state.settings.model_copy(update=MAILS)
    ada = await confirmed_person(api, "ada")
    workspace = await ada.workspace()
    await email_channel(ada, workspace, "no.sayer@gmail.com")
    await ask_all(api, mail)
    await answer(api, next(each for each in mail.mails if each.to == ["no.sayer@gmail.com"]), "no")
    asked_by_now = len(mail.mails)
    alike = ("nosayer@gmail.com", "n.o.sayer+1@gmail.com", "No.Sayer@googlemail.com")
    late = await email_channel(ada, workspace, *alike, name="Once more")
    assert set(states(late).values()) == {"refused"}
    tried = {"kind": "email", "options": {"to": ["nos.ayer@gmail.com"]}}
    assert (await ada.post(f"/workspaces/{workspace}/channels/test", tried)).json()["answer"] == (
        "not sent: refused by nos.ayer@gmail.com"
    )
    async with api.db.read() as session:
        for of in (UUID(workspace), None):
            assert await has_refused(session, of, "nosay.er@gmail.com"), "so that nobody invites it, either"
    others = ("no.sayers@gmail.com", "nosayer@example.org", "no.say@gmail.com")
    assert set(states(await email_channel(ada, workspace, *others, name="Others")).values()) == {"waiting"}
    await ask_all(api, mail)
    assert sorted(each.to[0] for each in mail.mails[asked_by_now:]) == sorted(others)
