"""The API in this process on a test's own database, and people who use it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from uuid import UUID

import httpx
from fastapi import FastAPI
from sqlmodel import col, select

from healther.accounts.mailer import Mailer
from healther.accounts.models import Membership, Role, User, Workspace
from healther.accounts.passwords import PasswordHasher
from healther.alerting.channels.schemas import ChannelTested
from healther.alerting.mail_server import mail_server_of
from healther.alerting.nudge import NoNudge
from healther.alerting.readings import Readings
from healther.app import create_app
from healther.channels.base import Channel, Message
from healther.core.db import Database
from healther.core.settings import Settings
from healther.monitoring.live.hub import LiveHub
from healther.net.client import Net
from healther.status_pages.access import Doorkeeper
from healther.status_pages.pages import StatusPages

SECRET_KEY = "a-secret-only-for-tests-0123456789-abcdef"
PASSWORD = "correct horse battery"
HOME = "192.0.2.10"

Json = dict[str, Any]


class CountingHasher(PasswordHasher):
    """A cheap hasher that counts what it was asked for."""

    def __init__(self) -> None:
        super().__init__(rounds=4, threads=1)
        self.verified: list[str | None] = []
        self.hashed = 0

    async def hash(self, password: str) -> str:
        self.hashed += 1
        return await super().hash(password)

    async def verify(self, password: str, stored: str | None) -> bool:
        self.verified.append(stored)
        return await super().verify(password, stored)


@dataclass
class RecordingWaker:
    """Notes who was woken."""

    woken: list[UUID] = field(default_factory=list)

    async def due_now(self, watcher_ids: Sequence[UUID]) -> None:
        self.woken += watcher_ids


class NoDryRuns:
    """For tests in which nothing may be probed."""

    async def run(self, probe: object, **limits: object) -> None:
        raise AssertionError(f"{probe} was run with {limits}")


class NoTestMessages:
    """For tests in which nothing may be sent: says that it was."""

    async def send(self, channel: Channel, message: Message) -> ChannelTested:
        return ChannelTested(taken=True, answer=f"not sent: {message.kind} by {type(channel).__name__}", took_ms=0)


class Person:
    """Somebody with an account, signed in."""

    def __init__(self, api: "Api", email: str, user_id: str, http: httpx.AsyncClient) -> None:
        self.api = api
        self.email = email
        self.id = user_id
        self.http = http

    async def sign_in(self, password: str = PASSWORD) -> httpx.Response:
        """Signs in afresh; the client sends the new token from then on."""
        answer = await self.http.post("/auth/token", data={"username": self.email, "password": password})
        if answer.status_code == 200:
            self.use(answer.json()["access_token"])
        return answer

    def use(self, access_token: str) -> None:
        """Sends this token from now on."""
        self.http.headers["Authorization"] = f"Bearer {access_token}"

    async def another_client(self) -> "Person":
        """The same person on another device, signed in."""
        other = Person(self.api, self.email, self.id, self.api.client())
        answer = await other.sign_in()
        assert answer.status_code == 200, answer.text
        return other

    async def get(self, path: str, **params: object) -> httpx.Response:
        return await self.http.get(path, params=params)

    async def post(self, path: str, body: Json | None = None) -> httpx.Response:
        return await self.http.post(path, json=body)

    async def patch(self, path: str, body: Json) -> httpx.Response:
        return await self.http.patch(path, json=body)

    async def delete(self, path: str) -> httpx.Response:
        return await self.http.delete(path)

    async def workspace(self, name: str = "Acme", **fields: object) -> str:
        """A new workspace of theirs; its id."""
        answer = await self.post("/workspaces", {"name": name, **fields})
        assert answer.status_code == 201, answer.text
        workspace_id: str = answer.json()["id"]
        return workspace_id

    async def add(self, workspace_id: str, person: "Person", role: str) -> httpx.Response:
        """Invites somebody to a workspace, and they join: the answer is the first that is a refusal, or theirs."""
        body = {"email": person.email, "role": role, "by": "link"}
        invited = await self.post(f"/workspaces/{workspace_id}/invitations", body)
        if invited.status_code != 201:
            return invited
        return await person.post("/invitations/accept", {"token": token_of(invited.json()["link"])})

    async def watcher(self, workspace_id: str, **fields: object) -> Json:
        """A new watcher."""
        body = {"name": "Shop", "url": "http://127.0.0.1:9/", **fields}
        answer = await self.post(f"/workspaces/{workspace_id}/watchers", body)
        assert answer.status_code == 201, answer.text
        watcher: Json = answer.json()
        return watcher


class Api:
    """The app, its database and what it was asked to do."""

    def __init__(self, app: FastAPI, db: Database, passwords: CountingHasher, waker: RecordingWaker) -> None:
        self.app = app
        self.db = db
        self.passwords = passwords
        self.waker = waker
        self._clients: list[httpx.AsyncClient] = []

    def client(self, address: str = HOME, *, base: str = "/api/v1") -> httpx.AsyncClient:
        """A client that comes from `address`."""
        transport = httpx.ASGITransport(self.app, client=(address, 40_000))
        client = httpx.AsyncClient(transport=transport, base_url=f"http://testserver{base}")
        self._clients.append(client)
        return client

    async def person(self, name: str, *, password: str = PASSWORD) -> Person:
        """Registers somebody and signs them in; each comes from an address of their own."""
        http = self.client(f"198.51.100.{len(self._clients) % 250 + 1}")
        email = f"{name}@example.org"
        body = {"email": email, "full_name": name.title(), "password": password}
        answer = await http.post("/auth/register", json=body)
        assert answer.status_code == 201, answer.text
        person = Person(self, email, answer.json()["id"], http)
        signed_in = await person.sign_in(password)
        assert signed_in.status_code == 200, signed_in.text
        return person

    async def close(self) -> None:
        for client in self._clients:
            await client.aclose()


def settings_for(database_url: str, **values: object) -> Settings:
    """Settings for tests: anybody may register, and pages get domains of example.org without a proof."""
    return Settings(
        **{
            "database_url": database_url,
            "secret_key": SECRET_KEY,
            "registration": "open",
            "max_workspaces": 1_000,
            "trusted_domains": ("*.example.org",),
            **values,
        }
    )


@cache
def _shared_app(**settings: object) -> FastAPI:
    # What FastAPI works out at an app's first requests costs more than most tests do.
    return create_app(settings_for("sqlite+aiosqlite:///set-by-each-test.db", **settings), passwords=CountingHasher())


@cache
def description() -> Json:
    """The API's OpenAPI document."""
    return _shared_app().openapi()


