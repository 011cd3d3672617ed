"""An HTTP response as a check sees it, every part of it bounded."""

import zlib
from dataclasses import dataclass, field

from healther.net.errors import NetError

MAX_HEADER_BYTES = 65_536
MAX_INTERIM_RESPONSES = 8
DEFAULT_MAX_BODY_BYTES = 1_048_576


@dataclass(slots=True)
class Timings:
    """Seconds of each phase of one hop, and what was reached; filled as the check goes."""

    phase: str = "dns"
    dns_s: float | None = None
    connect_s: float | None = None
    tls_s: float | None = None
    first_byte_s: float | None = None
    transfer_s: float | None = None
    address: str | None = None
    status: int | None = None

    def parts(self) -> tuple[float | None, ...]:
        """The phases in order."""
        return self.dns_s, self.connect_s, self.tls_s, self.first_byte_s, self.transfer_s


@dataclass(slots=True)
class Response:
    """Status, headers in order, and the body as received: at most the cap, still encoded, empty if not kept."""

    status: int = 0
    http_version: str = "1.1"
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    chunks: list[bytes] = field(default_factory=list)
    body_bytes: int = 0
    truncated: bool = False

    def header(self, name: bytes) -> str | None:
        """The first value of a header, name in lower case; None when absent."""
        for key, value in self.headers:
            if len(key) == len(name) and key.lower() == name:
                return value.decode("latin-1")
        return None

    def decoded_body(self, max_bytes: int) -> bytes:
        """The body without its Content-Encoding, never more than `max_bytes` however well it was packed.

        Raises NetError(bad_response) for a damaged body and for encodings healther does not ask for.
        """
        body = b"".join(self.chunks)
        encoding = (self.header(b"content-encoding") or "identity").strip().lower()
        if encoding in ("identity", "") or not body:
            return body
        if encoding not in ("gzip", "x-gzip", "deflate"):
            raise NetError("bad_response", f"the body is encoded as {encoding!r}, which was not asked for")
        try:
            return _inflate(body, max_bytes, raw=False)
        except zlib.error as error:
            if encoding == "deflate":
                try:
                    return _inflate(body, max_bytes, raw=True)
                except zlib.error:
                    pass
            raise NetError("bad_response", f"the {encoding} body is damaged ({error})") from error


def _inflate(body: bytes, max_bytes: int, *, raw: bool) -> bytes:
    """At most `max_bytes` of clear text; a stream that was cut short gives what there is."""
    return zlib.decompressobj(-15 if raw else 47).decompress(body, max_bytes)
