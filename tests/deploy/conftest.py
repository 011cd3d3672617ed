"""What the tests of Nginx share: an API, and Nginx in front of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.support.nginx import NGINX, WITHOUT, Nginx, nginx_before
from tests.support.people import Client
from tests.support.process_fixtures import processes, running_target
from tests.support.processes import Processes, Server

__all__ = ["processes", "running_target", "site"]


@dataclass
class Site:
    """An API, Nginx in front of it, and a client of each that follows nothing and asks for pages as a browser does."""

    processes: Processes
    api: Server
    nginx: Nginx
    http: httpx.Client

    def get(self, path: str, **headers: str) -> httpx.Response:
        """Through Nginx."""
        return self.http.get(f"{self.nginx.url}{path}", headers=headers)

    def direct(self, path: str, **headers: str) -> httpx.Response:
        """Past it."""
        return self.http.get(f"{self.api.url}{path}", headers=headers)

    def person(self, name: str) -> Client:
        """Somebody new, signed in through Nginx; closed with the processes."""
        client = self.processes.client(self.api, f"{name}@example.org")
        client.api = self.nginx.url
        client.register()
        client.sign_in()
        return client


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Running: `healther up` on SQLite behind Nginx."""
    if NGINX is None:
        pytest.skip(WITHOUT)
    home: Path = tmp_path_factory.mktemp("site")
    processes = Processes(home, TRUSTED_PROXIES="127.0.0.1", PUBLIC_URL="https://healther.example.org")
    # Anybody may sign up here, so a domain is proven or the operator's to give.
    processes.settings(DATABASE_URL=f"sqlite+aiosqlite:///{home}/healther.db", TRUSTED_DOMAINS="*.shop.example")
    try:
        api = processes.up()
        with nginx_before(api.url, home / "nginx", "https://healther.example.org") as nginx, httpx.Client() as http:
            yield Site(processes, api, nginx, http)
            print(nginx.log)  # noqa: T201 - shown when a test failed
    finally:
        processes.end()
