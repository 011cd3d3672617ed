"""One action on many watchers: done for each that can be, in a number of queries that does not grow."""

from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from sqlmodel import func, select, update

from healther.core.clock import now_ms
from healther.history.models import Span, healthevent
from healther.monitoring import out_of_turn
from healther.watchers.models import ServiceWatcher, WatcherState
from healther.watchers.states import State
from tests.support.api import Api, Json, Person, where
from tests.support.history import counted_statements
from tests.support.watchers import spans_of, state_of


async def make(ada: Person, home: str, count: int) -> list[str]:
    workspace_id = home.rpartition("/")[2]
    return [(await ada.watcher(workspace_id, name=f"w{number}"))["id"] for number in range(count)]


async def bulk(ada: Person, home: str, ids: list[str], action: str, **fields: object) -> Json:
    answer = await ada.post(f"{home}/watchers/bulk", {"ids": ids, "action": action, **fields})
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


async def test_pausing_and_resuming_many_is_what_it_is_for_one(api: Api, ada: Person, home: str) -> None:
    ids = await make(ada, home, 3)
    assert await bulk(ada, home, ids, "pause") == {"done": ids, "failed": []}
    assert await bulk(ada, home, ids[:1], "pause") == {"done": ids[:1], "failed": []}
    for each in ids:
        row = await state_of(api.db, UUID(each))
        assert (row.state, row.due_at, row.fence) == (State.PAUSED, None, 1)
        assert [span[0] for span in await spans_of(api.db, UUID(each))] == [State.UNKNOWN]
    api.waker.woken.clear()
    assert (await bulk(ada, home, ids, "resume"))["done"] == ids
    assert api.waker.woken == [UUID(each) for each in ids]
    assert {(await state_of(api.db, UUID(each))).state for each in ids} == {State.PENDING}


async def test_checking_many_makes_them_due_and_says_which_are_paused(api: Api, ada: Person, home: str) -> None:
    ids = await make(ada, home, 3)
    await bulk(ada, home, ids[:1], "pause")
    assert await bulk(ada, home, ids, "check") == {"done": ids[1:], "failed": [{"id": ids[0], "reason": "paused"}]}


