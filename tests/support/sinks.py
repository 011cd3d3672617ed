"""Where messages arrive in tests: an HTTP server and a mail server on loopback, which keep what they are given."""

import asyncio
import json
import ssl
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any
from uuid import UUID

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from healther.channels import parse_channel
from healther.channels.base import Affected, MailServer, Message, MessageKind, Receipt, SendContext
from healther.net.client import Net
from tests.support.servers import free_port
from tests.support.wire import guarded_net, read_request, response, serving

AT = 1_800_000_000_000


def message(kind: MessageKind = MessageKind.DOWN, **facts: object) -> Message:
    """A message about one watcher that is down."""
    return Message(
        **{
            "id": UUID(int=7),
            "kind": kind,
            "thread": "incident-7",
            "first": kind is MessageKind.DOWN,
            "workspace": "Acme",
            "title": "Shop",
            "severity": "major",
            "affected": (Affected(name="Shop", target="https://shop.example.org/", state="down", reason="refused"),),
            "affected_count": 1,
            "at": AT + 61_000,
            "started_at": AT,
            "link": "https://healther.example.org/w/acme/incidents/7",
            "acknowledge_link": "https://healther.example.org/ack/token",
            "note": "step 1 of policy 'Nights'",
            **facts,
        }
    )


@dataclass
class Request:
    """What an HTTP sink was sent."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:  # noqa: ANN401
        return json.loads(self.body)


@dataclass
class HttpSink:
    """Answers every request with `answer`, after `wait_s`, and while `answering` is set."""

    answer: bytes = field(default_factory=lambda: response(body=b"ok"))
    requests: list[Request] = field(default_factory=list)
    wait_s: float = 0.0
    answering: asyncio.Event = field(default_factory=asyncio.Event)
    port: int = 0
    scheme: str = "http"

    def __post_init__(self) -> None:
        self.answering.set()

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head, _, body = (await read_request(reader)).partition(b"\r\n\r\n")
        line, *lines = head.decode().split("\r\n")
        headers = {name.lower(): value for name, _, value in (each.partition(": ") for each in lines)}
        method, path, _ = line.split(" ")
        self.requests.append(Request(method, path, headers, body))
        await asyncio.sleep(self.wait_s)
        await self.answering.wait()
        writer.write(self.answer)
        await writer.drain()


@asynccontextmanager
async def http_sink(tls: ssl.SSLContext | None = None) -> AsyncIterator[HttpSink]:
    """A running HTTP sink; with `tls` it speaks HTTPS."""
    sink = HttpSink(scheme="http" if tls is None else "https")
    async with serving(sink.handle, tls=tls) as port:
        sink.port = port
        yield sink


@dataclass
class Mail:
    """What a mail sink took."""

    sender: str
    to: list[str]
    raw: bytes

    @property
    def parsed(self) -> EmailMessage:
        parsed = message_from_bytes(self.raw, policy=policy.default)
        assert isinstance(parsed, EmailMessage)
        return parsed


class SmtpSink:
    """A mail server that keeps mail; `refuse` maps an address, `DATA` or `MAIL` to a reply that refuses."""

    def __init__(self) -> None:
        self.mails: list[Mail] = []
        self.refuse: dict[str, str] = {}
        self.most: int | None = None
        """After so many mails it takes no more for now."""
        self.logins: list[tuple[str, bool]] = []
        self.port = 0

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if "MAIL" in self.refuse:
            return self.refuse["MAIL"]
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.most is not None and len(self.mails) >= self.most:
            return "451 4.3.2 enough for now"
        if "DATA" in self.refuse:
            return self.refuse["DATA"]
        assert isinstance(envelope.content, bytes)
        self.mails.append(Mail(envelope.mail_from or "", list(envelope.rcpt_tos), envelope.content))
        return "250 taken as number 1"

    def login(self, _server: SMTP, session: Session, _envelope: Envelope, _how: str, given: object) -> AuthResult:
        assert isinstance(given, LoginPassword)
        self.logins.append((given.login.decode(), session.ssl is not None))
        return AuthResult(success=given.password == b"open sesame", handled=False)

    def server(self, **values: object) -> MailServer:
        """This sink as the operator's server."""
        facts: dict[str, Any] = {
            "host": "127.0.0.1", "port": self.port, "security": "none", "user": None, "password": None,
            "sender": "alerts@healther.example.org", **values,
        }  # fmt: skip
        return MailServer(**facts)


@contextmanager
def smtp_sink(tls: ssl.SSLContext | None = None, *, port: int | None = None, **options: Any) -> Iterator[SmtpSink]:  # noqa: ANN401
    """A running mail sink; with `tls` it offers STARTTLS and takes sign-ins."""
    sink = SmtpSink()
    sink.port = port or free_port()
    if tls is not None:
        options = {"tls_context": tls, "authenticator": sink.login, "auth_require_tls": True, **options}
    controller = Controller(sink, hostname="127.0.0.1", port=sink.port, **options)
    controller.start()
    try:
        yield sink
    finally:
        controller.stop()


async def send(
    kind: str,
    options: dict[str, Any],
    what: Message | None = None,
    *,
    net: Net | None = None,
    mail_server: MailServer | None = None,
    timeout_s: float = 5.0,
    endpoints: dict[str, str] | None = None,
    reached: frozenset[str] = frozenset(),
    allow: Sequence[str] = ("127.0.0.0/8",),
    ca_file: str | None = None,
) -> Receipt:
    """One message through a channel of this kind."""
    channel = parse_channel(kind, options)
    async with guarded_net(allow, ca_file=ca_file) as own:
        context = SendContext(net or own, mail_server, time.monotonic() + timeout_s, endpoints or {}, reached)
        return await channel.send(context, what or message())
