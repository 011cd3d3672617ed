"""A connected socket for a library that speaks its protocol itself, dialled where the guard allows it."""

import asyncio
import ipaddress
import socket
import time
from collections.abc import Collection, Sequence

from healther.net.client import MAX_ATTEMPTS, Net
from healther.net.connection import where
from healther.net.errors import DeadlineError, NetError
from healther.net.target import parse_host


async def dial(
    net: Net, host: str, port: int, deadline: float, *, never: tuple[str, int] | None = None
) -> socket.socket:
    """A socket connected to a tenant's host, non-blocking; raises NetError. `deadline` is `time.monotonic()`'s.

    `never` is a server of the operator's, as `dial_own` takes it: none of its addresses is dialled, at no port.
    """
    name, is_address = parse_host(f"[{host}]" if ":" in host else host)
    try:
        addresses = (name,) if is_address else (await net.resolver.lookup(name, deadline))[0]
    except DeadlineError as error:
        raise NetError("timeout", f"the name lookup of {name} took too long") from error
    net.guard.check(name, addresses, port)
    operators = frozenset(await _addresses(*never, deadline)) if never is not None else frozenset()
    if any(is_one_of(operators, each) for each in addresses):
        raise _of_the_operator(name)
    sock = await _first(addresses[:MAX_ATTEMPTS], port, deadline)
    if is_one_of(operators, sock.getpeername()[0], sock.getsockname()[0]):
        sock.close()
        raise _of_the_operator(name)
    return sock


async def dial_own(host: str, port: int, deadline: float) -> socket.socket:
    """A socket connected to a host the operator has set, wherever it is: no guard. Raises NetError."""
    return await _first((await _addresses(host, port, deadline))[:MAX_ATTEMPTS], port, deadline)


def is_one_of(operators: Collection[str], address: str, ours: str | None = None) -> bool:
    """Whether an address is among these, or is this machine's own as one of them is, in whichever spelling.

    `ours` is the address from which it was reached: the same where somebody reaches themselves.
    """
    known, other = {_plain(each) for each in operators}, _plain(address)
    here = other.is_loopback or other.is_unspecified or (ours is not None and _plain(ours) == other)
    return other in known or (here and any(each.is_loopback for each in known))


def _plain(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    parsed = ipaddress.ip_address(address.partition("%")[0])
    return (parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None) or parsed


def _of_the_operator(name: str) -> NetError:
    return NetError("blocked", f"{name} is a server of this healther's operator, and not for channels to name")


async def _addresses(host: str, port: int, deadline: float) -> list[str]:
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(deadline - time.monotonic()):
            found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except TimeoutError as error:
        raise NetError("timeout", f"the name lookup of {host} took too long") from error
    except OSError as error:
        raise NetError("dns_failed", f"could not resolve {host}: {error.strerror}") from error
    return list(dict.fromkeys(str(each[4][0]) for each in found))


async def _first(addresses: Sequence[str], port: int, deadline: float) -> socket.socket:
    """The first address that answers; each but the last gets its share of the time that is left."""
    loop = asyncio.get_running_loop()
    failure = NetError("dns_failed", "no address to connect to")
    for place, address in enumerate(addresses):
        sock = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
        sock.setblocking(False)
        try:
            async with asyncio.timeout((deadline - time.monotonic()) / (len(addresses) - place)):
                await loop.sock_connect(sock, (address, port))
        except TimeoutError:
            sock.close()
            failure = NetError("connect_timeout", f"{where((address, port))} did not answer the connection attempt")
        except OSError as error:
            sock.close()
            said = error.strerror or str(error)
            failure = NetError("connect_failed", f"could not connect to {where((address, port))}: {said}")
        except BaseException:
            sock.close()
            raise
        else:
            return sock
    raise failure
