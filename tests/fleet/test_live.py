"""The live stream of a workspace, from real processes: prompt, in order, resumed, and over when the right to it is."""

import signal
import sqlite3
from itertools import pairwise
from pathlib import Path

from healther.accounts.tokens import TokenSigner
from healther.core.clock import HOUR_MS, MINUTE_MS, now_ms
from healther.monitoring.live.hub import MOST_PER_USER
from tests.support.api import token_of
from tests.support.people import Client, Workspace
from tests.support.processes import SECRET_KEY, Processes
from tests.support.servers import wait_until
from tests.support.sse import Listener
from tests.support.target import Answer, Target


def test_what_happens_is_told_in_order_by_every_process_and_resumed_without_gaps(
    processes: Processes, target: Target, database_url: str
) -> None:
    """One process checks, another tells; on either database, without Redis."""
    processes.settings(DATABASE_URL=database_url)
    up, api = processes.start_server("up"), processes.start_server("api")
    processes.serving(up)
    processes.serving(api)
    acme = processes.workspace(up)
    ada = acme.client
    with Listener(acme) as beside, Listener(acme, api.url) as elsewhere:
        for listener in (beside, elsewhere):
            listener.until("ready")
            assert listener.headers["Content-Type"] == "text/event-stream; charset=utf-8"
            assert listener.headers["X-Accel-Buffering"] == "no"
            assert listener.headers["Cache-Control"] == "no-store"
            assert listener.lines[0] == "retry: 2000"
        watcher = str(acme.watch(target.url("/shop"), name="<b>Shop</b>"))
        for listener in (beside, elsewhere):
            assert listener.until("watcher", watcher)["change"] == "created"
            first = listener.until("result", watcher)
            assert (first["state"], first["last_reason"], first["event"]["status"]) == ("healthy", None, "healthy")
            assert first["event"]["watcher_id"] == watcher
            change = listener.until("state", watcher)
            assert (change["name"], change["from"], change["to"]) == ("<b>Shop</b>", "pending", "healthy")
            assert listener.names()[:4] == ["ready", "watcher", "result", "state"]
        told_until = elsewhere.last_id

    # Nobody listens at this API now: what happens meanwhile is told to whoever comes back.
    target.set("/shop", Answer(status=500))
    ada.call("POST", f"{acme.path}/watchers/{watcher}/check")
    wait_until(lambda: acme.state(watcher) == "down", "it is down", 30)
    with Listener(acme, api.url, last_id=told_until) as returned:
        change = returned.until("state", watcher)
        assert (change["from"], change["to"], change["reason"]) == ("healthy", "down", "status_mismatch")
        returned.until("ready")
        assert "reset" not in returned.names()
        assert [each["event"]["status"] for each in returned.of("result", watcher)][-2:] == ["down", "down"]
        slots = [each["event"]["slot"] for each in returned.of("result", watcher)]
        assert slots == sorted(set(slots))
        assert all(later - earlier == 1 for earlier, later in pairwise(sorted(numbers(returned))))
    with Listener(acme, up.url, last_id=told_until) as stranger:
        stranger.until("reset")
        assert stranger.names()[0] == "reset", "another process does not know what that id had seen"
    it_ends_with_the_right_to_it(processes, acme)


def numbers(listener: Listener) -> set[int]:
    """The numbers of the ids that were received."""
    return {int(each.id.partition("-")[2]) for each in listener.told if each.id is not None}


def it_ends_with_the_right_to_it(processes: Processes, acme: Workspace) -> None:
    """S10: a membership, a sign-in or the workspace itself may end while somebody listens."""
    ada = acme.client
    eve = Client(ada.api, "eve@example.org")
    eve.register()
    eve.sign_in()
    guest = {"email": eve.email, "role": "observer", "by": "link"}
    link = ada.call("POST", f"{acme.path}/invitations", 201, json=guest)["link"]
    eve.call("POST", "/invitations/accept", 201, json={"token": token_of(link)})
    user_id = eve.call("GET", "/users/me", 200)["id"]
    hers = Workspace(eve, {"id": acme.id, "slug": acme.slug})
    with Listener(hers) as listener, Listener(acme) as mine:
        listener.until("ready")
        mine.until("ready")
        ada.call("DELETE", f"{acme.path}/members/{user_id}", 204)
        assert listener.until("bye")["reason"] == "no_access"
        assert listener.ended.wait(10)
        assert not mine.ended.is_set()
        ada.call("POST", "/auth/sign-out", 204)
        assert mine.until("bye")["reason"] == "signed_out"
        assert mine.ended.wait(10)
    with Listener(hers) as refused:
        assert refused.ended.wait(10)
        assert refused.status == 404
    ada.sign_in()
    with Listener(acme) as mine:
        mine.until("ready")
        ada.call("DELETE", acme.path, 204)
        assert mine.until("bye")["reason"] == "no_access"
    eve.http.close()


