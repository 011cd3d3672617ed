"""What a person may put into the head of an HTTP request: headers that cannot break out of it."""

import re

from healther.net.target import parse_host, parse_port

MAX_HEADER_VALUE = 8192

_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}")
# healther frames the message and ends the connection itself; a second opinion would be request smuggling.
_OURS = frozenset(
    {
        "connection",
        "content-length",
        "expect",
        "keep-alive",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)


def check_headers(headers: dict[str, str]) -> dict[str, str]:
    """The headers unchanged; raises ValueError naming the wrong one (never its value)."""
    seen: set[str] = set()
    for name, value in headers.items():
        lower = name.lower()
        if not _TOKEN.fullmatch(name):
            raise ValueError(f"{name!r} is not a header name: letters, digits and hyphens, e.g. X-Api-Key")
        if lower in _OURS:
            raise ValueError(f"the header {name} is set by healther itself and cannot be given")
        if lower in seen:
            raise ValueError(f"the header {name} is given twice in different spellings")
        seen.add(lower)
        if len(value) > MAX_HEADER_VALUE or _has_control(value.replace("\t", " ")):
            raise ValueError(
                f"the value of the header {name} must be one line of at most {MAX_HEADER_VALUE} characters"
            )
        if lower == "host":
            _check_host_header(value)
    return headers


def check_secret_text(value: str | None) -> str | None:
    """A credential unchanged; raises ValueError when it holds control characters."""
    if value is not None and _has_control(value):
        raise ValueError("must not contain line breaks or control characters")
    return value


def _check_host_header(value: str) -> None:
    match = re.fullmatch(r"(\[[^\[\]]*\]|[^:\[\]]+)(?::([0-9]+))?", value.strip(" \t"))
    if match is None:
        raise ValueError("the Host header must be a host name with an optional port, e.g. example.com:8080")
    parse_host(match[1])
    if match[2]:
        parse_port(match[2])


def _has_control(value: str) -> bool:
    return any(ord(character) < 32 or ord(character) == 127 for character in value)
