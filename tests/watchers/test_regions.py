"""Regions: a watcher goes where somebody checks, and one that nobody checks makes no trouble for the others."""

from uuid import UUID

import httpx

from healther.cli.diagnosis.finding import Level
from healther.cli.diagnosis.regions import examine_regions
from healther.core.clock import MINUTE_MS, now_ms
from healther.monitoring.readiness import oldest_overdue_s
from healther.watchers.models import WatcherState
from healther.watchers.regions import REMEMBERED_MS, SERVED_MS, say_served
from tests.support.api import Api, Json, Person, where
from tests.support.watchers import add_watcher


async def make(ada: Person, watchers: str, **fields: object) -> httpx.Response:
    return await ada.post(watchers, {"name": "Shop", "url": "http://127.0.0.1:9/", **fields})


async def ready(api: Api) -> httpx.Response:
    return await api.client(base="").get("/readyz")


async def overdue(api: Api, watcher: Json) -> None:
    """Nobody has checked the watcher for ten minutes."""
    async with api.db.write() as session:
        row = await session.get_one(WatcherState, _id(watcher))
        row.due_at = now_ms() - 10 * MINUTE_MS
        session.add(row)


def _id(watcher: Json) -> UUID:
    return UUID(watcher["id"])


async def test_a_region_that_nobody_checks_is_refused_with_those_that_somebody_does(
    api: Api, ada: Person, watchers: str
) -> None:
    await say_served(api.db, "fra", now_ms())
    await say_served(api.db, "oslo", now_ms() - SERVED_MS - MINUTE_MS)
    for region in ("mars", "oslo"):
        answer = await make(ada, watchers, region=region)
        assert where(answer) == ["body.region"]
        assert answer.json()["detail"].endswith("there is: default, fra")
    made = await make(ada, watchers, region="fra")
    assert (made.status_code, made.json()["region_served"]) == (201, True)
    there = f"{watchers}/{made.json()['id']}"
    assert where(await ada.patch(there, {"region": "mars"})) == ["body.region"]
    assert (await ada.patch(there, {"region": "default"})).status_code == 200


async def test_a_watcher_whose_region_lost_its_worker_says_so_and_can_be_edited(
    api: Api, ada: Person, watchers: str
) -> None:
    await say_served(api.db, "fra", now_ms())
    watcher = (await make(ada, watchers, region="fra")).json()
    await say_served(api.db, "fra", now_ms() - SERVED_MS - MINUTE_MS)
    there = f"{watchers}/{watcher['id']}"
    assert (await ada.get(there)).json()["region_served"] is False
    assert (await ada.get(watchers)).json()["items"][0]["region_served"] is False
    assert (await ada.patch(there, {"name": "Shop 2", "region": "fra"})).status_code == 200


async def test_readiness_judges_the_regions_of_the_installation_alone(api: Api, ada: Person, watchers: str) -> None:
    await say_served(api.db, "fra", now_ms())
    await overdue(api, (await make(ada, watchers, region="fra")).json())
    assert (await ready(api)).status_code == 503, "a region that is served stands still"
    await say_served(api.db, "fra", now_ms() - MINUTE_MS * 60)
    assert (await ready(api)).status_code == 503, "its workers are gone since an hour"
    await say_served(api.db, "fra", now_ms() - REMEMBERED_MS - MINUTE_MS)
    assert (await ready(api)).status_code == 200, "it was given up a week ago"
    await overdue(api, (await make(ada, watchers)).json())
    assert (await ready(api)).status_code == 503, "the own region always counts"


async def test_doctor_names_the_regions_that_nobody_checks(api: Api) -> None:
    now = now_ms()
    await say_served(api.db, "fra", now)
    for region in ("fra", "default"):
        await add_watcher(api.db, now, region=region)
    assert (await examine_regions(api.db, "default", now)).level is Level.OK
    await add_watcher(api.db, now, region="mars")
    finding = await examine_regions(api.db, "default", now)
    assert finding.level is Level.PROBLEM
    assert "nobody checks mars (1 watcher)" in finding.text
    assert await oldest_overdue_s(api.db, "default", now + 2 * MINUTE_MS) >= 120


async def test_whoever_checks_a_region_says_so(api: Api) -> None:
    first = now_ms()
    await say_served(api.db, "fra", first)
    await say_served(api.db, "fra", first + 1)
    await add_watcher(api.db, first, region="fra")
    assert await oldest_overdue_s(api.db, "default", first + 2 * MINUTE_MS) > 0