def test_edits_are_told_staleness_is_told_and_a_server_that_stops_ends_its_streams(
    processes: Processes, sqlite_url: str, tmp_path: Path
) -> None:
    """An API without anybody who checks: what people do is told, and that checks are overdue."""
    processes.settings(DATABASE_URL=sqlite_url)
    api = processes.serving(processes.start_server("api"))
    acme = processes.workspace(api)
    ada = acme.client
    with Listener(acme) as listener:
        listener.until("ready")
        watcher = str(acme.watch("http://127.0.0.1:9/"))
        path = f"{acme.path}/watchers/{watcher}"
        listener.until("watcher", watcher)
        steps = [("PATCH", path, {"tags": ["prod"]}), ("POST", f"{path}/pause", None), ("POST", f"{path}/resume", None),
                 ("PATCH", f"{acme.path}/tags/prod", {"name": "production"})]  # fmt: skip
        for number, (method, where, body) in enumerate(steps, 2):
            ada.call(method, where, json=body)
            listener.until("watcher", watcher, number)
        changes = [each["change"] for each in listener.of("watcher", watcher)]
        assert changes == ["created", "edited", "paused", "resumed", "edited"]

        make_due(tmp_path, now_ms() - 2 * MINUTE_MS)
        told = listener.until("stale")
        assert told["stale"] is True
        assert 119 < told["overdue_s"] < 180
        with Listener(acme) as late:
            assert late.until("stale") == told
        make_due(tmp_path, now_ms() + MINUTE_MS)
        assert listener.until("stale", count=2)["stale"] is False

        ada.call("DELETE", path, 204)
        wait_until(lambda: listener.of("watcher", watcher)[-1]["change"] == "removed", "it was removed")
        it_ends_with_its_token(acme)
        too_many(acme)
        api.send(signal.SIGINT)
        assert listener.until("bye")["reason"] == "shutdown"
        assert listener.ended.wait(10)
    assert api.wait() == 0
    assert "Cancel" not in api.log


def make_due(home: Path, due_at: int) -> None:
    """Writes when every watcher is due into the database."""
    database = sqlite3.connect(home / "healther.db", timeout=30)
    with database:
        database.execute("UPDATE watcherstate SET due_at = ?", [due_at])
    database.close()


def too_many(acme: Workspace) -> None:
    """More streams than one person may have are refused; those there were go on."""
    listeners = [Listener(acme) for _ in range(MOST_PER_USER - 1)]
    for each in listeners:
        each.__enter__()
    for each in listeners:
        each.until("ready")
    url = f"{acme.client.api}/api/v1{acme.path}/live"
    refused = acme.client.http.get(url)
    assert (refused.status_code, refused.headers["Content-Type"]) == (429, "application/problem+json")
    for each in listeners:
        each.__exit__(None, None, None)


def it_ends_with_its_token(acme: Workspace) -> None:
    """An access token that expires takes the stream with it."""
    signer = TokenSigner(SECRET_KEY, 60)
    good = acme.client.http.headers["Authorization"]
    claims = signer.verify(good.partition(" ")[2])
    acme.client.http.headers["Authorization"] = f"Bearer {signer.issue(claims, now_ms() - HOUR_MS + 3_000)}"
    with Listener(acme) as listener:
        assert listener.until("bye")["reason"] == "token_expired"
        assert listener.ended.wait(10)
        assert listener.names() == ["ready", "bye"]
    acme.client.http.headers["Authorization"] = good
