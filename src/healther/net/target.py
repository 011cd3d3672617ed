"""URLs of checks: parsed once, strictly, into what is resolved, dialled and asked for."""

import ipaddress
import re
import string
import sys
from dataclasses import dataclass
from typing import Literal, cast
from urllib.parse import quote, urljoin

import idna

Scheme = Literal["http", "https"]

DEFAULT_PORTS: dict[str, int] = {"http": 80, "https": 443}
MAX_URL_LENGTH = 2048
MAX_HOST_LENGTH = 253

_URL = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*):(?P<slashes>/*)(?P<authority>[^/?#]*)(?P<rest>[^#]*)")
_AUTHORITY = re.compile(r"(?P<host>\[[^\[\]]*\]|[^:\[\]]*)(?::(?P<port>[0-9]*))?")
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER = re.compile(r"[0-9]+|0[xX][0-9A-Fa-f]*")
_PATH_SAFE = string.punctuation.replace("#", "").replace('"', "").replace("<", "").replace(">", "")


@dataclass(slots=True, frozen=True)
class Target:
    """Where a request goes. `host` is a lower-case DNS name or, when `is_address`, a canonical IP literal."""

    scheme: Scheme
    host: str
    port: int
    path: str
    is_address: bool

    @property
    def authority(self) -> str:
        """The Host header: IPv6 in brackets, the port only when it is not the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def origin(self) -> tuple[str, str, int]:
        """What must stay the same for credentials to be sent on (RFC 6454)."""
        return self.scheme, self.host, self.port

    @property
    def url(self) -> str:
        """The normalised URL."""
        return f"{self.scheme}://{self.authority}{self.path}"


def parse_url(text: str) -> Target:
    """A Target from a URL a person or a server wrote; the fragment is dropped.

    Raises ValueError, saying what to do, for any scheme but http and https, for credentials in the URL, and for every
    spelling of a host that another parser could read as another address.
    """
    if len(text) > MAX_URL_LENGTH:
        raise ValueError(f"the URL must not be longer than {MAX_URL_LENGTH} characters (got {len(text)})")
    if any(character <= " " or character in '\\"<>`\x7f' for character in text):
        raise ValueError("the URL must not contain spaces, control characters, backslashes or quotes")
    match = _URL.match(text)
    scheme = match["scheme"].lower() if match else ""
    if match is None or (scheme in DEFAULT_PORTS and match["slashes"] != "//"):
        raise ValueError("write a full URL, e.g. https://example.com/health")
    if scheme not in DEFAULT_PORTS:
        raise ValueError(f"only http:// and https:// can be checked (got {scheme}:)")
    if "@" in match["authority"]:
        raise ValueError("the URL must not contain credentials: use the basic auth or bearer token fields")
    authority = _AUTHORITY.fullmatch(match["authority"])
    if authority is None or not authority["host"]:
        raise ValueError("the URL has no valid host; write e.g. https://example.com or https://[2001:db8::1]:8443")
    host, is_address = parse_host(authority["host"])
    port = parse_port(authority["port"]) if authority["port"] else DEFAULT_PORTS[scheme]
    path = quote(match["rest"], safe=_PATH_SAFE)
    if not path.startswith("/"):
        path = "/" + path
    return Target(cast("Scheme", sys.intern(scheme)), host, port, path, is_address)


def join_url(base: Target, location: str) -> Target:
    """The target of a `Location` header (RFC 9110, 10.2.2); raises ValueError like `parse_url`."""
    return parse_url(urljoin(base.url, location.strip(" \t")))


def parse_port(text: str) -> int:
    """A port between 1 and 65535; raises ValueError."""
    port = int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0
    if not 0 < port < 65536:
        raise ValueError(f"the port must be between 1 and 65535 (got {text})")
    return port


def parse_host(text: str) -> tuple[str, bool]:
    """A host as (canonical text, whether it is an IP address); IPv6 in brackets, names through IDNA (UTS 46).

    Raises ValueError for zone ids and for whatever the WHATWG URL standard would read as a number but is not a plain
    dotted quad: `2130706433`, `0x7f.1`, `0177.0.0.1`, `127.1`, full-width digits.
    """
    if text.startswith("["):
        if "%" in text:
            raise ValueError("IPv6 zone ids are not supported: write the address without %")
        try:
            return str(ipaddress.IPv6Address(text[1:-1])), True
        except ValueError as error:
            raise ValueError(f"{text} is not an IPv6 address ({error})") from error
    name = text.lower() if text.isascii() else _to_ascii(text)
    labels = name.removesuffix(".").split(".")
    if _NUMBER.fullmatch(labels[-1]):
        try:
            address = ipaddress.IPv4Address(name)
        except ValueError as error:
            raise ValueError(
                f"{text} looks like an IPv4 address but is not written as one: use four decimal numbers, e.g. 192.0.2.1"
            ) from error
        if not text.isascii():
            raise ValueError(f"write the address with plain digits: {address}")
        return str(address), True
    if len(name) > MAX_HOST_LENGTH or not all(_LABEL.fullmatch(label) for label in labels):
        raise ValueError(f"{text!r} is not a host name: letters, digits and hyphens between dots, e.g. example.com")
    return name, False


def _to_ascii(text: str) -> str:
    try:
        return idna.encode(text, uts46=True).decode("ascii").lower()
    except idna.IDNAError as error:
        # UTS 46 first: full-width digits are numbers, and say so below.
        mapped = idna.uts46_remap(text, std3_rules=False)
        if mapped.isascii() and _NUMBER.fullmatch(mapped.removesuffix(".").rpartition(".")[2]):
            return mapped
        raise ValueError(f"{text!r} is not a valid international host name ({error})") from error
