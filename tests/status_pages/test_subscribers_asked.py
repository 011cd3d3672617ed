"""The question whether an address is theirs: what it says to people who asked for nothing, and what they confirm."""

import re
from uuid import UUID

import pytest
from sqlmodel import select, update

from healther.accounts import throttle
from healther.accounts.service.consent import Consent
from healther.core.clock import DAY_MS, HOUR_MS, now_ms
from healther.status_pages.models import StatusPage, Subscriber
from healther.status_pages.subscribers import service
from healther.status_pages.subscribers.places import Kind
from tests.support.api import Api
from tests.support.status_pages import look, make_page, workspace_with
from tests.support.subscribers import arrived, ask, deliveries, fan_out, mail_arriving

RULES = Consent(required=True, most_asks=50)


@pytest.mark.parametrize(
    ("title", "named"),
    [
        ("Acme status", "“Acme status”"),
        ("Your bank: sign in at evil.example/login", "http://testserver/status/acme-status"),
        ("https://evil.example", "http://testserver/status/acme-status"),
        ("evil\uff0eexample", "http://testserver/status/acme-status"),
        ("Call 0800 55 44 33", "http://testserver/status/acme-status"),
    ],
)
async def test_a_title_that_leads_somewhere_is_in_no_mail_to_who_has_not_asked(
    mailing: Api, title: str, named: str
) -> None:
    owner, workspace, watchers = await workspace_with(mailing, "Shop")
    await make_page(owner, workspace, watchers, title=title)
    await ask(mailing)
    async with mail_arriving(mailing) as (sink, senders):
        await fan_out(mailing).turn(now_ms())
        senders.wake()
        await arrived(sink, 1)
    asked = sink.mails[0].parsed
    assert asked["Subject"] == f"Confirm that you want to hear of {named}"
    assert asked["From"].addresses[0].display_name == "healther"
    assert ("evil" in str(asked)) == ("evil" in named)
    text, html = (str(asked.get_body((kind,)).get_content()) for kind in ("plain", "html"))
    assert "Confirm: http://testserver/subscription/" in text
    assert ">Confirm</a>" in html


async def test_of_a_long_title_forty_characters_are_in_that_mail(mailing: Api) -> None:
    owner, workspace, watchers = await workspace_with(mailing, "Shop")
    await make_page(owner, workspace, watchers, title="A" * 60)
    await ask(mailing)
    async with mail_arriving(mailing) as (sink, senders):
        await fan_out(mailing).turn(now_ms())
        senders.wake()
        await arrived(sink, 1)
    body = sink.mails[0].parsed.get_body(("plain",))
    assert body is not None
    text = str(body.get_content())
    assert ("A" * 39 + "…" in text, "A" * 40 in text) == (True, False)


def chosen_on(page: str) -> list[str]:
    """What a page of a subscription has ticked."""
    return re.findall(r'value="([^"]+)" checked', page)


async def test_a_stranger_changes_nothing_of_what_somebody_confirms(mailing: Api) -> None:
    owner, workspace, watchers = await workspace_with(mailing, "Search", "Shop")
    await make_page(owner, workspace, watchers)
    assert (await ask(mailing, "sue@example.org", every="no", components="search")).startswith("200")
    async with mail_arriving(mailing) as (sink, senders):
        await fan_out(mailing).turn(now_ms())
        senders.wake()
        await arrived(sink, 1)
        assert (await ask(mailing, "SUE@example.org", client="203.0.113.7")).startswith("200")
        await fan_out(mailing).turn(now_ms())
        senders.wake()
        await arrived(sink, 2)
    texts = [str(each.parsed.get_body(("plain",)).get_content()) for each in sink.mails]
    hers, strangers = (re.findall(r"http://testserver(/subscription/\S+)", each)[0] for each in texts)
    assert chosen_on((await look(mailing, hers)).text) == ["no", "search"]
    assert chosen_on((await look(mailing, strangers)).text) == ["yes"]
    client = mailing.client(base="")
    nothing = await client.post(hers, data={"every": "no"})
    assert (nothing.status_code, "Choose a service" in nothing.text) == (422, True)
    assert (await client.post(hers, data={"every": "no", "components": ["search"]})).status_code == 303
    async with mailing.db.read() as session:
        (kept,) = (await session.exec(select(Subscriber))).all()
    assert (kept.component_keys, kept.confirmed_at is not None) == (["search"], True)
    assert chosen_on((await look(mailing, strangers)).text) == ["no", "search"], "her own choice, once it is confirmed"


async def test_what_was_chosen_stays_where_the_page_was_closed_meanwhile(mailing: Api) -> None:
    owner, workspace, watchers = await workspace_with(mailing, "Search", "Shop")
    page = await make_page(owner, workspace, watchers)
    assert (await ask(mailing, "sue@example.org", every="no", components="search")).startswith("200")
    await fan_out(mailing).turn(now_ms())
    (asked,) = await deliveries(mailing)
    path = asked.body["link"].removeprefix("http://testserver")
    closed = {"access": "password", "password": "open sesame"}
    assert (await owner.patch(f"/workspaces/{workspace}/status-pages/{page['id']}", closed)).status_code == 200
    assert "Search" not in (await look(mailing, path)).text
    assert (await mailing.client(base="").post(path)).status_code == 303
    async with mailing.db.read() as session:
        (kept,) = (await session.exec(select(Subscriber))).all()
    assert (kept.component_keys, kept.confirmed_at is not None) == (["search"], True)


