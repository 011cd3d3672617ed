"""What is remembered of where somebody signed in: enough to recognise one's own, too little to follow anyone."""

import ipaddress
import re
from typing import NamedTuple

MAX_AGENT_CHARS = 80

# The first that fits: browsers also name those they descend from.
_BROWSERS = (
    ("Edge", re.compile(r"\bEdg(?:e|A|iOS)?/(\d{1,4})")),
    ("Opera", re.compile(r"\bOPR/(\d{1,4})")),
    ("Samsung Internet", re.compile(r"\bSamsungBrowser/(\d{1,4})")),
    ("Firefox", re.compile(r"\b(?:Firefox|FxiOS)/(\d{1,4})")),
    ("Chrome", re.compile(r"\b(?:Chrome|CriOS)/(\d{1,4})")),
    ("Safari", re.compile(r"\bVersion/(\d{1,4})[\d.]* (?:Mobile/\w+ )?Safari/")),
)
_SYSTEMS = (
    ("iOS", re.compile(r"\b(?:iPhone|iPad)\b")),
    ("Android", re.compile(r"\bAndroid\b")),
    ("ChromeOS", re.compile(r"\bCrOS\b")),
    ("Windows", re.compile(r"\bWindows\b")),
    ("macOS", re.compile(r"\bMacintosh\b")),
    ("Linux", re.compile(r"\bLinux\b")),
)


class Device(NamedTuple):
    """Where a sign-in came from: the program in a few words, the network without the host."""

    user_agent: str | None = None
    address: str | None = None


def shorten_agent(user_agent: str | None) -> str | None:
    """A User-Agent in a few words (`Firefox 132 on Linux`); what is no browser keeps its first word."""
    text = "".join(char if char.isprintable() else " " for char in (user_agent or "")[:500]).strip()
    if not text:
        return None
    browser = next((f"{name} {found[1]}" for name, pattern in _BROWSERS if (found := pattern.search(text))), None)
    if browser is None:
        return text.split()[0][:MAX_AGENT_CHARS]
    system = next((name for name, pattern in _SYSTEMS if pattern.search(text)), None)
    return browser if system is None else f"{browser} on {system}"


def coarse_address(address: str) -> str | None:
    """The /24 (IPv4) or /48 (IPv6) an address lies in; None for what is no address."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return None
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    if parsed.is_loopback:
        return str(parsed)
    return str(ipaddress.ip_network((parsed, 24 if parsed.version == 4 else 48), strict=False))
