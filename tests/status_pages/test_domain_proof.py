"""Whose domain it is: a page is shown under one that DNS says is its, and healther's own hosts stay its own."""

from collections.abc import AsyncIterator, Iterator
from uuid import UUID

import pytest
from sqlmodel import select

from healther.core.clock import DAY_MS, HOUR_MS, now_ms
from healther.core.db import Database
from healther.net.client import Net
from healther.status_pages import claims
from healther.status_pages.claims import Seen
from healther.status_pages.domain_loop import DomainLooks
from healther.status_pages.models import DomainProof, PageDomain, StatusPage
from tests.support.api import Api, Json, Person, running_api
from tests.support.nameserver import Answers, NameServer, name_server
from tests.support.status_pages import look, make_page, workspace_with

DOMAIN = "alias.internal.example"
MACHINES = ("/healthz", "/readyz", "/metrics")


class Zone:
    """What the owner of the domain has put into DNS."""

    def __init__(self) -> None:
        self.records: dict[str, Answers] = {}

    def answers(self, name: str, _before: int) -> Answers:
        return self.records.get(name)

    def prove(self, page: Json) -> None:
        domain = page["domain"]
        self.records[domain["record_name"]] = ["TXT v=spf1 -all", f"TXT {domain['record_value']}"]


@pytest.fixture
def zone() -> Zone:
    return Zone()


@pytest.fixture
def server(zone: Zone) -> Iterator[NameServer]:
    with name_server(zone.answers) as running:
        yield running


@pytest.fixture
async def strangers(db: Database, database_url: str, server: NameServer) -> AsyncIterator[Api]:
    """An API in which anybody may sign up and the operator trusts nobody's domain."""
    async with running_api(db, database_url, trusted_domains=None) as api:
        net = api.app.state.net = Net(dns_servers=[server.address])
        yield api
        await net.close()


async def _page(api: Api, domain: str = DOMAIN) -> tuple[Person, str, Json]:
    owner, workspace, (shop,) = await workspace_with(api, "Shop")
    made = await make_page(owner, workspace, [shop], custom_domain=domain)
    return owner, f"/workspaces/{workspace}/status-pages/{made['id']}", made


async def _shown(api: Api, host: str = DOMAIN) -> bool:
    return "Acme status" in (await look(api, "/", host=host)).text


async def _turn(api: Api, at_ms: int) -> None:
    """What a worker does at this time."""
    async with api.db.read() as session:
        before = {row.page_id: row.next_at for row in (await session.exec(select(PageDomain))).all()}
    await DomainLooks(api.db, api.app.state.net.resolver, ()).turn(at_ms)
    async with api.db.read() as session:
        after = {row.page_id: row.next_at for row in (await session.exec(select(PageDomain))).all()}
    assert after != before, "nothing was due"


@pytest.mark.usefixtures("compared_always")
async def test_a_stranger_takes_no_host_of_healther_away(strangers: Api) -> None:
    for path in ("/healthz", "/readyz", "/api/v1/setup"):
        assert (await look(strangers, path, host=DOMAIN)).status_code == 200, path
    owner, path, made = await _page(strangers)
    for path_of_ours in ("/healthz", "/readyz", "/api/v1/setup"):
        assert (await look(strangers, path_of_ours, host=DOMAIN)).status_code == 200, path_of_ours
    assert not await _shown(strangers)
    assert (made["custom_domain"], made["domain"]["state"]) == (DOMAIN, "waiting")
    assert made["url"].endswith("/status/acme-status")
    asked = (await owner.post(f"{path}/domain/check")).json()
    assert asked["domain"]["state"] == "waiting"
    assert asked["domain"]["problem"] == f"_healther.{DOMAIN} has no TXT record"
    assert not await _shown(strangers)


@pytest.mark.usefixtures("compared_always")
async def test_a_record_in_dns_proves_a_domain_and_machines_are_answered_under_it(strangers: Api, zone: Zone) -> None:
    owner, path, made = await _page(strangers)
    zone.prove(made)
    asked = (await owner.post(f"{path}/domain/check")).json()
    assert (asked["domain"]["state"], asked["domain"]["problem"]) == ("proven", None)
    assert asked["url"] == f"https://{DOMAIN}/"
    assert await _shown(strangers)
    assert (await look(strangers, "/api/v1/setup", host=DOMAIN)).status_code == 404
    for machine in MACHINES:
        assert (await look(strangers, machine, host=DOMAIN)).status_code != 404, machine


async def test_the_record_of_another_page_proves_nothing(strangers: Api, zone: Zone) -> None:
    owner, path, made = await _page(strangers)
    zone.records[made["domain"]["record_name"]] = ["TXT healther-page=0190"]
    asked = (await owner.post(f"{path}/domain/check")).json()["domain"]
    assert asked["state"] == "waiting"
    assert asked["problem"] == f"_healther.{DOMAIN} has another TXT record: healther-page=0190"


async def test_a_name_that_a_stranger_entered_is_free_for_whoever_proves_it(strangers: Api, zone: Zone) -> None:
    _, _, squatted = await _page(strangers)
    bob = await strangers.person("bob")
    workspace = await bob.workspace("Bob", slug="bob")
    path = f"/workspaces/{workspace}/status-pages"
    theirs = await bob.post(path, {"title": "Bob's", "slug": "bobs", "custom_domain": DOMAIN})
    assert theirs.status_code == 201
    zone.prove(theirs.json())
    asked = await bob.post(f"{path}/{theirs.json()['id']}/domain/check")
    assert asked.json()["domain"]["state"] == "proven"
    carol = await strangers.person("carol")
    other = await carol.workspace("Carol", slug="carol")
    late = await carol.post(f"/workspaces/{other}/status-pages", {"title": "Late", "custom_domain": DOMAIN})
    assert late.status_code == 409, squatted


