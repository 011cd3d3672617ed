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
    ("Chrome", re.compile(r"\b(?:HeadlessChrome|Chrome|CriOS)/(\d{1,4})")),
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
_NAMES_OF_SYSTEMS = frozenset(name for name, _ in _SYSTEMS)
# What nearly every browser says of itself and those it is built on; a name of its own stands after them.
_PRODUCT = re.compile(r"([A-Za-z][\w-]{1,30})/(\d{1,4})")
_ANCESTORS = frozenset({"Mozilla", "AppleWebKit", "KHTML", "Gecko", "Version", "Mobile", "Safari"})


class Device(NamedTuple):
    """Where a sign-in came from: the program in a few words, the network without the host."""

    user_agent: str | None = None
    address: str | None = None

    @property
    def parts(self) -> tuple[str | None, str | None]:
        """The program and the system it runs on, as far as each is known."""
        text = self.user_agent
        if text in _NAMES_OF_SYSTEMS:
            return None, text
        browser, _, system = (text or "").rpartition(" on ")
        return (browser, system) if system in _NAMES_OF_SYSTEMS else (text, None)


def shorten_agent(user_agent: str | None) -> str | None:
    """A User-Agent in a few words: `Firefox 132 on Linux`, `curl/8.5.0`; of one that hides, its system alone."""
    text = "".join(char if char.isprintable() else " " for char in (user_agent or "")[:500]).strip()
    if not text:
        return None
    if not text.startswith("Mozilla/"):
        return text.split()[0][:MAX_AGENT_CHARS]
    browser = next((f"{name} {found[1]}" for name, pattern in _BROWSERS if (found := pattern.search(text))), None)
    own = next((f"{found[1]} {found[2]}" for found in _PRODUCT.finditer(text) if found[1] not in _ANCESTORS), None)
    system = next((name for name, pattern in _SYSTEMS if pattern.search(text)), None)
    return " on ".join(part for part in (browser or own, system) if part) or None


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
