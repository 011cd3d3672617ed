"""`docker compose up`, without containers: the whole story through Nginx's port (tests/support/twin.py)."""

import signal
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import httpx
import pytest

from tests.support.nginx import NGINX, WITHOUT
from tests.support.people import Client, Workspace
from tests.support.servers import wait_until
from tests.support.sse import Listener
from tests.support.target import Answer, Target
from tests.support.twin import Twin, twin

ADDRESS = "127.9.8.7"
pytestmark = pytest.mark.skipif(NGINX is None, reason=WITHOUT)


@pytest.fixture
def ada() -> Iterator[Client]:
    """Comes from an address of her own, and claims another."""
    client = Client("")
    client.http.close()
    elsewhere = httpx.HTTPTransport(local_address=ADDRESS)
    client.http = httpx.Client(timeout=30, transport=elsewhere, headers={"X-Forwarded-For": "198.51.100.7"})
    yield client
    client.http.close()


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Twin]:
    with twin(tmp_path) as started:
        yield started


def test_everything_compose_starts_works_together_behind_nginx(running: Twin, ada: Client, target: Target) -> None:
    # The others were healthy before what depends on them started.
    for name in ("worker", "frontend", "mailhog"):
        running.wait_healthy(name)
    secrets_stay_as_they_are(running)
    assert "Nothing is wrong" in running.run("api", "healther", "doctor")
    ada.api = running.url
    ada.register()
    ada.sign_in()
    # Not what somebody says of their own address is believed, but where they come from: nobody else is told of.
    assert {each["address"] for each in ada.call("GET", "/users/me/sessions")} == {ADDRESS}
    gone = taken_back(running, ada)
    acme = ada.workspace("Acme", is_public=True)
    page = f"{running.url}/status/{acme.slug}"
    with Listener(acme) as listener:
        listener.until("ready")
        watcher = acme.watch(target.url("/shop"), failure_threshold=1)
        assert listener.until("result", str(watcher))["state"] == "healthy"
        target.set("/shop", Answer(status=500))
        ada.call("POST", f"{acme.path}/watchers/{watcher}/check")
        assert listener.until("state", str(watcher), 2)["to"] == "down"
        wait_until(lambda: bool(running.mail.mails), "the mail has arrived", 60)
        assert running.mail.mails[0].parsed["Subject"] == "Down: Shop"
        assert running.mail.mails[0].to == [ada.email]
    wait_until(lambda: "Down" in httpx.get(page).text, "the page says that it is down", 60)
    assert "X-Stale" not in httpx.get(page).headers
    it_recovers(running, acme, watcher, target)
    # Its copy has run out by now: what is shown from now on is that it is gone.
    wait_until(lambda: httpx.get(gone).status_code == 404, "the page that was taken back is not shown", 40)
    what_stays_while_the_api_is_away(running, ada, page, gone)


def taken_back(running: Twin, ada: Client) -> str:
    """A page that was public long enough for Nginx to have a copy."""
    workspace = ada.workspace("Gone", is_public=True)
    page = f"{running.url}/status/{workspace.slug}"
    assert httpx.get(page).status_code == 200
    ada.call("PATCH", workspace.path, json={"is_public": False})
    return page


def secrets_stay_as_they_are(running: Twin) -> None:
    """Another start makes no other secrets, and nobody but their group reads them."""
    folder = running.home / "secrets"
    before = {path.name: path.read_text() for path in folder.iterdir()}
    assert before.keys() == {"secret-key", "database-password", "database-url"}
    assert running.start("secrets").wait() == 0
    assert {path.name: path.read_text() for path in folder.iterdir()} == before
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o440}
    assert before["database-password"].strip() not in "".join(each.log for each in running.processes.values())


def it_recovers(running: Twin, acme: Workspace, watcher: UUID, target: Target) -> None:
    """By another worker, as after an upgrade."""
    running.processes["worker"].send(signal.SIGTERM)
    assert running.processes["worker"].wait() == 0
    running.start("worker")
    target.set("/shop", Answer())
    wait_until(lambda: acme.state(watcher) == "healthy", "it is healthy again", 60)


def what_stays_while_the_api_is_away(running: Twin, ada: Client, page: str, gone: str) -> None:
    """Public pages from Nginx's memory, the app's files, a problem that says so; and all of it when the API is back."""
    running.processes["api"].send(signal.SIGKILL)
    running.processes["api"].wait()
    assert not running.is_healthy("api")
    assert running.is_healthy("frontend")
    # The copy is used when it has run out as well.
    wait_until(lambda: "X-Stale" in httpx.get(page).headers, "a copy that ran out is shown, and says so", 40)
    assert "Shop" in httpx.get(page).text
    assert httpx.get(gone).status_code == 404, "an older copy does not come back (S8)"
    assert httpx.get(running.url, headers={"Accept": "text/html"}).status_code == 200
    refused = ada.http.get(f"{running.url}/api/v1/workspaces")
    assert (refused.status_code, refused.headers["Content-Type"]) == (503, "application/problem+json")
    assert refused.headers["Retry-After"] == "5"
    running.start("api")
    running.wait_healthy("api")
    assert ada.call("GET", "/workspaces")["items"]
