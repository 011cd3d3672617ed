"""A request of HTTP/1.1 names one host (RFC 9112, 3.2): by it a page's own domain is found."""

from starlette.types import ASGIApp, Receive, Scope, Send

from healther.app.edge import SECURITY_HEADERS
from healther.app.problems import problem_response


class OneHost:
    """Refuses a request that names none, or several: a proxy in front may have gone by another of them."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            hosts = sum(name == b"host" for name, _ in scope["headers"])
            if hosts > 1 or (hosts == 0 and scope["http_version"] == "1.1"):
                await _refusal(scope)(scope, receive, send)
                return
        await self._app(scope, receive, send)


def _refusal(scope: Scope) -> ASGIApp:
    return problem_response(
        scope,
        status=400,
        slug="bad-request",
        title="Bad Request",
        detail="A request names its host in one Host header.",
        headers=SECURITY_HEADERS,
    )
