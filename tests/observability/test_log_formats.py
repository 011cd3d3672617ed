"""What a traceback in the log shows: where, and nothing of what was in hand (S17)."""

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
