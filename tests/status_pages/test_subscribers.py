"""Subscribing to a page: asked, confirmed, told, left; who may not, and what nobody finds out."""

import asyncio
import re

import pytest
from sqlalchemy import text
from sqlmodel import select

from healther.alerting.deliver.outcome import Outcome, Result
from healther.alerting.models import DeliveryState
from healther.alerting.subscribers.bounces import note_bounces
from healther.alerting.subscribers.fan_out import UNCONFIRMED_FOR_MS
from healther.core.clock import DAY_MS, now_ms, to_utc
from healther.status_pages.announced import MOST_WINDOWS
from healther.status_pages.models import Subscriber
from tests.support.api import Api, Json
from tests.support.status_pages import look, make_page, pages_compared, workspace_with
from tests.support.subscribers import arrived, ask, confirmed, deliveries, fan_out, mail_arriving, tell


async def test_an_address_is_asked_confirms_is_told_and_leaves_by_one_click(mailing: Api) -> None:
    owner, workspace, watchers = await workspace_with(mailing, "Shop")
    page = await make_page(owner, workspace, watchers)
    assert 'href="/status/acme-status/subscribe"' in (await look(mailing, "/status/acme-status")).text
    assert (await ask(mailing)).startswith("200")
    async with mail_arriving(mailing) as (sink, senders):
        await fan_out(mailing).turn(now_ms())
        senders.wake()
        await arrived(sink, 1)
        question = str(sink.mails[0].parsed.get_body(("plain",)).get_content())
        link = re.search(r"http://testserver(/subscription/\S+)", question)
        assert link is not None
        path = link[1]
        # Following the link changes nothing: mail scanners do.
        assert "Confirm" in (await look(mailing, path)).text
        await tell(owner, workspace, page, *watchers)
        await fan_out(mailing).turn(now_ms())
        assert len(await deliveries(mailing)) == 1
        assert (await mailing.client(base="").post(path, data={"every": "yes"})).status_code == 303
        assert "Unsubscribe" in (await look(mailing, path)).text
        await tell(owner, workspace, page, *watchers, body="It is the **database**.")
        await fan_out(mailing).turn(now_ms())
        await fan_out(mailing).turn(now_ms())
        senders.wake()
        await arrived(sink, 2)
        told = sink.mails[1].parsed
        assert told["subject"] == "Investigating: Slow shop"
        text, html = (str(told.get_body((kind,)).get_content()) for kind in ("plain", "html"))
        assert "It is the **database**." in text
        assert "It is the <strong>database</strong>." in html
        assert "Concerns Shop" in text
        changed = re.search(r"Change or end this subscription: http://testserver(/subscription/\S+)\r\n", text)
        assert changed is not None
        assert "Unsubscribe" in (await look(mailing, changed[1])).text
        assert f"<a href='http://testserver{changed[1]}'>Change or end this subscription</a>" in html
        assert told["list-unsubscribe-post"] == "List-Unsubscribe=One-Click"
        leave = told["list-unsubscribe"].strip("<>").removeprefix("http://testserver")
    assert (await look(mailing, leave)).status_code == 200
    one_click = await mailing.client(base="").post(
        leave, data={"List-Unsubscribe": "One-Click"}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert (one_click.status_code, (await look(mailing, path)).status_code) == (200, 404)
    async with mailing.db.read() as session:
        assert (await session.exec(select(Subscriber))).all() == []


async def test_nobody_finds_out_who_has_subscribed_and_no_mailbox_is_filled(mailing: Api) -> None:
    owner, workspace, watchers = await workspace_with(mailing, "Shop")
    await make_page(owner, workspace, watchers)
    await confirmed(mailing, "eve@example.org")
    known, unknown = await ask(mailing), await ask(mailing, "new@example.org")
    assert known == unknown
    for number in range(6):
        assert await ask(mailing, client=f"203.0.113.{number}") == unknown
    async with mailing.db.read() as session:
        rows = (await session.exec(text("SELECT * FROM subscriber"))).all()
        assert not any("example.org" in str(row) for row in rows)
    for _ in range(20):
        last = await ask(mailing, client="192.0.2.99")
    assert (await ask(mailing, client="192.0.2.99")).startswith("429"), last
    form = {"address": "eve@example.org", "kind": "email"}
    throttled = await mailing.client("192.0.2.99", base="").post("/status/acme-status/subscribe", data=form)
    assert 0 < int(throttled.headers["Retry-After"]) <= 15 * 60


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"address": "nobody"}, 422),
        ({"address": "http://127.0.0.1/x", "kind": "slack"}, 422),
        ({"address": "file:///etc/passwd", "kind": "webhook"}, 422),
        ({"address": "http://hooks.example.org/x", "kind": "webhook"}, 422),
        ({"address": "HTTPS://hooks.example.org/x", "kind": "webhook"}, 200),
        ({"address": "eve@example.org", "every": "no"}, 422),
        ({"address": "eve@example.org", "role": "owner"}, 422),
    ],
)
async def test_what_is_no_address_or_no_choice_is_refused_and_so_is_a_webhook_without_encryption(
    mailing: Api, fields: Json, code: int
) -> None:
    owner, workspace, watchers = await workspace_with(mailing, "Shop")
    await make_page(owner, workspace, watchers)
    assert (await ask(mailing, **fields)).startswith(str(code))


