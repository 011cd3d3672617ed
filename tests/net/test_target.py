# ruff: noqa: RUF001 - look-alike digits are the point
"""URLs: what is a target, and every spelling that is refused because someone else could read it differently."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healther.net.target import Target, join_url, parse_url


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("http://example.com", Target("http", "example.com", 80, "/", False)),
        ("HTTPS://Example.COM:8443/a/B?c=D#e", Target("https", "example.com", 8443, "/a/B?c=D", False)),
        ("http://example.com?q=1", Target("http", "example.com", 80, "/?q=1", False)),
        ("http://192.0.2.1:80/", Target("http", "192.0.2.1", 80, "/", True)),
        ("http://[2001:DB8::0:1]:81/", Target("http", "2001:db8::1", 81, "/", True)),
        ("http://my_host-1.internal/", Target("http", "my_host-1.internal", 80, "/", False)),
        ("http://example.com./", Target("http", "example.com.", 80, "/", False)),
        ("https://bücher.example/größe", Target("https", "xn--bcher-kva.example", 443, "/gr%C3%B6%C3%9Fe", False)),
        ("https://例え.テスト/", Target("https", "xn--r8jz45g.xn--zckzah", 443, "/", False)),
        ("http://localhost:/", Target("http", "localhost", 80, "/", False)),
        ("http://1password.com/", Target("http", "1password.com", 80, "/", False)),
        ("http://0x7f.example/%41%zz", Target("http", "0x7f.example", 80, "/%41%zz", False)),
    ],
)
def test_a_url_becomes_a_target(text, expected):
    assert parse_url(text) == expected


@pytest.mark.parametrize(
    "host",
    [
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "0177.0.0.1",
        "127.1",
        "127.0.1",
        "127.0.0.1.",
        "127.0.0.01",
        "127.0.0.0x1",
        "256.0.0.1",
        "1.2.3.4.5",
        "example.0x",
        "example.1",
        "１２７.０.０.１",
        "127。0。0。1",
        "①②⑦.⓪.⓪.①",
        "[::1%25eth0]",
        "[fe80::1%lo]",
        "[::1",
        "::1",
        "[127.0.0.1]",
        "[::ffff:127.0.0.1.]",
        "",
        ".",
        "a..b",
        "-a.example",
        "a-.example",
        "exa mple.com",
        "%31%32%37.0.0.1",
        "127.0.0.1%00.example.com",
        "a" * 64 + ".example",
        ".".join(["a" * 60] * 5),
        "exa℀mple.com",
        ";id",
        "$(id)",
        "`id`",
        "-oX",
        "--help",
        "example.com;id",
        "example.com|id",
        "example.com\\@127.0.0.1",
        "user@example.com",
        "user:password@example.com",
        "@example.com",
        "example.com:0",
        "example.com:65536",
        "example.com:99999999999",
        "example.com:-1",
        "example.com:80:80",
        "example.com:8o",
        "example.com:８０",
    ],
)
def test_a_host_that_can_be_read_in_two_ways_is_refused(host):
    with pytest.raises(ValueError, match=r"."):
        parse_url(f"http://{host}/")


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "gopher://127.0.0.1:6379/_FLUSHALL",
        "ftp://example.com/",
        "javascript:alert(1)",
        "data:text/plain,x",
        "dict://example.com/",
        "view-source:http://example.com",
        "http+unix://%2Fvar%2Frun%2Fdocker.sock/info",
        "//example.com/",
        "/etc/passwd",
        "example.com",
        "http:example.com",
        "http:/example.com",
        "http:///example.com",
        "http://",
        "http://exam\nple.com/",
        "http://example.com/\r\nX: y",
        "http://example.com/a b",
        "http://example.com/\x00",
        "http:\\\\example.com",
        "",
        "http://example.com/" + "a" * 2048,
    ],
)
def test_anything_but_a_full_http_url_is_refused(url):
    with pytest.raises(ValueError, match=r"."):
        parse_url(url)


def test_refusals_say_what_to_do():
    with pytest.raises(ValueError, match="only http:// and https:// can be checked \\(got file:\\)"):
        parse_url("file:///etc/passwd")
    with pytest.raises(ValueError, match="use the basic auth or bearer token fields"):
        parse_url("https://me:secret@example.com")
    with pytest.raises(ValueError, match="four decimal numbers"):
        parse_url("http://2130706433/")
    with pytest.raises(ValueError, match="between 1 and 65535"):
        parse_url("http://example.com:70000/")


_labels = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?", fullmatch=True)
_hosts = st.lists(_labels, min_size=1, max_size=4).map(".".join) | st.ip_addresses(v=4).map(str)


@given(st.text(max_size=60))
def test_whatever_is_accepted_is_its_own_normal_form(text):
    try:
        target = parse_url(f"http://{text}")
    except ValueError:
        return
    assert parse_url(target.url) == target
    assert target.path.isascii()
    assert not any(character <= " " for character in target.url)


@given(_hosts, st.integers(1, 65535), st.sampled_from(["http", "https"]))
def test_what_is_accepted_is_a_plain_name_or_a_plain_address(host, port, scheme):
    try:
        target = parse_url(f"{scheme}://{host}:{port}/x")
    except ValueError:
        return
    assert (target.host, target.port, target.scheme) == (host, port, scheme)
    assert target.is_address == (host.count(".") == 3 and host.replace(".", "").isdigit())


def test_a_redirect_is_joined_to_where_it_came_from():
    base = parse_url("https://example.com:8443/a/b?c")
    assert join_url(base, "/x").url == "https://example.com:8443/x"
    assert join_url(base, "d").url == "https://example.com:8443/a/d"
    assert join_url(base, "//other.example/y").url == "https://other.example/y"
    assert join_url(base, "http://other.example").url == "http://other.example/"
    with pytest.raises(ValueError, match="only http"):
        join_url(base, "file:///etc/passwd")
