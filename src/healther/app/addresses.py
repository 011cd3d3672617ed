"""Where a request really comes from, behind none, one or several proxies."""

import ipaddress
from collections.abc import Callable, Sequence

from starlette.types import Scope

from healther.core.settings import SettingsError

UNKNOWN = "unknown"


def client_address_of(trusted_proxies: Sequence[str]) -> Callable[[Scope], str]:
    """A function from a request's scope to its client's address; raises SettingsError for what is no network.

    X-Forwarded-For is read from the right, and only as far as every hop is trusted: whatever stands left of the
    first untrusted address was written by the client.
    """
    try:
        networks = [ipaddress.ip_network(text) for text in trusted_proxies]
    except ValueError as error:
        raise SettingsError(f"HEALTHER_TRUSTED_PROXIES: {error}; write addresses or CIDR, e.g. 10.0.0.5") from error

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
            address = hops.pop()
        return address

    return client_address
