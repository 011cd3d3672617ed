"""What a check measures and receives on the way: phases, progress, and a response whose every part is bounded."""

import zlib
from dataclasses import dataclass

from healther.net.errors import NetError

MAX_HEADER_BYTES = 65_536
MAX_INTERIM_RESPONSES = 8
DEFAULT_MAX_BODY_BYTES = 1_048_576


@dataclass(slots=True)
class Phases:
    """How long each phase took, in milliseconds; None = the phase did not happen. Redirect hops add up."""

    dns_ms: float | None = None
    connect_ms: float | None = None
    tls_ms: float | None = None
    first_byte_ms: float | None = None
    transfer_ms: float | None = None

    def total_ms(self) -> float:
        """The sum of what happened."""
        return (
            (self.dns_ms or 0.0)
            + (self.connect_ms or 0.0)
            + (self.tls_ms or 0.0)
            + (self.first_byte_ms or 0.0)
            + (self.transfer_ms or 0.0)
        )


class Progress:
    """How far one hop has come; `phases` are the whole check's, each hop adds to them.

    Plain class attributes are the defaults: making one of these costs every check, setting what happens is cheap.
    """

    phase: str = "dns"
    """Where a deadline that passes now is spent: dns, connect, tls, first_byte, transfer."""
    address: str | None = None
    status: int | None = None

    def __init__(self, phases: Phases) -> None:
        self.phases = phases


class Response:
    """Status, headers in order, and the body as received: at most the cap, still encoded, empty if not kept."""

    status: int = 0
    http_version: str = ""
    body_bytes: int = 0
    truncated: bool = False
    head: bytes = b""
    """What was received until the headers were complete, and perhaps some of the body."""
    _headers: "list[tuple[bytes, bytes]] | None" = None

    def __init__(self) -> None:
        self.chunks: list[bytes] = []

    @property
    def headers(self) -> list[tuple[bytes, bytes]]:
        """Names and values, read from the head when somebody asks: most checks need none of them."""
        if self._headers is None:
            self._headers = _read_headers(self.head)
        return self._headers

    def header(self, name: bytes) -> str | None:
        """The first value of a header, name in lower case; None when absent."""
        for key, value in self.headers:
            if len(key) == len(name) and key.lower() == name:
                return value.decode("latin-1")
        return None

    def add_body(self, data: bytes, *, keep: bool, max_body_bytes: int) -> bool:
        """Takes what fits under the cap; False when there was more than that and reading can stop."""
        room = max_body_bytes - self.body_bytes
        if len(data) > room:
            self.truncated = True
            data = data[:room]
        self.body_bytes += len(data)
        if keep:
            self.chunks.append(data)
        return not self.truncated

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
            # RFC 9110 (8.4.1.2): some servers send deflate without its zlib wrapper.
            if encoding == "deflate" and body[0] & 0x0F != 8:
                return self._raw_deflate(body, max_bytes)
            raise NetError("bad_response", f"the {encoding} body is damaged ({error})") from error

    @staticmethod
    def _raw_deflate(body: bytes, max_bytes: int) -> bytes:
        try:
            return _inflate(body, max_bytes, raw=True)
        except zlib.error as error:
            raise NetError("bad_response", f"the deflate body is damaged ({error})") from error


def _read_headers(head: bytes) -> list[tuple[bytes, bytes]]:
    """The header lines of the last head in bytes that a parser has accepted; interim responses come before it."""
    block, _, rest = head.partition(b"\r\n\r\n")
    while block[8:10] == b" 1" and rest.startswith(b"HTTP/"):
        block, _, rest = rest.partition(b"\r\n\r\n")
    headers = []
    for line in block.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        headers.append((name, value.strip(b" \t")))
    return headers


def _inflate(body: bytes, max_bytes: int, *, raw: bool) -> bytes:
    """At most `max_bytes` of clear text; a stream that was cut short gives what there is."""
    return zlib.decompressobj(-15 if raw else 47).decompress(body, max(1, max_bytes))