@asynccontextmanager
async def running_api(
    db: Database, database_url: str, *, fresh: bool = False, **settings: object
) -> AsyncIterator[Api]:
    """The app on `db`, with cheap passwords and a waker that only notes; `fresh` for tests that add routes to it."""
    app = (_shared_app.__wrapped__ if fresh else _shared_app)(**settings)
    app.state.settings = settings_for(database_url, **settings)
    app.state.db = db
    app.state.passwords = passwords = CountingHasher()
    app.state.waker = waker = RecordingWaker()
    app.state.dry_runner = NoDryRuns()
    app.state.test_sender = NoTestMessages()
    net = app.state.net = Net()
    app.state.mailer = Mailer(net, mail_server_of(app.state.settings), later_s=(0, 0))
    app.state.nudge = NoNudge()
    app.state.readings = Readings(db, app.state.settings)
    app.state.status_pages = pages = StatusPages(
        db, app.state.settings.public_url, app.state.settings.region, mails=app.state.settings.mail_configured
    )
    app.state.doorkeeper = Doorkeeper(app.state.settings)
    # Stopped: whoever opens a stream is let in and told goodbye, so that the answer ends.
    app.state.live = live = LiveHub(db, "default")
    live.stop()
    api = Api(app, db, passwords, waker)
    try:
        yield api
    finally:
        await api.close()
        await pages.close()
        await net.close()


def token_of(link: str) -> str:
    """The token of a link that was shown or mailed: what stands behind its #."""
    return link.partition("#")[2]


def where(answer: httpx.Response) -> list[str]:
    """The fields a 422 complains about."""
    assert answer.status_code == 422, (answer.status_code, answer.text)
    assert answer.headers["Content-Type"] == "application/problem+json"
    return [error["where"] for error in answer.json().get("errors", [])]


async def joined(api: Api, person: Person) -> str:
    """The path of the workspace `acme` that tests put watchers into; this person owns it."""
    async with api.db.write() as session:
        workspace = (await session.exec(select(Workspace).where(col(Workspace.slug) == "acme"))).one()
        user = (await session.exec(select(User).where(col(User.email) == person.email))).one()
        session.add(Membership(workspace_id=workspace.id, user_id=user.id, role=Role.OWNER))
        return f"/workspaces/{workspace.id}"
