"""What accounts that nobody has confirmed can have mailed, and that a no is one to every spelling, at every door."""

import re
from collections.abc import AsyncIterator

import httpx
import pytest
from sqlmodel import select

from healther.accounts.service import questions
from healther.accounts.service.consent import NOT_CONFIRMED, REFUSED
from healther.core.db import Database
from healther.status_pages.models import Subscriber
from tests.support.api import PASSWORD, Api, Person, running_api
from tests.support.consent import answer, ask_all, confirm, confirmed_person, email_channel, received, states, text_of
from tests.support.inviting import sink as mail
from tests.support.sinks import SmtpSink, smtp_sink
from tests.support.status_pages import make_page
from tests.support.subscribers import MAILS, ask

__all__ = ["mail"]
NO_MORE = re.compile(r"It was not me: no such mail to this address any more: http://127\.0\.0\.1:8000(/refusal/[\w-]+)")


@pytest.fixture
async def mailing(db: Database, database_url: str) -> AsyncIterator[Api]:
    """The API with a mail server: its pages can be subscribed to."""
    async with running_api(db, database_url, **MAILS) as api:
        yield api


async def want(person: Person, email: str) -> httpx.Response:
    return await person.patch("/users/me", {"email": email, "current_password": PASSWORD})


async def test_an_account_that_is_not_confirmed_has_three_other_addresses_asked_a_day(api: Api, mail: SmtpSink) -> None:
    eve = await api.person("eve")
    codes = [(await want(eve, f"stranger{number}@example.org")).status_code for number in range(5)]
    assert codes == [200, 200, 200, 429, 429]
    assert len(mail.mails) == 3
    await confirm(api, "eve@example.org")
    assert (await want(eve, "another@example.org")).status_code == 200


async def test_the_mail_to_a_new_address_has_a_link_to_say_no_and_nobody_asks_the_mailbox_again(
    api: Api, mail: SmtpSink
) -> None:
    eve, bob = await api.person("eve"), await confirmed_person(api, "bob")
    assert (await want(eve, "stranger@example.org")).status_code == 200
    found = NO_MORE.search(text_of(mail.mails[-1]))
    assert found is not None, text_of(mail.mails[-1])
    path, browser = found[1], api.client(base="")
    for _ in range(2):
        page = await browser.get(path)
        assert (page.status_code, page.text.count("<button")) == (200, 1)
        assert "Somebody wants stranger@example.org for their account" in page.text
    for _ in range(2):
        assert "You have said no" in (await browser.post(path)).text
    assert "You have said no" in (await browser.get(path)).text
    for person in (eve, bob):
        refused = await want(person, "stranger+x@example.org")
        assert (refused.status_code, refused.json()["detail"]) == (409, REFUSED)
    channel = await email_channel(bob, await bob.workspace(), "stranger@example.org")
    assert [each["problem"] for each in channel["addresses"]] == [REFUSED]


async def test_a_no_stays_though_the_account_was_deleted_before_it_was_said(api: Api, mail: SmtpSink) -> None:
    eve, bob = await api.person("eve"), await confirmed_person(api, "bob")
    assert (await want(eve, "stranger@example.org")).status_code == 200
    found = NO_MORE.search(text_of(mail.mails[-1]))
    assert found is not None
    gone = await eve.http.request("DELETE", "/users/me", json={"current_password": PASSWORD, "workspaces": []})
    assert gone.status_code == 204
    assert "You have said no" in (await api.client(base="").post(found[1])).text
    assert (await want(bob, "stranger@example.org")).status_code == 409


async def test_a_page_whose_keepers_are_not_confirmed_asks_nobody(mailing: Api) -> None:
    api = mailing
    eve = await api.person("eve")
    workspace = await eve.workspace("Acme", slug="acme", is_public=True)
    await make_page(eve, workspace, [await eve.watcher(workspace)])
    for number in range(3):
        said = await ask(api, f"stranger{number}@example.org", client=f"198.51.100.{number}")
        assert said.startswith("409 ")
        assert "those who keep this page have not confirmed their own address" in said
    assert await subscribers(api) == 0
    await confirm(api, "eve@example.org")
    assert (await ask(api, "stranger@example.org")).startswith("200 ")
    assert await subscribers(api) == 1


async def subscribers(api: Api) -> int:
    async with api.db.read() as session:
        return len((await session.exec(select(Subscriber))).all())


