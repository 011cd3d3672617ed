"""One HTTP request and its bounded answer, for whoever has something to send: channels, and the libraries they use."""

from dataclasses import dataclass, field

from healther.net import http1
from healther.net.client import UNVERIFIED, VERIFIED, Net
from healther.net.errors import DeadlineError, NetError
from healther.net.request import SHARED_HEADERS, Headers, Request
from healther.net.response import Phases, Progress
from healther.net.target import Target

MAX_ANSWER_BYTES = 262_144

_FRAMING = frozenset({"connection", "content-length", "host", "transfer-encoding"})
_LATE = {
    "dns": "the name lookup of {host} took too long",
    "connect": "{host} did not accept the connection in time",
    "tls": "the TLS handshake with {host} took too long",
    "first_byte": "{host} did not answer in time",
    "transfer": "the answer of {host} did not end in time",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: `headers` with names in lower case, the body decoded and cut at MAX_ANSWER_BYTES."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


async def fetch(
    net: Net,
    method: str,
    target: Target,
    *,
    headers: Headers = (),
    body: bytes = b"",
    deadline: float,
    verify_tls: bool = True,
) -> Answer:
    """Sends one request on a new connection and reads the answer; redirects are the caller's to judge.

    `deadline` is on `time.monotonic()`'s clock, in seconds. Raises NetError; a deadline that passes is its `timeout`.
    """
    own = tuple((name, value) for name, value in headers if name.lower() not in _FRAMING)
    given = {name.lower() for name, _ in own}
    shared = tuple(pair for pair in SHARED_HEADERS if pair[0].lower() not in given)
    tls = VERIFIED if verify_tls else UNVERIFIED
    request = Request(method, (*shared, *own, ("Content-Length", str(len(body)))), body, tls)
    progress = Progress(Phases())
    stream = None
    try:
        stream = await net.open(target, deadline, progress, tls)
        response = await http1.exchange(
            stream,
            request.encode(target),
            progress,
            head_only=method == "HEAD",
            keep_body=True,
            max_body_bytes=MAX_ANSWER_BYTES,
        )
        text = response.decoded_body(MAX_ANSWER_BYTES)
    except DeadlineError as error:
        raise NetError("timeout", _LATE[progress.phase].format(host=target.host)) from error
    finally:
        if stream is not None:
            stream.close()
    pairs = ((name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in response.headers)
    return Answer(response.status, dict(pairs), text)
