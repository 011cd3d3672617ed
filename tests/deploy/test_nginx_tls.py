"""The example of docs/deployment.md for https by the same Nginx, used as it is; an older Nginx hears HTTP/2 its way."""

import socket
import ssl
from pathlib import Path

import httpx
import pytest
import trustme

from tests.support.docs import ROOT
from tests.support.nginx import NGINX, WITHOUT, nginx_before, nginx_version
from tests.support.processes import Processes
from tests.support.servers import free_port, wait_until

pytestmark = pytest.mark.skipif(NGINX is None, reason=WITHOUT)


def negotiated(port: int, authority: Path) -> str | None:
    """What is spoken with a browser, which knows both."""
    context = ssl.create_default_context(cafile=authority)
    context.set_alpn_protocols(["h2", "http/1.1"])
    with (
        socket.create_connection(("127.0.0.1", port), 10) as plain,
        context.wrap_socket(plain, server_hostname="127.0.0.1") as secure,
    ):
        return secure.selected_alpn_protocol()


def test_https_knows_who_a_client_is_and_plain_http_is_led_there(processes: Processes, tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    certificate = authority.issue_cert("127.0.0.1")
    certificate.cert_chain_pems[0].write_to_path(tmp_path / "healther.crt")
    certificate.private_key_pem.write_to_path(tmp_path / "healther.key")
    secure, plain, inner = free_port(), free_port(), free_port()
    url = f"https://127.0.0.1:{secure}"
    example = (ROOT / "deploy/nginx/examples/tls.conf").read_text()
    for theirs, ours in {"8443": secure, "8081": plain, "8080": inner, "/etc/nginx/tls": tmp_path}.items():
        example = example.replace(theirs, str(ours))
    if nginx_version() < (1, 25, 1):
        example = example.replace("    http2 on;\n", "").replace(" ssl ", " ssl http2 ")
    processes.settings(
        DATABASE_URL=f"sqlite+aiosqlite:///{tmp_path}/healther.db", PUBLIC_URL=url, TRUSTED_PROXIES="127.0.0.1"
    )
    api = processes.up()
    with nginx_before(api.url, tmp_path / "nginx", url, port=inner, also=example) as nginx:
        trusting = ssl.create_default_context(cafile=tmp_path / "ca.pem")
        assert negotiated(secure, tmp_path / "ca.pem") == "h2"
        from_elsewhere = httpx.HTTPTransport(local_address="127.9.8.7", verify=trusting)
        ada = processes.client(api)
        ada.http.close()
        ada.http, ada.api = httpx.Client(transport=from_elsewhere, headers={"X-Forwarded-For": "8.8.8.8"}), url
        ada.register()
        ada.sign_in()
        assert {each["address"] for each in ada.call("GET", "/users/me/sessions")} == {"127.9.8.7"}
        page = ada.http.get(url, headers={"Accept": "text/html"})
        assert page.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
        led = httpx.get(f"http://127.0.0.1:{plain}/w/acme?x=1")
        assert (led.status_code, led.headers["Location"]) == (308, "https://127.0.0.1/w/acme?x=1")
        wait_until(lambda: '"client":"127.9.8.7"' in nginx.access_log.read_text(), "the client is logged")
