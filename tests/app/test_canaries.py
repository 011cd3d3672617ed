"""Secrets reach no log, at DEBUG, whatever goes right or wrong (S17)."""

import base64
import sqlite3
from pathlib import Path

from tests.support.people import Client
from tests.support.processes import Processes
from tests.support.servers import wait_until
from tests.support.target import Answer, target

PASSWORD = "canary-password-of-ada"
NEW_PASSWORD = "canary-new-password-of-ada"
GUESS = "canary-wrong-guess"
OPTIONS = {
    "method": "POST",
    "headers": {"X-Key": "canary-header"},
    "body": "canary-request-body",
    "basic_username": "monitor",
    "basic_password": "canary-basic-password",
}


def test_no_secret_is_in_a_log_at_debug(processes: Processes, tmp_path: Path) -> None:
    processes.settings(LOG_LEVEL="DEBUG")
    up = processes.up()
    client = processes.client(up)
    secrets = [PASSWORD, NEW_PASSWORD, GUESS, "canary-", *sign_up_and_change_everything(client)]
    with target(["127.0.0.1"]) as watched:
        watched.set("/secret", Answer(body=b"canary-answer"))
        workspace = client.workspace("Acme")
        watcher = workspace.watch(watched.url("/secret"), options=OPTIONS)
        wait_until(lambda: workspace.state(watcher) == "healthy", "the watcher was checked")
        client.call("PATCH", f"{workspace.path}/watchers/{watcher}", 200, json={"options": OPTIONS | {"method": "PUT"}})
        broken = OPTIONS | {"headers": {"X-Key": "canary\r\nheader"}}
        client.call("PATCH", f"{workspace.path}/watchers/{watcher}", 422, json={"options": broken})
        probe = {"url": watched.url("/secret"), "options": OPTIONS}
        client.call("POST", f"{workspace.path}/probe", 200, json=probe)
    break_the_database(tmp_path / "healther.db")
    client.call("POST", "/auth/token", 500, data={"username": client.email, "password": NEW_PASSWORD})
    client.call("GET", f"{workspace.path}/watchers/{watcher}", 500)
    wait_until(lambda: up.log.count("request_failed") >= 2, "the failures were logged")

    log = up.log
    assert "Traceback" in log
    assert '"level": "debug"' in log
    secrets.append(base64.b64encode(f"monitor:{OPTIONS['basic_password']}".encode()).decode())
    assert [secret for secret in secrets if secret in log] == []


def registration(email: str) -> dict[str, str]:
    return {"email": email, "full_name": "Ada", "password": PASSWORD}


def sign_up_and_change_everything(client: Client) -> list[str]:
    """Every use of a password or a token, right and wrong; the tokens that were handed out."""
    client.call("POST", "/auth/register", 201, json=registration(client.email))
    client.call("POST", "/auth/register", 409, json=registration(client.email))
    client.call("POST", "/auth/register", 422, json=registration("x") | {"canary-field": PASSWORD})
    client.call("POST", "/auth/token", 401, data={"username": client.email, "password": GUESS})
    first = client.call("POST", "/auth/token", data={"username": client.email, "password": PASSWORD})
    tokens = [first["access_token"], client.http.cookies["healther_refresh"]]
    client.http.headers["Authorization"] = f"Bearer {first['access_token']}"
    change = {"current_password": GUESS, "new_password": NEW_PASSWORD}
    client.call("POST", "/users/me/password", 422, json=change)
    second = client.call("POST", "/users/me/password", json=change | {"current_password": PASSWORD})
    tokens += [second["access_token"], client.http.cookies["healther_refresh"]]
    third = client.call("POST", "/auth/refresh")
    tokens += [third["access_token"], client.http.cookies["healther_refresh"]]
    client.http.headers["Authorization"] = f"Bearer {third['access_token']}x"
    client.call("GET", "/users/me", 401)
    client.call("GET", f"/users/me?access_token={third['access_token']}", 422)
    client.http.headers["Authorization"] = f"Bearer {third['access_token']}"
    return tokens


def break_the_database(path: Path) -> None:
    """Rows as no code expects them: whoever reads them fails, with secrets in its hands."""
    database = sqlite3.connect(path, timeout=30)
    with database:
        database.execute("""UPDATE "user" SET created_at = 'canary-time'""")
        database.execute("UPDATE servicewatcher SET created_at = 'canary-time'")
    database.close()
