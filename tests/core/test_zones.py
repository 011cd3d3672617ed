"""Which names of time zones mean the same on every machine."""

from zoneinfo import available_timezones

import pytest

from healther.core.zones import zone_of


@pytest.mark.parametrize(
    "name", ["localtime", "Factory", "posixrules", "posix/UTC", "right/UTC", "right/Europe/Berlin"]
)
def test_a_zone_that_is_another_one_elsewhere_is_refused_whether_or_not_this_machine_has_it(name: str) -> None:
    with pytest.raises(ValueError, match="the same on every machine"):
        zone_of(name)


@pytest.mark.parametrize("name", ["Mars/Base", "", "../etc/passwd", "/etc/localtime", "a\x00b", "Europe"])
def test_what_is_no_zone_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="must be a time zone such as"):
        zone_of(name)


def test_every_other_zone_is_taken() -> None:
    names = available_timezones() - {"localtime", "Factory"}
    assert {zone_of(name).key for name in names} == names
