"""Asking an address: one question, bounded, that carries nothing of a tenant's; a link that only it has; its answer."""

from collections.abc import Iterator

import pytest
from sqlmodel import update

from healther.accounts.models import MailAddress
from healther.accounts.service.consent import Consent
from healther.accounts.service.questions import OF_MAILBOX
from healther.core.clock import DAY_MS, now_ms, to_utc
from tests.support.api import PASSWORD, Api
from tests.support.consent import (
    answer,
    ask_all,
    asked,
    confirmed_person,
    email_channel,
    path_of,
    received,
    states,
    text_of,
)
from tests.support.sinks import SmtpSink, smtp_sink
from tests.support.subscribers import MAILS

RULES = Consent(required=True, most_asks=50)


@pytest.fixture
def mail() -> Iterator[SmtpSink]:
    with smtp_sink() as sink:
        yield sink


async def test_a_new_account_is_asked_and_following_the_link_confirms_nothing_but_its_button(
    api: Api, mail: SmtpSink
) -> None:
    ada = await api.person("ada")
    await ask_all(api, mail)
    await ask_all(api, mail)
    assert received(mail, "ada@example.org") == ["Confirm your address"], "one question, and nothing else"
    (question,) = mail.mails
    browser = api.client(base="")
    for _ in range(2):
        page = await browser.get(path_of(question))
        assert page.status_code == 200
        assert "With a yes ada@example.org gets the mail of an account" in page.text
        assert "<button>Yes, mail me</button>" in page.text
        assert '<button class="quiet">No, and do not ask again</button>' in page.text
    assert (await ada.get("/users/me/email")).json()["state"] == "waiting"
    answered = (await browser.get((await answer(api, question)).headers["Location"])).text
    assert "You have said yes." in answered
    assert answered.count("<button") == answered.count('<button class="quiet">') == 1, "nothing is left to press but no"
    said = (await ada.get("/users/me/email")).json()
    assert (said["state"], said["mailed_at"]) == ("confirmed", "ada@example.org")
    assert (await ada.post("/users/me/email/ask")).status_code == 409


@pytest.mark.parametrize(
    ("header", "language", "subject"),
    [
        ("de-AT,de;q=0.9,en;q=0.5", "de", "Bitte bestätige deine Adresse"),
        ("fr, en-GB", "en", "Confirm your address"),
        ("fr", None, "Confirm your address"),
    ],
)
async def test_whoever_signs_up_is_asked_in_the_language_they_signed_up_in(
    api: Api, mail: SmtpSink, header: str, language: str | None, subject: str
) -> None:
    person = {"email": "eva@example.org", "full_name": "Eva", "password": PASSWORD}
    made = await api.client().post("/auth/register", json=person, headers={"Accept-Language": header})
    assert (made.status_code, made.json()["language"]) == (201, language)
    await ask_all(api, mail)
    assert received(mail, "eva@example.org") == [subject]
    page = await api.client(base="").get(path_of(mail.mails[-1]), headers={"Accept-Language": "de"})
    assert f'lang="{language or "de"}"' in page.text


async def test_a_forged_a_foreign_and_an_expired_link_change_nothing(api: Api, mail: SmtpSink) -> None:
    ada, eve = await confirmed_person(api, "ada"), await confirmed_person(api, "eve")
    for owner in (ada, eve):
        await email_channel(owner, await owner.workspace(), "bob@example.org")
    await ask_all(api, mail)
    asked_by_ada, asked_by_eve = [each for each in mail.mails if each.to == ["bob@example.org"]]
    link = path_of(asked_by_eve)
    rows = {row.id: row for row in await asked(api)}
    token_of = api.app.state.consent_links
    old = token_of.make(next(iter(rows)), now_ms() - 8 * DAY_MS).rpartition("/")[2]
    browser = api.client(base="")
    for token in (old, "x", link.rpartition("/")[2][:-4], link.rpartition("/")[2][:-6] + "AAAAAA"):
        assert (await browser.get(f"/consent/{token}")).status_code == 404
        assert (await browser.post(f"/consent/{token}", data={"answer": "yes"})).status_code == 404
    assert {row.confirmed_at for row in await asked(api) if row.workspace_id} == {None}
    assert (await browser.post(link, data={"answer": "perhaps"})).status_code == 422
    await answer(api, asked_by_ada)
    confirmed = [row for row in await asked(api) if row.workspace_id and row.confirmed_at is not None]
    assert len(confirmed) == 1, "what Bob says to Ada's workspace, Eve's may not use"
    assert confirmed[0].address == "bob@example.org"


