"""R6: a page says so when checks of what it shows stop."""

from uuid import UUID

import pytest

from healther.core.clock import now_ms
from healther.watchers.models import WatcherState
from tests.support.api import Api, Json
from tests.support.status_pages import look, make_page, workspace_with


@pytest.mark.usefixtures("compared_always")
@pytest.mark.parametrize(("language", "said"), [("en", "late with its checks"), ("de", "mit dem Prüfen nicht nach")])
async def test_a_page_says_that_checks_are_late_and_no_longer_when_they_are_made_r6(
    api: Api, language: str, said: str
) -> None:
    owner, workspace, watchers = await workspace_with(api, "Shop", "Paused")
    await make_page(owner, workspace, watchers, slug="late", language=language)
    ids = {each["name"]: UUID(each["id"]) for each in watchers}
    now = now_ms()
    late_page = "/status/late"

    async def due(name: str, due_at: int | None) -> tuple[bool, Json]:
        async with api.db.write() as session:
            (await session.get_one(WatcherState, ids[name])).due_at = due_at
        return said in (await look(api, late_page)).text, (await look(api, f"{late_page}.json")).json()

    await due("Paused", None)
    on_time, document = await due("Shop", now - 30_000)
    assert (on_time, document["stale"], document["checks_late"]) == (False, False, False)
    late, document = await due("Shop", now - 61_000)
    assert (late, document["stale"], document["checks_late"]) == (True, True, True)
    assert '<p id="stale" class="stale" data-live>' in (await look(api, late_page)).text
    again, document = await due("Shop", now + 60_000)
    assert (again, document["stale"], document["checks_late"]) == (False, False, False)
