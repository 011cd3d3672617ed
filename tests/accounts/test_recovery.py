"""A forgotten password: the mail of the address leads back in, once and for an hour, and tells nobody who has one."""

import asyncio

import pytest
from sqlmodel import select

from healther.accounts.links import LASTS_MS
from healther.accounts.models import AuditEntry, MailAddress, User
from healther.accounts.routes.recovery import NO_MAIL_SERVER
from healther.accounts.service import recovery
from healther.accounts.service.users import find_user
from healther.accounts.throttle import SIGN_IN_ACCOUNT, Limit
from healther.core.clock import now_ms
from tests.support.api import PASSWORD, Api, token_of, where
from tests.support.consent import received, text_of
from tests.support.recovering import NEW_PASSWORD, forget, link_for, reset, token_in
from tests.support.sinks import SmtpSink


async def account(api: Api, email: str) -> User:
    async with api.db.read() as session:
        user = await find_user(session, email)
    assert user is not None
    return user


async def test_whoever_forgot_their_password_sets_a_new_one_by_the_mailed_link(api: Api, sink: SmtpSink) -> None:
    ada = await api.person("ada")
    asked = await forget(api, "ADA@example.org")
    assert (asked.status_code, asked.json()) == (202, {"email": "ada@example.org", "minutes": 60})
    assert received(sink, "ada@example.org") == ["Set a new password"]
    assert "Set a new password: http://127.0.0.1:8000/reset#" in text_of(sink.mails[-1])
    answered = await reset(api, token_in(sink, "ada@example.org"))
    assert (answered.status_code, answered.content) == (204, b""), "it signs nobody in"
    assert "set-cookie" not in answered.headers
    assert (await ada.sign_in(PASSWORD)).status_code == 401
    assert (await ada.sign_in(NEW_PASSWORD)).status_code == 200
    assert received(sink, "ada@example.org")[-1] == "Your password was changed"
    assert "Set a new password: http://127.0.0.1:8000/forgotten" in text_of(sink.mails[-1])


async def test_a_link_that_is_worth_nothing_is_the_same_whyever_and_has_no_password_hashed(
    api: Api, sink: SmtpSink
) -> None:
    links, emails = api.app.state.reset_links, api.app.state.email_links
    await api.person("used")
    used = await link_for(api, sink, "used@example.org")
    assert (await reset(api, used)).status_code == 204
    changed = await api.person("changed")
    overtaken = await link_for(api, sink, "changed@example.org")
    change = {"current_password": PASSWORD, "new_password": "yet another phrase"}
    assert (await changed.post("/users/me/password", change)).status_code == 200
    await api.person("moved")
    moved = await link_for(api, sink, "moved@example.org")
    async with api.db.write() as session:
        user = await find_user(session, "moved@example.org")
        assert user is not None
        user.email = "elsewhere@example.org"
        session.add(user)
    await api.person("bob")
    bob = await account(api, "bob@example.org")
    good = token_of(links.make(bob, now_ms()))
    old = token_of(links.make(bob, now_ms() - LASTS_MS))
    other = token_of(emails.make(bob, now_ms(), "x@example.org"))
    answers, hashed = set(), api.passwords.hashed
    for token in (used, overtaken, moved, old, other, good[:-4] + "AAAA", good[:20], "x", "ö", ""):
        answer = await reset(api, token)
        answers.add((answer.status_code, answer.json()["detail"]))
    assert answers == {(404, recovery.OVER)}
    assert api.passwords.hashed == hashed
    assert (await reset(api, good)).status_code == 204


async def test_one_link_shown_many_times_at_once_sets_one_password(api: Api, sink: SmtpSink) -> None:
    await api.person("ada")
    token = await link_for(api, sink, "ada@example.org")
    answers = await asyncio.gather(*(reset(api, token, f"a long phrase {n}") for n in range(5)))
    assert sorted(each.status_code for each in answers) == [204] + [404] * 4


async def test_a_password_that_is_no_good_leaves_the_link_good(api: Api, sink: SmtpSink) -> None:
    await api.person("ada")
    token = await link_for(api, sink, "ada@example.org")
    for weak in ("12345678", "short", "ada@example.org"):
        assert where(await reset(api, token, weak)) == ["body.password"]
    assert (await reset(api, token)).status_code == 204


