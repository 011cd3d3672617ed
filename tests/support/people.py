"""A person using a running healther over HTTP."""

from typing import Any
from uuid import UUID

import httpx

PASSWORD = "correct horse battery"
_CHECKS_MOST = 3


class Client:
    """Somebody signed in at one API; `api` may be changed to go through another one."""

    def __init__(self, api: str, email: str = "ada@example.org") -> None:
        self.http = httpx.Client(timeout=30)
        self.api = api
        self.email = email

    def register(self) -> None:
        """Makes the account."""
        body = {"email": self.email, "full_name": "Ada", "password": PASSWORD}
        self.call("POST", "/auth/register", 201, json=body)

    def sign_in(self) -> None:
        """Takes a token; sent with every request from then on."""
        answer = self.call("POST", "/auth/token", 200, data={"username": self.email, "password": PASSWORD})
        self.http.headers["Authorization"] = f"Bearer {answer['access_token']}"

    def workspace(self, name: str, **fields: object) -> "Workspace":
        """A new workspace of theirs."""
        return Workspace(self, self.call("POST", "/workspaces", 201, json={"name": name, **fields}))

    def call(self, method: str, path: str, expected: int = 200, **options: Any) -> Any:  # noqa: ANN401 - JSON
        """One request under /api/v1; its JSON. Fails unless it has the expected status."""
        answer = self.http.request(method, f"{self.api}/api/v1{path}", **options)
        assert answer.status_code == expected, (method, path, answer.status_code, answer.text)
        return answer.json() if answer.content else None


class Workspace:
    """A workspace, through the client who made it."""

    def __init__(self, client: Client, made: dict[str, Any]) -> None:
        self.client = client
        self.id: str = made["id"]
        self.slug: str = made["slug"]
        self.path = f"/workspaces/{self.id}"

    def watch(self, url: str, **fields: object) -> UUID:
        """A new watcher at the shortest cadence; its id."""
        body = {"name": "Shop", "url": url, "every_value": 10, "every_unit": "seconds", "timeout_ms": 2_000, **fields}
        return UUID(self.client.call("POST", f"{self.path}/watchers", 201, json=body)["id"])

    def watcher(self, watcher_id: UUID) -> dict[str, Any]:
        """How it is now."""
        shown: dict[str, Any] = self.client.call("GET", f"{self.path}/watchers/{watcher_id}")
        return shown

    def state(self, watcher_id: UUID) -> str:
        """Its state's word."""
        return str(self.watcher(watcher_id)["state"])

    def checked(self, watcher_id: UUID, status: str) -> dict[str, Any]:
        """Has it checked now until that ends like this; its event. The first may be one that was under way before."""
        path = f"{self.path}/watchers/{watcher_id}/check"
        for _ in range(_CHECKS_MOST):
            event: dict[str, Any] = self.client.call("POST", path)
            if event["status"] == status:
                return event
        raise AssertionError(f"checked {_CHECKS_MOST} times and not {status}: {event}")

    def of(self, watcher_id: UUID, path: str, **params: object) -> Any:  # noqa: ANN401 - JSON
        """GET on something of a watcher."""
        return self.client.call("GET", f"{self.path}/watchers/{watcher_id}/{path}", params=params)
