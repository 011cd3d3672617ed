"""What a traced HTTP check tells people beyond the stored facts, without anything that was sent in confidence."""

from healther.net.response import Response, Timings
from healther.net.target import Target
from healther.net.tls import Certificate
from healther.net.tls_stream import TlsStream
from healther.probes._http_plan import SHARED_HEADERS, Request
from healther.probes.base import Hop, Phases, Trace

EXCERPT_CHARACTERS = 500
HIDDEN = "[hidden]"
MIN_SECRET_LENGTH = 4


def add_tls(trace: Trace, stream: TlsStream, certificate: Certificate | None) -> None:
    """The protocol and the certificate of the latest handshake."""
    trace.tls_version = stream.session.version()
    if certificate is not None:
        trace.certificate_subject = certificate.subject
        trace.certificate_issuer = certificate.issuer


def add_hop(trace: Trace, target: Target, timings: Timings, response: Response | None, request: Request) -> None:
    """One more hop, however far it came."""
    phases = Phases(*(None if part is None else part * 1e3 for part in timings.parts()))
    hop = Hop(url=target.url, address=timings.address, status=timings.status, phases=phases)
    if response is not None:
        hop.http_version = response.http_version
        hop.headers = [
            (name.decode("latin-1"), _without_secrets(value.decode("latin-1"), request))
            for name, value in response.headers
        ]
        trace.body_bytes = response.body_bytes
    trace.hops.append(hop)


def finish_trace(trace: Trace, body: bytes, request: Request) -> None:
    """The beginning of the final body."""
    text = _without_secrets(body[: 4 * EXCERPT_CHARACTERS].decode("utf-8", "replace"), request)
    trace.body_excerpt = text[:EXCERPT_CHARACTERS]


def _without_secrets(text: str, request: Request) -> str:
    """Servers echo: whatever we sent in headers or body is hidden where it comes back."""
    for name, value in request.headers:
        if (name, value) in SHARED_HEADERS or name in ("Content-Length", "Content-Type"):
            continue
        for secret in {value, value.partition(" ")[2]}:
            if len(secret) >= MIN_SECRET_LENGTH:
                text = text.replace(secret, HIDDEN)
    body = request.body.decode("utf-8", "replace")
    return text.replace(body, HIDDEN) if len(body) >= MIN_SECRET_LENGTH else text
