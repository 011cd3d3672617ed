"""Backtests in the API: the same checks by the present rules and by others, and what cannot be told."""

import asyncio
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import insert
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.alerting.backtest import routes, service
from healther.alerting.backtest.schemas import BacktestCreate
from healther.core.clock import DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, now_ms, to_ms, to_utc
from healther.history.models import StateChange, healthevent
from tests.support.api import Api, Json, Person, where

MESSAGE = "refused"


@pytest.fixture
async def ada(api: Api) -> Person:
    return await api.person("ada")


def iso(moment_ms: int) -> str:
    return to_utc(moment_ms).isoformat()


def at_ms(moment: str) -> int:
    return to_ms(datetime.fromisoformat(moment))


async def checked(api: Api, watcher_id: str, begin: int, seen: str, *, every_ms: int = MINUTE_MS) -> int:
    """Stores a check a letter: healthy, Slow (1.5 s), Failed, Certificate (ends in 9 days); returns their end."""
    rows: list[dict[str, Any]] = []
    for place, letter in enumerate(seen):
        at = begin + place * every_ms
        fields: dict[str, Any] = {"status": 1, "response_time_ms": 10.0, "reason": None, "message": None}
        if letter == "F":
            fields = {"status": 3, "response_time_ms": None, "reason": "connect_refused", "message": MESSAGE}
        elif letter == "S":
            fields |= {"response_time_ms": 1_500.0}
        elif letter == "C":
            words = "the certificate ends in 9 days, sooner than 14; renew it"
            fields |= {"status": 2, "reason": "certificate_expiring", "message": words}
        rows.append({"watcher_id": UUID(watcher_id), "slot": at, "created_at": at, **fields})
    async with api.db.write_connection() as connection:
        await connection.execute(insert(healthevent), rows)
    return begin + len(seen) * every_ms


async def tried(person: Person, workspace: str, **body: object) -> Json:
    answer = await person.post(f"/workspaces/{workspace}/backtest", body)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


async def test_more_patience_pages_less_and_hears_of_an_outage_later(api: Api, ada: Person) -> None:
    workspace = await ada.workspace()
    shop = await ada.watcher(workspace, failure_threshold=1, every_value=60)
    begin = now_ms() - 11 * DAY_MS
    # A single failure every six hours, which is not often enough to flap; the last one is the start of more.
    end = await checked(api, shop["id"], begin, "hhhhhF" * 41 + "FFFhh", every_ms=HOUR_MS)
    found = await tried(ada, workspace, **{"from": iso(begin), "to": iso(end), "rules": {"failure_threshold": 3}})
    assert (found["watchers"], found["checks"], found["left_off"]) == (1, 251, 0)
    assert found["present"] == {"outages": 41, "pages": 41, "messages": 82}
    assert found["proposed"] == {"outages": 1, "pages": 1, "messages": 2}
    assert found["words"] == "These rules would have paged once instead of 41."
    assert [row["difference"] for row in found["rows"]] == ["silent"] * 40 + ["later"]
    assert found["rows"][0]["words"].endswith(" UTC would have been heard of by nobody.")
    outage = begin + 245 * HOUR_MS
    (heard,) = found["rows"][-1]["proposed"]
    assert (at_ms(heard["started_at"]), at_ms(heard["paged_at"])) == (outage, outage + 2 * HOUR_MS)
    assert (found["rows"][-1]["later_s"], heard["reason"]) == (7_200, "connect_refused")
    # Nothing of it was recorded: these checks were put into the table by the test.
    assert [each["code"] for each in found["limits"]] == ["spacing", "rules_then"]


async def test_an_outage_is_heard_so_much_later_and_slowness_is_judged_again(api: Api, ada: Person) -> None:
    workspace = await ada.workspace()
    shop = await ada.watcher(workspace, failure_threshold=2)
    begin = now_ms() - 2 * HOUR_MS
    end = await checked(api, shop["id"], begin, "hhFFFFhh", every_ms=20 * SECOND_MS)
    end = await checked(api, shop["id"], end, "hhSSSh")
    window = {"from": iso(begin), "to": iso(end)}
    later = await tried(ada, workspace, **window, rules={"failure_threshold": 4})
    (row,) = later["rows"]
    assert (row["difference"], row["later_s"]) == ("later", 40)
    assert row["words"].startswith("The outage of Shop on ")
    assert row["words"].endswith(" UTC would have been heard 40 s later.")
    assert (row["present"][0]["pages"], row["present"][0]["state"], row["present"][0]["message"]) == (
        1,
        "down",
        MESSAGE,
    )
    slow = await tried(ada, workspace, **window, rules={"degraded_after_ms": 1_000, "recovery_threshold": 1})
    assert [(each["difference"], each["proposed"][0]["state"]) for each in slow["rows"]] == [
        ("same", "down"), ("new", "degraded"),
    ]  # fmt: skip
    assert slow["proposed"]["pages"] == 2
    strict = await tried(ada, workspace, **window, policy={"after_s": [600], "changes": ["down"]})
    assert (strict["proposed"]["pages"], strict["rows"][0]["proposed"][0]["why_not"]) == (0, "over_before_step")
    assert strict["words"] == "These rules would have paged not once instead of 1."


