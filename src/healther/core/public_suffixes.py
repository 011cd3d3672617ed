"""The domains under which people register theirs, by the public suffix list that comes with its package."""

from functools import cache
from ipaddress import ip_address

from publicsuffixlist import PublicSuffixList


@cache
def suffixes() -> PublicSuffixList:
    """The list; reading it takes 0.2 s, once, so have a thread do it."""
    return PublicSuffixList()


def registered_domain(host: str) -> str | None:
    """The domain somebody registered: `example.co.uk` of `shop.eu.example.co.uk`; None of an address or a suffix."""
    try:
        ip_address(host)
    except ValueError:
        return suffixes().privatesuffix(host) if host else None
    return None
