"""Reports cost seconds: whoever asks for many waits, is refused past a bound, and is in nobody's way."""

import asyncio
import threading
from collections.abc import Iterator
from uuid import UUID

import httpx
import pytest

from healther.core.clock import now_ms, to_utc
from healther.core.db import Database
from healther.reports import pdf, routes
from healther.reports.schemas import ReportPublic
from tests.support.api import PASSWORD, Api, Person, running_api
from tests.support.status_pages import workspace_with
from tests.support.waiting import until
from tests.support.watchers import add_watchers

MONTH = f"{to_utc(now_ms()):%Y-%m}"


class HeldPen:
    """Draws nothing before it may, and notes how many it was given."""

    def __init__(self) -> None:
        self.may_go_on = threading.Event()
        self.given = 0

    def to_pdf(self, _report: ReportPublic) -> bytes:
        self.given += 1
        assert self.may_go_on.wait(60), "nobody let the pen go on"
        return b"%PDF-"

    async def is_busy(self) -> bool:
        return self.given > 0


@pytest.fixture
def pen(monkeypatch: pytest.MonkeyPatch) -> Iterator[HeldPen]:
    held = HeldPen()
    monkeypatch.setattr(pdf, "to_pdf", held.to_pdf)
    yield held
    held.may_go_on.set()


def asked(person: Person, workspace: str, ending: str) -> asyncio.Task[httpx.Response]:
    return asyncio.create_task(person.get(f"/workspaces/{workspace}/reports/{MONTH}{ending}"))


async def the_refused(asking: list[asyncio.Task[httpx.Response]]) -> httpx.Response:
    """The one answer there is while the others are held; it leaves the list."""
    done, _ = await asyncio.wait(asking, return_when=asyncio.FIRST_COMPLETED, timeout=60)
    (refused,) = done
    asking.remove(refused)
    return refused.result()


def connections_out(db: Database) -> int:
    return sum(engine.pool.checkedout() for engine in db.engines)  # type: ignore[attr-defined]


async def test_while_pdfs_are_drawn_and_waited_for_no_connection_is_out_and_others_are_served(
    api: Api, pen: HeldPen
) -> None:
    owner, workspace, _ = await workspace_with(api, "Shop")
    stranger = await api.person("bea")
    theirs = await stranger.workspace("Theirs")
    asking = [asked(owner, workspace, ".pdf") for _ in range(4)]
    await until(pen.is_busy, "a PDF is drawn")
    refused = await the_refused(asking)

    async def all_read() -> bool:
        return connections_out(api.db) == 0

    await until(all_read, "no connection is out")
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "5")
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert (await stranger.sign_in(PASSWORD)).status_code == 200
    for ending in ("", ".html", ".csv"):
        assert (await asked(stranger, theirs, ending)).status_code == 200
    assert (pen.given, connections_out(api.db)) == (1, 0)
    pen.may_go_on.set()
    assert [answer.status_code for answer in await asyncio.gather(*asking)] == [200, 200, 200]
    assert (await asked(owner, workspace, ".pdf")).status_code == 200


async def test_a_workspace_has_so_many_places_however_many_ask_in_it(sqlite_api: Api, pen: HeldPen) -> None:
    owner, workspace, _ = await workspace_with(sqlite_api, "Shop")
    other = await sqlite_api.person("bea")
    await owner.add(workspace, other, "observer")
    asking = [asked(person, workspace, ".pdf") for person in (owner, other, owner, other)]
    assert (await the_refused(asking)).status_code == 429
    pen.may_go_on.set()
    assert [answer.status_code for answer in await asyncio.gather(*asking)] == [200, 200, 200]


@pytest.mark.parametrize("ending", ["", ".html", ".csv"])
async def test_the_other_forms_are_bounded_too(sqlite_api: Api, ending: str, monkeypatch: pytest.MonkeyPatch) -> None:
    owner, workspace, _ = await workspace_with(sqlite_api, "Shop")
    may_go_on, build = asyncio.Event(), routes.build

    async def held(*what: object) -> ReportPublic:
        await may_go_on.wait()
        return await build(*what)  # type: ignore[arg-type]

    monkeypatch.setattr(routes, "build", held)
    asking = [asked(owner, workspace, ending) for _ in range(9)]
    assert (await the_refused(asking)).status_code == 429
    may_go_on.set()
    assert {answer.status_code for answer in await asyncio.gather(*asking)} == {200}


async def test_a_report_of_2000_services_is_drawn(postgres_url: str) -> None:
    database = Database(postgres_url)
    async with running_api(database, postgres_url) as api:
        ada = await api.person("ada")
        workspace = await ada.workspace()
        urls = ["http://127.0.0.1:9/"] * 2_000
        await add_watchers(database, UUID(workspace), urls, now_ms(), every_s=60, starts_in_s=60)
        answer = await asked(ada, workspace, ".pdf")
        assert (answer.status_code, answer.content[:5]) == (200, b"%PDF-")
        assert len(answer.content) > 300_000
    await database.close()
