"""A probe's configuration made ready to run: parsed, encoded and matched against once, not at every check."""

import base64
import functools
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from healther.net.request import BODY_METHODS, SHARED_HEADERS, Headers, Request
from healther.net.target import Target, parse_url
from healther.net.tls import TlsOptions
from healther.probes._http_expect import BodyExpectation, parse_expected_body, parse_statuses

if TYPE_CHECKING:
    from healther.probes.http import HttpProbe


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything a check needs, computed once per probe."""

    target: Target
    request: Request
    encoded: bytes
    expected_status: str
    statuses: frozenset[int]
    body: BodyExpectation | None
    max_redirects: int
    max_body_bytes: int


def make_plan(probe: "HttpProbe") -> Plan:
    """The plan of a validated probe."""
    target = parse_url(probe.url)
    body = (probe.body or "").encode()
    headers = _headers(probe, body)
    tls = _tls_options(probe.verify_tls, probe.client_certificate, probe.client_key, probe.http2)
    if headers is SHARED_HEADERS and probe.client_certificate is None:
        request = _plain_request(probe.method, tls)
    else:
        request = Request(probe.method, headers, body, tls)
    return Plan(
        target=target,
        request=request,
        encoded=request.encode(target),
        expected_status=probe.expected_status,
        statuses=parse_statuses(probe.expected_status),
        body=parse_expected_body(probe.expected_body) if probe.expected_body else None,
        max_redirects=probe.max_redirects,
        max_body_bytes=probe.max_body_bytes,
    )


@functools.lru_cache
def _plain_request(method: str, tls: TlsOptions) -> Request:
    """Most watchers ask alike: one request for all of them."""
    return Request(method, SHARED_HEADERS, b"", tls)


_SHARED_TLS = {(verify, http2): TlsOptions(verify, http2=http2) for verify in (True, False) for http2 in (True, False)}


def _tls_options(verify: bool, certificate: str | None, key: str | None, http2: bool) -> TlsOptions:
    if certificate is None:
        return _SHARED_TLS[verify, http2]
    return TlsOptions(verify, certificate, key, http2)


def _headers(probe: "HttpProbe", body: bytes) -> Headers:
    given = tuple((name, value.strip(" \t")) for name, value in probe.headers.items())
    if not given and not body and not probe.has_authorization and probe.method not in BODY_METHODS:
        return SHARED_HEADERS
    names = {name.lower() for name, _ in given}
    headers = [pair for pair in SHARED_HEADERS if pair[0].lower() not in names]
    headers += given
    if probe.bearer_token is not None:
        headers.append(("Authorization", f"Bearer {probe.bearer_token}"))
    elif probe.basic_username is not None:
        pair = f"{probe.basic_username}:{probe.basic_password or ''}".encode()
        headers.append(("Authorization", f"Basic {base64.b64encode(pair).decode()}"))
    if body or probe.method in BODY_METHODS:
        if body and "content-type" not in names:
            headers.append(("Content-Type", _guess_type(body)))
        headers.append(("Content-Length", str(len(body))))
    return tuple(headers)


def _guess_type(body: bytes) -> str:
    try:
        json.loads(body)
    except ValueError:
        return "text/plain; charset=utf-8"
    return "application/json"
