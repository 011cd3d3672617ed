"""The course of one HTTP check: hop by hop, from the name to the last byte, and what that says.

This is the hot path: one function, few objects. Every call here is made with cold caches, between two system calls.
"""

import time
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

from healther.net import http1, http2
from healther.net.client import CertificateError
from healther.net.errors import DeadlineError, NetError
from healther.net.response import Phases, Progress, Response
from healther.net.target import Target, join_url
from healther.net.tls_stream import TlsStream
from healther.probes._http_body import judge_body
from healther.probes._http_expect import describe_status
from healther.probes._http_plan import Plan
from healther.probes._http_secrets import without_secrets
from healther.probes._http_trace import HopTrace
from healther.probes.base import Observation, ProbeContext, Reason

REDIRECTS = frozenset({301, 302, 303, 307, 308})

_LATE = {
    "dns": (Reason.DNS_FAILED, "the name servers did not answer for {host}"),
    "connect": (Reason.CONNECT_TIMEOUT, "{where} did not answer the connection attempt"),
    "tls": (Reason.TIMEOUT, "the TLS handshake with {where} did not finish"),
    "first_byte": (Reason.TIMEOUT, "connected to {where}, but no response came"),
    "transfer": (Reason.TIMEOUT, "the response of {where} did not end"),
}


async def run(plan: Plan, context: ProbeContext) -> Observation:
    """One check of a plan; a failure becomes an Observation with a reason, whatever the target does."""
    observation = Observation(Phases())
    target, request, encoded = plan.target, plan.request, plan.encoded
    keep_body = plan.body is not None or context.trace is not None
    started = time.monotonic()
    hops = 0
    while True:
        progress = Progress(observation.phases)
        traced = HopTrace(context.trace, target, plan, progress) if context.trace is not None else None
        stream = None
        try:
            stream = await context.net.open(target, context.deadline, progress, request.tls)
            certificate = stream.certificate()
            if certificate is not None:
                observation.certificate_not_after_ms = certificate.not_after_ms
                observation.certificate_sha256 = certificate.sha256
            if request.tls.http2 and isinstance(stream, TlsStream) and stream.is_http2:
                response = await http2.exchange(
                    stream,
                    request.http2_headers(target),
                    request.body,
                    progress,
                    keep_body=keep_body,
                    max_body_bytes=plan.max_body_bytes,
                )
            else:
                response = await http1.exchange(
                    stream,
                    encoded,
                    progress,
                    head_only=request.method == "HEAD",
                    keep_body=keep_body,
                    max_body_bytes=plan.max_body_bytes,
                )
            observation.response_status = response.status
            observation.http_version = response.http_version
            if traced is not None:
                traced.answered(response, stream)
            if response.status in REDIRECTS and hops < plan.max_redirects:
                following = _following(target, response)
            else:
                following = None
        except (NetError, DeadlineError) as error:
            _fail(observation, error, target, progress, started)
            # A redirect may lead to a host that is named after what was sent in confidence.
            observation.message = f"{without_secrets(observation.message or '', plan)}{_after(hops)}"
            return observation
        finally:
            observation.address = progress.address
            secured = None
            if stream is not None:
                secured = stream.secured()
                stream.close()
            observation.tls_version, observation.tls_cipher = secured or (None, None)
            if traced is not None:
                traced.end()
        if following is None:
            break
        request = request.redirected(response.status, same_origin=following.origin == target.origin)
        target = following
        encoded = request.encode(target)
        hops += 1
    _judge_status(plan, response, hops, observation)
    if keep_body:
        await judge_body(plan, response, observation, context)
    return observation


def _following(base: Target, response: Response) -> Target | None:
    """Where a redirect leads; None when it says nothing. The Location is UTF-8 in practice, with spaces at times."""
    location = response.header(b"location")
    if location is None:
        return None
    text = location.encode("latin-1").decode("utf-8", "replace").strip().replace(" ", "%20")
    try:
        return join_url(base, text)
    except ValueError as error:
        raise NetError("bad_response", f"{base.host} redirects to a place that cannot be followed: {error}") from error


def _fail(
    observation: Observation,
    error: NetError | DeadlineError,
    target: Target,
    progress: Progress,
    started: float,
) -> None:
    """A hop that did not bring a response."""
    if isinstance(error, NetError):
        observation.reason = Reason(error.reason)
        observation.message = error.message
        if isinstance(error, CertificateError) and error.certificate is not None:
            observation.certificate_not_after_ms = error.certificate.not_after_ms
            observation.certificate_sha256 = error.certificate.sha256
    else:
        observation.reason, text = _LATE[progress.phase]
        where = target.host if progress.address in (None, target.host) else f"{target.host} ({progress.address})"
        text = text.format(host=target.host, where=where)
        observation.message = f"{text} within {time.monotonic() - started:.1f} s"
    observation.response_status = progress.status
    observation.response_time_ms = None
    observation.http_version = None


def _judge_status(plan: Plan, response: Response, hops: int, observation: Observation) -> None:
    """Compares the final response's status with what is expected."""
    observation.response_time_ms = observation.phases.total_ms()
    if response.status in REDIRECTS and plan.max_redirects and response.header(b"location") is not None:
        observation.reason = Reason.TOO_MANY_REDIRECTS
        observation.message = f"more than {plan.max_redirects} redirects"
    elif response.status not in plan.statuses:
        observation.reason = Reason.STATUS_MISMATCH
        observation.message = (
            f"expected status {plan.expected_status}, got {describe_status(response.status)}{_after(hops)}"
        )


def _after(hops: int) -> str:
    return f" (after {hops} redirect{'s' if hops > 1 else ''})" if hops else ""


@dataclass(frozen=True, slots=True)
class CompiledHttpProbe:
    """What a check over HTTP needs, and no more."""

    plan: Plan

    @property
    def awaits_net_only(self) -> bool:
        """A body that is searched may be searched in a thread."""
        return self.plan.body is None

    def run(self, context: ProbeContext) -> Coroutine[Any, Any, Observation]:
        """Looks once, as the probe it was made of does."""
        return run(self.plan, context)
