"""Values of settings that are more than text: allowed networks, name servers, ports, addresses."""

import ipaddress
import re
from importlib.util import find_spec
from typing import Annotated
from urllib.parse import parse_qs, urlsplit

from pydantic import AfterValidator, BeforeValidator
from pydantic_settings import NoDecode

MIN_SECRET_BYTES = 32
KNOWN_SECRETS = frozenset({"changeme", "secret", "healther", "please-change-me", "0" * 32, "x" * 32, "a" * 32})


_DOMAINS = re.compile(r"(?:\*\.)?[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")


class AllowedNetwork:
    """One entry of ALLOW_NETWORKS: a network and, optionally, the only port allowed in it."""

    __slots__ = ("network", "port")

    def __init__(self, text: str) -> None:
        cidr, port = text, ""
        if text.startswith("["):
            cidr, _, port = text[1:].partition("]")
            port = port.removeprefix(":")
        elif text.count(":") == 1:
            cidr, _, port = text.partition(":")
        try:
            self.network = ipaddress.ip_network(cidr)
            self.port = int(port) if port else None
        except ValueError as error:
            raise ValueError(
                f"{text!r} is not a network: write 10.0.0.0/8, 127.0.0.1/32:8080 or [fd00::/8]:443 ({error})"
            ) from error
        if self.port is not None and not 0 < self.port < 65536:
            raise ValueError(f"{text!r}: the port must be between 1 and 65535")

    def covers(self, address: ipaddress.IPv4Address | ipaddress.IPv6Address, port: int) -> bool:
        """Whether the operator allows this address and port."""
        return address in self.network and self.port in (None, port)


def check_allowed(networks: tuple[str, ...]) -> tuple[str, ...]:
    """The same, each what ALLOW_NETWORKS may name; raises ValueError with what to write."""
    for text in networks:
        AllowedNetwork(text)
    return networks


EVERYWHERE = (AllowedNetwork("0.0.0.0/0"), AllowedNetwork("::/0"))
"""For what the operator chose, as the mail server is: it may well be on a private network."""


def check_name_servers(servers: tuple[str, ...]) -> tuple[str, ...]:
    """The same, each `ip` or `ip:port`; raises ValueError with what to write."""
    for text in servers:
        with_port = text.startswith("[") or text.count(":") == 1
        host, _, port = text.rpartition(":") if with_port else (text, "", "53")
        try:
            ipaddress.ip_address(host.strip("[]"))
        except ValueError as error:
            raise ValueError(f"{text!r} is not ip or ip:port; write e.g. 9.9.9.9 or [2620:fe::fe]:53") from error
        if not is_port(port):
            raise ValueError(f"{text!r}: the port must be between 1 and 65535")
    return servers


def check_database_url(value: str) -> str:
    """The same; raises ValueError, never with the password in it."""
    if not value.startswith(("sqlite+aiosqlite://", "postgresql+psycopg://")):
        raise ValueError("must start with sqlite+aiosqlite:/// or postgresql+psycopg://")
    if not value.startswith("sqlite"):
        server = value.partition("://")[2].rpartition("@")[2].partition("?")[0].partition("/")[0]
        _, colon, port = server.rpartition(":")
        if colon and not server.endswith("]") and not is_port(port):
            raise ValueError("the port must be between 1 and 65535")
        if parse_qs(value.partition("?")[2]).get("prepare_threshold", ["none"]) != ["none"]:
            raise ValueError("prepare_threshold is `none`, or left out")
    return value


def check_targets(targets: tuple[str, ...]) -> tuple[str, ...]:
    """The same, each host:port; raises ValueError with what to write."""
    for text in targets:
        host, _, port = text.rpartition(":")
        if not host or not is_port(port):
            raise ValueError(f"{text!r} is not host:port; write e.g. 1.1.1.1:443")
    return targets


def check_networks(networks: tuple[str, ...]) -> tuple[str, ...]:
    """The same, each an address or CIDR; raises ValueError with what to write."""
    for text in networks:
        try:
            ipaddress.ip_network(text)
        except ValueError as error:
            raise ValueError(f"{error}; write addresses or CIDR, e.g. 10.0.0.5") from error
    return networks


def check_origins(origins: tuple[str, ...]) -> tuple[str, ...]:
    """The same, each scheme and host or `*`; raises ValueError with what to write."""
    for text in origins:
        url = urlsplit(text)
        if text != "*" and (url.scheme not in ("http", "https") or text != f"{url.scheme}://{url.netloc}"):
            raise ValueError(f"{text!r} is no origin: write e.g. https://app.example.org, without a path")
    return origins


def check_domains(domains: tuple[str, ...]) -> tuple[str, ...]:
    """In lower case, each a domain, `*.` and a domain, or `*`; raises ValueError with what to write."""
    for text in domains:
        if text != "*" and _DOMAINS.fullmatch(text) is None:
            raise ValueError(f"{text!r} is no domain: write e.g. status.example.org, *.example.org or *")
    return tuple(text.lower() for text in domains)


def is_among(domain: str, domains: tuple[str, ...]) -> bool:
    """Whether such a list names the domain, or one above it behind `*.`."""
    return any(each in ("*", domain) or (each.startswith("*.") and domain.endswith(each[1:])) for each in domains)


def check_secret(value: str) -> str:
    """The same, a key that nobody guesses; raises ValueError, never with the key in it."""
    if value in KNOWN_SECRETS or len(set(value)) < 8:
        raise ValueError("is a known or trivial value; make one with: openssl rand -base64 48")
    if len(value.encode()) < MIN_SECRET_BYTES:
        raise ValueError(
            f"must be {MIN_SECRET_BYTES} bytes or more (got {len(value.encode())}); "
            "make one with: openssl rand -base64 48"
        )
    return value


def is_port(text: str) -> bool:
    """Whether it is a port's number."""
    return text.isascii() and text.isdigit() and 0 < int(text) < 65536


def _host_and_port(value: str) -> str:
    host, _, port = value.rpartition(":")
    if not host or not is_port(port):
        raise ValueError(f"{value!r} is not host:port; write e.g. 127.0.0.1:9464 or [::]:9464")
    return value


def _bare_url(value: str) -> str:
    url = urlsplit(value)
    if url.scheme not in ("http", "https") or not url.hostname or "@" in url.netloc:
        raise ValueError("must be an http or https address without user and password in it")
    return value


def _listed(value: object) -> object:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


Listed = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed)]
"""What stands in the environment with commas between."""
HostAndPort = Annotated[str, AfterValidator(_host_and_port)]


def _with_open_telemetry(value: str) -> str:
    if find_spec("opentelemetry") is None or find_spec("opentelemetry.sdk") is None:
        raise ValueError("needs OpenTelemetry, which is not installed here: pip install 'healther[traces]'")
    return value


BareUrl = Annotated[str, AfterValidator(_bare_url)]
CollectorUrl = Annotated[BareUrl, AfterValidator(_with_open_telemetry)]
