"""What targets and networks do to healther: hang, cost a lot to read, vanish together, or must not be reached."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import trustme

from healther.core.clock import now_ms
from healther.core.db import Database
from healther.watchers.cadence import CadenceUnit
from healther.watchers.states import State
from tests.support.checks import Event, events_of
from tests.support.pki import Pki
from tests.support.processes import Processes
from tests.support.target import Answer, Target
from tests.support.target import target as another_target
from tests.support.waiting import until
from tests.support.watchers import add_watcher, state_of
from tests.support.wire import answering, response, serving

MIB = 1 << 20
# How long a hung target holds its check.
HELD_MS = 1_500


async def test_hung_hostile_and_forbidden_targets_hold_up_nobody_and_a_lost_network_is_nobodys_downtime(
    processes: Processes, target: Target, sqlite_url: str
) -> None:
    """S2, S12, R7: ten that hang, one with a pattern that explodes elsewhere, one that must not be reached.

    Beside them one that is slower than it may be, and one whose row makes no check.
    """
    with another_target() as reference:
        processes.settings(
            DATABASE_URL=sqlite_url,
            ALLOW_NETWORKS="127.0.0.1/32,127.0.0.2/32,127.0.0.3/32,127.0.0.4/32",
            REFERENCE_TARGETS=f"127.0.0.1:{reference.port}",
        )
        db = Database(sqlite_url)
        target.set("/hung", Answer(hangs=True))
        target.set("/body", Answer(body=b"a" * MIB))
        forbidden = await _watch(db, target.url("/forbidden", "127.0.0.9"))
        target.set("/slow", Answer(after_s=0.1))
        slow = await _watch(db, target.url("/slow"), degraded_after_ms=20)
        # No API would have taken it: a row edited by hand.
        unheard = await _watch(db, target.url("/unheard").replace("http", "gopher"))
        regex = await _watch(db, target.url("/body"), expected_body="/(a+)+$/")
        hung = [await _watch(db, target.url("/hung", f"127.0.0.{2 + number % 3}")) for number in range(10)]
        quick = [await _watch(db, target.url(f"/quick/{number}")) for number in range(10)]
        processes.up()

        for watcher_id in quick:
            await until(lambda each=watcher_id: _shows(db, each, State.HEALTHY), "a quick one is healthy")
        await until(lambda: _shows(db, regex, State.HEALTHY), "the expensive pattern has matched", 40)
        for watcher_id in hung:
            await until(lambda each=watcher_id: _shows(db, each, State.DOWN), "a hung one is down")
        for watcher_id in quick:
            for event in await events_of(db, watcher_id):
                assert event.status == State.HEALTHY
                # Ten hung targets and a megabyte to search beside them: none waits until one of those has ended.
                assert event.created_at - event.slot < HELD_MS or event.slot == (await _first(db, watcher_id)).slot
        assert await _first_reason(db, hung[0]) == "timeout"

        (blocked,) = {(event.status, event.reason) for event in await events_of(db, forbidden)}
        assert blocked == (State.UNKNOWN, "blocked")
        message = (await _first(db, forbidden)).message
        assert message is not None
        assert "HEALTHER_ALLOW_NETWORKS" in message
        assert target.hits("/forbidden") == []

        await until(lambda: _shows(db, slow, State.DEGRADED), "a slow one is degraded", 40)
        assert {(event.status, event.reason) for event in await events_of(db, slow)} == {(State.DEGRADED, "slow")}
        assert "slower than 20 ms" in ((await _first(db, slow)).message or "")
        (misconfigured,) = {(event.status, event.reason) for event in await events_of(db, unheard)}
        assert misconfigured == (State.UNKNOWN, "misconfigured")
        assert "only http:// and https:// can be checked" in ((await _first(db, unheard)).message or "")
        assert target.hits("/unheard") == []

        # Now the line is gone: the references too.
        reference.refuse()
        for watcher_id in hung:
            await until(lambda each=watcher_id: _shows(db, each, State.UNKNOWN), "a hung one is unknown", 40)
        last = (await events_of(db, hung[0]))[-1]
        assert (last.status, last.reason) == (State.UNKNOWN, "no_network")
        assert all([await _shows(db, watcher_id, State.HEALTHY) for watcher_id in quick])
        # And back: down is down again.
        reference.listen()
        await until(lambda: _shows(db, hung[0], State.DOWN), "a hung one is down again", 40)
        await db.close()


async def test_a_certificate_close_to_its_end_is_degraded_until_it_is_renewed(
    processes: Processes, sqlite_url: str, tmp_path: Path
) -> None:
    pki = Pki(trustme.CA(), tmp_path)
    processes.settings(DATABASE_URL=sqlite_url)
    processes.env["SSL_CERT_FILE"] = pki.ca_file
    db = Database(sqlite_url)
    async with serving(answering(response()), tls=pki.server("127.0.0.1", ends=timedelta(days=20, hours=1))) as port:
        watcher_id = await _watch(db, f"https://127.0.0.1:{port}/", certificate_days=30)
        processes.up()
        await until(lambda: _shows(db, watcher_id, State.DEGRADED), "it is degraded", 60)
        (first, *_) = await events_of(db, watcher_id)
        assert first.reason == "certificate_expiring"
        assert first.message == "the certificate ends in 20 days, sooner than 30; renew it"
    renewed = pki.server("127.0.0.1", ends=timedelta(days=60))
    async with serving(answering(response()), port=port, tls=renewed):
        await until(lambda: _shows(db, watcher_id, State.HEALTHY), "it is healthy again", 60)
    await db.close()


async def _watch(db: Database, url: str, **columns: object) -> UUID:
    watcher = await add_watcher(
        db, now_ms(), url=url, every_value=10, every_unit=CadenceUnit.SECONDS, timeout_ms=HELD_MS, **columns
    )
    return watcher.id


async def _shows(db: Database, watcher_id: UUID, state: State) -> bool:
    return (await state_of(db, watcher_id)).state == state


async def _first(db: Database, watcher_id: UUID) -> Event:
    return (await events_of(db, watcher_id))[0]


async def _first_reason(db: Database, watcher_id: UUID) -> str | None:
    return (await _first(db, watcher_id)).reason