async def test_who_says_no_is_never_asked_again_by_that_workspace_however_it_is_written(
    api: Api, mail: SmtpSink
) -> None:
    ada = await confirmed_person(api, "ada")
    workspace = await ada.workspace()
    channel = await email_channel(ada, workspace, "Eve@Example.ORG")
    await ask_all(api, mail)
    await answer(api, next(each for each in mail.mails if each.to == ["eve@example.org"]), "no")
    path = f"/workspaces/{workspace}/channels/{channel['id']}"
    assert states((await ada.get(path)).json()) == {"eve@example.org": "refused"}
    again = await ada.post(f"{path}/ask", {"address": "EVE@example.org"})
    assert (again.status_code, again.json()["detail"]) == (
        409,
        "It was asked, and said no: healther does not ask it again.",
    )
    assert (await ada.delete(path)).status_code == 204
    new = await email_channel(ada, workspace, "eve@EXAMPLE.org", name="Once more")
    assert states(new) == {"eve@example.org": "refused"}
    await ask_all(api, mail, at_ms=now_ms() + 3 * DAY_MS)
    assert len(received(mail, "eve@example.org")) == 1


async def test_a_mailbox_that_said_no_is_not_asked_by_a_tag_and_a_test_says_that_it_refused(
    api: Api, mail: SmtpSink
) -> None:
    api.app.state.settings = api.app.state.settings.model_copy(update=MAILS)
    ada = await confirmed_person(api, "ada")
    workspace = await ada.workspace()
    channel = await email_channel(ada, workspace, "eve@example.org", "eve+early@example.org")
    await ask_all(api, mail)
    await answer(api, next(each for each in mail.mails if each.to == ["eve@example.org"]), "no")
    asked_by_now = len(mail.mails)
    late = await email_channel(ada, workspace, "eve+late@example.org", name="Once more")
    assert states(late) == {"eve+late@example.org": "refused"}
    again = f"/workspaces/{workspace}/channels/{channel['id']}/ask"
    assert "said no" in (await ada.post(again, {"address": "eve+early@example.org"})).json()["detail"]
    await ask_all(api, mail, at_ms=now_ms() + 3 * DAY_MS)
    assert len(mail.mails) == asked_by_now
    tests = f"/workspaces/{workspace}/channels/test"
    unsaved = {"kind": "email", "options": {"to": ["eve+3@example.org", "bob@example.org"]}}
    assert (await ada.post(tests, unsaved)).json()["answer"] == (
        "not sent: waiting for confirmation of bob@example.org; refused by eve+3@example.org"
    )


async def test_a_workspace_asks_an_address_once_a_day_and_all_of_them_a_mailbox_three_times(
    api: Api, mail: SmtpSink
) -> None:
    ada = await confirmed_person(api, "ada")
    first = await ada.workspace()
    channel = await email_channel(ada, first, "eve@example.org")
    path = f"/workspaces/{first}/channels/{channel['id']}/ask"
    soon = await ada.post(path, {"address": "eve@example.org"})
    assert soon.status_code == 429
    assert int(soon.headers["Retry-After"]) > 23 * 3600
    assert "once a day" in soon.json()["detail"]
    for number in range(3):
        person = await confirmed_person(api, f"p{number}")
        made = await email_channel(person, await person.workspace(f"W{number}"), f"eve+{number}@example.org")
        assert (made["addresses"][0]["asked_at"] is None) == (number >= OF_MAILBOX.tries)
    async with api.db.write() as session:
        await session.exec(update(MailAddress).values(asked_at=now_ms() - DAY_MS))
    asked = []
    for name in ("b.ob", "bo.b", "b.o.b", "bob+x", "bob"):
        made = await email_channel(ada, await ada.workspace(), f"{name}@gmail.com")
        asked.append(made["addresses"][0]["asked_at"] is not None)
    assert asked == [True] * 3 + [False, True], "the plain one is counted by itself"
    other = await confirmed_person(api, "other")
    for _ in range(2):
        await email_channel(other, await other.workspace(), "eve@example.org")
    full = await ada.post(path, {"address": "eve@example.org"})
    assert (full.status_code, "An address is asked 3 times a day" in full.text) == (429, True)
    assert (await ada.post(path, {"address": "bob@example.org"})).status_code == 404


