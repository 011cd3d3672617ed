"""`healther migrate`, wrong settings, and the welcome of `healther up`."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from healther.migrations.state import head_revision
from tests.support.processes import START_TIMEOUT_S
from tests.support.servers import can_connect, free_port, wait_until

HEALTHER = Path(sys.executable).with_name("healther")


def test_migrate_says_from_where_to_where_and_may_be_run_again(run, tmp_path):
    url = f"sqlite+aiosqlite:///{tmp_path}/new.db"
    first = run("migrate", HEALTHER_DATABASE_URL=url)
    assert first.exit_code == 0
    assert first.output == f"The schema was made, at {head_revision()}.\n"
    second = run("migrate")
    assert second.output == f"The schema is at {head_revision()} already.\n"


def test_a_wrong_setting_is_one_line_on_stderr_and_exit_2(tmp_path):
    environment = {**os.environ, "HEALTHER_DATABASE_URL": "mysql://127.0.0.1/x"}
    result = subprocess.run([HEALTHER, "migrate"], env=environment, cwd=tmp_path, capture_output=True, text=True)
    assert result.returncode == 2
    assert result.stdout == ""
    assert result.stderr == ("HEALTHER_DATABASE_URL: must start with sqlite+aiosqlite:/// or postgresql+psycopg://\n")


def test_a_wrong_setting_does_not_make_a_check_say_down(run):
    result = run("check", "http://127.0.0.1:9/", HEALTHER_LOG_LEVEL="LOUD")
    assert result.exit_code == 3
    assert "HEALTHER_LOG_LEVEL" in result.output


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_up_says_where_to_go_and_how_to_make_the_first_account_and_stops_cleanly(tmp_path, how):
    port = free_port()
    environment = {**os.environ, "HEALTHER_REFERENCE_TARGETS": "", "PATH": "/usr/bin:/bin", "COLUMNS": "200"}
    with (tmp_path / "said").open("w") as said:
        process = subprocess.Popen([HEALTHER, "up", "--port", str(port)], env=environment, cwd=tmp_path, stderr=said)
    try:
        wait_until(lambda: process.poll() is not None or can_connect(port), "it listens", START_TIMEOUT_S)
        assert httpx.get(f"http://127.0.0.1:{port}/healthz").json() == {"status": "ok"}
        assert f'"http://127.0.0.1:{port}/status/mine"' in _page_of_a_new_account(port), "links lead to this port"
        # uvicorn loads it only to run on it.
        assert "uvloop" in Path(f"/proc/{process.pid}/maps").read_text()
        process.send_signal(how)
        code = process.wait(30)
    finally:
        process.kill()
        process.wait(10)
    said_text = (tmp_path / "said").read_text()
    assert code == 0, said_text
    assert f"healther is starting at http://127.0.0.1:{port}" in said_text
    assert f"no account yet: open http://127.0.0.1:{port} and make the first one" in said_text
    assert f"{HEALTHER} user create --email you@example.com" in said_text
    assert "Traceback" not in said_text
    assert (tmp_path / "healther.db").exists()
    assert (tmp_path / "healther.secret").stat().st_mode & 0o777 == 0o600


def _page_of_a_new_account(port: int) -> str:
    """The public page of a workspace that somebody makes there."""
    with httpx.Client(base_url=f"http://127.0.0.1:{port}/api/v1") as http:
        account = {
            "email": "ada@example.org",
            "full_name": "Ada",
            "password": "correct horse",
            "workspace_name": "Mine",
        }
        token = http.post("/auth/register", json=account).raise_for_status().json()["access_token"]
        http.headers["Authorization"] = f"Bearer {token}"
        workspace = http.get("/workspaces").json()["items"][0]
        http.patch(f"/workspaces/{workspace['id']}", json={"is_public": True}).raise_for_status()
        return http.get(f"http://127.0.0.1:{port}/status/{workspace['slug']}").raise_for_status().text
