"""Fields that several kinds of channel have, checked the same way."""

from typing import Annotated

from pydantic import AfterValidator, StringConstraints

from healther.core.text import one_line
from healther.net.target import parse_url


def _web_address(value: str) -> str:
    parse_url(value.strip())
    return value.strip()


def _https_address(value: str) -> str:
    address = _web_address(value)
    if not address.lower().startswith("https:"):
        raise ValueError("must be an https address")
    return address


def of_hosts(*hosts: str) -> AfterValidator:
    """An https address whose host is one of these, or below one that begins with a dot."""

    def check(value: str) -> str:
        host = parse_url(value).host
        if not any(host == each or (each.startswith(".") and host.endswith(each)) for each in hosts):
            raise ValueError(f"must be an address at {', '.join(hosts)}")
        return value

    return AfterValidator(check)


Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500), AfterValidator(one_line)]
"""One line of text: a key, a token, a name."""
WebAddress = Annotated[str, StringConstraints(min_length=1, max_length=2048), AfterValidator(_web_address)]
HttpsAddress = Annotated[str, StringConstraints(min_length=1, max_length=2048), AfterValidator(_https_address)]
