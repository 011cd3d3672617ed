"""Names to addresses: one lookup a check, shared by checks that ask for the same name at the same moment."""

import asyncio
import contextlib
import functools
import time
from collections.abc import Sequence

import pycares

from healther.net.errors import NetError
from healther.net.reactor import Reactor, Waits
from healther.net.uncached_dns import UncachedChannel

TRY_TIMEOUT_S = 2.0
TRIES = 3
MAX_ADDRESSES = 8

# c-ares would order addresses by dialling each (UDP, no packet): nothing is dialled before the guard has seen it.
_NO_SORT = 1 << 7

_EXPLANATIONS = {
    pycares.errno.ARES_ENOTFOUND: "the name does not exist: check its spelling or its DNS records",
    pycares.errno.ARES_ENODATA: "the name has no A or AAAA record",
    pycares.errno.ARES_ESERVFAIL: "the name server failed (SERVFAIL): its zone or DNSSEC may be broken",
    pycares.errno.ARES_EREFUSED: "the name server refused to answer",
    pycares.errno.ARES_ETIMEOUT: "no name server answered in time",
    pycares.errno.ARES_ECONNREFUSED: "no name server could be reached",
}


# An answer, and not the lack of one: the name has no such record.
_NOTHING = frozenset({pycares.errno.ARES_ENOTFOUND, pycares.errno.ARES_ENODATA})


class _Waiter(Waits):
    addresses: tuple[str, ...] = ()
    error: NetError | None = None


class Resolver:
    """Looks names up through c-ares: /etc/hosts, then the given name servers or the machine's."""

    def __init__(self, reactor: Reactor, servers: Sequence[str] = ()) -> None:
        self._reactor = reactor
        self._channel = UncachedChannel(servers, try_timeout_s=TRY_TIMEOUT_S, tries=TRIES)
        self._closed = False
        self._pending: dict[str, list[_Waiter]] = {}

    async def lookup(self, host: str, deadline: float) -> tuple[tuple[str, ...], float]:
        """Addresses of `host`, IPv4 first, and when they were known (`perf_counter`).

        Raises NetError(dns_failed), or DeadlineError.
        """
        waiter = _Waiter()
        waiters = self._pending.get(host)
        if waiters is None:
            self._pending[host] = [waiter]
            self._channel.getaddrinfo(
                host, None, flags=_NO_SORT, callback=functools.partial(self._answered_in_thread, host)
            )
        else:
            waiters.append(waiter)
        tick = self._reactor.expire_at(deadline, waiter)
        try:
            while not waiter.readable:
                await self._reactor.wait(waiter)
        finally:
            self._reactor.cancel_expiry(tick, waiter)
        if waiter.error is not None:
            raise waiter.error
        return waiter.addresses, waiter.event_at

    async def texts(self, name: str, timeout_s: float) -> frozenset[bytes]:
        """The TXT records of `name`; none where it has none, or does not exist.

        Raises NetError(dns_failed) when no name server says either within `timeout_s`.
        """
        loop = self._reactor.loop
        future: asyncio.Future[tuple[pycares.DNSResult | None, int | None]] = loop.create_future()

        def answer(result: pycares.DNSResult | None, code: int | None) -> None:
            if not future.done():
                future.set_result((result, code))

        def answered_in_thread(result: pycares.DNSResult | None, code: int | None) -> None:
            if not self._closed:
                with contextlib.suppress(RuntimeError):
                    loop.call_soon_threadsafe(answer, result, code)

        try:
            self._channel.query(name, pycares.QUERY_TYPE_TXT, callback=answered_in_thread)
            async with asyncio.timeout(timeout_s):
                result, code = await future
        except TimeoutError:
            result, code = None, pycares.errno.ARES_ETIMEOUT
        if code is not None and code not in _NOTHING:
            why = _EXPLANATIONS.get(code, f"c-ares error {code}")
            raise NetError("dns_failed", f"could not look up {name}: {why}")
        records = () if result is None else (record.data for record in result.answer)
        return frozenset(record.data for record in records if isinstance(record, pycares.TXTRecordData))

    def close(self) -> None:
        """Cancels what is under way; idempotent."""
        self._closed = True
        self._channel.close()

    def _answered_in_thread(self, host: str, result: pycares.AddrInfoResult | None, code: int | None) -> None:
        now = time.perf_counter()
        if not self._closed:
            # The loop may end between the two lines; then nobody waits for this answer.
            with contextlib.suppress(RuntimeError):
                self._reactor.loop.call_soon_threadsafe(self._answered, host, result, code, now)

    def _answered(self, host: str, result: pycares.AddrInfoResult | None, code: int | None, now: float) -> None:
        addresses = () if result is None else _addresses(result)
        reason = ""
        if code is not None:
            reason = _EXPLANATIONS.get(code, f"c-ares error {code}")
        elif not addresses:
            reason = _EXPLANATIONS[pycares.errno.ARES_ENODATA]
        for waiter in self._pending.pop(host):
            waiter.addresses = addresses
            if reason:
                waiter.error = NetError("dns_failed", f"could not resolve {host}: {reason}")
            waiter.event_at = now
            waiter.readable = True
            waiter.wake()


def _addresses(result: pycares.AddrInfoResult) -> tuple[str, ...]:
    """Distinct addresses, IPv4 first: a machine without IPv6 is common, one without IPv4 is not."""
    found = dict.fromkeys(node.addr[0].decode() for node in result.nodes)
    return tuple(sorted(found, key=lambda address: ":" in address))
