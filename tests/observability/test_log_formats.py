"""What a traceback in the log shows: where, and nothing of what was in hand (S17)."""

import json
import subprocess
import sys

import pytest

FAILS_WITH_A_SECRET_IN_HAND = """
import logging, structlog
from healther.observability.logs import configure_logs
configure_logs("DEBUG", "{log_format}")

def sign_in(password):
    key = "canary-" + password
    raise RuntimeError("failed")

for log in (structlog.get_logger().exception, logging.getLogger("somebody").exception):
    try:
        sign_in("canary" + "-password")
    except RuntimeError:
        log("request_failed")
"""


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_a_traceback_does_not_show_local_variables(log_format: str) -> None:
    script = FAILS_WITH_A_SECRET_IN_HAND.format(log_format=log_format)
    done = subprocess.run([sys.executable, "-c", script], text=True, capture_output=True, check=True)
    assert done.stderr.count("RuntimeError: failed") == 2
    assert "canary-canary" not in done.stderr
    assert "canary-password" not in done.stderr


LIBRARIES_AT_DEBUG = """
import logging, structlog
from healther.core.markdown import to_html
from healther.observability.logs import configure_logs
configure_logs("DEBUG", "json")
structlog.get_logger().debug("ours")
to_html("**Bold** words and a [link](https://example.org)")
for library in ("markdown_it.rules_block", "fontTools.subset", "somebody.new"):
    logging.getLogger(library).debug("of a library")
    logging.getLogger(library).warning("worth knowing")
"""


def test_the_log_at_debug_is_healthers_own_and_not_every_token_of_a_library() -> None:
    done = subprocess.run([sys.executable, "-c", LIBRARIES_AT_DEBUG], text=True, capture_output=True, check=True)
    said = [json.loads(line)["event"] for line in done.stderr.splitlines()]
    assert said == ["ours", *["worth knowing"] * 3]


UPGRADES = """
import asyncio
from healther.observability.logs import configure_logs
from healther.workers.endpoint import WorkerEndpoint
configure_logs("INFO", "json")

ASKED = (
    b"CONNECT example.org:443 HTTP/1.1\\r\\nHost: example.org:443\\r\\n\\r\\n",
    b"GET /healthz HTTP/1.1\\r\\nHost: x\\r\\nConnection: Upgrade\\r\\nUpgrade: websocket\\r\\n\\r\\n",
)

async def ask():
    endpoint = WorkerEndpoint("127.0.0.1", 0, None)
    await endpoint.start()
    while not endpoint._server.started:
        await asyncio.sleep(0.01)
    port = endpoint._server.servers[0].sockets[0].getsockname()[1]
    for head in ASKED:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(head)
        print((await reader.readline()).decode().strip())
        writer.close()
    await endpoint.stop()

asyncio.run(ask())
"""


def test_a_connect_or_an_upgrade_does_not_have_the_log_advise_to_install_something() -> None:
    done = subprocess.run([sys.executable, "-c", UPGRADES], text=True, capture_output=True, check=True)
    assert done.stdout.splitlines() == ["HTTP/1.1 400 Bad Request", "HTTP/1.1 200 OK"]
    assert "Started server process" in done.stderr
    assert "WebSocket" not in done.stderr
    assert "upgrade" not in done.stderr
