"""Time zones by name, each the same on every machine."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

# What tzdata has beside the zones: what this machine is set to, a zone for machines that nobody has set, and the same
# zones once more, with leap seconds and without, which not every machine has.
_OF_A_MACHINE = frozenset({"localtime", "posixrules", "Factory"})
_TWICE = ("posix/", "right/")


def zone_of(name: str) -> ZoneInfo:
    """The IANA time zone; raises ValueError for a name that is none, or means something else on another machine."""
    try:
        zone = None if name in _OF_A_MACHINE or name.startswith(_TWICE) else ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError("must be a time zone such as Europe/Berlin or UTC") from error
    if zone is None:
        raise ValueError("must be a time zone that is the same on every machine, such as Europe/Berlin or UTC")
    return zone
