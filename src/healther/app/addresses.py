"""Where a request really comes from, behind none, one or several proxies."""

import ipaddress
from collections.abc import Callable, Sequence

from starlette.types import Scope

from healther.core.settings import SettingsError

UNKNOWN = "unknown"


Networks = Sequence[ipaddress.IPv4Network | ipaddress.IPv6Network]


def parse_proxies(trusted_proxies: Sequence[str]) -> Networks:
    """HEALTHER_TRUSTED_PROXIES as networks; raises SettingsError for what is none."""
    try:
        return [ipaddress.ip_network(text) for text in trusted_proxies]
    except ValueError as error:
        raise SettingsError(f"HEALTHER_TRUSTED_PROXIES: {error}; write addresses or CIDR, e.g. 10.0.0.5") from error


def holder_of(address: str, proxies: Networks) -> str | None:
    """Who connects from there: an IPv4 address or an IPv6 /64, which is what one customer gets; None for a proxy."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return None
    if any(parsed in network for network in proxies):
        return None
    return address if parsed.version == 4 else str(ipaddress.ip_network((parsed, 64), strict=False))


def client_address_of(trusted_proxies: Sequence[str]) -> Callable[[Scope], str]:
    """A function from a request's scope to its client's address; raises SettingsError for what is no network.

    X-Forwarded-For is read from the right, and only as far as every hop is trusted: whatever stands left of the
    first untrusted address was written by the client. Some proxies add the port, which is no part of who it is.
    """
    networks = parse_proxies(trusted_proxies)

    def trusted(address: str) -> bool:
        try:
            parsed = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(parsed in network for network in networks)

    def client_address(scope: Scope) -> str:
        client = scope.get("client")
        address: str = client[0] if client else UNKNOWN
        if not networks:
            return address
        hops = [
            hop.strip()
            for name, value in scope["headers"]
            if name == b"x-forwarded-for"
            for hop in value.decode("latin-1").split(",")
        ]
        while hops and trusted(address):
            before = _address_in(hops.pop())
            if before is None:
                break  # what no proxy writes: the last address that is one stands
            address = before
        return address

    return client_address


def _address_in(hop: str) -> str | None:
    """The address of `192.0.2.1`, `192.0.2.1:1234`, `2001:db8::1` or `[2001:db8::1]:1234`; None when it is none."""
    if hop.startswith("["):
        hop = hop[1:].partition("]")[0]
    elif hop.count(":") == 1:
        hop = hop.partition(":")[0]
    try:
        return str(ipaddress.ip_address(hop))
    except ValueError:
        return None
