"""What every request passes on its way in and every answer on its way out: plain ASGI, so it costs microseconds."""

import logging
import time
from http import HTTPStatus

import structlog
from fastapi import FastAPI
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from healther.app.problems import answer_failure, answer_problem, operation_of
from healther.app.routers import API_PREFIX
from healther.core.errors import TooLargeProblem, UnreadableKindProblem
from healther.core.ids import new_id
from healther.core.settings import Settings
from healther.observability import metrics

log = structlog.get_logger()

MAX_BODY_BYTES = 1024 * 1024

# OWASP ASVS 5.0, 3.4 and 14.3.2; an answer that brings its own (the public page its Cache-Control) keeps it.
SECURITY_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
# Asked every few seconds by machines: lines that nobody reads.
_POLLED = frozenset({"healthz", "readyz", "metrics"})
# What clients make up is no label.
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
STRICT_TRANSPORT = "max-age=31536000; includeSubDomains"


def add_edge(app: FastAPI, settings: Settings) -> None:
    """Wraps the app; the last one added is the outermost."""
    app.add_middleware(NoMultipart)
    app.add_middleware(BodyLimit, max_bytes=MAX_BODY_BYTES)
    app.add_middleware(FailureBoundary)
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_methods=["GET", "POST", "PATCH", "DELETE"],
            allow_headers=["Authorization", "Content-Type", "If-None-Match", "Last-Event-ID"],
            expose_headers=["ETag", "X-Request-Id", "Retry-After"],
        )
    app.add_middleware(AnswerHeaders, over_https=settings.public_url.startswith("https://"))
    app.add_middleware(RequestContext)


class RequestContext:
    """Gives the request an id, in its log, answer and problem, which clients cannot choose; counts it by route."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = new_id().hex
        scope.setdefault("state", {})["request_id"] = request_id
        started = time.perf_counter()
        status = 0

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = int(message["status"])
                # Until the head is sent: a live stream's body takes as long as somebody listens.
                _count(scope, status, time.perf_counter() - started)
                MutableHeaders(scope=message)["X-Request-Id"] = request_id
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            await self._app(scope, receive, send_with_id)
            route = operation_of(scope)
            log.log(
                logging.DEBUG if route in _POLLED else logging.INFO,
                "request",
                method=scope["method"],
                operation=route,
                status=status,
                took_ms=round((time.perf_counter() - started) * 1000, 2),
            )


def _count(scope: Scope, status: int, took_s: float) -> None:
    route: str = getattr(scope.get("route"), "path", "unmatched")
    # A router's own routes do not know what it hangs under.
    if scope["path"].startswith(API_PREFIX) and route.startswith("/") and not route.startswith(API_PREFIX):
        route = API_PREFIX + route
    method = scope["method"] if scope["method"] in _METHODS else "other"
    metrics.HTTP_REQUESTS.labels(method, route, status).inc()
    metrics.HTTP_DURATION.labels(method, route).observe(took_s)


class AnswerHeaders:
    """Puts the security headers on every answer (A11); one that is unchanged has the headers it came with."""

    def __init__(self, app: ASGIApp, *, over_https: bool) -> None:
        self._app = app
        headers = SECURITY_HEADERS | ({"Strict-Transport-Security": STRICT_TRANSPORT} if over_https else {})
        self._headers = [(name.lower().encode(), value.encode()) for name, value in headers.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            # The headers of a 304 take the place of those a browser has kept: a page would lose its own policy.
            if message["type"] == "http.response.start" and message["status"] != HTTPStatus.NOT_MODIFIED:
                present = {name.lower() for name, _ in message["headers"]}
                if b"content-security-policy" in present:
                    # Whoever brings a policy has said in it who may frame the answer.
                    present.add(b"x-frame-options")
                message["headers"] = [
                    *message["headers"],
                    *(header for header in self._headers if header[0] not in present),
                ]
            await send(message)

        await self._app(scope, receive, send_with_headers)


class FailureBoundary:
    """Turns what nobody expected into a logged, general 500 inside the middlewares that add headers."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def send_and_note(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, send_and_note)
        except Exception as error:
            answer = answer_failure(scope, error)
            if not started:
                await answer(scope, receive, send)


class NoMultipart:
    """Refuses forms in parts, which no route needs, before anybody reads them.

    What reads them decodes each part by the charset that the client names: a mebibyte of punycode holds the process for
    minutes, and Python keeps each name that it does not know for ever (S13).
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        in_parts = scope["type"] == "http" and any(
            name == b"content-type" and b"multipart" in value.lower() for name, value in scope["headers"]
        )
        if in_parts:
            refusal = UnreadableKindProblem("Send forms as application/x-www-form-urlencoded, the rest as JSON.")
            await answer_problem(scope, refusal)(scope, receive, send)
        else:
            await self._app(scope, receive, send)


class BodyLimit:
    """Refuses a body of more than `max_bytes` before anybody reads it, or as soon as it has shown its size (S13)."""

    def __init__(self, app: ASGIApp, *, max_bytes: int) -> None:
        self._app = app
        self._max_bytes = max_bytes
        self._detail = f"A request body has {max_bytes} bytes at most."

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        declared = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        if declared.isdigit() and (len(declared) > 18 or int(declared) > self._max_bytes):
            await answer_problem(scope, TooLargeProblem(self._detail))(scope, receive, send)
            return
        received = 0

        async def receive_counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self._max_bytes:
                # FastAPI lets only its own kind of error through while it reads a body.
                raise HTTPException(TooLargeProblem.status, self._detail)
            return message

        await self._app(scope, receive_counted, send)
