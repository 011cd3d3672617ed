"""What a probe is given and what it answers: context in, facts out."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from healther.net.response import Phases

if TYPE_CHECKING:
    from healther.net.client import Net


__all__ = [
    "INCONCLUSIVE_REASONS",
    "NETWORK_REASONS",
    "Compilable",
    "Hop",
    "NetOnly",
    "Observation",
    "Phases",
    "Probe",
    "ProbeContext",
    "ProbeError",
    "Reason",
    "Trace",
]


class Reason(StrEnum):
    """Why a check failed, from one closed list; each has its line in docs/probes/http.md."""

    DNS_FAILED = "dns_failed"
    CONNECT_REFUSED = "connect_refused"
    CONNECT_TIMEOUT = "connect_timeout"
    CONNECT_FAILED = "connect_failed"
    TLS_EXPIRED = "tls_expired"
    TLS_WRONG_HOST = "tls_wrong_host"
    TLS_UNTRUSTED = "tls_untrusted"
    TLS_FAILED = "tls_failed"
    TIMEOUT = "timeout"
    CONNECTION_LOST = "connection_lost"
    BLOCKED = "blocked"
    TOO_MANY_REDIRECTS = "too_many_redirects"
    BAD_RESPONSE = "bad_response"
    STATUS_MISMATCH = "status_mismatch"
    BODY_MISMATCH = "body_mismatch"
    SLOW = "slow"
    CERTIFICATE_EXPIRING = "certificate_expiring"
    NO_NETWORK = "no_network"
    MISCONFIGURED = "misconfigured"
    INTERNAL = "internal"


# Failures that our own line could have caused: only these make healther ask its reference targets.
NETWORK_REASONS = frozenset(
    {Reason.DNS_FAILED, Reason.CONNECT_TIMEOUT, Reason.CONNECT_FAILED, Reason.TIMEOUT, Reason.CONNECTION_LOST}
)
# Not the service's fault: healther did not get to look. These never count as downtime.
INCONCLUSIVE_REASONS = frozenset({Reason.BLOCKED, Reason.NO_NETWORK, Reason.MISCONFIGURED, Reason.INTERNAL})


class ProbeError(Exception):
    """A failure with a reason from the closed list and a message a person can act on (no secrets in it)."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message


@dataclass(slots=True)
class Hop:
    """One request of a traced check, for people: never contains request secrets."""

    url: str
    address: str | None = None
    status: int | None = None
    http_version: str | None = None
    headers: list[tuple[str, str]] = field(default_factory=list)
    phases: Phases = field(default_factory=Phases)


@dataclass(slots=True)
class Trace:
    """What a traced check saw beyond the facts that are stored: for `healther check` and the dry run."""

    hops: list[Hop] = field(default_factory=list)
    certificate_subject: str | None = None
    certificate_issuer: str | None = None
    body_bytes: int = 0
    body_excerpt: str = ""


@dataclass(slots=True)
class Observation:
    """The facts of one check. `reason` None = everything expected was found."""

    phases: Phases
    response_time_ms: float | None = None
    """The sum of the phases, redirects included; None when no complete response was received."""
    response_status: int | None = None
    reason: Reason | None = None
    message: str | None = None
    certificate_not_after_ms: int | None = None
    """When the leaf certificate ends, milliseconds since the epoch."""
    address: str | None = None
    """The one that was dialled last."""
    certificate_sha256: str | None = None
    """Of the leaf certificate, in hexadecimal."""
    http_version: str | None = None
    """Of the response that came last."""
    tls_version: str | None = None
    """As OpenSSL calls it, of the connection that was opened last; so is `tls_cipher`."""
    tls_cipher: str | None = None


@dataclass(slots=True)
class ProbeContext:
    """What a probe may use: the guarded network, a total deadline, and whether someone wants to read the details."""

    net: "Net"
    deadline: float
    """On `time.monotonic()`'s clock, seconds. The probe has answered by then."""
    trace: Trace | None = None


@runtime_checkable
class Probe(Protocol):
    """A kind of check: a frozen Pydantic model with a `kind` and a `run`."""

    async def run(self, context: ProbeContext) -> Observation:
        """Looks once and says what it saw; never raises for what a target does."""
        ...


@runtime_checkable
class Compilable(Protocol):
    """A probe that needs little of its configuration to run: an engine keeps one of every watcher in memory."""

    def compiled(self) -> Probe:
        """The same check without the configuration it was made of."""
        ...


@runtime_checkable
class NetOnly(Protocol):
    """A probe that knows of itself whether a check of it awaits anything but the guarded network."""

    @property
    def awaits_net_only(self) -> bool:
        """Then it runs without a task: no thread, no `asyncio.timeout`, no stream of asyncio's."""
        ...
