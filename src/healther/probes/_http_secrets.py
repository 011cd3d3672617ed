"""What was sent in confidence, hidden wherever a server sends it back: headers, addresses, bodies, messages."""

import base64
import re
from collections.abc import Iterator

from healther.net.request import SHARED_HEADERS, Request
from healther.probes._http_plan import Plan

HIDDEN = "[hidden]"
MIN_SECRET_LENGTH = 4

# A byte in percent-encoding, however often it was encoded again.
_ENCODED = re.compile(rb"%(?:25)*([0-9a-fA-F]{2})")


def without_secrets(text: str, plan: Plan) -> str:
    """The text with everything hidden that the check's first request has in its headers and body.

    Servers echo, and change what they echo: letters in another case and percent-encoded ones are found too. What the
    configured URL says as well is no secret.
    """
    return hide(text.encode("utf-8", "replace"), plan).decode("utf-8", "replace")


def hide(text: bytes, plan: Plan) -> bytes:
    """The same for bytes as they came over the wire."""
    secrets = {_folded(secret) for secret in _secrets_of(plan.request) if len(secret) >= MIN_SECRET_LENGTH}
    if secrets:
        told, _ = _decoded(plan.target.url.encode())
        secrets = {secret for secret in secrets if secret not in told}
    if not secrets:
        return text
    plain, starts = _decoded(text)
    places: list[tuple[int, int]] = []
    for secret in secrets:
        at = plain.find(secret)
        while at >= 0:
            places.append((starts[at], starts[at + len(secret)]))
            at = plain.find(secret, at + 1)
    shown, done = bytearray(), 0
    for start, end in sorted(places):
        if start >= done:
            shown += text[done:start] + HIDDEN.encode()
        done = max(done, end)
    return bytes(shown + text[done:])


def _secrets_of(request: Request) -> Iterator[bytes]:
    for name, value in request.headers:
        if (name, value) in SHARED_HEADERS or name in ("Content-Length", "Content-Type"):
            continue
        yield value.encode()
        scheme, _, credentials = value.partition(" ")
        yield credentials.encode()
        if scheme.lower() == "basic":
            yield from _password_in(credentials)
    yield request.body


def _password_in(credentials: str) -> Iterator[bytes]:
    try:
        pair = base64.b64decode(credentials)
    except ValueError:
        return
    yield pair
    yield pair.partition(b":")[2]


def _folded(text: bytes) -> bytes:
    # A plus is a space in forms; both may stand for either, which hides too much rather than too little.
    return text.lower().replace(b"+", b" ")


def _decoded(text: bytes) -> tuple[bytes, list[int] | range]:
    """(the text folded and without percent-encoding, where each of its bytes begins in the original, and its end)."""
    if b"%" not in text:
        return _folded(text), range(len(text) + 1)
    plain, done = bytearray(), 0
    starts: list[int] = []
    for match in _ENCODED.finditer(text):
        plain += text[done : match.start()] + bytes([int(match[1], 16)])
        starts += range(done, match.start() + 1)
        done = match.end()
    plain += text[done:]
    starts += range(done, len(text) + 1)
    return _folded(bytes(plain)), starts
