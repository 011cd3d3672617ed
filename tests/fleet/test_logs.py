"""S17: at DEBUG, with everything that fails failing, no secret stands in the log."""

import signal

import httpx

from tests.support.people import PASSWORD, Client
from tests.support.processes import SECRET_KEY, Processes
from tests.support.servers import free_port, wait_until
from tests.support.target import Answer, Target

CANARY = "canary-4f1c"
SIGNING = "Y2FuYXJ5LTRmMWMtY2FuYXJ5LTRmMWMtY2FuYXJ5LTRmMWM="


def test_no_secret_is_logged_even_at_debug(processes: Processes, target: Target) -> None:
    target.set(f"/alive/{CANARY}", Answer(status=500, body=CANARY.encode()))
    processes.settings(
        LOG_LEVEL="DEBUG",
        METRICS_TOKEN=f"metrics-{CANARY}",
        HEARTBEAT_URL=target.url(f"/alive/{CANARY}"),
        HEARTBEAT_EVERY_S="1",
        SMTP_URL=f"smtp://ada:{CANARY}@127.0.0.1:{free_port()}?starttls=required",
        MAIL_FROM="healther@example.org",
    )
    up = processes.up()
    client = processes.client(up, "ada@example.org")
    client.register()
    client.sign_in()
    token = client.http.headers["Authorization"].removeprefix("Bearer ")
    sign_in_badly(client)
    workspace = client.workspace("Acme")
    target.set("/echo", Answer(body=CANARY.encode()))
    secrets = {
        "method": "POST",
        "headers": {"X-Api-Key": CANARY, "Cookie": CANARY},
        "body": CANARY,
        "bearer_token": CANARY,
    }
    watcher = workspace.watch(target.url("/echo"), options=secrets, expected_body=CANARY)
    wait_until(lambda: workspace.state(watcher) == "healthy", "the watcher is healthy")
    target.set("/echo", Answer(status=500, body=CANARY.encode()))
    for _ in range(2):
        client.call("POST", f"{workspace.path}/watchers/{watcher}/check")
    wait_until(lambda: workspace.state(watcher) == "down", "the watcher is down")
    ask_badly(client, workspace.path)
    send_badly(client, workspace.path, target)
    key = use_keys(client, workspace.path)
    wait_until(lambda: target.hits(f"/alive/{CANARY}"), "the heartbeat was tried")
    up.send(signal.SIGTERM)
    up.wait()
    lines = [line for line in up.log.splitlines() if '"event": "request"' in line]
    assert lines
    assert all('"request_id"' in line and '"operation"' in line for line in lines)
    assert '"event": "state changed"' in up.log
    assert '"event": "cannot mail about an account"' in up.log
    for secret in (CANARY, SIGNING, PASSWORD, token, SECRET_KEY, key, "/reset#"):
        assert secret not in up.log


def send_badly(client: Client, workspace: str, target: Target) -> None:
    """A channel full of secrets whose other side refuses and repeats them, a mail server that is not there."""
    target.set(f"/hook/{CANARY}", Answer(status=500, body=CANARY.encode()))
    hook = {"url": target.url(f"/hook/{CANARY}"), "headers": {"X-Key": CANARY}, "signing_secret": f"whsec_{SIGNING}"}
    made = client.call("POST", f"{workspace}/channels", 201, json={"name": "Hook", "kind": "webhook", "options": hook})
    client.call("POST", f"{workspace}/channels/{made['id']}/test")
    client.call("POST", f"{workspace}/channels/test", json={"kind": "email", "options": {"to": ["ada@example.org"]}})


def use_keys(client: Client, workspace: str) -> str:
    """A key that is made and used, one that is none, and the metrics' token, right and wrong; returns the key."""
    made: dict[str, str] = client.call("POST", f"{workspace}/api-keys", 201, json={"name": "CI", "scope": "write"})
    for token, expected in ((made["key"], 200), (f"hk_{CANARY}", 401)):
        headers = {"Authorization": f"Bearer {token}"}
        assert httpx.get(f"{client.api}/api/v1{workspace}", headers=headers).status_code == expected
    for token, expected in ((f"metrics-{CANARY}", 200), (CANARY, 401)):
        headers = {"Authorization": f"Bearer {token}"}
        assert httpx.get(f"{client.api}/metrics", headers=headers).status_code == expected
    return made["key"]


def sign_in_badly(client: Client) -> None:
    """A wrong password, one that is too common, a forged token, cookie and link, and a link that cannot be mailed."""
    api = f"{client.api}/api/v1"
    form = {"username": "ada@example.org", "password": CANARY}
    assert httpx.post(f"{api}/auth/token", data=form).status_code == 401
    body = {"email": "not an email " + CANARY, "full_name": "Eve", "password": CANARY}
    assert httpx.post(f"{api}/auth/register", json=body).status_code == 422
    assert httpx.get(f"{api}/users/me", headers={"Authorization": f"Bearer {CANARY}"}).status_code == 401
    new = {"token": CANARY, "password": f"another {CANARY}"}
    assert httpx.post(f"{api}/auth/reset", json=new).status_code == 404
    assert httpx.post(f"{api}/auth/forgotten", json={"email": "ada@example.org"}).status_code == 202
    assert httpx.post(f"{api}/auth/refresh", headers={"Cookie": f"healther_refresh={CANARY}"}).status_code == 401


def ask_badly(client: Client, workspace: str) -> None:
    """Secrets in places where they are refused: a query, a URL, a header's value, JSON that is none."""
    for body in (
        {"name": "x", "url": f"http://user:{CANARY}@127.0.0.1/"},
        {"name": "x", "url": "http://127.0.0.1/", "options": {"headers": {"X-Key": f"{CANARY}\nX-More: 1"}}},
        {"name": "x", "url": "http://127.0.0.1/", "options": {"password": CANARY}},
    ):
        client.call("POST", f"{workspace}/watchers", 422, json=body)
    client.call("POST", f"{workspace}/watchers", 422, content=f'{{"password": "{CANARY}"')
    client.call("GET", f"{workspace}/watchers?cursor={CANARY}&state={CANARY}", 422)
    client.call("GET", f"/{CANARY}", 404)
