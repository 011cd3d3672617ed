"""Corrections of the record: D1 holds for corrected figures too, and what was recorded stays beside them."""

import random
from datetime import UTC
from itertools import pairwise
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import col, select

from healther.accounts.models import AuditEntry
from healther.core.clock import DAY_MS, HOUR_MS, MINUTE_MS, now_ms, to_utc
from healther.core.db import Database
from healther.core.ids import new_id
from healther.history.amendments.overlay import Correction, added, differences, flattened, overlaid
from healther.history.days import day_edges
from healther.history.ledger import Segment, time_per_state
from healther.history.models import Amendment
from healther.history.service.daily import daily_bars
from healther.history.service.uptime import uptime
from healther.incidents.models import EntryKind, IncidentEntry
from healther.watchers.models import ServiceWatcher, WatcherState
from healther.watchers.states import LEDGER_STATES, State
from tests.support.api import Api, Json, where
from tests.support.history import Past, random_past, truth, write_past
from tests.support.results import check_many
from tests.support.watchers import add_watcher

NOW = 1_800_000_000_000 + 12_345_678
START = NOW - 5 * DAY_MS - 7_654_321

stretches = st.tuples(st.sampled_from(LEDGER_STATES), st.integers(0, 60), st.integers(1, 40))


@given(
    st.lists(st.tuples(st.sampled_from(LEDGER_STATES), st.integers(1, 9)), max_size=8), st.lists(stretches, max_size=5)
)
def test_every_moment_is_what_was_said_of_it_last_or_what_was_recorded(
    recorded: list[tuple[State, int]], said: list[tuple[State, int, int]]
) -> None:
    segments, end = [], 3
    for state, length in recorded:
        segments.append(Segment(state, end, end + length))
        end += length
    corrections = [Correction(state, start, start + length) for state, start, length in said]
    flat = flattened(corrections)
    ledger = overlaid(segments, flat)
    assert all(one.end <= other.start for one, other in pairwise(ledger))

    def oracle(moment: int) -> State:
        last = [each.state for each in corrections if each.start <= moment < each.end][-1:]
        was = [each.state for each in segments if each.start <= moment < each.end]
        return (last or was or [State.UNKNOWN])[0]

    edges = [0, 7, 31, 110]
    changes = differences(segments, flat, edges)
    for (start, stop), change in zip(pairwise(edges), changes, strict=True):
        counted = [oracle(moment) for moment in range(start, stop)]
        times = time_per_state(ledger, start, stop)
        assert added(time_per_state(segments, start, stop), change) == times
        assert times.total_ms == stop - start
        assert [getattr(times, f"{each.label}_ms") for each in LEDGER_STATES] == [*map(counted.count, LEDGER_STATES)]


async def amended(db: Database, watcher_id: UUID, corrections: list[Correction]) -> None:
    async with db.write() as session:
        for number, (state, start, end) in enumerate(corrections):
            session.add(
                Amendment(
                    batch_id=new_id(), watcher_id=watcher_id, starts_at=start, ends_at=end, state=state, reason="r",
                    created_by_name="n", created_at=NOW + number, withdrawn_at=NOW if state is State.HEALTHY else None,
                )
            )  # fmt: skip


async def test_corrected_figures_are_those_of_the_corrected_ledger_at_any_window(db: Database) -> None:
    past: Past = random_past(3, START, NOW)
    watcher_id = (await add_watcher(db, START)).id
    await write_past(db, watcher_id, past)
    dice = random.Random(3)
    corrections = [
        Correction(dice.choice(LEDGER_STATES), start, min(NOW, start + dice.randrange(1, 30 * HOUR_MS)))
        for start in (dice.randrange(START, NOW) for _ in range(9))
    ]
    assert any(each.state is State.HEALTHY for each in corrections), "one of them is withdrawn"
    await amended(db, watcher_id, corrections)
    raw = truth(past)
    ledger = overlaid(raw, flattened(each for each in corrections if each.state is not State.HEALTHY))
    async with db.read() as session:
        for _ in range(20):
            from_ms, to_ms = sorted((dice.randrange(START - DAY_MS, NOW), dice.randrange(START, NOW)))
            if from_ms == to_ms:
                continue
            found = await uptime(session, watcher_id, from_ms=from_ms, to_ms=to_ms, now_ms=NOW)
            assert found.times == time_per_state(ledger, from_ms, to_ms)
            assert found.raw in (None, time_per_state(raw, from_ms, to_ms))
            assert found.raw is not None or found.times == time_per_state(raw, from_ms, to_ms)
        for zone in (UTC, ZoneInfo("Asia/Kathmandu")):
            these = col(WatcherState.watcher_id) == watcher_id
            days = await daily_bars(session, these, days=7, zone=zone, now_ms=NOW)
            edges = day_edges(days.dates, zone, NOW)
            assert days.bars[watcher_id] == [time_per_state(ledger, *pair) for pair in pairwise(edges)]
            assert days.raw[watcher_id] == [time_per_state(raw, *pair) for pair in pairwise(edges)]


