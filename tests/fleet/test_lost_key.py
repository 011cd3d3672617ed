"""A database that came back without its key: whoever starts healther is told at once, not by the first alert."""

import signal

import pytest

from tests.support.people import Client
from tests.support.processes import Processes, Server

ANOTHER_KEY = "another-secret-only-for-tests-0123456789-abc"
HOOK = {"name": "Hook", "kind": "webhook", "options": {"url": "https://hooks.example.org/hush"}}
ROWS = "which opens none of them (watchers: 1, channels: 1)"


def seal(processes: Processes) -> None:
    """A watcher and a channel with secrets, made by a healther that has ended since."""
    up = processes.up()
    workspace = processes.workspace(up)
    workspace.watch("http://127.0.0.1:9/", options={"bearer_token": "t"})
    workspace.client.call("POST", f"{workspace.path}/channels", 201, json=HOOK)
    end(up)


def end(server: Server) -> None:
    server.send(signal.SIGTERM)
    server.wait()


@pytest.mark.parametrize("verb", ["up", "api"])
def test_one_that_starts_with_another_key_says_what_it_cannot_open(processes: Processes, verb: str) -> None:
    seal(processes)
    own = processes.serving(processes.start_server(verb))
    assert "secrets cannot be opened" not in own.log
    end(own)
    processes.settings(SECRET_KEY=ANOTHER_KEY)
    strange = processes.serving(processes.start_server(verb))
    assert '"event": "secrets cannot be opened"' in strange.log
    assert ROWS in strange.log
    assert "healther.secret beside the database" in strange.log
    assert ("WARNING: Secrets were sealed" in strange.log) == (verb == "up")
    client: Client = processes.client(strange)
    client.sign_in()
    (workspace,) = client.call("GET", "/workspaces")["items"]
    (channel,) = client.call("GET", f"/workspaces/{workspace['id']}/channels")["items"]
    assert (channel["usable"], channel["unusable_because"]) == (False, "secret_key")


def test_a_worker_that_starts_with_another_key_says_so_too(processes: Processes, redis_url: str) -> None:
    seal(processes)
    processes.settings(SECRET_KEY=ANOTHER_KEY, REDIS_URL=redis_url)
    worker = processes.working(processes.start_worker())
    assert '"event": "secrets cannot be opened"' in worker.log
    assert ROWS in worker.log
