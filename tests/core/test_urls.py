"""URLs that somebody stored by hand: asking for a part of one never raises."""

import pytest

from healther.core.urls import host_of, parts_of_url, port_of


@pytest.mark.parametrize("url", ["http://[", "http://a]/", "http://\uff0e\u2100/", "", "no url"])
def test_what_is_no_url_has_no_host_and_no_port(url: str) -> None:
    assert (parts_of_url(url).netloc, host_of(url), port_of(url)) == ("", "", None)


def test_the_parts_of_a_url_are_found_and_a_port_no_socket_has_is_none() -> None:
    assert (host_of("http://Shop.example:81/a"), port_of("http://shop.example:81/a")) == ("shop.example", 81)
    assert (host_of("http://shop.example:99999/"), port_of("http://shop.example:99999/")) == ("shop.example", None)
