"""`healther check` as people and scripts use it."""

import json
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.support.servers import free_port


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        if self.path == "/slow":
            time.sleep(0.05)
        body = f"hello {self.headers.get('X-Name', 'nobody')} {self.headers.get('Authorization', '')}".encode()
        self.send_response(503 if self.path == "/broken" else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Silence."""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """A small site on loopback."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def check(run):
    """`check(url, *options)` with loopback allowed."""
    return lambda url, *options: run("check", url, "--allow", "127.0.0.0/8", *options)


def test_a_healthy_service_is_exit_0_with_a_waterfall(check, site):
    result = check(f"{site}/moved", "--expect-body", "hello Ada", "--header", "X-Name: Ada")
    assert result.exit_code == 0
    for words in ("/moved", "302", "200 (HTTP/1.1)", "connect", "first byte", "transfer", "█", "✔ healthy"):
        assert words in result.output
    assert result.output.index("302") < result.output.index("200 (HTTP")


def test_a_slow_service_is_degraded_and_exit_1(check, site):
    result = check(f"{site}/slow", "--degraded-after-ms", "20")
    assert result.exit_code == 1
    assert "▲ degraded slow: answered in" in result.output


@pytest.mark.parametrize(
    ("path", "options", "words"),
    [
        ("/broken", (), "status_mismatch: expected status 200-299, got 503 Service Unavailable"),
        ("/", ("--expect-body", "farewell"), "body_mismatch: expected the body to contain 'farewell'"),
        ("/", ("--expect-status", "404"), "status_mismatch"),
        ("/moved", ("--max-redirects", "0"), "got 302 Found"),
    ],
)
def test_a_service_that_is_down_is_exit_2_and_says_why(check, site, path, options, words):
    result = check(site + path, *options)
    assert result.exit_code == 2
    assert "✘ down" in result.output
    assert words in result.output


def test_nothing_listening_is_down(check):
    result = check(f"http://127.0.0.1:{free_port()}/")
    assert result.exit_code == 2
    assert "connect_refused" in result.output


def test_a_blocked_address_is_exit_3_and_names_the_option_that_allows_it(run, site):
    result = run("check", site)
    assert result.exit_code == 3
    assert "? unknown blocked" in result.output
    flag = result.output.partition("here: ")[2].split()
    assert flag[0] == "--allow"
    assert run("check", site, *flag[:2]).exit_code == 0


def test_the_operators_setting_is_honoured(run, site):
    assert run("check", site, HEALTHER_ALLOW_NETWORKS="127.0.0.0/8").exit_code == 0


def test_json_has_everything_and_nothing_secret(check, site):
    result = check(f"{site}/", "--json", "--bearer", "t0p-secret", "--header", "X-Name: Ada-secret")
    assert result.exit_code == 0
    seen = json.loads(result.output)
    assert (seen["http_version"], seen["tls_version"], seen["tls_cipher"]) == ("1.1", None, None)
    assert seen["status"] == "healthy"
    assert seen["response_status"] == 200
    assert seen["phases"]["first_byte_ms"] > 0
    assert seen["hops"][0]["address"] == "127.0.0.1"
    assert seen["body_excerpt"] == "hello [hidden] [hidden]"
    assert "secret" not in result.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("file:///etc/passwd",), "url: only http:// and https:// can be checked (got file:)"),
        (("http://2130706433/",), "four decimal numbers"),
        (("http://example.com", "--expect-status", "9"), "expected_status:"),
        (("http://example.com", "-X", "GE T"), "method: must be 'GET', 'HEAD'"),
        (("http://example.com", "--timeout-ms", "-1"), "'--timeout-ms': must be 100 or more"),
        (("http://example.com", "--header", "nonsense"), "has no colon"),
        (("http://example.com", "--allow", "everything"), "'everything' is not a network"),
        (("http://example.com", "--user", "me:pw", "--bearer", "x"), "not both"),
        (("http://example.com", "--user", "me"), "--user has no colon"),
        (("http://example.com", "--dns-server", "x"), "'x' is not ip or ip:port"),
        (("http://example.com", "--dns-server", "127.0.0.1:99999"), "the port must be between 1 and 65535"),
        (("https://example.com", "--ca-file", __file__), "holds no certificates"),
        (("https://example.com", "--client-certificate", sys.executable), "cannot be read"),
    ],
)
def test_a_wrong_option_is_a_sentence_and_exit_3(run, arguments, words):
    result = run("check", *arguments)
    assert result.exit_code == 3
    assert words in result.output
    assert "Traceback" not in result.output
