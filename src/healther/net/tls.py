"""TLS on top of a Connection: shared contexts, the handshake, certificate facts and reasons people understand."""

import contextlib
import functools
import os
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from cryptography import x509

from healther.core.clock import to_ms, to_utc
from healther.net.errors import Failure, NetError

CA_FILES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)
CACHED_CONTEXTS = 64

_EXPIRED, _NOT_YET_VALID = 10, 9
_WRONG_HOST = frozenset({62, 64})
_SELF_SIGNED = frozenset({18, 19})


@dataclass(frozen=True, slots=True)
class TlsOptions:
    """How a handshake is made: verified or not, with a client certificate (PEM texts), offering HTTP/2."""

    verify: bool = True
    client_certificate: str | None = None
    client_key: str | None = None
    http2: bool = False
    alpn: bool = True
    """Whether HTTP is named as the protocol: other protocols' servers may refuse it."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """What is told of a leaf certificate; times in milliseconds since the epoch."""

    subject: str
    issuer: str
    not_before_ms: int
    not_after_ms: int
    sha256: str
    """Of the whole certificate, in hexadecimal."""


@functools.lru_cache(maxsize=4096)
def read_certificate(der: bytes) -> Certificate | None:
    """The facts of a DER certificate; None when it cannot be parsed (OpenSSL is more lenient than RFC 5280)."""
    try:
        certificate = x509.load_der_x509_certificate(der)
        return Certificate(
            subject=certificate.subject.rfc4514_string(),
            issuer=certificate.issuer.rfc4514_string(),
            not_before_ms=to_ms(certificate.not_valid_before_utc),
            not_after_ms=to_ms(certificate.not_valid_after_utc),
            sha256=sha256(der).hexdigest(),
        )
    except ValueError:
        return None


def find_ca_file() -> str | None:
    """The machine's bundle of trusted authorities: SSL_CERT_FILE, OpenSSL's own, then the usual places."""
    paths = ssl.get_default_verify_paths()
    return next((path for path in (paths.cafile, *CA_FILES) if path and os.path.isfile(path)), None)


class TlsContexts:
    """Contexts shared by all checks: making one costs 20 ms and its default verify paths 0.2 ms a handshake."""

    def __init__(self, ca_file: str | None = None) -> None:
        self._ca_file = ca_file or find_ca_file()
        self.get = functools.lru_cache(CACHED_CONTEXTS)(self._make)

    def _make(self, options: TlsOptions) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        if not options.verify:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        elif self._ca_file is None:
            raise NetError("misconfigured", "no bundle of certificate authorities found: install ca-certificates")
        else:
            context.load_verify_locations(cafile=self._ca_file)
        if options.alpn:
            context.set_alpn_protocols(["h2", "http/1.1"] if options.http2 else ["http/1.1"])
        if options.client_certificate:
            load_client_certificate(context, options.client_certificate, options.client_key or "")
        return context


def load_client_certificate(context: ssl.SSLContext, certificate: str, key: str) -> None:
    """Loads PEM texts, never touching the disk; raises NetError(misconfigured) when they do not fit together."""
    with _memory_file(certificate) as certificate_path, _memory_file(key) as key_path:
        try:
            context.load_cert_chain(certificate_path, key_path, password=_no_password)
        except (ssl.SSLError, ValueError) as error:
            raise NetError("misconfigured", f"the client certificate and key cannot be used: {error}") from error


def _no_password() -> str:
    raise ValueError("the key has a passphrase; store it without one")


@contextlib.contextmanager
def _memory_file(text: str) -> Iterator[str]:
    fd = os.memfd_create("healther-pem", os.MFD_CLOEXEC)
    try:
        os.write(fd, text.encode())
        yield f"/proc/self/fd/{fd}"
    finally:
        os.close(fd)


def explain(error: ssl.SSLError, host: str, certificate: Certificate | None) -> NetError:
    """The closed-list reason and a message to act on for a handshake that failed."""
    if isinstance(error, ssl.SSLCertVerificationError):
        reason, message = _explain_verification(error, host, certificate)
        return NetError(reason, message)
    detail = (error.reason or str(error) or "unknown error").replace("_", " ").lower()
    hint = ""
    if error.reason in ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG"):
        hint = "; does the port speak TLS? try http://"
    elif error.reason and "CERTIFICATE_REQUIRED" in error.reason:
        hint = "; the server wants a client certificate"
    return NetError("tls_failed", f"TLS handshake with {host} failed: {detail}{hint}")


def _explain_verification(
    error: ssl.SSLCertVerificationError, host: str, certificate: Certificate | None
) -> tuple[Failure, str]:
    code = error.verify_code
    if code in (_EXPIRED, _NOT_YET_VALID):
        word, at_ms = "expired", certificate.not_after_ms if certificate else None
        if code == _NOT_YET_VALID:
            word, at_ms = "is not valid before", certificate.not_before_ms if certificate else None
        when = f" {to_utc(at_ms):%Y-%m-%d %H:%M} UTC" if at_ms is not None else ""
        if code == _EXPIRED:
            when = when and f" on{when}"
        return "tls_expired", f"the certificate of {host} {word}{when}: renew it on the server"
    names = f" ({certificate.subject})" if certificate and certificate.subject else ""
    if code in _WRONG_HOST:
        return "tls_wrong_host", f"the certificate{names} is not for {host}"
    if code in _SELF_SIGNED:
        return "tls_untrusted", f"the certificate{names} of {host} is self-signed or from an unknown authority"
    issuer = f", issued by {certificate.issuer}" if certificate and certificate.issuer else ""
    return "tls_untrusted", f"the certificate of {host}{issuer} is not trusted: {error.verify_message}"