async def test_an_owner_corrects_the_record_and_withdraws_it_again(api: Api) -> None:
    owner = await api.person("owner")
    workspace = await owner.workspace("Acme")
    watcher: Json = await owner.watcher(workspace, name="Shop")
    base, watcher_id = f"/workspaces/{workspace}", UUID(watcher["id"])
    begin = now_ms() - 4 * HOUR_MS
    async with api.db.write() as session:
        made = await session.get_one(ServiceWatcher, watcher_id)
        made.created_at = to_utc(begin + HOUR_MS)
        session.add(made)
    healthy = [Segment(State.HEALTHY, begin, now_ms())]
    await write_past(api.db, watcher_id, Past(healthy, [], now_ms(), begin, now_ms() + HOUR_MS))
    await check_many(api.db, [watcher_id], now_ms() - 1_000, State.DOWN)
    window = {"from": to_utc(begin).isoformat(), "to": to_utc(now_ms()).isoformat()}
    before = (await owner.get(f"{base}/watchers/{watcher_id}/uptime", **window)).json()
    assert (before["amended"], before["raw"]) == (False, None)
    body = {"watcher_ids": [watcher["id"]], **window, "state": "unknown", "reason": "Our egress was down."}
    answer = await owner.post(f"{base}/amendments", body)
    assert answer.status_code == 201, answer.text
    amendment = answer.json()
    assert (amendment["state"], amendment["watcher_ids"]) == ("unknown", [watcher["id"]])
    after = (await owner.get(f"{base}/watchers/{watcher_id}/uptime", **window)).json()
    assert after["amended"] is True
    assert (after["healthy_s"], before["healthy_s"] > 3 * 3600) == (3600, True), "from when it was made"
    assert after["raw"] == {name: before[name] for name in after["raw"]}
    (line,) = (await owner.get(f"{base}/overview")).json()["watchers"]
    assert line["amended"] is True
    days = (await owner.get(f"{base}/watchers/{watcher_id}/uptime/daily", days=2)).json()
    assert days["amended"] is True
    assert [item["id"] for item in (await owner.get(f"{base}/amendments")).json()["items"]] == [amendment["id"]]
    withdrawn = await owner.post(f"{base}/amendments/{amendment['id']}/withdraw")
    assert (withdrawn.status_code, withdrawn.json()["withdrawn_by"]) == (200, amendment["created_by"])
    assert (await owner.post(f"{base}/amendments/{amendment['id']}/withdraw")).status_code == 409
    again = (await owner.get(f"{base}/watchers/{watcher_id}/uptime", **window)).json()
    assert again == before
    async with api.db.read() as session:
        trail = [each.action for each in await session.exec(select(AuditEntry).order_by(col(AuditEntry.at)))]
        entries = await session.exec(select(IncidentEntry).where(IncidentEntry.kind == EntryKind.AMENDED))
        lines = [(each.body, each.facts["withdrawn"]) for each in entries]
    assert [each for each in trail if each.startswith("amend")] == ["amendment.create", "amendment.withdraw"]
    assert sorted(lines) == [("Our egress was down.", False), ("Our egress was down.", True)]


async def test_what_cannot_be_corrected_is_refused_in_words(sqlite_api: Api) -> None:
    owner = await sqlite_api.person("owner")
    workspace = await owner.workspace("Acme")
    watcher = await owner.watcher(workspace, name="Shop")
    now = now_ms()
    good = {"from": to_utc(now - MINUTE_MS).isoformat(), "to": to_utc(now).isoformat(), "state": "down", "reason": "r"}
    for fields, place in (
        ({"to": to_utc(now + MINUTE_MS).isoformat(), "all_watchers": True}, "body.to"),
        ({"watcher_ids": ["01a209c3-4d4f-77a1-9ccc-47d635fc90f7"]}, "body.watcher_ids.0"),
        ({"watcher_ids": [watcher["id"]], "all_watchers": True}, "body.watcher_ids"),
        ({}, "body.watcher_ids"),
        ({"all_watchers": True, "to": good["from"]}, "body.from"),
        ({"all_watchers": True, "from": "2020-01-01T00:00:00Z", "to": "2020-01-02T00:00:00Z"}, "body.to"),
        ({"all_watchers": True, "reason": " "}, "body.reason"),
    ):
        answer = await owner.post(f"/workspaces/{workspace}/amendments", {**good, **fields})
        assert where(answer) == [place], answer.text
