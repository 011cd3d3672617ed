"""Domains of status pages: what may be one, and which hosts are healther's own and never anybody's page."""

import ipaddress
import re
from urllib.parse import urlsplit

import idna

from healther.core.setting_values import is_among
from healther.core.settings import Settings

# A name in DNS has 253 characters at most, and that of the proof is longer than the domain's.
MAX_LENGTH = 253 - len("_healther.")
_LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*\.(?!\d+$){_LABEL}")


def is_domain(text: str) -> bool:
    """Whether it is a domain as pages have it: lower case, ASCII, with a dot, no address."""
    return len(text) <= MAX_LENGTH and _DOMAIN.fullmatch(text) is not None


def check_domain(text: str) -> str:
    """The domain as it is stored and compared; raises ValueError saying what it may look like."""
    try:
        domain = idna.encode(text.strip().rstrip("."), uts46=True).decode().lower()
    except (idna.IDNAError, UnicodeError):
        domain = ""
    if not is_domain(domain):
        raise ValueError("must be a domain such as status.example.org, without https:// or a path")
    return domain


def host_of(header: bytes) -> str:
    """The host of a Host header, without port, case and final dot."""
    text = header.decode("latin-1").lower()
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.partition(":")[0].rstrip(".")


class OwnHosts:
    """The hosts under which healther itself is reached: no page ever takes their place."""

    def __init__(self, settings: Settings) -> None:
        self._names = {urlsplit(url).hostname or "" for url in (settings.public_url, *settings.cors_origins)}
        self._listed = settings.own_hosts

    def __contains__(self, host: object) -> bool:
        return (
            not isinstance(host, str)
            or host in self._names
            or not is_domain(host)
            or _is_address(host)
            or is_among(host, self._listed)
        )


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
