"""The question whether an address is theirs: what it says to people who asked for nothing, and what they confirm."""

import re

import pytest
from sqlmodel import select

from healther.core.clock import now_ms
from healther.status_pages.models import Subscriber
from tests.support.api import Api
from tests.support.status_pages import look, make_page, workspace_with
from tests.support.subscribers import arrived, ask, deliveries, fan_out, mail_arriving


@pytest.mark.parametrize(
    ("title", "named"),
    [
        ("Acme status", "Acme status"),
        ("Your bank: sign in at evil.example/login", "http://testserver/status/acme-status"),
        ("https://evil.example", "http://testserver/status/acme-status"),
        ("evil\uff0eexample", "http://testserver/status/acme-status"),
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
    sender = "Status page" if named != title else title
    assert asked["From"].addresses[0].display_name == f"{sender} (healther)"
    assert ("evil" in str(asked)) == ("evil" in named)
    text, html = (str(asked.get_body((kind,)).get_content()) for kind in ("plain", "html"))
    assert "Confirm: http://testserver/subscription/" in text
    assert ">Confirm</a>" in html


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
