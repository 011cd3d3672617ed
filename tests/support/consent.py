"""Questions to addresses, sent by turns of the test, and the answers of those who got them."""

import re
from uuid import UUID

import httpx
from sqlmodel import col, select, update

from healther.accounts.models import MailAddress
from healther.alerting.consent.asking import Asking
from healther.alerting.plan import Planner
from healther.core.clock import now_ms
from tests.support.alerting import LINKS, World
from tests.support.api import Api, Json, Person
from tests.support.sinks import Mail, SmtpSink
from tests.support.wire import guarded_net


async def ask_all(api: Api, mail: SmtpSink, *, at_ms: int | None = None) -> None:
    """Sends every question that is due."""
    async with guarded_net() as net:
        links = api.app.state.consent_links
        asking = Asking(api.db, net, mail.server(), links, "https://healther.example.org")
        while await asking.turn(at_ms or now_ms()):
            pass


def text_of(mail: Mail) -> str:
    part = mail.parsed.get_body(("plain",))
    assert part is not None
    text: str = part.get_content()
    return text


def path_of(mail: Mail) -> str:
    """Where the link of a question leads."""
    found = re.search(r"/consent/[\w-]+", text_of(mail))
    assert found is not None, text_of(mail)
    return found[0]


async def answer(api: Api, mail: Mail, said: str = "yes") -> httpx.Response:
    """Presses a button behind the link of a question."""
    answered = await api.client(base="").post(path_of(mail), data={"answer": said})
    assert answered.status_code == 303, answered.text
    return answered


async def asked(api: Api) -> list[MailAddress]:
    """What every address says, by address."""
    query = select(MailAddress).order_by(col(MailAddress.address), col(MailAddress.workspace_id))
    async with api.db.read() as session:
        return list((await session.exec(query)).all())


async def email_channel(person: Person, workspace: str, *to: str, name: str = "Ops") -> Json:
    made = await person.post(
        f"/workspaces/{workspace}/channels", {"name": name, "kind": "email", "options": {"to": list(to)}}
    )
    assert made.status_code == 201, made.text
    channel: Json = made.json()
    return channel


def states(channel: Json) -> dict[str, str]:
    return {each["address"]: each["state"] for each in channel["addresses"]}


async def world_of(api: Api, person: Person, workspace: str) -> World:
    """The workspace of somebody, with a planner that asks addresses first."""
    world = await World.build(api.db, slug="unused", email="unused@example.org")
    return World(api.db, Planner(api.db, LINKS, asks_first=True), world.owner, UUID(workspace))


def received(mail: SmtpSink, address: str) -> list[str]:
    """The subjects of what an address got."""
    return [str(each.parsed["Subject"]) for each in mail.mails if each.to == [address]]


async def confirmed_person(api: Api, name: str) -> Person:
    """Somebody whose own address is confirmed: because of them others are asked."""
    person = await api.person(name)
    await confirm(api, f"{name}@example.org")
    return person


async def confirm(api: Api, address: str) -> None:
    """Everything that this address was asked it has said yes to."""
    async with api.db.write() as session:
        await session.exec(
            update(MailAddress).where(col(MailAddress.address) == address).values(confirmed_at=1, ask_due_at=None)
        )