async def test_an_address_that_is_too_long_is_answered_by_the_form(mailing: Api) -> None:
    owner, workspace, watchers = await workspace_with(mailing, "Shop")
    await make_page(owner, workspace, watchers)
    form = {"address": f"https://hooks.example.org/{'x' * 1_000}", "kind": "webhook"}
    answer = await mailing.client(base="").post("/status/acme-status/subscribe", data=form)
    assert (answer.status_code, answer.headers["Content-Type"]) == (422, "text/html; charset=utf-8")


async def test_a_form_of_another_site_a_page_that_says_no_and_a_locked_page_take_nobody(mailing: Api) -> None:
    owner, workspace, watchers = await workspace_with(mailing, "Shop")
    page = await make_page(owner, workspace, watchers)
    foreign = await mailing.client(base="").post(
        "/status/acme-status/subscribe", data={"address": "eve@example.org"}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert foreign.status_code == 403
    closed = await make_page(owner, workspace, watchers, slug="closed", subscribers=False)
    assert (page["subscribers"], closed["subscribers"]) == (True, False)
    assert (await look(mailing, "/status/closed/subscribe")).status_code == 404
    assert "subscribe" not in (await look(mailing, "/status/closed")).text
    locked = await make_page(owner, workspace, watchers, slug="locked", access="password", password="open sesame")
    assert locked["subscribers"] is True
    assert (await look(mailing, "/status/locked/subscribe")).status_code == 403
    refused = await mailing.client(base="").post("/status/locked/subscribe", data={"address": "eve@example.org"})
    assert refused.status_code == 403
    async with mailing.db.read() as session:
        assert (await session.exec(select(Subscriber))).all() == []


async def test_news_reach_those_who_chose_the_service_once_whoever_takes_the_turn(mailing: Api) -> None:
    owner, workspace, watchers = await workspace_with(mailing, "Shop", "Blog")
    page = await make_page(owner, workspace, watchers)
    keys = [each["key"] for each in page["sections"][0]["components"]]
    (all_of_it,) = await confirmed(mailing, "all@example.org")
    shop = (await confirmed(mailing, "shop@example.org", every="no", components=keys[0]))[-1]
    blog = (await confirmed(mailing, "blog@example.org", every="no", components=keys[1]))[-1]
    await tell(owner, workspace, page, watchers[0])
    both = [fan_out(mailing), fan_out(mailing)]
    await asyncio.gather(*(each.turn(now_ms()) for each in both))
    told = [each.subscriber_id for each in await deliveries(mailing)]
    assert len(told) == len(set(told))
    assert all_of_it in told
    assert shop in told
    assert blog not in told


async def test_an_address_that_refuses_three_times_or_is_nobodys_is_given_up(mailing: Api) -> None:
    owner, workspace, watchers = await workspace_with(mailing, "Shop")
    page = await make_page(owner, workspace, watchers)
    await confirmed(mailing, "full@example.org", "gone@example.org")
    await tell(owner, workspace, page)
    await fan_out(mailing).turn(now_ms())
    full, gone = await deliveries(mailing)
    refused = Outcome(Result.DEAD, "refused: 552 5.2.2 mailbox full", ends_channel=True)
    for _ in range(3):
        async with mailing.db.read() as session:
            assert all(row.disabled_reason is None for row in (await session.exec(select(Subscriber))).all())
        async with mailing.db.write() as session:
            await note_bounces(session, [(full, refused)], now_ms())
    async with mailing.db.write() as session:
        await note_bounces(session, [(gone, Outcome(Result.DEAD, "550 5.1.1 nobody"))], now_ms())
    counts = await owner.get(f"/workspaces/{workspace}/status-pages/{page['id']}/subscriber-counts")
    assert counts.json() == {"confirmed": 0, "unconfirmed": 0, "disabled": 2}
    assert {each.state for each in await deliveries(mailing)} == {DeliveryState.CANCELLED}


async def test_owners_see_masked_addresses_remove_one_and_what_is_not_confirmed_is_forgotten(mailing: Api) -> None:
    owner, workspace, watchers = await workspace_with(mailing, "Shop")
    page = await make_page(owner, workspace, watchers)
    eve, eva = await confirmed(mailing, "eve@example.org", "eva@example.org")
    path = f"/workspaces/{workspace}/status-pages/{page['id']}/subscribers"
    listed = await owner.get(path)
    shown = [each["address"] for each in listed.json()["items"]]
    assert [re.sub(r" \([a-z2-7]{4}\)$", "", each) for each in shown] == ["e•••@example.org"] * 2
    assert len(set(shown)) == 2, "two that are masked alike are told apart"
    assert [each["address"] for each in (await owner.get(path)).json()["items"]] == shown
    assert re.search(r"ev[ae]@", listed.text) is None
    assert (await owner.delete(f"{path}/{eva}")).status_code == 204
    assert (await owner.delete(f"{path}/{eve}")).status_code == 204
    assert (await owner.delete(f"{path}/{eve}")).status_code == 404
    await ask(mailing, "late@example.org")
    await fan_out(mailing).turn(now_ms() + UNCONFIRMED_FOR_MS + 60_000)
    assert (await owner.get(path)).json()["items"] == []


async def test_maintenance_is_announced_once(mailing: Api) -> None:
    owner, workspace, watchers = await workspace_with(mailing, "Shop")
    page = await make_page(owner, workspace, watchers)
    await confirmed(mailing, "eve@example.org")
    window = {"title": "Upgrade", "starts_at": "2036-01-01T02:00:00Z", "all_watchers": True, "page_ids": [page["id"]]}
    answer = await owner.post(f"/workspaces/{workspace}/maintenance", window)
    assert answer.status_code == 201, answer.text
    for _ in range(2):
        await fan_out(mailing).turn(now_ms())
    assert [(each.kind, each.body["title"]) for each in await deliveries(mailing)] == [("maintenance", "Upgrade")]


async def test_maintenance_for_which_a_page_has_no_room_is_announced_too(mailing: Api) -> None:
    owner, workspace, watchers = await workspace_with(mailing, "Shop")
    page = await make_page(owner, workspace, watchers)
    await confirmed(mailing, "eve@example.org")
    window = {"starts_at": "2036-01-01T02:00:00Z", "all_watchers": True, "page_ids": [page["id"]]}
    titles = [f"Upgrade {number}" for number in range(MOST_WINDOWS + 2)]
    for title in titles:
        assert (await owner.post(f"/workspaces/{workspace}/maintenance", {**window, "title": title})).is_success
    for _ in range(2):
        await fan_out(mailing).turn(now_ms())
    assert sorted(each.body["title"] for each in await deliveries(mailing)) == sorted(titles)


async def test_maintenance_is_announced_so_long_ahead_as_it_says_and_not_before(mailing: Api) -> None:
    owner, workspace, watchers = await workspace_with(mailing, "Shop")
    page = await make_page(owner, workspace, watchers)
    await confirmed(mailing, "eve@example.org")
    starts = now_ms() + 3 * DAY_MS
    window = {
        "title": "Upgrade", "starts_at": to_utc(starts).isoformat(), "duration_s": 3_600, "all_watchers": True,
        "page_ids": [page["id"]], "announce_before_s": 86_400,
    }  # fmt: skip
    made = (await owner.post(f"/workspaces/{workspace}/maintenance", window)).json()
    assert made["announce_before_s"] == 86_400
    await fan_out(mailing).turn(starts - DAY_MS - 1)
    assert await deliveries(mailing) == []
    assert (await look(mailing, "/status/acme-status.json")).json()["maintenance"] == []
    for _ in range(2):
        await fan_out(mailing).turn(starts - DAY_MS)
    assert [(each.kind, each.body["title"]) for each in await deliveries(mailing)] == [("maintenance", "Upgrade")]
    sooner = {"announce_before_s": 4 * 86_400}
    answer = await owner.patch(f"/workspaces/{workspace}/maintenance/{made['id']}", sooner)
    assert answer.status_code == 200, answer.text
    await pages_compared(mailing)
    (shown,) = (await look(mailing, "/status/acme-status.json")).json()["maintenance"]
    assert (shown["title"], shown["running"]) == ("Upgrade", False)
    await fan_out(mailing).turn(starts - 1_000)
    assert len(await deliveries(mailing)) == 1, "what was announced is not announced again"


async def test_subscribers_of_a_page_that_is_closed_hear_nothing_of_what_it_shows_and_can_leave(mailing: Api) -> None:
    owner, workspace, watchers = await workspace_with(mailing, "Secret")
    page = await make_page(owner, workspace, watchers)
    (eve,) = await confirmed(mailing, "eve@example.org")
    link = mailing.app.state.subscription_links.manage(eve).removeprefix("http://testserver")
    assert "Secret" in (await look(mailing, link)).text
    path = f"/workspaces/{workspace}/status-pages/{page['id']}"
    assert (await owner.patch(path, {"access": "password", "password": "open sesame"})).status_code == 200
    await tell(owner, workspace, page, *watchers, body="Secret body")
    window = {"title": "Secret work", "starts_at": "2036-01-01T02:00:00Z", "all_watchers": True}
    assert (await owner.post(f"/workspaces/{workspace}/maintenance", window | {"page_ids": [page["id"]]})).is_success
    await fan_out(mailing).turn(now_ms())
    told = [each.body for each in await deliveries(mailing)]
    assert [each["title"] for each in told] == ["There is news on Acme status"] * 2
    assert not any(word in str(told) for word in ("Secret", "Slow shop", "#i-"))
    assert (await owner.patch(path, {"is_published": False})).status_code == 200
    await tell(owner, workspace, page, *watchers)
    await fan_out(mailing).turn(now_ms())
    assert len(await deliveries(mailing)) == 2
    for change in ({"is_published": True}, {"is_published": False, "access": "public"}):
        assert (await owner.patch(path, change)).status_code == 200
        shown = (await look(mailing, link)).text
        assert ("Secret" in shown, "Unsubscribe" in shown, "<form" in shown) == (False, True, False)
        assert "Back to the status page" not in shown
    assert (await mailing.client(base="").post(f"{link}/unsubscribe")).status_code == 200
    assert (await look(mailing, link)).status_code == 404
