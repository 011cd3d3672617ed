"""The addresses no tenant may reach: every special-purpose range of IANA's registries, and what Python's
`is_private` and `is_global` get wrong.

Sources: the IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890), IPv4 Multicast (RFC 5771), the IPv6
address space registry (only 2000::/3 is global unicast), and the metadata addresses of the large clouds.
"""

import ipaddress

SPECIAL_IPV4: tuple[tuple[str, str], ...] = (
    ("0.0.0.0/8", "this network, unspecified"),
    ("10.0.0.0/8", "private"),
    ("100.64.0.0/10", "carrier-grade NAT"),
    ("127.0.0.0/8", "loopback"),
    ("169.254.0.0/16", "link-local"),
    ("172.16.0.0/12", "private"),
    ("192.0.0.0/24", "IETF protocol assignments"),
    ("192.0.2.0/24", "documentation"),
    ("192.31.196.0/24", "AS112"),
    ("192.52.193.0/24", "AMT relays"),
    ("192.88.99.0/24", "6to4 relays"),
    ("192.168.0.0/16", "private"),
    ("192.175.48.0/24", "AS112"),
    ("198.18.0.0/15", "benchmarking"),
    ("198.51.100.0/24", "documentation"),
    ("203.0.113.0/24", "documentation"),
    ("224.0.0.0/4", "multicast"),
    ("240.0.0.0/4", "reserved, broadcast"),
)

# Named for the message; the last one looks public and is not (Azure's platform address).
METADATA_IPV4: tuple[tuple[str, str], ...] = (
    ("169.254.169.254/32", "cloud metadata"),
    ("168.63.129.16/32", "cloud metadata"),
)

# Everything outside 2000::/3 is refused, named where it has a name; inside it, these.
SPECIAL_IPV6: tuple[tuple[str, str], ...] = (
    ("::/128", "unspecified"),
    ("::1/128", "loopback"),
    ("::ffff:0:0/96", "IPv4-mapped"),
    ("::ffff:0:0:0/96", "IPv4-translated"),
    ("::/96", "IPv4-compatible"),
    ("64:ff9b::/96", "NAT64"),
    ("64:ff9b:1::/48", "local NAT64"),
    ("100::/64", "discard"),
    ("100:0:0:1::/64", "dummy prefix"),
    ("2001::/32", "Teredo"),
    ("2001::/23", "IETF protocol assignments"),
    ("2001:db8::/32", "documentation"),
    ("2002::/16", "6to4"),
    ("2620:4f:8000::/48", "AS112"),
    ("3fff::/20", "documentation"),
    ("5f00::/16", "segment routing"),
    ("fc00::/7", "unique local"),
    ("fd00:ec2::254/128", "cloud metadata"),
    ("fe80::/10", "link-local"),
    ("fec0::/10", "site-local"),
    ("ff00::/8", "multicast"),
    ("::/3", "not global unicast"),
    ("4000::/2", "not global unicast"),
    ("8000::/1", "not global unicast"),
)


class RangeTable:
    """The special ranges as integers, the narrowest first, so that a refusal names the most telling one."""

    def __init__(self, *tables: tuple[tuple[str, str], ...]) -> None:
        networks = sorted(
            ((ipaddress.ip_network(cidr), name) for table in tables for cidr, name in table),
            key=lambda entry: -entry[0].prefixlen,
        )
        self._ranges = tuple(
            (int(network.network_address), int(network.broadcast_address), name) for network, name in networks
        )

    def name_of(self, number: int) -> str | None:
        """The name of the special range an address is in; None for an ordinary public address."""
        for low, high, name in self._ranges:
            if low <= number <= high:
                return name
        return None


IPV4_RANGES = RangeTable(SPECIAL_IPV4, METADATA_IPV4)
IPV6_RANGES = RangeTable(SPECIAL_IPV6)
