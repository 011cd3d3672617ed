"""Another address for an account, where mail can be sent: it says yes first, and nobody learns who has an account."""

import re

import pytest
from sqlmodel import select

from healther.accounts.links import LASTS_MS
from healther.accounts.models import AuditEntry, MailAddress
from healther.accounts.service import consent, questions, recovery
from healther.accounts.service.users import TAKEN, find_user
from healther.accounts.throttle import EMAIL_CHANGE
from healther.core.clock import now_ms
from tests.support.api import PASSWORD, Api, Json, Person, token_of, where
from tests.support.consent import confirm, received, text_of
from tests.support.recovering import reset, token_in
from tests.support.sinks import SmtpSink


@pytest.fixture
async def ada(api: Api) -> Person:
    person = await api.person("ada")
    await confirm(api, person.email)
    return person


async def want(person: Person, email: str, **fields: object) -> Json:
    """They want another address; what they are answered."""
    answer = await person.patch("/users/me", {"email": email, "current_password": PASSWORD, **fields})
    assert answer.status_code == 200, answer.text
    said: Json = answer.json()
    return said


async def agree(api: Api, token: str) -> tuple[int, str]:
    """The button behind the link is pressed."""
    answer = await api.client().post("/auth/email", json={"token": token})
    return answer.status_code, answer.text


async def test_the_new_address_says_yes_first_and_the_one_before_is_told(api: Api, ada: Person, sink: SmtpSink) -> None:
    said = await want(ada, "Lovelace@Example.org", full_name="Ada L.")
    assert (said["email"], said["asked"], said["full_name"]) == ("ada@example.org", "lovelace@example.org", "Ada L.")
    assert received(sink, "lovelace@example.org") == ["Confirm your new address"]
    assert (await ada.get("/users/me")).json()["email"] == "ada@example.org"
    assert (await agree(api, token_in(sink, "lovelace@example.org", "email")))[0] == 204
    assert (await ada.get("/users/me")).json()["email"] == "lovelace@example.org", "and stays signed in"
    email = (await ada.get("/users/me/email")).json()
    assert (email["state"], email["mailed_at"]) == ("confirmed", "lovelace@example.org")
    assert received(sink, "ada@example.org") == ["Your account has another address"]
    assert "now has l•••@example.org" in text_of(sink.mails[-1])
    assert (await ada.sign_in()).status_code == 401
    ada.email = "lovelace@example.org"
    assert (await ada.sign_in()).status_code == 200
    async with api.db.read() as session:
        rows = (await session.exec(select(AuditEntry).where(AuditEntry.action == "user.email"))).all()
    assert [(row.actor, row.details) for row in rows] == [
        ("ada@example.org", {"was": "ada@example.org", "now": "lovelace@example.org"})
    ]


async def test_a_taken_and_a_free_address_get_the_same_answer_and_the_owner_of_the_taken_one_is_told(
    api: Api, ada: Person, sink: SmtpSink
) -> None:
    bob, told = await api.person("bob"), []
    for name in ("bob", "eve"):
        answer = await ada.patch("/users/me", {"email": f"{name}@example.org", "current_password": PASSWORD})
        text = re.sub(r"'x-request-id': '\w+'", "", f"{answer.status_code} {answer.headers} {answer.text}")
        told.append(text.replace(name, "x"))
    assert told[0] == told[1]
    assert [each.to for each in sink.mails] == [["bob@example.org"], ["eve@example.org"]], "each is mailed once"
    assert received(sink, "bob@example.org") == ["This address has an account"]
    assert "/email#" not in text_of(sink.mails[0])
    assert (await bob.sign_in()).status_code == 200


async def test_of_two_who_want_an_address_the_first_to_say_yes_has_it(api: Api, ada: Person, sink: SmtpSink) -> None:
    bob = await api.person("bob")
    for person in (ada, bob):
        await want(person, "shared@example.org")
    first, second = (
        re.findall(r"/email#([\w-]+)", text_of(each))[0] for each in sink.mails if each.to == ["shared@example.org"]
    )
    assert (await agree(api, second))[0] == 204
    code, text = await agree(api, first)
    assert (code, TAKEN in text) == (409, True)
    assert (await ada.get("/users/me")).json()["email"] == "ada@example.org"


async def test_a_link_that_is_worth_nothing_changes_nothing(api: Api, ada: Person, sink: SmtpSink) -> None:
    links = api.app.state.email_links
    async with api.db.read() as session:
        user = await find_user(session, ada.email)
    assert user is not None
    await want(ada, "one@example.org")
    await want(ada, "two@example.org")
    one, two = (token_in(sink, f"{name}@example.org", "email") for name in ("one", "two"))
    old = token_of(links.make(user, now_ms() - LASTS_MS, "old@example.org"))
    foreign = token_of(api.app.state.reset_links.make(user, now_ms()))
    for token in (old, foreign, one[:-4] + "AAAA", "x"):
        assert (await agree(api, token))[0] == 404
    assert (await reset(api, one)).status_code == 404, "it sets no password"
    assert (await agree(api, two))[0] == 204
    for token in (one, two):
        code, text = await agree(api, token)
        assert (code, recovery.OVER in text) == (404, True)
    assert (await ada.get("/users/me")).json()["email"] == "two@example.org"


async def test_a_new_address_needs_the_password_and_is_asked_so_often_at_most(
    api: Api, ada: Person, sink: SmtpSink
) -> None:
    assert where(await ada.patch("/users/me", {"email": "x@example.org"})) == ["body.current_password"]
    wrong = await ada.patch("/users/me", {"email": "x@example.org", "current_password": "wrong password"})
    assert where(wrong) == ["body.current_password"]
    assert sink.mails == []
    for _ in range(questions.OF_MAILBOX.tries):
        await want(ada, "x@example.org")
    body = {"email": "x@example.org", "current_password": PASSWORD}
    often = await ada.patch("/users/me", body)
    assert (often.status_code, "An address is asked 3 times a day" in often.text) == (429, True)
    codes = [
        (await ada.patch("/users/me", {**body, "email": f"p{n}@example.org"})).status_code
        for n in range(EMAIL_CHANGE.tries)
    ]
    assert codes.count(429) > 0
    assert codes.count(200) < EMAIL_CHANGE.tries


@pytest.mark.parametrize("has_account", [True, False])
async def test_among_strangers_a_mailbox_that_said_no_is_not_asked_whether_it_has_an_account_or_not(
    api: Api, ada: Person, sink: SmtpSink, has_account: bool
) -> None:
    if has_account:
        await api.person("bob")
    async with api.db.write() as session:
        user = await find_user(session, ada.email)
        assert user is not None
        session.add(MailAddress(user_id=user.id, address="bob+tag@example.org", language="en", refused_at=now_ms()))
    refused = await ada.patch("/users/me", {"email": "bob@example.org", "current_password": PASSWORD})
    assert (refused.status_code, refused.json()["detail"]) == (409, consent.REFUSED)
    assert sink.mails == []
