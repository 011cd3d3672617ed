"""The guard's table against a list written down independently, and what it lets through."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healther.core.setting_values import AllowedNetwork
from healther.core.settings import Settings
from healther.net.errors import NetError
from healther.net.guard import Guard

# Not the table of healther/net/ranges.py: typed from the registries' prose, coarser where that is enough.
FORBIDDEN_4 = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.31.196.0/24",
    "192.52.193.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "192.175.48.0/24",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/3",
    "168.63.129.16/32",
]
FORBIDDEN_6 = [
    "::/3",
    "4000::/2",
    "8000::/1",
    "2001::/23",
    "2001:db8::/32",
    "2002::/16",
    "2620:4f:8000::/48",
    "3fff::/20",
]

NETWORKS_4 = [ipaddress.ip_network(text) for text in FORBIDDEN_4]
NETWORKS_6 = [ipaddress.ip_network(text) for text in FORBIDDEN_6]

public_only = Guard()

addresses_4 = st.integers(0, 2**32 - 1).map(ipaddress.IPv4Address)
addresses_6 = st.integers(0, 2**128 - 1).map(ipaddress.IPv6Address)


def _inside(networks):
    return st.sampled_from(networks).flatmap(
        lambda network: st.integers(int(network.network_address), int(network.broadcast_address)).map(
            ipaddress.IPv4Address if network.version == 4 else ipaddress.IPv6Address
        )
    )


@given(_inside(NETWORKS_4) | _inside(NETWORKS_6), st.integers(1, 65535))
def test_every_address_of_a_special_range_is_refused(address, port):
    assert public_only.refusal(str(address), port) is not None


@given(addresses_4 | addresses_6 | st.integers(2 << 124, (4 << 124) - 1).map(ipaddress.IPv6Address))
def test_everything_else_may_be_dialled(address):
    networks = NETWORKS_4 if address.version == 4 else NETWORKS_6
    special = any(address in network for network in networks)
    assert (public_only.refusal(str(address), 443) is not None) == special


@given(addresses_4 | _inside(NETWORKS_4))
def test_an_ipv4_address_embedded_in_ipv6_is_refused_even_where_the_ipv4_address_is_allowed(address):
    guard = Guard([AllowedNetwork("0.0.0.0/0")])
    number = int(address)
    embedded = [
        ipaddress.IPv6Address(number),  # IPv4-compatible
        ipaddress.IPv6Address(0xFFFF << 32 | number),  # IPv4-mapped
        ipaddress.IPv6Address(0xFFFF << 48 | number),  # IPv4-translated
        ipaddress.IPv6Address(0x64FF9B << 96 | number),  # NAT64
        ipaddress.IPv6Address(0x64FF9B0001 << 80 | number),  # local NAT64
        ipaddress.IPv6Address(0x2002 << 112 | number << 80 | 1),  # 6to4
        ipaddress.IPv6Address(0x20010000 << 96 | (number ^ 0xFFFFFFFF)),  # Teredo
    ]
    assert guard.refusal(str(address), 80) is None
    assert [one for one in embedded if guard.refusal(str(one), 80) is None] == []


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("127.0.0.1", "loopback"),
        ("10.1.2.3", "private"),
        ("169.254.169.254", "cloud metadata"),
        ("169.254.0.9", "link-local"),
        ("100.100.100.200", "carrier-grade NAT"),
        ("224.0.0.1", "multicast"),
        ("255.255.255.255", "reserved, broadcast"),
        ("::1", "loopback"),
        ("::", "unspecified"),
        ("fd00:ec2::254", "cloud metadata"),
        ("fd12::1", "unique local"),
        ("fe80::1", "link-local"),
        ("fec0::1", "site-local"),
        ("ff02::1", "multicast"),
        ("::ffff:8.8.8.8", "IPv4-mapped"),
        ("64:ff9b::808:808", "NAT64"),
        ("2002:808:808::1", "6to4"),
        ("2001:0:1::1", "Teredo"),
    ],
)
def test_a_refusal_names_the_range_and_an_entry_that_allows_exactly_that(address, name):
    refusal = public_only.refusal(address, 8080)
    assert refusal is not None
    assert f"its range is {name};" in refusal
    entry = refusal.partition("HEALTHER_ALLOW_NETWORKS=")[2].split()[0]
    guard = Guard([AllowedNetwork(entry)])
    assert guard.refusal(address, 8080) is None
    assert guard.refusal(address, 8081) is not None


def test_a_network_can_be_allowed_for_one_port():
    guard = Guard([AllowedNetwork("127.0.0.0/8:8080"), AllowedNetwork("[fd00::/8]:443")])
    assert guard.refusal("127.1.2.3", 8080) is None
    assert guard.refusal("127.1.2.3", 22) is not None
    assert guard.refusal("fd00::5", 443) is None
    assert guard.refusal("fd00::5", 80) is not None


def test_one_forbidden_address_among_public_ones_refuses_the_host():
    with pytest.raises(NetError) as caught:
        public_only.check("mixed.test", ["8.8.8.8", "127.0.0.1"], 80)
    assert caught.value.reason == "blocked"
    assert "mixed.test (127.0.0.1)" in caught.value.message
    public_only.check("public.test", ["8.8.8.8", "2606:4700::1111"], 80)


def test_an_address_with_a_zone_is_never_dialled():
    assert Guard([AllowedNetwork("::/0")]).refusal("fe80::1%eth0", 80) is not None


def test_where_addresses_are_not_told_a_refusal_names_the_host_alone():
    guard = Guard(tells_addresses=False)
    with pytest.raises(NetError) as caught:
        guard.check("db.internal.example", ["93.184.215.14", "10.11.12.13"], 443)
    assert caught.value.reason == "blocked"
    assert "db.internal.example" in caught.value.message
    assert "10." not in caught.value.message
    assert "private" not in caught.value.message.lower()
    with pytest.raises(NetError, match=r"10\.11\.12\.13"):
        guard.check("10.11.12.13", ["10.11.12.13"], 443)


@pytest.mark.parametrize(
    ("registration", "setting", "told"),
    [
        ("first", None, True),
        ("closed", None, True),
        ("open", None, False),
        ("open", True, True),
        ("first", False, False),
    ],
)
def test_addresses_are_told_unless_anybody_may_sign_up_or_the_operator_says_otherwise(registration, setting, told):
    settings = Settings(registration=registration, show_blocked_addresses=setting)
    assert settings.tells_blocked_addresses is told
