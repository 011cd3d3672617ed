"""What the doctor says of who sees how healther itself is."""

import pytest

from tests.support.doctor import said
from tests.support.servers import free_port
from tests.support.sinks import smtp_sink


def test_who_reads_metrics_and_who_hears_the_heartbeat_is_said_in_words(run):
    result = run("doctor")
    assert said(result.output, "metrics") == ["ok /metrics is read by this machine alone"]
    assert said(result.output, "heartbeat")[0].startswith("note HEALTHER_HEARTBEAT_URL is not set")
    with smtp_sink() as sink:  # anything that accepts connections
        result = run(
            "doctor",
            HEALTHER_HEARTBEAT_URL=f"http://127.0.0.1:{sink.port}/canary-path",
            HEALTHER_METRICS_LISTEN="0.0.0.0:9464",
            HEALTHER_TRACES_ENDPOINT=f"http://127.0.0.1:{sink.port}",
        )
    assert said(result.output, "heartbeat")[0].startswith("ok 127.0.0.1 is told every 60 s")
    assert said(result.output, "metrics")[0].endswith("which others reach: set HEALTHER_METRICS_TOKEN for them")
    assert said(result.output, "traces") == [f"ok 1.00% of checks and requests are sent to 127.0.0.1:{sink.port}"]
    assert "canary-path" not in result.output


def test_a_heartbeat_that_nobody_takes_is_a_problem(run):
    port = free_port()
    result = run("doctor", HEALTHER_HEARTBEAT_URL=f"http://127.0.0.1:{port}/alive")
    assert result.exit_code == 1
    assert said(result.output, "heartbeat") == [
        f"PROBLEM 127.0.0.1:{port} (HEALTHER_HEARTBEAT_URL) does not accept connections"
    ]


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("HEARTBEAT_URL", "https://user:canary@example.org/"),
        ("HEARTBEAT_URL", "ftp://example.org/"),
        ("METRICS_LISTEN", "9464"),
        ("METRICS_TOKEN", "short"),
        ("TRACES_ENDPOINT", "collector:4317"),
        ("TRACES_SAMPLE", "2"),
    ],
)
def test_a_setting_of_observability_that_cannot_be_used_is_a_sentence(run, setting, value):
    result = run("doctor", **{f"HEALTHER_{setting}": value})
    assert result.exit_code == 1
    assert said(result.output, "settings")[0].startswith(f"PROBLEM HEALTHER_{setting}: ")
    assert "canary" not in result.output
