"""A connected socket for a library that speaks its protocol itself, dialled where the guard allows it."""

import asyncio
import socket
import time
from collections.abc import Sequence

from healther.net.client import MAX_ATTEMPTS, Net
from healther.net.connection import where
from healther.net.errors import DeadlineError, NetError
from healther.net.target import parse_host


async def dial(net: Net, host: str, port: int, deadline: float) -> socket.socket:
    """A socket connected to a tenant's host, non-blocking; raises NetError. `deadline` is `time.monotonic()`'s."""
    name, is_address = parse_host(f"[{host}]" if ":" in host else host)
    try:
        addresses = (name,) if is_address else (await net.resolver.lookup(name, deadline))[0]
    except DeadlineError as error:
        raise NetError("timeout", f"the name lookup of {name} took too long") from error
    net.guard.check(name, addresses, port)
    return await _first(addresses[:MAX_ATTEMPTS], port, deadline)


async def dial_own(host: str, port: int, deadline: float) -> socket.socket:
    """A socket connected to a host the operator has set, wherever it is: no guard. Raises NetError."""
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(deadline - time.monotonic()):
            found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except TimeoutError as error:
        raise NetError("timeout", f"the name lookup of {host} took too long") from error
    except OSError as error:
        raise NetError("dns_failed", f"could not resolve {host}: {error.strerror}") from error
    return await _first(list(dict.fromkeys(str(each[4][0]) for each in found))[:MAX_ATTEMPTS], port, deadline)


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
