"""Public pages in tests: a workspace with a past, pages on it, and strangers who look."""

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from uuid import UUID

import httpx
import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.core.clock import DAY_MS, HOUR_MS, MINUTE_MS, now_ms
from healther.history.ledger import Segment
from healther.status_pages.pages import StatusPages
from healther.watchers.states import State
from tests.support.api import Api, Json, Person
from tests.support.consent import confirmed_person
from tests.support.history import Check, Past, add_change, write_past


async def look(
    api: Api, path: str, *, host: str = "testserver", method: str = "GET", query: str = "", **headers: str
) -> httpx.Response:
    """What a stranger gets under this path."""
    http = api.client(base="")
    sent = {"Host": host, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return await http.request(method, path + query, headers=sent)


async def workspace_with(
    api: Api, *names: str, slug: str = "acme", is_public: bool = True
) -> tuple[Person, str, list[Json]]:
    """An owner whose address is confirmed, their workspace, and a watcher for each name."""
    owner = await confirmed_person(api, "ada")
    workspace = await owner.workspace("Acme", slug=slug, is_public=is_public)
    return owner, workspace, [await owner.watcher(workspace, name=name) for name in names]


def pages_of(api: Api) -> StatusPages:
    found: StatusPages = api.app.state.status_pages
    return found


async def pages_compared(api: Api) -> None:
    """Has the pages in memory compared with the database, and what has changed read anew."""
    held = pages_of(api)
    await held._compare()
    await asyncio.gather(*held._renewing.values())


async def make_page(owner: Person, workspace: str, watchers: Sequence[Json], **fields: object) -> Json:
    """A page of its own that shows these watchers under their names."""
    shown = [{"watcher_id": watcher["id"], "name": watcher["name"]} for watcher in watchers]
    body = {"title": "Acme status", "slug": "acme-status", "sections": [{"components": shown}], **fields}
    answer = await owner.post(f"/workspaces/{workspace}/status-pages", body)
    assert answer.status_code == 201, answer.text
    made: Json = answer.json()
    return made


async def live_through(api: Api, watcher: Json, *states: State, reason: str | None = "timeout") -> None:
    """Ten days of health, then each of `states` for ten minutes, the last one going on; it began an hour ago."""
    now, watcher_id = now_ms(), UUID(watcher["id"])
    at = now - HOUR_MS
    segments = [Segment(State.HEALTHY, now - 10 * DAY_MS, at)]
    for number, state in enumerate(states):
        end = now if number == len(states) - 1 else at + 10 * MINUTE_MS
        segments.append(Segment(state, at, end))
        before = segments[-2].state
        if before != state:
            await add_change(api.db, watcher_id, at, before, state, reason=reason, message="canary http://10.0.0.7/")
        at = end
    checks = [Check(now - 2 * HOUR_MS - 1000, State.HEALTHY, 123.5)]
    accounted = (now - 2 * HOUR_MS) // HOUR_MS * HOUR_MS
    await write_past(api.db, watcher_id, Past(segments, checks, now, accounted, known_until=now + HOUR_MS))


def cut_off(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database is away: every reading fails."""

    @asynccontextmanager
    async def gone() -> AsyncIterator[AsyncSession]:
        raise OperationalError("SELECT", None, ConnectionError("the database is away"))
        yield

    monkeypatch.setattr(api.db, "read", gone)


def text_of(html: str) -> str:
    """What a reader sees of a page, without tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", re.sub(r"(?s)<style>.*?</style>", "", html)))
