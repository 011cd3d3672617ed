"""Live streams from the inside: what is new, what is remembered, who is cut, and what it asks of the database."""

import asyncio
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Message

from healther.accounts.tokens import Claims
from healther.core.clock import MINUTE_MS, now_ms
from healther.core.db import Database
from healther.monitoring.live import stream as streams
from healther.monitoring.live.diff import Glance, compare, overdue_ms
from healther.monitoring.live.hub import LiveHub
from healther.monitoring.live.room import MOST_REMEMBERED, REMEMBERED_MS, Room
from healther.monitoring.live.stream import MOST_BYTES, LiveResponse, Stream
from healther.watchers.states import State
from tests.support.history import counted_statements
from tests.support.waiting import until
from tests.support.watchers import add_watcher

T0 = 1_800_000_000_000
glances = st.builds(
    Glance,
    version=st.integers(1, 2),
    updated_at=st.integers(1, 2),
    state=st.sampled_from([int(State.HEALTHY), int(State.DOWN), int(State.PAUSED)]),
    last_slot=st.none() | st.integers(1, 3),
    due_at=st.none() | st.integers(1, 3),
    in_maintenance=st.booleans(),
    settles_at=st.none() | st.integers(1, 2),
)
snapshots = st.dictionaries(st.sampled_from(["a", "b", "c"]), glances)


@given(snapshots, snapshots)
def test_what_is_new_is_what_differs(before: dict[str, Glance], after: dict[str, Glance]) -> None:
    news = compare(before, after)
    edits = dict(news.edits)
    assert len(edits) == len(news.edits)
    assert {key for key, change in edits.items() if change == "created"} == after.keys() - before.keys()
    assert {key for key, change in edits.items() if change == "removed"} == before.keys() - after.keys()
    for key in before.keys() & after.keys():
        was, now = before[key], after[key]
        same = (was.version, was.updated_at) == (now.version, now.updated_at)
        begins_or_ends = was.in_maintenance != now.in_maintenance
        assert (key in edits) == (not same or begins_or_ends or was.settles_at != now.settles_at)
        assert (edits.get(key) == "maintenance") == (same and begins_or_ends)
        assert (edits.get(key) == "flapping") == (same and not begins_or_ends and was.settles_at != now.settles_at)
        assert (key in news.checked) == (now.last_slot not in (None, was.last_slot))
    assert compare(after, after) == compare({}, {})


def test_the_most_overdue_check_counts() -> None:
    def due(at: int | None) -> Glance:
        return Glance(1, 1, 1, None, at)

    assert overdue_ms({}, T0) == 0
    assert overdue_ms({"a": due(None), "b": due(T0 + 5)}, T0) == 0
    assert overdue_ms({"a": due(T0 - 7), "b": due(T0 - 9)}, T0) == 9


def listener(last_id: str | None = None) -> Stream:
    return Stream(uuid4(), Claims(uuid4(), 1, uuid4()), last_id)


async def heard(stream: Stream) -> list[str]:
    """The names and data of what waits in a stream."""
    parts = (await stream.take()).decode().split("\n\n")[:-1]
    return [part.partition("event: ")[2].replace("\ndata: ", " ") for part in parts]


async def arrive(room: Room, last_id: str | None = None) -> list[str]:
    stream = listener(last_id)
    room.arriving.append(stream)
    room.let_in()
    return await heard(stream)


async def test_who_comes_back_is_told_exactly_what_they_missed() -> None:
    room = Room()
    for number in range(1, 6):
        room.tell("result", str(number).encode(), T0)
    assert await arrive(room) == ["ready {}"]
    assert await arrive(room, f"{room.name}-3") == ["result 4", "result 5", "ready {}"]
    assert await arrive(room, f"{room.name}-5") == ["ready {}"]
    assert await arrive(room, f"{room.name}-0") == [*(f"result {n}" for n in range(1, 6)), "ready {}"]


async def test_an_id_that_says_nothing_here_starts_afresh() -> None:
    room = Room()
    room.tell("result", b"1", T0)
    for last_id in (
        f"{room.name}-2",
        f"{room.name}-x",
        f"{room.name}-٣",
        f"{room.name}-{'9' * 40}",
        "other-1",
        "",
        "-",
    ):
        assert await arrive(room, last_id) == ["reset {}"], last_id


async def test_what_is_too_old_or_too_much_is_forgotten() -> None:
    room = Room()
    room.tell("result", b"1", T0)
    room.tell("result", b"2", T0 + MINUTE_MS)
    room.forget(T0 + REMEMBERED_MS + 1)
    assert await arrive(room, f"{room.name}-0") == ["reset {}"]
    assert await arrive(room, f"{room.name}-1") == ["result 2", "ready {}"]
    for number in range(MOST_REMEMBERED + 5):
        room.tell("result", str(number).encode(), T0 + REMEMBERED_MS)
    room.forget(T0 + REMEMBERED_MS)
    assert await arrive(room, f"{room.name}-2") == ["reset {}"]


async def test_staleness_is_told_once_and_to_whoever_comes_later() -> None:
    room = Room()
    there = listener()
    room.arriving.append(there)
    room.let_in()
    room.say_stale(90_000)
    room.say_stale(91_000)
    assert await heard(there) == ["ready {}", 'stale {"stale":true,"overdue_s":90.0}']
    assert await arrive(room) == ["ready {}", 'stale {"stale":true,"overdue_s":90.0}']
    room.say_fresh()
    room.say_fresh()
    assert await heard(there) == ['stale {"stale":false,"overdue_s":0.0}']
    assert await arrive(room) == ["ready {}"]


async def test_a_reader_who_is_too_far_behind_is_cut() -> None:
    slow = listener()
    for _ in range(5):
        slow.offer(b"x" * (MOST_BYTES // 4))
    assert slow.ended
    assert await slow.take() == b""


async def test_a_reader_who_does_not_read_is_cut(monkeypatch: object) -> None:
    stream, left = listener(), []
    stream.offer(b"data")

    async def receive() -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    async def send(sent: Message) -> None:
        if sent["type"] == "http.response.body":
            await asyncio.Event().wait()

    monkeypatch.setattr(streams, "SLOW_READER_S", 0.01)  # type: ignore[attr-defined]
    await LiveResponse(stream, left.append)({"type": "http"}, receive, send)
    assert left == [stream]


async def test_a_reader_who_leaves_is_gone() -> None:
    stream, left = listener(), []

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(_sent: Message) -> None:
        """Takes everything."""

    await LiveResponse(stream, left.append)({"type": "http"}, receive, send)
    assert left == [stream]


async def test_nobody_listening_asks_nothing_and_listeners_share_one_query(db: Database) -> None:
    workspace_ids = {(await add_watcher(db, now_ms())).workspace_id for _ in range(3)}
    hub = LiveHub(db, "default")
    hub.start()
    with counted_statements(db) as statements:
        await asyncio.sleep(0)
        assert statements == []
        joined = [hub.join(each, Claims(uuid4(), 1, uuid4(), 2**40), None) for each in (*workspace_ids, uuid4())]

        async def all_in() -> bool:
            return len([each for each in statements if "servicewatcher" in each]) >= 2

        await until(all_in, "two looks were taken")
        for stream in joined:
            hub.leave(stream)
    assert not [each for each in statements if "healthevent" in each], "nothing is new"
    await hub.close()
