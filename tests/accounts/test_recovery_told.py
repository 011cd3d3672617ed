"""Asking for a link tells nobody who has an account: neither what is answered, nor what is done before the answer."""

import asyncio
import json
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from healther.accounts import mailer as mailing
from healther.accounts.mailer import Mailer
from tests.support.api import Api
from tests.support.sinks import SmtpSink
from tests.support.wire import guarded_net

Sent = list[MutableMapping[str, Any]]


class HeldMailer(Mailer):
    """The mailer, whose unforeseeable moment comes when the test lets it."""

    release: asyncio.Event

    async def pause(self) -> None:
        await self.release.wait()


class Request:
    """One request to the app, without a client that would wait for more than the answer."""

    def __init__(self, api: Api, path: str, body: object, *, address: str) -> None:
        self.sent: Sent = []
        self.answered = asyncio.Event()
        self._body = json.dumps(body).encode()
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http",
            "path": path, "raw_path": path.encode(), "query_string": b"", "root_path": "",
            "headers": [(b"host", b"testserver"), (b"content-type", b"application/json")],
            "client": (address, 40_000), "server": ("testserver", 80),
        }  # fmt: skip
        self.done = asyncio.ensure_future(api.app(scope, self._receive, self._send))

    async def _receive(self) -> MutableMapping[str, Any]:
        return {"type": "http.request", "body": self._body, "more_body": False}

    async def _send(self, message: MutableMapping[str, Any]) -> None:
        self.sent.append(message)
        if message["type"] == "http.response.body" and not message.get("more_body"):
            self.answered.set()


@contextmanager
def statements() -> Iterator[list[str]]:
    """What is asked of the database meanwhile."""
    said: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:  # noqa: ANN401
        said.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(Engine, "before_cursor_execute", note)


async def test_the_answer_leaves_before_any_mail_and_after_the_same_work_with_an_account_and_without(
    api: Api, sink: SmtpSink
) -> None:
    await api.person("known")
    told = []
    async with guarded_net() as net:
        for name, address in (("known", "192.0.2.1"), ("gnome", "192.0.2.2")):
            mailer = api.app.state.mailer = HeldMailer(net, sink.server())
            mailer.release = asyncio.Event()
            with statements() as asked:
                body = {"email": f"{name}@example.org"}
                request = Request(api, "/api/v1/auth/forgotten", body, address=address)
                await asyncio.wait_for(request.answered.wait(), 10)
            assert len(sink.mails) == len(told), "it waits for no mail server"
            assert not any('"user"' in each or " user" in each for each in asked), "nobody looks whether there is one"
            start, *bodies = request.sent
            said = b"".join(each["body"] for each in bodies).replace(name.encode(), b"x")
            headers = {key: value for key, value in start["headers"] if key != b"x-request-id"}
            told.append((start["status"], headers, said, asked))
            mailer.release.set()
            await asyncio.wait_for(request.done, 10)
            assert [each.to for each in sink.mails] == [["known@example.org"]]
    assert told[0] == told[1]
    assert told[0][0] == 202


async def test_a_link_is_mailed_at_a_moment_that_nobody_can_foresee(monkeypatch: pytest.MonkeyPatch) -> None:
    """Busy right after the answer told that there is an account: others waited for theirs."""
    waited: list[float] = []

    async def note(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr(mailing.asyncio, "sleep", note)
    async with guarded_net() as net:
        mailer = Mailer(net, None)
        for _ in range(200):
            await mailer.pause()
    assert 1 <= min(waited) < 2
    assert 5 < max(waited) <= 6
