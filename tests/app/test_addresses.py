"""Where a request comes from, behind proxies."""

import pytest
from starlette.types import Scope

from healther.app.addresses import client_address_of, holder_of, parse_proxies
from healther.core.settings import SettingsError

PROXIES = ("10.0.0.1", "192.0.2.0/24", "fd00::/8")


def scope(peer: str | None, *forwarded: str) -> Scope:
    headers = [(b"x-forwarded-for", value.encode("latin-1")) for value in forwarded]
    return {"type": "http", "client": None if peer is None else (peer, 1234), "headers": headers}


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("203.0.113.7", (), "203.0.113.7"),
        ("203.0.113.7", ("198.51.100.1",), "203.0.113.7"),
        ("10.0.0.1", (), "10.0.0.1"),
        ("10.0.0.1", ("198.51.100.1",), "198.51.100.1"),
        ("10.0.0.1", ("1.1.1.1, 198.51.100.1",), "198.51.100.1"),
        ("10.0.0.1", ("1.1.1.1", "198.51.100.1"), "198.51.100.1"),
        ("10.0.0.1", ("1.1.1.1, 198.51.100.1, 192.0.2.9",), "198.51.100.1"),
        ("10.0.0.1", ("192.0.2.1, 192.0.2.2",), "192.0.2.1"),
        ("fd00::1", ("2001:db8::1",), "2001:db8::1"),
        ("10.0.0.1", ("nonsense",), "10.0.0.1"),
        ("10.0.0.1", ("198.51.100.1, nonsense",), "10.0.0.1"),
        ("10.0.0.1", ("nonsense, 192.0.2.9",), "192.0.2.9"),
        ("10.0.0.1", ("",), "10.0.0.1"),
        ("10.0.0.1", ("7.7.7.7:1000",), "7.7.7.7"),
        ("10.0.0.1", ("7.7.7.7:1001, 192.0.2.9:443",), "7.7.7.7"),
        ("10.0.0.1", ("2001:DB8:0::1",), "2001:db8::1"),
        ("10.0.0.1", ("[2001:db8::1]:1000",), "2001:db8::1"),
        ("10.0.0.1", ("[2001:db8::1]",), "2001:db8::1"),
        (None, ("198.51.100.1",), "unknown"),
    ],
)
def test_forwarded_addresses_are_read_as_far_as_they_are_trusted(
    peer: str | None, forwarded: tuple[str, ...], address: str
) -> None:
    assert client_address_of(PROXIES)(scope(peer, *forwarded)) == address


def test_without_proxies_the_header_is_ignored() -> None:
    assert client_address_of(())(scope("127.0.0.1", "198.51.100.1")) == "127.0.0.1"


def test_what_is_no_network_is_refused_at_start() -> None:
    with pytest.raises(SettingsError, match="HEALTHER_TRUSTED_PROXIES"):
        client_address_of(("proxy.example.org",))


@pytest.mark.parametrize(
    ("address", "holder"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2::7", "2001:db8:1:2::/64"),
        ("10.0.0.5", None),
        ("testclient", None),
    ],
)
def test_connections_are_counted_by_whom_an_address_belongs_to(address: str, holder: str | None) -> None:
    assert holder_of(address, parse_proxies(["10.0.0.0/8"])) == holder
