"""People change watchers while checks of them are recorded: no deadlock, no lost edit, a ledger without gaps."""

import asyncio
from uuid import UUID

from healther.core.clock import now_ms
from healther.monitoring.claim import store_for
from healther.monitoring.judge import Thresholds
from healther.monitoring.model import Plan, Result
from healther.monitoring.record import record
from healther.probes.base import Observation, Phases, ProbeContext, Reason
from healther.watchers.states import State
from tests.support.api import Api, Person
from tests.support.api_fixtures import _plain_logs, api
from tests.support.watchers import spans_of, state_of

__all__ = ["_plain_logs", "api"]

ROUNDS = 25
UP = Observation(Phases(), 10.0, 200)
DOWN = Observation(Phases(), reason=Reason.CONNECT_REFUSED, message="refused")


class NeverRun:
    async def run(self, context: ProbeContext) -> Observation:
        raise AssertionError("results come from the test")


async def claim_and_record(api: Api, watcher_ids: list[UUID], rounds: int) -> int:
    """Checks that alternate between up and down, all watchers in one transaction; how many results were refused."""
    store, refused = store_for(api.db), 0
    for number in range(rounds):
        claims = []
        for watcher_id in watcher_ids:
            async with api.db.write_connection() as connection:
                claims.append(await store.claim_one(connection, watcher_id, now_ms()))
        plan = Plan(
            version=1, probe=NeverRun(), thresholds=Thresholds(1, 1), interval_ms=60_000, phase_ms=0, timeout_ms=10_000,
            degraded_after_ms=None, certificate_days=14, target="t",
        )  # fmt: skip
        await asyncio.sleep(0)
        seen = DOWN if number % 2 else UP
        results = [Result(claim, plan, now_ms(), seen) for claim in claims if claim is not None]
        refused += (await record(api.db, store, results, now_ms())).refused
    return refused


async def change(person: Person, path: str, rounds: int) -> list[int]:
    """Edits, pauses and resumes; the statuses that are not 200."""
    answers = []
    for number in range(rounds):
        answers.append(await person.patch(path, {"url": f"http://127.0.0.1:{number + 1}/"}))
        answers.append(await person.post(f"{path}/pause"))
        answers.append(await person.post(f"{path}/resume"))
    return [answer.status_code for answer in answers if answer.status_code != 200]


async def test_edits_and_records_at_once_leave_a_whole_ledger(api: Api) -> None:
    ada = await api.person("ada")
    workspace_id = await ada.workspace()
    ids = [UUID((await ada.watcher(workspace_id))["id"]) for _ in range(3)]
    paths = [f"/workspaces/{workspace_id}/watchers/{watcher_id}" for watcher_id in ids]
    _, *failures = await asyncio.gather(
        claim_and_record(api, ids, ROUNDS), *(change(ada, path, ROUNDS // 3) for path in paths)
    )
    assert failures == [[], [], []]
    for watcher_id, path in zip(ids, paths, strict=True):
        spans = await spans_of(api.db, watcher_id)
        assert [end for _, _, end in spans[:-1]] == [start for _, start, _ in spans[1:]]
        assert all(start < end for _, start, end in spans[:-1])
        assert spans[-1][2] is None
        shown = (await ada.get(path)).json()
        assert shown["url"] == f"http://127.0.0.1:{ROUNDS // 3}/"
        assert shown["version"] == 1 + ROUNDS // 3
        row = await state_of(api.db, watcher_id)
        assert row.version == shown["version"]
        assert row.state != State.PAUSED


async def test_a_workspace_is_deleted_while_its_watchers_are_checked(api: Api) -> None:
    ada = await api.person("ada")
    workspace_id = await ada.workspace()
    ids = [UUID((await ada.watcher(workspace_id))["id"]) for _ in range(3)]
    _, answer = await asyncio.gather(claim_and_record(api, ids, ROUNDS), ada.delete(f"/workspaces/{workspace_id}"))
    assert answer.status_code == 204
    assert (await ada.get(f"/workspaces/{workspace_id}")).status_code == 404