async def test_whoever_said_no_to_an_account_is_asked_by_nobody_however_it_is_written(api: Api, mail: SmtpSink) -> None:
    await api.person("no1")
    await ask_all(api, mail)
    await answer(api, mail.mails[-1], "no")
    tagged = await api.person("no1+zz")
    await ask_all(api, mail)
    assert [each.to for each in mail.mails] == [["no1@example.org"]]
    assert (await tagged.get("/users/me/email")).json()["state"] == "refused"
    assert (await tagged.post("/users/me/email/ask")).status_code == 409
    ada = await confirmed_person(api, "ada")
    channel = await email_channel(ada, await ada.workspace(), "no1+c@example.org")
    (shown,) = channel["addresses"]
    assert (shown["asked_at"], shown["problem"]) == (None, REFUSED)
    path = f"/workspaces/{channel['workspace_id']}/channels/{channel['id']}/ask"
    assert (await ada.post(path, {"address": "no1+c@example.org"})).status_code == 409


async def test_a_no_to_a_strangers_account_is_none_to_what_the_mailbox_has_confirmed_itself(
    api: Api, mail: SmtpSink
) -> None:
    await confirmed_person(api, "bob")
    await api.person("bob+stranger")
    await ask_all(api, mail)
    await answer(api, mail.mails[-1], "no")
    ada = await confirmed_person(api, "ada")
    channel = await email_channel(ada, await ada.workspace(), "bob@example.org", "bob+x@example.org")
    assert states(channel) == {"bob@example.org": "waiting", "bob+x@example.org": "waiting"}
    assert [each["problem"] for each in channel["addresses"]] == [REFUSED, None]


@pytest.mark.parametrize("said_to", ["an account", "the workspace"])
async def test_a_no_is_one_to_the_form_of_a_page_too_and_that_tells_nobody(mailing: Api, said_to: str) -> None:
    ada = await confirmed_person(mailing, "ada")
    workspace = await ada.workspace("Acme", slug="acme", is_public=True)
    await make_page(ada, workspace, [await ada.watcher(workspace)])
    if said_to == "an account":
        await mailing.person("no1")
    else:
        await email_channel(ada, workspace, "no1@example.org")
    with smtp_sink() as questioned:
        await ask_all(mailing, questioned)
        await answer(mailing, questioned.mails[-1], "no")
    refused, other = await ask(mailing, "no1+s@example.org"), await ask(mailing, "other@example.org")
    assert refused == other
    assert await subscribers(mailing) == 1


async def test_a_workspace_asks_a_mailbox_once_a_day_however_it_is_written(api: Api, mail: SmtpSink) -> None:
    ada = await confirmed_person(api, "ada")
    workspace = await ada.workspace()
    spelt = ("z4+a@example.org", "z4+b@example.org", "z.5@googlemail.com", "z5@gmail.com")
    channel = await email_channel(ada, workspace, *spelt)
    await ask_all(api, mail)
    assert sorted(each.to[0] for each in mail.mails) == ["z4+a@example.org", "z5@gmail.com"]
    unasked = [each for each in channel["addresses"] if each["asked_at"] is None]
    assert [each["problem"] for each in unasked] == ["A workspace asks a mailbox once a day."] * 2
    path = f"/workspaces/{workspace}/channels/{channel['id']}/ask"
    soon = await ada.post(path, {"address": "z.5@googlemail.com"})
    assert (soon.status_code, "once a day" in soon.text) == (429, True)
    assert int(soon.headers["Retry-After"]) > 23 * 3600


async def test_changing_ones_email_tells_of_no_account_that_has_just_been_made(api: Api, mail: SmtpSink) -> None:
    ada, told = await confirmed_person(api, "ada"), []
    await api.person("fresh")
    for name in ("fresh", "nobody"):
        codes = [(await want(ada, f"{name}@example.org")).status_code for _ in range(5)]
        told.append(codes)
    assert told == [[200, 200, 200, 429, 429]] * 2


async def test_sign_ups_with_tags_keep_nobody_from_being_asked_at_their_own_address(api: Api, mail: SmtpSink) -> None:
    for number in range(4):
        person = await api.person(f"new+{number}")
    new = await api.person("new")
    await ask_all(api, mail)
    assert received(mail, "new@example.org") == ["Confirm your address"]
    assert len(mail.mails) == questions.OF_MAILBOX.tries + 1
    said = (await person.get("/users/me/email")).json()
    assert (said["state"], said["asked_at"]) == ("waiting", None)
    assert said["problem"] == "An address is asked 3 times a day at most."
    assert (await new.get("/users/me/email")).json()["problem"] is None


async def test_an_address_that_is_not_asked_says_why_until_it_is(api: Api, mail: SmtpSink) -> None:
    eve = await api.person("eve")
    channel = await email_channel(eve, await eve.workspace(), "bob@example.org")
    (shown,) = channel["addresses"]
    assert (shown["asked_at"], shown["problem"]) == (None, NOT_CONFIRMED)
    await confirm(api, "eve@example.org")
    path = f"/workspaces/{channel['workspace_id']}/channels/{channel['id']}"
    (shown,) = (await eve.patch(path, {"name": "Again"})).json()["addresses"]
    assert (shown["asked_at"] is not None, shown["problem"]) == (True, None)
