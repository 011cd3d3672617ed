"""The guard: which address may be dialled. Parse once, resolve once, check every address, dial exactly that one.

A pure function of the address, the port and what the operator allows; nothing here opens a socket.
"""

import functools
import ipaddress
from collections.abc import Sequence

from healther.core.setting_values import AllowedNetwork
from healther.net.errors import NetError
from healther.net.ranges import IPV4_RANGES, IPV6_RANGES

CACHED_DECISIONS = 4096
_UNTOLD = (
    "it has an address that watchers may not reach; the operator of this healther can look at it with "
    "`healther check` and allow it with HEALTHER_ALLOW_NETWORKS"
)
_PUBLIC_ONLY = "what anybody may name is dialled at public addresses only"


class Guard:
    """Refuses every special-purpose address that no entry of ALLOW_NETWORKS covers.

    With `tells_addresses` the refusal of a name says which address it has. `public_only`: no operator can allow more.
    """

    def __init__(
        self, networks: Sequence[AllowedNetwork] = (), *, tells_addresses: bool = True, public_only: bool = False
    ) -> None:
        self._networks = () if public_only else tuple(networks)
        self._tells_addresses = tells_addresses
        self._public_only = public_only
        # Decisions depend on nothing that changes, so remembering the recent ones is safe.
        self._refusal = functools.lru_cache(CACHED_DECISIONS)(self._decide)

    def for_strangers(self) -> "Guard":
        """For what people name who need no account: what the operator allows is not for them."""
        return Guard(tells_addresses=self._tells_addresses, public_only=True)

    def refusal(self, address: str, port: int) -> str | None:
        """Why `address` (an IP literal without a zone) may not be dialled on `port`; None when it may."""
        return self._refusal(address, port)

    def check(self, host: str, addresses: Sequence[str], port: int) -> None:
        """Raises NetError(blocked) when any address of `host` is refused.

        One forbidden address among public ones refuses the host: a name that answers with both is either a mistake
        or an attempt to get through, and a check that sometimes runs is worth less than a clear answer.
        """
        for address in addresses:
            refusal = self._refusal(address, port)
            if refusal is not None:
                if host != address and not self._tells_addresses:
                    untold = _PUBLIC_ONLY if self._public_only else _UNTOLD
                    raise NetError("blocked", f"not allowed to reach {host}: {untold}")
                where = address if host == address else f"{host} ({address})"
                raise NetError("blocked", f"not allowed to reach {where}: {refusal}")

    def _decide(self, address: str, port: int) -> str | None:
        parsed = ipaddress.ip_address(address)
        if isinstance(parsed, ipaddress.IPv6Address) and parsed.scope_id is not None:
            return "addresses with a zone id are never dialled"
        table = IPV4_RANGES if parsed.version == 4 else IPV6_RANGES
        name = table.name_of(int(parsed))
        if name is None or any(network.covers(parsed, port) for network in self._networks):
            return None
        if self._public_only:
            return f"its range is {name}, and {_PUBLIC_ONLY}"
        entry = f"{parsed}/32:{port}" if parsed.version == 4 else f"[{parsed}/128]:{port}"
        return (
            f"its range is {name}; the operator of this healther can allow it with "
            f"HEALTHER_ALLOW_NETWORKS={entry} (or a wider network)"
        )
