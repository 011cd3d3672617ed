"""An HTTP request as it is sent: encoded once, and what remains of it after a redirect."""

from dataclasses import dataclass
from importlib.metadata import version

from healther.net.target import Target
from healther.net.tls import TlsOptions

USER_AGENT = f"healther/{version('healther')}"
BODY_METHODS = frozenset({"POST", "PUT", "PATCH"})

Headers = tuple[tuple[str, str], ...]

SHARED_HEADERS: Headers = (("User-Agent", USER_AGENT), ("Accept", "*/*"), ("Accept-Encoding", "gzip, deflate"))


@dataclass(frozen=True, slots=True)
class Request:
    """One request, wherever it goes: `headers` without Host, which comes from the target unless it is among them."""

    method: str
    headers: Headers
    body: bytes
    tls: TlsOptions

    def encode(self, target: Target) -> bytes:
        """The bytes on an HTTP/1.1 connection that is used once."""
        lines = [f"{self.method} {target.path} HTTP/1.1"]
        if not any(name.lower() == "host" for name, _ in self.headers):
            lines.append(f"Host: {target.authority}")
        lines += [f"{name}: {value}" for name, value in self.headers]
        lines += ["Connection: close", "", ""]
        return "\r\n".join(lines).encode() + self.body

    def http2_headers(self, target: Target) -> Headers:
        """The same request for HTTP/2: pseudo headers first, names in lower case (RFC 9113, 8.3.1)."""
        host = next((value for name, value in self.headers if name.lower() == "host"), target.authority)
        own = tuple((name.lower(), value) for name, value in self.headers if name.lower() != "host")
        pseudo = ((":method", self.method), (":scheme", target.scheme), (":authority", host), (":path", target.path))
        return pseudo + own

    def redirected(self, status: int, *, same_origin: bool) -> "Request":
        """The request after a redirect: GET where RFC 9110 (15.4) or every browser says so, and across origins
        without anything that could be a credential: own headers, authorization, body, client certificate."""
        method, headers, body, tls = self.method, self.headers, self.body, self.tls
        if (status == 303 and method != "HEAD") or (status in (301, 302) and method == "POST"):
            method, body = "GET", b""
            headers = tuple(pair for pair in headers if not pair[0].lower().startswith("content-"))
        if not same_origin:
            body = b""
            headers = SHARED_HEADERS
            if method in BODY_METHODS:
                headers += (("Content-Length", "0"),)
            tls = TlsOptions(verify=tls.verify, http2=tls.http2)
        return Request(method, headers, body, tls)
