"""What is in a URL that somebody stored, whatever it is: these never raise, where `urlsplit` does."""

from urllib.parse import SplitResult, urlsplit

_NOTHING = SplitResult("", "", "", "", "")


def parts_of_url(url: str) -> SplitResult:
    """The parts of a URL; all of them empty for what is none, as `http://[`."""
    try:
        return urlsplit(url)
    except ValueError:
        return _NOTHING


def host_of(url: str) -> str:
    """The host of a URL; empty where it has none or is none."""
    return parts_of_url(url).hostname or ""


def port_of(url: str) -> int | None:
    """The port a URL names; None where it names none, or one that no socket has."""
    try:
        return parts_of_url(url).port
    except ValueError:
        return None