async def test_a_workspace_and_a_person_ask_so_many_a_day(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = await confirmed_person(api, "ada")
    workspace = await ada.workspace()
    api.app.state.settings = api.app.state.settings.model_copy(update={"max_mail_addresses": 2})
    for name in ("One", "Two"):
        await email_channel(ada, workspace, f"{name.lower()}@example.org", name=name)
        channels = (await ada.get(f"/workspaces/{workspace}/channels")).json()["items"]
        await ada.delete(f"/workspaces/{workspace}/channels/{channels[0]['id']}")
    third = await email_channel(ada, workspace, "three@example.org", name="Three")
    assert third["addresses"][0]["asked_at"] is None
    refused = await ada.post(f"/workspaces/{workspace}/channels/{third['id']}/ask", {"address": "three@example.org"})
    assert (refused.status_code, "A workspace asks 2 times a day" in refused.text) == (429, True)


async def test_nothing_of_the_question_is_a_tenants_but_a_short_name_that_leads_nowhere(
    api: Api, mail: SmtpSink
) -> None:
    ada = await confirmed_person(api, "ada")
    for number, name in enumerate(
        ("Win at https://evil.example", "evil.example", "x" * 90, "Acme & Söhne (Shop)", "<b>Acme</b>")
    ):
        await email_channel(ada, await ada.workspace(name), f"p{number}@example.org", name="Click https://evil.example")
    await ask_all(api, mail)
    for each in mail.mails:
        assert "evil" not in each.raw.decode() + text_of(each)
        assert "x" * 41 not in text_of(each)
        page = await api.client(base="").get(path_of(each))
        assert "evil" not in page.text
        assert "<b>" not in page.text
    texts = {each.to[0]: text_of(each) for each in mail.mails}
    assert "Somebody of a workspace, which" in texts["p0@example.org"]
    assert "Somebody of a workspace called “Acme & Söhne (Shop)”, which" in texts["p3@example.org"]
    assert "Somebody of a workspace, which" in texts["p4@example.org"]


async def test_another_email_is_asked_and_the_one_before_goes_on_until_it_says_yes(api: Api, mail: SmtpSink) -> None:
    ada = await api.person("ada")
    await ask_all(api, mail)
    await answer(api, mail.mails[0])
    change = {"email": "ada@new.example.org", "current_password": "correct horse battery"}
    assert (await ada.patch("/users/me", change)).status_code == 200
    said = (await ada.get("/users/me/email")).json()
    assert (said["state"], said["mailed_at"]) == ("waiting", "ada@example.org")
    await ask_all(api, mail)
    await answer(api, mail.mails[0])
    assert (await ada.get("/users/me/email")).json()["state"] == "waiting", "the old link is of the old address"
    await answer(api, mail.mails[1])
    assert (await ada.get("/users/me/email")).json()["mailed_at"] == "ada@new.example.org"


async def test_a_question_is_tried_again_and_its_refusal_by_a_server_is_told(api: Api, mail: SmtpSink) -> None:
    ada = await api.person("ada")
    mail.refuse["ada@example.org"] = "451 4.3.2 later"
    await ask_all(api, mail)
    (row,) = await asked(api)
    assert row.ask_due_at is not None
    assert row.ask_due_at > now_ms()
    mail.refuse["ada@example.org"] = "550 5.1.1 nobody here"
    await ask_all(api, mail, at_ms=row.ask_due_at)
    assert "550 5.1.1 nobody here" in (await ada.get("/users/me/email")).json()["problem"]
    assert (await asked(api))[0].ask_due_at is None
    mail.refuse.clear()
    assert (await ada.post("/users/me/email/ask")).status_code == 200
    await ask_all(api, mail)
    assert received(mail, "ada@example.org") == ["Confirm your address"]
    assert (await ada.get("/users/me/email")).json()["problem"] is None


async def test_the_trail_says_who_asked_and_what_the_address_said(api: Api, mail: SmtpSink) -> None:
    ada = await confirmed_person(api, "ada")
    workspace = await ada.workspace()
    channel = await email_channel(ada, workspace, "eve@example.org")
    await ask_all(api, mail)
    async with api.db.write() as session:
        await session.exec(update(MailAddress).values(asked_at=now_ms() - DAY_MS))
    path = f"/workspaces/{workspace}/channels/{channel['id']}/ask"
    asked_again = await ada.post(path, {"address": "eve@example.org"})
    assert asked_again.json()["addresses"][0]["ask_after"] > to_utc(now_ms()).isoformat()
    await answer(api, next(each for each in mail.mails if each.to == ["eve@example.org"]), "no")
    rows = (await ada.get(f"/workspaces/{workspace}/audit")).json()["items"]
    assert [(row["action"], row["actor"]) for row in rows[:2]] == [
        ("mail_address.refuse", "eve@example.org"), ("channel.ask", "ada@example.org"),
    ]  # fmt: skip
