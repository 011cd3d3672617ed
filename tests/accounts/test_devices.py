"""What is remembered of a sign-in's origin."""

import pytest

from healther.accounts.devices import Device, coarse_address, shorten_agent

AGENTS = {
    "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0": "Firefox 132 on Linux",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 "
    "Edg/131.0.0.0": "Edge 131 on Windows",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 "
    "Safari/537.36": "Chrome 131 on macOS",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 "
    "Mobile/15E148 Safari/604.1": "Safari 18 on iOS",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/131.0.0.0 "
    "Safari/537.36": "Chrome 131 on Linux",
    "Mozilla/5.0 (X11; Linux) AppleWebKit/605.1.15 Konqueror/5.0 Safari/605": "Konqueror 5 on Linux",
    "Mozilla/5.0 (Windows NT 10.0)": "Windows",
    "Mozilla/5.0": None,
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0.0.0 Mobile Safari/537.36": "Chrome 130 on Android",
    "curl/8.5.0": "curl/8.5.0",
    "  \x00\r\n ": None,
    "": None,
    "a" * 1000: "a" * 80,
}


@pytest.mark.parametrize(("sent", "kept"), AGENTS.items())
def test_a_program_is_kept_in_a_few_words(sent: str, kept: str | None) -> None:
    assert shorten_agent(sent) == kept


@pytest.mark.parametrize(
    ("kept", "parts"),
    [
        ("Firefox 132 on Linux", ("Firefox 132", "Linux")),
        ("Windows", (None, "Windows")),
        ("curl/8.5.0", ("curl/8.5.0", None)),
        ("Nothing on Earth", ("Nothing on Earth", None)),
        (None, (None, None)),
    ],
)
def test_browser_and_system_are_told_apart(kept: str | None, parts: tuple[str | None, str | None]) -> None:
    assert Device(kept).parts == parts


def test_nothing_sent_is_nothing_kept() -> None:
    assert shorten_agent(None) is None


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("198.51.100.23", "198.51.100.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"),
        ("::ffff:198.51.100.23", "198.51.100.0/24"),
        ("fe80::1%eth0", "fe80::/48"),
        ("127.0.0.1", "127.0.0.1"),
        ("unknown", None),
    ],
)
def test_an_address_is_kept_without_its_host(address: str, kept: str | None) -> None:
    assert coarse_address(address) == kept