@pytest.mark.usefixtures("compared_always")
async def test_a_worker_finds_the_record_and_a_record_that_is_gone_ends_it_after_a_week(
    strangers: Api, zone: Zone
) -> None:
    owner, path, made = await _page(strangers)
    zone.prove(made)
    at_ms = now_ms()
    await _turn(strangers, at_ms)
    assert await _shown(strangers)
    zone.records.clear()
    await _turn(strangers, at_ms + DAY_MS + HOUR_MS)
    gone = (await owner.get(path)).json()["domain"]
    assert gone["state"] == "missing"
    assert gone["ends_at"] is not None
    assert await _shown(strangers)
    zone.prove(made)
    await _turn(strangers, at_ms + 2 * DAY_MS)
    assert (await owner.get(path)).json()["domain"]["state"] == "proven"


async def test_an_hour_without_name_servers_ends_nothing(strangers: Api, zone: Zone) -> None:
    owner, path, made = await _page(strangers)
    zone.prove(made)
    await owner.post(f"{path}/domain/check")
    net = Net(dns_servers=["127.0.0.1:1"])
    seen = await claims.look(net.resolver, UUID(made["id"]), DOMAIN, ())
    await net.close()
    assert (seen.proof, seen.answered) == (None, False)
    assert await _after(strangers, made, [(seen, 30 * DAY_MS)]) == (DomainProof.RECORD, True)


@pytest.mark.parametrize(("days", "expected"), [((1, 7.9), (DomainProof.RECORD, True)), ((1, 4, 8.1), (None, False))])
async def test_a_page_stays_for_a_week_after_its_record_is_gone(
    strangers: Api, zone: Zone, days: tuple[float, ...], expected: object
) -> None:
    owner, path, made = await _page(strangers)
    zone.prove(made)
    await owner.post(f"{path}/domain/check")
    assert await _after(strangers, made, [(Seen(None, "gone"), int(day * DAY_MS)) for day in days]) == expected


async def _after(api: Api, page: Json, looks: list[tuple[Seen, int]]) -> tuple[DomainProof | None, bool]:
    """What is left of a proof after DNS was asked so long after it."""
    began = now_ms()
    async with api.db.write() as session:
        stored = (await session.exec(select(StatusPage).where(StatusPage.slug == page["slug"]))).one()
        row = await session.get_one(PageDomain, stored.id)
        for seen, later_ms in looks:
            await claims.settle(session, stored, row, seen, began + later_ms)
        return row.proof and DomainProof(row.proof), stored.custom_domain is not None


async def test_asking_dns_has_an_end(strangers: Api) -> None:
    owner, path, _ = await _page(strangers)
    for _ in range(60):
        assert (await owner.post(f"{path}/domain/check")).status_code == 200
    answer = await owner.post(f"{path}/domain/check")
    assert (answer.status_code, answer.headers["Retry-After"] > "0") == (429, True)


@pytest.mark.usefixtures("compared_always")
@pytest.mark.parametrize(
    ("settings", "state"),
    [
        ({"trusted_domains": None, "registration": "first"}, "trusted"),
        ({"trusted_domains": (), "registration": "first"}, "waiting"),
        ({"trusted_domains": ("*.internal.example",)}, "trusted"),
        ({"trusted_domains": ("*.other.example", "internal.example")}, "waiting"),
    ],
)
async def test_the_operator_s_word_stands_for_a_proof(sqlite_url: str, settings: dict[str, object], state: str) -> None:
    database = Database(sqlite_url)
    async with running_api(database, sqlite_url, **settings) as api:
        _, _, made = await _page(api)
        assert made["domain"]["state"] == state
        assert await _shown(api) is (state == "trusted")
    await database.close()


async def test_a_host_that_the_operator_keeps_is_no_page_s(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    async with running_api(database, sqlite_url, own_hosts=("*.internal.example",), trusted_domains=("*",)) as api:
        owner, workspace, _ = await workspace_with(api)
        body = {"title": "Mine", "custom_domain": DOMAIN}
        answer = await owner.post(f"/workspaces/{workspace}/status-pages", body)
        assert answer.status_code == 422
        assert "is healther's own" in answer.json()["detail"]
    await database.close()


async def test_another_domain_and_none_take_the_first_one_s_place(strangers: Api, zone: Zone) -> None:
    owner, path, made = await _page(strangers)
    zone.prove(made)
    await owner.post(f"{path}/domain/check")
    kept = (await owner.patch(path, {"title": "Renamed", "custom_domain": DOMAIN})).json()
    assert kept["domain"]["state"] == "proven"
    other = (await owner.patch(path, {"custom_domain": "other.example"})).json()
    assert (other["domain"]["state"], other["domain"]["record_name"]) == ("waiting", "_healther.other.example")
    assert other["url"].endswith("/status/acme-status")
    none = (await owner.patch(path, {"custom_domain": None})).json()
    assert (none["custom_domain"], none["domain"]) == (None, None)
    assert (await owner.post(f"{path}/domain/check")).status_code == 409
