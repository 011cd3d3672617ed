"""The guarded network: what every probe dials through."""

import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass

from healther.core.settings import AllowedNetwork
from healther.net.connection import Connection
from healther.net.errors import DeadlineError, NetError
from healther.net.guard import Guard
from healther.net.reactor import Reactor
from healther.net.resolver import Resolver
from healther.net.response import Timings
from healther.net.target import Target
from healther.net.tls import Certificate, TlsContexts, TlsOptions, explain, read_certificate
from healther.net.tls_stream import TlsStream

MAX_ATTEMPTS = 4

PLAIN = TlsOptions()


@dataclass(slots=True)
class Opened:
    """A connection that is ready for a request; `tls` is None for http."""

    connection: Connection
    tls: TlsStream | None = None

    @property
    def stream(self) -> Connection | TlsStream:
        """Where requests go."""
        return self.tls or self.connection

    def certificate(self) -> Certificate | None:
        """The peer's leaf certificate, whether it was verified or not."""
        return _peer_certificate(self.tls) if self.tls else None

    def close(self) -> None:
        """Closes at once; idempotent."""
        self.connection.close()


class CertificateError(NetError):
    """A certificate that did not pass, and what it says of itself where it could be read."""

    def __init__(self, error: NetError, certificate: Certificate | None) -> None:
        super().__init__(error.reason, error.message)
        self.certificate = certificate


class Net:
    """Resolver, guard, reactor and TLS contexts of one process; made inside a running loop, closed once.

    `networks` is what the operator allows although it is private, `dns_servers` are `ip` or `ip:port`.
    """

    def __init__(
        self,
        networks: Sequence[AllowedNetwork] = (),
        dns_servers: Sequence[str] = (),
        *,
        ca_file: str | None = None,
    ) -> None:
        self.guard = Guard(networks)
        self.reactor = Reactor()
        self.resolver = Resolver(self.reactor, dns_servers)
        self.contexts = TlsContexts(ca_file)

    async def close(self) -> None:
        """Ends every wait and releases the descriptors; idempotent."""
        await self.resolver.close()
        self.reactor.close()

    async def addresses(self, target: Target, deadline: float, timings: Timings) -> tuple[str, ...]:
        """The addresses of a target, resolved once and every one of them allowed; raises NetError."""
        if target.is_address:
            addresses: tuple[str, ...] = (target.host,)
        else:
            timings.phase = "dns"
            started = time.perf_counter()
            addresses, answered_at = await self.resolver.lookup(target.host, deadline)
            timings.dns_s = answered_at - started
        self.guard.check(target.host, addresses, target.port)
        return addresses

    async def open(self, target: Target, deadline: float, timings: Timings, tls: TlsOptions = PLAIN) -> Opened:
        """Resolves, guards, dials and, for https, shakes hands; fills `timings` phase by phase.

        Raises NetError, or DeadlineError with the phase it happened in `timings.phase`.
        """
        addresses = await self.addresses(target, deadline, timings)
        secure = target.scheme == "https"
        context = self.contexts.get(tls) if secure else None
        connection = await self._dial(addresses[:MAX_ATTEMPTS], target.port, deadline, timings, no_delay=secure)
        opened = Opened(connection)
        if context is None:
            return opened
        timings.phase = "tls"
        started = time.perf_counter()
        try:
            opened.tls = TlsStream(self.reactor, connection, context, target.host)
            await opened.tls.handshake()
        except ssl.SSLCertVerificationError as error:
            opened.close()
            timings.tls_s = time.perf_counter() - started
            certificate = await self._look_at_certificate(target, deadline, timings)
            raise CertificateError(explain(error, target.host, certificate), certificate) from error
        except BaseException:
            opened.close()
            raise
        timings.tls_s = time.perf_counter() - started
        return opened

    async def _dial(
        self, addresses: Sequence[str], port: int, deadline: float, timings: Timings, *, no_delay: bool
    ) -> Connection:
        """The first address that answers; each but the last gets its share of the time that is left."""
        timings.phase = "connect"
        started = time.perf_counter()
        for left in range(len(addresses), 0, -1):
            address = addresses[len(addresses) - left]
            timings.address = address
            until = deadline
            if left > 1:
                now = time.monotonic()
                until = now + (deadline - now) / left
            connection = Connection(self.reactor, until)
            try:
                await connection.connect(address, port, no_delay=no_delay)
            except (NetError, DeadlineError):
                connection.close()
                if left == 1:
                    raise
            except BaseException:
                connection.close()
                raise
            else:
                timings.connect_s = max(0.0, connection.event_at - started)
                if left > 1:
                    connection.extend(deadline)
                return connection
        raise NetError("dns_failed", "no address to connect to")

    async def _look_at_certificate(self, target: Target, deadline: float, timings: Timings) -> Certificate | None:
        """Shakes hands once more without verification, and sends nothing: only that shows a refused certificate."""
        assert timings.address is not None
        connection = Connection(self.reactor, deadline)
        try:
            await connection.connect(timings.address, target.port, no_delay=True)
            stream = TlsStream(self.reactor, connection, self.contexts.get(TlsOptions(verify=False)), target.host)
            await stream.handshake()
            return _peer_certificate(stream)
        except (NetError, DeadlineError):
            return None
        finally:
            connection.close()


def _peer_certificate(stream: TlsStream) -> Certificate | None:
    der = stream.session.getpeercert(binary_form=True)
    return read_certificate(der) if der else None
