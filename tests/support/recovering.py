"""Links about accounts in tests: asked for, mailed, taken from the mail, used."""

import re

import httpx

from tests.support.api import Api
from tests.support.consent import text_of
from tests.support.sinks import SmtpSink

NEW_PASSWORD = "another long phrase"
_LINK = {path: re.compile(rf"http://127\.0\.0\.1:8000/{path}#([\w-]+)") for path in ("reset", "email")}


async def forget(api: Api, email: str, *, client: httpx.AsyncClient | None = None, **headers: str) -> httpx.Response:
    """Somebody says that they forgot their password."""
    return await (client or api.client()).post("/auth/forgotten", json={"email": email}, headers=headers)


async def reset(api: Api, token: str, password: str = NEW_PASSWORD) -> httpx.Response:
    """Somebody sets a new password by a link."""
    return await api.client().post("/auth/reset", json={"token": token, "password": password})


def token_in(sink: SmtpSink, address: str, path: str = "reset") -> str:
    """What stands behind the # of the last such link that an address was mailed."""
    texts = [text_of(each) for each in sink.mails if each.to == [address]]
    found = [match[1] for text in texts for match in [_LINK[path].search(text)] if match]
    assert found, (address, texts)
    return found[-1]


async def link_for(api: Api, sink: SmtpSink, email: str) -> str:
    """The token of a link that was asked for and mailed."""
    asked = await forget(api, email)
    assert asked.status_code == 202, asked.text
    return token_in(sink, email)
