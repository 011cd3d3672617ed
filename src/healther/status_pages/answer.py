"""An answer made once and sent many times: the bytes of each encoding, their ETags and headers, ready for ASGI."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import brotli
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from healther.core.encodings import preferred

# What every answer of a public page carries besides its own (OWASP ASVS 5.0, 3.4).
SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "X-Content-Type-Options": "nosniff",
}
_SMALL_BYTES = 400
"""Below this compressing saves no packet."""
_GZIP = 31
# What a 304 repeats (RFC 9110, 15.4.5); whoever asked has the other headers with what they describe.
_KEPT = frozenset({"ETag", "Cache-Control", "Vary", "Access-Control-Allow-Origin", "X-Content-Type-Options"})


@dataclass(frozen=True, slots=True)
class _Form:
    """One encoding: its ETag, and the messages that send it, its head alone, or that nothing has changed."""

    etag: bytes
    found: Message
    unchanged: Message
    body: Message

    @property
    def size(self) -> int:
        return len(self.body["body"])


_NOTHING: Message = {"type": "http.response.body", "body": b""}


class Answer:
    """Sends itself: the encoding the client takes, 304 where it has it already, the head alone for HEAD."""

    __slots__ = ("_forms", "_plain", "size")

    def __init__(self, plain: _Form, forms: dict[str, _Form]) -> None:
        self._plain = plain
        self._forms = forms
        self.size = plain.size + sum(form.size for form in forms.values())

    @property
    def body(self) -> bytes:
        """The content, not compressed."""
        body: bytes = self._plain.body["body"]
        return body

    async def send(self, scope: Scope, send: Send, extra: list[tuple[bytes, bytes]]) -> None:
        """Answers one request, with `extra` headers."""
        accepted = known = b""
        for name, value in scope["headers"]:
            if name == b"accept-encoding":
                accepted = value
            elif name == b"if-none-match":
                known = value
        form = self._plain
        if self._forms and accepted:
            form = self._forms.get(preferred(accepted), form)
        unchanged = known and (form.etag in known or known == b"*")
        start = form.unchanged if unchanged else form.found
        # A copy: what stands further out may put headers of its own on it.
        await send({**start, "headers": start["headers"] + extra})
        await send(_NOTHING if unchanged or scope["method"] == "HEAD" else form.body)


class Sent(Response):
    """An Answer as what a route returns."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self._answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._answer.send(scope, send, [])


def make_answer(
    body: bytes, headers: Mapping[str, str], *, status: int = 200, compress: bool = True, thorough: bool = False
) -> Answer:
    """An answer with a strong ETag for each encoding (RFC 9110, 8.8.3); `thorough` takes its time to compress."""
    tag = blake2b(body, digest_size=12).hexdigest()
    lasting = {**SECURITY_HEADERS, **headers}
    if not compress or len(body) < _SMALL_BYTES:
        return Answer(_form(body, tag, lasting, status, None), {})
    lasting["Vary"] = f"{headers['Vary']}, Accept-Encoding" if "Vary" in headers else "Accept-Encoding"
    packer = zlib.compressobj(9 if thorough else 4, zlib.DEFLATED, _GZIP)
    packed = {
        "br": brotli.compress(body, quality=11 if thorough else 4),
        "gzip": packer.compress(body) + packer.flush(),
    }
    forms = {name: _form(content, f"{tag}-{name}", lasting, status, name) for name, content in packed.items()}
    return Answer(_form(body, tag, lasting, status, None), forms)


def _form(body: bytes, tag: str, headers: Mapping[str, str], status: int, encoding: str | None) -> _Form:
    etag = f'"{tag}"'
    sent: dict[str, Any] = {**headers, "ETag": etag, "Content-Length": str(len(body))}
    if encoding is not None:
        sent["Content-Encoding"] = encoding
    kept = {name: value for name, value in sent.items() if name in _KEPT}
    return _Form(
        etag.encode(),
        {"type": "http.response.start", "status": status, "headers": _raw(sent)},
        {"type": "http.response.start", "status": 304, "headers": _raw(kept)},
        {"type": "http.response.body", "body": body},
    )


def _raw(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]