async def test_without_a_mail_server_whoever_forgot_is_told_whom_to_ask(api: Api) -> None:
    await api.person("ada")
    assert (await api.client().get("/setup")).json()["mails"] is False
    for email in ("ada@example.org", "nobody@example.org"):
        refused = await forget(api, email)
        assert (refused.status_code, refused.json()["detail"]) == (409, NO_MAIL_SERVER)


async def test_with_a_mail_server_the_page_knows_that_a_link_can_be_mailed(api: Api, sink: SmtpSink) -> None:
    assert (await api.client().get("/setup")).json()["mails"] is True


@pytest.mark.parametrize("said", ["nothing", "no"])
async def test_a_link_that_was_used_confirms_the_address_whatever_it_said_to_somebody_elses_sign_up(
    api: Api, sink: SmtpSink, said: str
) -> None:
    ada = await api.person("ada")
    if said == "no":
        async with api.db.write() as session:
            row = (await session.exec(select(MailAddress))).one()
            row.refused_at, row.ask_due_at = now_ms(), None
            session.add(row)
    assert (await reset(api, await link_for(api, sink, ada.email))).status_code == 204
    assert (await ada.sign_in(NEW_PASSWORD)).status_code == 200
    email = (await ada.get("/users/me/email")).json()
    assert (email["state"], email["mailed_at"]) == ("confirmed", "ada@example.org")


@pytest.mark.parametrize(
    ("language", "header", "subject"),
    [
        ("de", "en", "Neues Passwort setzen"),
        ("en", "de", "Set a new password"),
        (None, "de-AT, en", "Neues Passwort setzen"),
        (None, "fr", "Set a new password"),
    ],
)
async def test_the_mail_is_in_the_language_of_the_account(
    api: Api, sink: SmtpSink, language: str | None, header: str, subject: str
) -> None:
    ada = await api.person("ada")
    assert (await ada.patch("/users/me", {"language": language})).status_code == 200
    assert (await forget(api, ada.email, **{"Accept-Language": header})).status_code == 202
    assert received(sink, ada.email) == [subject]


async def test_whoever_tries_tokens_is_stopped(api: Api, sink: SmtpSink, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recovery, "SET_BY_ADDRESS", Limit("few", 2))
    assert [(await reset(api, "x")).status_code for _ in range(3)] == [404, 404, 429]


async def test_whoever_guessed_too_often_signs_in_with_the_new_password_at_once(api: Api, sink: SmtpSink) -> None:
    ada = await api.person("ada")
    home = api.client("203.0.113.9")
    form = {"username": ada.email, "password": "was it this"}
    for _ in range(SIGN_IN_ACCOUNT.tries):
        assert (await home.post("/auth/token", data=form)).status_code == 401
    assert (await home.post("/auth/token", data=form)).status_code == 429
    body = {"token": await link_for(api, sink, ada.email), "password": NEW_PASSWORD}
    assert (await home.post("/auth/reset", json=body)).status_code == 204
    assert (await home.post("/auth/token", data={**form, "password": NEW_PASSWORD})).status_code == 200


async def test_a_changed_password_is_told_to_the_address_that_was_confirmed_and_to_no_other(
    api: Api, sink: SmtpSink
) -> None:
    ada = await api.person("ada")
    change = {"current_password": PASSWORD, "new_password": NEW_PASSWORD}
    assert (await ada.post("/users/me/password", change)).status_code == 200
    assert sink.mails == [], "nobody is mailed who has not said yes"
    assert (await reset(api, await link_for(api, sink, ada.email), PASSWORD)).status_code == 204
    assert (await ada.sign_in(PASSWORD)).status_code == 200
    assert (await ada.post("/users/me/password", change)).status_code == 200
    assert received(sink, ada.email) == ["Set a new password"] + ["Your password was changed"] * 2


async def test_the_trail_says_that_a_password_was_set_by_a_link_and_keeps_no_secret(api: Api, sink: SmtpSink) -> None:
    ada = await api.person("ada")
    token = await link_for(api, sink, ada.email)
    assert (await reset(api, token)).status_code == 204
    async with api.db.read() as session:
        rows = (await session.exec(select(AuditEntry).where(AuditEntry.action == "user.reset"))).all()
    assert [(row.actor, row.workspace_id, row.details) for row in rows] == [("ada@example.org", None, {})]
    assert token not in str([vars(row) for row in rows])
