"""Inviting people in tests: who invites, from where, and what arrives by mail."""

import re
from collections.abc import AsyncIterator

import pytest

from healther.accounts.mailer import Mailer
from tests.support.api import Api, Json, Person, token_of
from tests.support.consent import confirm
from tests.support.sinks import SmtpSink, smtp_sink
from tests.support.wire import guarded_net

NEWCOMER = {"full_name": "Grace Hopper", "password": "a nanosecond of wire"}
LINK = re.compile(r"http://127\.0\.0\.1:8000/invitation#([\w-]{43})\b")


@pytest.fixture
async def owner(api: Api) -> Person:
    """Whose address is confirmed: nobody is mailed in the name of another."""
    person = await api.person("owner")
    await confirm(api, "owner@example.org")
    return person


@pytest.fixture
async def base(owner: Person) -> str:
    """The path of the invitations of the owner's workspace, Acme."""
    return f"/workspaces/{await owner.workspace()}/invitations"


@pytest.fixture
async def sink(api: Api) -> AsyncIterator[SmtpSink]:
    """A mail server, and the API uses it; what it mails later it mails at once."""
    async with guarded_net() as net:
        with smtp_sink() as running:
            api.app.state.mailer = Mailer(net, running.server(), later_s=(0, 0))
            yield running


async def invite(person: Person, base: str, email: str, **fields: object) -> Json:
    answer = await person.post(base, {"email": email, **fields})
    assert answer.status_code == 201, answer.text
    made: Json = answer.json()
    return made


async def link_for(person: Person, base: str, email: str, **fields: object) -> str:
    """The token of an invitation whose link was shown."""
    return token_of((await invite(person, base, email, by="link", **fields))["link"])


def text_of(sink: SmtpSink) -> str:
    body = sink.mails[-1].parsed.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def mailed_token(sink: SmtpSink) -> str:
    found = LINK.search(text_of(sink))
    assert found is not None, text_of(sink)
    return found[1]
