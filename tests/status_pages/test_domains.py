"""Custom domains: a page for itself, and nothing of healther beside it."""

import pytest
from starlette.types import Message

from tests.support.api import Api
from tests.support.status_pages import cut_off, look, make_page, workspace_with


async def test_a_custom_domain_serves_its_page_at_its_root_and_nothing_else(api: Api) -> None:
    owner, workspace, (shop,) = await workspace_with(api, "Shop")
    await make_page(owner, workspace, [shop], custom_domain="status.example.org")
    page = (await look(api, "/status/acme-status")).text
    assert '<link rel="canonical" href="https://status.example.org/">' in page
    for host in ("status.example.org", "STATUS.Example.ORG:8443", "status.example.org."):
        assert (await look(api, "/", host=host)).text == page
        head = await look(api, "/", host=host, method="HEAD")
        assert (head.status_code, head.content) == (200, b"")
    host = "status.example.org"
    for path in (
        "/status/acme-status",
        "/status/acme-status.json",
        "/badge/acme-status/shop.svg",
        "/status/acme-status/embed",
    ):
        assert (await look(api, path, host=host)).status_code == 200, path
    style = page.partition('rel="stylesheet" href="')[2].partition('"')[0]
    assert (await look(api, style, host=host)).status_code == 200
    for path in (
        "/status/acme", "/status/acme.json", "/badge/acme/shop.svg", "/api/v1/openapi.json",
        "/api/v1/workspaces", "/index.html", "/assets/x.js", "/status/acme-status2", "/login", "/status/",
    ):  # fmt: skip
        answer = await look(api, path, host=host)
        assert answer.status_code == 404, path
        assert "Strict-Transport-Security" not in answer.headers
    assert (await look(api, "/healthz", host=host)).status_code == 200, "machines are answered under every name"
    form = {"username": owner.email, "password": "x"}
    http = api.client(base="")
    answer = await http.post("/api/v1/auth/token", data=form, headers={"Host": host})
    assert answer.status_code == 405
    for other in ("testserver", "unknown.example.org", "127.0.0.1:8000", "[::1]:8000", "localhost", "\x00", "x" * 300):
        assert (await look(api, "/healthz", host=other)).status_code == 200, other
        assert (await look(api, "/status/acme", host=other)).status_code == 200, other


async def test_a_host_that_nobody_knows_is_healther_s_own_even_without_a_database(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut_off(api, monkeypatch)
    assert (await look(api, "/healthz", host="never-seen.example.org")).status_code == 200


@pytest.mark.parametrize("hosts", [(), ("testserver", "testserver"), ("testserver", "status.example.org")])
async def test_a_request_that_names_no_host_or_several_is_refused(sqlite_api: Api, hosts: tuple[str, ...]) -> None:
    sent: list[Message] = []
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "path": "/healthz",
        "raw_path": b"/healthz",
        "query_string": b"",
        "headers": [(b"host", host.encode()) for host in hosts],
    }

    async def receive() -> Message:
        return {"type": "http.request", "body": b""}

    async def send(message: Message) -> None:
        sent.append(message)

    await sqlite_api.app(scope, receive, send)
    assert sent[0]["status"] == 400
    assert (b"x-content-type-options", b"nosniff") in [(name.lower(), value) for name, value in sent[0]["headers"]]
