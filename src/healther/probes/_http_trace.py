"""What a traced HTTP check tells people beyond the stored facts, without anything that was sent in confidence."""

from dataclasses import replace

from healther.net.connection import Connection
from healther.net.response import Phases, Progress, Response
from healther.net.target import Target
from healther.net.tls_stream import TlsStream
from healther.probes._http_plan import Plan
from healther.probes._http_secrets import hide, without_secrets
from healther.probes.base import Hop, Trace

EXCERPT_CHARACTERS = 500


class HopTrace:
    """One hop, told as it goes and added to the trace when it ends, however far it came."""

    def __init__(self, trace: Trace, target: Target, plan: Plan, progress: Progress) -> None:
        self._trace = trace
        self._plan = plan
        self._progress = progress
        self._before = replace(progress.phases)
        self._hop = Hop(url=without_secrets(target.url, plan))

    def answered(self, response: Response, stream: Connection | TlsStream) -> None:
        """There is a response."""
        self._hop.http_version = response.http_version
        self._hop.headers = [
            (hide(name, self._plan).decode("latin-1"), hide(value, self._plan).decode("latin-1"))
            for name, value in response.headers
        ]
        self._trace.body_bytes = response.body_bytes
        if isinstance(stream, TlsStream):
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


def excerpt(body: bytes, plan: Plan) -> str:
    """The beginning of a body."""
    return hide(body[: 8 * EXCERPT_CHARACTERS], plan).decode("utf-8", "replace")[:EXCERPT_CHARACTERS]


def _difference(after: Phases, before: Phases) -> Phases:
    """What one hop added to the check's phases."""
    parts: list[float | None] = []
    for name in ("dns_ms", "connect_ms", "tls_ms", "first_byte_ms", "transfer_ms"):
        now, then = getattr(after, name), getattr(before, name)
        parts.append(None if now is None or now == then else now - (then or 0.0))
    return Phases(*parts)
