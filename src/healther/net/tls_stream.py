"""A TLS client session over a Connection, through memory BIOs so that only Connection touches the socket."""

import ssl
from typing import NamedTuple, cast

from healther.net.connection import Connection
from healther.net.errors import NetError
from healther.net.reactor import RECEIVE_BYTES, Reactor
from healther.net.tls import Certificate, explain, read_certificate


class Secured(NamedTuple):
    """How a connection is secured, in OpenSSL's words."""

    version: str
    cipher: str


class TlsStream:
    """Encrypts and decrypts for one connection; the same interface as the plain one."""

    __slots__ = ("_connection", "_host", "_incoming", "_outgoing", "_reactor", "session")

    def __init__(self, reactor: Reactor, connection: Connection, context: ssl.SSLContext, host: str) -> None:
        self._reactor = reactor
        self._connection = connection
        self._host = host
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self.session = context.wrap_bio(
            self._incoming, self._outgoing, server_side=False, server_hostname=host.removesuffix(".")
        )

    @property
    def event_at(self) -> float:
        """`perf_counter` of the last event on the connection."""
        return self._connection.event_at

    async def handshake(self) -> None:
        """Negotiates; raises ssl.SSLCertVerificationError for the caller to explain, else NetError tls_failed.

        Our last flight stays buffered: it leaves with the first request, in one packet.
        """
        while True:
            try:
                self.session.do_handshake()
            except ssl.SSLWantReadError:
                await self.flush()
                data = await self._connection.receive()
                if not data:
                    raise NetError(
                        "tls_failed", f"{self._host} closed the connection during the TLS handshake"
                    ) from None
                self._incoming.write(data)
            except ssl.SSLCertVerificationError:
                await self.flush()
                raise
            except ssl.SSLError as error:
                raise explain(error, self._host, None) from error
            else:
                return

    @property
    def is_http2(self) -> bool:
        """Whether the server chose HTTP/2."""
        return self.session.selected_alpn_protocol() == "h2"

    def certificate(self) -> Certificate | None:
        """The peer's leaf certificate, whether it was verified or not."""
        der = self.session.getpeercert(binary_form=True)
        return read_certificate(der) if der else None

    def secured(self) -> Secured | None:
        """What was agreed on, also after the connection was closed."""
        cipher = self.session.cipher()
        return None if cipher is None else Secured(self.session.version() or cipher[1], cipher[0])

    def close(self) -> None:
        """Closes at once; idempotent. No close_notify: the response was framed, and the peer is closing too."""
        self._connection.close()

    async def flush(self) -> None:
        """Sends what OpenSSL has produced."""
        if self._outgoing.pending:
            await self._connection.send(self._outgoing.read())

    async def send(self, data: bytes) -> None:
        """Sends everything."""
        self.session.write(data)
        await self.flush()

    def _read_into(self, buffer: bytearray) -> int:
        # typeshed knows only the form of SSLObject.read that makes new bytes.
        return cast("int", self.session.read(RECEIVE_BYTES, buffer))

    async def receive(self) -> memoryview:
        """The next clear bytes, valid until the next await; empty when the peer has closed, politely or not."""
        while True:
            try:
                count = self._read_into(self._reactor.buffer)
            except ssl.SSLWantReadError:
                await self.flush()
                data = await self._connection.receive()
                if data:
                    self._incoming.write(data)
                else:
                    self._incoming.write_eof()
            except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
                return self._reactor.view[:0]
            except ssl.SSLError as error:
                raise explain_late(error, self._host) from error
            else:
                return self._reactor.view[:count]


def explain_late(error: ssl.SSLError, host: str) -> NetError:
    """A failure after our side of the handshake: with TLS 1.3 a refused client certificate shows up here."""
    if error.reason and "ALERT" in error.reason:
        return explain(error, host, None)
    return NetError("connection_lost", f"the TLS connection to {host} broke: {error.reason or error}")
