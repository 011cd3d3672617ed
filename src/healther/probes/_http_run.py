"""The course of one HTTP check: hop by hop, from the name to the last byte, and what that says."""

import codecs
import time

from healther.net.client import CertificateError
from healther.net.errors import DeadlineError, NetError
from healther.net.http1 import exchange
from healther.net.response import Response, Timings
from healther.net.target import Target, join_url
from healther.probes._http_expect import describe_status
from healther.probes._http_plan import Plan, Request
from healther.probes._http_trace import add_hop, add_tls, finish_trace
from healther.probes.base import Observation, Phases, ProbeContext, Reason

REDIRECTS = frozenset({301, 302, 303, 307, 308})

_LATE = {
    "dns": (Reason.DNS_FAILED, "the name servers did not answer for {host}"),
    "connect": (Reason.CONNECT_TIMEOUT, "{where} did not answer the connection attempt"),
    "tls": (Reason.TIMEOUT, "the TLS handshake with {where} did not finish"),
    "first_byte": (Reason.TIMEOUT, "connected to {where}, but no response came"),
    "transfer": (Reason.TIMEOUT, "the response of {where} did not end"),
}


async def run(plan: Plan, max_redirects: int, max_body_bytes: int, context: ProbeContext) -> Observation:
    """One check of a plan; a failure becomes an Observation with a reason, whatever the target does."""
    observation = Observation(Phases())
    target, request, encoded = plan.target, plan.request, plan.encoded
    keep_body = plan.body is not None or context.trace is not None
    started = time.monotonic()
    timings = Timings()
    hops = 0
    try:
        while True:
            response = await _hop(target, request, encoded, keep_body, max_body_bytes, context, observation, timings)
            location = response.header(b"location") if response.status in REDIRECTS and max_redirects else None
            if location is None:
                _judge(plan, response, max_body_bytes, hops, observation, context)
                return observation
            if hops == max_redirects:
                raise NetError(
                    "too_many_redirects", f"more than {max_redirects} redirects, the last from {target.host}"
                )
            following = _follow(target, location)
            request = request.redirected(response.status, same_origin=following.origin == target.origin)
            target = following
            encoded = request.encode(target)
            hops += 1
            timings = Timings()
    except NetError as error:
        observation.reason = Reason(error.reason)
        observation.message = error.message
        if isinstance(error, CertificateError) and error.certificate is not None:
            observation.certificate_not_after_ms = error.certificate.not_after_ms
    except DeadlineError:
        observation.reason, text = _LATE[timings.phase]
        where = f"{target.host} ({timings.address})" if timings.address not in (None, target.host) else target.host
        text = text.format(host=target.host, where=where)
        observation.message = f"{text} within {time.monotonic() - started:.1f} s"
    if hops:
        observation.message = f"{observation.message} (after {hops} redirect{'s' if hops > 1 else ''})"
    return observation


async def _hop(
    target: Target,
    request: Request,
    encoded: bytes,
    keep_body: bool,
    max_body_bytes: int,
    context: ProbeContext,
    observation: Observation,
    timings: Timings,
) -> Response:
    """One request and its response on a connection of its own; the observation gets its phases in any case."""
    response: Response | None = None
    observation.response_status = observation.response_time_ms = None
    opened = None
    try:
        opened = await context.net.open(target, context.deadline, timings, request.tls)
        if opened.tls is not None:
            certificate = opened.certificate()
            if certificate is not None:
                observation.certificate_not_after_ms = certificate.not_after_ms
            if context.trace is not None:
                add_tls(context.trace, opened.tls, certificate)
        response = await exchange(
            opened.stream,
            encoded,
            timings,
            head_only=request.method == "HEAD",
            keep_body=keep_body,
            max_body_bytes=max_body_bytes,
        )
    finally:
        if opened is not None:
            opened.close()
        total_ms = _add_phases(observation.phases, timings)
        observation.response_status = timings.status
        if response is not None:
            observation.response_time_ms = total_ms
        if context.trace is not None:
            add_hop(context.trace, target, timings, response, request)
    return response


def _add_phases(phases: Phases, timings: Timings) -> float:
    """Adds a hop's seconds to the check's milliseconds; the total so far."""
    total = 0.0
    if timings.dns_s is not None:
        phases.dns_ms = (phases.dns_ms or 0.0) + timings.dns_s * 1e3
    if timings.connect_s is not None:
        phases.connect_ms = (phases.connect_ms or 0.0) + timings.connect_s * 1e3
    if timings.tls_s is not None:
        phases.tls_ms = (phases.tls_ms or 0.0) + timings.tls_s * 1e3
    if timings.first_byte_s is not None:
        phases.first_byte_ms = (phases.first_byte_ms or 0.0) + timings.first_byte_s * 1e3
    if timings.transfer_s is not None:
        phases.transfer_ms = (phases.transfer_ms or 0.0) + timings.transfer_s * 1e3
    for part in (phases.dns_ms, phases.connect_ms, phases.tls_ms, phases.first_byte_ms, phases.transfer_ms):
        if part is not None:
            total += part
    return total


def _follow(base: Target, location: str) -> Target:
    """The next target; the Location is UTF-8 in practice, and spaces in it are common."""
    text = location.encode("latin-1").decode("utf-8", "replace").strip().replace(" ", "%20")
    try:
        return join_url(base, text)
    except ValueError as error:
        raise NetError("bad_response", f"{base.host} redirects to a place that cannot be followed: {error}") from error


def _judge(
    plan: Plan, response: Response, max_body_bytes: int, hops: int, observation: Observation, context: ProbeContext
) -> None:
    """Compares the final response with what is expected."""
    body = b""
    if response.chunks:
        body = _text(response, max_body_bytes)
        if context.trace is not None:
            finish_trace(context.trace, body, plan.request)
    if response.status not in plan.statuses:
        after = f" after {hops} redirect{'s' if hops > 1 else ''}" if hops else ""
        observation.reason = Reason.STATUS_MISMATCH
        observation.message = f"expected status {plan.expected_status}, got {describe_status(response.status)}{after}"
    elif plan.body is not None and (failure := plan.body.failure(body)) is not None:
        cut = f" (reading stopped at the limit of {max_body_bytes} bytes)" if response.truncated else ""
        observation.reason = Reason.BODY_MISMATCH
        observation.message = failure + cut


def _text(response: Response, max_body_bytes: int) -> bytes:
    """The body without its content encoding, as UTF-8."""
    body = response.decoded_body(max_body_bytes)
    content_type = response.header(b"content-type") or ""
    charset = content_type.lower().partition("charset=")[2].split(";")[0].strip(" \"'")
    if charset in ("", "utf-8", "utf8", "us-ascii"):
        return body
    try:
        codecs.lookup(charset)
        return body.decode(charset, "replace").encode()
    except (LookupError, ValueError):
        return body
