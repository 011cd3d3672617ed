"""The guarded network: what every probe dials through."""

import copy
import ssl
import time
from collections.abc import Sequence

from healther.core.setting_values import AllowedNetwork
from healther.net.connection import Connection
from healther.net.errors import DeadlineError, NetError
from healther.net.guard import Guard
from healther.net.reactor import Reactor
from healther.net.resolver import Resolver
from healther.net.response import Progress
from healther.net.target import Target
from healther.net.tls import Certificate, TlsContexts, TlsOptions, explain
from healther.net.tls_stream import TlsStream

MAX_ATTEMPTS = 4

VERIFIED = TlsOptions()
UNVERIFIED = TlsOptions(verify=False)


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
        tells_addresses: bool = True,
    ) -> None:
        self.guard = Guard(networks, tells_addresses=tells_addresses)
        self.reactor = Reactor()
        self.resolver = Resolver(self.reactor, dns_servers)
        self.contexts = TlsContexts(ca_file)

    def for_strangers(self) -> "Net":
        """The same behind a guard that lets public addresses alone through; it ends with this one."""
        net = copy.copy(self)
        net.guard = self.guard.for_strangers()
        return net

    async def close(self) -> None:
        """Ends every wait and releases the descriptors; idempotent."""
        self.resolver.close()
        self.reactor.close()

    async def open(
        self, target: Target, deadline: float, progress: Progress, tls: TlsOptions = VERIFIED
    ) -> Connection | TlsStream:
        """Resolves once, guards every address, dials and, for https, shakes hands; adds to the phases as it goes.

        Raises NetError, or DeadlineError with the phase it happened in `progress.phase`.
        """
        phases = progress.phases
        if target.is_address:
            addresses: Sequence[str] = (target.host,)
        else:
            started = time.perf_counter()
            addresses, answered_at = await self.resolver.lookup(target.host, deadline)
            phases.dns_ms = (phases.dns_ms or 0.0) + (answered_at - started) * 1e3
        self.guard.check(target.host, addresses, target.port)
        secure = target.scheme == "https"
        context = self.contexts.get(tls) if secure else None
        progress.phase = "connect"
        started = time.perf_counter()
        if len(addresses) == 1:
            progress.address = addresses[0]
            connection = Connection(self.reactor, deadline)
            try:
                await connection.connect(addresses[0], target.port, no_delay=secure)
            except BaseException:
                connection.close()
                raise
        else:
            connection = await self._dial(addresses[:MAX_ATTEMPTS], target.port, deadline, progress, no_delay=secure)
        phases.connect_ms = (phases.connect_ms or 0.0) + max(0.0, connection.event_at - started) * 1e3
        return connection if context is None else await self._secure(connection, context, target, deadline, progress)

    async def _dial(
        self, addresses: Sequence[str], port: int, deadline: float, progress: Progress, *, no_delay: bool
    ) -> Connection:
        """The first address that answers; each but the last gets its share of the time that is left."""
        left = len(addresses)
        for address in addresses:
            progress.address = address
            now = time.monotonic()
            connection = Connection(self.reactor, now + (deadline - now) / left)
            try:
                await connection.connect(address, port, no_delay=no_delay)
            except (NetError, DeadlineError):
                connection.close()
                left -= 1
                if left == 0:
                    raise
            except BaseException:
                connection.close()
                raise
            else:
                connection.extend(deadline)
                return connection
        raise NetError("dns_failed", "no address to connect to")

    async def _secure(
        self, connection: Connection, context: ssl.SSLContext, target: Target, deadline: float, progress: Progress
    ) -> TlsStream:
        """TLS on a fresh connection, which is closed when that fails."""
        progress.phase = "tls"
        phases = progress.phases
        started = time.perf_counter()
        try:
            stream = TlsStream(self.reactor, connection, context, target.host)
            await stream.handshake()
        except ssl.SSLCertVerificationError as error:
            connection.close()
            phases.tls_ms = (phases.tls_ms or 0.0) + (time.perf_counter() - started) * 1e3
            certificate = await self._look_at_certificate(connection.peer, target, deadline)
            raise CertificateError(explain(error, target.host, certificate), certificate) from error
        except BaseException:
            connection.close()
            raise
        phases.tls_ms = (phases.tls_ms or 0.0) + (time.perf_counter() - started) * 1e3
        return stream

    async def _look_at_certificate(self, peer: tuple[str, int], target: Target, deadline: float) -> Certificate | None:
        """Shakes hands once more without verification, and sends nothing: only that shows a refused certificate."""
        connection = Connection(self.reactor, deadline)
        try:
            await connection.connect(*peer, no_delay=True)
            stream = TlsStream(self.reactor, connection, self.contexts.get(UNVERIFIED), target.host)
            await stream.handshake()
            return stream.certificate()
        except (NetError, DeadlineError):
            return None
        finally:
            connection.close()
