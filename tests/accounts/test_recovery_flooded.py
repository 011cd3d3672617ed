"""Links to set a new password are bounded, and yet nobody keeps an owner from one by asking for many."""

import pytest
from sqlmodel import col, update

from healther.accounts.models import SignInThrottle
from healther.accounts.service import reset_mail
from healther.accounts.throttle import Limit
from healther.core.clock import MINUTE_MS, now_ms, to_utc
from tests.support.api import PASSWORD, Api
from tests.support.consent import confirm
from tests.support.recovering import NEW_PASSWORD, forget, link_for, reset, token_in
from tests.support.sinks import SmtpSink


async def flood(api: Api, email: str, times: int, *, net: int = 0) -> list[int]:
    """Strangers ask, each from somewhere else."""
    return [(await forget(api, email, client=api.client(f"10.9.{net}.{n}"))).status_code for n in range(times)]


async def later(api: Api, minutes: int) -> None:
    """Lets time pass for what is counted."""
    earlier = to_utc(now_ms() + reset_mail.THEN.window_ms - minutes * MINUTE_MS)
    near = col(SignInThrottle.window_ends_at) <= to_utc(now_ms() + reset_mail.THEN.window_ms)
    async with api.db.write() as session:
        await session.exec(update(SignInThrottle).where(near).values(window_ends_at=earlier))


async def test_asking_for_other_spellings_of_a_mailbox_takes_no_link_from_the_one_that_has_an_account(
    api: Api, sink: SmtpSink
) -> None:
    bob = await api.person("bob")
    for number in range(30):
        assert await flood(api, f"bob+{number}@example.org", 1, net=number) == [202]
    assert sink.mails == []
    assert (await reset(api, await link_for(api, sink, bob.email))).status_code == 204


async def test_after_a_flood_the_last_link_works_and_another_is_mailed_long_before_it_dies(
    api: Api, sink: SmtpSink
) -> None:
    bob, most = await api.person("bob"), reset_mail.FIRST.tries + reset_mail.THEN.tries
    assert await flood(api, bob.email, 40) == [202] * 40
    assert len(sink.mails) == most, "so many at once, and no more"
    await later(api, 44)
    assert await flood(api, bob.email, 1) == [202]
    assert len(sink.mails) == most
    await later(api, 45)
    assert await flood(api, bob.email, 5) == [202] * 5
    assert len(sink.mails) == most + 1, "a steady one"
    assert (await forget(api, bob.email)).status_code == 202
    assert (await reset(api, token_in(sink, bob.email))).status_code == 204


async def test_how_often_was_asked_tells_nobody_whether_there_is_an_account(api: Api, sink: SmtpSink) -> None:
    await api.person("known")
    told = []
    for name in ("known", "gnome"):
        answers = [
            await forget(api, f"{name}@example.org", client=api.client(f"203.0.113.{number}")) for number in range(12)
        ]
        told.append([(each.status_code, each.text.replace(name, "x")) for each in answers])
    assert told[0] == told[1]


async def test_whoever_asks_from_one_place_is_stopped_whomever_they_ask_for(
    api: Api, sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reset_mail, "ASKED_BY_ADDRESS", Limit("few", 2))
    assert [(await forget(api, f"p{n}@example.org")).status_code for n in range(3)] == [202, 202, 429]
    assert (await forget(api, "p3@example.org", client=api.client("203.0.113.9"))).status_code == 202


async def test_a_link_that_no_server_took_does_not_count(api: Api, sink: SmtpSink) -> None:
    bob = await api.person("bob")
    sink.refuse[bob.email] = "451 4.3.2 later"
    await flood(api, bob.email, 20)
    sink.refuse.clear()
    await flood(api, bob.email, 20)
    assert len(sink.mails) == reset_mail.FIRST.tries + reset_mail.THEN.tries


async def test_whoever_has_the_account_keeps_its_owner_out_by_no_flood_and_new_passwords(
    api: Api, sink: SmtpSink
) -> None:
    squatter = await api.person("victim")
    await flood(api, squatter.email, 20)
    change = {"current_password": PASSWORD, "new_password": "a squatter's phrase"}
    assert (await squatter.post("/users/me/password", change)).status_code == 200
    assert (await reset(api, token_in(sink, squatter.email))).status_code == 404, "the links before have ended"
    assert (await reset(api, await link_for(api, sink, squatter.email), NEW_PASSWORD)).status_code == 204


async def test_accounts_that_strangers_made_with_tags_fill_no_mailbox_and_take_nothing_from_its_owner(
    api: Api, sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reset_mail, "TAGGED", Limit("few", 4))
    for name in ("bob+1", "bob+2", "bob+mine", "bob"):
        await api.person(name)
    await confirm(api, "bob+mine@example.org")
    for number in (1, 2):
        await flood(api, f"bob+{number}@example.org", 10)
    assert len(sink.mails) == 4
    for own in ("bob@example.org", "bob+mine@example.org"):
        assert (await reset(api, await link_for(api, sink, own))).status_code == 204