async def test_a_host_is_checked_out_of_turn_so_often_a_minute_however_it_is_asked_for(
    api: Api, ada: Person, home: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(out_of_turn, "BULK_HOST", replace(out_of_turn.BULK_HOST, tries=20))
    ids = await make(ada, home, 30)
    workspace_id = home.rpartition("/")[2]
    other = (await ada.watcher(workspace_id, name="other", url="http://192.0.2.7/"))["id"]
    await in_turn(api, 60_000)
    first = await bulk(ada, home, [*ids, other], "check")
    assert (len(first["done"]), other in first["done"]) == (21, True)
    assert {each["reason"] for each in first["failed"]} == {"throttled"}
    await in_turn(api, 60_000)
    again = await ada.post(f"{home}/watchers/bulk", {"ids": ids, "action": "check"})
    assert (again.status_code, 0 < int(again.headers["Retry-After"]) <= 60) == (429, True)
    assert "they go on in their turns" in again.json()["detail"]
    eve = await api.person("eve")
    theirs = await eve.workspace("Eve", slug="eve")
    body = {"url": "http://127.0.0.1:9/"}
    async with api.db.write() as session:
        for _ in range(out_of_turn.HOST.tries):
            await out_of_turn.take(session, uuid4(), uuid4(), body["url"], now_ms())
    probe = await eve.post(f"/workspaces/{theirs}/probe", body)
    assert probe.status_code == 429, "another account is no way around it"
    assert probe.json()["detail"].startswith("127.0.0.1 was tested and checked out of turn 20 times in a minute")


async def test_one_workspace_and_one_person_check_so_often_a_minute(api: Api, ada: Person, home: str) -> None:
    async with api.db.write() as session:
        for number in range(60):
            await out_of_turn.take(session, UUID(ada.id), uuid4(), f"http://192.0.2.{number}/", now_ms())
    workspace_id = home.rpartition("/")[2]
    watcher = (await ada.watcher(workspace_id))["id"]
    answer = await ada.post(f"{home}/watchers/{watcher}/check")
    assert (answer.status_code, answer.headers["Retry-After"] > "0") == (429, True)
    assert answer.json()["detail"].startswith("You have tested and checked 60 times in a minute; try again in ")


async def in_turn(api: Api, after_ms: int) -> None:
    """As if all of them had been checked: each is due in its turn."""
    async with api.db.write() as session:
        await session.exec(update(WatcherState).values(due_at=now_ms() + after_ms))


async def test_tags_are_added_and_taken_off_many(ada: Person, home: str) -> None:
    ids = await make(ada, home, 2)
    await ada.patch(f"{home}/watchers/{ids[0]}", {"tags": ["Prod", *(str(number) for number in range(18))]})
    done = await bulk(ada, home, ids, "tag", tags=["prod", "eu", "us"])
    assert done == {"done": ids[1:], "failed": [{"id": ids[0], "reason": "too_many_tags"}]}
    assert (await bulk(ada, home, ids, "tag", tags=["PROD", "eu"]))["failed"] == []
    assert (await ada.get(f"{home}/watchers/{ids[1]}")).json()["tags"] == ["eu", "Prod", "us"]
    assert (await bulk(ada, home, ids, "untag", tags=["EU", "us", "none"]))["done"] == ids
    assert (await ada.get(f"{home}/watchers/{ids[1]}")).json()["tags"] == ["Prod"]


async def test_foreign_and_absent_watchers_are_not_found_and_untouched(api: Api, ada: Person, home: str) -> None:
    [mine] = await make(ada, home, 1)
    stranger = await api.person("eve")
    foreign_home = f"/workspaces/{await stranger.workspace('Foreign')}"
    [foreign] = await make(stranger, foreign_home, 1)
    absent = str(uuid4())
    tags = {"tags": ["x"]}
    actions = {"pause": {}, "tag": tags, "untag": tags, "resume": {}, "check": {}, "delete": {}}
    for action, fields in actions.items():
        answer = await bulk(ada, home, [foreign, mine, absent, mine], action, **fields)
        assert answer["done"] == [mine], action
        assert answer["failed"] == [{"id": each, "reason": "not_found"} for each in (foreign, absent)]
    theirs = (await stranger.get(f"{foreign_home}/watchers/{foreign}")).json()
    assert (theirs["state"], theirs["tags"]) == ("pending", [])


async def test_deleting_many_leaves_nothing_of_them(api: Api, ada: Person, home: str) -> None:
    ids = await make(ada, home, 60)
    async with api.db.write() as session:
        rows = [{"watcher_id": UUID(each), "slot": n, "created_at": n, "status": 1} for each in ids for n in range(3)]
        await session.exec(healthevent.insert(), params=rows)
    assert (await bulk(ada, home, ids[1:], "delete"))["done"] == ids[1:]
    async with api.db.read() as session:
        for table in (ServiceWatcher, Span):
            assert (await session.exec(select(func.count()).select_from(table))).one() == 1
        assert (await session.exec(select(healthevent.c.watcher_id).distinct())).all() == [UUID(ids[0])]


@pytest.mark.parametrize(
    ("action", "fields"), [("pause", {}), ("resume", {}), ("check", {}), ("tag", {"tags": ["a", "b"]}),
                           ("untag", {"tags": ["a"]})],
)  # fmt: skip
async def test_many_take_no_more_queries_than_few(
    api: Api, ada: Person, home: str, action: str, fields: dict[str, object]
) -> None:
    ids = await make(ada, home, 30)
    if action == "resume":
        await bulk(ada, home, ids, "pause")
    counts = []
    for some in (ids[:2], ids[2:]):
        with counted_statements(api.db) as statements:
            await bulk(ada, home, some, action, **fields)
        counts.append(len(statements))
    assert counts[0] == counts[1], statements
    assert counts[1] <= 12


async def test_tags_are_for_tagging_only_and_there_is_something_to_do(ada: Person, home: str) -> None:
    [mine] = await make(ada, home, 1)
    path = f"{home}/watchers/bulk"
    for body, field in [
        ({"ids": [mine], "action": "tag"}, "body.tags"),
        ({"ids": [mine], "action": "untag", "tags": []}, "body.tags"),
        ({"ids": [mine], "action": "pause", "tags": ["x"]}, "body.tags"),
        ({"ids": [], "action": "pause"}, "body.ids"),
        ({"ids": [mine] * 2001, "action": "pause"}, "body.ids"),
        ({"ids": [mine], "action": "explode"}, "body.action"),
    ]:
        assert where(await ada.post(path, body)) == [field]