async def test_an_address_is_asked_three_times_a_day_however_long_somebody_waits_between(mailing: Api) -> None:
    owner, workspace, watchers = await workspace_with(mailing, "Shop")
    await make_page(owner, workspace, watchers)
    places, asked = mailing.app.state.subscriber_places, []
    async with mailing.db.read() as session:
        page_id = (await session.exec(select(StatusPage.id))).one()
    wish = service.Wish(UUID(workspace), page_id, Kind.EMAIL, "eve@example.org", None, "en")
    for hours in (0, 5, 10, 15, 25):
        async with mailing.db.write() as session:
            await session.exec(update(Subscriber).values(asked_at=1))
            await service.subscribe(session, wish, places, "192.0.2.1", RULES, 1_800_000_000_000 + hours * HOUR_MS)
            asked.append((await session.exec(select(Subscriber.asked_at))).one() is None)
    assert asked == [True, True, True, False, True]


@pytest.mark.parametrize(
    "spellings",
    [
        [f"eve+{each}@example.org" for each in range(5)],
        ["eve@gmail.com", "e.ve@gmail.com", "ev.e+x@gmail.com", "eve@googlemail.com", "e.v.e@gmail.com"],
    ],
)
async def test_a_mailbox_is_asked_three_times_a_day_over_all_pages_however_it_is_written(
    mailing: Api, spellings: list[str]
) -> None:
    owner, workspace, watchers = await workspace_with(mailing, "Shop")
    await make_page(owner, workspace, watchers)
    await make_page(owner, workspace, watchers, slug="other")
    for each, spelling in enumerate(spellings):
        answer = await ask(mailing, spelling, page=("acme-status", "other")[each % 2])
        assert answer.startswith("200"), "the form tells nobody"
    async with mailing.db.read() as session:
        assert len((await session.exec(select(Subscriber))).all()) == 3


async def test_a_host_of_webhooks_is_asked_so_often_a_day_whatever_its_addresses_and_however_it_is_written(
    mailing: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, workspace, watchers = await workspace_with(mailing, "Shop")
    for slug in ("acme-status", "other"):
        await make_page(owner, workspace, watchers, slug=slug)
    monkeypatch.setattr(service, "HOST", throttle.Limit("subscribe host", 4, DAY_MS))
    asked = 0

    async def hook(address: str, kind: str = "webhook") -> str:
        nonlocal asked
        asked += 1
        return await ask(
            mailing, address, kind=kind, page=("acme-status", "other")[asked % 2], client=f"203.0.113.{asked}"
        )

    same = ("https://hooks.example.org/1", "HTTPS://HOOKS.example.org/2", "https://hooks.example.org.:8443/3?x=4")
    assert [(await hook(each))[:3] for each in (*same, "https://hooks.example.org/4")] == ["200"] * 4
    over = await hook("https://hooks.example.org/5")
    assert over.startswith("429")
    assert re.search(r"Too many attempts. Try again in (1 d|23 h 59 min)\.", over)
    below = [await hook(f"https://{name}.example.org/") for name in ("w0.hooks", "v0", "other")]
    assert [each[:3] for each in below] == ["429"] * 3, "whoever has the domain has every name below it"
    assert (await hook("https://hooks.example.com/5")).startswith("200"), "another domain has its own"
    suffix = [await hook(f"https://{name}.co.uk/") for name in "abcde"]
    assert [each[:3] for each in suffix] == ["200"] * 5, "nobody has all of co.uk"
    network = [await hook(f"https://[2606:4700::{number}]/") for number in range(1, 6)]
    assert [each[:3] for each in network] == ["200"] * 4 + ["429"], "addresses of one network are one"
    slack = [await hook(f"https://hooks.slack.com/services/T/B/{number}", "slack") for number in range(6)]
    assert [each[:3] for each in slack] == ["200"] * 6, "Slack, which all of its subscribers share"


async def test_a_client_and_a_workspace_have_their_limits_over_all_pages(
    mailing: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, workspace, watchers = await workspace_with(mailing, "Shop")
    for slug in ("acme-status", "other"):
        await make_page(owner, workspace, watchers, slug=slug)
    monkeypatch.setattr(service, "CLIENT", throttle.Limit("subscribe client", 2))
    monkeypatch.setattr(service, "WORKSPACE", throttle.Limit("subscribe workspace", 3, DAY_MS))

    async def codes(*asking: tuple[str, str]) -> list[str]:
        return [
            (await ask(mailing, f"{slug}{number}@example.org", client=client, page=slug))[:3]
            for number, (slug, client) in enumerate(asking)
        ]

    one, two = "203.0.113.1", "203.0.113.2"
    assert await codes(("acme-status", one), ("other", one), ("other", one)) == ["200", "200", "429"]
    assert await codes(("acme-status", two), ("other", two)) == ["200", "429"]


async def test_a_page_asks_so_many_addresses_a_day_and_its_form_says_when_to_come_back(
    mailing: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, workspace, watchers = await workspace_with(mailing, "Shop")
    await make_page(owner, workspace, watchers)
    monkeypatch.setattr(service, "PAGE", throttle.Limit("subscribe page", 2, DAY_MS))
    answers = [await ask(mailing, f"p{each}@example.org", client=f"203.0.113.{each}") for each in range(3)]
    assert [each[:3] for each in answers] == ["200", "200", "429"]
    assert re.search(r"Try again in (1 d|23 h 59 min)\.", answers[-1])
