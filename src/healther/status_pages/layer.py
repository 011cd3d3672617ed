"""The layer in front of the app: answers public pages from memory, and gives each custom domain its page only.

Plain ASGI. A hit costs some microseconds; everything else goes on to the routes.
"""

import re
from uuid import UUID

import structlog
from starlette.datastructures import State
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from healther.core.db import TRANSIENT_ERRORS, first_line
from healther.core.errors import UnavailableProblem
from healther.core.settings import Settings
from healther.observability.metrics import PAGE_ANSWERS
from healther.status_pages.assets import FILES, PREFIX
from healther.status_pages.domains import OwnHosts, host_of
from healther.status_pages.entry import Entry
from healther.status_pages.pages import StatusPages
from healther.status_pages.render import base_of
from healther.status_pages.wishes import wish_of

log = structlog.get_logger()

NOWHERE = "/status/-/-"
"""Where no page ever is: what a custom domain does not have is asked for here, and not found."""
_MOST_OWN = 256
# What machines ask, under whatever name they reach healther by, is not a page's to take away.
_FOR_MACHINES = frozenset({"/healthz", "/readyz", "/metrics"})
# What is written here decides what pages a workspace has, and who may see them.
_PAGES_WRITTEN = re.compile(r"/api/v1/workspaces/([^/]+)(?:/status-pages(?:/.*)?)?/?")
_FROM_MEMORY, _RENDERED = PAGE_ANSWERS.labels("memory"), PAGE_ANSWERS.labels("rendered")


class StatusPageLayer:
    """Wraps the app, whose `state.status_pages` it asks.

    `strict_transport` goes on answers under healther's own hosts.
    """

    def __init__(self, app: ASGIApp, state: State, settings: Settings, *, strict_transport: str | None) -> None:
        self._app = app
        self._state = state
        self._own = OwnHosts(settings)
        self._known_own: set[bytes] = {b""}
        self._extra = [(b"strict-transport-security", strict_transport.encode())] if strict_transport else []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        header = next((value for name, value in scope["headers"] if name == b"host"), b"")
        path: str = scope["path"]
        if header not in self._known_own and path not in _FOR_MACHINES and not self._is_own(header):
            entry = await self._page_of(host_of(header))
            if entry is not None:
                await self._on_domain(entry, scope, receive, send)
                return
        if path.startswith(("/status/", "/badge/")):
            await self._public(path, scope, receive, send, self._extra)
        elif scope["method"] not in ("GET", "HEAD") and (written := _PAGES_WRITTEN.fullmatch(path)):
            await self._app(scope, receive, self._forgetting(written[1], send))
        else:
            await self._app(scope, receive, send)

    def _forgetting(self, workspace_id: str, send: Send) -> Send:
        """Forgets the workspace's pages once the write is committed, which is before its answer begins."""

        async def send_forgetting(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] < 300:
                pages: StatusPages = self._state.status_pages
                pages.forget(UUID(workspace_id))
            await send(message)

        return send_forgetting

    def _is_own(self, header: bytes) -> bool:
        if host_of(header) not in self._own:
            return False
        if len(self._known_own) < _MOST_OWN:
            self._known_own.add(header)
        return True

    async def _page_of(self, host: str) -> Entry | None:
        pages: StatusPages = self._state.status_pages
        try:
            return await pages.find(host)
        except (*TRANSIENT_ERRORS, UnavailableProblem) as error:
            # A host that nobody knows is healther's own, as without pages: its routes say that the database is away.
            log.warning("the page of a domain could not be looked up", error=first_line(error))
            return None

    async def _on_domain(self, entry: Entry, scope: Scope, receive: Receive, send: Send) -> None:
        """The page at `/`, and what belongs to it; anything else of healther is not found under this host."""
        look, path = entry.source.look, scope["path"]
        base, badge = base_of(look), f"/badge/{look.slug}"
        if path in ("/", base):
            path = base
        elif not path.startswith((f"{base}.", f"{base}/", f"{badge}.", f"{badge}/", PREFIX)):
            path = NOWHERE
        scope = {**scope, "path": path, "raw_path": path.encode()}

        async def send_without_transport(message: Message) -> None:
            # healther's promise to speak https only is not one for somebody else's domain.
            if message["type"] == "http.response.start":
                message["headers"] = [each for each in message["headers"] if each[0] != b"strict-transport-security"]
            await send(message)

        await self._public(path, scope, receive, send_without_transport, [])

    async def _public(
        self, path: str, scope: Scope, receive: Receive, send: Send, extra: list[tuple[bytes, bytes]]
    ) -> None:
        method = scope["method"]
        if method not in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        pages: StatusPages = self._state.status_pages
        answer = pages.hit(path, wish_of(scope)) or FILES.answers.get(path)
        if answer is not None:
            _FROM_MEMORY.inc()
            await answer.send(scope, send, extra)
            return
        _RENDERED.inc()
        if method == "HEAD":
            await self._app({**scope, "method": "GET"}, receive, _head_only(send))
        else:
            await self._app(scope, receive, send)


def _head_only(send: Send) -> Send:
    """Sends the head of an answer and, for its body, nothing (RFC 9110, 9.3.2)."""

    async def send_head(message: Message) -> None:
        if message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await send(message)

    return send_head
