"""`healther up`: the whole story on one laptop with nothing but Python."""

import signal
import sqlite3
from itertools import groupby
from uuid import UUID

import httpx

from healther.core.clock import HOUR_MS, now_ms
from healther.watchers.states import State
from tests.support.people import PASSWORD, Workspace
from tests.support.processes import Processes
from tests.support.servers import wait_until
from tests.support.target import Answer, Target


def until_state(workspace: Workspace, watcher: UUID, state: str) -> None:
    wait_until(lambda: workspace.state(watcher) == state, f"the watcher is {state}", 40)


def test_a_service_goes_down_and_comes_back_and_everybody_is_told_the_truth(
    processes: Processes, target: Target
) -> None:
    up = processes.up()
    processes.run(
        "user", "create", "--email", "ada@example.org", "--name", "Ada", "--password-stdin", stdin=PASSWORD + "\n"
    )
    client = processes.client(up)
    client.sign_in()
    workspace = client.workspace("Acme", is_public=True)
    watcher = workspace.watch(target.url("/shop"))
    until_state(workspace, watcher, "healthy")
    assert target.hits("/shop")

    target.refuse()
    assert workspace.checked(watcher, "down")["reason"] == "connect_refused"
    # One failure is not yet a change; its confirmation comes after a tenth of the interval.
    until_state(workspace, watcher, "down")
    first = workspace.of(watcher, "events", status="down")["items"][-1]
    assert workspace.watcher(watcher)["since"] == first["created_at"]
    page = httpx.get(f"{up.url}/api/v1/public/workspaces/{workspace.slug}").json()
    assert (page["name"], page["state"]) == ("Acme", "down")
    assert [(each["name"], each["state"], len(each["days"])) for each in page["watchers"]] == [("Shop", "down", 90)]
    target.listen()
    assert workspace.checked(watcher, "healthy")["response_status"] == 200
    until_state(workspace, watcher, "healthy")

    changes = workspace.of(watcher, "changes")["items"]
    assert [(each["from_state"], each["to_state"]) for each in changes] == [
        ("down", "healthy"),
        ("healthy", "down"),
        ("pending", "healthy"),
    ]
    events = workspace.of(watcher, "events")["items"]
    # A slot may have come in between: runs of the same status are one here.
    assert [status for status, _ in groupby(each["status"] for each in events)] == ["healthy", "down", "healthy"]
    assert sum(each["status"] == "healthy" for each in events) == len(target.hits("/shop"))
    assert [each["slot"] for each in events] == sorted({each["slot"] for each in events}, reverse=True)
    down = workspace.of(watcher, "events", status="down")["items"]
    assert {each["reason"] for each in down} == {"connect_refused"}

    uptime = workspace.of(watcher, "uptime")
    states = ("healthy_s", "degraded_s", "down_s", "unknown_s", "maintenance_s")
    assert sum(round(uptime[state] * 1000) for state in states) == 30 * 24 * HOUR_MS
    assert 0 < uptime["uptime_percent"] < 100
    days = workspace.of(watcher, "uptime/daily")["days"]
    assert len(days) == 90
    assert sum(day["down_s"] for day in days) == uptime["down_s"] > 0
    latency = workspace.of(watcher, "latency")
    assert sum(point["checks"] for point in latency["points"]) >= len(events)

    seen = client.call("POST", f"{workspace.path}/probe", json={"url": target.url("/other"), "expected_body": "nope"})
    assert (seen["status"], seen["reason"], seen["response_status"]) == ("down", "body_mismatch", 200)
    assert len(target.hits("/other")) == 1

    client.call("PATCH", workspace.path, json={"is_public": False})
    assert httpx.get(f"{up.url}/api/v1/public/workspaces/{workspace.slug}").status_code == 404

    up.send(signal.SIGINT)
    assert up.wait(40) == 0
    assert "Traceback" not in up.log


def test_stopping_gives_back_what_hangs_and_a_restart_an_hour_later_makes_no_burst(
    processes: Processes, target: Target
) -> None:
    """R13: missed slots are skipped and counted, and nobody claims to know what nobody watched (D2)."""
    up = processes.up()
    workspace = processes.workspace(up)
    client = workspace.client
    shop = workspace.watch(target.url("/shop"))
    target.set("/hung", Answer(hangs=True))
    hung = workspace.watch(target.url("/hung"), timeout_ms=9_000)
    until_state(workspace, shop, "healthy")
    wait_until(lambda: len(target.hits("/hung")) == 1, "the hung check is under way", 40)
    up.send(signal.SIGTERM)
    assert up.wait(40) == 0

    database = sqlite3.connect(processes.home / "healther.db", isolation_level=None)
    rows = dict(database.execute("SELECT hex(watcher_id), lease_slot FROM watcherstate").fetchall())
    assert rows == {shop.hex.upper(): None, hung.hex.upper(): None}
    assert database.execute("SELECT count(*) FROM healthevent WHERE watcher_id = ?", (hung.bytes,)).fetchone() == (0,)

    # As if all this had happened an hour ago.
    _age(database, HOUR_MS)
    before = len(target.hits("/shop"))
    target.set("/hung", Answer())
    started_at = now_ms()
    up = processes.up()
    client.api = up.url
    until_state(workspace, hung, "healthy")
    wait_until(lambda: len(target.hits("/shop")) > before, "the shop is checked again", 40)
    until_state(workspace, shop, "healthy")
    elapsed_ms = now_ms() - started_at
    assert len(target.hits("/shop")) - before <= 1 + elapsed_ms // 10_000 + 1
    shown = workspace.watcher(shop)
    # An hour of slots, and those that passed while it started.
    assert 355 <= shown["missed_slots"] <= 361 + elapsed_ms // 10_000
    uptime = workspace.of(shop, "uptime")
    assert 3_590 < _unknown_s_after_the_first_check(database, shop) < 3_660
    assert uptime["uptime_percent"] == 100.0
    assert uptime["down_s"] == 0
    database.close()


def _age(database: sqlite3.Connection, by_ms: int) -> None:
    for table, columns in {
        "watcherstate": ("due_at", "last_slot", "since", "known_until", "accounted_until", "hour", "last_checked_at"),
        "span": ("started_at", "ended_at"),
        "healthevent": ("slot", "created_at"),
    }.items():
        sets = ", ".join(f"{column} = {column} - {by_ms}" for column in columns)
        database.execute(f"UPDATE {table} SET {sets}")


def _unknown_s_after_the_first_check(database: sqlite3.Connection, watcher: UUID) -> float:
    rows = database.execute(
        "SELECT state, started_at, ended_at FROM span WHERE watcher_id = ? ORDER BY started_at", (watcher.bytes,)
    ).fetchall()
    assert [row[0] for row in rows] == [State.UNKNOWN, State.HEALTHY, State.UNKNOWN, State.HEALTHY]
    return (rows[2][2] - rows[2][1]) / 1000
