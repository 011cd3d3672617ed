"""What a traced HTTP check tells people beyond the stored facts, without anything that was sent in confidence."""

from dataclasses import replace

from healther.net.connection import Connection
from healther.net.response import Phases, Progress, Response
from healther.net.target import Target
from healther.net.tls_stream import TlsStream
from healther.probes._http_plan import SHARED_HEADERS, Request
from healther.probes.base import Hop, Trace

EXCERPT_CHARACTERS = 500
HIDDEN = "[hidden]"
MIN_SECRET_LENGTH = 4


class HopTrace:
    """One hop, told as it goes and added to the trace when it ends, however far it came."""

    def __init__(self, trace: Trace, target: Target, request: Request, progress: Progress) -> None:
        self._trace = trace
        self._request = request
        self._progress = progress
        self._before = replace(progress.phases)
        self._hop = Hop(url=target.url)

    def answered(self, response: Response, stream: Connection | TlsStream) -> None:
        """There is a response."""
        self._hop.http_version = response.http_version
        self._hop.headers = [
            (name.decode("latin-1"), without_secrets(value.decode("latin-1"), self._request))
            for name, value in response.headers
        ]
        self._trace.body_bytes = response.body_bytes
        if isinstance(stream, TlsStream):
            self._trace.tls_version = stream.session.version()
            certificate = stream.certificate()
            if certificate is not None:
                self._trace.certificate_subject = certificate.subject
                self._trace.certificate_issuer = certificate.issuer

    def end(self) -> None:
        """Nothing more comes."""
        self._hop.address = self._progress.address
        self._hop.status = self._progress.status
        self._hop.phases = _difference(self._progress.phases, self._before)
        self._trace.hops.append(self._hop)


def excerpt(body: bytes, request: Request) -> str:
    """The beginning of a body."""
    text = without_secrets(body[: 8 * EXCERPT_CHARACTERS].decode("utf-8", "replace"), request)
    return text[:EXCERPT_CHARACTERS]


def without_secrets(text: str, request: Request) -> str:
    """Servers echo: whatever we sent in headers or body is hidden where it comes back."""
    for name, value in request.headers:
        if (name, value) in SHARED_HEADERS or name in ("Content-Length", "Content-Type"):
            continue
        for secret in (value, value.partition(" ")[2]):
            if len(secret) >= MIN_SECRET_LENGTH:
                text = text.replace(secret, HIDDEN)
    body = request.body.decode("utf-8", "replace")
    return text.replace(body, HIDDEN) if len(body) >= MIN_SECRET_LENGTH else text


def _difference(after: Phases, before: Phases) -> Phases:
    """What one hop added to the check's phases."""
    parts: list[float | None] = []
    for name in ("dns_ms", "connect_ms", "tls_ms", "first_byte_ms", "transfer_ms"):
        now, then = getattr(after, name), getattr(before, name)
        parts.append(None if now is None or now == then else now - (then or 0.0))
    return Phases(*parts)
