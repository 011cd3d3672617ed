"""The sockets healther listens on, and how many connections this process has descriptors for."""

import contextlib
import errno
import os
import resource
import socket  # noqa: TID251 - listens; what opens connections is net/

MAX_CONNECTIONS = 10_000
# The database, its log, Redis, standard streams, the event loop, name servers, libraries.
_OWN_DESCRIPTORS = 64

_WHY = {
    errno.EADDRINUSE: "is taken: something else listens there; choose another with --port, or stop it",
    errno.EACCES: "may not be used by this user: choose a port above 1023",
    errno.EADDRNOTAVAIL: "is no address of this machine: --host 127.0.0.1 is this machine alone, 0.0.0.0 every address",
}


class ListenError(Exception):
    """Nobody can listen there; the text says why and what to do."""


def bind(host: str, port: int) -> list[socket.socket]:
    """Sockets bound to every address of `host`, which answer only once they listen; raises ListenError."""
    try:
        found = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise ListenError(f"--host {host}: {why}; give an address of this machine, such as 127.0.0.1") from None
    bound: list[socket.socket] = []
    for family, kind, protocol, _, address in dict.fromkeys(found):
        # Any free port (0) is one port for all addresses.
        chosen = bound[0].getsockname()[1] if bound else port
        try:
            bound.append(_bound(socket.socket(family, kind, protocol), (address[0], chosen, *address[2:])))
        except OSError as error:
            for each in bound:
                each.close()
            raise ListenError(_sentence(host, port, error)) from None
    return bound


def listen(sockets: list[socket.socket], backlog: int) -> None:
    """Lets connections queue up; raises ListenError when another process was quicker to do so."""
    for each in sockets:
        try:
            each.listen(backlog)
        except OSError as error:
            host, port = each.getsockname()[:2]
            raise ListenError(_sentence(host, port, error)) from None


def _bound(each: socket.socket, address: tuple[object, ...]) -> socket.socket:
    try:
        each.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if each.family == socket.AF_INET6:
            each.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        each.bind(address)
    except OSError:
        each.close()
        raise
    return each


def _sentence(host: str, port: int, error: OSError) -> str:
    why = _WHY.get(error.errno or 0, f"cannot be listened on: {os.strerror(error.errno or 0)}")
    return f"{host}:{port} {why}"


def raise_descriptor_limit() -> int:
    """How many descriptors this process may have open, after it has asked for all that it may ask for."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return soft if soft != resource.RLIM_INFINITY else MAX_CONNECTIONS * 10


def connection_limit(descriptors: int, checks_in_flight: int) -> int:
    """How many connections may be open at once; the rest is for checks and for what waits to be accepted.

    With too few descriptors for all that, a third each.
    """
    free = max(0, descriptors - _OWN_DESCRIPTORS)
    return max(8, min(MAX_CONNECTIONS, max(free // 3, (free - 2 * checks_in_flight) // 2)))