async def test_fewer_days_of_warning_are_exact_and_more_cannot_be_replayed(api: Api, ada: Person) -> None:
    workspace = await ada.workspace()
    await ada.watcher(workspace, failure_threshold=1)
    shop = await ada.watcher(workspace, name="Till", failure_threshold=1, certificate_days=14)
    begin = now_ms() - HOUR_MS
    end = await checked(api, shop["id"], begin, "hCCC")
    window = {"from": iso(begin), "to": iso(end), "all_watchers": False, "watcher_ids": [shop["id"]]}
    pages = {}
    for days in (9, 10, 14, 30):
        found = await tried(ada, workspace, **window, rules={"certificate_days": days})
        assert found["watchers"] == 1
        pages[days] = found["proposed"]["pages"], [each["code"] for each in found["limits"]]
    assert {days: count for days, (count, _) in pages.items()} == {9: 0, 10: 1, 14: 1, 30: 1}
    assert "certificates" in pages[30][1]
    assert "certificates" not in pages[14][1]


async def test_watchers_are_chosen_by_tag_and_a_gap_in_the_checks_is_no_outage(api: Api, ada: Person) -> None:
    workspace = await ada.workspace()
    shop = await ada.watcher(workspace, failure_threshold=2, tags=["Shop front"])
    await ada.watcher(workspace, name="Other")
    begin = now_ms() - 5 * HOUR_MS
    gone = await checked(api, shop["id"], begin, "hhhF")
    end = await checked(api, shop["id"], gone + 2 * HOUR_MS, "Fhhh")
    body = {"from": iso(begin), "to": iso(end), "all_watchers": False, "tags": ["shop FRONT"]}
    found = await tried(ada, workspace, **body, rules={"failure_threshold": 1})
    assert (found["watchers"], found["present"]["outages"], found["proposed"]["outages"]) == (1, 1, 1)
    # The record says that nobody watched in between: what was true before it is not known to go on.
    async with api.db.write() as session:
        session.add(
            StateChange(
                watcher_id=UUID(shop["id"]),
                slot=gone + 2 * HOUR_MS, from_state=1, to_state=0, last_known=1, at=gone, detected_at=end,
                message="healther was not checking", planned_at=end,
            )
        )  # fmt: skip
    known = await tried(ada, workspace, **body, rules={"failure_threshold": 2})
    assert known["proposed"]["outages"] == 0
    empty = await tried(ada, workspace, to=iso(begin - DAY_MS))
    assert (empty["checks"], empty["rows"], "unchecked" in [each["code"] for each in empty["limits"]]) == (0, [], True)


async def test_what_is_wrong_is_said_and_too_much_is_refused_before_it_is_read(
    api: Api, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = await ada.workspace()
    shop = await ada.watcher(workspace)
    path = f"/workspaces/{workspace}/backtest"
    begin = now_ms() - HOUR_MS
    end = await checked(api, shop["id"], begin, "h" * 20)
    stranger = {"all_watchers": False, "watcher_ids": ["01a209c3-4d4f-77a1-9ccc-47d635fc90f4"]}
    assert where(await ada.post(path, stranger)) == ["body.watcher_ids.0"]
    assert where(await ada.post(path, {"tags": ["x"]})) == ["body.all_watchers"]
    assert where(await ada.post(path, {"from": iso(end), "to": iso(begin)})) == ["body.from"]
    assert where(await ada.post(path, {"from": iso(begin - 400 * DAY_MS)})) == ["body.from"]
    assert where(await ada.post(path, {"policy": {"after_s": [60, 60]}})) == ["body.policy.after_s"]
    assert where(await ada.post(path, {"rules": {"failure_threshold": None}})) == ["body.rules.failure_threshold"]
    assert where(await ada.post(path, {"retries": 3})) == ["body.retries"]
    monkeypatch.setattr(service, "MOST_CHECKS", 19)
    assert where(await ada.post(path, {"from": iso(begin)})) == ["body.from"]
    monkeypatch.setattr(service, "MOST_CHECKS", 20)
    assert (await ada.post(path, {"from": iso(begin)})).status_code == 200


async def test_of_a_workspace_and_of_a_person_one_backtest_runs_at_a_time(
    api: Api, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace, other = await ada.workspace(), await ada.workspace("Other")
    bea = await api.person("bea")
    await ada.add(workspace, bea, "observer")
    path = f"/workspaces/{workspace}/backtest"
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow(session: AsyncSession, workspace_id: UUID, body: BacktestCreate, at: int) -> object:
        begun.set()
        await go_on.wait()
        return await service.backtest(session, workspace_id, body, at)

    monkeypatch.setattr(routes, "backtest", slow)
    first = asyncio.create_task(ada.post(path, {}))
    await begun.wait()
    for person, of in ((ada, workspace), (ada, other), (bea, workspace)):
        busy = await asyncio.wait_for(person.post(f"/workspaces/{of}/backtest", {}), 30)
        assert (busy.status_code, busy.headers["Retry-After"]) == (429, "5")
    go_on.set()
    assert (await first).status_code == 200
    assert (await ada.post(path, {})).status_code == 200


async def test_where_rows_are_too_many_those_that_differ_are_shown(
    api: Api, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = await ada.workspace()
    shop = await ada.watcher(workspace, failure_threshold=1)
    begin = now_ms() - 9 * HOUR_MS
    # An hour apart: nothing flaps.
    end = await checked(api, shop["id"], begin, "hFFFhFhFFF"[:7] + "h", every_ms=HOUR_MS)
    monkeypatch.setattr(service, "MOST_ROWS", 1)
    found = await tried(ada, workspace, **{"from": iso(begin), "to": iso(end), "rules": {"failure_threshold": 2}})
    assert (len(found["rows"]), found["left_off"]) == (1, 1)
    assert found["rows"][0]["difference"] in ("silent", "later")
